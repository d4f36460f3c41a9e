package proc

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/shmgen/shmgen/runtime/shm"
)

// maxSegments is far above what a process can have open, and keeps the sum of descriptor numbers small.
const maxSegments = 1 << 20

// Option changes how a worker is started.
type Option interface{ option() }

type options struct {
	args     []string
	segments []Segmented
	daemon   bool
	stdin    *os.File
	stdout   io.Writer
	stderr   io.Writer
	env      []string
}

type optionFunc func(*options) error

func (optionFunc) option() {}

// Segmented is anything that is attached to a segment: every type that is generated from a segment of a schema.
type Segmented interface{ Segment() *shm.Segment }

// Args gives the worker arguments, which it gets from [Self.Args]. They stand in its command line, where other users of
// the machine may see them; what is large or secret belongs into a segment. Used twice, it appends.
func Args(args ...string) Option {
	return optionFunc(func(o *options) error {
		for _, arg := range args {
			if strings.ContainsRune(arg, 0) {
				return fmt.Errorf("Args: the argument %q contains a NUL byte, which no argument of a process can", arg)
			}
		}
		o.args = append(o.args, args...)
		return nil
	})
}

// Segments lets the worker inherit segments, anonymous or not, which it attaches to with [Inherit] or [Self.File] by
// their order. Segments on the heap (shm.WithHeap) cannot be inherited. Used twice, it appends.
func Segments(segments ...Segmented) Option {
	return optionFunc(func(o *options) error {
		o.segments = append(o.segments, segments...)
		if len(o.segments) > maxSegments {
			return fmt.Errorf("Segments: %d are too many", len(o.segments))
		}
		return nil
	})
}

// Daemon makes the worker end when this process ends, in any way, kill -9 included. It then ends at once, as if it were
// killed itself: deferred calls do not run. As long as this process lives, a daemon is like any other worker.
//
// The worker watches a pipe whose other end only this process has, so it also ends if this process replaces itself by
// exec, and it lives on as long as a copy of this process lives that C code has made by fork without exec.
func Daemon() Option {
	return optionFunc(func(o *options) error {
		o.daemon = true
		return nil
	})
}

// Stdin sets the standard input of the worker, which is that of this process unless told otherwise. With nil it is
// empty.
func Stdin(file *os.File) Option {
	return optionFunc(func(o *options) error {
		o.stdin = file
		if file == nil {
			return nil
		}
		return checkOpen("Stdin", file)
	})
}

// Stdout sets the standard output of the worker, which is that of this process unless told otherwise. With nil it is
// thrown away. A writer that is not an *os.File gets everything before [Process.Wait] returns; if it is that of Stderr
// too, it is called by one goroutine at a time.
func Stdout(w io.Writer) Option {
	return optionFunc(func(o *options) error {
		o.stdout = w
		return checkOpen("Stdout", w)
	})
}

// Stderr sets the standard error of the worker, where its errors and panics are printed too. See [Stdout].
func Stderr(w io.Writer) Option {
	return optionFunc(func(o *options) error {
		o.stderr = w
		return checkOpen("Stderr", w)
	})
}

// Env adds variables to the environment of the worker, which is that of this process otherwise. Each is "KEY=value"; the
// last one of a key counts.
func Env(variables ...string) Option {
	return optionFunc(func(o *options) error {
		for _, v := range variables {
			key, _, ok := strings.Cut(v, "=")
			switch {
			case !ok || key == "" || strings.ContainsRune(v, 0):
				return fmt.Errorf("Env: %q is not of the form KEY=value", v)
			case key == variable:
				return fmt.Errorf("Env: the variable %s belongs to package proc", variable)
			}
		}
		o.env = append(o.env, variables...)
		return nil
	})
}

func collect(list []Option) (options, error) {
	o := options{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	for _, option := range list {
		if apply, ok := option.(optionFunc); ok {
			if err := apply(&o); err != nil {
				return o, err
			}
		}
	}
	return o, nil
}

// checkOpen says so if a file is closed already: the worker would be started without it, and take the next file that it
// opens for its input or output.
func checkOpen(option string, stream any) error {
	file, ok := stream.(*os.File)
	if !ok {
		return nil
	}
	if _, err := file.Stat(); errors.Is(err, fs.ErrClosed) || errors.Is(err, fs.ErrInvalid) {
		return fmt.Errorf("%s: the file is closed or nil: %w", option, err)
	}
	return nil
}

// files returns new descriptors of the segments, which the caller closes.
func (o *options) files() (files []*os.File, err error) {
	for i, s := range o.segments {
		if s == nil || s.Segment() == nil {
			closeAll(files)
			return nil, fmt.Errorf("Segments: segment %d is nil", i)
		}
		file, err := s.Segment().File()
		if err != nil {
			closeAll(files)
			return nil, fmt.Errorf("Segments: segment %d: %w", i, unsupported(err))
		}
		files = append(files, file)
	}
	return files, nil
}

// unsupported marks an error on a system that has no segments that could be inherited.
func unsupported(err error) error {
	if inheritable || errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return fmt.Errorf("%w: %w", errors.ErrUnsupported, err)
}

func closeAll(files []*os.File) {
	for _, file := range files {
		file.Close() // nothing was written through it
	}
}
