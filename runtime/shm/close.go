package shm

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/internal/futex"
	"github.com/shmgen/shmgen/runtime/internal/lockword"
	"github.com/shmgen/shmgen/runtime/internal/mapping"
)

// Close detaches this process from the segment and frees its slot. If this process holds a lock of the segment, nothing
// changes and the error is a [*CloseError]; Close never waits for a lock. Goroutines that wait for one get [ErrClosed].
// Closing again does nothing.
//
// Afterwards, what takes a lock panics. A late use without a lock (an atomic, a raw field, a pointer that was kept) does
// not fault and reaches nobody: private memory has taken the place of the segment.
//
// If the segment is temporary and no other process is attached, it is unlinked. A process that ends without Close leaves
// its slot to be swept by the next one that attaches.
func (s *Segment) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		return nil
	}
	// From here on every Lock goes through its slow path, which works on the real word until closed is set.
	s.pointWords(func(*core) *uint32 { return &closedWord })
	err := s.quiesce()
	if err == nil {
		err = s.detach()
	}
	if !s.closed.Load() {
		s.closing.Store(false)
		s.pointWords(func(c *core) *uint32 { return c.held })
	}
	return err
}

// quiesce makes sure that no goroutine of this process holds a lock or waits for one, but for those that are on the fast
// path at this very moment. Whoever comes to a slow path afterwards stays in whileOpen.
func (s *Segment) quiesce() error {
	if err := s.heldLocks(); err != nil {
		return err
	}
	s.closing.Store(true)
	for s.waiters.Load() != 0 {
		for _, c := range s.cores {
			futex.Wake(c.held, futex.All, futex.Mask(s.Slot()))
		}
		runtime.Gosched()
	}
	return s.heldLocks() // one of those that waited may have got its lock at the last moment
}

// whileOpen runs what a slow path does with the memory of the segment, so that Close does not take that away meanwhile.
// If attempt fails with errClosing, or Close is at work already, the outcome of Close decides: the error is ErrClosed,
// or attempt runs once more.
func (c *core) whileOpen(attempt func() error) error {
	s := c.segment
	for {
		if err := s.counted(attempt); err != errClosing {
			return err
		}
		for s.closing.Load() && !s.closed.Load() {
			runtime.Gosched()
		}
		if s.closed.Load() {
			return fmt.Errorf("shm: segment %s, field %s: %w", s.label, c.field, ErrClosed)
		}
	}
}

// counted runs attempt as one of the waiters. The counter is raised before closing is looked at, and Close sets that
// before it looks at the counter, so one of the two notices the other.
func (s *Segment) counted(attempt func() error) error {
	s.waiters.Add(1)
	defer s.waiters.Add(-1)
	if s.closing.Load() {
		return errClosing
	}
	return attempt()
}

// checkOpen panics if the segment was closed in this process.
func (c *core) checkOpen(method string) {
	if c.segment.closed.Load() {
		panic(fmt.Sprintf("shm: %s on field %s of segment %s, which this process has closed", method, c.field, c.segment.label))
	}
}

func (s *Segment) heldLocks() error {
	var held []string
	for _, c := range s.cores {
		if c.held != nil && lockword.Owner(atomic.LoadUint32(c.held)) == c.self {
			held = append(held, c.field)
		}
	}
	if held != nil {
		return &CloseError{Segment: s.label, Held: held}
	}
	return nil
}

// detach puts private memory in the place of the segment, and then gives the slot back through a mapping that nobody
// else has a pointer into. In this order: a lock that a goroutine takes at this very moment, on its fast path, is either
// taken in private memory, or swept here together with the slot. If there is no memory for it, nothing is changed.
func (s *Segment) detach() error {
	if s.file == nil {
		s.closed.Store(true)
		return s.table.Leave(s.memory, func() bool { return false })
	}
	last, err := mapping.Map(s.file, s.header.Total)
	if err != nil {
		return fmt.Errorf("shm: closing segment %s: %w", s.label, err)
	}
	if err := s.memory.Abandon(); err != nil {
		return fmt.Errorf("shm: closing segment %s: %w", s.label, errors.Join(err, last.Unmap()))
	}
	s.closed.Store(true)
	sweeper{memory: last, header: s.header, layout: s.layout}.sweep(s.Slot())
	var removed error
	err = s.table.Leave(last, func() bool {
		if s.path == "" || atomic.LoadUint32(mapping.At[uint32](last, format.Temporary)) == 0 {
			return false
		}
		removed = unlink(s.path, s.identity)
		return removed == nil
	})
	if err = errors.Join(err, removed, last.Unmap(), s.file.Close()); err != nil {
		return fmt.Errorf("shm: closing segment %s: %w", s.label, err)
	}
	return nil
}
