package diag

import (
	"iter"
	"strings"
)

const (
	// maxCandidates bounds the names that a hint is looked for among.
	maxCandidates = 1000
	// longest bounds the length of names that are worth comparing.
	longest = 64
)

// Nearest returns the candidate that is most like name, or "" if none is close enough to have been meant. Of equally
// close ones it is the first.
func Nearest(name string, candidates iter.Seq[string]) string {
	best, least := "", 2*max(1, (len(name)+1)/3)
	if len(name) > longest {
		return ""
	}
	seen := 0
	for c := range candidates {
		if seen++; seen > maxCandidates {
			break
		}
		if strings.EqualFold(c, name) {
			return c
		}
		if len(c) > longest || 2*(len(c)-len(name)) > least || 2*(len(name)-len(c)) > least {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d <= least && (best == "" || d < least) && d < 2*len(name) {
			best, least = c, d
		}
	}
	return best
}

// distance returns how far a is from b: 2 for each letter to insert, remove or replace and 1 for two neighbours to swap,
// which is the more likely slip (the restricted Damerau-Levenshtein distance with weights).
func distance(a, b string) int {
	before, previous, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = 2 * j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = 2 * i
		for j := 1; j <= len(b); j++ {
			cost := 2
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(previous[j]+2, row[j-1]+2, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, previous, row = previous, row, before
	}
	return previous[len(b)]
}
