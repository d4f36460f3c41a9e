package shm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/shmgen/shmgen/runtime/internal/format"
)

// What the world does is an error; each names the segment, the field and what to do, and wraps one of these, so that
// errors.Is tells them apart. (Misuse panics instead.)
var (
	// ErrOwnerDied is wrapped by [*OwnerDiedError]: the data behind a lock may be half changed.
	ErrOwnerDied = errors.New("a process died, or a change failed, in the middle of a change of the data")
	// ErrClosed is what a call that waits for a lock returns when this process closes the segment meanwhile.
	ErrClosed = errors.New("the segment was closed in this process")
	// ErrLayout is wrapped by [*LayoutError]: the segment was made from a schema that lays it out in another way.
	ErrLayout = errors.New("the segment has another layout than this program")
	// ErrNotSegment says that a file is not a segment at all, or one of another format or byte order.
	ErrNotSegment = format.ErrNotSegment
	// ErrCorrupt says that a segment contradicts itself: it is truncated, or its header or descriptor was damaged.
	ErrCorrupt = format.ErrCorrupt
	// ErrUnsupported is returned by every attempt to create or open a segment on a system without support: anything but
	// Linux, and Linux where Go has no 64-bit atomic instructions (mips, mipsle, GOARM below 7). It is errors.ErrUnsupported.
	ErrUnsupported = errors.ErrUnsupported
	// ErrTooManyProcesses says that all slots of the process table are taken; see [WithMaxProcesses].
	ErrTooManyProcesses = errors.New("as many processes are attached as the segment has slots for")
	// ErrBusy is what TryLock returns when the lock is held.
	ErrBusy = errors.New("the lock is held")
	// ErrTooLong says that a text or a sequence of bytes does not fit; nothing was changed.
	ErrTooLong = errors.New("too long")
)

// OwnerDiedError says that a process died, or that a function under the lock failed, in the middle of a change of the
// data that the lock guards. Every Lock gives it until Recover has repaired the data. It wraps [ErrOwnerDied].
type OwnerDiedError struct {
	Segment, Field string
	// Owner is the process that died, as far as it is known; PID is 0 if it was a failed change of a living one.
	Owner ProcessInfo
}

func (e *OwnerDiedError) Error() string {
	who := "a function that changed it failed"
	if e.Owner.PID != 0 {
		who = fmt.Sprintf("process %d died while it changed it", e.Owner.PID)
	}
	return fmt.Sprintf("shm: segment %s, field %s: the data may be half changed, because %s; call Recover to check and repair it",
		e.Segment, e.Field, who)
}

// Unwrap returns [ErrOwnerDied].
func (e *OwnerDiedError) Unwrap() error { return ErrOwnerDied }

// LayoutError says how a segment differs from what this program was generated from. It wraps [ErrLayout].
type LayoutError struct {
	Segment     string
	Differences []string // one line each
}

func (e *LayoutError) Error() string {
	return fmt.Sprintf("shm: segment %s has another layout than this program: %s; generate both from the same schema, or remove the segment and create it anew",
		e.Segment, strings.Join(e.Differences, "; "))
}

// Unwrap returns [ErrLayout].
func (e *LayoutError) Unwrap() error { return ErrLayout }

// WaitError says that a context ended before a lock was free. It wraps the context's error.
type WaitError struct {
	Segment, Field string
	Holder         *ProcessInfo // who held the lock when the wait ended; nil if nobody did
	Err            error
}

func (e *WaitError) Error() string {
	holder := "it was free at that moment"
	if e.Holder != nil {
		holder = fmt.Sprintf("process %d (%s) holds it", e.Holder.PID, e.Holder.Command)
	}
	return fmt.Sprintf("shm: segment %s, field %s: waiting for the lock: %v; %s", e.Segment, e.Field, e.Err, holder)
}

// Unwrap returns the context's error.
func (e *WaitError) Unwrap() error { return e.Err }

// CloseError says that a segment cannot be closed because this process holds locks of it. Nothing was changed: unlock
// them and close again.
type CloseError struct {
	Segment string
	Held    []string // the fields whose locks are held
}

func (e *CloseError) Error() string {
	return fmt.Sprintf("shm: segment %s cannot be closed: this process holds the locks of %s; unlock them first",
		e.Segment, strings.Join(e.Held, ", "))
}
