package descriptor

import (
	"math"
	"strings"
	"testing"
)

// sample returns a segment with types to look up.
func sample(t *testing.T) *Segment {
	t.Helper()
	s, err := Parse(full)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSizeAlign(t *testing.T) {
	t.Parallel()
	s := sample(t)
	for _, test := range []struct {
		text        string
		size, align uint64
	}{
		{"int8", 1, 1}, {"uint8", 1, 1}, {"byte", 1, 1}, {"bool", 1, 1},
		{"int16", 2, 2}, {"uint16", 2, 2},
		{"int32", 4, 4}, {"uint32", 4, 4}, {"float32", 4, 4}, {"rune", 4, 4},
		{"int64", 8, 8}, {"uint64", 8, 8}, {"float64", 8, 8}, {"time", 8, 8}, {"duration", 8, 8},
		{"Status", 4, 4}, {"Signed", 1, 1}, {"Wide", 8, 8}, {"Empty", 2, 2},
		{"Order", 96, 8}, {"Page", 192, 8},
		{"string[1]", 4, 2}, {"string[2]", 4, 2}, {"bytes[3]", 6, 2}, {"string[65535]", 65538, 2},
		{"string[65536]", 65540, 4}, {"bytes[65537]", 65544, 4}, {"bytes[4294967295]", 4294967300, 4},
		{"[3]int8", 3, 1}, {"[3]int64", 24, 8}, {"[2][3]Order", 576, 8}, {"[5]string[1]", 20, 2},
		{"[70368744177664]int8", MaxSize, 1},
	} {
		parsed, err := ParseType(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if got := parsed.String(); got != test.text {
			t.Errorf("ParseType(%q).String: got %q", test.text, got)
		}
		size, align, ok := s.SizeAlign(parsed)
		if size != test.size || align != test.align || !ok {
			t.Errorf("SizeAlign(%s): got %d, %d, %v, want %d, %d, true", test.text, size, align, ok, test.size, test.align)
		}
		if size%align != 0 {
			t.Errorf("SizeAlign(%s): the size %d is no multiple of the alignment %d", test.text, size, align)
		}
	}
}

func TestSizeAlignNot(t *testing.T) {
	t.Parallel()
	s := sample(t)
	for name, typ := range map[string]Type{
		"no name":                 {},
		"an unknown name":         {Name: "nosuch"},
		"a segment's field":       {Name: "money"},
		"string of nothing":       {Name: "string"},
		"string too long":         {Name: "string", Max: MaxBytes + 1},
		"string that overflows":   {Name: "bytes", Max: math.MaxUint64},
		"an array of nothing":     {Name: "int8", Dims: []uint64{0}},
		"an inner one of nothing": {Name: "int8", Dims: []uint64{3, 0}},
		"too large by one":        {Name: "int8", Dims: []uint64{MaxSize + 1}},
		"too large as a product":  {Name: "int64", Dims: []uint64{1 << 30, 1 << 30}},
		"a product of 0 mod 2^64": {Name: "int64", Dims: []uint64{1 << 45, 1 << 45}},
	} {
		if size, align, ok := s.SizeAlign(typ); ok || size != 0 || align != 0 {
			t.Errorf("%s: got %d, %d, %v, want 0, 0, false", name, size, align, ok)
		}
	}
}

func TestIsBasicIsNumber(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]bool{
		"int8": {true, true}, "rune": {true, true}, "byte": {true, true}, "float64": {true, true},
		"bool": {true, false}, "time": {true, false}, "duration": {true, false},
		"string": {}, "bytes": {}, "": {}, "int": {}, "Status": {},
	} {
		if got := [2]bool{IsBasic(name), IsNumber(name)}; got != want {
			t.Errorf("%q: IsBasic, IsNumber: got %v, want %v", name, got, want)
		}
	}
}

func TestInside(t *testing.T) {
	t.Parallel()
	s := sample(t)
	for _, test := range []struct {
		field string // in the words of the text form
		want  Parts
	}{
		{"Lock", Parts{Shape: ShapeLock, Dirty: 4, Size: 8, Align: 64}},
		{"Value int8 lock=mutex", Parts{Shape: ShapeLocked, Dirty: 4, Data: 8, Element: 1, Size: 9, Align: 64}},
		{"Value float64 lock=mutex", Parts{Shape: ShapeLocked, Dirty: 4, Data: 8, Element: 8, Size: 16, Align: 64}},
		{"Value bool lock=mutex", Parts{Shape: ShapeLocked, Dirty: 4, Data: 8, Element: 1, Size: 9, Align: 64}},
		{"Value time lock=mutex", Parts{Shape: ShapeCopies, Lock: 8, Dirty: 12, Data: 16, Element: 8, Copy: 8, Size: 32, Align: 64}},
		{"Value Status lock=mutex", Parts{Shape: ShapeCopies, Lock: 8, Dirty: 12, Data: 16, Element: 4, Copy: 8, Size: 32, Align: 64}},
		{"Value [3]int8 lock=mutex", Parts{Shape: ShapeCopies, Lock: 8, Dirty: 12, Data: 16, Element: 3, Copy: 8, Size: 32, Align: 64}},
		{"Value Order lock=snapshot", Parts{Shape: ShapeCopies, Lock: 8, Dirty: 12, Data: 16, Element: 96, Copy: 96, Size: 208, Align: 64}},
		{"Value int8 lock=snapshot", Parts{Shape: ShapeCopies, Lock: 8, Dirty: 12, Data: 16, Element: 1, Copy: 8, Size: 32, Align: 64}},
		{"Value int8 lock=none", Parts{Shape: ShapePlain, Element: 1, Size: 1, Align: 1}},
		{"Value Order lock=none", Parts{Shape: ShapePlain, Element: 96, Size: 96, Align: 8}},
		{"Value int16 lock=ledger", Parts{Shape: ShapePlain, Element: 2, Size: 2, Align: 2}},
		{"Value int8 lock=atomic", Parts{Shape: ShapePlain, Element: 1, Size: 4, Align: 4}},
		{"Value Status lock=atomic", Parts{Shape: ShapePlain, Element: 4, Size: 4, Align: 4}},
		{"Value int64 lock=atomic", Parts{Shape: ShapePlain, Element: 8, Size: 8, Align: 8}},
		{"Array int8 length=3 lock=mutex", Parts{Shape: ShapeArray, Dirty: 4, Redo: 8, Slot: 16, Data: 24, Element: 1, Size: 27, Align: 64}},
		{"Array Order length=3 lock=mutex", Parts{Shape: ShapeArray, Dirty: 4, Redo: 8, Slot: 16, Data: 112, Element: 96, Size: 400, Align: 64}},
		{"Array int16 length=3 lock=none", Parts{Shape: ShapePlain, Element: 2, Size: 6, Align: 2}},
		{"Array int16 length=3 lock=ledger", Parts{Shape: ShapePlain, Element: 2, Size: 6, Align: 2}},
		{"Array int16 length=3 lock=atomic", Parts{Shape: ShapePlain, Element: 2, Size: 8, Align: 4}},
		{"Text length=9 lock=mutex", Parts{Shape: ShapeCopies, Lock: 8, Dirty: 12, Data: 16, Element: 9, Copy: 16, Size: 48, Align: 64}},
		{"Text length=8 lock=snapshot", Parts{Shape: ShapeCopies, Lock: 8, Dirty: 12, Data: 16, Element: 8, Copy: 8, Size: 32, Align: 64}},
		{"Text length=9 lock=none", Parts{Shape: ShapePlain, Element: 9, Size: 9, Align: 1}},
	} {
		f := fieldOf(t, test.field)
		if got := f.Words(); got != test.field {
			t.Errorf("Words: got %q, want %q", got, test.field)
		}
		if got, ok := s.Inside(&f); got != test.want || !ok {
			t.Errorf("Inside(%s):\n got %+v, %v\nwant %+v", test.field, got, ok, test.want)
		}
	}
	for _, text := range []string{
		"Array int8 length=70368744177664 lock=mutex",        // the elements fit, their header does not
		"Value [70368744177664]int8 lock=mutex",              // one copy fits, two do not
		"Text length=70368744177664 lock=mutex",              // likewise
		"Array [4294967296]int8 length=4294967296 lock=none", // 2^64 bytes
	} {
		f := fieldOf(t, text)
		if got, ok := s.Inside(&f); ok {
			t.Errorf("Inside(%s): got %+v, want nothing", text, got)
		}
	}
}

// fieldOf makes a field from the words of the text form.
func fieldOf(t *testing.T, text string) Field {
	t.Helper()
	words := strings.Split(text, " ")
	f := Field{Kind: Kind(words[0]), Since: 1}
	for i, w := range words[1:] {
		if err := f.option(i, w); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func TestRoundUp(t *testing.T) {
	t.Parallel()
	for _, test := range [][3]uint64{{0, 8, 0}, {1, 8, 8}, {8, 8, 8}, {9, 1, 9}, {65, 64, 128}} {
		if got := RoundUp(test[0], test[1]); got != test[2] {
			t.Errorf("RoundUp(%d, %d): got %d, want %d", test[0], test[1], got, test[2])
		}
	}
}
