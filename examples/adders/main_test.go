package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/examples/internal/exampletest"
)

func TestRun(t *testing.T) {
	lines := exampletest.Run(t)
	if len(lines) != 2*(2+2*steps)+1 {
		t.Fatalf("got %d lines:\n%s", len(lines), strings.Join(lines, "\n"))
	}
	without, with := lines[:2+2*steps], lines[2+2*steps:len(lines)-1]
	if !interleaved(without[1 : 1+2*steps]) {
		t.Errorf("without the lock the steps do not interleave:\n%s", strings.Join(without, "\n"))
	}
	if interleaved(with[1 : 1+2*steps]) {
		t.Errorf("with the lock the steps interleave:\n%s", strings.Join(with, "\n"))
	}
	for _, part := range [][]string{without, with} {
		if got, want := part[len(part)-1], "sum: 20"; got != want {
			t.Errorf("%s %q, want %q", part[0], got, want)
		}
	}
	if got, want := lines[len(lines)-1], "negated: [0 -1 -2 -3 -4 -5 -6 -7 -8 -9]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// interleaved reports whether neither of the two adders finishes before the other one starts.
func interleaved(steps []string) bool {
	var terms []string
	for _, line := range steps {
		terms = append(terms, strings.Fields(line)[0])
	}
	return len(slices.Compact(terms)) > 2
}
