// Package format knows the bytes of a segment's header and table, format 1: where every part of a segment lies, how a
// header is written, and how one that was read is checked before a single offset of it is believed.
//
// A segment is these parts, in this order, each at the offset that its header gives:
//
//	header        one page; see the offsets below
//	table         one 64-byte line per slot
//	per-slot      words that some kinds keep for each slot
//	descriptor    the text form of runtime/descriptor
//	statistics    one 64-byte line per lock
//	data          the fields
//	tail          fields whose size is a parameter
//
// All numbers are in the byte order of the machine that made the segment; the header's order mark says which.
package format

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"time"

	"github.com/shmgen/shmgen/runtime/descriptor"
)

// HeaderSize is the size in bytes of the header; SlotSize and StatisticsSize are those of one line of the table and of
// the statistics.
const (
	HeaderSize     = 4096
	SlotSize       = 64
	StatisticsSize = 64
	DataAlign      = 4096 // of the data part, so that a field can be aligned to a page
)

// Magic begins every segment. Its line end is what a transfer in text mode would change.
const Magic = "SHMGEN\r\n"

// orderMark reads as another number in the other byte order.
const orderMark = 0x01020304

// Offsets in the header. Those that are exported are words that change while a segment lives; they are only ever
// accessed atomically, in the mapping.
const (
	offMagic    = 0  // [8]byte
	offFormat   = 8  // uint32
	offOrder    = 12 // uint32
	offHeader   = 16 // uint32: HeaderSize
	offSlots    = 20 // uint32
	offTotal    = 24 // uint64: bytes of the whole segment
	offInstance = 32 // [16]byte: random
	offBoot     = 48 // [16]byte: boot id of the machine when it was made
	offCreated  = 64 // int64: Unix time in nanoseconds
	offCreator  = 72 // uint32: process id, for people
	offVersion  = 76 // uint32
	offParts    = 80 // 6 × {offset, size uint64}
	endParts    = offParts + partCount*16

	// State is a uint32: StateReady, or StateGone once the last process of a temporary segment has left.
	State = 256
	// Temporary is a uint32: not 0 if the last process to leave unlinks the segment.
	Temporary = 260
	// Epoch is a uint32 that is raised at each attach and detach, on a line of its own.
	Epoch = 320

	offChain = 512 // MaxVersion × [32]byte
	endChain = offChain + descriptor.MaxVersion*32
)

// The words that change lie behind everything that does not, and the chain ends inside the header.
const (
	_ = uint(State - endParts)
	_ = uint(HeaderSize - endChain)
)

// The values of the word at State.
const (
	StateReady = 1
	StateGone  = 2
)

// Lock bytes: bytes of the file on which processes take OFD locks. Byte 0 is the table's; a slot's is the first byte
// of its line.
const TableByte = 0

// A Part is a range of bytes of a segment.
type Part struct {
	Offset, Size uint64
}

const partCount = 6

// A Header is what does not change while a segment lives.
type Header struct {
	Slots    int
	Total    uint64
	Instance [16]byte
	Boot     [16]byte
	Created  time.Time
	Creator  uint32
	Version  int
	Chain    []descriptor.Hash // one per version

	Table, PerSlot, Descriptor, Statistics, Data, Tail Part
}

func (h *Header) parts() [partCount]*Part {
	return [partCount]*Part{&h.Table, &h.PerSlot, &h.Descriptor, &h.Statistics, &h.Data, &h.Tail}
}

// Plan places the parts of a new segment. text is the descriptor's text form.
func (h *Header) Plan(d *descriptor.Segment, text string, slots int) error {
	h.Slots, h.Version, h.Chain = slots, d.Version, d.Chain()
	sizes := [partCount]uint64{uint64(slots) * SlotSize, 0, uint64(len(text)), uint64(d.Locks()) * StatisticsSize, d.Size, 0}
	at := uint64(HeaderSize)
	for i, p := range h.parts() {
		if p == &h.Data {
			at = descriptor.RoundUp(at, DataAlign)
		}
		*p = Part{Offset: at, Size: sizes[i]}
		at = descriptor.RoundUp(at+sizes[i], descriptor.LineSize)
	}
	h.Total = descriptor.RoundUp(at, HeaderSize)
	if h.Total > descriptor.MaxSize {
		return fmt.Errorf("%d bytes are more than the %d that a segment can have", h.Total, uint64(descriptor.MaxSize))
	}
	return nil
}

// SlotOffset returns where the line of a slot is in the segment; it is also the slot's lock byte.
func (h *Header) SlotOffset(slot int) uint64 { return h.Table.Offset + uint64(slot)*SlotSize }

// Encode writes the header into a zeroed page. The words that change while a segment lives are left zero, so the
// segment is not ready.
func (h *Header) Encode(page []byte) {
	order := binary.NativeEndian
	copy(page[offMagic:], Magic)
	order.PutUint32(page[offFormat:], descriptor.Format)
	order.PutUint32(page[offOrder:], orderMark)
	order.PutUint32(page[offHeader:], HeaderSize)
	order.PutUint32(page[offSlots:], uint32(h.Slots))
	order.PutUint64(page[offTotal:], h.Total)
	copy(page[offInstance:], h.Instance[:])
	copy(page[offBoot:], h.Boot[:])
	order.PutUint64(page[offCreated:], uint64(h.Created.UnixNano()))
	order.PutUint32(page[offCreator:], h.Creator)
	order.PutUint32(page[offVersion:], uint32(h.Version))
	for i, p := range h.parts() {
		order.PutUint64(page[offParts+i*16:], p.Offset)
		order.PutUint64(page[offParts+i*16+8:], p.Size)
	}
	for i, hash := range h.Chain {
		copy(page[offChain+i*len(hash):], hash[:])
	}
}

