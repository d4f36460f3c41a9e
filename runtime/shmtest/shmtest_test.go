//go:build linux

package shmtest_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/proc"
	"github.com/shmgen/shmgen/runtime/shm"
	"github.com/shmgen/shmgen/runtime/shmtest"
)

// patience bounds every wait for something that takes milliseconds when all is well.
const patience = time.Minute

func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	c := shmtest.New(t, createCounter)
	if !strings.HasPrefix(c.segment.Path(), shm.DefaultDir+"/") || c.segment.Name() != "TestTwoProcesses" {
		t.Errorf("the segment is %s at %s, want one with the name of the test under %s", c.segment.Name(), c.segment.Path(), shm.DefaultDir)
	}
	workers := []*proc.Process{
		shmtest.Start(t, "add", proc.Segments(c)),
		shmtest.Start(t, "open", proc.Args(c.segment.Path())),
	}
	for _, p := range workers {
		if err := p.Wait(); err != nil {
			t.Error(err)
		}
	}
	if got, want := c.total.Load(), int64(12); got != want {
		t.Errorf("the total is %d, want %d", got, want)
	}
}

// TestWithoutFault runs what leaves nothing to complain about.
func TestWithoutFault(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		run  func(t testing.TB)
	}{
		{"a name that no file/can have \x00 " + strings.Repeat("long", 100), func(t testing.TB) { newTestCounter(t) }},
		{"two segments", func(t testing.TB) {
			if a, b := newTestCounter(t), newTestCounter(t); a.segment.Path() == b.segment.Path() {
				t.Errorf("two segments are both at %s", a.segment.Path())
			}
		}},
		{"temporary", func(t testing.TB) { newTestCounter(t, shm.WithTemporary()) }},
		{"anonymous", func(t testing.TB) { shmtest.New(t, newCounter) }},
		{"heap", func(t testing.TB) { shmtest.New(t, newCounter, shm.WithHeap()) }},
		{"closed by the test", func(t testing.TB) { closeCounter(t, newTestCounter(t)) }},
		{"unlinked by the test", func(t testing.TB) { unlink(t, newTestCounter(t)) }},
		{"another folder", func(t testing.TB) { shmtest.New(t, createCounter, shm.WithDir(t.TempDir())) }},
		{"a worker that still runs", func(t testing.TB) { startHolder(t, newTestCounter(t)) }},
		{"a worker that was killed", func(t testing.TB) {
			if err := startHolder(t, newTestCounter(t)).Kill(); err != nil {
				t.Error(err)
			}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if r := record(t, test.run); len(r.faults) > 0 || len(r.skips) > 0 {
				t.Errorf("the test failed: %q, or was skipped: %q", r.faults, r.skips)
			}
		})
	}
}

