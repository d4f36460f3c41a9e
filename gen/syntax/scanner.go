package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shmgen/shmgen/gen/diag"
)

// MaxText is the size in bytes of the largest text that [Parse] reads.
const MaxText = 1 << 20

const byteOrderMark = "\uFEFF"

// scanner cuts a text into tokens and comments.
type scanner struct {
	*diag.Reporter
	text      string
	position  diag.Position // of the next character
	tokens    []token
	comments  []*Comment
	lineEmpty bool         // nothing but blanks so far on this line
	unclosed  bool         // there is no */ in the rest of the text
	returned  bool         // a carriage return that ends no line has been reported
	damaged   map[int]bool // lines with something that is no token
}

// scan cuts text into tokens, the last of which is endOfFile, and comments.
func scan(path string, text []byte, reporter *diag.Reporter) *scanner {
	s := &scanner{Reporter: reporter, text: string(text), position: diag.Position{Path: path, Line: 1, Column: 1}, lineEmpty: true, damaged: map[int]bool{},
		tokens: make([]token, 0, len(text)/4+1)}
	if strings.HasPrefix(s.text, byteOrderMark) {
		s.Errorf(s.span(len(byteOrderMark)), RuleByteOrder, "save the file as UTF-8 without a byte order mark", "the file begins with a byte order mark")
		s.skip(len(byteOrderMark))
	}
	for s.position.Offset < len(s.text) {
		s.next()
	}
	s.add(endOfFile, 0)
	return s
}

func (s *scanner) rest() string { return s.text[s.position.Offset:] }

// span returns the span of the next length bytes, which must be on this line.
func (s *scanner) span(length int) diag.Span {
	return diag.Span{Start: s.position, Length: max(length, 1)}
}

// skip moves over n bytes of this line.
func (s *scanner) skip(n int) {
	s.position.Offset += n
	s.position.Column += n
}

// skipLines moves over n bytes that may contain ends of lines.
func (s *scanner) skipLines(n int) {
	passed := s.text[s.position.Offset : s.position.Offset+n]
	s.position.Offset += n
	if last := strings.LastIndexByte(passed, '\n'); last >= 0 {
		s.position.Line += strings.Count(passed, "\n")
		s.position.Column = len(passed) - last
		return
	}
	s.position.Column += n
}

// add makes a token of the next n bytes and moves over them.
func (s *scanner) add(kind tokenKind, n int) *token {
	start := s.position
	t := token{kind: kind, text: s.text[start.Offset : start.Offset+n], start: start, first: s.lineEmpty}
	s.skipLines(n)
	t.end = s.position
	if kind == newline && t.text == "\n" {
		s.lineEmpty = true
	} else {
		s.lineEmpty = false
	}
	s.tokens = append(s.tokens, t)
	return &s.tokens[len(s.tokens)-1]
}

// next reads the next token, comment or blank.
func (s *scanner) next() {
	rest := s.rest()
	switch c := rest[0]; {
	case c == ' ' || c == '\t':
		s.skip(1)
	case strings.HasPrefix(rest, "\r\n"):
		s.skip(1)
	case c == '\n' || c == ';':
		s.add(newline, 1)
	case strings.HasPrefix(rest, "//"):
		s.lineComment()
	case strings.HasPrefix(rest, "/*"):
		s.blockComment()
	case c >= '0' && c <= '9' || c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		s.number()
	case c == '\'' || c == '"':
		s.quoted(c)
	case c == '`':
		s.raw()
	default:
		if n := operatorLength(rest); n > 0 {
			s.add(operator, n)
			return
		}
		s.wordOrIllegal()
	}
}

// operatorLength returns the length of the operator that text begins with, or 0.
func operatorLength(text string) int {
	for _, op := range []string{"<<", ">>", "&^", "<=", ">="} {
		if strings.HasPrefix(text, op) {
			return len(op)
		}
	}
	if strings.IndexByte("+-*/%&|^()[]{},.:=<>", text[0]) >= 0 {
		return 1
	}
	return 0
}

