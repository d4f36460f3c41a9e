//go:build linux

package shm_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/shm"
)

// plainLayout is that of a small segment whose descriptor was written by hand.
const plainLayout = `shmgen 1 Plain 1
record Pair 16 a:int64@0 b:int32@8
field count Value uint64 lock=atomic @0+8
field pair Value Pair lock=mutex @64+48
field list Array int16 length=3 lock=mutex @128+30
data 192
`

type pair struct {
	a int64
	b int32
	_ [4]byte
}

type handles struct {
	Count shm.Atomic[uint64]
	Pair  shm.Value[pair]
	List  shm.Array[int16]
	*shm.Segment
}

// firstCount is what count begins with: whoever creates a segment stores it.
const firstCount = 1_000_000

func bindPlain(s *shm.Segment) *handles {
	return &handles{
		Count:   shm.BindAtomic[uint64](s, "count", firstCount),
		Pair:    shm.BindValue(s, "pair", pair{a: 1, b: 2}),
		List:    shm.BindArray(s, "list", []int16{1, 2, 3}),
		Segment: s,
	}
}

func createPlain(name string, opts ...shm.Option) (*handles, error) {
	return shm.Create(plainLayout, name, bindPlain, opts...)
}

func openPlain(name string, opts ...shm.Option) (*handles, error) {
	return shm.Open(plainLayout, name, bindPlain, opts...)
}

func openOrCreatePlain(name string, opts ...shm.Option) (*handles, error) {
	return shm.OpenOrCreate(plainLayout, name, bindPlain, opts...)
}

func closed(t *testing.T, s *shm.Segment) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// closing closes s when the test ends.
func closing(t *testing.T, s *handles, err error) *handles {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, s.Segment) })
	return s
}

// resources counts the descriptors and the shared mappings of segments that this process has.
func resources(t *testing.T) (descriptors, mappings int) {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(maps)) {
		if strings.Contains(line, " rw-s ") {
			mappings++
		}
	}
	return len(list), mappings
}

// noLeaks compares resources before and after a test. Such a test does not run at the same time as others.
func noLeaks(t *testing.T) {
	t.Helper()
	if f, err := os.Open("/dev/null"); err == nil { // the poller of package os opens descriptors of its own, once
		f.Close()
	}
	_, _ = os.ReadFile("/proc/self/stat")
	descriptors, mappings := resources(t)
	t.Cleanup(func() {
		if d, m := resources(t); d != descriptors || m != mappings {
			t.Errorf("leaked: %d descriptors became %d, %d shared mappings became %d", descriptors, d, mappings, m)
		}
	})
}

// template returns the bytes of a segment that nobody is attached to, and its header.
func template(t *testing.T) ([]byte, *format.Header) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "template")
	s, err := createPlain(path, shm.WithMaxProcesses(4))
	if err != nil {
		t.Fatal(err)
	}
	closed(t, s.Segment)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	header, err := format.Decode(content[:format.HeaderSize], uint64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	return content, header
}

// with returns a copy of content with a number at an offset: a uint32 or a uint64.
func with(content []byte, offset uint64, number any) []byte {
	content = bytes.Clone(content)
	if _, err := binary.Encode(content[offset:], binary.NativeEndian, number); err != nil {
		panic(err)
	}
	return content
}

// part returns where the header says where a part is.
func part(i uint64) uint64 { return 80 + 16*i }

