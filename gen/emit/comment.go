package emit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"

	"github.com/shmgen/shmgen/gen/schema"
)

// documentation returns the lines of doc as they are to stand in a comment; a declaration without documentation gets
// the fallback. If the text begins with the schema's name of what it documents, that word becomes the Go name.
func documentation(doc schema.Doc, name, goName, fallback string) []string {
	var lines []string
	for _, line := range doc {
		lines = append(lines, clean(line))
	}
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		if fallback == "" {
			return nil
		}
		return []string{fallback}
	}
	if rest, found := strings.CutPrefix(lines[0], name); found && name != "" {
		if next, _ := utf8.DecodeRuneInString(rest); !unicode.IsLetter(next) && !unicode.IsDigit(next) && next != '_' && next != '.' {
			lines[0] = goName + rest
		}
	}
	return lines
}

// clean makes one line of documentation safe for a comment: whatever the schema says, it stays text. Characters that
// end a line or that Go's scanner refuses are replaced. The one directive that has a space after its slashes, "// +build",
// is quoted, since gofmt moves it to the top of the file where the go command obeys it.
func clean(line string) string {
	line = strings.ToValidUTF8(line, string(utf8.RuneError))
	line = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case unicode.IsControl(r), r == '\uFEFF', r == '\u2028', r == '\u2029':
			return utf8.RuneError
		}
		return r
	}, line)
	line = strings.TrimRight(line, " \t")
	if text := strings.TrimSpace(line); strings.HasPrefix(text, "+build") {
		return `"` + text + `"`
	}
	return line
}

// commenter is a part of a file that comments can be written into.
type commenter interface {
	Comment(text string) *jen.Statement
}

// comment writes the lines, each as a comment of its own. The space after the slashes keeps a line such as
// "go:generate rm" from becoming a directive; a comment that begins with slashes is not changed by jennifer.
func comment(to commenter, lines ...string) {
	for _, line := range lines {
		to.Comment(strings.TrimRight("// "+line, " "))
	}
}

// comments returns the lines as comments for a list of struct fields or constants.
func comments(lines []string) []jen.Code {
	var codes []jen.Code
	for _, line := range lines {
		codes = append(codes, jen.Comment(strings.TrimRight("// "+line, " ")))
	}
	return codes
}
