package schema

import (
	"fmt"
	"go/constant"
	"go/token"
	"math"

	"github.com/shmgen/shmgen/gen/syntax"
)

// initial checks an initial value against the type it is for. It returns nil if something is wrong, which has been
// reported.
func (r *resolver) initial(t *Type, x syntax.Expression, n *names) *Init {
	if t == nil || x == nil {
		return nil
	}
	switch t.Kind {
	case RecordType:
		return r.initialRecord(t, x, n)
	case ArrayType:
		l, ok := x.(*syntax.List)
		if !ok {
			r.Errorf(x.Span(), RuleInitType, "write its elements in brackets: [1, 2]", "the initial value of an array is a list")
			return nil
		}
		if uint64(len(l.Elements)) > t.Len {
			r.Errorf(l.Elements[t.Len].Span(), RuleInitLength, "remove the rest, or make the array longer", "%d elements for an array of %d", len(l.Elements), t.Len)
			return nil
		}
		return r.initialList(t, l, n)
	}
	switch x.(type) {
	case *syntax.List:
		r.Errorf(x.Span(), RuleInitType, "write a single value", "a list for %s", typeName(t))
		return nil
	case *syntax.Composite:
		r.Errorf(x.Span(), RuleInitType, "write a single value", "a record for %s", typeName(t))
		return nil
	}
	return r.initialScalar(t, x, n)
}

// initialList checks the elements of a list. t is the array, or what the elements of an Array field are put into.
func (r *resolver) initialList(t *Type, l *syntax.List, n *names) *Init {
	init := &Init{Kind: ListInit, Type: t, Span: l.Span()}
	complete := true
	for _, x := range l.Elements {
		e := r.initial(t.Elem, x, n)
		complete = complete && e != nil
		init.List = append(init.List, e)
	}
	if !complete {
		return nil
	}
	return init
}

func (r *resolver) initialRecord(t *Type, x syntax.Expression, n *names) *Init {
	c, ok := x.(*syntax.Composite)
	if !ok {
		r.Errorf(x.Span(), RuleInitType, "write its members in braces: {name: value}", "the initial value of the record %s is a record", t.Record.Name)
		return nil
	}
	s := r.symbols[t.Record.Name].record
	init := &Init{Kind: RecordInit, Type: t, Span: x.Span()}
	seen := map[string]bool{}
	complete := true
	for _, e := range c.Entries {
		m := s.members[e.Name.Text]
		switch {
		case m == nil && r.tree.Lost[e.Name.Text]:
			complete = false
			continue
		case m == nil:
			r.Errorf(e.Name.Span(), RuleInitMember, r.didYouMean(e.Name.Text, s.names(), "its members are "+list(s.names())),
				"the record %s has no member %s", t.Record.Name, e.Name.Text)
			complete = false
			continue
		case seen[m.Name]:
			r.Errorf(e.Name.Span(), RuleInitMember, "remove one of them", "the member %s is given twice", m.Name)
			complete = false
		}
		seen[m.Name] = true
		value := r.initial(m.Type, e.Value, n)
		if value == nil {
			complete = false
			continue
		}
		init.Members = append(init.Members, MemberInit{Member: m, Init: value})
	}
	if !complete {
		return nil
	}
	return init
}

func (r *resolver) initialScalar(t *Type, x syntax.Expression, n *names) *Init {
	o := r.evaluate(x, n)
	if !o.known() {
		return nil
	}
	init := &Init{Kind: ScalarInit, Type: t, Span: x.Span(), Value: o.value}
	if t.Kind == EnumType {
		if o.enum != nil && o.enum != t.Enum {
			r.Errorf(x.Span(), RuleInitType, "name a value of "+t.Enum.Name, "%s.%s is no value of %s", o.enum.Name, o.member.Name, t.Enum.Name)
			return nil
		}
		init.Member = o.member
	}
	if !r.holds(t, x, o) {
		return nil
	}
	return init
}

