package shm

// BoolValue is a Value of a bool, behind a lock of its own. The zero BoolValue is not bound to anything and panics.
//
// Every method is one step, and waits for the lock as sync.Mutex does. If a process dies in the middle of one, the bool
// is the old or the new one, and the lock is free for the next.
type BoolValue struct {
	c *core
	p *Bool
}

// BindBool is called by generated code.
func BindBool(s *Segment, field string, initial bool) BoolValue {
	c, p := bindOne(s, field, shapeLocked, BoolOf(initial))
	return BoolValue{c: c, p: p}
}

// Present reports whether the segment has the field; see [Number.Present].
func (v BoolValue) Present() bool { return v.c != nil }

// Load returns the bool.
func (v BoolValue) Load() bool {
	v.c.must()
	x := *v.p
	v.c.release()
	return x.Get()
}

// Store sets the bool.
func (v BoolValue) Store(x bool) { v.Swap(x) }

// Swap sets the bool and returns the old one.
func (v BoolValue) Swap(x bool) bool {
	v.c.must()
	old := *v.p
	*v.p = BoolOf(x)
	v.c.release()
	return old.Get()
}

// CompareAndSwap sets the bool to new if it is old, and reports whether it did.
func (v BoolValue) CompareAndSwap(old, new bool) bool {
	v.c.must()
	swapped := v.p.Get() == old
	if swapped {
		*v.p = BoolOf(new)
	}
	v.c.release()
	return swapped
}

// Toggle negates the bool and returns the new one.
func (v BoolValue) Toggle() bool {
	v.c.must()
	x := !v.p.Get()
	*v.p = BoolOf(x)
	v.c.release()
	return x
}
