package shm

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/shmgen/shmgen/runtime/descriptor"
	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/internal/liveness"
	"github.com/shmgen/shmgen/runtime/internal/lockword"
	"github.com/shmgen/shmgen/runtime/internal/mapping"
)

// Segment is this process's attachment to one segment of shared memory. All methods may be called by several goroutines
// at one time.
type Segment struct {
	name  string
	path  string // empty for an anonymous one
	label string // what messages call it

	memory   *mapping.Memory
	file     *os.File // shared with whoever inherits it; nil on the heap
	identity mapping.Identity
	header   *format.Header
	layout   *descriptor.Segment // of the segment itself: it may be newer than this program
	table    *liveness.Table
	creating bool // bind stores initial values

	cores   []*core
	waiters atomic.Int64 // goroutines in the slow path of a lock
	closing atomic.Bool  // waiters are told to leave
	closed  atomic.Bool
	mu      sync.Mutex // one Close at a time
}

// Name returns the name that the segment was created or opened with; for an anonymous one that of its schema.
func (s *Segment) Name() string { return s.name }

// Path returns the segment's file, or "" if it is anonymous or on the heap.
func (s *Segment) Path() string { return s.path }

// Size returns the number of bytes of the whole segment, a multiple of 4096.
func (s *Segment) Size() int64 { return int64(s.header.Total) }

// Version returns the version of the segment: the highest since= of the schema it was created from, at least 1.
func (s *Segment) Version() int { return s.header.Version }

// Slot returns this process's place in the segment's process table, from 0. It is its own while it is attached.
func (s *Segment) Slot() int { return s.table.Slot() }

// Processes returns the living processes that are attached, in the order of their slots. After Close it returns nil.
func (s *Segment) Processes() []ProcessInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		return nil
	}
	var list []ProcessInfo
	for slot := range s.table.Slots() {
		if !s.table.Alive(slot) {
			continue
		}
		p, _ := s.table.Process(slot)
		info := processInfo(p)
		s.eachLock(func(f *descriptor.Field, word *uint32) {
			if lockword.Slot(atomic.LoadUint32(word)) == slot {
				info.Holding = append(info.Holding, f.Name)
			}
		})
		list = append(list, info)
	}
	return list
}

func processInfo(p liveness.Process) ProcessInfo {
	return ProcessInfo{Slot: p.Slot, PID: p.PID, Command: p.Command, Since: p.Attached}
}

// eachLock calls visit for every field of the segment that has a lock, also for those newer than this program.
func (s *Segment) eachLock(visit func(f *descriptor.Field, word *uint32)) {
	s.sweeper().eachLock(func(f *descriptor.Field, parts descriptor.Parts, _ int) {
		visit(f, mapping.At[uint32](s.memory, s.header.Data.Offset+f.Offset+parts.Lock))
	})
}

// File returns a new descriptor of the segment, to be handed to another process, which attaches with the Inherit
// function of its schema. The caller closes it. It fails for a segment on the heap and after Close.
func (s *Segment) File() (*os.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed.Load():
		return nil, fmt.Errorf("shm: segment %s: %w", s.label, ErrClosed)
	case s.file == nil:
		return nil, fmt.Errorf("shm: segment %s is on the heap of this process and has no file: create it without WithHeap", s.label)
	}
	return mapping.Duplicate(s.file)
}

// Unlink removes the segment's name: nobody can open it any more, and its memory is freed when the last process that is
// attached has left, as with any file. If the name is gone already or belongs to a newer segment, nothing is removed.
// For a segment without a name Unlink does nothing.
func (s *Segment) Unlink() error {
	if s.path == "" {
		return nil
	}
	// While this process is attached nobody takes the segment for an abandoned one and replaces it, so the name cannot
	// come to mean another segment between the look at it and its removal, unless others unlink it too.
	if err := unlink(s.path, s.identity); err != nil {
		return fmt.Errorf("shm: unlinking segment %s: %w", s.label, err)
	}
	return nil
}

// unlink removes path if it still is that file.
func unlink(path string, identity mapping.Identity) error {
	st, err := mapping.StatPath(path)
	if err == nil && st.Identity == identity {
		err = os.Remove(path)
	}
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}
