package liveness

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/internal/futex"
	"github.com/shmgen/shmgen/runtime/internal/mapping"
)

// The ways in which a process can fail to get a slot.
var (
	ErrFull = errors.New("every slot of the process table is taken")
	ErrGone = errors.New("its last process has left")
	ErrHeld = errors.New("the process table has been locked for 30 s by a process that does not go on")
)

// Table is this process's place in the process table of one segment.
type Table struct {
	memory *mapping.Memory
	file   *os.File // an open file description of our own; nil for a segment on the heap
	header *format.Header
	slot   int
	limit  time.Duration // how long to wait for the table's byte
	mu     sync.Mutex    // the lock bytes do not keep goroutines of one process apart
}

// tableLimit is long enough for whatever a process does under the table's byte, and short enough for a person who waits.
const tableLimit = 30 * time.Second

func newTable(memory *mapping.Memory, file *os.File, header *format.Header) *Table {
	return &Table{memory: memory, file: file, header: header, slot: -1, limit: tableLimit}
}

// Join claims a slot. file is an open file description that this process does not share with any other; the table owns
// it from now on, also after an error. Every slot whose process is dead is swept first: sweep undoes what it held, and
// must be idempotent.
//
// Join fails with ErrFull, with ErrGone if the segment was temporary and its last process has left, or with ErrHeld.
func Join(memory *mapping.Memory, file *os.File, header *format.Header, sweep func(slot int)) (*Table, error) {
	t := newTable(memory, file, header)
	if err := t.locked(func() error { return t.claim(sweep) }); err != nil {
		t.closeFile()
		return nil, err
	}
	return t, nil
}

func (t *Table) claim(sweep func(slot int)) error {
	if atomic.LoadUint32(mapping.At[uint32](t.memory, format.State)) != format.StateReady {
		return ErrGone
	}
	t.sweepDead(sweep)
	for slot := range t.header.Slots {
		l := t.line(slot)
		if atomic.LoadUint32(&l.live) != 0 || !t.tryByte(t.header.SlotOffset(slot)) {
			continue
		}
		l.write(Process{PID: os.Getpid(), Command: command(), Attached: time.Now()})
		if !atomic.CompareAndSwapUint32(&l.live, 0, liveMark()) {
			t.unlockByte(t.header.SlotOffset(slot))
			continue
		}
		t.slot = slot
		t.changed()
		return nil
	}
	return ErrFull
}

// command returns the name of this program, for people. A process can be started without any argument.
func command() string {
	if len(os.Args) == 0 {
		return ""
	}
	return filepath.Base(os.Args[0])
}

// liveMark is what an occupied slot's live word is: the process id, as a futex that is held would have it, with the
// bit that says that others may wait on it.
func liveMark() uint32 {
	const waiters, tidMask = 1 << 31, 1<<30 - 1
	return uint32(os.Getpid())&tidMask | waiters
}

// sweepDead sweeps and frees every slot whose process is dead. The caller holds the table's byte.
func (t *Table) sweepDead(sweep func(slot int)) {
	for slot := range t.header.Slots {
		l := t.line(slot)
		if slot == t.slot || atomic.LoadUint32(&l.live) == 0 || !t.tryByte(t.header.SlotOffset(slot)) {
			continue
		}
		sweep(slot)
		atomic.StoreUint32(&l.live, 0)
		t.unlockByte(t.header.SlotOffset(slot))
		t.changed()
	}
}

// Sweep sweeps and frees every slot whose process is dead, as [Join] does, unless another process or goroutine is at it.
// It never waits.
func (t *Table) Sweep(sweep func(slot int)) {
	t.Exclusively(func(func(int) bool) { t.sweepDead(sweep) })
}

// Exclusively runs do while no process attaches, leaves or sweeps. It never waits: if one does at this moment, do is not
// run. vacant says whether no living process has a slot, whatever the table says, which a broken process may have
// written to.
func (t *Table) Exclusively(do func(vacant func(slot int) bool)) {
	if !t.mu.TryLock() {
		return
	}
	defer t.mu.Unlock()
	if t.tryByte(format.TableByte) {
		defer t.unlockByte(format.TableByte)
		do(t.vacant)
	}
}

