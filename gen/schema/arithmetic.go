package schema

import (
	"fmt"
	"go/constant"
	"go/token"
	"math/big"

	"github.com/shmgen/shmgen/gen/syntax"
)

const (
	// maxBits bounds the integers and the exponents that are computed with.
	maxBits = 512
	// maxExponent is the largest power of two that a floating-point number may have.
	maxExponent = 4096
	// maxShift bounds the counts of shifts.
	maxShift = 511
	// maxString bounds the bytes of a string.
	maxString = 1 << 16
)

// unary computes -x.
func (r *resolver) unary(x *syntax.Unary, o operand) operand {
	switch {
	case !o.known():
		return operand{}
	case o.size != nil:
		r.Errorf(x.Span(), RuleSizeParam, "a size may only grow with its parameters", "a parameter cannot have a sign")
		return operand{}
	case !isNumeric(o.value):
		r.Errorf(x.Span(), RuleConstOperand, "only numbers have a sign", "the operator - does not go with %s", describe(o.value))
		return operand{}
	}
	return r.bounded(x, operand{value: constant.UnaryOp(token.SUB, o.value, 0)})
}

// binary computes x op y.
func (r *resolver) binary(b *syntax.Binary, x, y operand) operand {
	if !x.known() || !y.known() {
		return operand{}
	}
	op := operators(b.Operator)
	text := x.value.Kind() == constant.String && y.value.Kind() == constant.String && op == token.ADD
	if !text && !(isNumeric(x.value) && isNumeric(y.value)) {
		r.Errorf(b.Span(), RuleConstOperand, "operators go with numbers; + joins two strings as well",
			"the operator %s does not go with %s and %s", b.Operator, describe(x.value), describe(y.value))
		return operand{}
	}
	integers := x.value.Kind() == constant.Int && y.value.Kind() == constant.Int
	switch op {
	case token.REM, token.AND, token.OR, token.XOR, token.AND_NOT, token.SHL, token.SHR:
		if !integers {
			r.Errorf(b.Span(), RuleConstOperand, "use integers: 4 and not 4.0", "the operator %s needs integers", b.Operator)
			return operand{}
		}
	}
	var value constant.Value
	switch op {
	case token.QUO, token.REM:
		if constant.Sign(y.value) == 0 {
			r.Errorf(b.Y.Span(), RuleConstDivide, "check the constants in it: the divisor is 0", "a division by zero")
			return operand{}
		}
		if op == token.QUO && integers {
			op = token.QUO_ASSIGN // the division of integers that go/constant has
		}
		value = constant.BinaryOp(x.value, op, y.value)
	case token.SHL, token.SHR:
		count, exact := constant.Uint64Val(y.value)
		if !exact || count > maxShift {
			r.Errorf(b.Y.Span(), RuleConstShift, fmt.Sprintf("use a number from 0 to %d", maxShift), "a shift by %s", show(y.value))
			return operand{}
		}
		value = constant.Shift(x.value, op, uint(count))
	default:
		value = constant.BinaryOp(x.value, op, y.value)
	}
	result := r.bounded(b, operand{value: value, length: x.length + y.length})
	if result.known() && (x.size != nil || y.size != nil) {
		result = r.sizeOperation(b, x, y, result)
	}
	return result
}

// operators returns Go's token of a binary operator.
func operators(s string) token.Token {
	switch s {
	case "+":
		return token.ADD
	case "-":
		return token.SUB
	case "*":
		return token.MUL
	case "/":
		return token.QUO
	case "%":
		return token.REM
	case "&":
		return token.AND
	case "|":
		return token.OR
	case "^":
		return token.XOR
	case "&^":
		return token.AND_NOT
	case "<<":
		return token.SHL
	case ">>":
		return token.SHR
	}
	return token.ILLEGAL
}

// bounded returns o, unless its value is larger than anything that is computed with, which it reports at x.
func (r *resolver) bounded(x syntax.Expression, o operand) operand {
	fits := true
	switch o.value.Kind() {
	case constant.Unknown:
		fits = false
	case constant.Int:
		fits = constant.BitLen(o.value) <= maxBits
	case constant.Float:
		switch v := constant.Val(o.value).(type) {
		case *big.Float:
			exponent := v.MantExp(nil)
			fits = !v.IsInf() && exponent <= maxExponent && exponent >= -maxExponent
		case *big.Rat:
			fits = v.Num().BitLen() <= 2*maxExponent && v.Denom().BitLen() <= 2*maxExponent
		}
	case constant.String:
		if o.length > maxString {
			r.Errorf(x.Span(), RuleConstOverflow, "shorten it", "a string of more than %d bytes", maxString)
			return operand{}
		}
	}
	if !fits {
		r.Errorf(x.Span(), RuleConstOverflow, "integers have at most 512 bits, floating-point numbers exponents of two up to 4096",
			"the value is too large or too small to be computed")
		return operand{}
	}
	return o
}

func isNumeric(v constant.Value) bool {
	return v.Kind() == constant.Int || v.Kind() == constant.Float
}

// describe says what kind of value v is, for messages.
func describe(v constant.Value) string {
	switch v.Kind() {
	case constant.Bool:
		return "true or false"
	case constant.String:
		return "a string"
	case constant.Int:
		return "an integer"
	case constant.Float:
		return "a floating-point number"
	}
	return "this"
}

// show writes v for a message, shortened if it is long.
func show(v constant.Value) string {
	const most = 60
	s := v.String()
	if v.Kind() == constant.Int {
		s = v.ExactString()
	}
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
