package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/shmgen/shmgen/gen/layout"
	"github.com/shmgen/shmgen/gen/schema"
	"github.com/shmgen/shmgen/runtime/descriptor"
)

// RuntimePath is the import path of the package that generated code uses.
const RuntimePath = "github.com/shmgen/shmgen/runtime/shm"

// runtime names something of the runtime package.
func runtime(name string) *jen.Statement { return jen.Qual(RuntimePath, name) }

// goType returns the Go type in which a value of t lies in shared memory.
func goType(t *schema.Type) *jen.Statement {
	switch t.Kind {
	case schema.ArrayType:
		return jen.Index(jen.Id(decimal(t.Len))).Add(goType(t.Elem))
	case schema.EnumType:
		return jen.Id(t.Enum.GoName)
	case schema.RecordType:
		return recordType(t.Record)
	case schema.StringType, schema.BytesType:
		return jen.Id(helperOf(t).Name())
	}
	switch t.Basic {
	case "bool":
		return runtime("Bool")
	case "time":
		return runtime("Time")
	case "duration":
		return jen.Qual("time", "Duration")
	}
	return jen.Id(string(t.Basic))
}

// recordType names the struct of r, which is a bound one if the schema says so.
func recordType(r *schema.Record) *jen.Statement {
	if r.Binding != nil {
		return jen.Qual(r.Binding.Package, r.Binding.Name)
	}
	return jen.Id(r.GoName)
}

// isNumber reports whether t is a type that one can add to.
func isNumber(t *schema.Type) bool {
	return t.Kind == schema.BasicType && descriptor.IsNumber(string(t.Basic))
}

// isFloat reports whether t is float32 or float64.
func isFloat(t *schema.Type) bool {
	return t.Kind == schema.BasicType && (t.Basic == "float32" || t.Basic == "float64")
}

// isBool reports whether t is bool.
func isBool(t *schema.Type) bool { return t.Kind == schema.BasicType && t.Basic == "bool" }

// words says what t is, as the schema language does.
func words(t *schema.Type) string { return layout.Type(t).String() }

func decimal(n uint64) string { return fmt.Sprintf("%d", n) }
