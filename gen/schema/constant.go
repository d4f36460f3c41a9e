package schema

import (
	"go/constant"
	"maps"
	"slices"
	"strings"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/syntax"
)

// maxChain bounds how many constants may wait for each other's values, so that a long chain of them that is written in
// reverse does not use up the stack.
const maxChain = 1000

// constantSymbol is a constant on its way to its value.
type constantSymbol struct {
	tree     *syntax.Const
	model    *Const
	operand  operand
	progress progress
}

// constant computes a constant, and those it depends on first.
func (r *resolver) constant(c *constantSymbol) operand {
	if c.progress == finished {
		return c.operand
	}
	c.progress = underway
	r.chain++
	c.operand = r.evaluate(c.tree.Value, &names{what: "a constant"})
	r.chain--
	c.progress = finished
	c.model.Value, c.model.Char = c.operand.value, c.operand.char
	return c.operand
}

// constantUsed returns the value of a constant that is named at x.
func (r *resolver) constantUsed(c *constantSymbol, x *syntax.Reference) operand {
	if c.progress == underway {
		r.cycle(x, c.tree.Name)
		return operand{}
	}
	if c.progress == untouched && !r.chainAllowed(x) {
		return operand{}
	}
	return r.constant(c)
}

// chainAllowed reports whether another value may be computed before the one that needs it, and says so if not.
func (r *resolver) chainAllowed(x *syntax.Reference) bool {
	if r.chain < maxChain {
		return true
	}
	r.Errorf(x.Span(), RuleConstCycle, "declare the constants that are used before those that use them",
		"more than %d constants wait for each other's values", maxChain)
	return false
}

// cycle reports that the value of what is declared at name depends on itself.
func (r *resolver) cycle(x *syntax.Reference, name *syntax.Name) {
	r.Add(diag.Diagnostic{Span: x.Span(), Severity: diag.Error, Rule: RuleConstCycle,
		Message: "the value of " + name.Text + " depends on itself", Hint: "give one of the constants on the way a value of its own",
		Related: []diag.Related{{Span: name.Span(), Message: name.Text + " is declared here"}}})
}

// operand is the value of an expression. All its fields are zero if the value is not known, which has been reported.
type operand struct {
	value  constant.Value // with parameters at their bounds
	char   bool           // written as one character
	member *EnumMember    // if the expression only names one
	enum   *Enum          // that of member
	size   *SizeExpr      // if the value depends on parameters of the segment
	length int            // of a string, in bytes: go/constant joins strings only when they are asked for
}

// known reports whether the value is known.
func (o operand) known() bool { return o.value != nil }

// plain returns o as part of a larger expression, where it does not matter how it was written.
func (o operand) plain() operand { return operand{value: o.value, size: o.size, length: o.length} }

// names are what an expression can use besides constants and values of enums.
type names struct {
	params map[string]*Param // of the segment
	sizes  bool              // whether the parameters can be used
	what   string            // what the expression is for
}

// evaluate computes an expression. A nil one is what the parser could not read.
func (r *resolver) evaluate(x syntax.Expression, n *names) operand {
	switch x := x.(type) {
	case *syntax.Literal:
		if x.Value == nil {
			return operand{}
		}
		o := operand{value: x.Value, char: x.Kind == syntax.CharacterLiteral}
		if x.Kind == syntax.StringLiteral {
			o.length = len(constant.StringVal(x.Value))
		}
		return r.bounded(x, o)
	case *syntax.Reference:
		return r.reference(x, n)
	case *syntax.Parentheses:
		return r.evaluate(x.X, n)
	case *syntax.Unary:
		return r.unary(x, r.evaluate(x.X, n).plain())
	case *syntax.Binary:
		return r.binary(x, r.evaluate(x.X, n).plain(), r.evaluate(x.Y, n).plain())
	case *syntax.List:
		r.Errorf(x.Span(), RuleConstValue, "write a single value", "a list where %s should be", n.what)
	case *syntax.Composite:
		r.Errorf(x.Span(), RuleConstValue, "write a single value", "a record where %s should be", n.what)
	}
	return operand{}
}

// reference looks a name up.
func (r *resolver) reference(x *syntax.Reference, n *names) operand {
	s := r.symbols[x.Name.Text]
	if x.Member != nil {
		return r.enumReference(x, s)
	}
	if p := n.params[x.Name.Text]; p != nil {
		if !n.sizes {
			r.Errorf(x.Span(), RuleSizeParam, "a parameter can be used in the length of an array or queue and in a count; use a constant here",
				"the parameter %s cannot be used in %s", p.Name, n.what)
			return operand{}
		}
		if p.Bound == 0 {
			return operand{} // its bound has been reported
		}
		return operand{value: constant.MakeUint64(p.Bound), size: &SizeExpr{Param: p}}
	}
	switch {
	case s != nil && s.constant != nil:
		return r.constantUsed(s.constant, x)
	case s != nil && s.enum != nil:
		hint := "name one of its values"
		if members := s.enum.model.Members; len(members) > 0 {
			hint = "name one of its values: " + s.name.Text + "." + members[0].Name
		}
		r.Errorf(x.Span(), RuleConstValue, hint, "the enum %s is no value", s.name.Text)
	case s != nil:
		r.Errorf(x.Span(), RuleConstValue, "use a constant or a number", "the %s %s is no value", s.describe(), s.name.Text)
	case r.tree.Lost[x.Name.Text]:
	default:
		r.Errorf(x.Span(), RuleConstUnknown, r.hintForValue(x.Name.Text, n), "unknown name %s", x.Name.Text)
	}
	return operand{}
}

// maxOffered is the number of parameters up to which a hint may name one: to sort more of them again for each unknown name
// would take long.
const maxOffered = 1000

// hintForValue says what an unknown name may stand for.
func (r *resolver) hintForValue(name string, n *names) string {
	if r.Full() {
		return "" // it is not going to be shown
	}
	switch strings.ToLower(name) {
	case "inf", "infinity", "nan":
		return "only finite numbers can be written; let the creator of the segment store it"
	}
	for _, e := range r.file.Enums {
		for _, m := range e.Members {
			if m.Name == name {
				return "did you mean " + e.Name + "." + name + "?"
			}
		}
	}
	candidates := r.symbolNames(func(s *symbol) bool { return s.constant != nil || s.enum != nil })
	if n.sizes && len(n.params) <= maxOffered {
		candidates = among(slices.Values(slices.Sorted(maps.Keys(n.params))), candidates)
	}
	return r.didYouMean(name, candidates, "declare it: const "+suggestDeclaration(name)+" = 1")
}
