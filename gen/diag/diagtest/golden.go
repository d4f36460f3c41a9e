// Package diagtest checks diagnostics against files that hold the expected text.
package diagtest

import (
	"bytes"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/gen/diag"
)

// update makes [Golden] write what it gets instead of comparing it.
var update = flag.Bool("update", false, "write the expected diagnostics")

// Golden runs parse on every .shm file of the folder testdata and compares its diagnostics, as [diag.Text] writes them,
// with the .txt file beside it. Every string constant of the Go file rules must be the rule of a diagnostic in the
// schema that is called after it: type_unknown.shm for type/unknown.
func Golden(t *testing.T, rules string, parse func(path string, text []byte) []diag.Diagnostic) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "*.shm"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{} // rule and file in which it occurs
	for _, path := range paths {
		name := filepath.Base(path)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		ds := parse(name, text)
		for _, d := range ds {
			found[d.Rule+" "+name] = true
		}
		t.Run(strings.TrimSuffix(name, ".shm"), func(t *testing.T) {
			compare(t, strings.TrimSuffix(path, ".shm")+".txt", Render(t, text, ds))
			CheckSpans(t, text, ds)
		})
	}
	for _, rule := range ruleConstants(t, rules) {
		file := strings.ReplaceAll(rule, "/", "_") + ".shm"
		if !found[rule+" "+file] {
			t.Errorf("testdata/%s does not show the rule %s", file, rule)
		}
	}
}

// Render returns ds as people read them. text is the file that they are about.
func Render(t testing.TB, text []byte, ds []diag.Diagnostic) string {
	t.Helper()
	var b bytes.Buffer
	if err := diag.Text(&b, func(string) []byte { return text }, ds); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// CheckSpans checks that every diagnostic of a file has a message, a rule, and spans that lie in the text and agree with
// their line and column.
func CheckSpans(t testing.TB, text []byte, ds []diag.Diagnostic) {
	t.Helper()
	for _, d := range ds {
		if d.Message == "" || d.Hint == "" || !strings.Contains(d.Rule, "/") || d.Severity == "" || strings.ContainsAny(d.Message+d.Hint, "\n\r") {
			t.Errorf("incomplete diagnostic %+v", d)
		}
		checkSpan(t, text, d.Span)
		for _, r := range d.Related {
			checkSpan(t, text, r.Span)
		}
	}
}

func checkSpan(t testing.TB, text []byte, s diag.Span) {
	t.Helper()
	p := s.Start
	if p.Offset < 0 || p.Offset > len(text) || s.Length < 1 {
		t.Fatalf("span %+v is outside the text of %d bytes", s, len(text))
	}
	lineStart := bytes.LastIndexByte(text[:p.Offset], '\n') + 1
	if got, want := p.Line, bytes.Count(text[:p.Offset], []byte("\n"))+1; got != want {
		t.Errorf("offset %d: line %d, want %d", p.Offset, got, want)
	}
	if got, want := p.Column, p.Offset-lineStart+1; got != want {
		t.Errorf("offset %d: column %d, want %d", p.Offset, got, want)
	}
	line, _, _ := bytes.Cut(text[p.Offset:], []byte("\n"))
	// A span of one byte may be at the end of a line or of the file.
	if s.Length > max(len(line), 1) {
		t.Errorf("span %+v extends over the end of its line", s)
	}
}

// compare holds got against a file, or writes it there.
func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run the test with -update and check what it writes", err)
	}
	if got != string(want) {
		t.Errorf("diagnostics differ from %s\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

// ruleConstants returns the values of the string constants of a Go file.
func ruleConstants(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			value, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		return true
	})
	if len(values) == 0 {
		t.Fatalf("no rules in %s", path)
	}
	return values
}
