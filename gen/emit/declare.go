package emit

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/shmgen/shmgen/gen/layout"
	"github.com/shmgen/shmgen/gen/schema"
)

// constant declares a constant of the schema, untyped as Go's constants are.
func (g *generator) constant(c *schema.Const) {
	g.section()
	comment(g.out, documentation(c.Doc, c.Name, c.GoName, c.GoName+" is a constant of "+g.input.Schema+".")...)
	g.out.Const().Id(c.GoName).Op("=").Id(constantValue(c))
}

// enum declares the type of e, its constants and String.
func (g *generator) enum(e *schema.Enum) {
	base := layout.BaseName(e.Base)
	g.section()
	comment(g.out, documentation(e.Doc, e.Name, e.GoName, e.GoName+" is an enum of "+g.input.Schema+".")...)
	comment(g.out, "", "Every number is a valid "+e.GoName+", since another program may know values that this one does not.")
	g.out.Type().Id(e.GoName).Id(base)

	var values, cases []jen.Code
	for _, m := range e.Members {
		values = append(values, comments(documentation(m.Doc, m.Name, m.GoName, ""))...)
		values = append(values, jen.Id(m.GoName).Id(e.GoName).Op("=").Id(m.Value.ExactString()))
		cases = append(cases, jen.Case(jen.Id(m.GoName)).Block(jen.Return(jen.Lit(m.Name))))
	}
	if len(values) > 0 {
		g.section()
		comment(g.out, "The values of "+e.GoName+".")
		g.out.Const().Defs(values...)
	}

	receiver := lower(e.GoName)[:1]
	format, wide := "FormatInt", "int64"
	if strings.HasPrefix(base, "uint") {
		format, wide = "FormatUint", "uint64"
	}
	g.section()
	comment(g.out, fmt.Sprintf("String returns the schema's name of the value, or %s(n) for a value that the schema does not name.", e.GoName))
	g.out.Func().Params(jen.Id(receiver).Id(e.GoName)).Id("String").Params().String().BlockFunc(func(body *jen.Group) {
		if len(cases) > 0 {
			body.Switch(jen.Id(receiver)).Block(cases...)
		}
		body.Return(jen.Lit(e.GoName+"(").Op("+").Qual("strconv", format).Call(jen.Id(wide).Call(jen.Id(receiver)), jen.Lit(10)).Op("+").Lit(")"))
	})
}

// record declares the struct of r, with all its padding written out. A bound record is declared elsewhere.
func (g *generator) record(laid *layout.Record) {
	r := laid.Schema
	if r.Binding != nil {
		return
	}
	fields := []jen.Code{jen.Id("_").Qual("structs", "HostLayout")}
	for _, slot := range laid.Slots {
		if slot.Padding() {
			if slot.Member != nil {
				fields = append(fields, comments(documentation(slot.Member.Doc, "", "", ""))...)
			}
			fields = append(fields, jen.Id("_").Index(jen.Id(decimal(slot.Size))).Byte())
			continue
		}
		m := slot.Member
		fields = append(fields, comments(documentation(m.Doc, m.Name, m.GoName, ""))...)
		fields = append(fields, jen.Id(m.GoName).Add(goType(m.Type)))
	}
	g.section()
	comment(g.out, documentation(r.Doc, r.Name, r.GoName, r.GoName+" is a record of "+g.input.Schema+".")...)
	g.out.Type().Id(r.GoName).Struct(fields...)
}

// lower returns an exported name with a small first letter. Only that changes, so that two names stay two; something
// follows it in every name that is declared, so that none is a keyword.
func lower(name string) string { return strings.ToLower(name[:1]) + name[1:] }
