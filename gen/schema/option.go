package schema

import (
	"fmt"
	"go/constant"
	"slices"

	"github.com/shmgen/shmgen/gen/syntax"
	"github.com/shmgen/shmgen/runtime/descriptor"
)

const (
	minAlign = 8
	maxAlign = 4096
)

// optionsOf returns the options that a kind takes, spelled as in the language.
func optionsOf(kind string) []string {
	switch kind {
	case "Value", "Array":
		return []string{"lock", "align", "since"}
	case "RawValue", "RawArray":
		return []string{"align", "since"}
	case "Lock":
		return []string{"report", "since"}
	case "Semaphore", "BoundedSemaphore":
		return []string{"undo", "since"}
	case "Queue":
		return []string{"producers", "consumers", "since"}
	case "JoinableQueue":
		return []string{"inflight", "since"}
	}
	return []string{"since"}
}

// options resolves the options of a field, and its mode.
func (r *resolver) options(f *fieldSymbol, n *names) {
	kind := f.tree.Kind.Text
	switch kind {
	case "Value", "Array":
		f.model.Mode = Mutex
	case "RawValue", "RawArray":
		f.model.Mode = Unlocked
	}
	var align *Option
	for _, o := range f.tree.Options {
		name := o.Name.Text
		switch {
		case !slices.Contains(optionsOf(kind), name):
			r.unknownOption(kind, o)
			continue
		case f.model.Options[name] != nil:
			r.Errorf(o.Span(), RuleOptionDuplicate, "remove one of them", "the option %s is given twice", name)
			continue
		}
		option := &Option{Span: o.Span()}
		f.model.Options[name] = option
		if o.Value == nil {
			continue
		}
		if name == "lock" {
			r.lockOption(f, o)
			continue
		}
		value := r.evaluate(o.Value, &names{params: n.params, what: "an option"})
		if !value.known() || !r.optionValue(o, value.value) {
			continue
		}
		option.Value = value.value
		switch name {
		case "since":
			number, _ := constant.Uint64Val(value.value)
			f.model.Since = int(number)
		case "align":
			align = option
		}
	}
	if align != nil && f.model.Mode != Atomic && f.model.Mode != Unlocked {
		r.Errorf(align.Span, RuleOptionValue, "a field with a lock of its own has a cache line of its own already", "align is for fields with lock=atomic or without a lock")
	}
}

func (r *resolver) unknownOption(kind string, o *syntax.Option) {
	known := slices.Values(optionsOf(kind))
	hint := r.didYouMean(o.Name.Text, known, kind+" takes "+list(known))
	if o.Name.Text == "lock" && (kind == "RawValue" || kind == "RawArray") {
		hint = "a raw field has no lock; write " + kind[len("Raw"):] + " instead of " + kind
	}
	r.Errorf(o.Name.Span(), RuleOptionUnknown, hint, "%s has no option %s", kind, clip(o.Name.Text))
}

// optionValue checks the value of an option that is no lock.
func (r *resolver) optionValue(o *syntax.Option, v constant.Value) bool {
	name := o.Name.Text
	switch name {
	case "report", "undo":
		if v.Kind() != constant.Bool {
			r.Errorf(o.Value.Span(), RuleOptionValue, fmt.Sprintf("write %s=true or %s=false", name, name), "%s is true or false, and not %s", name, describe(v))
			return false
		}
		return true
	}
	least, most := uint64(1), uint64(maxElements)
	hint := fmt.Sprintf("write a number, such as %s=1", name)
	switch name {
	case "since":
		most = descriptor.MaxVersion
		hint = fmt.Sprintf("versions are numbers from 1 to %d", most)
	case "producers", "consumers":
		most = 1
		hint = "leave the option out if there are several"
	case "align":
		least, most = minAlign, maxAlign
		hint = fmt.Sprintf("a power of two from %d to %d, such as align=64", least, most)
	}
	number, exact := uint64(0), false
	if v.Kind() == constant.Int {
		number, exact = constant.Uint64Val(v)
	}
	if !exact || number < least || number > most || name == "align" && number&(number-1) != 0 {
		r.Errorf(o.Value.Span(), RuleOptionValue, hint, "%s cannot be %s", name, show(v))
		return false
	}
	return true
}
