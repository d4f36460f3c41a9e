//go:build linux

package proc_test

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/proc"
)

func TestHowAWorkerEnds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		target string
		args   []string
		code   int
		stderr []string // what is in the error output, in this order; nil: nothing is
		wait   string   // what is in the error of Wait
	}{
		{target: "nothing"},
		{target: "fail", code: 1, stderr: []string{"proc: fail: the disk is full\n"}, wait: "exit code 1"},
		{target: "panic", code: 1, stderr: []string{"proc: panic: panic: boom\n", "targets_test.go"}, wait: "exit code 1"},
		{target: "goexit", code: 1, stderr: []string{"proc: goexit: ", "runtime.Goexit", "return an error"}, wait: "exit code 1"},
		{target: "recoverGoexit", code: 1, stderr: []string{"proc: recoverGoexit: ", "runtime.Goexit"}, wait: "exit code 1"},
		{target: "otherPanic", code: 2, stderr: []string{"panic: elsewhere"}, wait: "exit code 2"},
		{target: "cancelledInner", code: 1, stderr: []string{"proc: cancelledInner: context canceled\n"}, wait: "exit code 1"},
		{target: "exit", args: []string{"0"}},
		{target: "exit", args: []string{"3"}, code: 3, wait: "exit code 3"},
		{target: "exit", args: []string{"255"}, code: 255, wait: "exit code 255"},
		{target: "signal", args: []string{strconv.Itoa(int(syscall.SIGKILL))}, code: -9, wait: "signal 9 (killed)"},
		{target: "signal", args: []string{strconv.Itoa(int(syscall.SIGINT))}, code: -2, wait: "signal 2 (interrupt)"},
		{target: "signal", args: []string{strconv.Itoa(int(syscall.SIGHUP))}, code: -1, wait: "signal 1 (hangup)"},
		{target: "parent only", code: 1, stderr: []string{`proc: parent only: no worker of this name`, `proc.Register("parent only", …) before proc.Init`}, wait: "exit code 1"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.target, test.args), func(t *testing.T) {
			t.Parallel()
			var stderr output
			p := start(t, test.target, proc.Args(test.args...), proc.Stderr(&stderr), proc.Env(workerOnly+"=1"))
			code, err := ended(t, p)
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if test.stderr == nil && stderr.String() != "" {
				t.Errorf("the error output is %q, want none", stderr.String())
			}
			expectText(t, stderr.String(), test.stderr...)
			if test.code == 0 {
				if err != nil {
					t.Errorf("Wait: %v", err)
				}
				return
			}
			e := exitError(t, err)
			if e.Name != test.target || e.PID != p.Pid() || e.Code != test.code || e.Err != nil {
				t.Errorf("got %+v, want worker %s, pid %d, code %d", *e, test.target, p.Pid(), test.code)
			}
			expectText(t, err.Error(), strconv.Quote(test.target), strconv.Itoa(p.Pid()), test.wait)
		})
	}
}

func TestTerminate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		target string
		code   int
		stderr string
	}{
		{target: "finish", code: 0},
		{target: "giveUp", code: -15},
		{target: "giveUpCause", code: -15},
		{target: "giveUpSaying", code: -15, stderr: "proc: giveUpSaying: row 7: context canceled\n"},
		{target: "failLate", code: 1, stderr: "proc: failLate: cannot save\n"},
	}
	for _, test := range tests {
		t.Run(test.target, func(t *testing.T) {
			t.Parallel()
			var stderr output
			p, out := startReading(t, test.target, proc.Stderr(&stderr))
			expectLine(t, out, "ready")
			if err := p.Terminate(); err != nil {
				t.Fatal(err)
			}
			expectLine(t, out, "cancelled")
			if code, _ := ended(t, p); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if stderr.String() != test.stderr {
				t.Errorf("the error output is %q, want %q", stderr.String(), test.stderr)
			}
		})
	}
}

func TestSecondTerminateEnds(t *testing.T) {
	t.Parallel()
	p, out := startReading(t, "ignore")
	expectLine(t, out, "ready")
	if err := p.Terminate(); err != nil {
		t.Fatal(err)
	}
	expectLine(t, out, "cancelled")
	if !p.Alive() {
		t.Fatal("the first Terminate has ended a worker that does not heed it")
	}
	if err := p.Terminate(); err != nil {
		t.Fatal(err)
	}
	if code, _ := ended(t, p); code != -15 {
		t.Errorf("exit code %d, want -15", code)
	}
}

func TestTerminateAtOnce(t *testing.T) {
	t.Parallel()
	// However early the signal comes, it is not lost.
	for range 20 {
		p := start(t, "giveUp", proc.Stdout(nil))
		if err := p.Terminate(); err != nil {
			t.Fatal(err)
		}
		if code, _ := ended(t, p); code != -15 {
			t.Errorf("exit code %d, want -15", code)
		}
	}
}

func TestKill(t *testing.T) {
	t.Parallel()
	p, out := startReading(t, "ignore")
	expectLine(t, out, "ready")
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	if code, err := ended(t, p); code != -9 || exitError(t, err).Code != -9 {
		t.Errorf("exit code %d, %v; want -9", code, err)
	}
	for range 2 {
		if err := errors.Join(p.Terminate(), p.Kill()); err != nil {
			t.Errorf("after the end: %v", err)
		}
	}
}

func TestWaitAndJoin(t *testing.T) {
	t.Parallel()
	p, out := startReading(t, "wait")
	expectLine(t, out, "ready")
	if p.Name() != "wait" {
		t.Errorf("the name is %q, want wait", p.Name())
	}
	for _, timeout := range []time.Duration{-time.Second, 0, time.Millisecond} {
		if p.Join(timeout) {
			t.Errorf("Join(%v) says that a running worker has ended", timeout)
		}
	}
	if code, ok := p.ExitCode(); ok || !p.Alive() {
		t.Errorf("a running worker: ExitCode %d %v, Alive %v", code, ok, p.Alive())
	}
	errs := make([]error, 10)
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() {
			if i%2 == 0 {
				errs[i] = p.Wait()
			} else if p.Join(patience) {
				errs[i] = p.Wait()
			}
		})
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	for i, err := range errs {
		if err == nil || err != p.Wait() {
			t.Errorf("caller %d got %v, want %v", i, err, p.Wait())
		}
	}
	if p.Alive() || !p.Join(0) || !p.Join(-1) || !p.Join(time.Hour) {
		t.Error("a worker that has ended is alive, or cannot be joined again")
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	const n = 80 // half of them end by themselves
	workers, errs := make([]*proc.Process, n), make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			// The context of the test kills them, should anything go wrong.
			if i%2 == 0 {
				workers[i], errs[i] = proc.Start(t.Context(), "nothing")
			} else if workers[i], errs[i] = proc.Start(t.Context(), "untilTerminated"); errs[i] == nil {
				errs[i] = workers[i].Terminate()
			}
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for i, p := range workers {
		want := [...]int{0, -15}[i%2]
		if code, err := ended(t, p); code != want {
			t.Errorf("worker %d: %v, want exit code %d", i, err, want)
		}
	}
}

func TestNoZombies(t *testing.T) {
	t.Parallel()
	p := start(t, "nothing")
	ended(t, p)
	if _, err := os.Stat(fmt.Sprintf("/proc/%d", p.Pid())); err == nil {
		t.Errorf("process %d is still there after it has ended", p.Pid())
	}
}
