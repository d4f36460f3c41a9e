package descriptor

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// full uses every shape, every basic type and every option of format 1.
const full = `shmgen 1 Bank 3
enum Status uint32 closed=0 open=1 alarm=7
enum Signed int8 low=-128 high=127
enum Wide uint64 none=0 all=-1
enum Empty int16
record Order 96 id:uint64@0 amount:float64@8 memo:string[32]@16 status:Status@52 placed:time@56 pos:[2][2]float32@64 ok:bool@80
record Page 192 orders:[2]Order@0
field money Value int32 lock=mutex @0+12
field flag Value bool lock=mutex @64+9
field last Value Order lock=mutex @128+208
field seen Value [3]Order lock=snapshot since=2 @384+592
field rates Array float64 length=3 lock=mutex @1024+48
field pages Array Page length=2 lock=none @1088+384
field title Text length=10 lock=mutex @1472+48
field banner Text length=8 lock=snapshot @1536+32
field hits Value uint8 lock=atomic @1600+4
field mode Value Status lock=atomic @1604+4
field state Value Signed lock=mutex @1664+32
field counts Array uint16 length=3 lock=atomic @1696+8
field raw Value duration lock=none @1704+8
field note Value bytes[70000] lock=ledger since=3 @1728+70004
field ledger Lock report=true @71744+8
field gate Lock @71808+8
field lo Value rune lock=ledger @71752+4
data 71872
`

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"full":                  full,
		"the smallest":          "shmgen 1 A 1\ndata 0\n",
		"a name of 255 bytes":   "shmgen 1 " + strings.Repeat("a", 255) + " 1\ndata 0\n",
		"unused bytes at ends":  "shmgen 1 A 1\nfield a Value int8 lock=none @7+1\ndata 70368744177664\n",
		"16 dimensions":         "shmgen 1 A 1\nfield a Value " + strings.Repeat("[1]", MaxDims) + "int8 lock=none @0+1\ndata 1\n",
		"the longest bytes":     "shmgen 1 A 1\nfield a Value bytes[4294967295] lock=none @0+4294967300\ndata 4294967300\n",
		"the highest version":   "shmgen 1 A 64\nfield a Value int8 lock=none since=64 @0+1\ndata 1\n",
		"a lock that is not on": "shmgen 1 A 1\nfield l Lock @0+8\nfield a Value int8 lock=l @8+1\ndata 9\n",
	} {
		s, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := s.Encode(); got != text {
			t.Errorf("%s: encodes to\n%swant\n%s", name, got, text)
		}
		again, err := Parse(s.Encode())
		if err != nil || !reflect.DeepEqual(again, s) {
			t.Errorf("%s: got %+v, %v, want %+v", name, again, err, s)
		}
	}
}

func TestParseMeaning(t *testing.T) {
	t.Parallel()
	s, err := Parse(full)
	if err != nil {
		t.Fatal(err)
	}
	want := Field{Name: "seen", Kind: Value, Type: Type{Name: "Order", Dims: []uint64{3}}, Mode: Snapshot, Since: 2, Offset: 384, Size: 592}
	if got := *s.Field("seen"); !reflect.DeepEqual(got, want) {
		t.Errorf("seen: got %+v, want %+v", got, want)
	}
	if got := s.Field("ledger"); !got.Report || got.Since != 1 {
		t.Errorf("ledger: got %+v, want report and version 1", got)
	}
	if got := s.Enum("Wide").Members[1]; got != (EnumMember{Name: "all", Value: -1}) {
		t.Errorf("Wide.all: got %+v, want the bits of the largest uint64", got)
	}
	if got, want := s.Record("Order").Members[2], (Member{Name: "memo", Type: Type{Name: "string", Max: 32}, Offset: 16}); !reflect.DeepEqual(got, want) {
		t.Errorf("memo: got %+v, want %+v", got, want)
	}
	if s.Enum("Order") != nil || s.Record("Status") != nil || s.Field("Bank") != nil {
		t.Error("found a name among things of another kind")
	}
	if got := s.Locks(); got != 10 {
		t.Errorf("Locks: got %d, want 10", got)
	}
	for lock, want := range map[string]bool{"ledger": true, "gate": false, "": false, "money": false} {
		if got := s.GuardsFields(lock); got != want {
			t.Errorf("GuardsFields(%q): got %v, want %v", lock, got, want)
		}
	}
}

