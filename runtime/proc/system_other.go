//go:build !unix

package proc

import (
	"errors"
	"os"
)

// supported says whether workers can be started on this system.
const supported = false

// killed is the exit code of a process that was ended by SIGKILL.
const killed = -9

func signalName(int) string { return "" }

func exitCode(state *os.ProcessState) int { return state.ExitCode() }

func adoptFile(int, string) (*os.File, error) { return nil, errors.ErrUnsupported }

func adoptPipe(int, string) (*os.File, error) { return nil, errors.ErrUnsupported }

func endBySignal(os.Signal) {}