func TestAttachBrokenFiles(t *testing.T) {
	noLeaks(t)
	good, h := template(t)
	foreign := bytes.Clone(good)
	for _, at := range []int{8, 12, 16, 20} {
		foreign[at], foreign[at+1], foreign[at+2], foreign[at+3] = good[at+3], good[at+2], good[at+1], good[at]
	}
	text := func(old, new string) []byte {
		if len(old) != len(new) || !bytes.Contains(good, []byte(old)) {
			t.Fatalf("cannot replace %q by %q", old, new)
		}
		return bytes.ReplaceAll(good, []byte(old), []byte(new))
	}
	for name, test := range map[string]struct {
		content []byte
		is      error
		want    string
	}{
		"empty":                       {nil, shm.ErrNotSegment, `it begins with ""`},
		"one byte":                    {good[:1], shm.ErrNotSegment, `it begins with "S"`},
		"text":                        {[]byte("package bank\n\nsegment Bank {}\n"), shm.ErrNotSegment, `it begins with "package "`},
		"zeroes":                      {make([]byte, 8192), shm.ErrNotSegment, "it begins with"},
		"in the header":               {good[:1000], shm.ErrCorrupt, "it ends after 1000 bytes"},
		"the header alone":            {good[:4096], shm.ErrCorrupt, "the file has 4096"},
		"without the last byte":       {good[:len(good)-1], shm.ErrCorrupt, fmt.Sprintf("the header says %d bytes, the file has %d", len(good), len(good)-1)},
		"one byte too long":           {append(bytes.Clone(good), 0), shm.ErrCorrupt, fmt.Sprintf("the file has %d", len(good)+1)},
		"a page too long":             {append(bytes.Clone(good), make([]byte, 4096)...), shm.ErrCorrupt, fmt.Sprintf("the file has %d", len(good)+4096)},
		"another format":              {with(good, 8, uint32(2)), shm.ErrNotSegment, "segment format 2, this program knows format 1"},
		"another byte order":          {foreign, shm.ErrNotSegment, "the other byte order"},
		"no byte order":               {with(good, 12, uint32(5)), shm.ErrCorrupt, "byte order mark"},
		"more slots":                  {with(good, 20, uint32(5)), shm.ErrCorrupt, "the table has 256 bytes for 5 slots"},
		"no slots":                    {with(good, 20, uint32(0)), shm.ErrCorrupt, "0 slots"},
		"slots beyond 30 bits":        {with(good, 20, uint32(4|1<<30)), shm.ErrCorrupt, "slots"},
		"another version":             {with(good, 76, uint32(2)), shm.ErrCorrupt, "its header does not belong to its descriptor"},
		"the table in the header":     {with(good, part(0), uint64(0)), shm.ErrCorrupt, "part 0"},
		"the table outside":           {with(good, part(0), uint64(1<<40)), shm.ErrCorrupt, "part 0"},
		"the text outside":            {with(good, part(2), uint64(1<<40)), shm.ErrCorrupt, "part 2"},
		"the text too long":           {with(good, part(2)+8, uint64(1<<21)), shm.ErrCorrupt, "the descriptor has 2097152 bytes"},
		"the text cut":                {with(good, part(2)+8, h.Descriptor.Size-1), shm.ErrCorrupt, "has no end"},
		"no text":                     {with(good, part(2)+8, uint64(0)), shm.ErrCorrupt, "is missing"},
		"the text in the table":       {with(good, part(2), h.Table.Offset), shm.ErrCorrupt, "part 2"},
		"the data in the statistics":  {with(good, part(4), h.Statistics.Offset), shm.ErrCorrupt, ""},
		"data between lines":          {with(good, part(4), h.Data.Offset+4), shm.ErrCorrupt, ""},
		"data beyond the end":         {with(good, part(4)+8, uint64(1<<20)), shm.ErrCorrupt, "part 4"},
		"data that wraps":             {with(good, part(4)+8, ^uint64(0)), shm.ErrCorrupt, "part 4"},
		"less data":                   {with(good, part(4)+8, h.Data.Size-64), shm.ErrCorrupt, "its header does not belong to its descriptor"},
		"less statistics":             {with(good, part(3)+8, h.Statistics.Size-64), shm.ErrCorrupt, "its header does not belong to its descriptor"},
		"a tail":                      {with(good, part(5)+8, uint64(64)), shm.ErrCorrupt, "parts that this program does not know"},
		"another hash":                {with(good, 512, uint32(1)), shm.ErrCorrupt, "its header does not belong to its descriptor"},
		"another descriptor":          {text("uint64", "uint65"), shm.ErrCorrupt, "not a segment descriptor"},
		"another layout":              {text("pair Value Pair lock=mutex", "peer Value Pair lock=mutex"), shm.ErrCorrupt, "its header does not belong to its descriptor"},
		"fields that overlap":         {text("@128+30", "@064+30"), shm.ErrCorrupt, "not a segment descriptor"},
		"not ready":                   {with(good, format.State, uint32(0)), shm.ErrCorrupt, "remove the file"},
		"gone, and still with a name": {with(good, format.State, uint32(format.StateGone)), shm.ErrCorrupt, "remove the file"},
		"in no state at all":          {with(good, format.State, uint32(99)), shm.ErrCorrupt, "remove the file"},
	} {
		path := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(path, test.content, 0o600); err != nil {
			t.Fatal(err)
		}
		inherit := func(string, ...shm.Option) (*handles, error) {
			file, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if _, err := file.Stat(); !errors.Is(err, os.ErrClosed) {
					t.Errorf("%s: Inherit has not closed the file: %v", name, err)
				}
			}()
			return shm.Inherit(plainLayout, file, bindPlain)
		}
		for how, attach := range map[string]func(string, ...shm.Option) (*handles, error){
			"Open": openPlain, "OpenOrCreate": openOrCreatePlain, "Inherit": inherit,
		} {
			s, err := attach(path)
			if err == nil {
				t.Errorf("%s: %s: no error", name, how)
				closed(t, s.Segment)
				continue
			}
			if how == "Inherit" && strings.Contains(test.want, "remove the file") {
				if !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s: Inherit: got %v, want fs.ErrNotExist", name, err)
				}
				continue
			}
			if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) || s != nil {
				t.Errorf("%s: %s: got %v, want %q that is %q", name, how, err, test.want, test.is)
			}
			if how != "Inherit" && !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %s: the message does not name the file: %v", name, how, err)
			}
		}
		if _, err := createPlain(path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: Create: got %v, want fs.ErrExist", name, err)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, test.content) {
			t.Errorf("%s: the file was changed (%d bytes, %v)", name, len(now), err)
		}
	}
}

