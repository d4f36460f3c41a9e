package format

import (
	"bytes"
	"encoding/binary"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/descriptor"
)

const layout = `shmgen 1 Bank 2
field money Value int32 lock=mutex @0+12
field gate Lock @64+8
field new Value int8 lock=none since=2 @128+1
data 192
`

// planned returns the header of a new segment of the layout above.
func planned(t testing.TB, slots int) *Header {
	t.Helper()
	d, err := descriptor.Parse(layout)
	if err != nil {
		t.Fatal(err)
	}
	h := &Header{
		Instance: [16]byte{1, 2, 15: 16},
		Boot:     [16]byte{3, 4, 15: 5},
		Created:  time.Unix(1_700_000_000, 123_456_789),
		Creator:  4711,
	}
	if err := h.Plan(d, layout, slots); err != nil {
		t.Fatal(err)
	}
	return h
}

func encoded(h *Header) []byte {
	page := make([]byte, HeaderSize)
	h.Encode(page)
	return page
}

func TestPlan(t *testing.T) {
	t.Parallel()
	h := planned(t, 3)
	n := uint64(len(layout))
	text := descriptor.RoundUp(n, 64)
	want := [partCount]Part{{4096, 192}, {4288, 0}, {4288, n}, {4288 + text, 128}, {8192, 192}, {8384, 0}}
	for i, p := range h.parts() {
		if *p != want[i] {
			t.Errorf("part %d: got %+v, want %+v", i, *p, want[i])
		}
	}
	if h.Total != 12288 || h.Slots != 3 || h.Version != 2 || len(h.Chain) != 2 {
		t.Errorf("got %+v", h)
	}
	if got := h.SlotOffset(2); got != 4096+128 {
		t.Errorf("SlotOffset(2): got %d", got)
	}
}

