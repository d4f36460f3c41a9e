//go:build linux

package proc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/runtime/proc"
	"github.com/shmgen/shmgen/runtime/shm"
)

func TestWhatAWorkerKnows(t *testing.T) {
	t.Parallel()
	c := newTestCounter(t)
	var out output
	p := start(t, "describe", proc.Stdout(&out), proc.Segments(c), proc.Segments(c, c),
		proc.Args("one two", ""), proc.Args("-x", "\xff\n"), proc.Env("COLOUR=red", "COLOUR=blue"))
	if code, err := ended(t, p); code != 0 {
		t.Fatal(err)
	}
	command := filepath.Base(os.Args[0])
	want := fmt.Sprintf("name describe\nargs %q\nsegments 3\nparent %d\nppid %d\ncommand %s\ncolour blue\n",
		[]string{"one two", "", "-x", "\xff\n"}, os.Getpid(), os.Getpid(), command[:min(len(command), 15)])
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSegmentsAreShared(t *testing.T) {
	t.Parallel()
	anonymous := newTestCounter(t)
	named, err := createCounter(filepath.Join(t.TempDir(), "named"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(named.segment.Unlink(), named.Close()); err != nil {
			t.Error(err)
		}
	})
	const n, each = 8, 500
	var workers []*proc.Process
	for range n {
		workers = append(workers, start(t, "add", proc.Segments(anonymous, named), proc.Args(fmt.Sprint(each))))
	}
	for _, p := range workers {
		if code, err := ended(t, p); code != 0 {
			t.Error(err)
		}
	}
	if got := [...]int64{anonymous.total.Load(), named.total.Load()}; got != [...]int64{n * each, n * each} {
		t.Errorf("the totals are %v, want %d each", got, n*each)
	}
	if list := anonymous.segment.Processes(); len(list) != 1 {
		t.Errorf("attached after all workers have ended: %v, want this process alone", list)
	}
}

func TestMisuseOfFiles(t *testing.T) {
	t.Parallel()
	tests := []struct{ target, stderr string }{
		{"takeTwice", "the file of segment 0 was handed out before"},
		{"takeMissing", "there is no segment 5: it was started with 1"},
		{"notSegment", "attaching to inherited segment 0: shm: "},
	}
	for _, test := range tests {
		t.Run(test.target, func(t *testing.T) {
			t.Parallel()
			var stderr output
			p := start(t, test.target, proc.Stderr(&stderr), proc.Segments(newTestCounter(t)))
			if code, _ := ended(t, p); code != 1 {
				t.Errorf("exit code %d, want 1", code)
			}
			expectText(t, stderr.String(), "proc: "+test.target+": ", test.stderr)
		})
	}
}

func TestStartFails(t *testing.T) {
	t.Parallel()
	closed := newTestCounter(t)
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	heap := newTestCounter(t, shm.WithHeap())
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name   string
		ctx    context.Context
		worker string
		option proc.Option
		want   string
		is     error
	}{
		{name: "unknown", worker: "unheard of", want: `"unheard of": no worker of this name is registered: call proc.Register("unheard of", …)`},
		{name: "no name", worker: "", want: "no worker of this name"},
		{name: "ended context", ctx: cancelled, want: "context canceled", is: context.Canceled},
		{name: "closed segment", option: proc.Segments(closed), want: "segment 0: ", is: shm.ErrClosed},
		{name: "heap segment", option: proc.Segments(heap), want: "WithHeap"},
		{name: "second segment nil", option: proc.Segments(heap, nil), want: "segment 0: "},
		{name: "nil segment", option: proc.Segments(nil), want: "segment 0 is nil"},
		{name: "not attached", option: proc.Segments(&counter{}), want: "segment 0 is nil"},
		{name: "argument with NUL", option: proc.Args("a\x00b"), want: `the argument "a\x00b" contains a NUL byte`},
		{name: "too long an argument", option: proc.Args(strings.Repeat("x", 1<<20)), want: "argument list too long"},
		{name: "variable without value", option: proc.Env("COLOUR"), want: `Env: "COLOUR" is not of the form KEY=value`},
		{name: "variable without key", option: proc.Env("=red"), want: "not of the form"},
		{name: "variable with NUL", option: proc.Env("A=\x00"), want: "not of the form"},
		{name: "own variable", option: proc.Env("SHMGEN_PROC_WORKER=1 0 false wait"), want: "belongs to package proc"},
		{name: "closed input", option: proc.Stdin(closedFile(t)), want: "Stdin: ", is: fs.ErrClosed},
		{name: "closed output", option: proc.Stdout(closedFile(t)), want: "Stdout: ", is: fs.ErrClosed},
		{name: "closed error output", option: proc.Stderr(closedFile(t)), want: "Stderr: ", is: fs.ErrClosed},
		{name: "no file as output", option: proc.Stdout((*os.File)(nil)), want: "Stdout: ", is: fs.ErrInvalid},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ctx, worker := test.ctx, test.worker
			if ctx == nil {
				ctx = t.Context()
			}
			if worker == "" && test.name != "no name" {
				worker = "nothing"
			}
			p, err := proc.Start(ctx, worker, proc.Daemon(), test.option)
			if err == nil {
				p.Kill()
				t.Fatal("it was started")
			}
			expectText(t, err.Error(), "proc: starting worker ", test.want)
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%v is not %v", err, test.is)
			}
		})
	}
}

func TestRegisterPanics(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		target func(context.Context, *proc.Self) error
		want   string
	}{
		{"", nothing, "is empty"},
		{"a\x00b", nothing, "NUL byte"},
		{"nil", nil, "is nil"},
		{"nothing", nothing, `there is a worker "nothing" already`},
		{"late", nothing, "after Init"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			defer func() { expectText(t, fmt.Sprint(recover()), "proc: Register: ", test.want) }()
			proc.Register(test.name, test.target)
		})
	}
}

