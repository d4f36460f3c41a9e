package schema

import (
	"go/constant"
	"slices"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/gen/diag/diagtest"
)

// parse returns the model of a schema that is right.
func parse(t *testing.T, text string) *File {
	t.Helper()
	file, ds := Parse("test.shm", []byte(text))
	if file == nil || len(ds) > 0 {
		t.Fatalf("diagnostics for a schema that is right:\n%s", diagtest.Render(t, []byte(text), ds))
	}
	return file
}

// field returns a field of the only segment.
func field(t *testing.T, file *File, name string) *Field {
	t.Helper()
	for _, f := range file.Segments[0].Fields {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no field %s", name)
	return nil
}

func TestConstants(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, want string
		char       bool
	}{
		{"1 + 2 * 3", "7", false}, {"(1 + 2) * 3", "9", false}, {"7 / 2", "3", false}, {"-7 / 2", "-3", false}, {"7.0 / 2", "3.5", false},
		{"7 % 4", "3", false}, {"1 << 3 + 1", "9", false}, {"1 | 6 & 3 ^ 8", "11", false}, {"0xFF &^ 0xF", "240", false},
		{"- -3", "3", false}, {"2 - 1 - 1", "0", false}, {"16 / 2 / 2", "4", false}, {`'a'`, "97", true}, {`('a')`, "97", true}, {`'a' + 1`, "98", false},
		{`"a" + "b"`, `"ab"`, false}, {"true", "true", false}, {"1e3", "1000", false}, {"Last", "5", false}, {"E.c * 2", "22", false},
		{"0b11 + 0o17 + 1_000", "1018", false}, {"1 << 511 >> 511", "1", false}, {"0.1 + 0.2", "0.3", false},
	}
	for _, test := range tests {
		file := parse(t, "package p\nconst X = "+test.text+"\nenum E uint8 {\na = 10\nc\n}\nconst Last = 5\n")
		if got := file.Consts[0].Value.String(); got != test.want || file.Consts[0].Char != test.char {
			t.Errorf("%s = %s (character %v), want %s (%v)", test.text, got, file.Consts[0].Char, test.want, test.char)
		}
	}
}

func TestEnumValues(t *testing.T) {
	t.Parallel()
	file := parse(t, `package p
enum A int8 {
	a
	b = -5
	c
	d = B.x + 1
	job_id
}
enum B 'Q' {
	x = 7
	y = 1<<64 - 1
}
`)
	var got []string
	for _, e := range file.Enums {
		for _, m := range e.Members {
			got = append(got, m.GoName+"="+m.Value.ExactString())
		}
	}
	want := []string{"AA=0", "AB=-5", "AC=-4", "AD=8", "AJobID=9", "BX=7", "BY=18446744073709551615"}
	if !slices.Equal(got, want) || file.Enums[0].Base != "int8" || file.Enums[1].Base != "uint64" {
		t.Errorf("got %v of %s, %s; want %v", got, file.Enums[0].Base, file.Enums[1].Base, want)
	}
}

