package proc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Process is a worker that was started. All methods may be called by several goroutines at one time, and as often as
// they like. A worker that has ended leaves nothing behind in the system, also if nobody waits for it.
//
// A worker has ended when its process is gone and everything that it has printed was given to the writers of [Stdout]
// and [Stderr]. That takes at most 3 s longer than the process, also if another process has its output open.
type Process struct {
	name     string
	command  *exec.Cmd
	lifeline *os.File // the daemon ends when it is closed; nil if it is none
	killedBy error    // why the end of the context killed it; written before done is closed
	done     chan struct{}

	// The rest is written before done is closed, and read after.
	code  int
	known bool // code is what the system said
	err   error
}

// cancel returns what is to be done when ctx ends.
func (p *Process) cancel(ctx context.Context) func() error {
	return func() error {
		err := p.command.Process.Kill()
		if err == nil {
			p.killedBy = context.Cause(ctx)
		}
		return err
	}
}

// watch waits for the end of the process. There is one goroutine of it per process.
func (p *Process) watch() {
	err := p.command.Wait()
	p.cutLifeline()
	p.err = p.result(err)
	close(p.done)
}

// result sets the exit code, and returns what Wait is to return.
func (p *Process) result(err error) error {
	state := p.command.ProcessState
	if state == nil {
		return fmt.Errorf("proc: worker %q (pid %d) has ended, but how is not known; does this program wait for processes that it does not know, or ignore SIGCHLD? %w",
			p.name, p.Pid(), err)
	}
	p.code, p.known = exitCode(state), true
	switch {
	case p.code != 0:
		e := &ExitError{Name: p.name, PID: p.Pid(), Code: p.code}
		if p.code == killed {
			e.Err = p.killedBy
		}
		return e
	case errors.Is(err, exec.ErrWaitDelay):
		return fmt.Errorf("proc: worker %q (pid %d) ended with exit code 0, but %v later its output had no end; the rest is lost, because another process has it open or a writer is too slow: %w",
			p.name, p.Pid(), outputDelay, err)
	case err != nil && !p.contextError(err):
		return fmt.Errorf("proc: worker %q (pid %d) ended with exit code 0, but not all of its output could be written: %w", p.name, p.Pid(), err)
	}
	return nil
}

// contextError reports whether err says no more than that the context ended, when the process had just ended by itself.
func (p *Process) contextError(err error) bool {
	return p.killedBy != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

func (p *Process) cutLifeline() {
	if p.lifeline != nil {
		p.lifeline.Close() // nothing was written through it
	}
}

// Name returns the name under which the worker was registered.
func (p *Process) Name() string { return p.name }

// Pid returns the process id.
func (p *Process) Pid() int { return p.command.Process.Pid }

// Wait waits until the worker has ended. It returns nil if it has ended with exit code 0, an [*ExitError] if it has
// ended otherwise, and another error if its output could not be written or its exit code is not known.
func (p *Process) Wait() error {
	<-p.done
	return p.err
}

// Join waits until the worker has ended, but for at most the time given, and reports whether it has. If timeout is not
// above 0, Join does not wait.
func (p *Process) Join(timeout time.Duration) bool {
	if timeout <= 0 {
		return !p.Alive()
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-p.done:
		return true
	case <-timer.C:
		return !p.Alive()
	}
}

// Alive reports whether the worker has not ended yet.
func (p *Process) Alive() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// ExitCode returns the exit code of a worker that has ended: what it has given to os.Exit, or minus the number of the
// signal that has ended it. ok is false as long as it has not ended (and if the system did not say how).
func (p *Process) ExitCode() (code int, ok bool) {
	if p.Alive() {
		return 0, false
	}
	return p.code, p.known
}

// Terminate asks the worker to end (SIGTERM): the context of its target is cancelled. A second Terminate, after that,
// ends it at once. If it has ended already, Terminate does nothing.
func (p *Process) Terminate() error { return p.signal(syscall.SIGTERM) }

// Kill ends the worker at once (SIGKILL), whatever it does. It does not wait until it has ended. If it has ended already,
// Kill does nothing.
func (p *Process) Kill() error { return p.signal(syscall.SIGKILL) }

func (p *Process) signal(signal os.Signal) error {
	err := p.command.Process.Signal(signal)
	if err == nil || errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return fmt.Errorf("proc: sending %v to worker %q (pid %d): %w", signal, p.name, p.Pid(), err)
}

// ExitError says that a worker has not ended with exit code 0.
type ExitError struct {
	Name string // under which the worker was registered
	PID  int
	Code int   // as [Process.ExitCode] returns it
	Err  error // the cause of the end of the context given to Start, if that has killed the worker; nil otherwise
}

func (e *ExitError) Error() string {
	text := fmt.Sprintf("proc: worker %q (pid %d) ended with exit code %d", e.Name, e.PID, e.Code)
	if e.Code < 0 {
		text = fmt.Sprintf("proc: worker %q (pid %d) was ended by signal %d (%v)", e.Name, e.PID, -e.Code, signalName(-e.Code))
	}
	if e.Err != nil {
		text += fmt.Sprintf(", because the context it was started with has ended: %v", e.Err)
	}
	return text
}

// Unwrap returns Err.
func (e *ExitError) Unwrap() error { return e.Err }
