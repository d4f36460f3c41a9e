package schema

import (
	"iter"

	"github.com/shmgen/shmgen/gen/diag"
)

// didYouMean returns a hint that names the candidate most like name, or otherwise. It does not look for one if the hint
// is not going to be shown.
func (r *resolver) didYouMean(name string, candidates iter.Seq[string], otherwise string) string {
	if r.Full() {
		return ""
	}
	if best := diag.Nearest(name, candidates); best != "" {
		return "did you mean " + best + "?"
	}
	return otherwise
}

// among returns the names of several sequences, one after the other.
func among(sequences ...iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, names := range sequences {
			for name := range names {
				if !yield(name) {
					return
				}
			}
		}
	}
}

// symbolNames returns the names of the symbols that have the property, in the order of the file.
func (r *resolver) symbolNames(property func(*symbol) bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, s := range r.order {
			if property(s) && !yield(s.name.Text) {
				return
			}
		}
	}
}

// list writes the first names of a sequence, for a hint.
func list(names iter.Seq[string]) string {
	const most = 10
	text, n := "", 0
	for name := range names {
		switch {
		case n == most:
			return text + ", …"
		case n > 0:
			text += ", "
		}
		text += name
		n++
	}
	return text
}
