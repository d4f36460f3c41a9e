//go:build unix

package proc

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// supported says whether workers can be started on this system.
const supported = true

// killed is the exit code of a process that was ended by SIGKILL.
const killed = -int(syscall.SIGKILL)

// signalName returns what the system calls the signal of a number.
func signalName(number int) string { return syscall.Signal(number).String() }

// exitCode returns the exit code of a process that has ended, or minus the signal that ended it.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return -int(status.Signal())
	}
	return state.ExitCode()
}

// adoptFile takes over an inherited descriptor, which from then on is not inherited further.
func adoptFile(fd int, name string) (*os.File, error) {
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return nil, fmt.Errorf("descriptor %d (%s): %w", fd, name, err)
	}
	syscall.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), name), nil
}

// adoptPipe is adoptFile for a pipe that is waited for by the runtime's poller and not by a thread.
func adoptPipe(fd int, name string) (*os.File, error) {
	var st syscall.Stat_t
	err := syscall.Fstat(fd, &st)
	if err == nil && st.Mode&syscall.S_IFMT != syscall.S_IFIFO {
		err = errors.New("it is no pipe")
	}
	if err == nil {
		err = syscall.SetNonblock(fd, true)
	}
	if err != nil {
		return nil, fmt.Errorf("descriptor %d (%s): %w", fd, name, err)
	}
	return adoptFile(fd, name)
}

// endBySignal ends this process by a signal that it does not catch any more. It returns only if that fails.
func endBySignal(signal syscall.Signal) {
	if syscall.Kill(syscall.Getpid(), signal) == nil {
		time.Sleep(time.Second) // another thread may be the one that gets it
	}
}
