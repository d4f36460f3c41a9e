package descriptor

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func FuzzParse(f *testing.F) {
	f.Add(full)
	f.Add(hashed)
	f.Add("shmgen 1 A 1\ndata 0\n")
	f.Add("shmgen 1 A 1\nfield a Value [2][3]string[5] lock=none @0+48\ndata 48\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		if got := s.Encode(); got != text {
			t.Fatalf("parses, but encodes to\n%s", got)
		}
		if got := len(s.Chain()); got != s.Version {
			t.Fatalf("a chain of %d hashes for version %d", got, s.Version)
		}
		for i := range s.Fields {
			checkParts(t, s, &s.Fields[i])
		}
	})
}

// checkParts checks that everything inside a field lies inside it, aligned and in order.
func checkParts(t *testing.T, s *Segment, f *Field) {
	t.Helper()
	p, ok := s.Inside(f)
	if !ok || p.Size != f.Size || f.Offset%p.Align != 0 || f.Offset+f.Size > s.Size || f.Size == 0 {
		t.Fatalf("field %s: %+v, %v at %d of %d", f.Name, p, ok, f.Offset, s.Size)
	}
	total := p.Element
	switch {
	case f.Kind == Array:
		total *= f.Length
	case p.Shape == ShapeCopies:
		total += p.Copy
	}
	if p.Data+total > p.Size || p.Shape == ShapeCopies && p.Copy < p.Element {
		t.Fatalf("field %s: the data does not fit: %+v", f.Name, p)
	}
	if p.Shape == ShapeArray && p.Slot+p.Element > p.Data {
		t.Fatalf("field %s: the redo slot does not fit: %+v", f.Name, p)
	}
	if p.Shape != ShapePlain && (p.Lock%4 != 0 || p.Dirty != p.Lock+4 || p.Align != LineSize) {
		t.Fatalf("field %s: the lock is not aligned: %+v", f.Name, p)
	}
	if p.Seq%8 != 0 || p.Redo%8 != 0 || p.Slot%8 != 0 || p.Copy%8 != 0 {
		t.Fatalf("field %s: 64-bit words are not aligned: %+v", f.Name, p)
	}
}

// TestParseLargest gives Parse texts of about the largest size that are made to be slow. What it allocates stands for
// the work that it does: it may be a small multiple of the text, however the text is made.
func TestParseLargest(t *testing.T) {
	var enums, members strings.Builder
	for i := range MaxTypes - 100 {
		fmt.Fprintf(&enums, "enum e%03d int8\n", i)
	}
	members.WriteString(enums.String())
	for record := 0; members.Len() < MaxText-200_000; record++ {
		fmt.Fprintf(&members, "record r%d 8192", record)
		for i := range MaxMembers {
			fmt.Fprintf(&members, " m%d:e923@%d", i, i)
		}
		members.WriteByte('\n')
	}
	var nested strings.Builder
	size := uint64(8)
	nested.WriteString("record r0 8 a:int64@0\n")
	for i := 1; i < MaxTypes && size < MaxSize; i++ {
		fmt.Fprintf(&nested, "record r%d %d a:r%d@0 b:r%d@%d\n", i, 2*size, i-1, i-1, size)
		size *= 2
	}
	nested.WriteString("field a Value r43 lock=none @0+70368744177664\n")
	var fields strings.Builder
	for i := range MaxFields - 1 {
		fmt.Fprintf(&fields, "field f%d Value e%03d lock=l since=64 @%d+1\n", i, i%900, 8+i)
	}
	for name, text := range map[string]string{
		"members of the last enum": "shmgen 1 A 1\n" + members.String() + "data 0\n",
		"records within records":   "shmgen 1 A 1\n" + nested.String() + fmt.Sprintf("data %d\n", uint64(MaxSize)),
		"fields of a late version": "shmgen 1 A 64\n" + enums.String() + fields.String() + "field l Lock since=64 @0+8\ndata 9000\n",
		"one long word":            strings.Repeat("a", MaxText-1) + "\n",
		"one long line":            "shmgen" + strings.Repeat(" ", MaxText-7) + "\n",
		"many lines":               strings.Repeat("\n", MaxText),
		"one long number":          "shmgen 1 A " + strings.Repeat("9", MaxText-12) + "\n",
		"many brackets":            "shmgen 1 A 1\nfield a Value " + strings.Repeat("[1]", MaxText/3-20) + "int8 lock=none @0+1\n",
	} {
		if len(text) > MaxText {
			t.Fatalf("%s: %d bytes", name, len(text))
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s, err := Parse(text)
		if err == nil {
			s.Chain()
		}
		runtime.ReadMemStats(&after)
		if wantError := strings.HasPrefix(name, "one ") || strings.HasPrefix(name, "many "); (err != nil) != wantError {
			t.Errorf("%s: got error %v", name, err)
		}
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 60*MaxText {
			t.Errorf("%s: %d bytes were allocated for a text of %d", name, allocated, len(text))
		} else {
			t.Logf("%s: %d bytes for %d", name, allocated, len(text))
		}
	}
}
