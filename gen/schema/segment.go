package schema

import (
	"fmt"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/syntax"
)

// segmentSymbol is a segment on its way to its fields.
type segmentSymbol struct {
	tree   *syntax.Segment
	model  *Segment
	params map[string]*Param       // by name; the first of each
	fields map[string]*fieldSymbol // by name; the first of each
	order  []*fieldSymbol
}

// fieldSymbol is a field whose locks have not been looked up yet.
type fieldSymbol struct {
	tree  *syntax.Field
	model *Field
	// guard is the name behind lock=, if it is no mode; on is the argument of a Condition.
	guard *syntax.Name
	on    *syntax.Name
}

// broken reports whether the field's kind is not known, which has been reported.
func (f *fieldSymbol) broken() bool { return f.model.Kind == "" }

// segment resolves the parameters and fields of a segment.
func (r *resolver) segment(s *segmentSymbol) {
	r.params(s)
	s.fields = map[string]*fieldSymbol{}
	var seen scope
	for _, tree := range s.tree.Fields {
		f := r.field(s, tree)
		if r.add(&seen, tree.Name, f.model.GoName, "a field of "+s.model.Name, true) {
			s.fields[f.model.Name] = f
		}
		s.order = append(s.order, f)
		s.model.Fields = append(s.model.Fields, f.model)
		s.model.Version = max(s.model.Version, f.model.Since)
	}
	for _, f := range s.order {
		r.locks(s, f)
	}
	r.versions(s)
	r.methods(s)
	if len(s.tree.Fields) == 0 && !s.tree.Broken {
		r.Errorf(s.model.Span, RuleSegmentEmpty, "give it a field, such as money Value('i', 1000)", "the segment %s has no fields", s.model.Name)
	}
}

// params resolves the parameters of a segment.
func (r *resolver) params(s *segmentSymbol) {
	s.params = map[string]*Param{}
	var seen scope
	for _, p := range s.tree.Params {
		model := &Param{Name: p.Name.Text, Doc: docOf(p.Docs), Span: p.Name.Span()}
		model.GoName = r.memberName(p.Name, nil, "parameter", false)
		isNew := r.add(&seen, p.Name, model.GoName, "a parameter of "+s.model.Name, false)
		if p.Bound != nil {
			model.Bound, _ = r.constantSize(p.Bound, &names{params: s.params, what: "the bound of a parameter"}, 1, maxElements)
		}
		if isNew {
			s.params[model.Name] = model
			s.model.Params = append(s.model.Params, model)
		}
	}
}

// versions checks that newer fields stand behind older ones.
func (r *resolver) versions(s *segmentSymbol) {
	var newest *fieldSymbol
	for _, f := range s.order {
		if newest == nil || f.model.Since > newest.model.Since {
			newest = f
			continue
		}
		if f.model.Since < newest.model.Since && !f.broken() {
			r.Add(diag.Diagnostic{Span: f.model.Span, Severity: diag.Error, Rule: RuleSinceOrder,
				Message: fmt.Sprintf("the field %s of version %d stands behind %s of version %d", f.model.Name, f.model.Since, newest.model.Name, newest.model.Since),
				Hint:    fmt.Sprintf("move it before %s, or give it since=%d if it is new", newest.model.Name, newest.model.Since),
				Related: []diag.Related{{Span: newest.model.Span, Message: "the newer field is here"}}})
		}
	}
}

// methods checks that no field is called as a method of the type that it is a field or a method of.
func (r *resolver) methods(s *segmentSymbol) {
	type method struct {
		lock *Field // of whose guard; nil for the segment
		name string
	}
	taken := map[method]*Field{{name: "Close"}: nil, {name: "Segment"}: nil, {name: "Params"}: nil}
	for _, f := range s.order {
		taken[method{f.model, "Unlock"}] = nil
		if f.model.Guard != nil && f.model.Since > 1 {
			taken[method{f.model.Guard, "Has" + f.model.GoName}] = f.model
		}
	}
	for _, f := range s.order {
		name := f.model.GoName
		if owner, clash := taken[method{f.model.Guard, name}]; clash && owner != f.model {
			of := s.model.GoName
			if f.model.Guard != nil {
				of += f.model.Guard.GoName + "Guard"
			}
			r.Errorf(f.model.Span, RuleNameClash, "give it another name in Go, at the end of its line: as The"+name,
				"the field %s would be %s in Go, which is a method of %s", f.model.Name, name, of)
		}
	}
}
