//go:build linux

package shm_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/proc"
	"github.com/shmgen/shmgen/runtime/shm"
	"github.com/shmgen/shmgen/runtime/shmtest"
)

// The workers of this file attach by name. They say that they are ready, or have attached, with one byte on standard
// output. They wait for the end of standard input, and then, if there is more to wait for, for SIGTERM.
func init() {
	proc.Register("crowd", crowd)
	proc.Register("tenant", tenant)
}

// signal sends a byte to the process of the test.
func signal() error { _, err := os.Stdout.Write([]byte{'.'}); return err }

// await waits for the end of the input.
func await() error {
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// crowd attaches at the same time as many others.
func crowd(ctx context.Context, self *proc.Self) error {
	if err := errors.Join(signal(), await()); err != nil {
		return err
	}
	s, err := openOrCreatePlain(self.Args()[0], shm.WithMaxProcesses(256))
	if err != nil {
		return err
	}
	s.Count.Add(1)
	if err := signal(); err != nil {
		return err
	}
	<-ctx.Done()
	return s.Close()
}

// tenant creates a temporary segment and stays until it is told to leave, or killed.
func tenant(_ context.Context, self *proc.Self) error {
	s, err := openOrCreatePlain(self.Args()[0], shm.WithTemporary())
	if err != nil {
		return err
	}
	s.Count.Add(1)
	if err := errors.Join(signal(), await()); err != nil {
		return err
	}
	return s.Close()
}

// group is processes that run the same worker.
type group struct {
	t         *testing.T
	input     *os.File // to all of them
	output    *os.File // from all of them
	processes []*proc.Process
}

func startGroup(t *testing.T, n int, worker string, args ...string) *group {
	t.Helper()
	stdin, input, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	output, stdout, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	g := &group{t: t, input: input, output: output}
	t.Cleanup(func() { input.Close(); output.Close() })
	for range n {
		g.processes = append(g.processes, shmtest.Start(t, worker, proc.Args(args...), proc.Stdin(stdin), proc.Stdout(stdout)))
	}
	stdin.Close()
	stdout.Close()
	return g
}

// signals waits for one byte from each process.
func (g *group) signals() {
	g.t.Helper()
	if err := g.output.SetReadDeadline(time.Now().Add(patience)); err != nil {
		g.t.Fatal(err)
	}
	if _, err := io.ReadFull(g.output, make([]byte, len(g.processes))); err != nil {
		g.t.Fatalf("not every process has got so far: %v", err)
	}
}

// proceed lets every process go on that waits for the end of its input.
func (g *group) proceed() { g.input.Close() }

// terminate lets every process go on that waits for SIGTERM.
func (g *group) terminate() {
	g.t.Helper()
	for _, p := range g.processes {
		if err := p.Terminate(); err != nil {
			g.t.Error(err)
		}
	}
}

func (g *group) wait() {
	g.t.Helper()
	for _, p := range g.processes {
		if err := p.Wait(); err != nil {
			g.t.Error(err)
		}
	}
}

// TestCrowd lets a hundred processes create one segment at once. One does; all attach to it.
func TestCrowd(t *testing.T) {
	const processes = 100
	path := filepath.Join(t.TempDir(), "crowd")
	g := startGroup(t, processes, "crowd", path)
	g.signals()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("the segment is there before it may be: %v", err)
	}
	g.proceed()
	g.signals()
	s, err := openPlain(path)
	closing(t, s, err)
	// Each creation would have stored the first value anew.
	if got := s.Count.Load(); got != firstCount+processes {
		t.Errorf("the count is %d, want %d", got, firstCount+processes)
	}
	list := s.Processes()
	pids := map[int]bool{}
	for _, p := range list {
		pids[p.PID] = true
	}
	if len(list) != processes+1 || len(pids) != processes+1 {
		t.Errorf("%d slots are taken by %d processes, want %d", len(list), len(pids), processes+1)
	}
	g.terminate()
	g.wait()
	if got := len(s.Processes()); got != 1 {
		t.Errorf("%d processes are attached at the end, want 1", got)
	}
	if got := left(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("left behind: %q", got)
	}
}

// TestTemporaryCrowd lets processes create, use and leave one temporary segment at the same time, again and again. What
// each attaches to has a name or was left by all; at the end there is none.
func TestTemporaryCrowd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "temporary")
	for range 3 {
		g := startGroup(t, 6, "tenant", path)
		g.proceed() // each leaves as soon as it has attached
		g.signals()
		g.wait()
		if got := left(t, filepath.Dir(path)); got != nil {
			t.Fatalf("left behind: %q", got)
		}
	}
}

