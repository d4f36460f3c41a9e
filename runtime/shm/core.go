package shm

import (
	"context"
	"sync/atomic"

	"github.com/shmgen/shmgen/runtime/descriptor"
	"github.com/shmgen/shmgen/runtime/internal/lockword"
)

// core is what this process keeps about one field, in private memory; a handle is a pointer to it and a pointer to the
// value. There is one per field and attach.
//
// For a field with a lock, word is the lock word in shared memory, until Close lets it point to closedWord: that one is
// never 0, so the fast path of a late Lock fails and its slow path panics with the names of segment and field, at no
// cost before. held is always the word in shared memory, so that a guard that is live while a Close fails unlocks the
// word that it locked. The states of the word and the memory order that everything here relies on stand in
// runtime/internal/lockword.
type core struct {
	word  *uint32
	race  raceShadow
	self  uint32 // what OWNER is while this process holds the lock
	minus uint32 // -self
	held  *uint32

	parts   descriptor.Parts
	length  int     // elements of an array, bytes of a text
	dirty   *uint32 // not 0 while the live data is being changed
	seq     *uint64 // two copies: its low bit says which one is valid
	redo    *uint64 // array: index+1 of the element that the redo slot replaces
	step    uintptr // two copies: bytes from one to the other
	direct  bool    // array: an element is stored with one instruction
	repairs bool    // DAMAGED means something for this field: it holds live data that is changed in place

	segment    *Segment
	field      string
	statistics *statistics
	repair     atomic.Pointer[func() error] // SetRepair
}

// statistics is a field's line in shared memory. It is written on slow paths only.
type statistics struct {
	waits      uint64 // times somebody had to sleep
	handovers  uint64 // reserved for handing the lock to a process that starves
	recoveries uint64 // times the lock of a dead process was freed
	rescues    uint64 // sleeps that ended only because their time limit was reached
	long       uint64 // reserved for waits of more than 10 s
	diedPID    uint32 // who left the data half changed
	diedSlot   uint32 // slot+1
	_          [16]byte
}

// closedWord is what every lock word of a closed segment is replaced with. Nothing ever changes it.
var closedWord = lockword.Closed

// acquire takes the lock: the fast path of every Lock. A nil context never ends.
func (c *core) acquire(ctx context.Context) error {
	if c.try() {
		return nil
	}
	return c.acquireSlow(ctx)
}

// must takes the lock for the methods that wait without a limit, whatever state the data is in.
func (c *core) must() {
	if !c.try() {
		c.mustSlow()
	}
}

// release frees the lock.
//
// Preconditions: this process holds it.
func (c *core) release() {
	c.raceRelease()
	if w := atomic.AddUint32(c.held, c.minus); w != 0 {
		c.releaseSlow(w)
	}
}

// unlock is release for the guards, whose state it takes and returns. It is not inlined, so that their Unlock is: a
// guard whose methods are all inlined lives in registers.
//
//go:noinline
func (c *core) unlock(state guardState) guardState {
	if state == guardHeld {
		c.release()
		return guardUsed
	}
	state.mustHold()
	return state
}