func TestAttachOtherLayouts(t *testing.T) {
	noLeaks(t)
	path := filepath.Join(t.TempDir(), "a")
	s, err := createPlain(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s.Segment)
	for name, test := range map[string]struct {
		old, new string // of the program's descriptor
		want     string
	}{
		"segment":       {"Plain", "Other", "this program wants segment Other, the file is of segment Plain"},
		"type":          {"count Value uint64", "count Value int64", "field count is Value int64 lock=atomic here and Value uint64 lock=atomic in the segment"},
		"lock":          {"pair Value Pair lock=mutex", "pair Value Pair lock=snapshot", "field pair is Value Pair lock=snapshot here"},
		"length":        {"length=3 lock=mutex @128+30", "length=4 lock=mutex @128+32", "field list is Array int16 length=4"},
		"name":          {"field list", "field items", "field items (Array int16 length=3 lock=mutex) is missing in the segment"},
		"less":          {"field count Value uint64 lock=atomic @0+8\n", "", "field count (Value uint64 lock=atomic) is unknown here"},
		"member":        {"b:int32@8", "c:int32@8", "record Pair is {a int64@0, c int32@8} here and {a int64@0, b int32@8} in the segment"},
		"member's type": {"b:int32@8", "b:uint32@8", "record Pair is {a int64@0, b uint32@8} here"},
		"version":       {"Plain 1", "Plain 2", "this program needs version 2, the segment is of version 1"},
	} {
		text := strings.Replace(plainLayout, test.old, test.new, 1)
		if name == "version" {
			text = strings.Replace(text, "data 192", "field more Value int8 lock=none since=2 @192+1\ndata 256", 1)
		}
		_, err := shm.Open(text, path, func(s *shm.Segment) *handles {
			t.Errorf("%s: bound", name)
			return nil
		})
		var layoutError *shm.LayoutError
		if !errors.As(err, &layoutError) || !errors.Is(err, shm.ErrLayout) {
			t.Errorf("%s: got %v, want a LayoutError", name, err)
			continue
		}
		found := false
		for _, line := range layoutError.Differences {
			found = found || strings.Contains(line, test.want)
		}
		if !found || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %q, want %q among them", name, layoutError.Differences, test.want)
		}
	}
	// What does not change the layout is none of its business.
	same, err := shm.Open(strings.ReplaceAll(plainLayout, "Pair", "Couple"), path, bindPlain)
	if err != nil {
		t.Errorf("another name of a record: %v", err)
	} else {
		closed(t, same.Segment)
	}
}

