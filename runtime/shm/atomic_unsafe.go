package shm

import (
	"sync/atomic"
	"unsafe"
)

// Atomic is a Value of an integer with lock=atomic: each method is one atomic step, without a lock, sequentially
// consistent as in sync/atomic. The zero Atomic is not bound to anything and panics.
//
// Integers of 32 and 64 bits are changed with one instruction; those of 8 and 16 bits by a compare-and-swap of the 32-bit
// word of which the integer has the first bytes and nothing else is in use.
type Atomic[T Integer] struct {
	c *core
	p *T
}

// BindAtomic is called by generated code.
func BindAtomic[T Integer](s *Segment, field string, initial T) Atomic[T] {
	c, p := bindOne(s, field, shapePlain, initial)
	return Atomic[T]{c: c, p: p}
}

// Present reports whether the segment has the field; see [Number.Present].
func (v Atomic[T]) Present() bool { return v.c != nil }

// Load returns the value.
func (v Atomic[T]) Load() T { return atomicLoad(v.p) }

// Store sets the value.
func (v Atomic[T]) Store(x T) { atomicSwap(v.p, x) }

// Add adds delta, with Go's overflow, and returns the new value.
func (v Atomic[T]) Add(delta T) T {
	if unsafe.Sizeof(delta) == 4 {
		return T(atomic.AddUint32((*uint32)(unsafe.Pointer(v.p)), uint32(delta)))
	}
	if unsafe.Sizeof(delta) == 8 {
		return T(atomic.AddUint64((*uint64)(unsafe.Pointer(v.p)), uint64(delta)))
	}
	return atomicChange(v.p, func(old T) T { return old + delta }) + delta
}

// And sets the value to its bitwise and with mask, and returns the new value.
func (v Atomic[T]) And(mask T) T {
	return atomicChange(v.p, func(old T) T { return old & mask }) & mask
}

// Or sets the value to its bitwise or with mask, and returns the new value.
func (v Atomic[T]) Or(mask T) T {
	return atomicChange(v.p, func(old T) T { return old | mask }) | mask
}

// Swap sets the value and returns the old one.
func (v Atomic[T]) Swap(x T) T { return atomicSwap(v.p, x) }

// CompareAndSwap sets the value to new if it is old, and reports whether it did.
func (v Atomic[T]) CompareAndSwap(old, new T) bool { return atomicCompareAndSwap(v.p, old, new) }

// AtomicFloat is a Value of a float32 or float64 with lock=atomic; see [Atomic].
type AtomicFloat[T Float] struct {
	c *core
	p *T
}

// BindAtomicFloat is called by generated code.
func BindAtomicFloat[T Float](s *Segment, field string, initial T) AtomicFloat[T] {
	c, p := bindOne(s, field, shapePlain, initial)
	return AtomicFloat[T]{c: c, p: p}
}

// Present reports whether the segment has the field; see [Number.Present].
func (v AtomicFloat[T]) Present() bool { return v.c != nil }

// Load returns the value.
func (v AtomicFloat[T]) Load() T { return atomicLoad(v.p) }

// Store sets the value.
func (v AtomicFloat[T]) Store(x T) { atomicSwap(v.p, x) }

// Add adds delta and returns the new value.
func (v AtomicFloat[T]) Add(delta T) T {
	for {
		old := atomicLoad(v.p)
		if sum := old + delta; atomicCompareAndSwap(v.p, old, sum) {
			return sum
		}
	}
}

// Swap sets the value and returns the old one.
func (v AtomicFloat[T]) Swap(x T) T { return atomicSwap(v.p, x) }

// CompareAndSwap sets the value to new if its bits are those of old, and reports whether it did: 0 is not -0, and a NaN
// is the same NaN.
func (v AtomicFloat[T]) CompareAndSwap(old, new T) bool { return atomicCompareAndSwap(v.p, old, new) }

// AtomicEnum is a Value of an enum with lock=atomic; see [Atomic].
type AtomicEnum[T Integer] struct {
	c *core
	p *T
}

// BindAtomicEnum is called by generated code.
func BindAtomicEnum[T Integer](s *Segment, field string, initial T) AtomicEnum[T] {
	c, p := bindOne(s, field, shapePlain, initial)
	return AtomicEnum[T]{c: c, p: p}
}

// Present reports whether the segment has the field; see [Number.Present].
func (v AtomicEnum[T]) Present() bool { return v.c != nil }

// Load returns the value. It may be one that this program's schema has no name for.
func (v AtomicEnum[T]) Load() T { return atomicLoad(v.p) }

// Store sets the value.
func (v AtomicEnum[T]) Store(x T) { atomicSwap(v.p, x) }

// Swap sets the value and returns the old one.
func (v AtomicEnum[T]) Swap(x T) T { return atomicSwap(v.p, x) }

