package layout

import (
	"fmt"
	"go/constant"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/gen/schema"
	"github.com/shmgen/shmgen/runtime/descriptor"
)

// lay lays a file out that must be free of findings.
func lay(t *testing.T, f *schema.File) *File {
	t.Helper()
	laid, found, err := Of(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		t.Errorf("unexpected diagnostic: %s [%s]", d.Message, d.Rule)
	}
	if t.Failed() {
		t.FailNow()
	}
	return laid
}

// places writes where the fields of the only segment lie, in the order of the schema.
func places(s *Segment) string {
	var words []string
	for _, f := range s.Descriptor.Fields {
		words = append(words, fmt.Sprintf("%s@%d+%d", f.Name, f.Offset, f.Size))
	}
	return strings.Join(words, " ") + fmt.Sprintf(" = %d", s.Descriptor.Size)
}

func TestFields(t *testing.T) {
	t.Parallel()
	order := record("Order", member("id", basic("uint64")), member("ok", basic("bool"))) // 16 bytes
	i32, i64, u8 := basic("int32"), basic("int64"), basic("uint8")
	for _, test := range []struct {
		name   string
		fields func() []*schema.Field
		want   string
	}{
		{"a field with a lock starts on a line", func() []*schema.Field {
			return []*schema.Field{value("a", schema.Mutex, i32), value("b", schema.Mutex, i64), value("c", schema.Mutex, basic("bool"))}
		}, "a@0+12 b@64+16 c@128+9 = 192"},
		{"other fields lie at their alignment", func() []*schema.Field {
			return []*schema.Field{value("a", schema.Unlocked, u8), value("b", schema.Unlocked, basic("uint16")), value("c", schema.Atomic, i64), value("d", schema.Unlocked, u8)}
		}, "a@0+1 b@2+2 c@8+8 d@16+1 = 64"},
		{"a small atomic has a word of its own", func() []*schema.Field {
			return []*schema.Field{value("a", schema.Unlocked, u8), value("b", schema.Atomic, u8), value("c", schema.Unlocked, u8)}
		}, "a@0+1 b@4+4 c@8+1 = 64"},
		{"two copies", func() []*schema.Field {
			return []*schema.Field{value("a", schema.Mutex, of(order)), value("b", schema.Mutex, array(3, u8)), characters("c", 5)}
		}, "a@0+48 b@64+32 c@128+32 = 192"},
		{"arrays", func() []*schema.Field {
			return []*schema.Field{elements("a", schema.Mutex, i32, 10), elements("b", schema.Unlocked, u8, 3), elements("c", schema.Unlocked, i64, 2)}
		}, "a@0+64 b@64+3 c@72+16 = 128"},
		{"guarded fields follow their lock, also one that comes later", func() []*schema.Field {
			lo, hi, rows := value("lo", "", i32), value("hi", "", i64), elements("rows", "", of(order), 2)
			return []*schema.Field{lo, value("money", schema.Mutex, i32), lock("ledger", lo, hi, rows), value("raw", schema.Unlocked, u8), hi, rows}
		}, "lo@72+4 money@0+12 ledger@64+8 raw@120+1 hi@80+8 rows@88+32 = 128"},
		{"locks without fields", func() []*schema.Field {
			return []*schema.Field{lock("a"), lock("b"), value("c", schema.Unlocked, i64)}
		}, "a@0+8 b@64+8 c@72+8 = 128"},
		{"the option align", func() []*schema.Field {
			return []*schema.Field{value("a", schema.Atomic, i64), aligned(value("b", schema.Atomic, i64), 64), aligned(value("c", schema.Unlocked, u8), 16), aligned(value("d", schema.Unlocked, i64), 4)}
		}, "a@0+8 b@64+8 c@80+1 d@88+8 = 128"},
		{"each version is a block", func() []*schema.Field {
			old, new := value("old", "", i32), since(value("new", "", i32), 2)
			return []*schema.Field{value("a", schema.Unlocked, u8), lock("ledger", old, new), value("z", schema.Unlocked, u8), old, since(value("b", schema.Unlocked, u8), 2), new}
		}, "a@0+1 ledger@64+8 z@76+1 old@72+4 b@128+1 new@132+4 = 192"},
		{"a version without fields", func() []*schema.Field {
			return []*schema.Field{value("a", schema.Unlocked, u8), since(value("b", schema.Unlocked, u8), 3)}
		}, "a@0+1 b@64+1 = 128"},
		{"a segment without fields", func() []*schema.Field { return nil }, " = 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			laid := lay(t, file([]*schema.Record{order}, test.fields()...))
			if got := places(laid.Segments[0]); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// slots writes the layout of a record: members by name, padding as _, reserved bytes as reserved.
func slots(r *Record) string {
	var words []string
	for _, s := range r.Slots {
		name := "_"
		switch {
		case !s.Padding():
			name = s.Member.Name
		case s.Member != nil:
			name = "reserved"
		}
		mark := ""
		if s.Wide {
			mark = "!"
		}
		words = append(words, fmt.Sprintf("%s@%d+%d%s", name, s.Offset, s.Size, mark))
	}
	return strings.Join(words, " ") + fmt.Sprintf(" = %d", r.Size)
}

func TestRecords(t *testing.T) {
	t.Parallel()
	status := &schema.Enum{Name: "Status", GoName: "Status", Base: "uint16"}
	inner := record("Inner", member("x", basic("uint8")))
	gap := &schema.Member{Reserved: 5}
	for _, test := range []struct {
		name    string
		members []*schema.Member
		want    string
	}{
		{"the example", []*schema.Member{
			member("id", basic("uint64")), member("amount", basic("float64")), member("pos", array(3, basic("float64"))), member("memo", str(32)),
			member("status", &schema.Type{Kind: schema.EnumType, Enum: &schema.Enum{Name: "Big", GoName: "Big", Base: "uint32"}}), member("placed", basic("time")),
		}, "id@0+8! amount@8+8! pos@16+24! memo@40+34 _@74+2 status@76+4 placed@80+8! = 88"},
		{"padding between and at the end", []*schema.Member{member("a", basic("byte")), member("b", basic("int32")), member("c", basic("rune")), member("d", basic("bool"))},
			"a@0+1 _@1+3 b@4+4 c@8+4 d@12+1 _@13+3 = 16"},
		{"reserved bytes have no alignment", []*schema.Member{member("a", basic("byte")), gap, member("b", basic("int64"))}, "a@0+1 reserved@1+5 _@6+2 b@8+8! = 16"},
		{"reserved bytes at the end", []*schema.Member{member("a", basic("byte")), gap}, "a@0+1 reserved@1+5 _@6+2 = 8"},
		{"records lie at multiples of 8", []*schema.Member{member("a", basic("byte")), member("b", of(inner)), member("c", array(2, of(inner)))},
			"a@0+1 _@1+7 b@8+8 c@16+16 = 32"},
		{"enums have the size of their base", []*schema.Member{member("a", basic("byte")), member("b", &schema.Type{Kind: schema.EnumType, Enum: status})},
			"a@0+1 _@1+1 b@2+2 _@4+4 = 8"},
		{"lengths of strings", []*schema.Member{member("a", str(1)), member("b", str(65535)), member("c", str(65536)), member("d", &schema.Type{Kind: schema.BytesType, Len: 3})},
			"a@0+4 b@4+65538 _@65542+2 c@65544+65540 d@131084+6 _@131090+6 = 131096"},
		{"arrays of arrays", []*schema.Member{member("a", array(2, array(3, basic("int16")))), member("b", basic("duration"))}, "a@0+12 _@12+4 b@16+8! = 24"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := file([]*schema.Record{inner, record("Order", test.members...)}, value("v", schema.Mutex, of(inner)))
			f.Enums = []*schema.Enum{status, {Name: "Big", GoName: "Big", Base: "uint32"}}
			if got := slots(lay(t, f).Records[1]); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestDescriptor tests that a segment's description has just the types that it uses, and reads back as it was.
func TestDescriptor(t *testing.T) {
	t.Parallel()
	status := &schema.Enum{Name: "Status", GoName: "Status", Base: "uint64", Members: []*schema.EnumMember{
		{Name: "none", Value: constant.MakeInt64(0)}, {Name: "all", Value: constant.MakeUint64(1<<64 - 1)},
	}}
	inner := record("Inner", member("status", &schema.Type{Kind: schema.EnumType, Enum: status}))
	outer := record("Outer", member("inner", array(2, of(inner))))
	unused := record("Unused", member("x", basic("int8")))
	report := lock("report")
	report.Options["report"] = &schema.Option{Value: constant.MakeBool(true)}
	f := file([]*schema.Record{unused, inner, outer}, value("last", schema.Mutex, of(outer)), report, elements("raw", schema.Unlocked, basic("byte"), 4), characters("name", 8))
	f.Enums = []*schema.Enum{{Name: "Other", GoName: "Other", Base: "byte"}, status}
	got := lay(t, f).Segments[0].Descriptor.Encode()
	want := `shmgen 1 Bank 1
enum Status uint64 none=0 all=-1
record Inner 8 status:Status@0
record Outer 16 inner:[2]Inner@0
field last Value Outer lock=mutex @0+48
field report Lock report=true @64+8
field raw Array byte length=4 lock=none @72+4
field name Text length=8 lock=mutex @128+32
data 192
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestChain tests that a version's hash does not depend on what later versions add.
func TestChain(t *testing.T) {
	t.Parallel()
	old := lay(t, file(nil, value("a", schema.Mutex, basic("int32")))).Segments[0]
	new := lay(t, file(nil, value("a", schema.Mutex, basic("int32")), since(value("b", schema.Mutex, basic("int32")), 2))).Segments[0]
	if len(new.Chain) != 2 || new.Chain[0] != old.Hash() || new.Hash() != new.Chain[1] || new.Hash() == old.Hash() {
		t.Errorf("got chains %v and %v, want the first to begin the second", old.Chain, new.Chain)
	}
}

// doubled returns records of which each contains the one before it twice.
func doubled(n int) []*schema.Record {
	records := []*schema.Record{record("R0", member("x", basic("int8")))}
	for i := 1; i < n; i++ {
		before := records[i-1]
		records = append(records, record(fmt.Sprintf("R%d", i), member("x", of(before)), member("y", of(before))))
	}
	return records
}

// chained returns records of which each contains the one before it.
func chained(n int) []*schema.Record {
	records := []*schema.Record{record("R0", member("x", basic("int8")))}
	for i := 1; i < n; i++ {
		records = append(records, record(fmt.Sprintf("R%d", i), member("x", of(records[i-1]))))
	}
	return records
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	const huge = 1 << 40
	i64 := basic("int64")
	big := record("Big", member("rows", array(1<<20, array(1<<20, i64)))) // 2^43 bytes
	many := func(n int) []*schema.Field {
		var fields []*schema.Field
		for i := range n {
			fields = append(fields, value(fmt.Sprintf("f%d", i), schema.Unlocked, basic("byte")))
		}
		return fields
	}
	deep := basic("byte")
	for range descriptor.MaxDims + 1 {
		deep = array(1, deep)
	}
	long := func(n int) []*schema.Field {
		fields := many(n)
		for _, f := range fields {
			f.Name += strings.Repeat("x", 200)
		}
		return fields
	}
	for _, test := range []struct {
		name string
		file *schema.File
		want []string // parts of messages
	}{
		{"one array", file(nil, elements("a", schema.Unlocked, i64, huge*16)), []string{"the field a is larger"}},
		{"an overflow of 64 bits", file(nil, elements("a", schema.Unlocked, i64, 1<<62)), []string{"the field a is larger"}},
		{"a fixed array", file(nil, value("a", schema.Unlocked, array(huge, array(huge, i64)))), []string{"the type [1099511627776][1099511627776]int64 is larger"}},
		{"a string", file(nil, value("a", schema.Unlocked, str(1<<63))), []string{"the type string[9223372036854775808] is larger"}},
		{"all fields together", file([]*schema.Record{big}, elements("a", schema.Unlocked, of(big), 4), elements("b", schema.Unlocked, of(big), 4), value("c", schema.Unlocked, i64)),
			[]string{"with this field the segment Bank is larger"}},
		{"all members together", file([]*schema.Record{big, record("Bigger", member("a", array(7, of(big))), member("b", of(big)), member("c", i64))}),
			[]string{"with this member the record Bigger is larger"}},
		{"a gap", file([]*schema.Record{record("Gap", member("a", i64), &schema.Member{Reserved: 1<<64 - 1})}), []string{"with this member the record Gap is larger"}},
		{"a record of a record that is too large is reported once", file([]*schema.Record{
			record("Inner", member("a", array(huge, i64)), &schema.Member{Reserved: 1 << 63}),
		}, value("v", schema.Mutex, i64)), []string{"with this member the record Inner is larger"}},
		{"members of records within each other", file(doubled(20)), []string{"the record R15 has 98302 members"}},
		{"records within each other", file(chained(110)), []string{"records are nested more than 100 deep, the outermost is R100"}},
		{"no members", file([]*schema.Record{record("Empty", &schema.Member{Reserved: 8})}), []string{"the record Empty has no members"}},
		{"dimensions", file(nil, value("a", schema.Unlocked, deep)), []string{"at most 16 array dimensions"}},
		{"fields", file(nil, many(descriptor.MaxFields+1)...), []string{"segment Bank has 8193 fields"}},
		{"description", file(nil, long(6000)...), []string{"the description of the segment Bank takes"}},
		{"versions", file(nil, since(value("a", schema.Mutex, i64), 65)), []string{"segment Bank has 65 versions"}},
		{"a kind without layout", file(nil, field("a", schema.RLock, "", nil)), []string{`no place for "RLock"`}},
		{"a mode without layout", file(nil, elements("a", schema.RWMutex, i64, 3)), []string{`no place for "Array int64 length=3 lock=rwmutex"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			laid, found, err := Of(test.file)
			if err != nil {
				t.Fatal(err)
			}
			if laid != nil {
				t.Error("got a layout with diagnostics")
			}
			if len(found) != len(test.want) {
				t.Fatalf("got %d diagnostics, want %d: %v", len(found), len(test.want), found)
			}
			for i, d := range found {
				if !strings.Contains(d.Message, test.want[i]) || d.Hint == "" || d.Rule == "" {
					t.Errorf("got %q (hint %q, rule %q), want %q", d.Message, d.Hint, d.Rule, test.want[i])
				}
			}
		})
	}
}
