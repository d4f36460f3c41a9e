package syntax

import (
	"go/constant"
	"slices"
	"strings"

	"github.com/shmgen/shmgen/gen/diag"
)

// tokenKind says what a token is.
type tokenKind int

const (
	endOfFile tokenKind = iota
	newline             // the end of a line, or a semicolon
	identifier
	integer
	float
	character
	text     // a string
	operator // everything else; token.text says which
)

// A token is a piece of the text that the grammar knows.
type token struct {
	kind  tokenKind
	text  string         // as written; ";" or "\n" of a newline
	value constant.Value // of a literal; nil if it is malformed, which has been reported
	start diag.Position
	end   diag.Position
	first bool // the first token on its line
}

// is reports whether t is the operator or the word s.
func (t token) is(s string) bool {
	return (t.kind == operator || t.kind == identifier) && t.text == s
}

// literal reports whether t stands for a value.
func (t token) literal() bool {
	return t.kind == integer || t.kind == float || t.kind == character || t.kind == text
}

// describe says what t is, for messages.
func (t token) describe() string {
	switch t.kind {
	case endOfFile:
		return "the end of the file"
	case newline:
		if t.text == ";" {
			return "';'"
		}
		return "the end of the line"
	case operator:
		return "'" + t.text + "'"
	case text:
		return "a string"
	case identifier, integer, float, character:
		return clip(t.text)
	}
	return "nothing"
}

// clip shortens text of the schema for a message.
func clip(s string) string {
	const most = 40
	s = strings.ToValidUTF8(s, "\uFFFD")
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// typedKinds returns the kinds of fields whose first argument is a type.
func typedKinds() []string {
	return []string{"Value", "Array", "RawValue", "RawArray", "Queue", "JoinableQueue", "Pipe", "Broadcast"}
}

// plainKinds returns the other kinds of fields.
func plainKinds() []string {
	return []string{"Lock", "RLock", "RWLock", "Semaphore", "BoundedSemaphore", "Event", "Condition", "Barrier"}
}

// Kinds returns the names of all kinds of fields.
func Kinds() []string { return append(typedKinds(), plainKinds()...) }

// isKind reports whether t is the name of a kind.
func (t token) isKind() bool { return t.kind == identifier && slices.Contains(Kinds(), t.text) }

// beginsDeclaration reports whether t is one of the words that declarations begin with.
func (t token) beginsDeclaration() bool {
	return t.kind == identifier && (t.text == "const" || t.text == "enum" || t.text == "record" || t.text == "segment")
}