// TestTemporary unlinks with the last process, whichever that is.
func TestTemporary(t *testing.T) {
	noLeaks(t)
	path := filepath.Join(t.TempDir(), "temporary")
	first, err := createPlain(path, shm.WithTemporary())
	if err != nil {
		t.Fatal(err)
	}
	second, err := openPlain(path)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, first.Segment)
	third, err := openPlain(path)
	if err != nil {
		t.Fatalf("after the creator has left: %v", err)
	}
	closed(t, second.Segment)
	closed(t, third.Segment)
	s, err := openPlain(path)
	fails(t, "Open after the last has left", s, err, fs.ErrNotExist)
}

// TestReplacedWhileAttaching takes a name away, and gives it to another segment, while a process has opened the first one
// but has no slot yet. It must not stay with a segment that nobody else can find.
func TestReplacedWhileAttaching(t *testing.T) {
	for how, attach := range map[string]func(string, ...shm.Option) (*handles, error){"Open": openPlain, "OpenOrCreate": openOrCreatePlain} {
		path := filepath.Join(t.TempDir(), "a")
		old, err := createPlain(path)
		closing(t, old, err)
		table, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		lock := unix.Flock_t{Type: unix.F_WRLCK, Start: format.TableByte, Len: 1}
		if err := unix.FcntlFlock(table.Fd(), unix.F_OFD_SETLK, &lock); err != nil {
			t.Fatal(err)
		}
		before := opened(t, path)
		type result struct {
			s   *handles
			err error
		}
		attached := make(chan result, 1)
		go func() {
			s, err := attach(path)
			attached <- result{s, err}
		}()
		for opened(t, path) < before+2 { // the second one is the table's: it waits for the lock now, or soon
			runtime.Gosched()
		}
		if err := old.Unlink(); err != nil {
			t.Error(err)
		}
		newer, err := createPlain(path)
		closing(t, newer, err)
		old.Count.Store(1)
		newer.Count.Store(2)
		table.Close()
		r := <-attached
		closing(t, r.s, r.err)
		if got := r.s.Count.Load(); got != 2 {
			t.Errorf("%s: attached to segment %d, want the one that has the name", how, got)
		}
		if got := len(old.Processes()); got != 1 {
			t.Errorf("%s: %d processes are attached to the old one, want 1", how, got)
		}
	}
}

// opened returns how many descriptors of the file at path this process has.
func opened(t *testing.T, path string) int {
	t.Helper()
	list, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, link := range list {
		if target, err := os.Readlink(link); err == nil && target == path {
			n++
		}
	}
	return n
}

// abandoned returns the path of a temporary segment whose only process was killed.
func abandoned(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "abandoned")
	g := startGroup(t, 1, "tenant", path)
	g.signals()
	if err := g.processes[0].Kill(); err != nil {
		t.Fatal(err)
	}
	_ = g.processes[0].Wait() // it was killed
	g.input.Close()
	g.output.Close()
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestTemporaryKilled kills the only process of a temporary segment.
func TestTemporaryKilled(t *testing.T) {
	for how, create := range map[string]func(string, ...shm.Option) (*handles, error){"Create": createPlain, "OpenOrCreate": openOrCreatePlain} {
		path := abandoned(t)
		s, err := create(path)
		if err != nil {
			t.Errorf("%s: %v", how, err)
			continue
		}
		if got := s.Count.Load(); got != firstCount {
			t.Errorf("%s: got the old segment, with %d", how, got)
		}
		closed(t, s.Segment)
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: a segment that is not temporary was unlinked: %v", how, err)
		}
	}
	// Who only opens gets what is there.
	path := abandoned(t)
	s, err := openPlain(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Count.Load(); got != firstCount+1 {
		t.Errorf("Open: the count is %d, want %d", got, firstCount+1)
	}
	second, err := createPlain(path)
	fails(t, "Create while it is used again", second, err, fs.ErrExist)
	closed(t, s.Segment)
	if got := left(t, filepath.Dir(path)); got != nil {
		t.Errorf("left behind: %q", got)
	}
}

// TestKilledIsNotAbandoned leaves a segment alone that is not temporary.
func TestKilledIsNotAbandoned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept")
	g := startGroup(t, 1, "crowd", path)
	g.signals()
	g.proceed()
	g.signals()
	if err := g.processes[0].Kill(); err != nil {
		t.Fatal(err)
	}
	_ = g.processes[0].Wait() // it was killed
	s, err := createPlain(path)
	fails(t, "Create", s, err, fs.ErrExist)
	s, err = openOrCreatePlain(path)
	closing(t, s, err)
	if got := s.Count.Load(); got != firstCount+1 || s.Slot() != 0 || len(s.Processes()) != 1 {
		t.Errorf("count %d, slot %d, %s", got, s.Slot(), fmt.Sprint(s.Processes()))
	}
}
