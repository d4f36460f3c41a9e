package syntax

import (
	"strings"
	"testing"

	"github.com/shmgen/shmgen/gen/diag/diagtest"
)

// parse returns the tree of a text that is right.
func parse(t *testing.T, text string) *File {
	t.Helper()
	file, ds := Parse("test.shm", []byte(text))
	if len(ds) > 0 || file.Broken {
		t.Fatalf("diagnostics for a text that is right:\n%s", diagtest.Render(t, []byte(text), ds))
	}
	return file
}

// TestForms parses what may be written in more than one way.
func TestForms(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text string }{
		{"only a package", "package p"},
		{"semicolons", "package p; const A = 1; const B = 2; record R { a int32; b int32; }; segment S { a Lock(); b Lock() }"},
		{"line ends of Windows", "package p\r\n\r\nconst A = 1\r\nrecord R {\r\n\ta int32\r\n}\r\n"},
		{"no line end at the end", "package p\nconst A = 1 // behind"},
		{"brackets over lines", "package p\nconst A = (1 +\n\n2\n)\nsegment S(\nn <= 4,\n) {\na Array(\n'i',\n[\n1, // one\n2,\n],\nlock=none,\n)\nb Value(R, {\na: 1,\n\nb: [1, 2],\n})\n}"},
		{"types over lines", "package p\nsegment S {\na Value(\nstring[4],\n)\nb Value(\n[2]int32)\nc Value(\nN,\nA *\n2)\n}"},
		{"trailing commas", "package p\nsegment S(n <= 4,) {\na Value('i', 1,)\nb Array('i', [1,],)\nc Value(R, {a: 1,},)\nd Semaphore(1,)\ne Value('i',)\n}"},
		{"empty bodies", "package p\nenum E uint8 {}\nrecord R {}\nsegment S {}"},
		{"bindings", "package p\nrecord A = A {\nx int32\n}\nrecord B = \"a/b\".C {\nx int32\n}"},
		{"names like words of the language", "package p\nrecord R {\nconst_a int32\nreserved(4)\nas int32 as As\n}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			parse(t, test.text)
		})
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"1 + 2 * 3", "(1 + (2 * 3))"}, {"1 - 2 - 3", "((1 - 2) - 3)"}, {"1 << 2 + 3", "((1 << 2) + 3)"}, {"1 | 2 & 3 ^ 4", "((1 | (2 & 3)) ^ 4)"},
		{"-1 - -2", "(-1 - -2)"}, {"-A.b * (1 + 2)", "(-A.b * (1 + 2))"}, {"8 / 2 % 3 &^ 1 >> 1", "((((8 / 2) % 3) &^ 1) >> 1)"},
	}
	for _, test := range tests {
		file := parse(t, "package p\nconst A = "+test.text)
		if got := write(file.Declarations[0].(*Const).Value); got != test.want {
			t.Errorf("%s is read as %s, want %s", test.text, got, test.want)
		}
	}
}

// write returns an expression with all its parentheses.
func write(x Expression) string {
	switch x := x.(type) {
	case *Literal:
		return x.Text
	case *Reference:
		if x.Member != nil {
			return x.Name.Text + "." + x.Member.Text
		}
		return x.Name.Text
	case *Unary:
		return x.Operator + write(x.X)
	case *Binary:
		return "(" + write(x.X) + " " + x.Operator + " " + write(x.Y) + ")"
	case *Parentheses:
		return write(x.X)
	}
	return "?"
}

func TestRanges(t *testing.T) {
	t.Parallel()
	const text = "package p\nsegment S {\n\tmoney [2]Value('i',\n\t\t1 + 2, lock=none) as M // x\n}\n"
	file := parse(t, text)
	f := file.Declarations[0].(*Segment).Fields[0]
	tests := []struct {
		what, want, first string
		at                Range
	}{
		{"field", "money [2]Value('i',\n\t\t1 + 2, lock=none) as M", "money [2]Value('i',", f.Range},
		{"name", "money", "money", f.Name.Range},
		{"kind", "Value", "Value", f.Kind.Range},
		{"type", "'i'", "'i'", f.Type.(*CodeType).Range},
		{"argument", "1 + 2", "1 + 2", f.Arguments[0].(*Binary).Range},
		{"option", "lock=none", "lock=none", f.Options[0].Range},
		{"as", "M", "M", f.As.Range},
	}
	for _, test := range tests {
		if got := text[test.at.Start.Offset:test.at.End.Offset]; got != test.want {
			t.Errorf("%s is at %q, want %q", test.what, got, test.want)
		}
		if got := text[test.at.Start.Offset:][:test.at.Span().Length]; got != test.first {
			t.Errorf("the first line of %s is %q, want %q", test.what, got, test.first)
		}
	}
	if p := f.Arguments[0].Span().Start; p.Line != 4 || p.Column != 3 || p.Path != "test.shm" {
		t.Errorf("the argument is at %s, want test.shm:4:3", p)
	}
}

// TestCommentsAreKept holds that every comment of a text is in the tree, in order.
func TestCommentsAreKept(t *testing.T) {
	t.Parallel()
	const text = `// one

// two
// three
package p // four
const A = 1 // five
segment S( // six
	// seven
	n <= 4, // eight
) { // nine
	// ten

	a Value('i', // eleven
		// twelve
		1, // thirteen
	) // fourteen
	// fifteen
} // sixteen
// seventeen`
	file := parse(t, text)
	var got []string
	for _, group := range file.Comments {
		for _, c := range group.List {
			got = append(got, strings.TrimPrefix(c.Text, "// "))
			if text[c.Start.Offset:][:len(c.Text)] != c.Text {
				t.Errorf("%q is not at its offset %d", c.Text, c.Start.Offset)
			}
		}
	}
	want := "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
	if strings.Join(got, " ") != want {
		t.Errorf("got %v\nwant %s", got, want)
	}
	if len(file.Comments) != 16 {
		t.Errorf("%d groups, want 16: only two and three stand together", len(file.Comments))
	}
}

// TestBrokenParts holds that what is right stays in the tree beside what is wrong.
func TestBrokenParts(t *testing.T) {
	t.Parallel()
	const text = "package p\nrecord R {\na int32\nb [\nc int64\n}\nrecrod Q {\nx Lost\n}\nsegment S {\na Value('i'\nb Lock()\n)\nc Lock()\n}\n"
	file, ds := Parse("test.shm", []byte(text))
	if len(ds) != 4 || !file.Broken {
		t.Errorf("diagnostics:\n%s", diagtest.Render(t, []byte(text), ds))
	}
	record, segment := file.Declarations[0].(*Record), file.Declarations[1].(*Segment)
	if len(record.Members) != 3 || record.Members[1].Type != nil || record.Members[2].Type == nil || !record.Broken {
		t.Errorf("members %+v", record.Members)
	}
	var names []string
	for _, f := range segment.Fields {
		names = append(names, f.Name.Text)
	}
	if strings.Join(names, " ") != "a b c" || !segment.Fields[0].Broken || segment.Fields[1].Broken {
		t.Errorf("fields %v", names)
	}
	for _, word := range []string{"Lost", "Q", "recrod"} {
		if !file.Lost[word] {
			t.Errorf("%s is not known to be lost", word)
		}
	}
	if file.Lost["c"] {
		t.Error("c is not lost")
	}
}
