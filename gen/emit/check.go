package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/shmgen/shmgen/gen/layout"
	"github.com/shmgen/shmgen/gen/schema"
	"github.com/shmgen/shmgen/runtime/descriptor"
)

// checks declares what stops the build when the compiler, a bound struct or the runtime has other ideas of a size or
// an offset than the layout. Arrays are identical if their lengths are, so the compiler's message names both numbers:
// "cannot use [16]struct{}{} (value of type [16]struct{}) as [8]struct{} value in variable declaration".
func (g *generator) checks() {
	var lines []jen.Code
	check := func(want uint64, got *jen.Statement) {
		lines = append(lines, jen.Id("_").Index(jen.Id(decimal(want))).Struct().Op("=").Index(got).Struct().Values())
	}
	group := func(what string) {
		heading := jen.Comment("// " + what)
		if len(lines) > 0 {
			heading = jen.Line().Comment("// " + what)
		}
		lines = append(lines, heading)
	}

	for _, r := range g.input.Layout.Records {
		group(r.Schema.GoName)
		empty := func() *jen.Statement { return recordType(r.Schema).Values() }
		for _, slot := range r.Slots {
			if slot.Padding() {
				continue
			}
			offset := func() *jen.Statement {
				return jen.Qual("unsafe", "Offsetof").Call(empty().Dot(slot.Member.GoName))
			}
			check(slot.Offset, offset())
			if slot.Wide {
				check(0, offset().Op("%").Lit(8))
			}
			if r.Schema.Binding != nil {
				check(slot.Size, jen.Qual("unsafe", "Sizeof").Call(empty().Dot(slot.Member.GoName)))
			}
		}
		check(r.Size, jen.Qual("unsafe", "Sizeof").Call(empty()))
	}
	for _, h := range g.input.Helpers {
		group(h.Name())
		length := descriptor.LengthSize(h.Max)
		check(length, jen.Qual("unsafe", "Offsetof").Call(jen.Id(h.Name()).Values().Dot("b")))
		check(descriptor.RoundUp(length+h.Max, length), jen.Qual("unsafe", "Sizeof").Call(jen.Id(h.Name()).Values()))
	}
	if len(g.input.File.Segments) > 0 {
		group("The runtime.")
		check(descriptor.LockHeaderSize, runtime("LockHeaderSize"))
		check(descriptor.CopiesHeaderSize, runtime("CopiesHeaderSize"))
		check(descriptor.ArrayHeaderSize, runtime("ArrayHeaderSize"))
	}
	for _, name := range []schema.Basic{"bool", "time"} {
		if g.uses(name) {
			t := &schema.Type{Kind: schema.BasicType, Basic: name}
			size, _, _ := (&descriptor.Segment{}).SizeAlign(layout.Type(t))
			check(size, jen.Qual("unsafe", "Sizeof").Call(goType(t).Call(jen.Lit(0))))
		}
	}

	if len(g.input.File.Segments) > 0 {
		g.section()
		comment(g.out, fmt.Sprintf("This file needs a runtime of the segment format %d.", descriptor.Format))
		g.out.Const().Id("_").Op("=").Add(runtime(fmt.Sprintf("Format%d", descriptor.Format)))
	}
	if len(lines) > 0 {
		g.section()
		comment(g.out, "The build stops at one of these lines if an offset or a size is not what the layout says. The message holds both:",
			"what was found in the value, what the layout wants in the variable's type.")
		g.out.Var().Defs(lines...)
	}
}

// uses reports whether the file's records or fields contain the basic type in the form it has in memory.
func (g *generator) uses(name schema.Basic) bool {
	is := func(t *schema.Type) bool {
		if t == nil {
			return false
		}
		base := layout.Base(t)
		return base.Kind == schema.BasicType && base.Basic == name
	}
	for _, r := range g.input.File.Records {
		for _, m := range r.Members {
			if is(m.Type) {
				return true
			}
		}
	}
	for _, s := range g.input.File.Segments {
		for _, f := range s.Fields {
			if is(f.Type) {
				return true
			}
		}
	}
	return false
}
