package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/examples/internal/exampletest"
)

func TestRun(t *testing.T) {
	lines := exampletest.Run(t)
	if len(lines) != 3+2*steps {
		t.Fatalf("got %d lines, want %d:\n%s", len(lines), 3+2*steps, strings.Join(lines, "\n"))
	}
	moves := lines[1 : 1+2*steps]
	balance, sums := 1000, map[string]int{}
	for i, line := range moves {
		name, rest, _ := strings.Cut(line, ":")
		if first, _, _ := strings.Cut(moves[i/steps*steps], ":"); name != first {
			t.Errorf("line %d is of the %s, in the middle of the ten of the %s", i, name, first)
		}
		var amount, after int
		if _, err := fmt.Sscanf(rest, "%d, balance %d", &amount, &after); err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		balance += amount
		sums[name] += amount
		if after != balance {
			t.Errorf("line %q: the balance should be %d", line, balance)
		}
	}
	if got, want := lines[len(lines)-2], fmt.Sprintf("balance: %d = 1000 + %d saved - %d taken", balance, sums["saver"], -sums["taker"]); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := lines[len(lines)-1], "numbers: [1 2 8 4 5]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
