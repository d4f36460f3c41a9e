package proc

import (
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/shmgen/shmgen/runtime/shm"
)

// Self is what a worker knows about itself. All methods may be called by several goroutines at one time.
type Self struct {
	name   string
	args   []string
	parent int

	mu    sync.Mutex
	files []*os.File // guarded by mu; nil where it was handed out
}

// Name returns the name under which the worker was registered.
func (s *Self) Name() string { return s.name }

// Args returns a copy of the arguments that the worker was given with the option Args.
func (s *Self) Args() []string { return slices.Clone(s.args) }

// Parent returns the id of the process that has started the worker, also if that has ended meanwhile.
func (s *Self) Parent() int { return s.parent }

// Segments returns the number of segments that the worker was given with the option Segments.
func (s *Self) Segments() int { return len(s.files) }

// File hands out the file of segment i, for the Inherit function of its schema, which takes it over:
//
//	b, err := bank.InheritBank(self.File(0))
//
// Each file is handed out once, so that nothing keeps the memory of a segment that everyone has closed; once attached,
// Segment().File() gives further descriptors. File panics if i is out of range or the file was handed out before.
//
// Files that are never asked for stay open until the worker ends.
func (s *Self) File(i int) *os.File {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i < 0 || i >= len(s.files) {
		panic(fmt.Sprintf("proc: worker %s: there is no segment %d: it was started with %d; pass more to proc.Segments", s.name, i, len(s.files)))
	}
	file := s.files[i]
	if file == nil {
		panic(fmt.Sprintf("proc: worker %s: the file of segment %d was handed out before; take a further one from the attached segment's Segment().File()", s.name, i))
	}
	s.files[i] = nil
	return file
}

// Inherit attaches to segment i of those that the worker was given, by the Inherit function of its schema:
//
//	b, err := proc.Inherit(self, 0, bank.InheritBank)
//
// It panics where [Self.File] does.
func Inherit[S any](self *Self, i int, inherit func(*os.File, ...shm.Option) (S, error), opts ...shm.Option) (S, error) {
	s, err := inherit(self.File(i), opts...)
	if err != nil {
		return s, fmt.Errorf("proc: worker %s: attaching to inherited segment %d: %w", self.Name(), i, err)
	}
	return s, nil
}
