package gen

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/emit"
	"github.com/shmgen/shmgen/gen/schema"
)

// goPackage is the schemas whose outputs make up one Go package, sorted by the names of the outputs.
type goPackage struct {
	units []*unit
}

// failed reports whether any schema of the package has errors.
func (p *goPackage) failed() bool {
	for _, u := range p.units {
		if u.failed() {
			return true
		}
	}
	return false
}

// check reports package clauses that differ, and Go names that two schemas declare.
func (p *goPackage) check() {
	type place struct {
		unit *unit
		name schema.GoName
	}
	declared := map[string]place{}
	var first *unit
	for _, u := range p.units {
		if u.file == nil {
			continue
		}
		if first == nil {
			first = u
		}
		if u.packageName() != first.packageName() {
			u.found.Add(diag.Diagnostic{
				Span: packageSpan(u), Severity: diag.Error, Rule: RulePackage,
				Message: fmt.Sprintf("the outputs of two schemas go to one folder, but this one is of package %s and %s of package %s",
					u.packageName(), first.path, first.packageName()),
				Hint:    "use one package clause, or send one output to another folder with -o",
				Related: []diag.Related{{Span: packageSpan(first), Message: "the other package clause is here"}},
			})
			continue
		}
		reported := map[diag.Span]bool{} // declarations: an enum that is there twice is one mistake, and not one for each value
		for _, n := range u.file.GoNames() {
			other, taken := declared[n.Name]
			switch {
			case !taken:
				declared[n.Name] = place{u, n}
			case other.unit == u || n.Shared && other.name.Shared: // the front end has seen to it; or it is declared once
			case reported[n.Within]:
			default:
				reported[n.Within] = true
				u.found.Add(diag.Diagnostic{
					Span: n.Span, Severity: diag.Error, Rule: RuleClash,
					Message: fmt.Sprintf("the Go name %s is also made for the %s in %s, which is of the same package", n.Name, other.name.What, other.unit.path),
					Hint:    "rename one of the two, or move one schema to a package of its own",
					Related: []diag.Related{{Span: other.name.Span, Message: "the " + other.name.What + " is here"}},
				})
			}
		}
	}
}

// helpers says which types of strings and bytes each unit declares: the first that uses one does.
func (p *goPackage) helpers() map[*unit][]emit.Helper {
	owned := make(map[*unit][]emit.Helper, len(p.units))
	taken := map[emit.Helper]bool{}
	for _, u := range p.units {
		owned[u] = nil
		for _, h := range emit.Helpers(u.file) {
			if !taken[h] {
				taken[h] = true
				owned[u] = append(owned[u], h)
			}
		}
	}
	return owned
}

// packageSpan is the place of the schema's package clause.
func packageSpan(u *unit) diag.Span {
	_, span := packageClause(u.path, u.text)
	return span
}

// packageClause finds the package clause of a schema without parsing it, so that it is known of one with errors too.
// Without one the name is empty, and the span is the beginning of the file.
func packageClause(path string, text []byte) (string, diag.Span) {
	for offset, number := 0, 1; offset < len(text); number++ {
		line, _, _ := bytes.Cut(text[offset:], []byte("\n"))
		code := bytes.TrimLeft(line, " \t\uFEFF")
		if fields := bytes.Fields(code); len(fields) > 1 && string(fields[0]) == "package" {
			column := len(line) - len(code)
			name, _, _ := strings.Cut(string(fields[1]), ";")
			return name, diag.Span{Start: diag.Position{Path: path, Line: number, Column: column + 1, Offset: offset + column}, Length: len("package")}
		}
		offset += len(line) + 1
	}
	return "", diag.Span{Start: diag.Position{Path: path, Line: 1, Column: 1}, Length: 1}
}
