package schema

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/diag/diagtest"
	"github.com/shmgen/shmgen/gen/syntax"
)

// largeText is the size of the texts of [TestLargeTexts]: a quarter of what can be read. The race detector makes the work ten
// times as long and looks for something else, so it gets less.
func largeText() int {
	if raceEnabled {
		return syntax.MaxText / 16
	}
	return syntax.MaxText / 4
}

// repeated returns a text of that size: begin, then line again and again, then end. In place of %d a line has
// its number from 1, in place of %n the next one.
func repeated(begin, line, end string) string {
	var b strings.Builder
	b.WriteString(begin)
	for i := 1; ; i++ {
		next := strings.ReplaceAll(strings.ReplaceAll(line, "%d", strconv.Itoa(i)), "%n", strconv.Itoa(i+1))
		if b.Len()+len(next)+len(end) > largeText() {
			break
		}
		b.WriteString(next)
	}
	b.WriteString(end)
	return b.String()
}

// repeatedLines returns n lines with their numbers from 1 in place of %d.
func repeatedLines(line string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(line, "%d", strconv.Itoa(i+1)))
	}
	return b.String()
}

// longest bounds the time for one text. What grows with the square of a text's size can take minutes at this one, what does
// not takes less than a second.
const longest = 20 * time.Second

// TestLargeTexts parses large texts that are made to be slow: whatever is wrong with them, the work must not
// grow with the square of their size, nor the stack without a bound.
func TestLargeTexts(t *testing.T) {
	t.Parallel()
	const fields = "package p\nsegment S {\n"
	tests := []struct {
		name             string
		begin, line, end string
		good             bool
	}{
		{"constants", "package p\n", "const A%d = %d\n", "", true},
		{"constants in reverse", "package p\n", "const A%d = A%n\n", "", false},
		{"constants in a chain", "package p\nconst A1 = 1\n", "const A%n = A%d + 0\n", "", true},
		{"unknown names", "package p\n", "const A%d = Bxxxx%d\n", "", false},
		{"unknown types", "package p\nrecord R {\n", "a%d Wrong%d\n", "}\n", false},
		{"unknown locks", fields + "a Lock()\n", "a%d Value('i', lock=b%d)\n", "}\n", false},
		{"unknown values", "package p\nenum E uint8 {\na\n", "b%d = E.c%d\n", "}\n", false},
		{"unknown members", "package p\nrecord R {\na int32\n}\nsegment S {\n", "a%d Value(R, {b%d: 1})\n", "}\n", false},
		{"fields", fields, "a%d Lock()\n", "}\n", true},
		{"guarded fields", fields + "l Lock()\n", "has_%d Value('i', lock=l)\n", "}\n", true},
		{"same names", fields, "a Lock()\n", "}\n", false},
		{"parameters", "package p\nsegment S(a0<=1", ",a%n<=1", ") {\na Lock()\n}\n", true},
		{"unknown sizes beside parameters", "package p\nsegment S(a0<=1", ",a%n<=1", ") {\n" + repeatedLines("x%d Array('i', y%d)\n", 500) + "}\n", false},
		{"parameters in bounds", "package p\nsegment S(a0<=1", ",a%n<=a%d", ") {\na Lock()\n}\n", false},
		{"values of an enum", "package p\nenum E uint32 {\n", "a%d\n", "}\n", true},
		{"values out of range", "package p\nenum E uint8 {\n", "a%d\n", "}\n", false},
		{"records in reverse", "package p\n", "record A%d {\na A%n\n}\n", "", false},
		{"elements", "package p\nsegment S {\na Array('i', [", "%d,", "])\n}\n", true},
		{"lists in lists", "package p\nsegment S {\na Value('i', ", "[", "\n}\n", false},
		{"parentheses", "package p\nconst A = ", "(", "\n", false},
		{"signs", "package p\nconst A = ", "-", "\n", false},
		{"operators", "package p\nconst A = 1", "+1", "\n", false},
		{"strings", "package p\nconst A = \"" + strings.Repeat("x", 60000) + "\"\n", "const A%d = A" + strings.Repeat(`+""`, 900) + "\n", "", true},
		{"powers", "package p\nconst A1 = 3\n", "const A%n = A%d * A%d\n", "", false},
		{"fractions", "package p\nconst A1 = 1.1\n", "const A%n = A%d / 3.7\n", "", false},
		{"array types", "package p\nrecord R {\na ", "[1]", "int32\n}\n", false},
		{"open comments", "package p\n", "/*\n", "", false},
		{"open strings", "package p\n", "\"\n", "", false},
		{"strings on one line", "package p\nconst A = ", "\"\"+", "\n", false},
		{"raw strings on one line", "package p\nconst A = ", "``+", "\n", false},
		{"comments", "package p\n", "// x\n", "", true},
		{"NULs", "package p\n", "\x00\x01", "", false},
		{"brackets", fields, "a Foo(\n", "", false},
		{"braces", "package p\n", "segment S {\n", "", false},
		{"closing brackets", "package p\n", ")\n", "", false},
		{"many lines in brackets", fields + "a Array('i', [", "1\n", "])\n}\n", false},
		{"empty lines in brackets", fields + "a Array('i', [", "\n", "1])\n}\n", true},
		{"nested lists over lines", fields + "a Value([1][1]int32, " + strings.Repeat("[", 190), "1,\n", strings.Repeat("]", 190) + ")\n}\n", false},
		{"words", "package p\n", "a ", "\n", false},
		{"types", "package p\nsegment S {\n", "a%d Value(string[%d])\n", "}\n", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := []byte(repeated(test.begin, test.line, test.end))
			started := time.Now()
			file, ds := Parse("large.shm", text)
			if got := file != nil; got != test.good {
				t.Errorf("accepted: %v, want %v; %d diagnostics, the first: %+v", got, test.good, len(ds), ds[:min(1, len(ds))])
			}
			if len(ds) > 2*diag.MaxReported+2 {
				t.Errorf("%d diagnostics", len(ds))
			}
			diagtest.Render(t, text, ds)
			if took := time.Since(started); took > longest {
				t.Errorf("took %v, want at most %v", took, longest)
			}
		})
	}
}

func TestTooLargeText(t *testing.T) {
	t.Parallel()
	text := "package p\n" + strings.Repeat(" ", syntax.MaxText)
	file, ds := Parse("large.shm", []byte(text))
	if file != nil || len(ds) != 1 || ds[0].Rule != syntax.RuleText {
		t.Errorf("got %v, %+v; want one diagnostic", file, ds)
	}
}
