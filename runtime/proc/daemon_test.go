//go:build linux

package proc_test

import (
	"bufio"
	"io"
	"os"
	"testing"

	"github.com/shmgen/shmgen/runtime/proc"
)

// TestDaemonEndsWithItsParent ends a process that has a daemon and a normal worker, in several ways.
func TestDaemonEndsWithItsParent(t *testing.T) {
	t.Parallel()
	tests := []struct {
		end  string
		kill bool
		code int
	}{
		{end: "kill", kill: true, code: -9},
		{end: "return", code: 0},
		{end: "panic", code: 1},
	}
	for _, test := range tests {
		t.Run(test.end, func(t *testing.T) {
			t.Parallel()
			input, toNormal := pipe(t)
			stdout, output := pipe(t)
			stderr, errors := pipe(t)
			p := start(t, "family", proc.Args(test.end), proc.Stdin(input), proc.Stdout(output), proc.Stderr(errors))
			closeFiles(t, input, output, errors)

			lines := bufio.NewReader(stdout)
			expectLine(t, lines, "ready")
			if test.kill {
				if err := p.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			if code, err := ended(t, p); code != test.code {
				t.Errorf("the parent: %v, want exit code %d", err, test.code)
			}
			// Only the daemon has it open still, and its standard input has not ended.
			if _, err := io.Copy(io.Discard, stderr); err != nil {
				t.Errorf("waiting for the end of the daemon: %v", err)
			}
			if _, err := io.WriteString(toNormal, "still here\n"); err != nil {
				t.Fatalf("the normal worker has ended with its parent: %v", err)
			}
			expectLine(t, lines, "still here")
			closeFiles(t, toNormal)
			if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 {
				t.Errorf("waiting for the end of the normal worker: %q, %v", rest, err)
			}
		})
	}
}

// TestDaemonIsLikeOthers checks that a daemon whose parent lives runs to its end.
func TestDaemonIsLikeOthers(t *testing.T) {
	t.Parallel()
	p, out := startReading(t, "finish", proc.Daemon())
	expectLine(t, out, "ready")
	if err := p.Terminate(); err != nil {
		t.Fatal(err)
	}
	expectLine(t, out, "cancelled")
	if code, err := ended(t, p); code != 0 {
		t.Error(err)
	}
}

func closeFiles(t *testing.T, files ...*os.File) {
	t.Helper()
	for _, file := range files {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
}
