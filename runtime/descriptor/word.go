package descriptor

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ParseType reads a type as [Type.String] writes it. It does not look its name up.
func ParseType(text string) (Type, error) {
	var t Type
	rest := text
	for strings.HasPrefix(rest, "[") {
		n, tail, found := strings.Cut(rest[1:], "]")
		size, err := number(n, MaxSize)
		if !found || err != nil || size == 0 || len(t.Dims) == MaxDims {
			return Type{}, fmt.Errorf("%q is no type", clip(text))
		}
		t.Dims = append(t.Dims, size)
		rest = tail
	}
	name, bound, bounded := strings.Cut(rest, "[")
	t.Name = name
	if bounded {
		n, err := number(strings.TrimSuffix(bound, "]"), MaxSize)
		if err != nil || n == 0 || !strings.HasSuffix(bound, "]") {
			return Type{}, fmt.Errorf("%q is no type", clip(text))
		}
		t.Max = n
	}
	if !isName(name) || bounded != (name == "string" || name == "bytes") {
		return Type{}, fmt.Errorf("%q is no type", clip(text))
	}
	return t, nil
}

// isName reports whether s is an identifier of at most 255 bytes: a letter or _, then letters, digits and _. ASCII
// only, as names in schemas are.
func isName(s string) bool {
	if s == "" || len(s) > 255 || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
			return false
		}
	}
	return true
}

// number reads a decimal number without sign or leading zeroes, at most limit.
func number(s string, limit uint64) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n > limit || strconv.FormatUint(n, 10) != s {
		return 0, fmt.Errorf("%q is no number up to %d", clip(s), limit)
	}
	return n, nil
}

// fits reports whether v is a value of an enum's base type; for uint64, whose upper half does not fit into v, any is.
//
// Preconditions: base is one of int8 … uint64.
func fits(v int64, base string) bool {
	bits := 8 * basic[base]
	if base[0] == 'u' {
		return bits == 64 || v >= 0 && v>>bits == 0
	}
	return v>>(bits-1) == 0 || v>>(bits-1) == -1
}

// clip shortens foreign text for a message.
func clip(s string) string {
	if len(s) > 60 {
		return s[:57] + "..."
	}
	return s
}

// disjoint checks that no two fields share a byte.
func (s *Segment) disjoint() error {
	order := make([]*Field, len(s.Fields))
	for i := range s.Fields {
		order[i] = &s.Fields[i]
	}
	slices.SortFunc(order, func(a, b *Field) int { return cmp.Compare(a.Offset, b.Offset) })
	for i := 1; i < len(order); i++ {
		if a, b := order[i-1], order[i]; a.Offset+a.Size > b.Offset {
			return fmt.Errorf("fields %s and %s overlap", a.Name, b.Name)
		}
	}
	return nil
}
