package emit

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/shmgen/shmgen/gen/layout"
	"github.com/shmgen/shmgen/gen/schema"
)

// segment declares everything that belongs to one segment.
func (g *generator) segment(laid *layout.Segment) {
	s := laid.Schema
	g.handles(s)
	g.constructors(s)
	g.methods(s)
	g.bind(s)
	for _, f := range s.Fields {
		if isShared(f) {
			g.guard(s, f)
		}
	}
	g.described(laid)
}

// handles declares the struct with one handle for each field that is reachable without a guard.
func (g *generator) handles(s *schema.Segment) {
	var fields []jen.Code
	for _, f := range s.Fields {
		if f.Guard != nil {
			continue
		}
		fields = append(fields, comments(documentation(f.Doc, f.Name, f.GoName, f.GoName+" is "+kindWords(f)+"."))...)
		if isShared(f) {
			if f.Doc != nil {
				fields = append(fields, jen.Comment("//"))
			}
			fields = append(fields, comments([]string{"It guards " + listed(goNames(f.Guards)) + "."})...)
		}
		fields = append(fields, jen.Id(f.GoName).Add(handle(s, f)))
	}
	fields = append(fields, jen.Line().Id("segment").Op("*").Add(runtime("Segment")))
	g.section()
	comment(g.out, documentation(s.Doc, s.Name, s.GoName, s.GoName+" is a segment of "+g.input.Schema+".")...)
	comment(g.out, "", "It holds the handles of one attach to the segment, for any number of goroutines. Close ends the attach.")
	g.out.Type().Id(s.GoName).Struct(fields...)
}

// constructors declares the functions that make or attach to a segment.
func (g *generator) constructors(s *schema.Segment) {
	bank := s.GoName
	for _, c := range []struct {
		name, parameter string
		doc             []string
	}{
		{"New", "", []string{fmt.Sprintf("New%s makes a segment without a name, for this process and those that inherit it.", bank)}},
		{"Create", "name", []string{fmt.Sprintf("Create%s makes the segment of that name. The error wraps fs.ErrExist if it is there already.", bank)}},
		{"Open", "name", []string{fmt.Sprintf("Open%s attaches to the segment of that name. The error wraps fs.ErrNotExist if there is none,", bank),
			"and shm.ErrLayout if it was made from another schema."}},
		{"OpenOrCreate", "name", []string{fmt.Sprintf("OpenOrCreate%s attaches to the segment of that name, and makes it if there is none. Of any number of", bank),
			"processes that call it at once, one makes the segment."}},
		{"Inherit", "file", []string{fmt.Sprintf("Inherit%s attaches to the segment in file, which another process passed on. It takes file over.", bank)}},
	} {
		var parameters []jen.Code
		arguments := []jen.Code{jen.Id(lower(bank) + "Descriptor")}
		switch c.parameter {
		case "name":
			parameters = append(parameters, jen.Id("name").String())
		case "file":
			parameters = append(parameters, jen.Id("file").Op("*").Qual("os", "File"))
		}
		if c.parameter != "" {
			arguments = append(arguments, jen.Id(c.parameter))
		}
		parameters = append(parameters, jen.Id("opts").Op("...").Add(runtime("Option")))
		arguments = append(arguments, jen.Id("bind"+bank), jen.Id("opts").Op("..."))
		g.section()
		comment(g.out, c.doc...)
		g.out.Func().Id(c.name+bank).Params(parameters...).Params(jen.Op("*").Id(bank), jen.Error()).Block(
			jen.Return(runtime(c.name).Call(arguments...)),
		)
	}
}

// methods declares the methods that every segment has.
func (g *generator) methods(s *schema.Segment) {
	receiver := lower(s.GoName)[:1]
	method := func() *jen.Statement { return g.out.Func().Params(jen.Id(receiver).Op("*").Id(s.GoName)) }
	g.section()
	comment(g.out, "Segment returns what all segments have in common: name, size, processes, Unlink.")
	method().Id("Segment").Params().Op("*").Add(runtime("Segment")).Block(jen.Return(jen.Id(receiver).Dot("segment")))
	g.section()
	comment(g.out, "Close ends this attach. It fails, and changes nothing, if a lock is held through it.")
	method().Id("Close").Params().Error().Block(jen.Return(jen.Id(receiver).Dot("segment").Dot("Close").Call()))
}

// described declares the layout's hash and the descriptor.
func (g *generator) described(laid *layout.Segment) {
	name := laid.Schema.GoName
	g.section()
	comment(g.out, name+"Layout identifies the layout of "+name+": programs that print the same can share a segment.")
	g.out.Const().Id(name + "Layout").Op("=").Lit(laid.Hash().String())
	g.section()
	comment(g.out, lower(name)+"Descriptor says what lies where in "+name+". The runtime compares it with that of the segment.")
	g.out.Const().Id(lower(name) + "Descriptor").Op("=").Id("`" + laid.Descriptor.Encode() + "`")
}

// kindWords says what a field is, as the schema language does, for fields without documentation.
func kindWords(f *schema.Field) string {
	var arguments []string
	kind := string(f.Kind)
	if f.Type != nil && f.Kind != schema.Text {
		arguments = append(arguments, words(f.Type))
	}
	switch {
	case f.Kind == schema.Text:
		kind = "Array"
		arguments = append(arguments, "'c'")
	case f.Mode == schema.Unlocked:
		kind = "Raw" + kind
	}
	if f.Length != nil {
		arguments = append(arguments, decimal(f.Length.Value))
	}
	switch f.Mode {
	case "", schema.Mutex, schema.Unlocked:
	case schema.Shared:
		arguments = append(arguments, "lock="+f.Guard.Name)
	default:
		arguments = append(arguments, "lock="+string(f.Mode))
	}
	return kind + "(" + strings.Join(arguments, ", ") + ")"
}

// goNames returns the Go names of the fields.
func goNames(fields []*schema.Field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.GoName)
	}
	return names
}

// listed joins names as a sentence does: "Lo, Hi and Rows".
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
