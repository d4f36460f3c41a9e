package gen

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/emit"
)

// folder returns a temporary folder with these files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// generate generates all of a folder, which must be without findings.
func generate(t *testing.T, options Options) *Result {
	t.Helper()
	result, err := Generate(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range result.Diagnostics {
		t.Errorf("%s: %s [%s]", d.Span.Start, d.Message, d.Rule)
	}
	if t.Failed() {
		t.FailNow()
	}
	return result
}

const small = "package p\nsegment %s { a Value('i') }\n"

func TestGenerate(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"b.shm": fmt.Sprintf(small, "B"), "a.shm": fmt.Sprintf(small, "A"), "c.txt": "no schema"})
	result := generate(t, Options{Dir: dir})
	var got []string
	for _, f := range result.Files {
		got = append(got, filepath.Base(f.Schema)+" "+filepath.Base(f.Path))
	}
	if want := "a.shm a_shm.go, b.shm b_shm.go"; strings.Join(got, ", ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if string(result.Source(filepath.Join(dir, "a.shm"))) != fmt.Sprintf(small, "A") || result.Source("x") != nil {
		t.Error("Source does not give the text of the schemas that were read, and only that")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 3 {
		t.Errorf("Generate left %d files (%v), want the 3 that were there", len(entries), err)
	}
	again := generate(t, Options{Paths: []string{filepath.Join(dir, "b.shm"), filepath.Join(dir, "a.shm")}})
	for i, f := range again.Files {
		if f.Path != result.Files[i].Path || string(f.Content) != string(result.Files[i].Content) {
			t.Errorf("%s differs when the schemas are named in another order", f.Path)
		}
	}
}

func TestGenerateTrouble(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.shm": fmt.Sprintf(small, "A"), "empty/keep": "", "line\nbreak.shm": "package p\n", "mark\uFEFF.shm": "package p\n"})
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name    string
		ctx     context.Context
		options Options
		is      error
		want    string
	}{
		{"no schemas", t.Context(), Options{Dir: filepath.Join(dir, "empty")}, ErrNoSchemas, "empty"},
		{"no folder", t.Context(), Options{Dir: filepath.Join(dir, "gone")}, fs.ErrNotExist, "gone"},
		{"no file", t.Context(), Options{Paths: []string{filepath.Join(dir, "gone.shm")}}, fs.ErrNotExist, "gone.shm"},
		{"a name with a newline", t.Context(), Options{Paths: []string{filepath.Join(dir, "line\nbreak.shm")}}, nil, `line\nbreak.shm`},
		{"a name with a byte order mark", t.Context(), Options{Paths: []string{filepath.Join(dir, "mark\uFEFF.shm")}}, nil, "cannot hold"},
		{"a cancelled context", done, Options{Paths: []string{filepath.Join(dir, "a.shm")}}, context.Canceled, ""},
		{"no output folder", t.Context(), Options{Paths: []string{filepath.Join(dir, "a.shm")}, Output: filepath.Join(dir, "x", "y.go")}, errNoFolder, filepath.Join(dir, "x")},
	} {
		result, err := Generate(test.ctx, test.options)
		if err == nil || result != nil {
			t.Errorf("%s: got no error", test.name)
			continue
		}
		if test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want one that wraps %v and contains %q", test.name, err, test.is, test.want)
		}
	}
}

