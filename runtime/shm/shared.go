package shm

import (
	"context"
	"sync/atomic"
)

// Shared is a lock that guards fields of its segment. It is part of generated types, which programs use instead.
//
// The fields are changed in place. Before the first pointer to them is given out, dirty is set; an orderly Unlock clears
// it. A holder that dies in between leaves the lock DAMAGED:
//
//	      Lock              Write                 death
//	free ──────► held, clean ─────► held, dirty ──────────► damaged ──► Lock returns *OwnerDiedError
//	  ▲            │ Unlock, death     │ Unlock                │
//	  ├────────────┘                   │ dirty = 0, then free  │ Recover (or what SetRepair was given) returns nil:
//	  └────────────────────────────────┘◄──────────────────────┘ dirty = 0, DAMAGED off, then free
//
// Memory order: dirty is set and cleared with atomic stores. A sweep looks at it only when the holder is proven to be
// gone, when all its stores are visible.
type Shared struct{ c *core }

// BindShared is called by generated code.
func BindShared(s *Segment, field string) Shared {
	c, _ := s.bind(field, shapeLock, 0)
	return Shared{c: c}
}

// BindGuarded is called by generated code. It returns the value of a field that a lock field guards.
func BindGuarded[T any](s *Segment, field string, initial T) *T {
	_, p := bindOne(s, field, shapePlain, initial)
	return p
}

// BindGuardedArray is called by generated code. It returns the elements of a field that a lock field guards.
func BindGuardedArray[T any](s *Segment, field string, initial []T) []T {
	_, all := bindMany(s, field, shapePlain, initial)
	return all
}

// Present reports whether the segment has the field; see [Number.Present].
func (l Shared) Present() bool { return l.c != nil }

// Lock takes the lock. It fails with a [*WaitError] when the context ends first, and with an [*OwnerDiedError] if the
// fields may be half changed.
func (l Shared) Lock(ctx context.Context) (SharedHold, error) {
	if err := l.c.acquire(ctx); err != nil {
		return SharedHold{}, err
	}
	return SharedHold{c: l.c, state: guardHeld}, nil
}

// TryLock takes the lock if it is free, and returns an error that is [ErrBusy] if not.
func (l Shared) TryLock() (SharedHold, error) {
	if err := l.c.tryAcquire(); err != nil {
		return SharedHold{}, err
	}
	return SharedHold{c: l.c, state: guardHeld}, nil
}

// Recover takes a lock that a dead holder left damaged, calls repair, and frees it sound if that returns nil. On a sound
// lock it returns nil without calling repair.
func (l Shared) Recover(ctx context.Context, repair func(SharedHold) error) error {
	return l.c.recover(ctx, l.repairer(repair))
}

// SetRepair lets every Lock of this process that finds the fields damaged call repair first, as Recover does, and then
// go on. A nil repair takes that back.
func (l Shared) SetRepair(repair func(SharedHold) error) {
	if repair == nil {
		l.c.repair.Store(nil)
		return
	}
	fn := l.repairer(repair)
	l.c.repair.Store(&fn)
}

func (l Shared) repairer(repair func(SharedHold) error) func() error {
	return func() error { return repair(SharedHold{c: l.c, state: guardRecovering}) }
}

// SharedHold is what holding a [Shared] lock gives. It is part of generated guards, which programs use instead.
type SharedHold struct {
	c     *core
	wrote bool
	state guardState
}

// Write marks the fields as being changed. It panics if the hold was used up.
func (h *SharedHold) Write() {
	if h.state == guardUsed {
		panic(usedUp)
	}
	if !h.wrote {
		h.wrote = true
		atomic.StoreUint32(h.c.dirty, 1)
	}
}

// Unlock frees the lock and uses the hold up; a second Unlock panics, and so does Unlock of the guard that Recover
// passes to its function.
func (h *SharedHold) Unlock() {
	if h.state == guardHeld && h.wrote {
		atomic.StoreUint32(h.c.dirty, 0)
	}
	h.state = h.c.unlock(h.state)
}