func TestRecordOrder(t *testing.T) {
	t.Parallel()
	file := parse(t, "package p\nrecord A {\nb [2]B\nc C\n}\nrecord C {\nx int32 as Other\nreserved(4)\n}\nrecord B {\nc C\n}\n")
	var got []string
	for _, r := range file.Records {
		got = append(got, r.Name)
	}
	if want := []string{"C", "B", "A"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	if m := file.Records[0].Members; m[0].GoName != "Other" || m[1].Reserved != 4 || m[1].Type != nil {
		t.Errorf("members of C: %+v, %+v", m[0], m[1])
	}
}

func TestTypecodes(t *testing.T) {
	t.Parallel()
	want := map[string]Basic{"c": "byte", "b": "int8", "B": "uint8", "h": "int16", "H": "uint16", "i": "int32", "I": "uint32", "l": "int64", "L": "uint64",
		"q": "int64", "Q": "uint64", "f": "float32", "d": "float64", "u": "rune", "?": "bool"}
	for code, basic := range want {
		file := parse(t, "package p\nsegment S {\nx Value('"+code+"')\ny Value("+string(basic)+")\n}\n")
		for _, name := range []string{"x", "y"} {
			if got := field(t, file, name).Type; got.Kind != BasicType || got.Basic != basic {
				t.Errorf("%s of %s is %v, want %s", name, code, got.Basic, basic)
			}
		}
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	const kinds = `package p
const N = 3
record R {
	a int32
	b [2]float64
}
segment S(depth <= 8) {
	late   Value('i', lock=ledger)
	text   Array('c', 5)
	hello  Array(byte, "hello")
	chars  Array('c', ['h', 105])
	raw    RawArray('c', "ab")
	held   Array('c', "ab", lock=ledger)
	bare   Array('c', 4, lock=none)
	snap   Array('c', 4, lock=snapshot)
	list   Array('d', [1, 2.5])
	rec    Value(R, {b: [1]})
	sized  Queue(R, depth * N + 1)
	stripe [N]Lock()
	sem    Semaphore(depth, undo=true)
	pipe   Pipe(bytes, 64)
	ledger Lock(report=true)
	own    Condition()
	on     Condition(ledger)
	align  Value('i', lock=atomic, align=1 << 6) as Wide
	new    RawValue('Q', 1<<64 - 1, since=3)
}
`
	file := parse(t, kinds)
	s := file.Segments[0]
	ledger := field(t, file, "ledger")
	tests := []struct {
		name   string
		kind   Kind
		mode   Mode
		length uint64
	}{
		{"late", Value, Shared, 0}, {"text", Text, Mutex, 5}, {"hello", Text, Mutex, 5}, {"chars", Text, Mutex, 2}, {"raw", Array, Unlocked, 2},
		{"held", Array, Shared, 2}, {"bare", Array, Unlocked, 4}, {"snap", Text, Snapshot, 4}, {"list", Array, Mutex, 2}, {"rec", Value, Mutex, 0},
		{"sized", Queue, "", 25}, {"stripe", Lock, "", 0}, {"pipe", Pipe, "", 64}, {"align", Value, Atomic, 0}, {"new", Value, Unlocked, 0},
	}
	for _, test := range tests {
		f := field(t, file, test.name)
		length := uint64(0)
		if f.Length != nil {
			length = f.Length.Value
		}
		if f.Kind != test.kind || f.Mode != test.mode || length != test.length {
			t.Errorf("%s: %s %q of length %d, want %s %q of %d", test.name, f.Kind, f.Mode, length, test.kind, test.mode, test.length)
		}
	}
	if text := constant.StringVal(field(t, file, "chars").Init.Value); text != "hi" {
		t.Errorf("the text of chars is %q", text)
	}
	if init := field(t, file, "raw").Init; init.Kind != ListInit || len(init.List) != 2 || init.List[1].Value.ExactString() != "98" {
		t.Errorf("the initial value of raw: %+v", init)
	}
	if init := field(t, file, "rec").Init; init.Kind != RecordInit || init.Members[0].Member.Name != "b" || len(init.Members[0].Init.List) != 1 {
		t.Errorf("the initial value of rec: %+v", init)
	}
	if got := field(t, file, "sized").Length.Param; got == nil || got.Op != "+" || got.X.Op != "*" || got.X.X.Param != s.Params[0] || got.X.Y.Number != 3 || got.Y.Number != 1 {
		t.Errorf("the length of sized: %+v", got)
	}
	if f := field(t, file, "sem"); f.Number.Param.Param != s.Params[0] || f.Number.Value != 8 || !constant.BoolVal(f.Options["undo"].Value) {
		t.Errorf("sem: %+v", f)
	}
	if f := field(t, file, "stripe"); f.Count == nil || f.Count.Value != 3 {
		t.Errorf("stripe: %+v", f)
	}
	if f := field(t, file, "pipe"); f.Type.Kind != StreamType {
		t.Errorf("pipe: %+v", f.Type)
	}
	if f := field(t, file, "align"); f.GoName != "Wide" || f.Options["align"].Value.ExactString() != "64" || f.Options["lock"].Value != nil {
		t.Errorf("align: %+v", f)
	}
	if f := field(t, file, "new"); f.Since != 3 || s.Version != 3 || field(t, file, "late").Since != 1 {
		t.Errorf("new is of version %d, the segment of %d", f.Since, s.Version)
	}
	if on, own := field(t, file, "on"), field(t, file, "own"); on.On != ledger || own.On != nil {
		t.Errorf("the locks of the conditions: %v, %v", on.On, own.On)
	}
	if want := []*Field{field(t, file, "late"), field(t, file, "held")}; !slices.Equal(ledger.Guards, want) || want[0].Guard != ledger {
		t.Errorf("the ledger guards %v", ledger.Guards)
	}
}

func TestDocumentation(t *testing.T) {
	t.Parallel()
	file := parse(t, `// A free comment.

// Package p is
// documented.
package p // behind

// N above.
const N = 1 // N behind.

// Not of E: there is a gap.

enum E uint8 { // E behind.
	a // a behind.
	//b above.
	b
}
record R { x int32 } // R on one line.
//  S above.
segment S(
	n <= 4, // n behind.
) { // S behind.
	// x above.
	x Array('i', [ // inside
		1,
	]) // x behind.
}
`)
	s := file.Segments[0]
	tests := []struct {
		what      string
		doc, want Doc
	}{
		{"package", file.Doc, Doc{"Package p is", "documented.", "behind"}},
		{"N", file.Consts[0].Doc, Doc{"N above.", "N behind."}},
		{"E", file.Enums[0].Doc, Doc{"E behind."}},
		{"a", file.Enums[0].Members[0].Doc, Doc{"a behind."}},
		{"b", file.Enums[0].Members[1].Doc, Doc{"b above."}},
		{"R", file.Records[0].Doc, Doc{"R on one line."}},
		{"R.x", file.Records[0].Members[0].Doc, nil},
		{"S", s.Doc, Doc{" S above.", "S behind."}},
		{"n", s.Params[0].Doc, Doc{"n behind."}},
		{"x", s.Fields[0].Doc, Doc{"x above.", "x behind."}},
	}
	for _, test := range tests {
		if !slices.Equal(test.doc, test.want) || (test.doc == nil) != (test.want == nil) {
			t.Errorf("documentation of %s: %q, want %q", test.what, test.doc, test.want)
		}
	}
}

func TestGoNames(t *testing.T) {
	t.Parallel()
	file := parse(t, `package p
const Seats = 4
enum Status uint8 {
	open
}
record Order {
	memo string[32]
}
record Tick = Price {
	x int32
}
record Far = "example.com/market".Tick {
	x int32
}
segment Bank {
	table RWLock()
	lo    Value(bytes[8], lock=table)
	gate  Lock()
}
`)
	var got []string
	for _, n := range file.GoNames() {
		got = append(got, n.Name)
	}
	want := "Seats Status StatusOpen Order MustString32 NewString32 String32 tickMembers Price farMembers " +
		"Bank NewBank CreateBank OpenBank OpenOrCreateBank ReplaceBank InheritBank WatchBank BankParams BankView BankLayout bankDescriptor bindBank " +
		"BankTableLock BankTableGuard bankTableData BankTableReadGuard Bytes8 MustBytes8 NewBytes8"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}
