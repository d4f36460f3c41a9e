package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/shmgen/shmgen/gen/schema"
)

// isShared reports whether f is a lock that guards fields, and so has types of its own.
func isShared(f *schema.Field) bool { return f.Kind == schema.Lock && len(f.Guards) > 0 }

// handle returns the type of the handle of a field that is not guarded by a lock field.
func handle(s *schema.Segment, f *schema.Field) *jen.Statement {
	switch f.Kind {
	case schema.Lock:
		if isShared(f) {
			return jen.Id(s.GoName + f.GoName + "Lock")
		}
		return runtime("Mutex")
	case schema.Text:
		return runtime("Text")
	case schema.Array:
		if f.Mode == schema.Unlocked {
			return runtime("RawArray").Types(goType(f.Type))
		}
		return runtime("Array").Types(goType(f.Type))
	}
	name, generic := valueHandle(f)
	if !generic {
		return runtime(name)
	}
	return runtime(name).Types(goType(f.Type))
}

// valueHandle returns the name of the handle type of a Value, and whether it has a type parameter.
func valueHandle(f *schema.Field) (name string, generic bool) {
	switch f.Mode {
	case schema.Unlocked:
		return "Raw", true
	case schema.Atomic:
		switch {
		case isBool(f.Type):
			return "AtomicBool", false
		case isFloat(f.Type):
			return "AtomicFloat", true
		case f.Type.Kind == schema.EnumType:
			return "AtomicEnum", true
		}
		return "Atomic", true
	}
	switch {
	case isNumber(f.Type):
		return "Number", true
	case isBool(f.Type):
		return "BoolValue", false
	}
	return "Value", true
}

// bind declares the function that makes all handles of an attach. The runtime calls it while a new segment is still
// invisible to others, so that initial values are there before anybody can look.
func (g *generator) bind(s *schema.Segment) {
	members := []jen.Code{}
	add := func(name string, value jen.Code) {
		members = append(members, jen.Line().Id(name).Op(":").Add(value))
	}
	for _, f := range s.Fields {
		switch {
		case f.Guard != nil: // bound with its lock
		case isShared(f):
			add(f.GoName, sharedBinding(s, f))
		default:
			add(f.GoName, binding(f))
		}
	}
	add("segment", jen.Id("s"))
	members = append(members, jen.Line())
	g.section()
	comment(g.out, "bind"+s.GoName+" makes the handles of an attach and, if the segment is being created, stores the initial values.")
	g.out.Func().Id("bind" + s.GoName).Params(jen.Id("s").Op("*").Add(runtime("Segment"))).Op("*").Id(s.GoName).Block(
		jen.Return(jen.Op("&").Id(s.GoName).Values(members...)),
	)
}

// binding returns the call that makes the handle of f.
func binding(f *schema.Field) *jen.Statement {
	call := func(name string, generic bool, initial ...jen.Code) *jen.Statement {
		function := runtime(name)
		if generic {
			function = function.Types(goType(f.Type))
		}
		return function.Call(append([]jen.Code{jen.Id("s"), jen.Lit(f.Name)}, initial...)...)
	}
	switch f.Kind {
	case schema.Lock:
		return call("BindMutex", false)
	case schema.Text:
		return call("BindText", false, jen.Lit(text(f.Init)))
	case schema.Array:
		switch f.Mode {
		case schema.Shared:
			return call("BindGuardedArray", true, slice(f))
		case schema.Unlocked:
			return call("BindRawArray", true, slice(f))
		}
		return call("BindArray", true, slice(f))
	}
	if f.Mode == schema.Shared {
		return call("BindGuarded", true, literal(f.Type, f.Init))
	}
	switch name, generic := valueHandle(f); name {
	case "BoolValue":
		return call("BindBool", generic, truth(f.Init))
	case "AtomicBool":
		return call("BindAtomicBool", generic, truth(f.Init))
	default:
		return call("Bind"+name, generic, literal(f.Type, f.Init))
	}
}

// sharedBinding returns the handle of a lock and pointers to the fields it guards.
func sharedBinding(s *schema.Segment, f *schema.Field) *jen.Statement {
	var data []jen.Code
	for _, guarded := range f.Guards {
		data = append(data, jen.Line().Id(guarded.GoName).Op(":").Add(binding(guarded)))
	}
	data = append(data, jen.Line())
	prefix := s.GoName + f.GoName
	return jen.Id(prefix+"Lock").Values(
		jen.Line().Id("lock").Op(":").Add(runtime("BindShared").Call(jen.Id("s"), jen.Lit(f.Name))),
		jen.Line().Id("data").Op(":").Op("&").Id(lower(prefix)+"Data").Values(data...),
		jen.Line(),
	)
}