// TestAttachNewerSegment opens a segment with a program of an older version of its schema.
func TestAttachNewerSegment(t *testing.T) {
	t.Parallel()
	newer := strings.Replace(strings.Replace(plainLayout, "Plain 1", "Plain 2", 1), "data 192", "field more Value int8 lock=mutex since=2 @192+9\ndata 256", 1)
	path := filepath.Join(t.TempDir(), "a")
	s, err := shm.Create(newer, path, bindPlain)
	closing(t, s, err)
	old, err := openPlain(path)
	closing(t, old, err)
	if old.Version() != 2 || old.Count.Load() != firstCount {
		t.Errorf("version %d, count %d", old.Version(), old.Count.Load())
	}
}

func TestAttachDamagedGeneratedCode(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", plainLayout + plainLayout, strings.Replace(plainLayout, "uint64", "uint", 1)} {
		if _, err := shm.New(text, bindPlain); err == nil || !strings.Contains(err.Error(), "generate it again") {
			t.Errorf("got %v", err)
		}
	}
}

// TestAttachRandomBytes changes random bytes of everything but the data. Attaching either fails or gives a segment that
// works.
func TestAttachRandomBytes(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	created, err := testbank.CreateBank(filepath.Join(dir, "good"), shm.WithMaxProcesses(8))
	if err != nil {
		t.Fatal(err)
	}
	closed(t, created.Segment())
	good, err := os.ReadFile(filepath.Join(dir, "good"))
	if err != nil {
		t.Fatal(err)
	}
	header, err := format.Decode(good[:format.HeaderSize], uint64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	opened, path := 0, filepath.Join(dir, "bad")
	// What decides most is in the first bytes, so half of the changes are there.
	limits := []int{512, int(header.Data.Offset)}
	for round := range 600 {
		content := bytes.Clone(good)
		for range 1 + random.IntN(4) {
			at := random.IntN(limits[random.IntN(2)])
			switch random.IntN(3) {
			case 0:
				content[at] ^= 1 << random.IntN(8)
			case 1:
				content[at] = byte(random.Uint32())
			case 2:
				at &^= 7
				binary.NativeEndian.PutUint64(content[at:], random.Uint64()>>random.IntN(64))
			}
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := testbank.OpenBank(path)
		if err != nil {
			if !errors.Is(err, shm.ErrCorrupt) && !errors.Is(err, shm.ErrNotSegment) {
				t.Errorf("seed %d, round %d: an error of another kind: %v", seed, round, err)
			}
			continue
		}
		opened++
		b.Money.Add(1)
		b.Orders.Store(3, b.Last.Load())
		if got := b.Money.Load(); got != 1001 || b.Hits.Add(2) != 2 || b.Name.SetString("works") != nil || b.Name.String() != "works" {
			t.Errorf("seed %d, round %d: money is %d", seed, round, got)
		}
		if n := len(b.Segment().Processes()); n != 1 {
			t.Errorf("seed %d, round %d: %d processes", seed, round, n)
		}
		closed(t, b.Segment())
	}
	if opened == 0 || opened == 600 {
		t.Errorf("seed %d: %d of 600 could be opened: the test tests nothing", seed, opened)
	}
	t.Log(fmt.Sprintf("%d of 600 could be opened", opened))
}
