//go:build linux

package proc_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/proc"
)

// patience bounds every wait for something that takes milliseconds when all is well.
const patience = time.Minute

// start starts a worker that is killed when the test ends, and whose standard input ends then.
func start(t *testing.T, name string, opts ...proc.Option) *proc.Process {
	t.Helper()
	read, write := pipe(t)
	p, err := proc.Start(context.Background(), name, append([]proc.Option{proc.Stdin(read)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	t.Cleanup(func() {
		write.Close()
		if err := p.Kill(); err != nil {
			t.Error(err)
		}
		p.Wait() // how it ended is for the test to say
	})
	return p
}

// startReading is start, for a worker whose lines of output the test reads.
func startReading(t *testing.T, name string, opts ...proc.Option) (*proc.Process, *bufio.Reader) {
	t.Helper()
	read, write := pipe(t)
	p := start(t, name, append(opts, proc.Stdout(write))...)
	write.Close()
	return p, bufio.NewReader(read)
}

// ended waits for the end of a worker, and returns its exit code and what Wait says.
func ended(t *testing.T, p *proc.Process) (int, error) {
	t.Helper()
	if !p.Join(patience) {
		t.Fatalf("worker %s (pid %d) still runs after %v", p.Name(), p.Pid(), patience)
	}
	code, ok := p.ExitCode()
	if !ok {
		t.Fatalf("worker %s has ended, but has no exit code", p.Name())
	}
	return code, p.Wait()
}

// expectLine reads one line.
func expectLine(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	got, err := r.ReadString('\n')
	if err != nil || got != want+"\n" {
		t.Fatalf("read %q, %v; want the line %q", got, err, want)
	}
}

// pipe returns a pipe whose read end gives up after a while, and both ends of which are closed when the test ends.
func pipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := read.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		read.Close()
		write.Close()
	})
	return read, write
}

// startAndWait runs a worker to its end, in a process that has no test.
func startAndWait(name string) error {
	p, err := proc.Start(context.Background(), name)
	if err != nil {
		return err
	}
	return p.Wait()
}

// output collects what several goroutines write.
type output struct {
	mu   sync.Mutex
	data bytes.Buffer // guarded by mu
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.data.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.data.String()
}

// expectText checks that a text contains all of some words, in their order.
func expectText(t *testing.T, text string, words ...string) {
	t.Helper()
	rest := text
	for _, word := range words {
		_, after, ok := strings.Cut(rest, word)
		if !ok {
			t.Errorf("got the text %q, want %q in it, in this order", text, words)
			return
		}
		rest = after
	}
}

// exitError returns the error as an ExitError.
func exitError(t *testing.T, err error) *proc.ExitError {
	t.Helper()
	var e *proc.ExitError
	if !errors.As(err, &e) {
		t.Fatalf("got the error %v, want an *ExitError", err)
	}
	return e
}
