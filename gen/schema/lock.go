package schema

import (
	"fmt"
	"slices"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/syntax"
)

// fieldName returns the name that x consists of, or nil.
func fieldName(x syntax.Expression) *syntax.Name {
	if reference, ok := x.(*syntax.Reference); ok && reference.Member == nil {
		return reference.Name
	}
	return nil
}

// lockOption reads what stands behind lock=: a mode, or the name of a lock field, which is looked up by locks.
func (r *resolver) lockOption(f *fieldSymbol, o *syntax.Option) {
	name := fieldName(o.Value)
	switch {
	case name == nil:
		r.Errorf(o.Value.Span(), RuleOptionValue, "one of "+list(slices.Values(modes()))+", or the name of a lock of this segment", "this is no lock")
	case slices.Contains(modes(), name.Text):
		f.model.Mode = Mode(name.Text)
	default:
		f.model.Mode = Shared
		f.guard = name
	}
}

// conditionArgument reads the argument of a Condition, which is looked up by locks.
func (r *resolver) conditionArgument(f *fieldSymbol, x syntax.Expression) {
	if f.on = fieldName(x); f.on == nil {
		r.Errorf(x.Span(), RuleLockKind, "name a Lock or RLock of this segment, or write Condition()", "a Condition needs a lock")
	}
}

// locks looks up the locks that a field names, and checks that its mode goes with its type.
func (r *resolver) locks(s *segmentSymbol, f *fieldSymbol) {
	if f.broken() {
		return
	}
	r.modeForType(f)
	if f.guard != nil {
		if lock := r.lockField(s, f, f.guard, Lock, RLock, RWLock); lock != nil {
			f.model.Guard = lock
			lock.Guards = append(lock.Guards, f.model)
		}
		if f.model.Count != nil {
			r.Errorf(f.guard.Span(), RuleLockKind, fmt.Sprintf("write an Array with lock=%s, or leave the lock out", f.guard.Text),
				"each of several fields has a lock of its own")
		}
	}
	if f.on != nil {
		f.model.On = r.lockField(s, f, f.on, Lock, RLock)
	}
}

// lockField looks up a lock of one of the kinds.
func (r *resolver) lockField(s *segmentSymbol, f *fieldSymbol, name *syntax.Name, kinds ...Kind) *Field {
	lock := s.fields[name.Text]
	switch {
	case lock == nil:
		if !r.tree.Lost[name.Text] {
			r.unknownLock(s, f, name, kinds)
		}
		return nil
	case lock.broken():
		return nil
	case !slices.Contains(kinds, lock.model.Kind):
		hint := "name a field that is one: " + kindList(kinds)
		if lock.model.Kind == RWLock {
			hint = "a Condition needs a Lock or an RLock"
		}
		r.Add(diag.Diagnostic{Span: name.Span(), Severity: diag.Error, Rule: RuleLockKind, Message: fmt.Sprintf("the field %s is no lock but %s", name.Text, article(lock.tree.Kind.Text)),
			Hint: hint, Related: []diag.Related{{Span: lock.model.Span, Message: name.Text + " is declared here"}}})
		return nil
	case lock.model.Count != nil:
		r.Errorf(name.Span(), RuleLockKind, "declare a single lock", "%s is several locks", name.Text)
		return nil
	case lock.model.Since > f.model.Since:
		r.Add(diag.Diagnostic{Span: name.Span(), Severity: diag.Error, Rule: RuleSinceLock,
			Message: fmt.Sprintf("the field %s of version %d cannot use the lock %s of version %d", f.model.Name, f.model.Since, name.Text, lock.model.Since),
			Hint:    fmt.Sprintf("give the field since=%d, or the lock another one", lock.model.Since),
			Related: []diag.Related{{Span: lock.model.Span, Message: name.Text + " is declared here"}}})
		return nil
	}
	return lock.model
}

func (r *resolver) unknownLock(s *segmentSymbol, f *fieldSymbol, name *syntax.Name, kinds []Kind) {
	candidates := func(yield func(string) bool) {
		for _, other := range s.order {
			if slices.Contains(kinds, other.model.Kind) && !yield(other.model.Name) {
				return
			}
		}
	}
	otherwise := "declare it in this segment: " + name.Text + " Lock()"
	what := "lock"
	if f.guard != nil {
		candidates = among(slices.Values(modes()), candidates)
		otherwise = "one of " + list(slices.Values(modes())) + ", or declare a lock in this segment: " + name.Text + " Lock()"
		what = "lock or lock mode"
	}
	r.Errorf(name.Span(), RuleLockUnknown, r.didYouMean(name.Text, candidates, otherwise), "unknown %s %s", what, name.Text)
}

// modeForType reports a mode that cannot protect the type of the field.
func (r *resolver) modeForType(f *fieldSymbol) {
	option, t := f.model.Options["lock"], f.model.Type
	if option == nil || t == nil {
		return
	}
	switch {
	case isByte(t) && f.model.Kind == Array && (f.model.Mode == Atomic || f.model.Mode == RWMutex):
		r.Errorf(option.Span, RuleLockType, "leave the lock out, or use uint8 for bytes that are no text", "text cannot have lock=%s", f.model.Mode)
	case f.model.Mode != Atomic || t.Kind == EnumType:
	case t.Kind != BasicType:
		r.Errorf(option.Span, RuleLockType, "use lock=snapshot or lock=mutex", "lock=atomic is for numbers, bools and enums, and not for %s", typeName(t))
	case t.Basic == "time" || t.Basic == "duration":
		r.Errorf(option.Span, RuleLockType, "use int64 for nanoseconds, or lock=snapshot", "lock=atomic is for numbers, bools and enums, and not for %s", t.Basic)
	}
}

// article writes the name of a kind with its article.
func article(kind string) string {
	switch kind[0] {
	case 'A', 'E', 'R':
		if kind != "RawValue" && kind != "RawArray" {
			return "an " + kind
		}
	}
	return "a " + kind
}

// kindList joins kinds for a hint.
func kindList(kinds []Kind) string {
	text := string(kinds[0])
	for _, k := range kinds[1:] {
		text += ", " + string(k)
	}
	return text
}
