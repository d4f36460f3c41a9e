package descriptor

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// A Hash identifies the layout of one version of a segment.
type Hash [sha256.Size]byte

// String returns the hash in hexadecimal.
func (h Hash) String() string { return fmt.Sprintf("%x", h[:]) }

// Chain returns the hash of each version of the segment, the first version first:
//
//	h(1) = SHA-256 of the canonical form of all fields with since=1
//	h(v) = SHA-256 of h(v-1) and the canonical form of those with since=v
//
// Two programs whose chains agree up to the lower of their versions agree about every byte they share. The canonical
// form holds what decides the layout: the segment's name, and of each field its name, kind, type with records
// expanded, lock, length, version and offset. It does not hold initial values, nor the names of enums, their members
// and of records.
//
// Preconditions: s comes from [Parse] or was made by the generator's layout rules.
func (s *Segment) Chain() []Hash {
	c := newCanon(s)
	chain := make([]Hash, 0, s.Version)
	sum := sha256.New()
	fmt.Fprintf(sum, "format %d\nsegment %s\n", Format, s.Name)
	for version := 1; version <= s.Version; version++ {
		for i := range s.Fields {
			f := s.Fields[i]
			if f.Since != version {
				continue
			}
			expanded := ""
			if f.Type.Name != "" {
				expanded = c.expand(f.Type)
			}
			f.Type = Type{}
			fmt.Fprintf(sum, "%s %s %s @%d\n", f.Name, f.Words(), expanded, f.Offset)
		}
		h := Hash(sum.Sum(nil))
		chain = append(chain, h)
		sum.Reset()
		sum.Write(h[:])
	}
	return chain
}

// canon writes types with their records expanded. A record that uses another one many times would make the expansion
// grow without bound, so a record stands for the hash of its own expansion.
type canon struct {
	enums    map[string]*Enum
	records  map[string]*Record
	expanded map[string]string // of records
}

func newCanon(s *Segment) *canon {
	c := &canon{enums: map[string]*Enum{}, records: map[string]*Record{}, expanded: map[string]string{}}
	for i := range s.Enums {
		c.enums[s.Enums[i].Name] = &s.Enums[i]
	}
	for i := range s.Records {
		c.records[s.Records[i].Name] = &s.Records[i]
	}
	return c
}

func (c *canon) expand(t Type) string {
	name := t.Name
	if e := c.enums[name]; e != nil {
		t.Name = "enum_" + e.Base
	} else if r := c.records[name]; r != nil {
		text, done := c.expanded[name]
		if !done {
			var b strings.Builder
			for _, m := range r.Members {
				fmt.Fprintf(&b, "%s %s %d\n", m.Name, c.expand(m.Type), m.Offset)
			}
			fmt.Fprintf(&b, "size %d\n", r.Size)
			text = fmt.Sprintf("record_%x", sha256.Sum256([]byte(b.String())))
			c.expanded[name] = text
		}
		t.Name = text
	}
	return t.String()
}
