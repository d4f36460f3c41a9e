package shm

import "context"

// Number is a Value of a number, behind a lock of its own. The zero Number is not bound to anything and panics.
//
// Every method is one step: no other process can come between the reading and the writing of Add, Swap, CompareAndSwap
// or Update. All of them but Update and Lock wait for the lock as sync.Mutex does, without a limit. If a process dies in
// the middle of any of them, the number is the old or the new one, and the lock is free for the next.
type Number[T Num] struct {
	c *core
	p *T
}

// BindNumber is called by generated code.
func BindNumber[T Num](s *Segment, field string, initial T) Number[T] {
	c, p := bindOne(s, field, shapeLocked, initial)
	return Number[T]{c: c, p: p}
}

// Present reports whether the segment has the field; it lacks one that came with a later version of the schema than the
// segment was created from.
func (v Number[T]) Present() bool { return v.c != nil }

// Load returns the number.
func (v Number[T]) Load() T {
	v.c.must()
	x := *v.p
	v.c.release()
	return x
}

// Store sets the number.
func (v Number[T]) Store(x T) {
	v.c.must()
	storeNumber(v.p, x)
	v.c.release()
}

// Add adds delta, with Go's overflow, and returns the new number.
func (v Number[T]) Add(delta T) T {
	c := v.c
	c.must()
	x := *v.p + delta
	storeNumber(v.p, x)
	c.release()
	return x
}

// Swap sets the number and returns the old one.
func (v Number[T]) Swap(x T) T {
	v.c.must()
	old := *v.p
	storeNumber(v.p, x)
	v.c.release()
	return old
}

// CompareAndSwap sets the number to new if it is old, and reports whether it did. Numbers are compared with ==, so a NaN
// is never swapped.
func (v Number[T]) CompareAndSwap(old, new T) bool {
	v.c.must()
	swapped := *v.p == old
	if swapped {
		storeNumber(v.p, new)
	}
	v.c.release()
	return swapped
}

// Update calls fn with a copy of the number, under the lock, and stores the copy if fn returns nil. If fn returns an
// error, which Update returns unchanged, or panics, or the process dies, the number stays as it was. fn must not use the
// same field. If the context ends before the lock is free, the error is a [*WaitError].
func (v Number[T]) Update(ctx context.Context, fn func(*T) error) error {
	if err := v.c.acquire(ctx); err != nil {
		return err
	}
	defer v.c.release()
	x := *v.p
	if err := fn(&x); err != nil {
		return err
	}
	storeNumber(v.p, x)
	return nil
}

// Lock takes the lock for several steps. If the context ends before it is free, the error is a [*WaitError]; a context
// that has ended already still takes a lock that is free.
func (v Number[T]) Lock(ctx context.Context) (HeldNumber[T], error) {
	if !v.c.try() {
		return v.lockSlow(ctx)
	}
	return HeldNumber[T]{v: v, x: *v.p, state: guardHeld}, nil
}

// lockSlow is apart from Lock so that the fast path keeps nothing on the stack.
//
//go:noinline
func (v Number[T]) lockSlow(ctx context.Context) (HeldNumber[T], error) {
	if err := v.c.acquireSlow(ctx); err != nil {
		return HeldNumber[T]{}, err
	}
	return HeldNumber[T]{v: v, x: *v.p, state: guardHeld}, nil
}

// TryLock takes the lock if it is free, and returns an error that is [ErrBusy] if not.
func (v Number[T]) TryLock() (HeldNumber[T], error) {
	if err := v.c.tryAcquire(); err != nil {
		return HeldNumber[T]{}, err
	}
	return HeldNumber[T]{v: v, x: *v.p, state: guardHeld}, nil
}

// HeldNumber is the guard of a [Number]: it works on a private copy, which Unlock stores. If the process dies before
// that, the number stays as it was.
type HeldNumber[T Num] struct {
	_     NoCopy
	v     Number[T]
	x     T
	state guardState
}

func (h *HeldNumber[T]) holds() {}

// Get returns the copy.
func (h *HeldNumber[T]) Get() T {
	if h.state != guardHeld {
		panic(usedUp)
	}
	return h.x
}

// Set changes the copy.
func (h *HeldNumber[T]) Set(x T) {
	if h.state != guardHeld {
		panic(usedUp)
	}
	h.x = x
}

// Unlock stores the copy and frees the lock. It uses the guard up; it panics if the guard was used up before, and does
// nothing after Discard.
func (h *HeldNumber[T]) Unlock() {
	if h.state == guardHeld {
		if narrow {
			storeNumber(h.v.p, h.x)
		} else {
			*h.v.p = h.x // what storeNumber does, within what the compiler inlines
		}
	}
	h.state = h.v.c.unlock(h.state)
}

// Discard frees the lock without storing anything. It uses the guard up, but for Unlock, which then does nothing.
func (h *HeldNumber[T]) Discard() {
	h.v.c.unlock(h.state)
	h.state = guardDiscarded
}
