package layout

import (
	"errors"
	"fmt"
	"go/constant"
	"reflect"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/schema"
	"github.com/shmgen/shmgen/runtime/descriptor"
)

// The rules of the diagnostics of this package.
const (
	RuleSize = "layout/size" // something exceeds a bound of the segment format
	RuleKind = "layout/kind" // the segment format has no such field
)

// ErrInternal is wrapped by errors that no schema should cause: the rules of this package and those of the descriptor
// disagree.
var ErrInternal = errors.New("internal error in the layout rules")

// A File is the layout of everything in one schema file.
type File struct {
	Records  []*Record // as in the schema: each after the records it contains
	Segments []*Segment
}

// A Segment is the layout of one segment.
type Segment struct {
	Schema     *schema.Segment
	Descriptor *descriptor.Segment
	Chain      []descriptor.Hash // of each version, the first version first
}

// Hash identifies the layout of the newest version of the segment.
func (s *Segment) Hash() descriptor.Hash { return s.Chain[len(s.Chain)-1] }

// Of lays out a schema file. Diagnostics name what the segment format has no room for; the File is nil then. The error
// wraps [ErrInternal].
func Of(file *schema.File) (*File, []diag.Diagnostic, error) {
	b := &builder{file: &File{}, broken: map[*schema.Record]bool{}, nested: map[*schema.Record]nesting{}}
	for _, e := range file.Enums {
		b.limits(e.Span, "enum "+e.Name, "members", len(e.Members), descriptor.MaxMembers)
		b.types.Enums = append(b.types.Enums, enum(e))
	}
	for _, r := range file.Records {
		b.record(r)
	}
	for _, s := range file.Segments {
		b.file.Segments = append(b.file.Segments, &Segment{Schema: s, Descriptor: b.segment(s)})
	}
	if found := b.Diagnostics(); len(found) > 0 {
		return nil, found, nil
	}
	for _, s := range b.file.Segments {
		text := s.Descriptor.Encode()
		if len(text) > descriptor.MaxText {
			b.Errorf(s.Schema.Span, RuleSize, "split the segment", "the description of the segment %s takes %d bytes; the segment format allows %d",
				s.Schema.Name, len(text), descriptor.MaxText)
			continue
		}
		back, err := descriptor.Parse(text)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: segment %s: %w", ErrInternal, s.Schema.Name, err)
		}
		if !reflect.DeepEqual(back, s.Descriptor) {
			return nil, nil, fmt.Errorf("%w: segment %s: its description reads back differently", ErrInternal, s.Schema.Name)
		}
		s.Chain = back.Chain()
	}
	if found := b.Diagnostics(); len(found) > 0 {
		return nil, found, nil
	}
	return b.file, nil, nil
}

// builder collects the layout of one file.
type builder struct {
	diag.Reporter
	file   *File
	types  descriptor.Segment // all enums and records of the file, to look sizes up in
	broken map[*schema.Record]bool
	nested map[*schema.Record]nesting
}

// bits returns the value of an enum's member as int64; that of an unsigned base above its range wraps.
func bits(m *schema.EnumMember) int64 {
	if v, exact := constant.Int64Val(m.Value); exact {
		return v
	}
	v, _ := constant.Uint64Val(m.Value)
	return int64(v)
}
