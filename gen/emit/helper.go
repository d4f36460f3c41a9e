package emit

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/shmgen/shmgen/gen/layout"
	"github.com/shmgen/shmgen/gen/schema"
	"github.com/shmgen/shmgen/runtime/descriptor"
)

// A Helper is the Go type of string[n] or bytes[n]. A package declares each once, whatever the number of its schemas.
type Helper struct {
	Text bool // string[n], not bytes[n]
	Max  uint64
}

// Name is the Go name of the type: String32, Bytes8.
func (h Helper) Name() string {
	if h.Text {
		return fmt.Sprintf("String%d", h.Max)
	}
	return fmt.Sprintf("Bytes%d", h.Max)
}

// helperOf returns the helper of a string[n] or bytes[n].
func helperOf(t *schema.Type) Helper {
	return Helper{Text: t.Kind == schema.StringType, Max: t.Len}
}

// Helpers returns the helper types that the output for file uses, in the order in which they are declared.
func Helpers(file *schema.File) []Helper {
	used := map[Helper]bool{}
	add := func(t *schema.Type) {
		if t == nil {
			return
		}
		if base := layout.Base(t); base.Kind == schema.StringType || base.Kind == schema.BytesType {
			used[helperOf(base)] = true
		}
	}
	for _, r := range file.Records {
		for _, m := range r.Members {
			add(m.Type)
		}
	}
	for _, s := range file.Segments {
		for _, f := range s.Fields {
			add(f.Type)
		}
	}
	var helpers []Helper
	for h := range used {
		helpers = append(helpers, h)
	}
	slices.SortFunc(helpers, func(a, b Helper) int {
		if a.Text != b.Text {
			if a.Text {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Max, b.Max)
	})
	return helpers
}

// helper declares the type of h and its functions. A length word that says more than the type can hold, which another
// process may have written, is clamped by the runtime when it is read.
func (g *generator) helper(h Helper) {
	name := h.Name()
	what, set, runtimeSet, get, runtimeGet := "text", "Set", "SetText", "String", "GetText"
	value, receiver := jen.String(), "s"
	if !h.Text {
		what, set, runtimeSet, get, runtimeGet = "data", "SetBytes", "SetBytes", "Bytes", "GetBytes"
		value, receiver = jen.Index().Byte(), "b"
	}
	length := descriptor.LengthSize(h.Max)
	fields := []jen.Code{
		jen.Id("_").Qual("structs", "HostLayout"),
		jen.Id("n").Id(fmt.Sprintf("uint%d", 8*length)),
		jen.Id("b").Index(jen.Id(decimal(h.Max))).Byte(),
	}
	if gap := descriptor.RoundUp(h.Max, length) - h.Max; gap > 0 {
		fields = append(fields, jen.Id("_").Index(jen.Id(decimal(gap))).Byte())
	}
	arguments := func() []jen.Code {
		return []jen.Code{jen.Op("&").Id(receiver).Dot("n"), jen.Id(receiver).Dot("b").Index(jen.Op(":"))}
	}

	g.section()
	comment(g.out, fmt.Sprintf("%s holds at most %d bytes of %s. Its zero value is empty; two that hold the same are equal.", name, h.Max, what))
	g.out.Type().Id(name).Struct(fields...)

	g.section()
	comment(g.out, fmt.Sprintf("New%s returns a %s that holds %s, or an error that wraps shm.ErrTooLong.", name, name, what))
	g.out.Func().Id("New"+name).Params(jen.Id(what).Add(value)).Params(jen.Id(name), jen.Error()).Block(
		jen.Var().Id(receiver).Id(name),
		jen.Err().Op(":=").Id(receiver).Dot(set).Call(jen.Id(what)),
		jen.Return(jen.Id(receiver), jen.Err()),
	)

	g.section()
	comment(g.out, fmt.Sprintf("Must%s is New%s for %s that is known to fit: it panics if it does not.", name, name, what))
	g.out.Func().Id("Must"+name).Params(jen.Id(what).Add(value)).Id(name).Block(
		jen.List(jen.Id(receiver), jen.Err()).Op(":=").Id("New"+name).Call(jen.Id(what)),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Panic(jen.Err())),
		jen.Return(jen.Id(receiver)),
	)

	g.section()
	comment(g.out, fmt.Sprintf("%s replaces what %s holds. With more than %d bytes it changes nothing and returns an error that wraps", set, receiver, h.Max), "shm.ErrTooLong.")
	g.out.Func().Params(jen.Id(receiver).Op("*").Id(name)).Id(set).Params(jen.Id(what).Add(value)).Error().Block(
		jen.Return(runtime(runtimeSet).Call(append(arguments(), jen.Id(what))...)),
	)

	arguments = func() []jen.Code {
		return []jen.Code{jen.Id(receiver).Dot("n"), jen.Id(receiver).Dot("b").Index(jen.Op(":"))}
	}
	g.section()
	comment(g.out, fmt.Sprintf("%s returns a copy of what %s holds.", get, receiver))
	g.out.Func().Params(jen.Id(receiver).Id(name)).Id(get).Params().Add(value).Block(
		jen.Return(runtime(runtimeGet).Call(arguments()...)),
	)
}