// holds reports whether t can hold the value of x, and says why not.
func (r *resolver) holds(t *Type, x syntax.Expression, o operand) bool {
	basic := t.Basic
	switch t.Kind {
	case StringType, BytesType:
		if o.value.Kind() != constant.String {
			r.Errorf(x.Span(), RuleInitType, `write a string in double quotes: "text", "\x00\xff"`, "%s for %s", describe(o.value), typeName(t))
			return false
		}
		if length := len(constant.StringVal(o.value)); uint64(length) > t.Len {
			r.Errorf(x.Span(), RuleInitLength, "shorten it, or make the type longer", "a string of %d bytes for %s", length, typeName(t))
			return false
		}
		return true
	case EnumType:
		if basic = t.Enum.Base; basic == "" {
			return false // the type of the enum has been reported
		}
	}
	switch basic {
	case "bool":
		if o.value.Kind() != constant.Bool {
			r.Errorf(x.Span(), RuleInitType, "write true or false", "%s for a bool", describe(o.value))
			return false
		}
		return true
	case "float32", "float64":
		return r.holdsFloat(basic, x, o)
	}
	if o.value.Kind() != constant.Int {
		r.Errorf(x.Span(), RuleInitType, hintForInteger(t, o), "%s for %s", describe(o.value), typeName(t))
		return false
	}
	if lowest, highest, ok := limits(basic); ok && !between(o.value, lowest, highest) {
		r.Errorf(x.Span(), RuleInitRange, fmt.Sprintf("%s holds %s to %s", basic, show(lowest), show(highest)), "%s is out of range of %s", show(o.value), typeName(t))
		return false
	}
	return true
}

func (r *resolver) holdsFloat(basic Basic, x syntax.Expression, o operand) bool {
	if !isNumeric(o.value) {
		r.Errorf(x.Span(), RuleInitType, "write a number", "%s for a %s", describe(o.value), basic)
		return false
	}
	value, most := 0.0, math.MaxFloat64
	if basic == "float32" {
		single, _ := constant.Float32Val(o.value)
		value, most = float64(single), math.MaxFloat32
	} else {
		value, _ = constant.Float64Val(o.value)
	}
	if math.IsInf(value, 0) {
		r.Errorf(x.Span(), RuleInitRange, fmt.Sprintf("the largest is %g", most), "%s is out of range of %s", show(o.value), basic)
		return false
	}
	return true
}

// hintForInteger says what to write where an integer is needed and o is none.
func hintForInteger(t *Type, o operand) string {
	if t.Kind == EnumType && len(t.Enum.Members) > 0 {
		return "write " + t.Enum.Name + "." + t.Enum.Members[0].Name
	}
	switch o.value.Kind() {
	case constant.Float:
		if i := constant.ToInt(o.value); i.Kind() == constant.Int {
			return "write " + show(i)
		}
		if t.Basic == "time" || t.Basic == "duration" {
			return "write whole nanoseconds"
		}
		return "round it, or use float64"
	case constant.String:
		if t.Basic == "byte" || t.Basic == "rune" {
			if runes := []rune(constant.StringVal(o.value)); len(runes) == 1 {
				return fmt.Sprintf("write %q", runes[0])
			}
		}
	case constant.Bool:
		return "write 1 or 0, or use bool"
	}
	return "write a number"
}

// limits returns the lowest and the highest value of an integer type.
func limits(b Basic) (lowest, highest constant.Value, ok bool) {
	bits, signed, ok := integerRange(b)
	if !ok {
		return nil, nil, false
	}
	one := constant.MakeInt64(1)
	if !signed {
		return constant.MakeInt64(0), constant.BinaryOp(constant.Shift(one, token.SHL, bits), token.SUB, one), true
	}
	half := constant.Shift(one, token.SHL, bits-1)
	return constant.UnaryOp(token.SUB, half, 0), constant.BinaryOp(half, token.SUB, one), true
}

func between(v, lowest, highest constant.Value) bool {
	return constant.Compare(v, token.GEQ, lowest) && constant.Compare(v, token.LEQ, highest)
}

// typeName writes a type for a message, as the language does.
func typeName(t *Type) string {
	switch t.Kind {
	case EnumType:
		return t.Enum.Name
	case RecordType:
		return t.Record.Name
	case ArrayType:
		return fmt.Sprintf("[%d]%s", t.Len, typeName(t.Elem))
	case StringType:
		return fmt.Sprintf("string[%d]", t.Len)
	case BytesType:
		return fmt.Sprintf("bytes[%d]", t.Len)
	case StreamType:
		return "bytes"
	}
	return string(t.Basic)
}
