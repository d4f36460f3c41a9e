package shm

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/shmgen/shmgen/runtime/descriptor"
	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/internal/liveness"
	"github.com/shmgen/shmgen/runtime/internal/mapping"
)

// maxTries bounds the loops in which processes that create, open and unlink one name at the same time get past each
// other. Each round that fails means that another process has got through.
const maxTries = 10_000

// New creates an anonymous segment for the processes that inherit it. It is called by generated code: layout is the
// text of a descriptor, and bind makes the handles.
func New[S any](layout string, bind func(*Segment) S, opts ...Option) (S, error) {
	return attach(layout, bind, opts, func(a attachment) (*Segment, error) {
		return a.create(a.layout.Name, "")
	})
}

// Create creates a segment under a name. It is called by generated code; see [New].
func Create[S any](layout, name string, bind func(*Segment) S, opts ...Option) (S, error) {
	return attach(layout, bind, opts, func(a attachment) (*Segment, error) {
		path, err := a.path(name)
		if err != nil {
			return nil, err
		}
		for range maxTries {
			err := a.free(name, path)
			if err == nil {
				var s *Segment
				if s, err = a.create(name, path); err == nil {
					return s, nil
				}
			}
			if !errors.Is(err, fs.ErrExist) || !removeAbandoned(path, a.options) {
				return nil, err
			}
		}
		return nil, tooManyTries(name, path)
	})
}

// Open attaches to the segment of a name. It is called by generated code; see [New].
func Open[S any](layout, name string, bind func(*Segment) S, opts ...Option) (S, error) {
	return attach(layout, bind, opts, func(a attachment) (*Segment, error) {
		path, err := a.path(name)
		if err != nil {
			return nil, err
		}
		for range maxTries {
			s, err := a.open(name, path)
			if !errors.Is(err, errReplaced) {
				return s, err
			}
		}
		return nil, tooManyTries(name, path)
	})
}

// OpenOrCreate attaches to the segment of a name, or creates it if there is none. It is called by generated code; see
// [New].
func OpenOrCreate[S any](layout, name string, bind func(*Segment) S, opts ...Option) (S, error) {
	return attach(layout, bind, opts, func(a attachment) (*Segment, error) {
		path, err := a.path(name)
		if err != nil {
			return nil, err
		}
		for range maxTries {
			removeAbandoned(path, a.options)
			s, err := a.open(name, path)
			if errors.Is(err, fs.ErrNotExist) {
				s, err = a.create(name, path)
			}
			if !errors.Is(err, fs.ErrExist) && !errors.Is(err, errReplaced) {
				return s, err
			}
		}
		return nil, tooManyTries(name, path)
	})
}

// Inherit attaches to the segment of a file that came from another process. The segment takes the file over: it is
// closed with it, and also if Inherit fails. It is called by generated code; see [New].
func Inherit[S any](layout string, file *os.File, bind func(*Segment) S, opts ...Option) (S, error) {
	s, err := attach(layout, bind, opts, func(a attachment) (*Segment, error) {
		if file == nil {
			return nil, fmt.Errorf("shm: Inherit: the file is nil: %w", fs.ErrInvalid)
		}
		return a.join(a.layout.Name, "", file)
	})
	if err != nil && file != nil {
		file.Close() // also if it was closed already
	}
	return s, err
}

// attachment is what a way of attaching works with.
type attachment struct {
	options
	text   string // of the descriptor
	layout *descriptor.Segment
	bind   func(*Segment)
}

// attach does what all ways of attaching have in common.
func attach[S any](text string, bind func(*Segment) S, list []Option, do func(attachment) (*Segment, error)) (S, error) {
	var handles, none S
	if !mapping.Supported {
		return none, fmt.Errorf("shm: %w: shared memory needs Linux and 64-bit atomic instructions", ErrUnsupported)
	}
	o, err := collect(list)
	if err != nil {
		return none, err
	}
	layout, err := descriptor.Parse(text)
	if err != nil {
		return none, fmt.Errorf("shm: the generated code was damaged, generate it again: %w", err)
	}
	_, err = do(attachment{options: o, text: text, layout: layout, bind: func(s *Segment) { handles = bind(s) }})
	if err != nil {
		return none, err
	}
	return handles, nil
}

