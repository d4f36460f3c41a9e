package schema

import (
	"fmt"
	"go/constant"
	"go/token"
	"iter"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/syntax"
)

// enumSymbol is an enum on its way to its values.
type enumSymbol struct {
	tree     *syntax.Enum
	model    *Enum
	index    map[string]int // of members, by name; the first of each
	progress []progress     // of each member
}

// declareEnum makes the names of an enum known before any value is computed.
func (r *resolver) declareEnum(d *syntax.Enum) *enumSymbol {
	e := &enumSymbol{tree: d, index: map[string]int{}, progress: make([]progress, len(d.Members)),
		model: &Enum{Name: d.Name.Text, GoName: d.Name.Text, Doc: docOf(d.Docs), Span: d.Name.Span()}}
	var s scope
	for i, m := range d.Members {
		name := r.memberName(m.Name, nil, "value of an enum", false)
		if r.add(&s, m.Name, name, "a value of "+d.Name.Text, false) {
			e.index[m.Name.Text] = i
		}
		if name != "" {
			name = d.Name.Text + name
		}
		e.model.Members = append(e.model.Members, &EnumMember{Name: m.Name.Text, GoName: name, Doc: docOf(m.Docs), Span: m.Name.Span()})
	}
	return e
}

// enum computes the values of an enum and checks them.
func (r *resolver) enum(e *enumSymbol) {
	e.model.Base = r.enumBase(e.tree)
	for i := range e.tree.Members {
		if e.progress[i] == untouched {
			r.enumValue(e, i)
		}
	}
	if len(e.tree.Members) == 0 && !e.tree.Broken {
		r.Errorf(e.model.Span, RuleEnumEmpty, "name at least one value", "the enum %s has no values", e.model.Name)
	}
	r.enumRange(e)
	if e.tree.Broken {
		return // a name that was given a value of its own may have lost it
	}
	first := map[string]*EnumMember{}
	for _, m := range e.model.Members {
		if m.Value == nil {
			continue
		}
		key := m.Value.ExactString()
		if other := first[key]; other != nil {
			r.Add(diag.Diagnostic{Span: m.Span, Severity: diag.Error, Rule: RuleEnumDuplicate,
				Message: fmt.Sprintf("%s and %s are both %s", other.Name, m.Name, key), Hint: "give each name a value of its own",
				Related: []diag.Related{{Span: other.Span, Message: other.Name + " is here"}}})
			continue
		}
		first[key] = m
	}
}

// enumRange reports values that the type of the enum cannot hold. Of several that follow on each other, it is the first.
func (r *resolver) enumRange(e *enumSymbol) {
	lowest, highest, ok := limits(e.model.Base)
	if !ok {
		return
	}
	outside := false
	for i, m := range e.model.Members {
		follows := outside && e.tree.Members[i].Value == nil
		outside = m.Value != nil && !between(m.Value, lowest, highest)
		if outside && !follows {
			r.Errorf(m.Span, RuleEnumValue, "use a larger type for the enum, or a smaller value",
				"the value of %s is %s, which %s cannot hold", m.Name, show(m.Value), e.model.Base)
		}
	}
}

// enumBase returns the integer type of an enum, or "" if it has none.
func (r *resolver) enumBase(d *syntax.Enum) Basic {
	var base Basic
	switch t := d.Base.(type) {
	case nil:
		return ""
	case *syntax.CodeType:
		base, _ = basicOf(t.Code)
		if t.Code == 0 {
			return ""
		}
	case *syntax.NamedType:
		base = Basic(t.Name)
	}
	switch base {
	case "byte":
		return "uint8"
	case "rune":
		return "int32"
	case "time", "duration":
	default:
		if _, _, ok := integerRange(base); ok {
			return base
		}
	}
	r.Errorf(d.Base.Span(), RuleEnumBase, "one of int8 uint8 int16 uint16 int32 uint32 int64 uint64", "the type of the enum %s is no integer type", d.Name.Text)
	return ""
}

// enumValue computes the value of member i, and of those before it that it follows on.
func (r *resolver) enumValue(e *enumSymbol, i int) {
	begin := i
	for begin > 0 && e.tree.Members[begin].Value == nil && e.progress[begin-1] == untouched {
		begin--
	}
	for ; begin <= i; begin++ {
		e.progress[begin] = underway
		m := e.model.Members[begin]
		switch x := e.tree.Members[begin].Value; {
		case x != nil:
			r.chain++
			m.Value = r.enumExpression(x)
			r.chain--
		case begin == 0:
			m.Value = constant.MakeInt64(0)
		case e.model.Members[begin-1].Value != nil:
			m.Value = constant.BinaryOp(e.model.Members[begin-1].Value, token.ADD, constant.MakeInt64(1))
		}
		e.progress[begin] = finished
	}
}

// enumExpression computes a value that is written, or returns nil.
func (r *resolver) enumExpression(x syntax.Expression) constant.Value {
	o := r.evaluate(x, &names{what: "the value of an enum"})
	switch {
	case !o.known():
		return nil
	case o.value.Kind() != constant.Int:
		hint := "write an integer"
		if i := constant.ToInt(o.value); o.value.Kind() == constant.Float && i.Kind() == constant.Int {
			hint = "write " + show(i)
		}
		r.Errorf(x.Span(), RuleEnumValue, hint, "the value of an enum must be an integer, and this is %s", describe(o.value))
		return nil
	}
	return o.value
}

// enumReference looks up Name.Member. s is what Name is, or nil.
func (r *resolver) enumReference(x *syntax.Reference, s *symbol) operand {
	switch {
	case s == nil && r.tree.Lost[x.Name.Text]:
		return operand{}
	case s == nil:
		enums := r.symbolNames(func(s *symbol) bool { return s.enum != nil })
		r.Errorf(x.Name.Span(), RuleConstUnknown, r.didYouMean(x.Name.Text, enums, "declare it: enum "+suggestDeclaration(x.Name.Text)+" uint32 { … }"),
			"unknown enum %s", x.Name.Text)
		return operand{}
	case s.enum == nil:
		r.Errorf(x.Name.Span(), RuleConstValue, "only the values of an enum are written with a point", "the %s %s is no enum", s.describe(), s.name.Text)
		return operand{}
	}
	e := s.enum
	i, found := e.index[x.Member.Text]
	if !found {
		if !r.tree.Lost[x.Member.Text] {
			r.Errorf(x.Member.Span(), RuleEnumMember, r.didYouMean(x.Member.Text, e.names(), "its values are "+list(e.names())),
				"the enum %s has no value %s", e.model.Name, x.Member.Text)
		}
		return operand{}
	}
	switch e.progress[i] {
	case underway:
		r.cycle(x, e.tree.Members[i].Name)
		return operand{}
	case untouched:
		if !r.chainAllowed(x) {
			return operand{}
		}
		r.enumValue(e, i)
	}
	m := e.model.Members[i]
	if m.Value == nil {
		return operand{}
	}
	return operand{value: m.Value, member: m, enum: e.model}
}

// names returns the names of the values of the enum.
func (e *enumSymbol) names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, m := range e.model.Members {
			if !yield(m.Name) {
				return
			}
		}
	}
}