// The ways in which bytes can fail to be a segment.
var (
	ErrNotSegment = errors.New("not a shared-memory segment")
	ErrFormat     = errors.New("another format")
	ErrCorrupt    = errors.New("corrupt")
)

// Decode reads and checks a header. page is a private copy of the first HeaderSize bytes of the file, or of as many as
// it has; fileSize is the size of the whole file. After it, every part lies inside the file and inside the address
// space, in order, aligned, and of a size that agrees with the rest.
func Decode(page []byte, fileSize uint64) (*Header, error) {
	if len(page) < len(Magic) || !bytes.HasPrefix(page, []byte(Magic)) {
		return nil, fmt.Errorf("%w: it begins with %q and not with %q", ErrNotSegment, page[:min(len(page), len(Magic))], Magic)
	}
	if len(page) < HeaderSize {
		return nil, fmt.Errorf("%w: it ends after %d bytes, inside the header", ErrCorrupt, len(page))
	}
	order := binary.NativeEndian
	switch mark := order.Uint32(page[offOrder:]); mark {
	case orderMark:
	case bits.ReverseBytes32(orderMark):
		return nil, fmt.Errorf("%w: it was made on a machine with the other byte order", ErrFormat)
	default:
		return nil, fmt.Errorf("%w: the byte order mark is %#x", ErrCorrupt, mark)
	}
	if f := order.Uint32(page[offFormat:]); f != descriptor.Format {
		return nil, fmt.Errorf("%w: it is of segment format %d, this program knows format %d", ErrFormat, f, descriptor.Format)
	}
	h := &Header{
		Slots:    limited(order.Uint32(page[offSlots:])),
		Total:    order.Uint64(page[offTotal:]),
		Instance: [16]byte(page[offInstance:]),
		Boot:     [16]byte(page[offBoot:]),
		Created:  time.Unix(0, int64(order.Uint64(page[offCreated:]))),
		Creator:  order.Uint32(page[offCreator:]),
		Version:  limited(order.Uint32(page[offVersion:])),
	}
	for i, p := range h.parts() {
		p.Offset = order.Uint64(page[offParts+i*16:])
		p.Size = order.Uint64(page[offParts+i*16+8:])
	}
	if err := h.check(order.Uint32(page[offHeader:]), fileSize); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	for i := range h.Version {
		h.Chain = append(h.Chain, descriptor.Hash(page[offChain+i*32:]))
	}
	return h, nil
}

// limited returns n as an int, also where an int has 32 bits: what is too large for one stays too large for any bound.
func limited(n uint32) int { return int(min(n, math.MaxInt32)) }

// check checks the numbers against each other and against the file.
func (h *Header) check(headerSize uint32, fileSize uint64) error {
	switch {
	case headerSize != HeaderSize:
		return fmt.Errorf("the header's size is %d and not %d", headerSize, HeaderSize)
	case h.Slots < 1 || h.Slots > MaxSlots:
		return fmt.Errorf("it has %d slots, not 1 to %d", h.Slots, MaxSlots)
	case h.Version < 1 || h.Version > descriptor.MaxVersion:
		return fmt.Errorf("its version is %d, not 1 to %d", h.Version, descriptor.MaxVersion)
	case h.Total != fileSize:
		return fmt.Errorf("the header says %d bytes, the file has %d", h.Total, fileSize)
	case h.Total%HeaderSize != 0:
		return fmt.Errorf("%d bytes are no multiple of %d", h.Total, HeaderSize)
	case h.Total > descriptor.MaxSize || h.Total > uint64(^uint(0)>>1):
		return fmt.Errorf("%d bytes are more than this program can map", h.Total)
	case h.Table.Size != uint64(h.Slots)*SlotSize:
		return fmt.Errorf("the table has %d bytes for %d slots", h.Table.Size, h.Slots)
	case h.Descriptor.Size > descriptor.MaxText:
		return fmt.Errorf("the descriptor has %d bytes", h.Descriptor.Size)
	case h.PerSlot.Size != 0 || h.Tail.Size != 0:
		return errors.New("it has parts that this program does not know")
	}
	if h.Data.Offset%DataAlign != 0 {
		return fmt.Errorf("the data begin at %d, which is no multiple of %d", h.Data.Offset, DataAlign)
	}
	end := uint64(HeaderSize)
	for i, p := range h.parts() {
		if p.Offset < end || p.Offset%descriptor.LineSize != 0 || p.Offset > h.Total || p.Size > h.Total-p.Offset {
			return fmt.Errorf("part %d of %d bytes at %d is not inside the file's %d", i, p.Size, p.Offset, h.Total)
		}
		end = p.Offset + p.Size
	}
	return nil
}

// MaxSlots is the most processes that can be attached at one time.
const MaxSlots = 8190
