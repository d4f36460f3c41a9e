package descriptor

import (
	"slices"
	"strings"
	"testing"
)

const hashed = `shmgen 1 Bank 2
enum Status uint32 closed=0 open=1
record Point 16 x:int64@0 y:int32@8
record Order 32 at:Point@0 memo:string[6]@16 status:Status@24
field money Value int32 lock=mutex @0+12
field last Value Order lock=mutex @64+80
field rates Array float64 length=3 lock=mutex @192+48
field gate Lock @256+8
field ledger Lock @320+8
field lo Value int32 lock=ledger @328+4
field new Value int16 lock=none since=2 @384+2
data 448
`

// change replaces pairs of texts in hashed, each of which must be there, and returns the chain of the result.
func change(t *testing.T, pairs ...string) []Hash {
	t.Helper()
	text := hashed
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%q is not in the text", pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	s, err := Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", pairs, err)
	}
	return s.Chain()
}

func TestChainChanges(t *testing.T) {
	t.Parallel()
	was := change(t)
	seen := map[Hash]string{was[0]: "hashed", was[1]: "hashed, version 2"}
	for name, pairs := range map[string][]string{
		"the segment's name":        {"Bank", "Bench"},
		"a field's name":            {"money", "value"},
		"a lock's name":             {"ledger", "journal"},
		"a field's kind":            {"rates Array float64 length=3 lock=mutex @192+48", "rates Text length=16 lock=mutex @192+48"},
		"a type of the same size":   {"money Value int32", "money Value uint32"},
		"another name of a type":    {"money Value int32", "money Value rune"},
		"an array":                  {"lo Value int32", "lo Value [1]int32"},
		"a length":                  {"length=3 lock=mutex @192+48", "length=4 lock=mutex @192+56"},
		"a lock mode":               {"last Value Order lock=mutex", "last Value Order lock=snapshot"},
		"which lock guards":         {"lock=ledger", "lock=gate"},
		"report":                    {"gate Lock", "gate Lock report=true"},
		"the order of fields":       {"gate Lock @256+8\nfield ledger Lock @320+8", "ledger Lock @320+8\nfield gate Lock @256+8"},
		"a field less":              {"field gate Lock @256+8\n", ""},
		"a member's name":           {"x:int64", "z:int64"},
		"a member's type":           {"y:int32", "y:uint32"},
		"a member's offset":         {"y:int32@8", "y:int32@12"},
		"a member of a string":      {"string[6]", "string[5]"},
		"a record's size":           {"Order 32", "Order 40", "@64+80", "@64+96"},
		"an enum's base":            {"Status uint32", "Status int32"},
		"a member less":             {" memo:string[6]@16", ""},
		"a field in a newer schema": {"lock=ledger @328+4", "lock=ledger since=2 @328+4"},
	} {
		got := change(t, pairs...)
		if got[0] == was[0] || got[1] == was[1] {
			t.Errorf("%s: the chain does not change", name)
		}
		if other, there := seen[got[0]]; there {
			t.Errorf("%s: the same hash as %s", name, other)
		}
		seen[got[0]] = name
	}
}

func TestChainStays(t *testing.T) {
	t.Parallel()
	was := change(t)
	for name, pairs := range map[string][]string{
		"an enum's name":              {"Status", "State"},
		"the name of an enum member":  {"closed=", "shut="},
		"the value of an enum member": {"open=1", "open=5"},
		"an enum member more":         {"open=1", "open=1 alarm=7"},
		"a record's name":             {"Order", "Job"},
		"an inner record's name":      {"Point", "Place"},
		"an unused enum":              {"enum Status", "enum Unused int8\nenum Status"},
		"an unused record":            {"record Point", "record Unused 8 a:int8@0\nrecord Point"},
		"the size of the data":        {"data 448", "data 512"},
	} {
		if got := change(t, pairs...); !slices.Equal(got, was) {
			t.Errorf("%s: the chain changes", name)
		}
	}
}

func TestChainPrefix(t *testing.T) {
	t.Parallel()
	const newest = "field new Value int16 lock=none since=2 @384+2\n"
	was := change(t)
	first := change(t, newest, "", "Bank 2", "Bank 1")
	if len(was) != 2 || len(first) != 1 || first[0] != was[0] {
		t.Errorf("version 1: got %v, want the first of %v", first, was)
	}
	third := change(t, newest, newest+"field newer Value int8 lock=none since=3 @400+1\n", "Bank 2", "Bank 3")
	if len(third) != 3 || !slices.Equal(third[:2], was) || third[2] == was[1] {
		t.Errorf("version 3: got %v, want it to begin with %v", third, was)
	}
	second := change(t, "new Value int16", "new Value uint16")
	if second[0] != was[0] || second[1] == was[1] {
		t.Errorf("another field in version 2: got %v, want only the second hash to differ from %v", second, was)
	}
	// Where a field of a newer version stands in the schema does not matter.
	moved := change(t, newest, "", "field money", newest+"field money")
	if !slices.Equal(moved, was) {
		t.Errorf("the newer field in front: got %v, want %v", moved, was)
	}
	empty := change(t, "since=2", "since=3", "Bank 2", "Bank 3")
	if len(empty) != 3 || empty[0] != was[0] || empty[1] == empty[0] || empty[2] == empty[1] || empty[2] == was[1] {
		t.Errorf("a version without fields: got %v", empty)
	}
}

func TestHashString(t *testing.T) {
	t.Parallel()
	if got, want := (Hash{1, 0xab}).String(), "01ab"+strings.Repeat("00", 30); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