func TestContextKills(t *testing.T) {
	t.Parallel()
	reason := errors.New("the shop is shut")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	read, write := pipe(t)
	p, err := proc.Start(ctx, "wait", proc.Stdin(read), proc.Stdout(nil))
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	cancel(reason)
	code, err := ended(t, p)
	if code != -9 || !errors.Is(err, reason) {
		t.Errorf("exit code %d, %v; want -9 and %v", code, err, reason)
	}
	expectText(t, exitError(t, err).Error(), "signal 9", "the context it was started with has ended", "the shop is shut")
}

func TestStandardStreams(t *testing.T) {
	t.Parallel()
	t.Run("input and output", func(t *testing.T) {
		t.Parallel()
		file := filepath.Join(t.TempDir(), "input")
		want := bytes.Repeat([]byte("all of it\n"), 100_000)
		if err := os.WriteFile(file, want, 0o600); err != nil {
			t.Fatal(err)
		}
		input, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer input.Close()
		var out output
		if code, err := ended(t, start(t, "copy", proc.Stdin(input), proc.Stdout(&out))); code != 0 {
			t.Error(err)
		}
		if out.String() != string(want) {
			t.Errorf("got %d bytes of output, want the %d of the input", len(out.String()), len(want))
		}
	})
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		if code, err := ended(t, start(t, "copy", proc.Stdin(nil), proc.Stdout(nil), proc.Stderr(nil))); code != 0 {
			t.Error(err)
		}
	})
	t.Run("a writer that fails", func(t *testing.T) {
		t.Parallel()
		full := errors.New("no room")
		code, err := ended(t, start(t, "describe", proc.Stdout(failingWriter{full})))
		if code != 0 || !errors.Is(err, full) {
			t.Errorf("exit code %d, %v; want 0 and %v", code, err, full)
		}
	})
	t.Run("output that stays open", func(t *testing.T) {
		t.Parallel()
		var out output
		p := start(t, "leaveBehind", proc.Stdout(&out))
		if code, err := ended(t, p); code != 0 || !errors.Is(err, exec.ErrWaitDelay) {
			t.Errorf("exit code %d, %v; want 0 and %v", code, err, exec.ErrWaitDelay)
		} else {
			expectText(t, err.Error(), "its output had no end")
		}
	})
}

func TestOtherPrograms(t *testing.T) {
	t.Parallel()
	program := copyOfThisProgram(t)
	tests := []struct {
		name, role, variable string
		code                 int
		want                 string
	}{
		{name: "without Init", role: "without init", code: 1, want: "proc.Init was not called in this process"},
		{name: "program deleted while it runs", role: "deleted", want: "fine\n"},
		{name: "no worker", role: "plain", want: "plain\n"},
		{name: "empty variable", role: "plain", variable: " ", code: 1, want: "was not set by proc.Start"},
		{name: "nonsense in the variable", role: "plain", variable: "nonsense", code: 1, want: `SHMGEN_PROC_WORKER="nonsense" was not set by proc.Start; unset it`},
		{name: "negative", role: "plain", variable: "1 -1 false nothing", code: 1, want: "was not set by proc.Start"},
		{name: "too many", role: "plain", variable: "1 99999999999 false nothing", code: 1, want: "was not set by proc.Start"},
		{name: "not a bool", role: "plain", variable: "1 0 perhaps nothing", code: 1, want: "was not set by proc.Start"},
		{name: "no such worker", role: "plain", variable: "1 0 false an other", code: 1, want: `proc: an other: no worker of this name is registered`},
		{name: "no such descriptor", role: "plain", variable: "1 500 false nothing", code: 1, want: "proc: nothing: it has not inherited"},
		{name: "no lifeline", role: "plain", variable: "1 0 true nothing", code: 1, want: "proc: nothing: it has not inherited"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := program
			if test.role == "deleted" {
				path = copyOfThisProgram(t)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			c := exec.CommandContext(ctx, path)
			c.Env = append(os.Environ(), roleVariable+"="+test.role)
			if test.variable != "" {
				c.Env = append(c.Env, "SHMGEN_PROC_WORKER="+test.variable)
			}
			out, err := c.CombinedOutput()
			if c.ProcessState == nil || c.ProcessState.ExitCode() != test.code {
				t.Errorf("%v, want exit code %d", err, test.code)
			}
			expectText(t, string(out), test.want)
		})
	}
}

func TestWorkerStartsOtherProgram(t *testing.T) {
	t.Parallel()
	var out output
	if code, err := ended(t, start(t, "environment", proc.Stdout(&out))); code != 0 {
		t.Error(err)
	}
	if got, want := out.String(), "plain\n"; got != want {
		t.Errorf("the worker's child printed %q, want %q: it took itself for a worker", got, want)
	}
}

// copyOfThisProgram returns the path of a copy that nobody has open for writing.
func copyOfThisProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	// By another process: a descriptor that is open for writing here could be inherited for a moment by a process that
	// another test starts, and the copy could not be executed then.
	if out, err := exec.CommandContext(t.Context(), "cp", fmt.Sprintf("/proc/%d/exe", os.Getpid()), path).CombinedOutput(); err != nil {
		t.Fatalf("copying the program: %v: %s", err, out)
	}
	return path
}

func newTestCounter(t *testing.T, opts ...shm.Option) *counter {
	t.Helper()
	c, err := newCounter(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func closedFile(t *testing.T) *os.File {
	t.Helper()
	read, _ := pipe(t)
	read.Close()
	return read
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

var _ io.Writer = failingWriter{}
