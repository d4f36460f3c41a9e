package proc_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/shmgen/shmgen/runtime/proc"
)

// openFile is a descriptor that a process has, but for the standard ones.
type openFile struct {
	path      string
	inherited bool // by the processes that it starts
}

// openFiles returns what this process has open.
func openFiles() (open []openFile, err error) {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil {
			return nil, err
		}
		path, err := os.Readlink("/proc/self/fd/" + entry.Name())
		if fd < 3 || err != nil { // the folder itself is closed by now
			continue
		}
		info, err := os.ReadFile("/proc/self/fdinfo/" + entry.Name())
		if errors.Is(err, fs.ErrNotExist) { // so are those that another goroutine has just closed
			continue
		}
		if err != nil {
			return nil, err
		}
		_, rest, _ := strings.Cut(string(info), "flags:")
		flags, _, _ := strings.Cut(rest, "\n")
		bits, err := strconv.ParseUint(strings.TrimSpace(flags), 8, 64)
		if err != nil {
			return nil, err
		}
		open = append(open, openFile{path: path, inherited: bits&syscall.O_CLOEXEC == 0})
	}
	return open, nil
}

// TestParentKeepsNoDescriptors runs alone: other tests open files.
func TestParentKeepsNoDescriptors(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // the garbage collector closes files that were forgotten
	var counts []int
	for range 5 {
		t.Run("round", startInManyWays)
		open, err := openFiles()
		if err != nil {
			t.Fatal(err)
		}
		counts = append(counts, len(open))
	}
	// The first round may open what the runtime keeps.
	if slices.Max(counts[1:]) != slices.Min(counts[1:]) {
		t.Errorf("open descriptors after each round: %v, want the same number from the second on", counts)
	}
}

func startInManyWays(t *testing.T) {
	c := newTestCounter(t)
	var out output
	ended(t, start(t, "describe", proc.Daemon(), proc.Segments(c, c), proc.Stdout(&out), proc.Stderr(&out)))

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	failing := []struct {
		ctx    context.Context
		option proc.Option
	}{
		{t.Context(), proc.Segments(c, nil)},
		{t.Context(), proc.Stdin(closedFile(t))},
		{t.Context(), proc.Args(strings.Repeat("x", 1<<20))},
		{cancelled, nil},
	}
	for _, f := range failing {
		if p, err := proc.Start(f.ctx, "nothing", proc.Daemon(), proc.Segments(c), f.option); err == nil {
			ended(t, p)
			t.Error("a worker was started that cannot be")
		}
	}

	ctx, cancel := context.WithCancel(t.Context())
	p, err := proc.Start(ctx, "giveUp", proc.Daemon(), proc.Segments(c), proc.Stdin(nil), proc.Stdout(nil), proc.Stderr(nil))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	ended(t, p)
}

func TestWhatAWorkerHasOpen(t *testing.T) {
	t.Parallel()
	own, err := openFiles()
	if err != nil {
		t.Fatal(err)
	}
	var out output
	p := start(t, "descriptors", proc.Daemon(), proc.Segments(newTestCounter(t)), proc.Stdout(&out))
	if code, err := ended(t, p); code != 0 {
		t.Fatal(err)
	}
	var segments, pipes int
	for line := range strings.Lines(out.String()) {
		inherited, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case slices.Contains(own, openFile{path: path, inherited: true}):
			// Whoever has started the tests has let them inherit it, and so all their children.
		case inherited == "true":
			t.Errorf("a process that the worker starts would inherit %s", path)
		case strings.Contains(path, "memfd:shm-Counter"):
			segments++
		case strings.HasPrefix(path, "pipe:"):
			pipes++
		}
	}
	if segments != 1 || pipes != 1 {
		t.Errorf("the worker has %d segments and %d pipes, want the one segment and the lifeline; all:\n%s", segments, pipes, out.String())
	}
}
