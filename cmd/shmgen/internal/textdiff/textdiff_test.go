package textdiff

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestUnified(t *testing.T) {
	t.Parallel()
	var numbers []string
	for i := range 20 {
		numbers = append(numbers, fmt.Sprint(i))
	}
	long := strings.Join(numbers, "\n") + "\n"
	for _, test := range []struct{ name, old, new, want string }{
		{"equal", "a\n", "a\n", ""},
		{"one line", "a\nb\nc\n", "a\nX\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+X\n c\n"},
		{"from nothing", "", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"},
		{"to nothing", "a\nb\n", "", "@@ -1,2 +0,0 @@\n-a\n-b\n"},
		{"last newline", "a\nb", "a\nb\n", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"},
		{"two hunks", long, strings.Replace(strings.Replace(long, "2\n", "two\n", 1), "18\n", "", 1),
			"@@ -1,6 +1,6 @@\n 0\n 1\n-2\n+two\n 3\n 4\n 5\n@@ -16,5 +16,4 @@\n 15\n 16\n 17\n-18\n 19\n"},
		{"changes that are close share a hunk", long, strings.Replace(strings.Replace(long, "2\n", "", 1), "\n8\n", "\n", 1),
			"@@ -1,12 +1,10 @@\n 0\n 1\n-2\n 3\n 4\n 5\n 6\n 7\n-8\n 9\n 10\n 11\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := test.want
			if want != "" {
				want = "--- old\n+++ new\n" + want
			}
			if got := Unified("old", "new", test.old, test.new); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestCompare tests, with random texts, that the edits lead from the one to the other.
func TestCompare(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	text := func(n int) []string {
		var lines []string
		for range random.IntN(n) {
			lines = append(lines, fmt.Sprintln(random.IntN(5)))
		}
		return lines
	}
	check := func(a, b []string) {
		t.Helper()
		var old, new []string
		for _, e := range compare(a, b) {
			if e.kind != '+' {
				old = append(old, e.line)
			}
			if e.kind != '-' {
				new = append(new, e.line)
			}
		}
		if strings.Join(old, "") != strings.Join(a, "") || strings.Join(new, "") != strings.Join(b, "") {
			t.Errorf("the edits of %q and %q lead from %q to %q", a, b, old, new)
		}
	}
	for range 2000 {
		check(text(20), text(20))
	}
	for range 3 {
		check(text(5000), text(5000)) // beyond the bound of the search
	}
}