// CompareAndSwap sets the value to new if it is old, and reports whether it did.
func (v AtomicEnum[T]) CompareAndSwap(old, new T) bool { return atomicCompareAndSwap(v.p, old, new) }

// AtomicBool is a Value of a bool with lock=atomic; see [Atomic].
type AtomicBool struct {
	c *core
	p *Bool
}

// BindAtomicBool is called by generated code.
func BindAtomicBool(s *Segment, field string, initial bool) AtomicBool {
	c, p := bindOne(s, field, shapePlain, BoolOf(initial))
	return AtomicBool{c: c, p: p}
}

// Present reports whether the segment has the field; see [Number.Present].
func (v AtomicBool) Present() bool { return v.c != nil }

// Load returns the bool.
func (v AtomicBool) Load() bool { return atomicLoad(v.p).Get() }

// Store sets the bool.
func (v AtomicBool) Store(x bool) { atomicSwap(v.p, BoolOf(x)) }

// Swap sets the bool and returns the old one.
func (v AtomicBool) Swap(x bool) bool { return atomicSwap(v.p, BoolOf(x)).Get() }

// CompareAndSwap sets the bool to new if it is old, and reports whether it did.
func (v AtomicBool) CompareAndSwap(old, new bool) bool {
	for {
		present := atomicLoad(v.p)
		if present.Get() != old {
			return false
		}
		if atomicCompareAndSwap(v.p, present, BoolOf(new)) {
			return true
		}
	}
}

// Toggle negates the bool and returns the new one.
func (v AtomicBool) Toggle() bool {
	return !atomicChange(v.p, func(old Bool) Bool { return BoolOf(!old.Get()) }).Get()
}

// The operations below work on numbers and Bools of 1, 2, 4 and 8 bytes; the size is a constant in each instance, so one
// branch of each remains. p is aligned to max(4, its size).

// atomicLoad loads *p. What is smaller than a word is loaded with the whole word.
func atomicLoad[T Num](p *T) T {
	if unsafe.Sizeof(*p) == 4 {
		x := atomic.LoadUint32((*uint32)(unsafe.Pointer(p)))
		return *(*T)(unsafe.Pointer(&x))
	}
	if unsafe.Sizeof(*p) == 8 {
		x := atomic.LoadUint64((*uint64)(unsafe.Pointer(p)))
		return *(*T)(unsafe.Pointer(&x))
	}
	return wordValue[T](atomic.LoadUint32((*uint32)(unsafe.Pointer(p))))
}

// atomicSwap stores x and returns the old value.
func atomicSwap[T Num](p *T, x T) T {
	if unsafe.Sizeof(x) == 4 {
		old := atomic.SwapUint32((*uint32)(unsafe.Pointer(p)), *(*uint32)(unsafe.Pointer(&x)))
		return *(*T)(unsafe.Pointer(&old))
	}
	if unsafe.Sizeof(x) == 8 {
		old := atomic.SwapUint64((*uint64)(unsafe.Pointer(p)), *(*uint64)(unsafe.Pointer(&x)))
		return *(*T)(unsafe.Pointer(&old))
	}
	return wordValue[T](atomic.SwapUint32((*uint32)(unsafe.Pointer(p)), valueWord(x)))
}

// atomicCompareAndSwap compares bits.
func atomicCompareAndSwap[T Num](p *T, old, new T) bool {
	if unsafe.Sizeof(old) == 8 {
		return atomic.CompareAndSwapUint64((*uint64)(unsafe.Pointer(p)), *(*uint64)(unsafe.Pointer(&old)), *(*uint64)(unsafe.Pointer(&new)))
	}
	word := (*uint32)(unsafe.Pointer(p))
	if unsafe.Sizeof(old) == 4 {
		return atomic.CompareAndSwapUint32(word, *(*uint32)(unsafe.Pointer(&old)), *(*uint32)(unsafe.Pointer(&new)))
	}
	for {
		// The rest of the word is ours too, but a broken process may have written to it.
		w := atomic.LoadUint32(word)
		if wordValue[T](w) != old {
			return false
		}
		if atomic.CompareAndSwapUint32(word, w, valueWord(new)) {
			return true
		}
	}
}

// atomicChange stores change(old) and returns old. change may be called more than once.
func atomicChange[T Integer](p *T, change func(T) T) T {
	for {
		old := atomicLoad(p)
		if atomicCompareAndSwap(p, old, change(old)) {
			return old
		}
	}
}

// wordValue returns the value whose bytes are the first of w as it lies in memory, in either byte order.
func wordValue[T Num](w uint32) T { return *(*T)(unsafe.Pointer(&w)) }

// valueWord returns the word that begins with the bytes of x, followed by zeroes.
func valueWord[T Num](x T) uint32 {
	var w uint32
	*(*T)(unsafe.Pointer(&w)) = x
	return w
}