func TestFaultsAreReported(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		// run is the test, and outer the one around it, which cleans up what that has left behind.
		run  func(t, outer testing.TB)
		want string // part of the one fault
	}{
		{"lock held", func(t, outer testing.TB) {
			c := newTestCounter(t)
			guard, err := c.total.Lock(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			outer.Cleanup(func() {
				guard.Unlock()
				closeCounter(outer, c)
			})
		}, "this process holds the locks of total; unlock them first"},
		{"attached twice", func(t, outer testing.TB) {
			c, err := openCounter(newTestCounter(t).segment.Path())
			if err != nil {
				t.Fatal(err)
			}
			outer.Cleanup(func() { closeCounter(outer, c) })
		}, "this process is still attached to segment TestFaultsAreReported-attached_twice a second time; close that"},
		{"another process", func(t, outer testing.TB) {
			startHolder(outer, newTestCounter(t))
		}, "is still attached to segment TestFaultsAreReported-another_process; wait for it"},
		{"made anew", func(t, outer testing.TB) { makeAnew(t, outer, newTestCounter(t)) }, "the test has left /dev/shm/shmtest-"},
		{"made anew elsewhere", func(t, outer testing.TB) {
			makeAnew(t, outer, shmtest.New(t, createCounter, shm.WithDir(outer.TempDir())))
		}, "another segment has taken the name"},
		{"not created", func(t, outer testing.TB) {
			shmtest.New(t, func(name string, opts ...shm.Option) (*counter, error) {
				c, err := createCounter(name, opts...)
				if err != nil {
					return nil, err
				}
				t.(*recorder).folders = append(t.(*recorder).folders, filepath.Dir(c.segment.Path()))
				return nil, errors.Join(errors.New("no more"), c.segment.Unlink(), c.Close())
			})
			t.Error("the test went on")
		}, "creating the segment: no more"},
		{"not started", func(t, outer testing.TB) {
			shmtest.Start(t, "unheard of")
			t.Error("the test went on")
		}, `starting worker "unheard of"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := record(t, func(inner testing.TB) { test.run(inner, t) })
			if len(r.faults) != 1 || !strings.Contains(r.faults[0], test.want) {
				t.Errorf("the faults are %q, want %q", r.faults, test.want)
			}
		})
	}
}

func TestUnsupportedIsSkipped(t *testing.T) {
	t.Parallel()
	r := record(t, func(t testing.TB) {
		shmtest.New(t, func(string, ...shm.Option) (*counter, error) { return nil, fmt.Errorf("here: %w", shm.ErrUnsupported) })
		t.Error("the test went on")
	})
	if len(r.faults) > 0 || len(r.skips) != 1 || !strings.Contains(r.skips[0], "not supported") {
		t.Errorf("faults %q, skips %q; want one skip, with its reason", r.faults, r.skips)
	}
}

func TestOutputIsLogged(t *testing.T) {
	t.Parallel()
	var p *proc.Process
	r := record(t, func(t testing.TB) {
		p = shmtest.Start(t, "print")
		p.Wait() // how it ended is to be in the log
	})
	prefix := fmt.Sprintf("print[%d]: ", p.Pid())
	// Both streams go through one pipe, so that their order is kept.
	want := []string{
		prefix + "first",
		prefix,
		prefix + "third, and its end",
		prefix + "last",
		fmt.Sprintf(`shmtest: proc: worker "print" (pid %d) ended with exit code 3`, p.Pid()),
	}
	if !slices.Equal(r.logs, want) {
		t.Errorf("the log is %q, want %q", r.logs, want)
	}
}

func TestLongLineIsLoggedInPieces(t *testing.T) {
	t.Parallel()
	var prefix string
	r := record(t, func(t testing.TB) {
		p := shmtest.Start(t, "print long")
		prefix = fmt.Sprintf("print long[%d]: ", p.Pid())
		p.Wait() // how it ended would be in the log
	})
	var length int
	for _, line := range r.logs {
		text, ok := strings.CutPrefix(line, prefix)
		if !ok || strings.Trim(text, "x") != "" || len(text) >= 128<<10 {
			t.Errorf("a line of %d bytes, %.50q …, want at most 128 KiB of x after %q", len(line), line, prefix)
		}
		length += len(text)
	}
	if length != longLine {
		t.Errorf("%d bytes were logged, want %d", length, longLine)
	}
}

// TestWorkerEndsWithTheTest ends the process of a test without its cleanup.
func TestWorkerEndsWithTheTest(t *testing.T) {
	t.Parallel()
	input, untilEnd, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	lines, output, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(lines.Close(), untilEnd.Close()); err != nil {
			t.Error(err)
		}
	})
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), abruptVariable+"=1")
	c.Stdin, c.Stdout = input, output
	err = c.Run()
	if code := c.ProcessState.ExitCode(); code != 1 {
		t.Fatalf("the process of the test: %v, want exit code 1", err)
	}
	if err := errors.Join(input.Close(), output.Close(), lines.SetReadDeadline(time.Now().Add(patience))); err != nil {
		t.Fatal(err)
	}
	// The worker alone has it open still, and its input has not ended.
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Errorf("waiting for the end of the worker: %v", err)
	}
}

func TestRunningWorkerIsKilled(t *testing.T) {
	t.Parallel()
	var p *proc.Process
	r := record(t, func(t testing.TB) { p = startHolder(t, newTestCounter(t)) })
	if code, ok := p.ExitCode(); !ok || code != -9 {
		t.Errorf("exit code %d, %v; want -9: killed at the end of the test", code, ok)
	}
	if n := len(r.logs); n == 0 || !strings.Contains(r.logs[n-1], "still ran at the end of the test and was killed") {
		t.Errorf("the log is %q, want it to say that the worker was killed", r.logs)
	}
}

// startHolder starts a worker that is attached when it returns, and stays so.
func startHolder(t testing.TB, c *counter) *proc.Process {
	t.Helper()
	input, untilEnd, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	lines, output, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(lines.Close(), untilEnd.Close()); err != nil {
			t.Error(err)
		}
	})
	p := shmtest.Start(t, "hold", proc.Segments(c), proc.Stdin(input), proc.Stdout(output))
	if err := errors.Join(input.Close(), output.Close(), lines.SetReadDeadline(time.Now().Add(patience))); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(lines).ReadString('\n'); err != nil {
		t.Fatalf("the worker says %q, %v; want that it is attached", line, err)
	}
	return p
}

// makeAnew puts another segment in the place of c.
func makeAnew(t, outer testing.TB, c *counter) {
	t.Helper()
	unlink(t, c)
	again, err := createCounter(c.segment.Path())
	if err != nil {
		t.Fatal(err)
	}
	outer.Cleanup(func() { closeCounter(outer, again) })
}

func closeCounter(t testing.TB, c *counter) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func unlink(t testing.TB, c *counter) {
	t.Helper()
	if err := c.segment.Unlink(); err != nil {
		t.Error(err)
	}
}
