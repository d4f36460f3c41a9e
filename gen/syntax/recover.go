package syntax

// recoverItem ends the state failed inside the braces of a declaration: it moves to the beginning of the next item, or
// to what ends the declaration.
func (p *parser) recoverItem() {
	if !p.failed {
		return
	}
	depth := p.brackets
	p.failed, p.brackets, p.depth = false, 0, 0
	// A missing bracket is noticed at the beginning of the next line, which is an item of its own then.
	if t := p.tokens[p.position()]; depth > 0 {
		i := p.index
		for p.tokens[i].kind == newline {
			i++
		}
		if t.kind == newline && p.beginsItem(i) || p.tokens[p.index].first && p.beginsItem(p.index) {
			p.index = i
			return
		}
	}
	for {
		switch t := p.tokens[p.index]; {
		case t.kind == endOfFile:
			return
		case t.kind == newline:
			if depth <= 0 || p.beginsItem(p.index+1) {
				return
			}
		case t.is("(") || t.is("[") || t.is("{"):
			depth++
		case t.is("}") && depth <= 0:
			return
		case t.is(")") || t.is("]") || t.is("}"):
			depth--
		}
		p.index++
	}
}

// lose notes the words between two tokens as those of something that could not be read.
func (p *parser) lose(from, to int) {
	for _, t := range p.tokens[from:to] {
		if t.kind == identifier {
			p.file.Lost[t.text] = true
		}
	}
}

// beginsItem reports whether what begins at the token i, the first of a line, can only be an item of a declaration or
// its end, and not the continuation of an item.
func (p *parser) beginsItem(i int) bool {
	t := p.tokens[i]
	if t.kind == endOfFile {
		return true
	}
	next := p.tokens[i+1]
	switch {
	case t.is("}"):
		return next.kind == newline || next.kind == endOfFile
	case t.kind == identifier:
		if next.is("*") { // a member with a pointer, or a product
			return p.tokens[i+2].kind == identifier && p.tokens[i+3].kind == newline
		}
		sized := t.text == "string" || t.text == "bytes"
		return next.kind == identifier && !next.is("as") || next.is("[") && !sized || next.is("(") || next.kind == character
	}
	return false
}

// recoverDeclaration ends the state failed outside of declarations: it moves to the beginning of the next one.
func (p *parser) recoverDeclaration() {
	if !p.failed {
		return
	}
	p.failed, p.brackets, p.depth = false, 0, 0
	from := p.index
	for t := p.current(); !t.first || !t.beginsDeclaration(); t = p.current() {
		if t.kind == endOfFile {
			break
		}
		p.advance()
	}
	p.lose(from, p.index)
}

// atDeclaration reports whether the current token begins a line and a declaration. A field may be called as a
// declaration word, which is another error; it is told from a declaration by what follows.
func (p *parser) atDeclaration() bool {
	t := p.current()
	if !t.first || !t.beginsDeclaration() {
		return false
	}
	name := p.following(1)
	if name.kind != identifier || name.isKind() {
		return false
	}
	next := p.following(2)
	switch t.text {
	case "const":
		return next.is("=")
	case "enum":
		return next.is("{") || next.kind == identifier || next.kind == character
	case "record":
		return next.is("{") || next.is("=")
	}
	return next.is("{") || next.is("(")
}

// skipToBody ends the state failed before a body: it moves to the brace that opens it, if that is on this line.
func (p *parser) skipToBody() bool {
	for i := p.index; p.tokens[i].kind != endOfFile && p.tokens[i].kind != newline; i++ {
		if p.tokens[i].is("{") {
			p.index, p.failed, p.brackets, p.depth = i, false, 0, 0
			return true
		}
	}
	return false
}
