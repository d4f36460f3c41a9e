package schema

import (
	"go/token"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/syntax"
)

// maxName is the length of the longest name, which the segment format sets.
const maxName = 255

func keyword(name string) bool { return token.IsKeyword(name) }

// declarationName checks the name of a constant, enum, record or segment.
func (r *resolver) declarationName(name *syntax.Name) {
	switch {
	case reserved(name.Text):
		r.Errorf(name.Span(), RuleNameReserved, "choose another name", "%s is a word of the language", name.Text)
	case !declarationStyle(name.Text):
		r.Errorf(name.Span(), RuleNameStyle, "begin it with a capital, as in "+suggestDeclaration(name.Text)+"; letters, digits and _ follow",
			"%s is no name for a declaration", name.Text)
	case len(name.Text) > maxName:
		r.Errorf(name.Span(), RuleNameStyle, "shorten it", "a name of %d letters; at most %d are possible", len(name.Text), maxName)
	}
}

// memberName checks the name of a field, member, value of an enum or parameter and returns its Go name. as is what
// stands behind "as", or nil; asPossible says whether the grammar has a place for it.
func (r *resolver) memberName(name, as *syntax.Name, what string, asPossible bool) string {
	switch {
	case reserved(name.Text):
		r.Errorf(name.Span(), RuleNameReserved, "choose another name, such as "+name.Text+"_value", "%s is a word of the language", name.Text)
		return ""
	case !ascii(name.Text):
		r.Errorf(name.Span(), RuleNameStyle, "write it with the letters a to z, as in job_id", "%s is no name for a %s", name.Text, what)
		return ""
	case !memberStyle(name.Text):
		r.Errorf(name.Span(), RuleNameStyle, "lower_snake or lowerCamel, as in "+suggestMember(name.Text), "%s is no name for a %s", name.Text, what)
		return ""
	case len(name.Text) > maxName:
		r.Errorf(name.Span(), RuleNameStyle, "shorten it", "a name of %d letters; at most %d are possible", len(name.Text), maxName)
	case keyword(name.Text) && as == nil:
		hint := "choose another name, such as " + name.Text + "_value"
		if asPossible {
			hint += ", or give it a name in Go with \"as\""
		}
		r.Errorf(name.Span(), RuleNameKeyword, hint, "%s is a keyword of Go", name.Text)
	}
	if as == nil {
		return goName(name.Text)
	}
	if !token.IsIdentifier(as.Text) || !token.IsExported(as.Text) || len(as.Text) > maxName {
		r.Errorf(as.Span(), RuleNameAs, "a name that begins with a capital, such as "+suggestDeclaration(as.Text), "%s is no exported name of Go", as.Text)
		return ""
	}
	return as.Text
}

// duplicate reports the second use of a name in one scope.
func (r *resolver) duplicate(second, first *syntax.Name, what string) {
	r.Add(diag.Diagnostic{Span: second.Span(), Severity: diag.Error, Rule: RuleNameDuplicate,
		Message: second.Text + " is there already, as " + what, Hint: "choose another name",
		Related: []diag.Related{{Span: first.Span(), Message: "the first one is here"}}})
}

// scope holds the names of one declaration: of its fields, members, values or parameters.
type scope struct {
	names   map[string]*syntax.Name
	goNames map[string]*syntax.Name
}

// add enters a name and its Go name, "" if that is not known, and reports what is there already. It returns whether the
// name is new.
func (r *resolver) add(s *scope, name *syntax.Name, goName, what string, asPossible bool) bool {
	if s.names == nil {
		s.names, s.goNames = map[string]*syntax.Name{}, map[string]*syntax.Name{}
	}
	if first := s.names[name.Text]; first != nil {
		r.duplicate(name, first, what)
		return false
	}
	s.names[name.Text] = name
	if goName == "" {
		return true
	}
	if first := s.goNames[goName]; first != nil {
		hint := "choose another name"
		if asPossible {
			hint = "choose another name, or give one of them a name in Go with \"as\""
		}
		r.Add(diag.Diagnostic{Span: name.Span(), Severity: diag.Error, Rule: RuleNameClash,
			Message: first.Text + " and " + name.Text + " are both " + goName + " in Go", Hint: hint,
			Related: []diag.Related{{Span: first.Span(), Message: "the first one is here"}}})
		return true
	}
	s.goNames[goName] = name
	return true
}
