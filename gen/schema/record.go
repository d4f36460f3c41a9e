package schema

import (
	"go/constant"
	"go/token"
	"iter"
	"strings"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/syntax"
)

// recordSymbol is a record on its way to its members.
type recordSymbol struct {
	tree     *syntax.Record
	model    *Record
	members  map[string]*Member // by name, those whose type is known and those whose type is not
	progress progress
}

// record resolves the members of a record.
func (r *resolver) record(s *recordSymbol) {
	s.members = map[string]*Member{}
	if s.tree.Binding != nil {
		s.model.Binding = r.binding(s.tree.Binding)
	}
	var seen scope
	named := 0
	for _, m := range s.tree.Members {
		if m.Name == nil {
			r.reserved(s, m)
			continue
		}
		named++
		model := &Member{Name: m.Name.Text, Doc: docOf(m.Docs), Span: m.Name.Span()}
		model.GoName = r.memberName(m.Name, m.As, "member", true)
		isNew := r.add(&seen, m.Name, model.GoName, "a member of "+s.model.Name, true)
		model.Type = r.typeOf(m.Type, &names{what: "the type of a member"}, false)
		if isNew {
			s.members[model.Name] = model
		}
		if model.Type == nil {
			continue
		}
		if s.model.Binding != nil && basicElement(model.Type) == "bool" {
			r.Errorf(model.Type.Span, RuleRecordBinding, "use uint8 in the Go struct and here",
				"a bound Go struct cannot have a bool: another process may store what is neither true nor false")
		}
		s.model.Members = append(s.model.Members, model)
	}
	if named == 0 && !s.tree.Broken {
		r.Errorf(s.model.Span, RuleRecordEmpty, "give it at least one member that is not reserved", "the record %s has no members", s.model.Name)
	}
}

// names returns the names of the members, each once, also of those whose types are not known.
func (s *recordSymbol) names() iter.Seq[string] {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		for _, m := range s.tree.Members {
			if m.Name == nil || seen[m.Name.Text] {
				continue
			}
			seen[m.Name.Text] = true
			if !yield(m.Name.Text) {
				return
			}
		}
	}
}

// reserved resolves a gap.
func (r *resolver) reserved(s *recordSymbol, m *syntax.Member) {
	if m.Reserved == nil {
		return
	}
	if n, ok := r.constantSize(m.Reserved, &names{what: "the number of reserved bytes"}, 1, maxElements); ok {
		s.model.Members = append(s.model.Members, &Member{Doc: docOf(m.Docs), Span: m.Span(), Reserved: n})
	}
}

// basicElement returns the basic type of t, or of what the array t is made of, or "".
func basicElement(t *Type) Basic {
	for t.Kind == ArrayType {
		t = t.Elem
	}
	return t.Basic
}

// binding checks the name of a bound Go type.
func (r *resolver) binding(b *syntax.Binding) *Binding {
	if b.Name == nil {
		return nil
	}
	model := &Binding{Name: b.Name.Text, Span: b.Span()}
	if b.Path != nil {
		if b.Path.Value == nil {
			return nil
		}
		model.Package = constant.StringVal(b.Path.Value)
		if !importPath(model.Package) {
			r.Errorf(b.Path.Span(), RuleRecordBinding, "the path as in an import: \"example.com/market\"", "%s is no import path of a Go package", clip(b.Path.Text))
			return nil
		}
	}
	switch {
	case !token.IsIdentifier(model.Name):
		r.Errorf(b.Name.Span(), RuleRecordBinding, "the name of a struct type", "%s cannot be the name of a Go type", model.Name)
		return nil
	case b.Path != nil && !token.IsExported(model.Name):
		r.Errorf(b.Name.Span(), RuleRecordBinding, "export it: begin its name with a capital", "%s is not exported, so that another package cannot use it", model.Name)
		return nil
	}
	return model
}

// importPath reports whether path can be imported by generated code.
func importPath(path string) bool {
	if path == "" || path == "C" || path == "unsafe" || strings.HasPrefix(path, "/") || strings.HasSuffix(path, "/") {
		return false
	}
	for element := range strings.SplitSeq(path, "/") {
		if element == "" || element == "." || element == ".." {
			return false
		}
	}
	return !strings.ContainsFunc(path, func(r rune) bool {
		return r <= ' ' || r >= 0x7F || strings.ContainsRune("!\"#$%&'()*,:;<=>?[\\]^`{|}", r)
	})
}

// clip shortens text of the schema for a message.
func clip(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// sortRecords puts the records in the order of the model, each after those it contains, and reports those that contain
// themselves.
func (r *resolver) sortRecords() {
	for _, s := range r.order {
		if s.record != nil {
			r.visit(s.record)
		}
	}
}

// visit adds a record to the model behind those it contains.
func (r *resolver) visit(s *recordSymbol) {
	if s.progress != untouched {
		return
	}
	s.progress = underway
	for _, m := range s.model.Members {
		t := m.Type
		if t == nil {
			continue
		}
		for t.Kind == ArrayType {
			t = t.Elem
		}
		if t.Kind != RecordType {
			continue
		}
		inner := r.symbols[t.Record.Name].record
		if inner.progress == underway {
			r.Add(diag.Diagnostic{Span: t.Span, Severity: diag.Error, Rule: RuleTypeCycle,
				Message: "the record " + t.Record.Name + " contains itself, so that it would have no end",
				Hint:    "use an index into an Array instead",
				Related: []diag.Related{{Span: inner.model.Span, Message: t.Record.Name + " is declared here"}}})
			continue
		}
		r.visit(inner)
	}
	s.progress = finished
	r.file.Records = append(r.file.Records, s.model)
}
