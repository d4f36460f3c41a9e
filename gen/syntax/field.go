package syntax

import "slices"

func (p *parser) segmentDeclaration() *Segment {
	start := p.advance()
	d := &Segment{Docs: p.above(start)}
	d.Name = p.name("the name of the segment", "segment Bank { … }")
	if p.current().is("(") {
		p.params(d)
	}
	d.Broken = p.body(&d.Docs, "segment Bank { … }", func() {
		if f := p.field(); f.Name != nil {
			d.Fields = append(d.Fields, f)
		}
	})
	d.Range = p.from(start)
	return d
}

// params reads the parameters of a segment.
func (p *parser) params(d *Segment) {
	const hint = "segment Bank(depth <= 4096) { … }"
	p.open("(", hint)
	for !p.failed && !p.current().is(")") {
		first := p.current()
		param := &Param{Docs: p.above(first), Name: p.name("the name of a parameter", hint)}
		if p.expect("<=", "a parameter has a bound: depth <= 4096") {
			param.Bound = p.expression()
		}
		param.Range = p.from(first)
		if param.Name != nil {
			d.Params = append(d.Params, param)
		}
		more := p.accept(",")
		param.Docs.After = p.behind()
		if !more {
			break
		}
	}
	p.close(")", hint)
}

// field reads a field of a segment. Its name is nil if there is none.
func (p *parser) field() *Field {
	const hint = "a field is a name and a kind: money Value('i', 1000)"
	first := p.current()
	f := &Field{Docs: p.above(first)}
	if first.isKind() && p.following(1).is("(") {
		p.expected("the name of a field", hint)
	} else if second := p.following(1); second.kind == identifier && !second.isKind() && p.following(2).isKind() {
		p.fail(tokenSpan(first), RuleExpected, hint, "the word %s before the name of a field", first.describe())
	}
	f.Name = p.name("the name of a field", hint)
	if !p.failed && p.current().is("[") {
		p.open("[", hint)
		f.Count = p.expression()
		p.close("]", "a field of several is written stripe [64]Lock()")
	}
	f.Kind = p.name("a kind such as Value, Array or Lock", hint)
	if f.Kind != nil {
		p.arguments(f)
		f.As = p.as()
	}
	f.Range = p.from(first)
	f.Docs.After = p.behind()
	p.terminate("the end of the line", "each field stands on a line of its own")
	if p.failed {
		f.Broken, f.Kind = true, nil
	}
	return f
}

// arguments reads what stands in parentheses behind the kind of a field.
func (p *parser) arguments(f *Field) {
	hint := "write " + f.Kind.Text + "(…)"
	if t := p.tokens[p.index-1]; !t.isKind() {
		if !p.current().is("(") {
			// Most likely a Go type where a kind should be.
			p.fail(f.Kind.Span(), RuleExpected, "write Value("+clip(f.Kind.Text)+"), or another kind", "a field of a segment has a kind, and %s is none", clip(f.Kind.Text))
			return
		}
		f.Broken = true
		p.skipBrackets()
		return
	}
	if !p.open("(", hint) {
		return
	}
	typed := slices.Contains(typedKinds(), f.Kind.Text)
	if typed {
		if t := p.current(); t.is(")") || p.atOption() && (t.is("lock") || t.is("align") || t.is("since")) {
			p.expected("a type", f.Kind.Text+" needs to know what it holds: "+f.Kind.Text+"(int32, …)")
		}
		f.Type = p.parseType()
		if !p.current().is(")") {
			p.comma()
		}
	}
	for !p.failed && !p.current().is(")") {
		if t := p.current(); p.atOption() {
			f.Options = append(f.Options, p.option())
		} else {
			if len(f.Options) > 0 {
				p.fail(tokenSpan(t), RuleExpected, "options such as lock=none stand last", "a value behind the options")
			}
			f.Arguments = append(f.Arguments, p.initial())
		}
		if p.current().is(")") {
			break
		}
		p.comma()
	}
	p.close(")", hint)
}

// atOption reports whether name=value stands here.
func (p *parser) atOption() bool { return p.current().kind == identifier && p.following(1).is("=") }

// comma reads what separates arguments.
func (p *parser) comma() {
	if p.accept(",") {
		return
	}
	hint := "arguments stand in parentheses, with commas between them"
	if p.current().is("=") {
		hint = "an initial value stands behind a comma: Value(int32, 5); only options are written name=value"
	}
	p.expected("',' or ')'", hint)
}

// option reads name=value.
func (p *parser) option() *Option {
	first := p.current()
	o := &Option{Name: p.name("an option", "options are written lock=none")}
	p.expect("=", "options are written lock=none")
	o.Value = p.initial()
	o.Range = p.from(first)
	return o
}

// skipBrackets passes over a bracket and everything up to the one that closes it.
func (p *parser) skipBrackets() {
	before := p.brackets
	opening := p.current()
	for {
		t := p.current()
		switch {
		case t.kind == endOfFile || t.first && p.brackets > before && p.beginsItem(p.position()):
			p.fail(tokenSpan(opening), RuleExpected, "close it on the same line, or before the next field", "this bracket is not closed")
			return
		case t.is("(") || t.is("[") || t.is("{"):
			p.brackets++
		case t.is(")") || t.is("]") || t.is("}"):
			p.brackets--
		}
		p.advance()
		if p.brackets <= before {
			p.brackets = before
			return
		}
	}
}
