package liveness

import (
	"bytes"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/internal/mapping"
)

// line is one slot as it lies in shared memory.
type line struct {
	live     uint32   // 0: free
	_        uint32   // reserved
	pid      uint32   // in the process's own namespace
	_        uint32   // reserved
	_        int64    // reserved
	attached int64    // Unix time in nanoseconds
	command  [32]byte // filled up with NUL
}

var _ [format.SlotSize]struct{} = [unsafe.Sizeof(line{})]struct{}{}

// Process is what a slot says about who has it.
type Process struct {
	Slot     int
	PID      int
	Command  string
	Attached time.Time
}

func (t *Table) line(slot int) *line { return lineAt(t.memory, t.header, slot) }

func lineAt(memory *mapping.Memory, header *format.Header, slot int) *line {
	return mapping.At[line](memory, header.SlotOffset(slot))
}

// Read returns what a slot says about who has it, or had it.
//
// Preconditions: 0 <= slot < header.Slots.
func Read(memory *mapping.Memory, header *format.Header, slot int) Process {
	return lineAt(memory, header, slot).read(slot)
}

// write fills in what people read. Nobody else writes: the caller holds the slot's byte.
func (l *line) write(p Process) {
	atomic.StoreUint32(&l.pid, uint32(p.PID))
	atomic.StoreInt64(&l.attached, p.Attached.UnixNano())
	clear(l.command[:])
	copy(l.command[:], p.Command)
}

// read copies the line. The process may be gone or replaced a moment later.
func (l *line) read(slot int) Process {
	command := l.command // one copy: the text may change under us
	text, _, _ := bytes.Cut(command[:], []byte{0})
	return Process{
		Slot:     slot,
		PID:      int(atomic.LoadUint32(&l.pid) & (1<<30 - 1)),
		Command:  strings.ToValidUTF8(string(text), "?"),
		Attached: time.Unix(0, atomic.LoadInt64(&l.attached)),
	}
}
