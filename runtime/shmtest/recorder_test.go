//go:build linux

package shmtest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/shmgen/shmgen/runtime/shm"
	"github.com/shmgen/shmgen/runtime/shmtest"
)

// recorder is the testing.TB of a test inside a test, whose faults are expected.
type recorder struct {
	testing.TB // of the test around it

	mu       sync.Mutex // guards the rest
	faults   []string
	skips    []string
	logs     []string
	cleanups []func()
	folders  []string // of the segments
}

// record runs a test inside t, with its cleanup.
func record(t *testing.T, run func(t testing.TB)) *recorder {
	t.Helper()
	r := &recorder{TB: t}
	r.apart(func() { run(r) })
	for len(r.cleanups) > 0 {
		last := r.cleanups[len(r.cleanups)-1]
		r.cleanups = r.cleanups[:len(r.cleanups)-1]
		r.apart(last)
	}
	for _, folder := range r.folders {
		if _, err := os.Lstat(folder); err == nil {
			t.Errorf("the folder %s is still there after the test", folder)
			os.RemoveAll(folder)
		}
	}
	return r
}

// apart calls f on a goroutine of its own, which FailNow and SkipNow end.
func (r *recorder) apart(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

// newTestCounter is shmtest.New, and has record look for the folder of the segment afterwards.
func newTestCounter(t testing.TB, opts ...shm.Option) *counter {
	t.Helper()
	c := shmtest.New(t, createCounter, opts...)
	t.(*recorder).folders = append(t.(*recorder).folders, filepath.Dir(c.segment.Path()))
	return c
}

func (r *recorder) add(list *[]string, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*list = append(*list, text)
}

func (r *recorder) Helper()                           {}
func (r *recorder) Log(args ...any)                   { r.add(&r.logs, fmt.Sprint(args...)) }
func (r *recorder) Logf(format string, args ...any)   { r.add(&r.logs, fmt.Sprintf(format, args...)) }
func (r *recorder) Error(args ...any)                 { r.add(&r.faults, fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) { r.add(&r.faults, fmt.Sprintf(format, args...)) }

func (r *recorder) Fatal(args ...any) {
	r.Error(args...)
	runtime.Goexit()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Skipf(format string, args ...any) {
	r.add(&r.skips, fmt.Sprintf(format, args...))
	runtime.Goexit()
}

func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
