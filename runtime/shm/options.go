package shm

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/shmgen/shmgen/runtime/internal/format"
)

// DefaultDir is the folder of segments whose name has no slash: memory, not disk.
const DefaultDir = "/dev/shm"

// Option changes how a segment is created or opened.
type Option interface{ option() }

type options struct {
	temporary bool
	mode      fs.FileMode
	owners    []int
	slots     int
	dir       string
	heap      bool
}

type optionFunc func(*options) error

func (optionFunc) option() {}

// WithTemporary lets the last process that leaves unlink the segment. A creator that finds a temporary segment without a
// living process, because the last one was killed, replaces it. It counts when a segment is created; the segment then
// remembers it.
func WithTemporary() Option {
	return optionFunc(func(o *options) error {
		o.temporary = true
		return nil
	})
}

// WithMode sets the permissions of a segment that is created, whatever the umask: 0o600 unless told otherwise. Only the
// bits for reading and writing count, and a process needs both to attach.
func WithMode(mode fs.FileMode) Option {
	return optionFunc(func(o *options) error {
		if mode&^0o666 != 0 || mode&0o600 != 0o600 {
			return fmt.Errorf("shm: WithMode(%#o): want bits of 0666, with 0600 among them", uint32(mode))
		}
		o.mode = mode
		return nil
	})
}

// WithOwner also trusts segments that belong to one of these users. Without it, a segment must belong to the user of
// this process or to root.
func WithOwner(uid ...int) Option {
	return optionFunc(func(o *options) error {
		o.owners = append(o.owners, uid...)
		return nil
	})
}

// WithMaxProcesses sets the number of processes that can be attached at one time, from 1 to 8190: 128 unless told
// otherwise. Each costs 64 bytes. It counts when a segment is created.
func WithMaxProcesses(n int) Option {
	return optionFunc(func(o *options) error {
		if n < 1 || n > format.MaxSlots {
			return fmt.Errorf("shm: WithMaxProcesses(%d): want 1 to %d", n, format.MaxSlots)
		}
		o.slots = n
		return nil
	})
}

// WithDir sets the folder of a segment whose name has no slash, [DefaultDir] unless told otherwise. A folder on a disk
// makes a segment that outlives a reboot.
func WithDir(dir string) Option {
	return optionFunc(func(o *options) error {
		if dir == "" {
			return fmt.Errorf("shm: WithDir: the folder has no name")
		}
		o.dir = dir
		return nil
	})
}

// WithHeap puts the segment on the Go heap of this process instead of in shared memory. It is for tests under the race
// detector, which cannot see mapped memory, and works with the New functions only.
func WithHeap() Option {
	return optionFunc(func(o *options) error {
		o.heap = true
		return nil
	})
}

func collect(list []Option) (options, error) {
	o := options{mode: 0o600, slots: 128, dir: DefaultDir}
	for _, option := range list {
		if apply, ok := option.(optionFunc); ok {
			if err := apply(&o); err != nil {
				return o, err
			}
		}
	}
	return o, nil
}

// path returns the file of a segment: dir/name.seg, or the name itself if it has a slash. It is absolute, so that Close
// and Unlink find it again after a change of the working directory.
func (o *options) path(name string) (string, error) {
	switch {
	case o.heap:
		return "", fmt.Errorf("shm: segment %q: WithHeap works with the New functions only: the heap of this process has no names", name)
	case name == "" || strings.ContainsRune(name, 0):
		return "", fmt.Errorf("shm: %q cannot be the name of a segment: %w", name, fs.ErrInvalid)
	case strings.Contains(name, "/"):
		if base := filepath.Base(name); strings.HasSuffix(name, "/") || base == "." || base == ".." {
			return "", fmt.Errorf("shm: %q names a folder and not a segment: %w", name, fs.ErrInvalid)
		}
		return absolute(name)
	case strings.HasPrefix(name, "."):
		return "", fmt.Errorf("shm: %q cannot be the name of a segment, because it begins with a dot: %w", name, fs.ErrInvalid)
	}
	return absolute(o.dir + "/" + name + ".seg")
}

// absolute returns a path that means the same after a change of the working directory. It is not cleaned as filepath.Abs
// does it: what ".." means behind a symbolic link, only the kernel knows.
func absolute(path string) (string, error) {
	if filepath.IsAbs(path) {
		return path, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("shm: making %s an absolute path: %w", path, err)
	}
	return dir + "/" + path, nil
}
