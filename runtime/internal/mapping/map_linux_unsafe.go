//go:build linux

package mapping

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Map maps the first size bytes of file, shared and writable.
func Map(file *os.File, size uint64) (*Memory, error) {
	if size == 0 || size > maxInt-PageSize {
		return nil, fmt.Errorf("%d bytes cannot be mapped", size)
	}
	base, err := unix.MmapPtr(int(file.Fd()), 0, nil, uintptr(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("mapping %d bytes: %w", size, err)
	}
	return &Memory{base: base, size: size}, nil
}

// Abandon puts private, zeroed memory where the shared memory was: late reads and writes by this process do not fault
// and reach nobody. With the build tag shmdebug the range can no longer be accessed at all, so that such uses fault
// where they stand. Memory of the heap is left as it is: nobody else has it.
//
// The range is never given back, but nothing in it was touched: the kernel keeps no page for it, and joins it with its
// neighbours, so that the number of mappings does not grow with each segment that is closed.
func (m *Memory) Abandon() error {
	if m.heap {
		return nil
	}
	_, err := unix.MmapPtr(-1, 0, m.base, uintptr(m.size), abandonedProtection,
		unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_FIXED|unix.MAP_NORESERVE)
	if err != nil {
		return fmt.Errorf("detaching %d bytes: %w", m.size, err)
	}
	return nil
}

// Unmap removes a mapping that nobody has a pointer into.
func (m *Memory) Unmap() error {
	if m.heap {
		return nil
	}
	if err := unix.MunmapPtr(m.base, uintptr(m.size)); err != nil {
		return fmt.Errorf("unmapping %d bytes: %w", m.size, err)
	}
	m.base, m.size = unsafe.Pointer(nil), 0
	return nil
}
