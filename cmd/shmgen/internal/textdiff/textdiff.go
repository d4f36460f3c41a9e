// Package textdiff compares texts line by line and writes unified diffs.
package textdiff

import (
	"fmt"
	"strings"
)

// context is the number of equal lines around a change.
const context = 3

// maxChanges bounds the search for the shortest list of changes, which takes time and memory of its square. Texts that
// differ more are shown as replaced from the first difference to the last.
const maxChanges = 1000

// An edit is one line of a diff: '-' only in the old text, '+' only in the new one, ' ' in both.
type edit struct {
	kind byte
	line string
}

// Unified returns the difference between two texts as "diff -u" writes it, or "" if they are equal.
func Unified(oldName, newName, old, new string) string {
	if old == new {
		return ""
	}
	edits := compare(split(old), split(new))
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", oldName, newName)
	oldLine, newLine := 1, 1 // of edits[i]
	for i := 0; i < len(edits); {
		if edits[i].kind == ' ' {
			oldLine, newLine, i = oldLine+1, newLine+1, i+1
			continue
		}
		begin := max(0, i-context)
		for begin < i && edits[begin].kind != ' ' {
			begin++
		}
		end := hunkEnd(edits, i)
		back := i - begin
		writeHunk(&b, edits[begin:end], oldLine-back, newLine-back)
		for ; i < end; i++ {
			if edits[i].kind != '+' {
				oldLine++
			}
			if edits[i].kind != '-' {
				newLine++
			}
		}
	}
	return b.String()
}

// hunkEnd returns the end of the hunk whose first change is edits[i]: changes that are closer than two contexts are in
// one hunk.
func hunkEnd(edits []edit, i int) int {
	last := i
	for j := i; j < len(edits) && j-last <= 2*context; j++ {
		if edits[j].kind != ' ' {
			last = j
		}
	}
	return min(len(edits), last+1+context)
}

// writeHunk writes edits, the first of which is at the given lines, counted from 1.
func writeHunk(b *strings.Builder, edits []edit, oldLine, newLine int) {
	oldCount, newCount := 0, 0
	for _, e := range edits {
		if e.kind != '+' {
			oldCount++
		}
		if e.kind != '-' {
			newCount++
		}
	}
	if oldCount == 0 { // diff names the line before an empty range
		oldLine--
	}
	if newCount == 0 {
		newLine--
	}
	fmt.Fprintf(b, "@@ -%d,%d +%d,%d @@\n", oldLine, oldCount, newLine, newCount)
	for _, e := range edits {
		b.WriteByte(e.kind)
		b.WriteString(strings.TrimSuffix(e.line, "\n"))
		b.WriteByte('\n')
		if !strings.HasSuffix(e.line, "\n") {
			b.WriteString("\\ No newline at end of file\n")
		}
	}
}

// split cuts a text into lines that keep their ends.
func split(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// compare returns the edits that lead from a to b.
func compare(a, b []string) []edit {
	var edits []edit
	prefix := 0
	for prefix < len(a) && prefix < len(b) && a[prefix] == b[prefix] {
		edits = append(edits, edit{' ', a[prefix]})
		prefix++
	}
	suffix := 0
	for suffix < len(a)-prefix && suffix < len(b)-prefix && a[len(a)-1-suffix] == b[len(b)-1-suffix] {
		suffix++
	}
	edits = append(edits, shortest(a[prefix:len(a)-suffix], b[prefix:len(b)-suffix])...)
	for _, line := range a[len(a)-suffix:] {
		edits = append(edits, edit{' ', line})
	}
	return edits
}

// shortest finds the fewest edits with the algorithm of E. W. Myers, "An O(ND) Difference Algorithm and Its Variations"
// (1986): reach[k] is how far into a one gets on diagonal k (k = x - y) with d changes.
func shortest(a, b []string) []edit {
	offset := len(a) + len(b) + 1
	reach := make([]int, 2*offset+1)
	var history [][]int // reach[offset-d-1 .. offset+d+1] before the changes number d were made
	for d := 0; d <= len(a)+len(b); d++ {
		if d > maxChanges {
			return replaced(a, b)
		}
		history = append(history, append([]int(nil), reach[offset-d-1:offset+d+2]...))
		for k := -d; k <= d; k += 2 {
			x := reach[offset+k-1] + 1
			if k == -d || k != d && reach[offset+k-1] < reach[offset+k+1] {
				x = reach[offset+k+1]
			}
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			reach[offset+k] = x
			if x >= len(a) && x-k >= len(b) {
				return trace(a, b, history)
			}
		}
	}
	return nil
}

// trace walks back from the end of both texts through the states that shortest has kept.
func trace(a, b []string, history [][]int) []edit {
	var backwards []edit
	x, y := len(a), len(b)
	for d := len(history) - 1; d >= 0; d-- {
		at := func(k int) int { return history[d][k+d+1] }
		k := x - y
		from := k - 1
		if k == -d || k != d && at(k-1) < at(k+1) {
			from = k + 1
		}
		startX := at(from)
		startY := startX - from
		if d == 0 {
			startX, startY = 0, 0
		}
		for x > startX && y > startY {
			x, y = x-1, y-1
			backwards = append(backwards, edit{' ', a[x]})
		}
		if d == 0 {
			break
		}
		if x == startX {
			y--
			backwards = append(backwards, edit{'+', b[y]})
		} else {
			x--
			backwards = append(backwards, edit{'-', a[x]})
		}
	}
	for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
		backwards[i], backwards[j] = backwards[j], backwards[i]
	}
	return backwards
}

// replaced says that all of a became all of b.
func replaced(a, b []string) []edit {
	var edits []edit
	for _, line := range a {
		edits = append(edits, edit{'-', line})
	}
	for _, line := range b {
		edits = append(edits, edit{'+', line})
	}
	return edits
}