func TestPlanTooLarge(t *testing.T) {
	t.Parallel()
	d, err := descriptor.Parse("shmgen 1 A 1\ndata 70368744177664\n")
	if err != nil {
		t.Fatal(err)
	}
	var h Header
	if err := h.Plan(d, "", MaxSlots); err == nil || !strings.Contains(err.Error(), "are more than the 70368744177664") {
		t.Errorf("got %v", err)
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, slots := range []int{1, 2, 128, MaxSlots} {
		h := planned(t, slots)
		page := encoded(h)
		got, err := Decode(page, h.Total)
		if err != nil {
			t.Errorf("%d slots: %v", slots, err)
			continue
		}
		if !reflect.DeepEqual(got, h) {
			t.Errorf("%d slots: got\n%+v, want\n%+v", slots, got, h)
		}
		for _, word := range []int{State, Temporary, Epoch} {
			if !bytes.Equal(page[word:word+4], make([]byte, 4)) {
				t.Errorf("the word at %d is written", word)
			}
		}
	}
}

// put returns a header of which one number was changed.
func put(page []byte, offset int, value uint64) []byte {
	page = bytes.Clone(page)
	if offset < offTotal || offset >= offCreator && offset < offParts {
		binary.NativeEndian.PutUint32(page[offset:], uint32(value))
	} else {
		binary.NativeEndian.PutUint64(page[offset:], value)
	}
	return page
}

func TestDecodeErrors(t *testing.T) {
	t.Parallel()
	h := planned(t, 3)
	page := encoded(h)
	part := func(i int) int { return offParts + 16*i }
	big := bytes.Clone(page)
	for i := 0; i < HeaderSize; i += 4 {
		if i < offInstance || i >= offCreated {
			big[i], big[i+1], big[i+2], big[i+3] = page[i+3], page[i+2], page[i+1], page[i]
		}
	}
	copy(big, Magic)
	for name, test := range map[string]struct {
		page []byte
		size uint64
		is   error
		want string
	}{
		"empty":                      {nil, 0, ErrNotSegment, `it begins with ""`},
		"a part of the magic":        {page[:7], 7, ErrNotSegment, `it begins with "SHMGEN\r"`},
		"the magic alone":            {page[:8], 8, ErrCorrupt, "it ends after 8 bytes, inside the header"},
		"a byte too short":           {page[:HeaderSize-1], HeaderSize - 1, ErrCorrupt, "it ends after 4095 bytes"},
		"other bytes":                {make([]byte, HeaderSize), HeaderSize, ErrNotSegment, "it begins with"},
		"text mode":                  {bytes.Replace(page, []byte("\r\n"), []byte("\n\n"), 1), h.Total, ErrNotSegment, "it begins with"},
		"other byte order":           {big, h.Total, ErrFormat, "other byte order"},
		"no byte order":              {put(page, offOrder, 0), h.Total, ErrCorrupt, "the byte order mark is 0x0"},
		"another format":             {put(page, offFormat, 2), h.Total, ErrFormat, "it is of segment format 2, this program knows format 1"},
		"header size":                {put(page, offHeader, 8192), h.Total, ErrCorrupt, "the header's size is 8192 and not 4096"},
		"no slots":                   {put(page, offSlots, 0), h.Total, ErrCorrupt, "it has 0 slots, not 1 to 8190"},
		"too many slots":             {put(page, offSlots, MaxSlots+1), h.Total, ErrCorrupt, "it has 8191 slots"},
		"slots and bit 30":           {put(page, offSlots, 3|1<<30), h.Total, ErrCorrupt, "slots, not 1 to 8190"},
		"slots and bit 31":           {put(page, offSlots, 3|1<<31), h.Total, ErrCorrupt, "slots, not 1 to 8190"},
		"slots that are not there":   {put(page, offSlots, 2), h.Total, ErrCorrupt, "the table has 192 bytes for 2 slots"},
		"no version":                 {put(page, offVersion, 0), h.Total, ErrCorrupt, "its version is 0"},
		"too high a version":         {put(page, offVersion, 65), h.Total, ErrCorrupt, "its version is 65"},
		"a version and bit 31":       {put(page, offVersion, 2|1<<31), h.Total, ErrCorrupt, "its version is"},
		"truncated":                  {page, h.Total - 4096, ErrCorrupt, "the header says 12288 bytes, the file has 8192"},
		"a byte longer":              {page, h.Total + 1, ErrCorrupt, "the header says 12288 bytes, the file has 12289"},
		"a size between pages":       {put(page, offTotal, 8191), 8191, ErrCorrupt, "8191 bytes are no multiple of 4096"},
		"a size beyond all bounds":   {put(page, offTotal, 1<<63), 1 << 63, ErrCorrupt, "are more than this program can map"},
		"table size":                 {put(page, part(0)+8, 191), h.Total, ErrCorrupt, "the table has 191 bytes for 3 slots"},
		"descriptor size":            {put(page, part(2)+8, descriptor.MaxText+1), h.Total, ErrCorrupt, "the descriptor has 1048577 bytes"},
		"per-slot words":             {put(page, part(1)+8, 64), h.Total, ErrCorrupt, "parts that this program does not know"},
		"a tail":                     {put(page, part(5)+8, 64), h.Total, ErrCorrupt, "parts that this program does not know"},
		"the table in the header":    {put(page, part(0), 4032), h.Total, ErrCorrupt, "part 0 of 192 bytes at 4032"},
		"the table outside":          {put(page, part(0), 1<<40), h.Total, ErrCorrupt, "part 0 of 192 bytes at"},
		"a table that wraps":         {put(page, part(0), ^uint64(63)), h.Total, ErrCorrupt, "part 0 of 192 bytes at"},
		"data between lines":         {put(page, part(4), h.Data.Offset+8), h.Total, ErrCorrupt, "which is no multiple of 4096"},
		"data beyond the end":        {put(page, part(4)+8, h.Total), h.Total, ErrCorrupt, "part 4 of 12288 bytes at"},
		"data in the table":          {put(page, part(4), 4096), h.Total, ErrCorrupt, "part 4 of 192 bytes at"},
		"data that wraps":            {put(page, part(4)+8, ^uint64(0)), h.Total, ErrCorrupt, "part 4 of 18446744073709551615 bytes"},
		"data before the statistics": {put(page, part(4), h.Statistics.Offset-64), h.Total, ErrCorrupt, "which is no multiple of 4096"},
		"data in the statistics":     {put(page, part(4), h.Statistics.Offset), h.Total, ErrCorrupt, "which is no multiple of 4096"},
		"the text in the table":      {put(page, part(2), 4096), h.Total, ErrCorrupt, "part 2 of"},
	} {
		got, err := Decode(test.page, test.size)
		if err == nil {
			t.Errorf("%s: no error, got %+v", name, got)
			continue
		}
		if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) || got != nil {
			t.Errorf("%s: got %v, want %q that is %q", name, err, test.want, test.is)
		}
	}
}

