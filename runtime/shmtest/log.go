package shmtest

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"github.com/shmgen/shmgen/runtime/proc"
)

// longestLine is the number of bytes from which on a line is logged in pieces.
const longestLine = 64 << 10

// logWriter writes what a worker prints to the log of a test, one line at a time.
type logWriter struct {
	t      testing.TB
	mu     sync.Mutex
	prefix string // guarded by mu
	line   []byte // the last line, which has no end yet; guarded by mu
}

// start starts the worker whose output it is to be. Nothing is logged before it is known which process that is.
func (w *logWriter) start(start func() (*proc.Process, error)) (*proc.Process, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := start()
	if err == nil {
		w.prefix = fmt.Sprintf("%s[%d]: ", p.Name(), p.Pid())
	}
	return p, err
}

// Write never fails.
func (w *logWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(b)
	for len(b) > 0 {
		part, rest, whole := bytes.Cut(b, []byte{'\n'})
		w.line = append(w.line, part...)
		b = rest
		if whole || len(w.line) >= longestLine {
			w.log()
		}
	}
	return n, nil
}

// flush logs a last line without an end.
func (w *logWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.line) > 0 {
		w.log()
	}
}

func (w *logWriter) log() {
	w.t.Log(w.prefix + string(w.line))
	w.line = w.line[:0]
}
