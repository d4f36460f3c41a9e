package emit

import (
	"fmt"
	"go/constant"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/schema"
)

// RuleUnsupported is the rule of diagnostics about parts of the language that cannot be generated yet.
const RuleUnsupported = "emit/unsupported"

// Unsupported reports everything in file that the language has and the output cannot express: at most one diagnostic per
// field, at what causes it, and none for what only follows from another: a size that depends on a parameter, a field that
// is guarded by a lock. Only a file without any may be given to [File].
func Unsupported(file *schema.File) []diag.Diagnostic {
	var found diag.Reporter
	imported := importNames(file)
	for _, r := range file.Records {
		checkBinding(&found, r, imported)
	}
	for _, s := range file.Segments {
		for _, p := range s.Params {
			found.Errorf(p.Span, RuleUnsupported, "use a constant, or one segment for each size", "not yet supported: parameters of a segment")
		}
		for _, f := range s.Fields {
			if span, what, instead := unsupported(f); what != "" {
				found.Errorf(span, RuleUnsupported, instead, "not yet supported: %s", what)
			}
		}
	}
	return found.Diagnostics()
}

// unsupported names the first thing about f that cannot be generated, where it is, and what can be written instead; an
// empty name means nothing.
func unsupported(f *schema.Field) (span diag.Span, what, instead string) {
	option := func(name string) diag.Span {
		if o := f.Options[name]; o != nil {
			return o.Span
		}
		return f.KindSpan
	}
	switch f.Kind {
	case schema.Value, schema.Array, schema.Text, schema.Lock:
	default:
		return f.KindSpan, string(f.Kind), insteadOf(f.Kind)
	}
	if f.Count != nil {
		if f.Kind == schema.Lock {
			return f.Count.Span, "name [n]Lock(…)", "declare as many Locks as there are"
		}
		return f.Count.Span, "name [n]" + string(f.Kind) + "(…)", "write an Array, which has one lock for all its elements, or several fields"
	}
	switch {
	case f.Mode == schema.RWMutex || f.Mode == schema.Snapshot:
		return option("lock"), "lock=" + string(f.Mode), "leave the option out: lock=mutex is as safe, but readers wait"
	case f.Mode == schema.Atomic && f.Kind != schema.Value:
		return option("lock"), "lock=atomic of an " + string(f.Kind), "leave the option out, or write a Value for each element"
	case f.Mode == schema.Atomic && !atomicType(f.Type):
		return option("lock"), "lock=atomic of the type " + words(f.Type), "leave the option out"
	}
	if report := f.Options["report"]; report != nil && report.Value != nil && report.Value.Kind() == constant.Bool && constant.BoolVal(report.Value) {
		return report.Span, "Lock(report=true)", "let the lock guard fields with lock=, and use Recover of that lock"
	}
	if f.Since > 1 {
		return option("since"), fmt.Sprintf("since=%d", f.Since), "leave the option out, and create the segment anew under another name"
	}
	return diag.Span{}, "", ""
}

// insteadOf says what can be written instead of a kind that cannot be generated yet.
func insteadOf(kind schema.Kind) string {
	switch kind {
	case schema.RLock:
		return "write Lock(), and do not lock it again while it is held"
	case schema.RWLock:
		return "write Lock()"
	case schema.Semaphore, schema.BoundedSemaphore:
		return "count in a Value with lock=atomic"
	case schema.Event:
		return "set and look at a Value('?', lock=atomic)"
	case schema.Condition, schema.Barrier:
		return "look at a Value with lock=atomic from time to time"
	}
	return "write an Array, and two Values for where it begins and ends, with one lock for the three"
}

// atomicType reports whether the processor changes a value of the type in one step.
func atomicType(t *schema.Type) bool {
	return isNumber(t) || isBool(t) || t.Kind == schema.EnumType
}
