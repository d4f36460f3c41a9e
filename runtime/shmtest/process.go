package shmtest

import (
	"context"
	"os"
	"testing"

	"github.com/shmgen/shmgen/runtime/proc"
)

// Main is the whole of a TestMain whose tests start workers; what they run must be registered before it:
//
//	func TestMain(m *testing.M) {
//		proc.Register("adder", adder)
//		shmtest.Main(m)
//	}
//
// It runs the target and exits in a worker, and runs the tests and exits in the process of the test.
func Main(m *testing.M) {
	proc.Init()
	os.Exit(m.Run())
}

// Start starts a worker for one test. What it prints goes to the log of the test, line by line, unless opts say
// otherwise. If it still runs when the test ends, it is killed and waited for. If the process of the test itself ends,
// by a time limit for instance, the worker ends too: it is a proc.Daemon.
//
// If the worker cannot be started, the test fails and ends. How the worker ends is written to the log if it is not with
// exit code 0; whether that is an error is for the test to say, which may expect it.
func Start(t testing.TB, name string, opts ...proc.Option) *proc.Process {
	t.Helper()
	log := &logWriter{t: t}
	p, err := log.start(func() (*proc.Process, error) {
		opts = append([]proc.Option{proc.Daemon(), proc.Stdout(log), proc.Stderr(log)}, opts...)
		// Not the context of the test: it ends before the functions of Cleanup run, which may still need the worker.
		return proc.Start(context.Background(), name, opts...)
	})
	if err != nil {
		t.Fatalf("shmtest: %v", err)
	}
	t.Cleanup(func() { end(t, p, log) })
	return p
}

// end kills the worker if it still runs, and completes the log.
func end(t testing.TB, p *proc.Process, log *logWriter) {
	t.Helper()
	running := p.Alive()
	if err := p.Kill(); err != nil {
		t.Errorf("shmtest: %v", err)
	}
	err := p.Wait()
	log.flush()
	switch {
	case running:
		t.Logf("shmtest: worker %q (pid %d) still ran at the end of the test and was killed", p.Name(), p.Pid())
	case err != nil:
		t.Logf("shmtest: %v", err)
	}
}
