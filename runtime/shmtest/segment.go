package shmtest

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/runtime/shm"
)

// Attached is every type that is generated from a segment of a schema.
type Attached interface {
	Segment() *shm.Segment
	Close() error
}

// New creates a segment for one test, by the Create function of its schema, or any function like it. It has a name and
// a folder of its own under shm.DefaultDir, so that tests may run at one time. Options are given to create; among them,
// shm.WithDir moves the segment to another folder.
//
// When the test ends, the segment is closed, and its name removed. It is an error of the test
//   - if another process, or this one by a second attachment, is still attached;
//   - if Close fails, because a lock is still held;
//   - if files are left in the folder.
//
// The first of these is not noticed if the test has closed the segment itself.
//
// If the segment cannot be created, the test ends: it fails, or is skipped where shared memory is not supported.
func New[S Attached](t testing.TB, create func(name string, opts ...shm.Option) (S, error), opts ...shm.Option) S {
	t.Helper()
	if runtime.GOOS != "linux" { // there may be no folder to begin with
		t.Skipf("shmtest: shared memory is not supported on %s", runtime.GOOS)
	}
	dir, err := os.MkdirTemp(shm.DefaultDir, "shmtest-")
	if err != nil {
		t.Fatalf("shmtest: making a folder for the segment: %v", err)
	}
	t.Cleanup(func() { removeFolder(t, dir) })
	s, err := create(segmentName(t), append([]shm.Option{shm.WithDir(dir)}, opts...)...)
	if errors.Is(err, shm.ErrUnsupported) {
		t.Skipf("shmtest: shared memory is not supported on %s/%s: %v", runtime.GOOS, runtime.GOARCH, err)
	}
	if err != nil {
		t.Fatalf("shmtest: creating the segment: %v", err)
	}
	t.Cleanup(func() { check(t, s, dir) })
	return s
}

// segmentName makes a name for a segment of the name of the test, as far as a file can have that name.
func segmentName(t testing.TB) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '_':
			return r
		}
		return '-'
	}, t.Name())
	return name[:min(len(name), 100)]
}

// check closes the segment and reports what should not be. What is left in dir is reported by removeFolder.
func check(t testing.TB, s Attached, dir string) {
	t.Helper()
	segment := s.Segment()
	for _, p := range segment.Processes() {
		switch {
		case p.Slot == segment.Slot():
		case p.PID == os.Getpid():
			t.Errorf("shmtest: this process is still attached to segment %s a second time; close that before the test ends", segment.Name())
		default:
			t.Errorf("shmtest: process %d (%s) is still attached to segment %s; wait for it before the test ends, or start it with shmtest.Start after shmtest.New",
				p.PID, p.Command, segment.Name())
		}
	}
	if err := s.Close(); err != nil {
		t.Errorf("shmtest: closing the segment at the end of the test: %v", err)
	}
	if err := segment.Unlink(); err != nil {
		t.Errorf("shmtest: removing the segment at the end of the test: %v", err)
	}
	if path := segment.Path(); path != "" && filepath.Dir(path) != dir {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("shmtest: another segment has taken the name %s; unlink it before the test ends", path)
		}
	}
}

// removeFolder removes the folder of a segment, and reports what is still in it.
func removeFolder(t testing.TB, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Errorf("shmtest: looking for what the test has left behind: %v", err)
	}
	for _, entry := range entries {
		t.Errorf("shmtest: the test has left %s behind; unlink it before the test ends", filepath.Join(dir, entry.Name()))
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Errorf("shmtest: removing the folder of the segment: %v", err)
	}
}
