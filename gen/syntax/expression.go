package syntax

import "go/constant"

const (
	listHint      = "a list is written [1, 2, 3]"
	compositeHint = "a record is written {id: 1, memo: \"first\"}"
)

// initial reads an initial value: an expression, a list or a composite. It returns nil if it failed.
func (p *parser) initial() Expression {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	var x Expression
	switch t := p.current(); {
	case t.is("["):
		x = p.list()
	case t.is("{"):
		x = p.composite()
	default:
		return p.expression()
	}
	if p.failed {
		return nil
	}
	return x
}

// list reads [a, b, …].
func (p *parser) list() *List {
	first := p.current()
	p.open("[", listHint)
	l := &List{}
	for !p.failed && !p.current().is("]") {
		l.Elements = append(l.Elements, p.initial())
		if !p.current().is("]") && !p.accept(",") {
			p.expected("',' or ']'", listHint)
		}
	}
	p.close("]", listHint)
	l.Range = p.from(first)
	return l
}

// composite reads {name: value, …}.
func (p *parser) composite() *Composite {
	first := p.current()
	p.open("{", compositeHint)
	c := &Composite{}
	for !p.failed && !p.current().is("}") {
		start := p.current()
		e := &Entry{Name: p.name("the name of a member", compositeHint)}
		p.expect(":", compositeHint)
		e.Value = p.initial()
		e.Range = p.from(start)
		c.Entries = append(c.Entries, e)
		if !p.current().is("}") && !p.accept(",") {
			p.expected("',' or '}'", compositeHint)
		}
	}
	p.close("}", compositeHint)
	c.Range = p.from(first)
	return c
}

// expression reads an expression, or fails and returns nil.
func (p *parser) expression() Expression {
	p.operators = 0
	x := p.binary(1)
	if p.failed {
		return nil
	}
	return x
}

// precedence returns that of a binary operator as in Go, or 0 if t is none.
func precedence(t token) int {
	if t.kind != operator {
		return 0
	}
	switch t.text {
	case "+", "-", "|", "^":
		return 1
	case "*", "/", "%", "<<", ">>", "&", "&^":
		return 2
	}
	return 0
}

// binary reads operands and the operators of at least the given precedence between them.
func (p *parser) binary(least int) Expression {
	first := p.current()
	x := p.unary()
	for !p.failed {
		t := p.current()
		level := precedence(t)
		if level < least {
			return x
		}
		if p.operators++; p.operators > maxOperators {
			p.fail(tokenSpan(t), RuleDepth, "use constants for its parts", "an expression with more than %d operators", maxOperators)
			return nil
		}
		p.advance()
		y := p.binary(level + 1)
		x = &Binary{Range: p.from(first), Operator: t.text, X: x, Y: y}
	}
	return nil
}

// unary reads an operand with its signs.
func (p *parser) unary() Expression {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	first := p.current()
	if p.accept("-") {
		x := p.unary()
		return &Unary{Range: p.from(first), Operator: "-", X: x}
	}
	return p.operand()
}

// operand reads a literal, a name or an expression in parentheses.
func (p *parser) operand() Expression {
	t := p.current()
	switch {
	case p.atNextItem():
	case t.literal():
		p.advance()
		return &Literal{Range: p.from(t), Kind: literalKind(t), Text: t.text, Value: t.value}
	case t.is("true") || t.is("false"):
		p.advance()
		return &Literal{Range: p.from(t), Kind: BoolLiteral, Text: t.text, Value: constant.MakeBool(t.text == "true")}
	case t.kind == identifier:
		p.advance()
		r := &Reference{Name: &Name{Range: p.from(t), Text: t.text}}
		if p.accept(".") {
			r.Member = p.name("the name of a value of the enum", "write Status.open")
		}
		r.Range = p.from(t)
		return r
	case t.is("("):
		p.open("(", "")
		x := p.binary(1)
		p.close(")", "close the parenthesis")
		return &Parentheses{Range: p.from(t), X: x}
	}
	hint := "a value is a number, a character, a string, true, false, or the name of a constant"
	switch {
	case t.is("+") || t.is("^"):
		hint = "the only sign of a number is -"
	case t.is("[") || t.is("{"):
		hint = "lists and records are initial values, not parts of expressions"
	}
	p.expected("a value", hint)
	return nil
}

func literalKind(t token) LiteralKind {
	switch t.kind {
	case integer:
		return IntegerLiteral
	case float:
		return FloatLiteral
	case character:
		return CharacterLiteral
	}
	return StringLiteral
}
