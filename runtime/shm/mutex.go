package shm

import "context"

// Mutex is a Lock that guards no fields of the segment; what it protects is up to the program. It is not recursive. If
// its holder dies, it is free for the next. The zero Mutex is not bound to anything and panics.
type Mutex struct{ c *core }

// BindMutex is called by generated code.
func BindMutex(s *Segment, field string) Mutex {
	c, _ := s.bind(field, shapeLock, 0)
	return Mutex{c: c}
}

// Present reports whether the segment has the field; see [Number.Present].
func (m Mutex) Present() bool { return m.c != nil }

// Lock takes the lock. If the context ends before it is free, the error is a [*WaitError]; a context that has ended
// already still takes a lock that is free.
func (m Mutex) Lock(ctx context.Context) (Guard, error) {
	if err := m.c.acquire(ctx); err != nil {
		return Guard{}, err
	}
	return Guard{c: m.c, state: guardHeld}, nil
}

// TryLock takes the lock if it is free, and returns an error that is [ErrBusy] if not.
func (m Mutex) TryLock() (Guard, error) {
	if err := m.c.tryAcquire(); err != nil {
		return Guard{}, err
	}
	return Guard{c: m.c, state: guardHeld}, nil
}

// Recover does something only for a Lock(report=true) whose holder has died: it takes the lock, calls fn, and frees it
// sound if fn returns nil. On a sound lock it returns nil without calling fn.
func (m Mutex) Recover(ctx context.Context, fn func() error) error { return m.c.recover(ctx, fn) }
