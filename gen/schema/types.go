package schema

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/shmgen/shmgen/gen/syntax"
)

// typeOf resolves a type. stream says whether bare bytes are possible, which they are in a Pipe only. It returns nil
// if the type is not known, which has been reported.
func (r *resolver) typeOf(t syntax.Type, n *names, stream bool) *Type {
	switch t := t.(type) {
	case *syntax.CodeType:
		return r.codeType(t)
	case *syntax.NamedType:
		return r.namedType(t, stream)
	case *syntax.ArrayType:
		return r.arrayType(t, n)
	case *syntax.SizedType:
		kind := StringType
		switch t.Name.Text {
		case "string":
		case "bytes":
			kind = BytesType
		default:
			r.lengthBehind(t)
			return nil
		}
		length, ok := r.constantSize(t.Length, &names{params: n.params, what: "the length of a " + t.Name.Text + "[n]"}, 1, maxText)
		if !ok {
			return nil
		}
		return &Type{Kind: kind, Len: length, Span: t.Span()}
	case *syntax.ForeignType:
		r.foreignType(t)
	}
	return nil
}

// lengthBehind reports a length behind a name that takes none.
func (r *resolver) lengthBehind(t *syntax.SizedType) {
	if s := r.symbols[t.Name.Text]; slices.Contains(basicTypes(), t.Name.Text) || s != nil && (s.enum != nil || s.record != nil) {
		r.Errorf(t.Span(), RuleTypeLength, "an array is written [3]"+t.Name.Text, "the length of an array stands before its type, not behind it")
		return
	}
	if !r.tree.Lost[t.Name.Text] {
		sized := slices.Values([]string{"string", "bytes"})
		r.Errorf(t.Span(), RuleTypeUnknown, r.didYouMean(t.Name.Text, sized, "string[n] and bytes[n] have a length behind them; an array is written [3]int32"),
			"unknown type %s[n]", clip(t.Name.Text))
	}
}

func (r *resolver) codeType(t *syntax.CodeType) *Type {
	if t.Code == 0 {
		return nil
	}
	basic, ok := basicOf(t.Code)
	if !ok {
		r.Errorf(t.Span(), RuleTypeUnknown, typecodes, "unknown typecode %q", t.Code)
		return nil
	}
	return &Type{Kind: BasicType, Basic: basic, Span: t.Span()}
}

func (r *resolver) namedType(t *syntax.NamedType, stream bool) *Type {
	for _, name := range basicTypes() {
		if name == t.Name {
			return &Type{Kind: BasicType, Basic: Basic(name), Span: t.Span()}
		}
	}
	if t.Name == "bytes" && stream {
		return &Type{Kind: StreamType, Span: t.Span()}
	}
	if t.Name == "string" || t.Name == "bytes" {
		hint := "give it the most bytes that it can hold: " + t.Name + "[32]"
		if t.Name == "bytes" {
			hint += "; a stream of bytes is Pipe(bytes, n)"
		}
		r.Errorf(t.Span(), RuleTypeLength, hint, "%s without a length", t.Name)
		return nil
	}
	s := r.symbols[t.Name]
	switch {
	case s != nil && s.enum != nil:
		return &Type{Kind: EnumType, Enum: s.enum.model, Span: t.Span()}
	case s != nil && s.record != nil:
		return &Type{Kind: RecordType, Record: s.record.model, Span: t.Span()}
	case s != nil:
		r.Errorf(t.Span(), RuleTypeKind, "use a record, an enum or a basic type", "the %s %s is no type", s.describe(), t.Name)
		return nil
	}
	if hint := foreignName(t.Name); hint != "" {
		r.Errorf(t.Span(), RuleTypeForeign, hint, "the type %s cannot be shared between processes", t.Name)
		return nil
	}
	if hint := otherName(t.Name); hint != "" {
		r.Errorf(t.Span(), RuleTypeUnknown, hint, "unknown type %s", t.Name)
		return nil
	}
	for _, kind := range syntax.Kinds() {
		if kind == t.Name {
			r.Errorf(t.Span(), RuleTypeKind, "a kind is written in a segment: name "+kind+"(…)", "the kind %s is no type", kind)
			return nil
		}
	}
	if !r.tree.Lost[t.Name] {
		candidates := among(slices.Values(basicTypes()), r.symbolNames(func(s *symbol) bool { return s.enum != nil || s.record != nil }))
		r.Errorf(t.Span(), RuleTypeUnknown, r.didYouMean(t.Name, candidates, "declare it as a record or an enum, or use one of "+strings.Join(basicTypes(), " ")),
			"unknown type %s", t.Name)
	}
	return nil
}

// foreignName returns which type to use instead of one of Go that shared memory cannot hold, or "".
func foreignName(name string) string {
	switch name {
	case "int":
		return "its size differs between programs; use int64 or int32"
	case "uint":
		return "its size differs between programs; use uint64 or uint32"
	case "uintptr":
		return "an address means nothing in another process; use uint64 for a number, or an index"
	case "error":
		return "use an enum for its kind, and string[n] for its text"
	case "any":
		return "use a record that has a member for each type it can be"
	}
	return ""
}

// otherName returns which type to use for what other languages call so, or "".
func otherName(name string) string {
	switch name {
	case "complex64":
		return "use [2]float32, or a record"
	case "complex128":
		return "use [2]float64, or a record"
	case "char":
		return "use byte, or int8 for small numbers"
	case "short":
		return "use int16"
	case "long":
		return "use int64"
	case "float":
		return "use float32"
	case "double":
		return "use float64"
	case "str", "text":
		return "use string[n], with the most bytes that it can hold"
	}
	return ""
}

// foreignType reports a type of Go that is no name.
func (r *resolver) foreignType(t *syntax.ForeignType) {
	hint := "use a record"
	switch t.What {
	case "pointer":
		hint = "an address means nothing in another process; use the type itself, or an index into an Array"
	case "slice":
		hint = "use a fixed array [n]T, bytes[n], or a field of the kind Array"
	case "map":
		hint = "use an Array of records with a key"
	case "channel":
		hint = "use a field of the kind Queue or Pipe"
	case "struct":
		hint = "declare a record and use its name"
	case "function", "interface":
		hint = "code cannot be shared; use an enum that says what to do"
	case "type of another package":
		hint = "time and duration are types of the language; bind another type to a record: record Tick = \"example.com/market\".Tick { … }"
	}
	what := "a " + t.What
	if t.What == "interface" {
		what = "an " + t.What
	}
	r.Errorf(t.Span(), RuleTypeForeign, hint, "%s cannot be shared between processes", what)
}

// arrayType resolves [n]T. The elements of all its dimensions together are bounded.
func (r *resolver) arrayType(t *syntax.ArrayType, n *names) *Type {
	length, ok := r.constantSize(t.Length, &names{params: n.params, what: "the length of an array"}, 1, maxElements)
	element := r.typeOf(t.Element, n, false)
	if !ok || element == nil {
		return nil
	}
	if high, total := bits.Mul64(length, elements(element)); high != 0 || total > maxElements {
		r.Errorf(t.Span(), RuleSizeRange, "use smaller lengths", "an array with more than %d elements in all", uint64(maxElements))
		return nil
	}
	return &Type{Kind: ArrayType, Elem: element, Len: length, Span: t.Span()}
}

// elements returns the number of elements in all dimensions of t: 1 if it is no array.
func elements(t *Type) uint64 {
	n := uint64(1)
	for ; t.Kind == ArrayType; t = t.Elem {
		n *= t.Len
	}
	return n
}
