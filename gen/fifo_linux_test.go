package gen

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOutputIsPipe tests that nothing waits for a pipe that lies where an output should go.
func TestOutputIsPipe(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.shm": fmt.Sprintf(small, "A")})
	if err := syscall.Mkfifo(filepath.Join(dir, "a_shm.go"), 0o666); err != nil {
		t.Fatal(err)
	}
	result := generate(t, Options{Dir: dir})
	if _, err := result.Files[0].Changed(); !errors.Is(err, errNotRegular) {
		t.Errorf("Changed: got %v, want an error that wraps %q", err, errNotRegular)
	}
	if _, err := Write(t.Context(), result.Files); !errors.Is(err, errNotRegular) {
		t.Errorf("Write: got %v, want an error that wraps %q", err, errNotRegular)
	}
	if _, err := Check(t.Context(), []string{dir}); !errors.Is(err, errNotRegular) {
		t.Errorf("Check: got %v, want an error that wraps %q", err, errNotRegular)
	}
}