// TestAllErrors tests that a run reports every error of every file, in order, and gives no files.
func TestAllErrors(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"b.shm":    "package p\nsegment B {\n\ta Value('x')\n\tb RLock()\n\tc Value(Gone)\n}\n",
		"a.shm":    "package p\nsegment A {\n\ta Event()\n\tb Event()\n}\n",
		"good.shm": fmt.Sprintf(small, "Good"),
		"huge.shm": "package p\nsegment Huge { a Array('q', 1 << 36 * 1024) }\n",
	})
	result, err := Generate(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if !result.Failed() || len(result.Files) > 0 {
		t.Errorf("got %d files from a run with errors", len(result.Files))
	}
	var got []string
	for _, d := range result.Diagnostics {
		got = append(got, fmt.Sprintf("%s:%d", filepath.Base(d.Span.Start.Path), d.Span.Start.Line))
	}
	if want := "a.shm:3 a.shm:4 b.shm:3 b.shm:5 huge.shm:2"; strings.Join(got, " ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"same.go": emit.GeneratedBy + "a.shm; DO NOT EDIT.\n", "old.go": emit.GeneratedBy + "a.shm; DO NOT EDIT.\nold\n", "hand.go": "package p\n",
	})
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Chmod(at("old.go"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(at("same.go"))
	if err != nil {
		t.Fatal(err)
	}
	written, err := Write(t.Context(), []File{
		{Path: at("new.go"), Content: []byte("new")},
		{Path: at("same.go"), Content: []byte(emit.GeneratedBy + "a.shm; DO NOT EDIT.\n")},
		{Path: at("old.go"), Content: []byte("changed")},
	})
	if err != nil || len(written) != 2 || written[0] != at("new.go") || written[1] != at("old.go") {
		t.Errorf("got %v, %v, want new.go and old.go written", written, err)
	}
	if after, err := os.Stat(at("same.go")); err != nil || !os.SameFile(before, after) || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("a file that did not differ was written (%v)", err)
	}
	if info, err := os.Stat(at("old.go")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode was not kept: %v, %v", info.Mode(), err)
	}
	if content, err := os.ReadFile(at("old.go")); err != nil || string(content) != "changed" {
		t.Errorf("got %q, %v", content, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 4 {
		t.Errorf("got %v, want no temporary files", entries)
	}
}

// TestWriteAllOrNothing tests that a failure with one file leaves the others alone, whatever their order.
func TestWriteAllOrNothing(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"hand.go": "package p\n", "file": "", "folder.go/keep": ""})
	at := func(name string) string { return filepath.Join(dir, name) }
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name string
		ctx  context.Context
		bad  string
		is   error
	}{
		{"a file that people wrote", t.Context(), "hand.go", ErrNotGenerated},
		{"a folder that is a file", t.Context(), "file/x.go", nil},
		{"a folder that is missing", t.Context(), "gone/x.go", fs.ErrNotExist},
		{"a target that is a folder", t.Context(), "folder.go", nil},
		{"a cancelled context", done, "x.go", context.Canceled},
	} {
		good, bad := File{Path: at("good.go"), Content: []byte("x")}, File{Path: at(test.bad), Content: []byte("x")}
		for _, files := range [][]File{{good, bad}, {bad, good}} {
			written, err := Write(test.ctx, files)
			if err == nil || len(written) > 0 || test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%s: got %v, %v", test.name, written, err)
			}
			if test.is != context.Canceled && !strings.Contains(err.Error(), bad.Path) {
				t.Errorf("%s: the error %v does not name %s", test.name, err, bad.Path)
			}
			if entries, _ := os.ReadDir(dir); len(entries) != 3 {
				t.Errorf("%s: got %v, want nothing new", test.name, entries)
			}
		}
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	for _, h := range []header{
		{Schema: "bank.shm", From: "../line\nbreak\tand `\\\"quotes/bank.shm"},
		{Schema: "bank.shm", From: "../\uFEFF/bank.shm"},
		{Schema: "bank.shm"},
		{Schema: "bank.shm", Package: "main"},
		{Schema: "bank.shm", From: "../schemas/bank.shm"},
		{Schema: "a b.shm", Package: "main", From: `../with "quotes" and spaces/a b.shm`},
	} {
		text := emit.GeneratedBy + h.Schema + "; DO NOT EDIT.\n" + emit.Directive + "format=1 layout=0123456789abcdef " + h.flags() + "\n\npackage p\n"
		for _, variant := range []string{text, strings.ReplaceAll(text, "\n", "\r\n")} {
			if got, generated := parseHeader([]byte(variant)); !generated || got != h {
				t.Errorf("got %+v, %v, want %+v", got, generated, h)
			}
		}
	}
	for _, text := range []string{
		"", "package p\n", "// Code generated by stringer; DO NOT EDIT.\n", emit.GeneratedBy + "bank.shm\n", emit.GeneratedBy + "; DO NOT EDIT.\n",
		emit.GeneratedBy + "../bank.shm; DO NOT EDIT.\n", "\n" + emit.GeneratedBy + "bank.shm; DO NOT EDIT.\n",
	} {
		if got, generated := parseHeader([]byte(text)); generated {
			t.Errorf("%q: got the header %+v, want none", text, got)
		}
	}
	// A second line that somebody edited gives no flags, or those that can be read.
	for _, text := range []string{"//shm:gen", "//shm:gen =", "//shm:gen schema=\"", "//shm:gen schema=/etc/passwd", "//shm:gen pkg", "// a comment"} {
		got, generated := parseHeader([]byte(emit.GeneratedBy + "bank.shm; DO NOT EDIT.\n" + text + "\n"))
		if want := (header{Schema: "bank.shm"}); !generated || got != want {
			t.Errorf("%q: got %+v, %v, want %+v", text, got, generated, want)
		}
	}
}

