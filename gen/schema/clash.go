package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shmgen/shmgen/gen/diag"
)

// A GoName is a name that the generated code declares at the top level of its package.
type GoName struct {
	Name string
	Span diag.Span // of what it is generated for
	What string    // that, for messages: "segment Bank"
	// Within is the span of the declaration it belongs to: of the enum of a value, of the segment of a lock.
	Within diag.Span
	// Shared says that another schema of the package may declare the same name for the same thing: String32 is the same
	// type wherever it is used, and a bound type exists already.
	Shared bool
}

// GoNames returns every name that the generated code for f declares at the top level of its package, in the order of
// what they are generated for. It is the one list of them: another schema of the same package may declare none of
// these, unless both are Shared.
func (f *File) GoNames() []GoName {
	var all []GoName
	add := func(within, span diag.Span, what string, names ...string) {
		for _, name := range names {
			if name == "" {
				continue // it has been reported
			}
			all = append(all, GoName{Name: name, Span: span, What: what, Within: within})
		}
	}
	for _, c := range f.Consts {
		add(c.Span, c.Span, "constant "+c.Name, c.GoName)
	}
	for _, e := range f.Enums {
		add(e.Span, e.Span, "enum "+e.Name, e.GoName)
		for _, m := range e.Members {
			add(e.Span, m.Span, "value "+e.Name+"."+m.Name, m.GoName)
		}
	}
	for _, r := range f.Records {
		if r.Binding == nil {
			add(r.Span, r.Span, "record "+r.Name, r.GoName)
			continue
		}
		add(r.Span, r.Span, "record "+r.Name, unexported(r.GoName)+"Members")
		if r.Binding.Package == "" {
			all = append(all, GoName{Name: r.Binding.Name, Span: r.Binding.Span, What: "Go type " + r.Binding.Name, Within: r.Span, Shared: true})
		}
	}
	for _, s := range f.Segments {
		name, lower := s.GoName, unexported(s.GoName)
		add(s.Span, s.Span, "segment "+s.Name, name, "New"+name, "Create"+name, "Open"+name, "OpenOrCreate"+name, "Replace"+name, "Inherit"+name,
			"Watch"+name, name+"Params", name+"View", name+"Layout", lower+"Descriptor", "bind"+name)
		for _, field := range s.Fields {
			if len(field.Guards) == 0 {
				continue
			}
			lock := name + field.GoName
			add(s.Span, field.Span, "lock "+s.Name+"."+field.Name, lock+"Lock", lock+"Guard", lower+field.GoName+"Data")
			if field.Kind == RWLock {
				add(s.Span, field.Span, "lock "+s.Name+"."+field.Name, lock+"ReadGuard")
			}
		}
	}
	all = append(all, f.helperNames()...)
	slices.SortStableFunc(all, func(a, b GoName) int { return cmp.Compare(a.Span.Start.Offset, b.Span.Start.Offset) })
	return all
}

// unexported returns a name of a declaration as unexported names in Go begin.
func unexported(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// helperNames returns the names of the types for string[n] and bytes[n], each where it is used first.
func (f *File) helperNames() []GoName {
	first := map[string]*Type{}
	use := func(t *Type) {
		for t != nil && t.Kind == ArrayType {
			t = t.Elem
		}
		if t == nil || t.Kind != StringType && t.Kind != BytesType {
			return
		}
		if other := first[typeName(t)]; other == nil || other.Span.Start.Offset > t.Span.Start.Offset {
			first[typeName(t)] = t
		}
	}
	for _, r := range f.Records {
		for _, m := range r.Members {
			use(m.Type)
		}
	}
	for _, s := range f.Segments {
		for _, field := range s.Fields {
			use(field.Type)
		}
	}
	var all []GoName
	for what, t := range first {
		name := fmt.Sprintf("String%d", t.Len)
		if t.Kind == BytesType {
			name = fmt.Sprintf("Bytes%d", t.Len)
		}
		for _, prefix := range []string{"", "New", "Must"} {
			all = append(all, GoName{Name: prefix + name, Span: t.Span, What: "type " + what, Within: t.Span, Shared: true})
		}
	}
	slices.SortFunc(all, func(a, b GoName) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// clashes reports declarations for which the same Go name would be generated. Second declarations of one name in the
// schema are left out: they have been reported.
func (r *resolver) clashes() {
	declared := &File{}
	for _, s := range r.order {
		switch {
		case r.symbols[s.name.Text] != s:
		case s.constant != nil:
			declared.Consts = append(declared.Consts, s.constant.model)
		case s.enum != nil:
			declared.Enums = append(declared.Enums, firstMembers(s.enum))
		case s.record != nil:
			declared.Records = append(declared.Records, s.record.model)
		case s.segment != nil && s.segment.model.GoName != "":
			declared.Segments = append(declared.Segments, s.segment.model)
		}
	}
	first := map[string]GoName{}
	for _, n := range declared.GoNames() {
		other, taken := first[n.Name]
		switch {
		case !taken:
			first[n.Name] = n
		case other.Span == n.Span || other.Shared && n.Shared:
		default:
			r.Add(diag.Diagnostic{Span: n.Span, Severity: diag.Error, Rule: RuleNameClash,
				Message: fmt.Sprintf("the %s and the %s both make the Go name %s", other.What, n.What, n.Name), Hint: clashHint(n),
				Related: []diag.Related{{Span: other.Span, Message: "the " + other.What + " is here"}}})
		}
	}
}

// clashHint says what to change so that n is another name.
func clashHint(n GoName) string {
	switch {
	case strings.HasPrefix(n.What, "lock "):
		return "choose another name, or give the lock a name in Go with \"as\""
	case n.Shared:
		return "give the other one another name"
	}
	return "choose another name"
}

// firstMembers returns an enum without the members whose names, in the schema or in Go, are there already.
func firstMembers(e *enumSymbol) *Enum {
	model := &Enum{Name: e.model.Name, GoName: e.model.GoName, Span: e.model.Span}
	seen := map[string]bool{}
	for _, m := range e.model.Members {
		if !seen[m.GoName] {
			model.Members = append(model.Members, m)
		}
		seen[m.GoName] = true
	}
	return model
}
