package diag

import (
	"cmp"
	"fmt"
	"slices"
)

// MaxReported is the number of diagnostics that a [Reporter] keeps. A file that is no schema at all would otherwise
// give one for each of its bytes.
const MaxReported = 500

// RuleTooMany is the rule of the diagnostic that says that a [Reporter] was full.
const RuleTooMany = "report/limit"

// A Reporter collects the diagnostics of one file. Its zero value is ready for use.
type Reporter struct {
	list []Diagnostic
}

// Errorf adds an error at span. The hint may be empty; the message is formatted as by [fmt.Sprintf].
func (r *Reporter) Errorf(span Span, rule, hint, format string, args ...any) {
	r.Add(Diagnostic{Span: span, Severity: Error, Rule: rule, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// Add adds a diagnostic. Once there are [MaxReported], one more says so and all later ones are dropped.
func (r *Reporter) Add(d Diagnostic) {
	switch {
	case len(r.list) < MaxReported:
		r.list = append(r.list, d)
	case len(r.list) == MaxReported:
		r.list = append(r.list, Diagnostic{Span: d.Span, Severity: Error, Rule: RuleTooMany,
			Message: fmt.Sprintf("more than %d errors; those that were found later are not shown", MaxReported),
			Hint:    "mend the first ones and run shmgen again"})
	}
}

// Full reports whether further diagnostics are dropped. It is not worth then to look for good hints.
func (r *Reporter) Full() bool { return len(r.list) > MaxReported }

// Diagnostics returns what was collected, in the order in which it was added.
func (r *Reporter) Diagnostics() []Diagnostic { return r.list }

// HasErrors reports whether any of ds is an error, and not only a warning.
func HasErrors(ds []Diagnostic) bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sort returns ds in order of path, line and column, with one diagnostic for each position and rule: the one that was
// reported first. The argument is left as it is.
func Sort(ds []Diagnostic) []Diagnostic {
	sorted := slices.Clone(ds)
	slices.SortStableFunc(sorted, func(a, b Diagnostic) int {
		return cmp.Or(comparePositions(a.Span.Start, b.Span.Start), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.CompactFunc(sorted, func(a, b Diagnostic) bool {
		return a.Rule == b.Rule && comparePositions(a.Span.Start, b.Span.Start) == 0
	})
}

func comparePositions(a, b Position) int {
	return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}
