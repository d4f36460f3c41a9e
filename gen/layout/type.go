package layout

import (
	"github.com/shmgen/shmgen/gen/schema"
	"github.com/shmgen/shmgen/runtime/descriptor"
)

// Type returns t as a descriptor writes it: by the schema's names, with the lengths of nested arrays in one list.
func Type(t *schema.Type) descriptor.Type {
	var d descriptor.Type
	for ; t.Kind == schema.ArrayType; t = t.Elem {
		d.Dims = append(d.Dims, t.Len)
	}
	switch t.Kind {
	case schema.EnumType:
		d.Name = t.Enum.Name
	case schema.RecordType:
		d.Name = t.Record.Name
	case schema.StringType:
		d.Name, d.Max = "string", t.Len
	case schema.BytesType:
		d.Name, d.Max = "bytes", t.Len
	case schema.StreamType:
		d.Name = "bytes"
	default:
		d.Name = string(t.Basic)
	}
	return d
}

// Base returns the type without its array dimensions.
func Base(t *schema.Type) *schema.Type {
	for t.Kind == schema.ArrayType {
		t = t.Elem
	}
	return t
}

// enum returns e as a descriptor writes it. A value above the range of int64 keeps its bits.
func enum(e *schema.Enum) descriptor.Enum {
	d := descriptor.Enum{Name: e.Name, Base: BaseName(e.Base)}
	for _, m := range e.Members {
		d.Members = append(d.Members, descriptor.EnumMember{Name: m.Name, Value: bits(m)})
	}
	return d
}

// BaseName is the integer type of an enum's base: byte and rune are other names of uint8 and int32.
func BaseName(base schema.Basic) string {
	switch base {
	case "byte":
		return "uint8"
	case "rune":
		return "int32"
	}
	return string(base)
}