// free returns an error if a segment cannot be created because of its name, before memory is spent on it: there may not
// be enough for two.
func (a *attachment) free(name, path string) error {
	_, err := mapping.StatPath(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil:
		err = &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	return fmt.Errorf("shm: creating segment %s: %w", label(name, path), hint(err))
}

func tooManyTries(name, path string) error {
	return fmt.Errorf("shm: segment %q (%s): it was created and unlinked again %d times while this process tried to attach", name, path, maxTries)
}

// create makes a segment that is complete before anyone can see it, and then gives it its name in one step. path is
// empty for an anonymous one.
func (a *attachment) create(name, path string) (_ *Segment, err error) {
	s := &Segment{name: name, path: path, label: label(name, path), layout: a.layout, creating: true}
	complete := false
	defer func() {
		if complete && err == nil {
			return
		}
		s.abort() // also if bind panics
		if err != nil {
			err = fmt.Errorf("shm: creating segment %s: %w", s.label, hint(err))
		}
	}()
	s.header = &format.Header{Boot: bootID(), Created: time.Now(), Creator: uint32(os.Getpid())}
	if _, err := rand.Read(s.header.Instance[:]); err != nil {
		return nil, err
	}
	if err := s.header.Plan(a.layout, a.text, a.slots); err != nil {
		return nil, err
	}
	unpublished, err := s.allocate(a.heap)
	if err != nil {
		return nil, err
	}
	if unpublished != nil {
		defer unpublished.Discard()
	}
	s.header.Encode(mapping.Slice[byte](s.memory, 0, format.HeaderSize))
	copy(mapping.Slice[byte](s.memory, s.header.Descriptor.Offset, s.header.Descriptor.Size), a.text)
	if a.temporary {
		atomic.StoreUint32(mapping.At[uint32](s.memory, format.Temporary), 1)
	}
	atomic.StoreUint32(mapping.At[uint32](s.memory, format.State), format.StateReady)
	if err := s.join(); err != nil {
		return nil, err
	}
	a.bind(s)
	s.creating, complete = false, true
	if unpublished == nil {
		return s, nil
	}
	if err := s.file.Chmod(a.mode); err != nil {
		return nil, err
	}
	return s, unpublished.Publish()
}

// allocate gets the memory of a new segment. The result is nil if it needs no publication.
func (s *Segment) allocate(heap bool) (unpublished *mapping.Unpublished, err error) {
	switch {
	case heap:
		s.memory, err = mapping.Heap(s.header.Total)
		return nil, err
	case s.path == "":
		s.file, err = mapping.Anonymous("shm-" + s.name)
	default:
		unpublished, err = mapping.Unnamed(s.path)
		if err == nil {
			s.file = unpublished.File
		}
	}
	if err != nil {
		return nil, err
	}
	if err := s.fill(); err != nil {
		if unpublished != nil {
			unpublished.Discard()
		}
		return nil, err
	}
	return unpublished, nil
}

// fill gives a new file its size and maps it.
func (s *Segment) fill() error {
	if err := mapping.Allocate(s.file, s.header.Total); err != nil {
		return err
	}
	if s.path == "" {
		if err := mapping.Seal(s.file); err != nil {
			return err
		}
	}
	st, err := mapping.Stat(s.file)
	if err != nil {
		return err
	}
	s.identity = st.Identity
	s.memory, err = mapping.Map(s.file, s.header.Total)
	return err
}

// join claims a slot of the process table.
func (s *Segment) join() error {
	var own *os.File
	if s.file != nil {
		var err error
		if own, err = mapping.Reopen(s.file); err != nil {
			return err
		}
	}
	table, err := liveness.Join(s.memory, own, s.header, s.sweeper().sweep)
	if err != nil {
		return err
	}
	s.table = table
	s.table.Exclusively(func(vacant func(slot int) bool) {
		// We hold nothing yet, so a lock that names our slot is a stray too.
		s.sweeper().sweepStrays(func(slot int) bool { return slot == table.Slot() || vacant(slot) })
	})
	return nil
}

// abort undoes an attach that failed half way. No handle of it was given out.
func (s *Segment) abort() {
	if s.table != nil {
		// Also if it fails the slot is free: it belongs to nobody once the files are closed.
		_ = s.table.Leave(s.memory, func() bool { return false })
	}
	if s.memory != nil {
		_ = s.memory.Unmap()
	}
	if s.file != nil {
		s.file.Close()
	}
}

// label is what messages call a segment.
func label(name, path string) string {
	if path == "" {
		return name + " (anonymous)"
	}
	return fmt.Sprintf("%q (%s)", name, path)
}

// hint adds what to do to errors that users meet.
func hint(err error) error {
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w; attach to it with Open or OpenOrCreate, or remove the file", err)
	case isNoSpace(err):
		return fmt.Errorf("%w; make the arrays smaller, or enlarge the file system (mount -o remount,size=… %s)", err, DefaultDir)
	}
	return err
}

// bootID identifies the running kernel; all zero if it does not say.
func bootID() (id [16]byte) {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return id
	}
	raw, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(string(text)), "-", ""))
	if err == nil {
		copy(id[:], raw)
	}
	return id
}