func (t *Table) vacant(slot int) bool {
	return slot < 0 || slot >= t.header.Slots || slot != t.slot && !t.byteTaken(t.header.SlotOffset(slot))
}

// changed tells whoever watches the table that a slot was claimed or freed.
func (t *Table) changed() {
	epoch := mapping.At[uint32](t.memory, format.Epoch)
	atomic.AddUint32(epoch, 1)
	if t.file != nil {
		futex.Wake(epoch, futex.All, futex.AnyMask)
	}
}

// Slot returns the number of this process's slot, from 0.
func (t *Table) Slot() int { return t.slot }

// Leave frees the slot. memory is where the table is mapped now. last is called, under the table's byte, if no other
// process is attached; if it returns true, nobody can attach any more.
func (t *Table) Leave(memory *mapping.Memory, last func() bool) error {
	t.memory = memory
	err := t.locked(func() error {
		atomic.StoreUint32(&t.line(t.slot).live, 0)
		// Not only by closing the file: a process that is being started may keep a copy of the descriptor for a while,
		// and whoever finds a free slot whose byte is taken goes on to the next.
		t.unlockByte(t.header.SlotOffset(t.slot))
		t.changed()
		if !t.anyAlive() && last() {
			atomic.StoreUint32(mapping.At[uint32](t.memory, format.State), format.StateGone)
		}
		return nil
	})
	if err != nil {
		t.unlockByte(t.header.SlotOffset(t.slot)) // the slot is dead then, and swept by the next
	}
	t.closeFile()
	return err
}

// Abandoned calls last, under the table's byte, if no process at all is attached; if it returns true, nobody can
// attach any more. It is for a file that this process has mapped but has no slot in. The table owns file as in [Join].
func Abandoned(memory *mapping.Memory, file *os.File, header *format.Header, last func() bool) error {
	t := newTable(memory, file, header)
	defer t.closeFile()
	return t.locked(func() error {
		if !t.anyAlive() && last() {
			atomic.StoreUint32(mapping.At[uint32](t.memory, format.State), format.StateGone)
		}
		return nil
	})
}

func (t *Table) anyAlive() bool {
	for slot := range t.header.Slots {
		if t.Alive(slot) {
			return true
		}
	}
	return false
}

// Alive reports whether a living process has the slot. A slot that is being swept at this moment counts as alive, unless
// the caller has the table's byte.
func (t *Table) Alive(slot int) bool {
	if slot < 0 || slot >= t.header.Slots || atomic.LoadUint32(&t.line(slot).live) == 0 {
		return false
	}
	return slot == t.slot || t.byteTaken(t.header.SlotOffset(slot))
}

// Occupied reports whether the slot is not free: its process lives, or is dead and not swept yet.
func (t *Table) Occupied(slot int) bool {
	return slot >= 0 && slot < t.header.Slots && atomic.LoadUint32(&t.line(slot).live) != 0
}

// Process returns what the slot says about who has it.
func (t *Table) Process(slot int) (Process, bool) {
	if slot < 0 || slot >= t.header.Slots {
		return Process{}, false
	}
	return t.line(slot).read(slot), true
}

// Slots returns the number of slots.
func (t *Table) Slots() int { return t.header.Slots }

func (t *Table) closeFile() {
	if t.file != nil {
		t.file.Close() // nothing was written through it
		t.file = nil
	}
}

// locked runs do under the table's lock byte. There is a limit to the wait: a process that was stopped while it held the
// byte must not stop all others for ever.
func (t *Table) locked(do func() error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file == nil {
		return do()
	}
	pause := 10 * time.Microsecond
	for deadline := time.Now().Add(t.limit); ; pause = min(2*pause, time.Millisecond) {
		taken, err := t.setByte(format.TableByte)
		if err != nil {
			return fmt.Errorf("locking a byte of %s: %w", t.file.Name(), err)
		}
		if taken {
			break
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: %w", t.file.Name(), ErrHeld)
		}
		time.Sleep(pause)
	}
	defer t.unlockByte(format.TableByte)
	return do()
}