// TestOddFolder tests that the name of a folder stays text in the output, and is found again.
func TestOddFolder(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"line\nfunc init() {}/a.shm": fmt.Sprintf(small, "A"), "out/keep": ""})
	result := generate(t, Options{Paths: []string{filepath.Join(dir, "line\nfunc init() {}", "a.shm")}, Output: filepath.Join(dir, "out")})
	if text := string(result.Files[0].Content); strings.Contains(text, "\nfunc init()") {
		t.Errorf("the folder's name is code in the output:\n%s", text)
	}
	if _, err := Write(t.Context(), result.Files); err != nil {
		t.Fatal(err)
	}
	checked, err := Check(t.Context(), []string{filepath.Join(dir, "out")})
	if err != nil || checked.Checked != 1 || len(checked.Diagnostics) > 0 {
		t.Errorf("got %+v, %v, want one file that is up to date", checked, err)
	}
}

func TestPackageClause(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text, name   string
		line, column int
	}{
		{"package bank\n", "bank", 1, 1},
		{"// Package x.\n\n\tpackage bank; const A = 1\n", "bank", 3, 2},
		{"// package no\npackage yes", "yes", 2, 1},
		{"\uFEFFpackage bank\n", "bank", 1, 4},
		{"", "", 1, 1},
		{"nothing", "", 1, 1},
		{"package\n", "", 1, 1},
	} {
		name, span := packageClause("p.shm", []byte(test.text))
		if want := (diag.Position{Path: "p.shm", Line: test.line, Column: test.column}); name != test.name || span.Start.Line != want.Line || span.Start.Column != want.Column {
			t.Errorf("%q: got %q at %v, want %q at %v", test.text, name, span.Start, test.name, want)
		}
	}
}

// TestCheckReadsOnly tests that Check changes nothing, whatever it finds.
func TestCheckReadsOnly(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"a.shm": fmt.Sprintf(small, "A"), "b.shm": fmt.Sprintf(small, "B"), "bad.shm": "nothing",
		"b_shm.go": emit.GeneratedBy + "b.shm; DO NOT EDIT.\n", "gone_shm.go": emit.GeneratedBy + "gone.shm; DO NOT EDIT.\n",
	}
	dir := folder(t, files)
	result, err := Check(t.Context(), []string{dir + "/..."})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Diagnostics) == 0 {
		t.Error("nothing was found")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(files) {
		t.Errorf("got %v, %v, want the %d files that were there", entries, err, len(files))
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
}