func TestModeGuarded(t *testing.T) {
	t.Parallel()
	for mode, want := range map[Mode]bool{"": false, Unlocked: false, Mutex: false, RWMutex: false, Atomic: false, Snapshot: false, "ledger": true} {
		if got := mode.Guarded(); got != want {
			t.Errorf("Mode(%q).Guarded: got %v, want %v", mode, got, want)
		}
	}
}

// TestParseErrors changes one thing at a time in texts that are right.
func TestParseErrors(t *testing.T) {
	t.Parallel()
	const head = "shmgen 1 A 1\n"
	lines := func(body ...string) string { return head + strings.Join(body, "\n") + "\n" }
	for _, test := range []struct{ text, want string }{
		// The whole.
		{"", `the line "data" is missing`},
		{head, `the line "data" is missing`},
		{"shmgen 1 A 1", "line 1 has no end"},
		{head + "data 0", "line 2 has no end"},
		{lines("data 0", "data 0"), `line 3: there is text after "data"`},
		{lines("data 0", ""), `line 3: there is text after "data"`},
		{head + head, `line 2: the first line, and only that, begins with "shmgen"`},
		{"data 0\n", `line 1: the first line, and only that, begins with "shmgen"`},
		{"\n" + head, `line 1: the first line, and only that, begins with "shmgen"`},
		{lines("", "data 0"), `line 2: unknown word ""`},
		{lines("fields a Lock @0+8", "data 8"), `line 2: unknown word "fields"`},
		{lines(strings.Repeat("z", 100)), strings.Repeat("z", 57) + `..."`},
		{strings.Repeat("x", MaxText+1), "1048577 bytes are more than 1048576"},

		// The head.
		{"shmgen\n", `want "shmgen 1 NAME VERSION"`},
		{"shmgen 2 A 1\ndata 0\n", `want "shmgen 1 NAME VERSION"`},
		{"shmgen 01 A 1\ndata 0\n", `want "shmgen 1 NAME VERSION"`},
		{"shmgen 1 A 1 \ndata 0\n", `want "shmgen 1 NAME VERSION"`},
		{"shmgen 1 A 0\ndata 0\n", "versions begin with 1"},
		{"shmgen 1 A 65\ndata 0\n", `"65" is no number up to 64`},
		{"shmgen 1 A 01\ndata 0\n", `"01" is no number up to 64`},
		{"shmgen 1 A -1\ndata 0\n", `"-1" is no number up to 64`},
		{"shmgen 1  1\ndata 0\n", `"" is no name`},
		{"shmgen 1 1A 1\ndata 0\n", `"1A" is no name`},
		{"shmgen 1 Ä 1\ndata 0\n", `"Ä" is no name`},
		{"shmgen 1 A\x00 1\ndata 0\n", `"A\x00" is no name`},
		{"shmgen 1 " + strings.Repeat("a", 256) + " 1\ndata 0\n", "is no name"},
		{"shmgen 1 A 2\ndata 0\n", "the version is 2, but the newest field is of version 1"},

		// Enums.
		{lines("enum", "data 0"), `want "enum NAME BASE MEMBER=VALUE ..."`},
		{lines("enum E", "data 0"), `want "enum NAME BASE MEMBER=VALUE ..."`},
		{lines("enum E int8"+strings.Repeat(" a=0", MaxMembers+1), "data 0"), `want "enum NAME BASE MEMBER=VALUE ..."`},
		{lines("enum E float32", "data 0"), `"float32" is no integer type`},
		{lines("enum E byte", "data 0"), `"byte" is no integer type`},
		{lines("enum E int128", "data 0"), `"int128" is no integer type`},
		{lines("enum E-1 int8", "data 0"), `"E-1" is no name`},
		{lines("enum int8 int8", "data 0"), "type int8 has the name of something else"},
		{lines("enum string int8", "data 0"), "type string has the name of something else"},
		{lines("enum bytes int8", "data 0"), "type bytes has the name of something else"},
		{lines("enum E int8", "enum E int8", "data 0"), "type E is there twice"},
		{lines("enum E int8 a", "data 0"), `"a" is no MEMBER=VALUE`},
		{lines("enum E int8 a=x", "data 0"), `"a=x" is no MEMBER=VALUE`},
		{lines("enum E int8 =1", "data 0"), `"=1" is no MEMBER=VALUE`},
		{lines("enum E uint64 a=9223372036854775808", "data 0"), "is no MEMBER=VALUE"},
		{lines("enum E int8 a=128", "data 0"), "member a: 128 is no int8"},
		{lines("enum E int8 a=-129", "data 0"), "member a: -129 is no int8"},
		{lines("enum E uint8 a=-1", "data 0"), "member a: -1 is no uint8"},
		{lines("enum E uint32 a=4294967296", "data 0"), "member a: 4294967296 is no uint32"},
		{lines("enum E int8 a=1 a=2", "data 0"), "member a is there twice"},
		{lines("enum E int8 a=+1", "data 0"), "line 2: it is not written as Encode writes it"},
		{lines("enum E int8 a=01", "data 0"), "line 2: it is not written as Encode writes it"},
		{lines("enum E int8 a=-0", "data 0"), "line 2: it is not written as Encode writes it"},

		// Records.
		{lines("record", "data 0"), `want "record NAME SIZE MEMBER:TYPE@OFFSET ..."`},
		{lines("record R 8", "data 0"), `want "record NAME SIZE MEMBER:TYPE@OFFSET ..."`},
		{lines("record R 8"+strings.Repeat(" a:int8@0", MaxMembers+1), "data 0"), `want "record NAME SIZE MEMBER:TYPE@OFFSET ..."`},
		{lines("record R x a:int8@0", "data 0"), `"x" is no number`},
		{lines("record R 0 a:int8@0", "data 0"), "the size 0 is no multiple of 8"},
		{lines("record R 9 a:int8@0", "data 0"), "the size 9 is no multiple of 8"},
		{lines("record R 70368744177672 a:int8@0", "data 0"), `"70368744177672" is no number up to 70368744177664`},
		{lines("record R 8 a", "data 0"), `"a" is no MEMBER:TYPE@OFFSET`},
		{lines("record R 8 a:int8", "data 0"), `"a:int8" is no MEMBER:TYPE@OFFSET`},
		{lines("record R 8 :int8@0", "data 0"), `":int8@0" is no MEMBER:TYPE@OFFSET`},
		{lines("record R 8 a:int8@x", "data 0"), `"x" is no number`},
		{lines("record R 8 a:@0", "data 0"), `"" is no type`},
		{lines("record R 8 a:int9@0", "data 0"), `member a: unknown type "int9"`},
		{lines("record R 8 a:R@0", "data 0"), `member a: unknown type "R"`},
		{lines("record R 8 a:int16@1", "data 0"), "member a: offset 1 does not fit"},
		{lines("record R 8 a:int8@8", "data 0"), "member a: offset 8 does not fit"},
		{lines("record R 8 a:int32@4 b:int32@0", "data 0"), "member b: offset 0 does not fit"},
		{lines("record R 8 a:int32@0 b:int16@2", "data 0"), "member b: offset 2 does not fit"},
		{lines("record R 8 a:[9]int8@0", "data 0"), "member a: offset 0 does not fit"},
		{lines("record R 8 a:int8@70368744177664", "data 0"), "member a: offset 70368744177664 does not fit"},
		{lines("record R 8 a:int8@0 a:int8@1", "data 0"), "member a is there twice"},
		{lines("record R! 8 a:int8@0", "data 0"), `"R!" is no name`},
		{lines("record int8 8 a:int8@0", "data 0"), "type int8 has the name of something else"},
		{lines("enum R int8", "record R 8 a:int8@0", "data 0"), "type R is there twice"},

		// Types.
		{lines("field a Value [0]int8 lock=none @0+1", "data 1"), `"[0]int8" is no type`},
		{lines("field a Value [x]int8 lock=none @0+1", "data 1"), `"[x]int8" is no type`},
		{lines("field a Value [2int8 lock=none @0+1", "data 1"), `"[2int8" is no type`},
		{lines("field a Value "+strings.Repeat("[1]", MaxDims+1)+"int8 lock=none @0+1", "data 1"), "is no type"},
		{lines("field a Value int8[3] lock=none @0+1", "data 1"), `"int8[3]" is no type`},
		{lines("field a Value string lock=none @0+1", "data 1"), `"string" is no type`},
		{lines("field a Value string[0] lock=none @0+1", "data 1"), `"string[0]" is no type`},
		{lines("field a Value string[3 lock=none @0+1", "data 1"), `"string[3" is no type`},
		{lines("field a Value string[3]] lock=none @0+1", "data 1"), `"string[3]]" is no type`},
		{lines("field a Value string[3]x lock=none @0+1", "data 1"), `"string[3]x" is no type`},
		{lines("field a Value string[4294967296] lock=none @0+4294967300", "data 4294967300"), "is nothing this format knows"},

		// Fields.
		{lines("field a Lock", "data 8"), `want "field NAME KIND ... @OFFSET+SIZE"`},
		{lines("field a@ Lock @0+8", "data 8"), `"a@" is no name`},
		{lines("field mutex Lock @0+8", "data 8"), "field mutex has the name of something else"},
		{lines("field none Lock @0+8", "data 8"), "field none has the name of something else"},
		{lines("field a Lock @0+8", "field a Lock @64+8", "data 72"), "field a is there twice"},
		{lines("field a Lock 0+8", "data 8"), "field a: the place is missing"},
		{lines("field a Lock @0", "data 8"), "field a: the place is missing"},
		{lines("field a Lock ", "data 8"), "field a: the place is missing"},
		{lines("field a Lock @x+8", "data 8"), `"x" is no number`},
		{lines("field a Lock @0+x", "data 8"), `"x" is no number`},
		{lines("field a Lock @0+08", "data 8"), `"08" is no number`},
		{lines("field a Lock @0+8+8", "data 8"), `"8+8" is no number`},
		{lines("field a Lok @0+8", "data 8"), `field a: "Lok" is nothing this format knows`},
		{lines("field a RWLock @0+8", "data 8"), `field a: "RWLock" is nothing this format knows`},
		{lines("field a Queue int8 length=4 @0+8", "data 8"), "is nothing this format knows"},
		{lines("field a Lock int8 @0+8", "data 8"), `field a: "Lock int8" is nothing this format knows`},
		{lines("field a Lock nosuch @0+8", "data 8"), `field a: "Lock nosuch" is nothing this format knows`},
		{lines("field a Lock length=2 @0+8", "data 8"), `field a: "Lock length=2" is nothing this format knows`},
		{lines("field a Lock lock=a @0+8", "data 8"), `field a: "Lock lock=a" is nothing this format knows`},
		{lines("field a Lock lock=mutex @0+8", "data 8"), `field a: "Lock lock=mutex" is nothing this format knows`},
		{lines("field a Value @0+8", "data 8"), `field a: "Value" is nothing this format knows`},
		{lines("field a Value int8 @0+1", "data 1"), `field a: "Value int8" is nothing this format knows`},
		{lines("field a Value int8 length=3 lock=none @0+1", "data 1"), "is nothing this format knows"},
		{lines("field a Value int8 lock=none report=true @0+1", "data 1"), "is nothing this format knows"},
		{lines("field a Value nosuch lock=none @0+1", "data 1"), "is nothing this format knows"},
		{lines("field a Value int8 lock=rwmutex @0+16", "data 16"), "is nothing this format knows"},
		{lines("field a Value string[3] lock=atomic @0+8", "data 8"), "is nothing this format knows"},
		{lines("field a Value [2]int8 lock=atomic @0+4", "data 4"), "is nothing this format knows"},
		{lines("field a Array int8 lock=none @0+1", "data 1"), "is nothing this format knows"},
		{lines("field a Array int8 length=2 lock=snapshot @0+40", "data 40"), "is nothing this format knows"},
		{lines("field a Array int64 length=70368744177664 lock=none @0+8", "data 8"), "is nothing this format knows"},
		{lines("field a Text int8 length=3 lock=mutex @0+32", "data 32"), "is nothing this format knows"},
		{lines("field a Text length=3 lock=atomic @0+32", "data 32"), "is nothing this format knows"},
		{lines("field a Text lock=mutex @0+32", "data 32"), "is nothing this format knows"},
		{lines("field a Lock x @0+8", "data 8"), `is nothing this format knows`},
		{lines("field a Lock report=true x @0+8", "data 8"), `field a: unknown word "x"`},
		{lines("field a Lock report=false @0+8", "data 8"), `field a: unknown word "report=false"`},
		{lines("field a Value int8 lock= @0+1", "data 1"), `field a: unknown word "lock="`},
		{lines("field a Value int8 lock=1 @0+1", "data 1"), `field a: unknown word "lock=1"`},
		{lines("field a Value int8 lock=none color=3 @0+1", "data 1"), `field a: unknown word "color=3"`},
		{lines("field a Value int8 lock=none length=x @0+1", "data 1"), `field a: "x" is no number`},
		{lines("field a Value int8 lock=none since=0 @0+1", "data 1"), "field a: versions begin with 1"},
		{lines("field a Value int8 lock=none since=65 @0+1", "data 1"), "field a:"},
		{lines("field a Value int8 lock=none since=2 @0+1", "data 1"), "field a: since=2 in version 1"},
		{lines("field a Value int8 lock=none @0+2", "data 2"), "field a: its place @0+2 is not where the layout rules put it"},
		{lines("field a Value int64 lock=none @4+8", "data 12"), "field a: its place @4+8 is not"},
		{lines("field a Value int8 lock=mutex @32+9", "data 64"), "field a: its place @32+9 is not"},
		{lines("field a Value int8 lock=gate @0+1", "data 1"), "field a: there is no lock gate"},
		{lines("field a Value int8 lock=b @0+1", "field b Value int8 lock=none @1+1", "data 2"), "field a: there is no lock b"},
		{lines("field a Value int8 lock=none @0+1", "field b Value int32 lock=none @0+4", "data 4"), "overlap"},
		{lines("field a Value int8 lock=none @3+1", "field b Value int32 lock=none @0+4", "data 4"), "fields b and a overlap"},
		{lines("field a Value int8 lock=none @0+1", "data 0"), "field a lies outside the data"},
		{lines("field a Value int8 lock=none @70368744177664+1", "data 70368744177664"), "field a lies outside the data"},

		// Other ways to write the same.
		{lines("field a Value int8 lock=none since=1 @0+1", "data 1"), "line 2: it is not written as Encode writes it"},
		{lines("field a Value int8 lock=none lock=none @0+1", "data 1"), "line 2: it is not written as Encode writes it"},
		{lines("field a Array int8 lock=none length=2 @0+2", "data 2"), "line 2: it is not written as Encode writes it"},
		{lines("field a Lock length=0 @0+8", "data 8"), "line 2: it is not written as Encode writes it"},
		{lines("field a Lock @0+8", "enum E int8", "data 8"), "line 2: it is not written as Encode writes it"},
		{lines("record R 8 a:int8@0", "enum E int8", "data 8"), "line 2: it is not written as Encode writes it"},

		// The end.
		{lines("data"), `want "data SIZE"`},
		{lines("data 0 0"), `want "data SIZE"`},
		{lines("data x"), `"x" is no number`},
		{lines("data 70368744177665"), `"70368744177665" is no number up to 70368744177664`},
	} {
		s, err := Parse(test.text)
		if err == nil {
			t.Errorf("Parse(%q): got no error, want %q", clip(test.text), test.want)
			continue
		}
		if !errors.Is(err, ErrDescriptor) || s != nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Parse(%q):\n got %v\nwant %q, wrapping ErrDescriptor", clip(test.text), err, test.want)
		}
		if len(err.Error()) > 800 {
			t.Errorf("Parse(%q): a message of %d bytes", clip(test.text), len(err.Error()))
		}
	}
}

