package shm

import (
	"context"
	"sync/atomic"
)

// Value is a Value of anything but a number or a bool: a record, an enum, a text, an array, a time. It is behind a lock
// of its own. The zero Value is not bound to anything and panics.
//
// The value lies there twice. A change is made in the copy that nobody reads, and becomes the value with one atomic
// store, so it is there as a whole or not at all: an error, a panic or the death of the process leaves the old value,
// and the lock is free for the next.
//
//	         Lock                 Set, Ptr                      Unlock: one store to seq
//	at rest ──────►  held  ─────────────────►  held, spare made ────────────────────────► at rest, the spare is the value
//	   ▲              │ Unlock, Discard, death     │ Discard, death
//	   └──────────────┴────────────────────────────┘ at rest, as before: what is in the spare is never read
//
// Memory order: a holder's plain writes to the spare come before its atomic store to seq, and that before its unlock;
// who locks afterwards sees all three. The low bit of seq says which copy is the value; no other bit of it is used here,
// so that nothing written to it can lead outside of the two copies.
type Value[T any] struct {
	c *core
	p *T // the first copy
}

// BindValue is called by generated code.
func BindValue[T any](s *Segment, field string, initial T) Value[T] {
	c, p := bindOne(s, field, shapeCopies, initial)
	return Value[T]{c: c, p: p}
}

// Present reports whether the segment has the field; see [Number.Present].
func (v Value[T]) Present() bool { return v.c != nil }

// current returns the copy that is the value.
//
// Preconditions: this process holds the lock.
func (v Value[T]) current() *T { return copyAt(v.c, v.p, atomic.LoadUint64(v.c.seq)) }

// spare returns the copy that is not the value.
//
// Preconditions: this process holds the lock.
func (v Value[T]) spare() *T { return copyAt(v.c, v.p, atomic.LoadUint64(v.c.seq)+1) }

// commit makes the spare copy the value.
//
// Preconditions: this process holds the lock.
func (c *core) commit() { atomic.AddUint64(c.seq, 1) }

// Load returns the value. It waits for the lock as sync.Mutex does.
func (v Value[T]) Load() T {
	v.c.must()
	x := *v.current()
	v.c.release()
	return x
}

// Store sets the value. It waits for the lock as sync.Mutex does.
func (v Value[T]) Store(x T) {
	v.c.must()
	*v.spare() = x
	v.c.commit()
	v.c.release()
}

// Update calls fn with a copy of the value, under the lock; it becomes the value if fn returns nil. If fn returns an
// error, which Update returns unchanged, or panics, or the process dies, the value stays as it was. fn must not use the
// same field, nor keep the pointer. If the context ends before the lock is free, the error is a [*WaitError].
func (v Value[T]) Update(ctx context.Context, fn func(*T) error) error {
	if err := v.c.acquire(ctx); err != nil {
		return err
	}
	defer v.c.release()
	spare := v.spare()
	*spare = *v.current()
	if err := fn(spare); err != nil {
		return err
	}
	v.c.commit()
	return nil
}

// Lock takes the lock for several steps. If the context ends before it is free, the error is a [*WaitError]; a context
// that has ended already still takes a lock that is free.
func (v Value[T]) Lock(ctx context.Context) (Held[T], error) {
	if err := v.c.acquire(ctx); err != nil {
		return Held[T]{}, err
	}
	return Held[T]{v: v, state: guardHeld}, nil
}

// TryLock takes the lock if it is free, and returns an error that is [ErrBusy] if not.
func (v Value[T]) TryLock() (Held[T], error) {
	if err := v.c.tryAcquire(); err != nil {
		return Held[T]{}, err
	}
	return Held[T]{v: v, state: guardHeld}, nil
}

// Held is the guard of a [Value]. It works on the spare copy, which Unlock makes the value, if there was a Set or a Ptr.
// If the process dies before that, the value stays as it was.
type Held[T any] struct {
	_     NoCopy
	v     Value[T]
	next  *T // the spare copy, once there is something in it
	state guardState
}

func (h *Held[T]) holds() {}

// Get returns the value as it will be after Unlock.
func (h *Held[T]) Get() T {
	if h.state != guardHeld {
		panic(usedUp)
	}
	if h.next != nil {
		return *h.next
	}
	return *h.v.current()
}

// Set replaces the value.
func (h *Held[T]) Set(x T) {
	if h.state != guardHeld {
		panic(usedUp)
	}
	h.next = h.v.spare()
	*h.next = x
}

// Ptr returns the copy that Unlock will make the value, to be changed in place. It must not be kept beyond Unlock.
func (h *Held[T]) Ptr() *T {
	if h.state != guardHeld {
		panic(usedUp)
	}
	if h.next == nil {
		h.next = h.v.spare()
		*h.next = *h.v.current()
	}
	return h.next
}

// Unlock makes what was Set, or changed through Ptr, the value, and frees the lock. It uses the guard up; it panics if
// the guard was used up before, and does nothing after Discard.
func (h *Held[T]) Unlock() {
	if h.state == guardHeld && h.next != nil {
		h.v.c.commit()
	}
	h.state = h.v.c.unlock(h.state)
}

// Discard frees the lock and leaves the value as it was. It uses the guard up, but for Unlock, which then does nothing.
func (h *Held[T]) Discard() {
	h.v.c.unlock(h.state)
	h.state = guardDiscarded
}
