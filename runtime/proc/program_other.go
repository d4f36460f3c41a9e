//go:build !linux

package proc

import "os"

// inheritable says whether this system has segments that a worker can inherit.
const inheritable = false

// executable returns the path of the program that this process runs.
func executable() (string, error) { return os.Executable() }

// nameProcess does nothing: the process has the name of the program.
func nameProcess() {}
