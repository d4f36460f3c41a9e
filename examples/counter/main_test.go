package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/examples/internal/exampletest"
)

func TestRun(t *testing.T) {
	lines := exampletest.Run(t, "-runs=3", "-pause=1ms")
	if len(lines) != 1+len(ways) {
		t.Fatalf("got %d lines, want %d:\n%s", len(lines), 1+len(ways), strings.Join(lines, "\n"))
	}
	for i, way := range ways {
		results := strings.Fields(strings.TrimPrefix(lines[1+i], way.name))
		if len(results) != 3 {
			t.Errorf("%s: got %q, want 3 results", way.name, lines[1+i])
		}
		for _, r := range results {
			n, err := strconv.Atoi(r)
			if err != nil || n > workers*steps || n < workers*steps && way.name != "racing" {
				t.Errorf("%s: got %s, want %d (racing: at most)", way.name, r, workers*steps)
			}
		}
	}
}
