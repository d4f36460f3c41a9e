package schema

import (
	"fmt"
	"go/constant"
	"math/big"

	"github.com/shmgen/shmgen/gen/syntax"
)

const (
	// maxElements bounds the elements of an array with all its dimensions, and every other number of things.
	maxElements = 1 << 40
	// maxText bounds the bytes of a string[n] or bytes[n], whose length is kept in 32 bits.
	maxText = 1<<32 - 1
	// maxCount bounds the counts of semaphores and barriers, which are kept in 32 bits.
	maxCount = 1<<31 - 1
)

// size computes a size or a count, which must be from least to most. It returns nil if it is not known, which has been
// reported.
func (r *resolver) size(x syntax.Expression, n *names, least, most uint64) *Size {
	if x == nil {
		return nil
	}
	return r.sizeOf(x, r.evaluate(x, n), n.what, least, most)
}

// sizeOf checks a size that has been computed.
func (r *resolver) sizeOf(x syntax.Expression, o operand, what string, least, most uint64) *Size {
	if !o.known() {
		return nil
	}
	switch {
	case o.value.Kind() == constant.Float:
		hint := "round it"
		if i := constant.ToInt(o.value); i.Kind() == constant.Int {
			hint = "write " + show(i)
		}
		r.Errorf(x.Span(), RuleSizeType, hint, "%s must be an integer", what)
		return nil
	case o.value.Kind() != constant.Int || o.char:
		r.Errorf(x.Span(), RuleSizeType, "write a number", "%s must be a number", what)
		return nil
	}
	value, exact := constant.Uint64Val(o.value)
	if !exact || value < least || value > most {
		at := ""
		if o.size != nil {
			at = ", with each parameter at its bound"
		}
		r.Errorf(x.Span(), RuleSizeRange, fmt.Sprintf("use a number from %d to %d", least, most), "%s is %s%s", what, show(o.value), at)
		return nil
	}
	return &Size{Span: x.Span(), Value: value, Param: o.size}
}

// constantSize is size for a place where no parameter can be used.
func (r *resolver) constantSize(x syntax.Expression, n *names, least, most uint64) (uint64, bool) {
	s := r.size(x, &names{params: n.params, what: n.what}, least, most)
	if s == nil {
		return 0, false
	}
	return s.Value, true
}

// sizeOperation returns the result of x op y, where at least one of them depends on a parameter, with its expression.
//
// The space for a size is that with all parameters at their bounds, so an expression may only grow with them. The
// operations for which that can be seen without knowing the parameters are allowed, all others are errors.
func (r *resolver) sizeOperation(b *syntax.Binary, x, y, result operand) operand {
	grows := true
	switch b.Operator {
	case "+", "*", "<<":
	case "-", "/", ">>":
		grows = y.size == nil
	case "&^": // rounding down to a multiple of a power of two
		grows = y.size == nil && isMask(y.value)
	default:
		grows = false
	}
	if !grows {
		r.Errorf(b.Span(), RuleSizeParam, "a size may only grow with its parameters: use + and *, and - / >> with a constant behind them",
			"the operator %s cannot be used with a parameter in this way", b.Operator)
		return operand{}
	}
	left, right := sizeExpression(x), sizeExpression(y)
	if left == nil || right == nil || constant.Sign(result.value) < 0 {
		r.Errorf(b.Span(), RuleSizeParam, "all numbers in it must be positive integers of 64 bits", "a size that is computed from parameters is negative or too large")
		return operand{}
	}
	if _, exact := constant.Uint64Val(result.value); !exact {
		r.Errorf(b.Span(), RuleSizeRange, "use a smaller bound for the parameter", "the size is %s with each parameter at its bound, which is too large", show(result.value))
		return operand{}
	}
	result.size = &SizeExpr{Op: b.Operator, X: left, Y: right}
	return result
}

// sizeExpression returns the expression for an operand, or nil for a number that has none.
func sizeExpression(o operand) *SizeExpr {
	if o.size != nil {
		return o.size
	}
	if o.value.Kind() != constant.Int {
		return nil
	}
	n, exact := constant.Uint64Val(o.value)
	if !exact {
		return nil
	}
	return &SizeExpr{Number: n}
}

// isMask reports whether v is a power of two minus one.
func isMask(v constant.Value) bool {
	if v.Kind() != constant.Int || constant.Sign(v) < 0 {
		return false
	}
	i, _ := new(big.Int).SetString(v.ExactString(), 10)
	next := new(big.Int).Add(i, big.NewInt(1))
	return new(big.Int).And(i, next).Sign() == 0
}
