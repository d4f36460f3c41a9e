// Package diag holds the one type in which every command of shmgen reports what it found.
package diag

// Severity says how much a [Diagnostic] weighs.
type Severity string

// The severities. Only an Error stops generation.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Position is a place in a file. Line and Column count from 1, Column in bytes; Offset counts bytes from 0.
type Position struct {
	Path   string
	Line   int
	Column int
	Offset int
}

// Span is the piece of text that a diagnostic is about: from Start, Length bytes on the same line (at least 1).
type Span struct {
	Start  Position
	Length int
}

// Related is another place that explains a diagnostic: "the first declaration is here".
type Related struct {
	Span    Span
	Message string
}

// A Diagnostic says what is wrong, where, and what to do.
type Diagnostic struct {
	Span     Span
	Severity Severity
	Rule     string // stable name, "type/unknown"
	Message  string // what is wrong, one line, no full stop
	Hint     string // what to write instead; may be empty
	Related  []Related
}