// wordOrIllegal reads an identifier, or reports a character that begins nothing. Letters beyond ASCII are read as part
// of words, so that gen/schema can say what is wrong with the name as a whole.
func (s *scanner) wordOrIllegal() {
	rest := s.rest()
	if n := wordLength(rest); n > 0 {
		s.add(identifier, n)
		return
	}
	s.damaged[s.position.Line] = true
	r, size := utf8.DecodeRuneInString(rest)
	if r == '“' || r == '”' || r == '„' {
		s.curlyString()
		return
	}
	if r == '#' {
		n := s.lineLength()
		s.Errorf(s.span(n), RuleCharacter, "comments begin with //", "unexpected character '#'")
		s.skip(n)
		return
	}
	// A run of the same kind of rubbish is one mistake, not one for each byte.
	n := size
	for n < len(rest) && rest[n] != '\n' {
		other, width := utf8.DecodeRuneInString(rest[n:])
		if other != r {
			break
		}
		n += width
	}
	span := s.span(n)
	s.skip(n)
	s.lineEmpty = false
	if s.badText(span, r, size) {
		return
	}
	hint := "remove it"
	switch r {
	case '‘', '’':
		hint = "characters stand in straight quotes: 'i'"
	case '~', '!':
		hint = "the operators are | ^ & &^ << >> + - * / %"
	}
	s.Errorf(span, RuleCharacter, hint, "unexpected character %q", r)
}

// curlyString reads a string in the quotes of a word processor, and reports it.
func (s *scanner) curlyString() {
	n := s.lineLength()
	line := s.rest()[:n]
	_, opening := utf8.DecodeRuneInString(line)
	if i := strings.IndexAny(line[opening:], "“”"); i >= 0 {
		_, closing := utf8.DecodeRuneInString(line[opening+i:])
		n = opening + i + closing
	}
	s.Errorf(s.span(n), RuleCharacter, "write \"…\"", "strings stand in straight quotes")
	s.add(text, n)
}

// badText reports r if it has no place in a text at all, even in a comment.
func (s *scanner) badText(span diag.Span, r rune, size int) bool {
	switch {
	case r == utf8.RuneError && size <= 1:
		s.Errorf(span, RuleText, "save the file as UTF-8", "this is not UTF-8")
	case r == 0:
		s.Errorf(span, RuleText, "remove it; is this a text file?", "a NUL byte")
	case r == '\r':
		if !s.returned { // a file that is full of them has one mistake
			s.Errorf(span, RuleText, "save the file with lines that end with \\n or \\r\\n", "a carriage return that ends no line")
		}
		s.returned = true
	case r == '\uFEFF':
		s.Errorf(span, RuleText, "remove it", "a byte order mark inside the file")
	case r < ' ' && r != '\t' || r == 0x7F:
		s.Errorf(span, RuleText, "remove it; in a string, write it as an escape", "the control character %U", r)
	default:
		return false
	}
	return true
}

// checkText reports the first thing in the next n bytes of this line that has no place in a text. It returns whether
// there was one.
func (s *scanner) checkText(n int) bool {
	for i := 0; i < n; {
		r, size := utf8.DecodeRuneInString(s.text[s.position.Offset+i:])
		at := s.position
		at.Offset += i
		at.Column += i
		if s.badText(diag.Span{Start: at, Length: size}, r, size) {
			return true
		}
		i += size
	}
	return false
}

// wordLength returns the length of the identifier that text begins with, or 0.
func wordLength(text string) int {
	for i, r := range text {
		if r == '_' || unicode.IsLetter(r) || i > 0 && (unicode.IsDigit(r) || unicode.In(r, unicode.Mn, unicode.Mc)) {
			continue
		}
		return i
	}
	return len(text)
}

// lineLength returns the number of bytes up to the end of this line, which is not counted.
func (s *scanner) lineLength() int {
	line, _, _ := strings.Cut(s.rest(), "\n")
	return len(strings.TrimSuffix(line, "\r"))
}

func (s *scanner) lineComment() {
	n := s.lineLength()
	s.checkText(n)
	s.comments = append(s.comments, &Comment{Text: strings.TrimRight(s.rest()[:n], " \t\r"), Start: s.position, OwnLine: s.lineEmpty})
	s.skip(n)
}

// blockComment reports a comment in the other of Go's forms and passes over it.
func (s *scanner) blockComment() {
	n := -1
	if !s.unclosed {
		n = strings.Index(s.rest()[2:], "*/")
	}
	closed := n >= 0
	if n += 4; !closed {
		s.unclosed = true
		n = s.lineLength()
	}
	if !closed {
		s.damaged[s.position.Line] = true
	}
	message := "comments of the form /* */ are not part of the language"
	if !closed {
		message = "a comment without its closing */"
	}
	s.Errorf(s.span(2), RuleComment, "begin each line of the comment with //", "%s", message)
	s.skipLines(n)
}
