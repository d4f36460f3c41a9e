package proc

import (
	"os"
	"path/filepath"
)

// inheritable says whether this system has segments that a worker can inherit.
const inheritable = true

// executable returns a path of the program that this process runs. It is not the path that the program was started
// with: that may have been replaced by a newer program, or deleted.
func executable() (string, error) { return "/proc/self/exe", nil }

// nameProcess gives the process the name by which tools such as ps and top know the program. The kernel has named it
// after the path that it was started with, "exe".
func nameProcess() {
	if len(os.Args) > 0 {
		// Failing does no harm: the name is for people to read.
		_ = os.WriteFile("/proc/self/comm", []byte(filepath.Base(os.Args[0])), 0)
	}
}
