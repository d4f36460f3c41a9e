package syntax

import (
	"go/constant"
	gotoken "go/token"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxNumber is the length of the longest number: more digits than any type can use.
const maxNumber = 1000

// number reads an integer or a floating-point number as Go writes them.
func (s *scanner) number() {
	rest := s.rest()
	n := numberLength(rest)
	written := rest[:n]
	span := s.span(n)
	kind, literal := integer, gotoken.INT
	lower := strings.ToLower(written)
	hexadecimal := strings.HasPrefix(lower, "0x")
	prefixed := hexadecimal || strings.HasPrefix(lower, "0b") || strings.HasPrefix(lower, "0o")
	if strings.Contains(lower, ".") || hexadecimal && strings.Contains(lower, "p") || !prefixed && strings.Contains(lower, "e") {
		kind, literal = float, gotoken.FLOAT
	}
	t := s.add(kind, n)
	switch {
	case n > maxNumber:
		s.Errorf(span, RuleLiteral, "write fewer digits", "a number of %d characters; at most %d are read", n, maxNumber)
	case kind == float && prefixed && hexadecimal && !strings.Contains(lower, "p"):
		s.Errorf(span, RuleLiteral, "a hexadecimal fraction needs an exponent: 0x1.8p0", "malformed number %s", clip(written))
	case kind == float && prefixed && !hexadecimal:
		s.Errorf(span, RuleLiteral, "fractions are decimal or hexadecimal", "malformed number %s", clip(written))
	default:
		if value := constant.MakeFromLiteral(written, literal, 0); value.Kind() != constant.Unknown {
			t.value = value
			return
		}
		hint := "numbers are written as in Go: 42, 0x2A, 0b101010, 0o52, 1_000, 1.5, 2e9"
		if _, exponent, found := strings.Cut(lower, "e"); found && len(exponent) > 4 && strings.Trim(exponent[1:], "0123456789_") == "" {
			hint = "its exponent is too large"
		}
		s.Errorf(span, RuleLiteral, hint, "malformed number %s", clip(written))
	}
}

// numberLength returns the length of what looks like a number at the start of text: letters and digits, points, and the
// sign of an exponent.
func numberLength(text string) int {
	hexadecimal := len(text) > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')
	n := 0
	for n < len(text) {
		c := text[n]
		switch {
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '.':
		case (c == '+' || c == '-') && n > 0 && exponent(text[n-1], hexadecimal):
		default:
			return n
		}
		n++
	}
	return n
}

// exponent reports whether c begins the exponent of a number.
func exponent(c byte, hexadecimal bool) bool {
	if hexadecimal {
		return c == 'p' || c == 'P'
	}
	return c == 'e' || c == 'E'
}

// quoted reads a character or a string in double quotes.
func (s *scanner) quoted(quote byte) {
	rest := s.rest()
	n := 1
	for n < len(rest) && rest[n] != quote && rest[n] != '\n' {
		if rest[n] == '\\' && n+1 < len(rest) && rest[n+1] != '\n' {
			n++
		}
		n++
	}
	kind := text
	what, example := "string", `"text"`
	if quote == '\'' {
		kind, what, example = character, "character", `'i'`
	}
	if n >= len(rest) || rest[n] == '\n' {
		n = len(strings.TrimSuffix(rest[:n], "\r"))
		s.Errorf(s.span(n), RuleUnfinished, "close it on the same line: "+example, "a %s without its closing quote", what)
		s.damaged[s.position.Line] = true
		s.add(kind, n)
		return
	}
	n++
	span := s.span(n)
	bad := s.checkText(n)
	t := s.add(kind, n)
	if bad {
		return
	}
	if kind == text {
		value, err := strconv.Unquote(t.text)
		if err != nil {
			s.Errorf(span, RuleLiteral, `escapes are those of Go: \n \t \" \\ \x00 \u00e9`, "malformed string %s", clip(t.text))
			return
		}
		t.value = constant.MakeString(value)
		return
	}
	value, _, tail, err := strconv.UnquoteChar(t.text[1:n-1], '\'')
	switch {
	case err == nil && tail == "":
		t.value = constant.MakeInt64(int64(value))
	case n > 2 && utf8.RuneCountInString(t.text) > 3 && !strings.Contains(t.text, `\`):
		s.Errorf(span, RuleLiteral, "strings stand in double quotes", "more than one character in %s", clip(t.text))
	default:
		s.Errorf(span, RuleLiteral, `one character, or an escape of Go such as '\n' or '\x00'`, "malformed character %s", clip(t.text))
	}
}

// raw reads a string in back quotes, which may extend over lines.
func (s *scanner) raw() {
	rest := s.rest()
	n := strings.IndexByte(rest[1:], '`')
	if n < 0 {
		// The end could be meant anywhere; the rest of the file is better read as usual than swallowed.
		n = s.lineLength()
		s.Errorf(s.span(n), RuleUnfinished, "close it with `", "a string without its closing quote")
		s.damaged[s.position.Line] = true
		s.add(text, n)
		return
	}
	n += 2
	content := rest[1 : n-1]
	firstLine, _, _ := strings.Cut(rest[:n], "\n")
	span := s.span(len(firstLine))
	if i := strings.IndexFunc(content, badInRaw); i >= 0 {
		s.Errorf(span, RuleText, `write it as an escape in a string in double quotes`, "a raw string with a byte that is no text")
		s.add(text, n)
		return
	}
	s.add(text, n).value = constant.MakeString(strings.ReplaceAll(content, "\r", ""))
}

// badInRaw reports whether r may not stand in a raw string.
func badInRaw(r rune) bool {
	return r == utf8.RuneError || r == '\uFEFF' || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7F
}
