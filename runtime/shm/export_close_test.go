//go:build linux

package shm

// BeginClose does what Close does before it waits for those that wait; the function that it returns is what Close does
// if it then finds a lock held.
func BeginClose(s *Segment) (undo func()) {
	s.pointWords(func(*core) *uint32 { return &closedWord })
	s.closing.Store(true)
	return func() {
		s.closing.Store(false)
		s.pointWords(func(c *core) *uint32 { return c.held })
	}
}