// TestDecodeBits turns every bit around, one at a time. What decides anything must be noticed.
func TestDecodeBits(t *testing.T) {
	t.Parallel()
	h := planned(t, 3)
	page := encoded(h)
	for bit := range HeaderSize * 8 {
		changed := bytes.Clone(page)
		changed[bit/8] ^= 1 << (bit % 8)
		got, err := Decode(changed, h.Total)
		if err == nil {
			sound(t, got, h.Total)
		}
		switch offset := bit / 8; {
		case offset < offInstance:
			if err == nil {
				t.Errorf("bit %d of byte %d decides something, but is not noticed", bit%8, offset)
			}
		case offset >= offVersion && offset < endParts:
			// The descriptor decides: a version or a part may be another one that is possible.
		case err != nil:
			t.Errorf("bit %d of byte %d decides nothing here: %v", bit%8, offset, err)
		}
	}
}

func TestDecodeLengths(t *testing.T) {
	t.Parallel()
	page := encoded(planned(t, 3))
	for n := range HeaderSize {
		_, err := Decode(page[:n], uint64(n))
		want := ErrCorrupt
		if n < len(Magic) {
			want = ErrNotSegment
		}
		if !errors.Is(err, want) {
			t.Fatalf("%d bytes: got %v, want %v", n, err, want)
		}
	}
}

// sound checks what Decode promises.
func sound(t *testing.T, h *Header, fileSize uint64) {
	t.Helper()
	if h.Total != fileSize || h.Slots < 1 || h.Slots > MaxSlots || h.Version != len(h.Chain) || h.Version < 1 || h.Version > descriptor.MaxVersion {
		t.Fatalf("accepted: %+v", h)
	}
	if uint64(int(h.Total)) != h.Total || int(h.Total) < 0 {
		t.Fatalf("accepted: %d bytes in an address space of %T", h.Total, int(0))
	}
	end := uint64(HeaderSize)
	for i, p := range h.parts() {
		if p.Offset < end || p.Offset%64 != 0 || p.Offset+p.Size < p.Offset || p.Offset+p.Size > h.Total {
			t.Fatalf("accepted: part %d is %+v, after %d, of %d", i, *p, end, h.Total)
		}
		end = p.Offset + p.Size
	}
	if h.Data.Offset%DataAlign != 0 {
		t.Fatalf("accepted: the data begin at %d", h.Data.Offset)
	}
	if h.SlotOffset(h.Slots-1)+SlotSize > h.Table.Offset+h.Table.Size {
		t.Fatalf("accepted: the last of %d slots is outside the table %+v", h.Slots, h.Table)
	}
}

func FuzzDecode(f *testing.F) {
	h := planned(f, 3)
	page := encoded(h)
	f.Add(page, h.Total)
	f.Add(put(page, offTotal, 1<<40), uint64(1<<40))
	f.Add(put(page, offParts+64, 1<<63), h.Total)
	f.Add(page[:600], uint64(600))
	f.Fuzz(func(t *testing.T, page []byte, size uint64) {
		h, err := Decode(page, size)
		if err != nil {
			if !errors.Is(err, ErrNotSegment) && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrCorrupt) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		sound(t, h, size)
		again, err := Decode(encoded(h), size)
		if err != nil || !reflect.DeepEqual(again, h) {
			t.Fatalf("what was accepted reads back as %+v, %v, want %+v", again, err, h)
		}
	})
}
