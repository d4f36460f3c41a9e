package shm

import (
	"context"
	"fmt"
	"iter"
	"sync/atomic"
)

// Array is an array behind one lock. The zero Array is not bound to anything and panics, and so does an index or a length
// out of range, before anything is written.
//
// Load and Store work on one element. It is never torn, also not by the death of a process: an element that is larger
// than what one instruction stores is written to a redo slot, marked, copied, unmarked; whoever sweeps the dead
// completes it.
//
//	       write the slot        redo = i+1            copy             redo = 0
//	held ─────────────────► held ──────────► marked ────────► marked ─────────► held
//	       death: old element                 death: the sweep copies the slot; new element
//
// CopyFrom, Do and a guard change the live memory in place. If the process dies in the middle, or fn panics in Do, the
// lock is DAMAGED: Lock, TryLock, CopyTo, CopyFrom and Do then fail with an [*OwnerDiedError] until Recover, or what
// SetRepair was given, has repaired the array. Load and Store go on.
//
// Memory order: as for [Shared].
type Array[T any] struct {
	c *core
	p *T
}

// BindArray is called by generated code.
func BindArray[T any](s *Segment, field string, initial []T) Array[T] {
	c, all := bindMany(s, field, shapeArray, initial)
	return Array[T]{c: c, p: firstOf(all)}
}

// Present reports whether the segment has the field; see [Number.Present].
func (a Array[T]) Present() bool { return a.c != nil }

// Len returns the number of elements, without taking the lock.
func (a Array[T]) Len() int { return a.c.length }

// checkIndex panics as a slice does.
func (c *core) checkIndex(i int) {
	if uint(i) >= uint(c.length) {
		panic(fmt.Sprintf("shm: field %s of segment %s: index %d out of range with length %d", c.field, c.segment.label, i, c.length))
	}
}

// checkRange panics if n elements from i on are not all there.
func (c *core) checkRange(i, n int) {
	if i < 0 || n > c.length || i > c.length-n {
		panic(fmt.Sprintf("shm: field %s of segment %s: elements [%d:%d] out of range with length %d", c.field, c.segment.label, i, i+n, c.length))
	}
}

// Load returns element i.
func (a Array[T]) Load(i int) T {
	a.c.checkIndex(i)
	a.c.must()
	x := *element(a.p, i)
	a.c.release()
	return x
}

// Store sets element i.
func (a Array[T]) Store(i int, x T) {
	c := a.c
	c.checkIndex(i)
	c.must()
	if c.direct {
		*element(a.p, i) = x
	} else {
		*redoSlot(c, a.p) = x
		atomic.StoreUint64(c.redo, uint64(i)+1)
		*element(a.p, i) = x
		atomic.StoreUint64(c.redo, 0)
	}
	c.release()
}

// CopyTo copies the elements from index from on to dst, all of dst, under one lock. The error is an [*OwnerDiedError], or
// [ErrClosed].
func (a Array[T]) CopyTo(dst []T, from int) error {
	a.c.checkRange(from, len(dst))
	c := a.c
	if err := c.acquire(nil); err != nil {
		return err
	}
	copy(dst, elements(c, a.p)[from:])
	c.release()
	return nil
}

// CopyFrom copies all of src to the elements from index at on, under one lock. The errors are those of [Array.CopyTo].
func (a Array[T]) CopyFrom(src []T, at int) error {
	a.c.checkRange(at, len(src))
	c := a.c
	if err := c.acquire(nil); err != nil {
		return err
	}
	atomic.StoreUint32(c.dirty, 1)
	copy(elements(c, a.p)[at:], src)
	atomic.StoreUint32(c.dirty, 0)
	c.release()
	return nil
}

// All ranges over the elements and their indices. The lock is taken for each element, so others may change the array
// meanwhile; use Do or CopyTo for one state of all.
func (a Array[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i := range a.c.length {
			if !yield(i, a.Load(i)) {
				return
			}
		}
	}
}

