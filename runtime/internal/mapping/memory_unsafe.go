package mapping

import (
	"fmt"
	"unsafe"
)

// Memory is the bytes of one segment, mapped from a file or on the Go heap.
//
// The range stays valid for the life of the process: Abandon replaces a mapping and never removes it, so a pointer
// that somebody kept does not fault.
type Memory struct {
	base unsafe.Pointer
	size uint64
	heap bool
}

// Heap returns zeroed memory of the Go heap, aligned to a page: a segment of one process, which the race detector can
// see.
func Heap(size uint64) (*Memory, error) {
	if size > maxInt-2*PageSize {
		return nil, fmt.Errorf("%d bytes do not fit in the address space", size)
	}
	if err := checkMachine(size); err != nil { // which would end the process in make
		return nil, err
	}
	block := make([]byte, size+PageSize)
	base := unsafe.Pointer(unsafe.SliceData(block))
	if over := uintptr(base) % PageSize; over != 0 {
		base = unsafe.Add(base, PageSize-over)
	}
	return &Memory{base: base, size: size, heap: true}, nil
}

// PageSize is the unit that sizes and the start of memory are rounded to. Pages of the kernel may be larger.
const PageSize = 4096

const maxInt = uint64(^uint(0) >> 1)

// Size returns the number of bytes.
func (m *Memory) Size() uint64 { return m.size }

// At returns the T at offset. It panics if a part of it is outside the memory or if it is not aligned.
//
// Preconditions: every bit pattern is a valid T, and T has no pointers.
func At[T any](m *Memory, offset uint64) *T {
	var zero T
	return (*T)(m.check(offset, uint64(unsafe.Sizeof(zero)), uint64(unsafe.Alignof(zero))))
}

// Slice returns the n values of T from offset on, with a capacity of n. It panics as [At] does.
func Slice[T any](m *Memory, offset, n uint64) []T {
	var zero T
	size := uint64(unsafe.Sizeof(zero))
	if size != 0 && n > m.size/size {
		panic(fmt.Sprintf("shm: %d elements of %d bytes are more than the segment's %d bytes", n, size, m.size))
	}
	return unsafe.Slice((*T)(m.check(offset, n*size, uint64(unsafe.Alignof(zero)))), n)
}

// check returns the address of size bytes at offset.
func (m *Memory) check(offset, size, align uint64) unsafe.Pointer {
	if offset > m.size || size > m.size-offset || offset%align != 0 {
		panic(fmt.Sprintf("shm: %d bytes at %d are not inside the segment's %d bytes", size, offset, m.size))
	}
	return unsafe.Add(m.base, offset)
}
