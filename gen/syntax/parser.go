package syntax

import (
	"github.com/shmgen/shmgen/gen/diag"
)

const (
	// maxDepth bounds how deeply brackets, types and signs may be nested.
	maxDepth = 200
	// maxOperators bounds the operators of one expression.
	maxOperators = 1000
)

// Parse reads the text of a schema. It always returns a tree, with what could be read, and the diagnostics in the order
// in which they were found; path is only for their positions.
func Parse(path string, text []byte) (*File, []diag.Diagnostic) {
	p := &parser{file: &File{Path: path, Lost: map[string]bool{}}}
	if len(text) > MaxText {
		p.Errorf(diag.Span{Start: diag.Position{Path: path, Line: 1, Column: 1}, Length: 1}, RuleText,
			"split it into several schemas", "the file has more than %d bytes", MaxText)
		p.file.Broken = true
		return p.file, p.Diagnostics()
	}
	scanned := scan(path, text, &p.Reporter)
	p.tokens, p.damaged, p.comments = scanned.tokens, scanned.damaged, group(scanned.comments)
	p.file.Comments = p.comments.groups
	p.parseFile()
	p.file.Broken = len(p.Diagnostics()) > 0
	return p.file, p.Diagnostics()
}

// parser is a recursive-descent parser. Once it has reported an error it is in the state failed, in which nothing
// advances and nothing is reported, until recover has found the next field or declaration. So no error is reported that
// only follows from another, and no function needs to hand errors up.
type parser struct {
	diag.Reporter
	file      *File
	tokens    []token // the last one is endOfFile
	index     int
	brackets  int // open round and square ones, and braces inside them: ends of lines mean nothing there
	depth     int // of the recursion
	operators int // in this expression
	failed    bool
	comments  *comments
	damaged   map[int]bool // lines with something that is no token, which has been reported
}

// current returns the token to be read next.
func (p *parser) current() token { return p.tokens[p.position()] }

// position returns the index of the current token, past ends of lines where they mean nothing.
func (p *parser) position() int {
	i := p.index
	for p.brackets > 0 && p.tokens[i].kind == newline && p.tokens[i].text == "\n" {
		i++
	}
	return i
}

// following returns the token n behind the current one, on the same line unless inside brackets.
func (p *parser) following(n int) token {
	i := p.position()
	for ; n > 0 && p.tokens[i].kind != endOfFile; n-- {
		i++
		for p.brackets > 0 && p.tokens[i].kind == newline && p.tokens[i].text == "\n" {
			i++
		}
	}
	return p.tokens[i]
}

// advance moves past the current token and returns it. At the end of the file it stays there.
func (p *parser) advance() token {
	p.index = p.position()
	t := p.tokens[p.index]
	if t.kind != endOfFile {
		p.index++
	}
	return t
}

// previousEnd returns the end of the token that was read last.
func (p *parser) previousEnd() diag.Position {
	if p.index == 0 {
		return p.tokens[0].start
	}
	return p.tokens[p.index-1].end
}

// tokenSpan returns the span of t: of its first line.
func tokenSpan(t token) diag.Span {
	length := t.end.Offset - t.start.Offset
	if t.end.Line != t.start.Line && t.kind != newline {
		for i := range t.text {
			if t.text[i] == '\n' {
				length = i
				break
			}
		}
	}
	return diag.Span{Start: t.start, Length: max(length, 1)}
}

// from returns the range from the token at start to the token that was read last.
func (p *parser) from(start token) Range {
	r := Range{Start: start.start, End: p.previousEnd()}
	if r.End.Offset < r.Start.Offset {
		r.End = r.Start
	}
	if r.End.Line == r.Start.Line {
		r.Length = r.End.Offset - r.Start.Offset
		return r
	}
	// The tokens of the first line end where it does, but for comments and blanks.
	r.Length = tokenSpan(start).Length
	for i := p.tokenAt(start.start.Offset); i < p.index && p.tokens[i].start.Line == start.start.Line; i++ {
		if t := p.tokens[i]; t.kind != newline {
			r.Length = t.start.Offset - r.Start.Offset + tokenSpan(t).Length
		}
	}
	return r
}

// tokenAt returns the index of the token that begins at offset.
func (p *parser) tokenAt(offset int) int {
	low, high := 0, len(p.tokens)
	for low < high {
		if middle := (low + high) / 2; p.tokens[middle].start.Offset < offset {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// fail reports an error at span, unless the parser has failed already.
func (p *parser) fail(span diag.Span, rule, hint, format string, args ...any) {
	if p.failed {
		return
	}
	p.Errorf(span, rule, hint, format, args...)
	p.failed = true
}

// expected reports that something else than the current token should stand here. If that is on another line than what
// was read last, something is missing at the end of that line.
func (p *parser) expected(what, hint string) {
	t := p.current()
	ended := p.index > 0 && t.start.Line != p.tokens[p.index-1].start.Line && p.tokens[p.index-1].kind != newline
	if t.literal() && t.value == nil || p.damaged[t.start.Line] || ended && p.damaged[p.tokens[p.index-1].start.Line] {
		p.failed = true // what is wrong there has been reported
		return
	}
	if ended {
		at := p.previousEnd()
		p.fail(diag.Span{Start: at, Length: 1}, RuleExpected, hint, "expected %s at the end of this line", what)
		return
	}
	p.fail(tokenSpan(t), RuleExpected, hint, "expected %s, found %s", what, t.describe())
}

// atNextItem reports whether the current token is inside brackets and begins the next item: a bracket is not closed.
func (p *parser) atNextItem() bool {
	i := p.position()
	t := p.tokens[i]
	return p.brackets > 0 && t.first && t.kind == identifier && p.beginsItem(i)
}

// accept reads the operator or word s if it is the current token.
func (p *parser) accept(s string) bool {
	if p.failed || !p.current().is(s) {
		return false
	}
	p.advance()
	return true
}

// expect reads the operator or word s, or fails.
func (p *parser) expect(s, hint string) bool {
	if p.accept(s) {
		return true
	}
	p.expected("'"+s+"'", hint)
	return false
}

// open reads an opening bracket inside which ends of lines mean nothing.
func (p *parser) open(bracket, hint string) bool {
	if !p.expect(bracket, hint) {
		return false
	}
	p.brackets++
	return true
}

// close reads the closing bracket.
func (p *parser) close(bracket, hint string) {
	if p.expect(bracket, hint) {
		p.brackets--
	}
}

// name reads an identifier, or fails and returns nil.
func (p *parser) name(what, hint string) *Name {
	if p.failed || p.current().kind != identifier {
		p.expected(what, hint)
		return nil
	}
	t := p.advance()
	return &Name{Range: p.from(t), Text: t.text}
}

// enter counts a level of nesting. If there are too many it fails; otherwise leave must be called.
func (p *parser) enter() bool {
	if p.failed {
		return false
	}
	if p.depth >= maxDepth {
		p.fail(tokenSpan(p.current()), RuleDepth, "take it apart", "nested more than %d levels deep", maxDepth)
		return false
	}
	p.depth++
	return true
}

func (p *parser) leave() { p.depth-- }

// terminate reads the end of a line, or what else ends an item: a closing brace or the end of the file. hint says what
// may stand before it.
func (p *parser) terminate(expected, hint string) {
	if p.failed {
		return
	}
	switch t := p.current(); {
	case t.kind == newline:
		p.advance()
	case t.kind == endOfFile || t.is("}"):
	default:
		p.expected(expected, hint)
	}
}

// skipNewlines passes over empty lines.
func (p *parser) skipNewlines() {
	for p.current().kind == newline {
		p.advance()
	}
}