// Do calls fn with the elements, under the lock. fn must not use the same field, nor keep the slice. What fn has changed
// stays, also if it returns an error, which Do returns unchanged; if it panics, or the process dies, the array is DAMAGED.
// If the context ends before the lock is free, the error is a [*WaitError].
func (a Array[T]) Do(ctx context.Context, fn func([]T) error) error {
	c := a.c
	if err := c.acquire(ctx); err != nil {
		return err
	}
	atomic.StoreUint32(c.dirty, 1)
	whole := false
	defer func() {
		if whole {
			atomic.StoreUint32(c.dirty, 0)
		} else {
			c.spoil()
		}
		c.release()
	}()
	err := fn(elements(c, a.p))
	whole = true
	return err
}

// Lock takes the lock for several steps. If the context ends before it is free, the error is a [*WaitError]; a context
// that has ended already still takes a lock that is free. If the array may be half changed, the error is an
// [*OwnerDiedError].
func (a Array[T]) Lock(ctx context.Context) (HeldArray[T], error) {
	if err := a.c.acquire(ctx); err != nil {
		return HeldArray[T]{}, err
	}
	return HeldArray[T]{a: a, state: guardHeld}, nil
}

// TryLock takes the lock if it is free, and returns an error that is [ErrBusy] if not.
func (a Array[T]) TryLock() (HeldArray[T], error) {
	if err := a.c.tryAcquire(); err != nil {
		return HeldArray[T]{}, err
	}
	return HeldArray[T]{a: a, state: guardHeld}, nil
}

// Recover takes a lock that was left DAMAGED, calls fn with the elements, and frees the lock sound if fn returns nil. On
// a sound lock it returns nil without calling fn.
func (a Array[T]) Recover(ctx context.Context, fn func([]T) error) error {
	return a.c.recover(ctx, func() error { return fn(elements(a.c, a.p)) })
}

// SetRepair lets every method of this process that finds the array DAMAGED call fn first, as Recover does, and then go
// on. A nil fn takes that back.
func (a Array[T]) SetRepair(fn func([]T) error) {
	if fn == nil {
		a.c.repair.Store(nil)
		return
	}
	repair := func() error { return fn(elements(a.c, a.p)) }
	a.c.repair.Store(&repair)
}

// HeldArray is the guard of an [Array]. It works on the live elements: there is nothing to discard, and if the process
// dies after the first Set or Slice, the array is DAMAGED.
type HeldArray[T any] struct {
	_     NoCopy
	a     Array[T]
	wrote bool
	state guardState
}

func (h *HeldArray[T]) holds() {}

// live returns the core of a guard that is not used up.
func (h *HeldArray[T]) live() *core {
	if h.state != guardHeld {
		panic(usedUp)
	}
	return h.a.c
}

// write marks the array as being changed.
func (h *HeldArray[T]) write() {
	if !h.wrote {
		h.wrote = true
		atomic.StoreUint32(h.a.c.dirty, 1)
	}
}

// Len returns the number of elements.
func (h *HeldArray[T]) Len() int { return h.live().length }

// At returns element i.
func (h *HeldArray[T]) At(i int) T {
	h.live().checkIndex(i)
	return *element(h.a.p, i)
}

// Set sets element i.
func (h *HeldArray[T]) Set(i int, x T) {
	h.live().checkIndex(i)
	h.write()
	*element(h.a.p, i) = x
}

// Slice returns the elements, to be read and changed in place. It must not be kept beyond Unlock.
func (h *HeldArray[T]) Slice() []T {
	c := h.live()
	h.write()
	return elements(c, h.a.p)
}

// All ranges over the elements and their indices.
func (h *HeldArray[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i := range h.live().length {
			if !yield(i, h.At(i)) {
				return
			}
		}
	}
}

// Unlock frees the lock and uses the guard up; a second Unlock panics.
func (h *HeldArray[T]) Unlock() {
	if h.state == guardHeld && h.wrote {
		atomic.StoreUint32(h.a.c.dirty, 0)
	}
	h.state = h.a.c.unlock(h.state)
}
