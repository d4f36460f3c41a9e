package proc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// outputDelay is how long the end of a worker waits for the end of its output: for ever would be too long when other
// processes, which the worker has left behind, have that output open.
const outputDelay = 3 * time.Second

// Start starts a worker: a new process of this program that runs the target which was registered under the name. It
// returns when the process exists, which is before the target runs.
//
// As with os/exec.CommandContext, the end of ctx kills the worker (SIGKILL) if it has not ended yet; use
// [Process.Terminate] for a gentler end. The values of ctx do not reach the worker.
//
// The program file may have been replaced or deleted since this process was started: on Linux the worker runs the same
// program nevertheless.
//
// Start fails if [Init] was not called in this process or the name is not registered, if a segment is closed or on the
// heap, if ctx has ended, or if the system can start no more processes. On systems where workers cannot be started, the
// error wraps errors.ErrUnsupported.
func Start(ctx context.Context, name string, opts ...Option) (*Process, error) {
	p, err := start(ctx, name, opts)
	if err != nil {
		return nil, fmt.Errorf("proc: starting worker %q: %w", name, err)
	}
	return p, nil
}

func start(ctx context.Context, name string, opts []Option) (*Process, error) {
	if !supported {
		return nil, fmt.Errorf("%w: %s cannot hand descriptors and signals to a new process", errors.ErrUnsupported, runtime.GOOS)
	}
	if err := workers.startable(name); err != nil {
		return nil, err
	}
	o, err := collect(opts)
	if err != nil {
		return nil, err
	}
	path, err := executable()
	if err != nil {
		return nil, err
	}
	files, err := o.files()
	if err != nil {
		return nil, err
	}
	defer func() { closeAll(files) }() // the worker has copies

	p := &Process{name: name, done: make(chan struct{})}
	if o.daemon {
		read, write, err := os.Pipe()
		if err != nil {
			return nil, fmt.Errorf("making the pipe of a daemon: %w", err)
		}
		files = append(files, read)
		p.lifeline = write
	}
	h := handover{parent: os.Getpid(), segments: len(o.segments), daemon: o.daemon, name: name}
	p.command = command(ctx, path, o, h, files)
	p.command.Cancel = p.cancel(ctx)
	if err := p.command.Start(); err != nil {
		p.cutLifeline()
		return nil, err
	}
	go p.watch()
	return p, nil
}

// command returns the command of a worker, not started yet.
func command(ctx context.Context, path string, o options, h handover, files []*os.File) *exec.Cmd {
	c := exec.CommandContext(ctx, path, o.args...)
	if len(os.Args) > 0 {
		c.Args[0] = os.Args[0]
	}
	c.Env = append(append(os.Environ(), o.env...), variable+"="+h.encode())
	c.ExtraFiles = files
	c.Stdout, c.Stderr = o.stdout, o.stderr
	if o.stdin != nil { // a nil file in an interface would not be nil
		c.Stdin = o.stdin
	}
	c.WaitDelay = outputDelay
	return c
}
