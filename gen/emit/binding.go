package emit

import (
	"fmt"
	"go/doc"
	"regexp"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/layout"
	"github.com/shmgen/shmgen/gen/schema"
)

// bound declares the check of the members' types of a bound record: offsets and sizes alone would let a float pass for
// an integer and a Go bool for a byte. The members of a generated record need no check.
//
// Each member of a basic type becomes a type parameter whose constraint is the type that the schema wants, so that the
// struct may use named types of its own. A record within it must be the very type that the schema's record stands for.
func (g *generator) bound(laid *layout.Record) {
	r := laid.Schema
	if r.Binding == nil {
		return
	}
	name := lower(r.GoName) + "Members"
	var types, parameters, arguments []jen.Code
	for _, slot := range laid.Slots {
		if slot.Padding() {
			continue
		}
		m := slot.Member
		arguments = append(arguments, jen.Op("&").Id("r").Dot(m.GoName))
		switch base := layout.Base(m.Type); base.Kind {
		case schema.BasicType, schema.EnumType:
			types = append(types, constraints(m)...)
			parameters = append(parameters, jen.Op("*").Id(memberParameter(m)))
		default:
			parameters = append(parameters, jen.Op("*").Add(goType(m.Type)))
		}
	}
	g.section()
	comment(g.out, name+" takes the members that "+g.input.Schema+" gives the record "+r.Name+": it does not compile if the struct has others.")
	function := g.out.Func().Id(name)
	if len(types) > 0 {
		function = function.Types(types...)
	}
	function.Params(parameters...).Block()
	g.section()
	g.out.Func().Id("_").Params(jen.Id("r").Op("*").Add(recordType(r))).Block(
		jen.Id(name).Call(arguments...),
	)
}

// memberParameter is the type parameter that stands for a member. It begins with a small letter, since a parameter that
// is called as the member would hide a record of the same name, and with a word that those of elements do not begin with.
func memberParameter(m *schema.Member) string { return "typeOf" + m.GoName }

// constraints returns the type parameters that stand for a member: one for each array dimension and one for the
// element, as in typeOfPos ~[3]element1OfPos, element1OfPos ~float64.
func constraints(m *schema.Member) []jen.Code {
	var types []jen.Code
	name, depth := memberParameter(m), 0
	t := m.Type
	for ; t.Kind == schema.ArrayType; t = t.Elem {
		depth++
		element := fmt.Sprintf("element%dOf%s", depth, m.GoName)
		types = append(types, jen.Id(name).Op("~").Index(jen.Id(decimal(t.Len))).Id(element))
		name = element
	}
	return append(types, jen.Id(name).Op("~").Id(underlying(t)))
}

// boundLiteral returns the initial value of a bound record. Its members may have named types that are not known here, so
// there is no literal to write for an array of them; each number is assigned on its own instead.
func boundLiteral(t *schema.Type, init *schema.Init) *jen.Statement {
	return jen.Func().Params().Params(jen.Id("r").Add(goType(t))).BlockFunc(func(body *jen.Group) {
		assign(body, func() *jen.Statement { return jen.Id("r") }, t, init)
		body.Return(jen.Id("r"))
	}).Call()
}

// assign writes the assignments that give something inside a bound record its initial value.
func assign(body *jen.Group, target func() *jen.Statement, t *schema.Type, init *schema.Init) {
	switch {
	case init.Kind == schema.ListInit:
		for i, e := range init.List {
			assign(body, func() *jen.Statement { return target().Index(jen.Lit(i)) }, t.Elem, e)
		}
	case init.Kind == schema.RecordInit && t.Record.Binding != nil:
		for _, m := range init.Members {
			assign(body, func() *jen.Statement { return target().Dot(m.Member.GoName) }, m.Member.Type, m.Init)
		}
	case init.Member != nil:
		body.Add(target().Op("=").Id(init.Member.Value.ExactString()))
	default:
		body.Add(target().Op("=").Add(literal(t, init)))
	}
}

// underlying is the basic Go type of a member of a bound record, which the front end does not let be a bool.
func underlying(t *schema.Type) string {
	if t.Kind == schema.EnumType {
		return layout.BaseName(t.Enum.Base)
	}
	if t.Basic == "time" || t.Basic == "duration" {
		return "int64"
	}
	return layout.BaseName(t.Basic)
}

var (
	versionSuffix = regexp.MustCompile(`^v[0-9]+$`)
	notLetter     = regexp.MustCompile(`[^a-z0-9]`)
)

// alias is the name under which a bound record's package is imported. It differs from all parameters and receivers in
// generated functions: those that could be meant are short or listed here.
func alias(path string) string {
	elements := strings.Split(path, "/")
	name := elements[len(elements)-1]
	if versionSuffix.MatchString(name) && len(elements) > 1 {
		name = elements[len(elements)-2]
	}
	name = notLetter.ReplaceAllString(strings.ToLower(name), "")
	name = strings.TrimLeft(name, "0123456789")
	switch name {
	case "name", "opts", "file", "ctx", "hold", "repair", "text", "data", "err":
		return name + "pkg"
	}
	if len(name) < 2 {
		return name + "pkg"
	}
	return name
}

// fixedNames are names that a struct of the generated package cannot have, besides those of Go itself and of imported
// packages: what Go does not let a type be called, and the parameter in whose scope the types of fields are named.
func fixedNames() []string { return []string{"_", "init", "main", "s"} }

// importNames returns the names under which packages are imported, as far as they are not made unique by a number.
func importNames(file *schema.File) map[string]bool {
	used := map[string]bool{}
	for _, name := range standardImports() {
		used[name] = true
	}
	for _, r := range file.Records {
		if r.Binding != nil && r.Binding.Package != "" {
			used[alias(r.Binding.Package)] = true
		}
	}
	return used
}

// standardImports returns the packages that generated code imports, with their names.
func standardImports() map[string]string {
	return map[string]string{
		"context": "context", "os": "os", "strconv": "strconv", "structs": "structs", "time": "time", "unsafe": "unsafe",
		RuntimePath: "shm",
	}
}

// RuleBinding is the rule of diagnostics about records that stand for existing Go structs.
const RuleBinding = "emit/binding"

// checkBinding reports what a bound record cannot have. used are the names of the file's imports.
func checkBinding(found *diag.Reporter, r *schema.Record, used map[string]bool) {
	if r.Binding == nil {
		return
	}
	if r.Binding.Package == "" {
		if name := r.Binding.Name; used[name] || doc.IsPredeclared(name) || slices.Contains(fixedNames(), name) {
			found.Errorf(r.Binding.Span, RuleBinding, "give the struct another name, such as record"+r.GoName,
				"the Go type %s has a name that means something else in the generated code", name)
		}
		return
	}
	for _, m := range r.Members {
		if m.Type == nil {
			continue
		}
		base := layout.Base(m.Type)
		var what string
		switch {
		case base.Kind == schema.StringType || base.Kind == schema.BytesType:
			what = words(base)
		case base.Kind == schema.RecordType && (base.Record.Binding == nil || base.Record.Binding.Package == ""):
			what = "the generated record " + base.Record.Name
		default:
			continue
		}
		found.Errorf(m.Span, RuleBinding, "use an array of bytes for text, and bind records within it to structs of that package too",
			"the struct %s of package %s cannot have a member of type %s, which is generated in this package", r.Binding.Name, r.Binding.Package, what)
	}
}