// TestParseCut shows that no part of a descriptor is taken for the whole.
func TestParseCut(t *testing.T) {
	t.Parallel()
	for n := range len(full) {
		if _, err := Parse(full[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes are taken for a descriptor", n, len(full))
		}
	}
}

// TestParseChanged changes each byte: what is still a descriptor is so in the one way of writing it.
func TestParseChanged(t *testing.T) {
	t.Parallel()
	for i := range len(full) {
		for _, c := range []byte{' ', '\n', '0', '9', 'a', '@', '=', 0, full[i] ^ 1, full[i] ^ 0x80} {
			text := full[:i] + string([]byte{c}) + full[i+1:]
			if s, err := Parse(text); err == nil && s.Encode() != text {
				t.Fatalf("byte %d changed to %q: parses, but encodes to another text", i, c)
			}
		}
	}
}

func TestParseLimits(t *testing.T) {
	t.Parallel()
	var enums, records, fields strings.Builder
	for i := range MaxTypes + 1 {
		fmt.Fprintf(&enums, "enum e%d int8\n", i)
		fmt.Fprintf(&records, "record r%d 8 a:int8@0\n", i)
	}
	for i := range MaxFields + 1 {
		fmt.Fprintf(&fields, "field f%d Value int8 lock=none @%d+1\n", i, i)
	}
	for name, lines := range map[string]string{"enums": enums.String(), "records": records.String(), "fields": fields.String()} {
		shorter := lines[:strings.LastIndex(lines[:len(lines)-1], "\n")+1]
		if _, err := Parse("shmgen 1 A 1\n" + shorter + "data 10000\n"); err != nil {
			t.Errorf("as many %s as there may be: %v", name, err)
		}
		if _, err := Parse("shmgen 1 A 1\n" + lines + "data 10000\n"); err == nil {
			t.Errorf("one too many %s: no error", name)
		}
	}
}
