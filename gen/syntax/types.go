package syntax

import (
	"go/constant"
)

// parseType reads a type, or fails and returns nil.
func (p *parser) parseType() Type {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	const hint = "a type is a typecode such as 'i', a name such as int32 or Order, [n]T, string[n] or bytes[n]"
	t := p.current()
	switch {
	case p.atNextItem():
	case t.kind == character:
		p.advance()
		code := &CodeType{Range: p.from(t)}
		if t.value != nil {
			value, _ := constant.Int64Val(t.value)
			code.Code = rune(value)
		}
		return code
	case t.is("["):
		return p.arrayType(t)
	case t.is("*"):
		p.advance()
		return p.foreign(t, "pointer", p.parseType())
	case t.kind == identifier:
		return p.namedType(t)
	}
	p.expected("a type", hint)
	return nil
}

// arrayType reads [n]T; also []T and [...]T, which are foreign.
func (p *parser) arrayType(t token) Type {
	p.open("[", "")
	if p.current().is("]") {
		p.close("]", "")
		return p.foreign(t, "slice", p.parseType())
	}
	array := &ArrayType{Length: p.expression()}
	p.close("]", "a fixed array is written [3]float64")
	array.Element = p.parseType()
	array.Range = p.from(t)
	if p.failed {
		return nil
	}
	return array
}

// namedType reads a type that begins with a name.
func (p *parser) namedType(t token) Type {
	p.advance()
	name := &Name{Range: p.from(t), Text: t.text}
	next := p.current()
	switch {
	case t.is("map") && next.is("["):
		p.skipBrackets()
		p.parseType()
		return p.foreign(t, "map", nil)
	case t.is("chan") && next.kind == identifier:
		p.parseType()
		return p.foreign(t, "channel", nil)
	case (t.is("struct") || t.is("interface")) && next.is("{"):
		p.skipBrackets()
		return p.foreign(t, t.text, nil)
	case t.is("func") && next.is("("):
		p.skipBrackets()
		if result := p.current(); result.is("(") {
			p.skipBrackets()
		} else if result.is("*") || result.is("[") || result.kind == identifier && !result.is("as") {
			p.parseType()
		}
		return p.foreign(t, "function", nil)
	case next.is("["): // string[n], bytes[n]; gen/schema says what to write instead of another
		p.open("[", "")
		sized := &SizedType{Name: name, Length: p.expression()}
		p.close("]", t.text+"[32]")
		sized.Range = p.from(t)
		if p.failed {
			return nil
		}
		return sized
	case next.is("."):
		p.advance()
		p.name("the name of a type", "write a name behind the point")
		return p.foreign(t, "type of another package", nil)
	}
	return &NamedType{Range: name.Range, Name: name.Text}
}

// foreign makes a type that begins at t and that shared memory cannot hold.
func (p *parser) foreign(t token, what string, element Type) Type {
	if p.failed {
		return nil
	}
	return &ForeignType{Range: p.from(t), What: what, Element: element}
}
