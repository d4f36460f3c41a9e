package emit

import (
	"fmt"
	"go/constant"
	"go/token"
	"math/big"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/shmgen/shmgen/gen/schema"
)

// literal returns the initial value of something of type t, where the context gives the expression its type. A nil
// init is the zero value.
func literal(t *schema.Type, init *schema.Init) *jen.Statement {
	if init == nil {
		return zero(t)
	}
	switch init.Kind {
	case schema.ListInit:
		return goType(t).Values(elements(t.Elem, init)...)
	case schema.RecordInit:
		if t.Record.Binding != nil && len(init.Members) > 0 {
			return boundLiteral(t, init)
		}
		var members []jen.Code
		for _, m := range init.Members {
			members = append(members, jen.Id(m.Member.GoName).Op(":").Add(literal(m.Member.Type, m.Init)))
		}
		return goType(t).Values(members...)
	}
	if init.Member != nil {
		return jen.Id(init.Member.GoName)
	}
	switch t.Kind {
	case schema.StringType:
		return jen.Id("Must" + helperOf(t).Name()).Call(jen.Lit(text(init)))
	case schema.BytesType:
		return jen.Id("Must" + helperOf(t).Name()).Call(jen.Index().Byte().Call(jen.Lit(text(init))))
	}
	if isBool(t) {
		return runtime("BoolOf").Call(jen.Lit(constant.BoolVal(init.Value)))
	}
	return jen.Id(number(t, init.Value))
}

// elements returns the values of a list.
func elements(elem *schema.Type, init *schema.Init) []jen.Code {
	var codes []jen.Code
	for _, e := range init.List {
		codes = append(codes, literal(elem, e))
	}
	return codes
}

// slice returns the initial elements of an array field: a []T, or nil if all are zero.
func slice(f *schema.Field) *jen.Statement {
	if f.Init == nil {
		return jen.Nil()
	}
	return jen.Index().Add(goType(f.Type)).Values(elements(f.Type, f.Init)...)
}

// truth returns a Go bool.
func truth(init *schema.Init) *jen.Statement {
	return jen.Lit(init != nil && constant.BoolVal(init.Value))
}

// text returns the string of an initial value.
func text(init *schema.Init) string {
	if init == nil {
		return ""
	}
	return constant.StringVal(init.Value)
}

// zero returns the zero value of t.
func zero(t *schema.Type) *jen.Statement {
	switch t.Kind {
	case schema.ArrayType, schema.RecordType, schema.StringType, schema.BytesType:
		return goType(t).Values()
	}
	return jen.Id("0")
}

// number writes a number so that it has the type t without a conversion, with the fewest digits that give it back.
func number(t *schema.Type, value constant.Value) string {
	if !isFloat(t) {
		return constant.ToInt(value).ExactString()
	}
	if t.Basic == "float32" {
		f, _ := constant.Float32Val(value)
		return strconv.FormatFloat(float64(f), 'g', -1, 32)
	}
	f, _ := constant.Float64Val(value)
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// constantValue writes the value of a constant of the schema, exactly where Go can write it.
func constantValue(c *schema.Const) string {
	switch c.Value.Kind() {
	case constant.String:
		return strconv.Quote(constant.StringVal(c.Value))
	case constant.Bool:
		return strconv.FormatBool(constant.BoolVal(c.Value))
	case constant.Float:
		return float(c.Value)
	}
	if n, exact := constant.Int64Val(c.Value); c.Char && exact && n >= 0 && n <= 0x10FFFF {
		return strconv.QuoteRune(rune(n))
	}
	return c.Value.ExactString()
}

// digits is the precision, in decimal digits, of a constant that is no short decimal number and no short quotient.
const digits = 60

// float writes a float constant without losing its value: as a decimal number if that is exact, else as a quotient.
func float(value constant.Value) string {
	f, _ := constant.Float64Val(value)
	short := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(short, ".eE") {
		short += ".0"
	}
	if back := constant.MakeFromLiteral(short, token.FLOAT, 0); back.Kind() != constant.Unknown && constant.Compare(back, token.EQL, value) {
		return short
	}
	above, below := constant.Num(value), constant.Denom(value)
	if above.Kind() == constant.Int && below.Kind() == constant.Int {
		if a, b := above.ExactString(), below.ExactString(); len(a)+len(b) <= digits {
			return fmt.Sprintf("%s.0 / %s.0", a, b)
		}
	}
	var exact *big.Float
	switch v := constant.Val(value).(type) {
	case *big.Rat:
		exact = new(big.Float).SetPrec(512).SetRat(v)
	case *big.Float:
		exact = v
	default:
		return short
	}
	return exact.Text('g', digits)
}
