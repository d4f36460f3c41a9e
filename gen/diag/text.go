package diag

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// indent stands before everything that belongs to a diagnostic and is not its first line.
const indent = "    "

// Text writes ds to w as people read them, in the order given:
//
//	bank.shm:22:16: error: unknown typecode 'x' [type/unknown]
//	    rate    Value('x', 1.0)
//	                  ^~~
//	    hint: one of c b B h H i I l L q Q f d u ?
//
// source returns the text of a file by the path that its positions have, or nil if it is not at hand; the line and its
// caret are left out then. The error is that of w.
func Text(w io.Writer, source func(path string) []byte, ds []Diagnostic) error {
	b := bufio.NewWriter(w)
	lines := lineIndex{source: source, files: map[string][][]byte{}}
	for _, d := range ds {
		fmt.Fprintf(b, "%s: %s: %s [%s]\n", d.Span.Start, d.Severity, printable(d.Message), d.Rule)
		lines.excerpt(b, indent, d.Span)
		for _, r := range d.Related {
			fmt.Fprintf(b, "%s%s: %s\n", indent, r.Span.Start, printable(r.Message))
			lines.excerpt(b, indent+indent, r.Span)
		}
		if d.Hint != "" {
			fmt.Fprintf(b, "%shint: %s\n", indent, printable(d.Hint))
		}
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing diagnostics: %w", err)
	}
	return nil
}

// String returns the position as path:line:column.
func (p Position) String() string {
	return fmt.Sprintf("%s:%d:%d", printable(p.Path), p.Line, p.Column)
}

// lineIndex splits each file into lines once.
type lineIndex struct {
	source func(path string) []byte
	files  map[string][][]byte
}

// line returns the line that p is in, without its end.
func (l *lineIndex) line(p Position) ([]byte, bool) {
	lines, known := l.files[p.Path]
	if !known {
		if l.source != nil {
			if text := l.source(p.Path); text != nil {
				lines = bytes.Split(text, []byte("\n"))
			}
		}
		l.files[p.Path] = lines
	}
	if p.Line < 1 || p.Line > len(lines) || p.Column < 1 {
		return nil, false
	}
	return bytes.TrimSuffix(lines[p.Line-1], []byte("\r")), true
}

// excerpt writes the line of a span with a caret line under it.
func (l *lineIndex) excerpt(b *bufio.Writer, prefix string, span Span) {
	line, ok := l.line(span.Start)
	if !ok {
		return
	}
	text, caret := excerpt(line, span.Start.Column-1, span.Length)
	fmt.Fprintf(b, "%s%s\n%s%s\n", prefix, text, prefix, caret)
}
