package layout

import (
	"go/constant"

	"github.com/shmgen/shmgen/gen/schema"
)

// The functions of this file build models as the front end does, so that the rules are tested without it.

func basic(name schema.Basic) *schema.Type { return &schema.Type{Kind: schema.BasicType, Basic: name} }

func array(n uint64, elem *schema.Type) *schema.Type {
	return &schema.Type{Kind: schema.ArrayType, Len: n, Elem: elem}
}

func str(n uint64) *schema.Type { return &schema.Type{Kind: schema.StringType, Len: n} }

func of(r *schema.Record) *schema.Type { return &schema.Type{Kind: schema.RecordType, Record: r} }

func member(name string, t *schema.Type) *schema.Member {
	return &schema.Member{Name: name, GoName: name, Type: t}
}

func record(name string, members ...*schema.Member) *schema.Record {
	return &schema.Record{Name: name, GoName: name, Members: members}
}

// field returns a field of version 1.
func field(name string, kind schema.Kind, mode schema.Mode, t *schema.Type) *schema.Field {
	return &schema.Field{Name: name, GoName: name, Kind: kind, Mode: mode, Type: t, Since: 1, Options: map[string]*schema.Option{}}
}

func value(name string, mode schema.Mode, t *schema.Type) *schema.Field {
	return field(name, schema.Value, mode, t)
}

func elements(name string, mode schema.Mode, t *schema.Type, n uint64) *schema.Field {
	f := field(name, schema.Array, mode, t)
	f.Length = &schema.Size{Value: n}
	return f
}

func characters(name string, n uint64) *schema.Field {
	f := field(name, schema.Text, schema.Mutex, nil)
	f.Length = &schema.Size{Value: n}
	return f
}

func lock(name string, guarded ...*schema.Field) *schema.Field {
	f := field(name, schema.Lock, "", nil)
	for _, g := range guarded {
		g.Mode, g.Guard = schema.Shared, f
	}
	f.Guards = guarded
	return f
}

func aligned(f *schema.Field, n int64) *schema.Field {
	f.Options["align"] = &schema.Option{Value: constant.MakeInt64(n)}
	return f
}

func since(f *schema.Field, version int) *schema.Field {
	f.Since = version
	return f
}

// file wraps fields in a segment, and a segment in a file with these records.
func file(records []*schema.Record, fields ...*schema.Field) *schema.File {
	version := 1
	for _, f := range fields {
		version = max(version, f.Since)
	}
	return &schema.File{
		Path: "test.shm", Package: "test", Records: records,
		Segments: []*schema.Segment{{Name: "Bank", GoName: "Bank", Version: version, Fields: fields}},
	}
}
