// Package exampletest runs an example for its test, as a person would.
package exampletest

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Run builds the example of the test's folder, runs it with args, and returns the lines that it printed. Anything on
// standard error, an exit code other than 0, and a run of more than a minute end the test.
func Run(t *testing.T, args ...string) []string {
	t.Helper()
	program := t.TempDir() + "/example"
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	var stdout, stderr bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil || stderr.Len() > 0 {
		t.Fatalf("%v\n%s%s", err, stdout.Bytes(), stderr.Bytes())
	}
	return strings.Split(strings.TrimRight(stdout.String(), "\n"), "\n")
}
