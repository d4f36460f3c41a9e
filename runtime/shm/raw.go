package shm

// Raw is a value without a lock: RawValue, or lock=none. Loads and stores are plain ones: nothing keeps those of two
// processes apart, and only numbers and bools are never torn. The zero Raw is not bound to anything and panics.
type Raw[T any] struct {
	c *core
	p *T
}

// BindRaw is called by generated code.
func BindRaw[T any](s *Segment, field string, initial T) Raw[T] {
	c, p := bindOne(s, field, shapePlain, initial)
	return Raw[T]{c: c, p: p}
}

// Present reports whether the segment has the field; see [Number.Present].
func (v Raw[T]) Present() bool { return v.c != nil }

// Load returns the value.
func (v Raw[T]) Load() T { return *v.p }

// Store sets the value.
func (v Raw[T]) Store(x T) { *v.p = x }

// Ptr returns the value in shared memory. After Close it points to private memory.
func (v Raw[T]) Ptr() *T { return v.p }

// RawArray is an array without a lock: RawArray, or lock=none. Nothing keeps the accesses of two processes apart. The
// zero RawArray is not bound to anything and panics.
type RawArray[T any] struct {
	c *core
	p *T
}

// BindRawArray is called by generated code.
func BindRawArray[T any](s *Segment, field string, initial []T) RawArray[T] {
	c, all := bindMany(s, field, shapePlain, initial)
	return RawArray[T]{c: c, p: firstOf(all)}
}

// Present reports whether the segment has the field; see [Number.Present].
func (a RawArray[T]) Present() bool { return a.c != nil }

// Len returns the number of elements.
func (a RawArray[T]) Len() int { return a.c.length }

// Slice returns the elements in shared memory. After Close they are private memory.
func (a RawArray[T]) Slice() []T { return elements(a.c, a.p) }
