package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/shmgen/shmgen/gen/schema"
)

// guard declares the types of a lock that guards fields: the lock, its guard, and the pointers that only the guard
// gives out, so that using a field without its lock does not compile.
func (g *generator) guard(s *schema.Segment, f *schema.Field) {
	prefix := s.GoName + f.GoName
	lock, guard, data := prefix+"Lock", prefix+"Guard", lower(prefix)+"Data"

	g.section()
	comment(g.out, fmt.Sprintf("%s is the lock %q and the fields it guards, %s: they are reachable only through its guard.", lock, f.Name, listed(goNames(f.Guards))))
	g.out.Type().Id(lock).Struct(
		jen.Id("lock").Add(runtime("Shared")),
		jen.Id("data").Op("*").Id(data),
	)

	var pointers []jen.Code
	for _, guarded := range f.Guards {
		pointers = append(pointers, jen.Id(guarded.GoName).Add(access(guarded)))
	}
	g.section()
	comment(g.out, data+" points at the guarded fields.")
	g.out.Type().Id(data).Struct(pointers...)

	g.acquire(lock, guard)
	g.repair(lock, guard, data)

	g.section()
	comment(g.out, "Present reports whether the segment has the lock: one made by an older program may not.")
	g.out.Func().Params(jen.Id("l").Id(lock)).Id("Present").Params().Bool().Block(
		jen.Return(jen.Id("l").Dot("lock").Dot("Present").Call()),
	)

	g.section()
	comment(g.out, guard+" holds the lock until Unlock.")
	g.out.Type().Id(guard).Struct(
		jen.Id("_").Add(runtime("NoCopy")),
		jen.Id("hold").Add(runtime("SharedHold")),
		jen.Id("data").Op("*").Id(data),
	)
	for _, guarded := range f.Guards {
		what := "a pointer to"
		if guarded.Kind == schema.Array {
			what = "the elements of"
		}
		g.section()
		comment(g.out, fmt.Sprintf("%s returns %s %s in shared memory, not to be used after Unlock. It is %s.", guarded.GoName, what, guarded.Name, kindWords(guarded)))
		if doc := documentation(guarded.Doc, guarded.Name, guarded.GoName, ""); doc != nil {
			comment(g.out, "")
			comment(g.out, doc...)
		}
		g.out.Func().Params(jen.Id("g").Op("*").Id(guard)).Id(guarded.GoName).Params().Add(access(guarded)).Block(
			jen.Id("g").Dot("hold").Dot("Write").Call(),
			jen.Return(jen.Id("g").Dot("data").Dot(guarded.GoName)),
		)
	}
	g.section()
	comment(g.out, "Unlock releases the lock and uses the guard up.")
	g.out.Func().Params(jen.Id("g").Op("*").Id(guard)).Id("Unlock").Params().Block(
		jen.Id("g").Dot("hold").Dot("Unlock").Call(),
	)
}

// acquire declares Lock and TryLock.
func (g *generator) acquire(lock, guard string) {
	for _, m := range []struct {
		name, doc string
		context   bool
	}{
		{"Lock", "Lock waits for the lock, at most until ctx is done.", true},
		{"TryLock", "TryLock takes the lock if it is free; otherwise the error wraps shm.ErrBusy.", false},
	} {
		var parameters, arguments []jen.Code
		if m.context {
			parameters = append(parameters, jen.Id("ctx").Qual("context", "Context"))
			arguments = append(arguments, jen.Id("ctx"))
		}
		g.section()
		comment(g.out, m.doc, "", "After the death of a holder that had touched a field the error is a *shm.OwnerDiedError, until Recover has run.")
		g.out.Func().Params(jen.Id("l").Id(lock)).Id(m.name).Params(parameters...).Params(jen.Id(guard), jen.Error()).Block(
			jen.List(jen.Id("hold"), jen.Err()).Op(":=").Id("l").Dot("lock").Dot(m.name).Call(arguments...),
			jen.Return(jen.Id(guard).Values(jen.Id("hold").Op(":").Id("hold"), jen.Id("data").Op(":").Id("l").Dot("data")), jen.Err()),
		)
	}
}

// repair declares Recover, SetRepair and what they share.
func (g *generator) repair(lock, guard, data string) {
	repair := func() *jen.Statement {
		return jen.Id("repair").Func().Params(jen.Op("*").Id(guard)).Error()
	}
	wrapped := func() *jen.Statement { return jen.Id("l").Dot("data").Dot("guarded").Call(jen.Id("repair")) }

	g.section()
	comment(g.out, "Recover calls repair if a holder died and may have left the fields half-written. The lock is sound again when", "repair returns nil.")
	g.out.Func().Params(jen.Id("l").Id(lock)).Id("Recover").Params(jen.Id("ctx").Qual("context", "Context"), repair()).Error().Block(
		jen.Return(jen.Id("l").Dot("lock").Dot("Recover").Call(jen.Id("ctx"), wrapped())),
	)
	g.section()
	comment(g.out, "SetRepair makes Lock and TryLock of this attach call repair by themselves where Recover would. Nil ends that.")
	g.out.Func().Params(jen.Id("l").Id(lock)).Id("SetRepair").Params(repair()).Block(
		jen.If(jen.Id("repair").Op("==").Nil()).Block(
			jen.Id("l").Dot("lock").Dot("SetRepair").Call(jen.Nil()),
			jen.Return(),
		),
		jen.Id("l").Dot("lock").Dot("SetRepair").Call(wrapped()),
	)
	g.section()
	comment(g.out, "guarded gives repair a guard of the fields.")
	g.out.Func().Params(jen.Id("d").Op("*").Id(data)).Id("guarded").Params(repair()).Func().Params(runtime("SharedHold")).Error().Block(
		jen.Return(jen.Func().Params(jen.Id("hold").Add(runtime("SharedHold"))).Error().Block(
			jen.Return(jen.Id("repair").Call(jen.Op("&").Id(guard).Values(
				jen.Id("hold").Op(":").Id("hold"), jen.Id("data").Op(":").Id("d"),
			))),
		)),
	)
}

// access returns the type in which a guard gives a field out.
func access(f *schema.Field) *jen.Statement {
	if f.Kind == schema.Array {
		return jen.Index().Add(goType(f.Type))
	}
	return jen.Op("*").Add(goType(f.Type))
}
