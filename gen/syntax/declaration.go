package syntax

// parseFile reads the whole file.
func (p *parser) parseFile() {
	p.skipNewlines()
	start := p.current()
	p.file.Docs = p.above(start)
	if start.is("package") {
		p.advance()
		p.file.Package = p.name("a package name", "package bank")
		p.file.Docs.After = p.behind()
		p.terminate("the end of the line", "the name of a package has small letters and digits, such as bank; a declaration begins on a line of its own")
		p.recoverDeclaration()
	} else {
		p.expected("a package clause", "a schema begins with the name of the Go package: package bank")
		// What stands here may well be a declaration already.
		p.failed = !start.beginsDeclaration()
		p.recoverDeclaration()
	}
	for {
		p.skipNewlines()
		if p.current().kind == endOfFile {
			return
		}
		before := p.index
		if d := p.declaration(); d != nil {
			p.file.Declarations = append(p.file.Declarations, d)
		} else {
			p.lose(before, p.index)
		}
		p.recoverDeclaration()
	}
}

// declaration reads one declaration. It returns nil if not even its name is known.
func (p *parser) declaration() Declaration {
	t := p.current()
	switch {
	case t.is("const"):
		if d := p.constDeclaration(); d.Name != nil {
			return d
		}
	case t.is("enum"):
		if d := p.enumDeclaration(); d.Name != nil {
			return d
		}
	case t.is("record"):
		if d := p.recordDeclaration(); d.Name != nil {
			return d
		}
	case t.is("segment"):
		if d := p.segmentDeclaration(); d.Name != nil {
			return d
		}
	default:
		hint := "declarations begin with const, enum, record or segment"
		switch t.text {
		case "type", "struct":
			hint = "a struct is declared as record Name { … }"
		case "import":
			hint = "there are no imports; a Go struct is used with record Name = \"path\".Name { … }"
		case "package":
			hint = "there is one package clause, at the beginning"
		}
		p.expected("a declaration", hint)
	}
	return nil
}

func (p *parser) constDeclaration() *Const {
	start := p.advance()
	d := &Const{Docs: p.above(start)}
	d.Name = p.name("the name of the constant", "const Seats = 4")
	if p.expect("=", "const Seats = 4") {
		d.Value = p.expression()
	}
	d.Range = p.from(start)
	d.Docs.After = p.behind()
	p.terminate("the end of the line or an operator", "a declaration begins on a line of its own")
	if p.failed {
		d.Value = nil
	}
	return d
}

func (p *parser) enumDeclaration() *Enum {
	start := p.advance()
	d := &Enum{Docs: p.above(start)}
	const hint = "enum Status uint32 { … }"
	d.Name = p.name("the name of the enum", hint)
	if p.current().is("{") {
		p.Errorf(tokenSpan(p.current()), RuleExpected, hint, "the enum has no type: expected an integer type, found '{'")
	} else {
		d.Base = p.parseType()
	}
	d.Broken = p.body(&d.Docs, hint, func() {
		first := p.current()
		m := &EnumMember{Docs: p.above(first), Name: p.name("the name of a value", "each value stands on a line of its own: open = 1")}
		if p.accept("=") {
			m.Value = p.expression()
		}
		m.Range = p.from(first)
		m.Docs.After = p.behind()
		p.terminate("the end of the line", "each value stands on a line of its own: open = 1")
		if m.Name != nil {
			d.Members = append(d.Members, m)
		}
	})
	d.Range = p.from(start)
	return d
}

func (p *parser) recordDeclaration() *Record {
	start := p.advance()
	d := &Record{Docs: p.above(start)}
	const hint = "record Order { … }"
	d.Name = p.name("the name of the record", hint)
	if p.accept("=") {
		d.Binding = p.binding()
	}
	d.Broken = p.body(&d.Docs, hint, func() { d.Members = append(d.Members, p.member()) })
	d.Range = p.from(start)
	return d
}

// binding reads the Go type of a bound record.
func (p *parser) binding() *Binding {
	start := p.current()
	const hint = `record Tick = "example.com/market".Tick { … }, or = Tick for a type of the same package`
	b := &Binding{}
	if start.kind == text {
		p.advance()
		b.Path = &Literal{Range: p.from(start), Kind: StringLiteral, Text: start.text, Value: start.value}
		p.expect(".", hint)
	}
	b.Name = p.name("the name of a Go type", hint)
	b.Range = p.from(start)
	return b
}

// member reads a member of a record, or a reserved gap.
func (p *parser) member() *Member {
	first := p.current()
	m := &Member{Docs: p.above(first)}
	const hint = "a member is a name and a type: amount float64"
	if first.is("reserved") && p.following(1).is("(") {
		p.advance()
		p.open("(", "")
		m.Reserved = p.expression()
		p.close(")", "reserved(8)")
	} else {
		m.Name = p.name("the name of a member", hint)
		if kind := p.current(); kind.isKind() && p.following(1).is("(") {
			p.fail(tokenSpan(kind), RuleExpected, "write only the type here; "+kind.text+" is for fields of a segment", "a member of a record has a type, not a kind")
		} else if kind.kind == newline || kind.kind == endOfFile || kind.is("}") {
			p.expected("the type of the member", hint)
		}
		m.Type = p.parseType()
		m.As = p.as()
	}
	m.Range = p.from(first)
	m.Docs.After = p.behind()
	p.terminate("the end of the line", "each member stands on a line of its own")
	if p.failed {
		m.Type, m.Reserved = nil, nil
	}
	return m
}

// as reads "as Name" if it stands here.
func (p *parser) as() *Name {
	if !p.accept("as") {
		return nil
	}
	return p.name("a Go name", "job Value('i') as TheJob")
}

// body reads the items of a declaration in braces, each with item. It adds the comment behind the opening brace, or
// behind a closing one on the same line, to docs, and returns whether an item was lost.
func (p *parser) body(docs *Docs, hint string, item func()) (broken bool) {
	if p.failed {
		if !p.skipToBody() {
			return true
		}
		broken = true
	}
	opening := p.current()
	if !p.expect("{", hint) {
		return true
	}
	docs.After = p.behind()
	for {
		p.skipNewlines()
		t := p.current()
		if t.is("}") {
			p.advance()
			break
		}
		if t.kind == endOfFile || p.atDeclaration() {
			p.missingBrace(opening)
			return true
		}
		before := p.index
		item()
		if p.failed {
			broken = true
			p.recoverItem()
			p.lose(before, p.index)
		}
		if p.index == before { // an item that does not begin as one, such as a stray bracket
			p.advance()
		}
	}
	if docs.After == nil && p.tokens[p.index-1].start.Line == opening.start.Line {
		docs.After = p.behind()
	}
	p.terminate("the end of the line", "a declaration begins on a line of its own")
	return broken
}

// missingBrace reports that a body is not closed, where it is opened, unless what stands last in it could not be read:
// a string without its closing quote takes the brace with it.
func (p *parser) missingBrace(opening token) {
	last := p.index - 1
	for last > 0 && p.tokens[last].kind == newline {
		last--
	}
	if p.damaged[p.tokens[last].start.Line] {
		return
	}
	p.fail(tokenSpan(opening), RuleExpected, "close it with } on a line of its own", "this brace is not closed")
	p.failed = false
}
