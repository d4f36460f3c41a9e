package diag

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func at(line, column, length int) Span {
	return Span{Start: Position{Path: "bank.shm", Line: line, Column: column}, Length: length}
}

// render returns the text of one diagnostic for a source.
func render(t *testing.T, source string, d Diagnostic) string {
	t.Helper()
	var b strings.Builder
	if err := Text(&b, func(string) []byte { return []byte(source) }, []Diagnostic{d}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100_000)
	tests := []struct {
		name, source string
		span         Span
		text, caret  string // without the indentation
	}{
		{"as documented", "\trate    Value('x', 1.0)", at(1, 16, 3), "rate    Value('x', 1.0)", "              ^~~"},
		{"leading tabs and blanks", "\t\t  ab cd", at(1, 8, 2), "ab cd", "   ^~"},
		{"tabs inside", "a\tbb\tc", at(1, 6, 1), "a   bb  c", "        ^"},
		{"a tab in the span", "\ta\tb", at(1, 2, 3), "a   b", "^~~~~"},
		{"span in the leading blanks", "  \tx", at(1, 1, 1), "    x", "^"},
		{"end of line", "\tabc", at(1, 5, 1), "abc", "   ^"},
		{"empty line", "", at(1, 1, 1), "", "^"},
		{"carriage return", "abc\r\nd", at(1, 3, 1), "abc", "  ^"},
		{"second line", "abc\n\tdef", at(2, 2, 3), "def", "^~~"},
		{"letters beyond ASCII", "größe x", at(1, 9, 1), "größe x", "      ^"},
		{"wide letters", "日本 x", at(1, 8, 1), "日本 x", "     ^"},
		{"wide span", "日本", at(1, 1, 6), "日本", "^~~~"},
		{"combining marks", "e\u0301 x", at(1, 5, 1), "e\u0301 x", "  ^"},
		{"not UTF-8", "a\xff\xfeb", at(1, 4, 1), "a\uFFFD\uFFFDb", "   ^"},
		{"terminal escapes", "a\x1b[31mb", at(1, 7, 1), "a\uFFFD[31mb", "      ^"},
		{"change of direction", "a\u202Eb", at(1, 5, 1), "a\uFFFDb", "  ^"},
		{"span longer than the line", "abc", at(1, 2, 99), "abc", " ^~"},
		{"long line, span at its beginning", "ab" + long, at(1, 1, 2), "ab" + long[:118] + "…", "^~"},
		{"long line, span at its end", long + "ab", at(1, 100_001, 2), "…" + long[:40] + "ab", strings.Repeat(" ", 41) + "^~"},
		{"long line, span in the middle", long + "ab" + long, at(1, 100_001, 2), "…" + long[:40] + "ab" + long[:78] + "…", strings.Repeat(" ", 41) + "^~"},
		{"long line, all of it", long, at(1, 1, 100_000), long[:120] + "…", "^" + strings.Repeat("~", 119)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := render(t, test.source, Diagnostic{Span: test.span, Severity: Error, Rule: "a/b", Message: "wrong", Hint: "right"})
			want := fmt.Sprintf("bank.shm:%d:%d: error: wrong [a/b]\n    %s\n    %s\n    hint: right\n", test.span.Start.Line, test.span.Start.Column, test.text, test.caret)
			if got != want {
				t.Errorf("got:\n%q\nwant:\n%q", got, want)
			}
		})
	}
}

func TestTextWithoutSource(t *testing.T) {
	t.Parallel()
	d := Diagnostic{Span: at(7, 3, 1), Severity: Warning, Rule: "a/b", Message: "odd\nthing", Related: []Related{{Span: at(2, 1, 1), Message: "see here"}}}
	want := "bank.shm:7:3: warning: odd\uFFFDthing [a/b]\n    bank.shm:2:1: see here\n"
	var b strings.Builder
	if err := Text(&b, nil, []Diagnostic{d}); err != nil || b.String() != want {
		t.Errorf("without a source: %q, %v; want %q", b.String(), err, want)
	}
	if got := render(t, "only one line", d); !strings.HasPrefix(got, "bank.shm:7:3: warning") || strings.Count(got, "\n") != 2 {
		t.Errorf("with a line that is not there: %q", got)
	}
}

func TestRelated(t *testing.T) {
	t.Parallel()
	d := Diagnostic{Span: at(2, 2, 1), Severity: Error, Rule: "a/b", Message: "twice", Related: []Related{{Span: at(1, 2, 1), Message: "first"}}, Hint: "once"}
	want := "bank.shm:2:2: error: twice [a/b]\n    b\n    ^\n    bank.shm:1:2: first\n        a\n        ^\n    hint: once\n"
	if got := render(t, "\ta\n\tb\n", d); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestTextReportsTheWriter(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	if err := Text(brokenWriter{full}, nil, []Diagnostic{{Message: "x"}}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

func TestSort(t *testing.T) {
	t.Parallel()
	other := Diagnostic{Span: Span{Start: Position{Path: "a.shm", Line: 9, Column: 9}}, Rule: "z/z", Message: "other file"}
	in := []Diagnostic{
		{Span: at(2, 1, 1), Rule: "b/b", Message: "4"}, {Span: at(1, 5, 1), Rule: "a/a", Message: "2"}, {Span: at(2, 1, 1), Rule: "a/a", Message: "3"},
		{Span: at(1, 5, 3), Rule: "a/a", Message: "again"}, {Span: at(1, 2, 1), Rule: "a/a", Message: "1"}, other,
	}
	var got []string
	for _, d := range Sort(in) {
		got = append(got, d.Message)
	}
	if want := "other file 1 2 3 4"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	if in[0].Message != "4" {
		t.Error("Sort has changed its argument")
	}
}

func TestReporterIsBounded(t *testing.T) {
	t.Parallel()
	var r Reporter
	for i := range 3 * MaxReported {
		if got, want := r.Full(), i > MaxReported; got != want {
			t.Fatalf("after %d diagnostics Full is %v", i, got)
		}
		r.Errorf(at(i+1, 1, 1), "a/b", "", "number %d", i)
	}
	ds := r.Diagnostics()
	if len(ds) != MaxReported+1 || ds[MaxReported].Rule != RuleTooMany || ds[0].Message != "number 0" {
		t.Errorf("%d diagnostics, the last %+v", len(ds), ds[len(ds)-1])
	}
}

func TestHasErrors(t *testing.T) {
	t.Parallel()
	if HasErrors(nil) || HasErrors([]Diagnostic{{Severity: Warning}}) || !HasErrors([]Diagnostic{{Severity: Warning}, {Severity: Error}}) {
		t.Error("HasErrors counts something else than errors")
	}
}
