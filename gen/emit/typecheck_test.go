package emit_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/gen/emit"
)

// checker type-checks generated files against the real runtime, in memory.
type checker struct {
	files    *token.FileSet
	importer types.Importer
}

// newChecker compiles the runtime, or finds it compiled already.
func newChecker(t testing.TB) *checker {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", emit.RuntimePath, "structs")
	var stderr bytes.Buffer
	list.Stderr = &stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list -export: %v\n%s", err, &stderr)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		exports[path] = file
	}
	c := &checker{files: token.NewFileSet()}
	c.importer = importer.ForCompiler(c.files, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("no package %s", path)
		}
		return os.Open(exports[path])
	})
	return c
}

// check returns the first error of the source.
func (c *checker) check(source []byte) error {
	file, err := parser.ParseFile(c.files, "output.go", source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	config := types.Config{Importer: c.importer, Sizes: types.SizesFor("gc", "386")}
	_, err = config.Check("output", c.files, []*ast.File{file}, nil)
	return err
}

// TestNamesInOutput has names that could meet others in the output: of imports, receivers, parameters, methods, helper
// types and Go itself.
func TestNamesInOutput(t *testing.T) {
	t.Parallel()
	c := newChecker(t)
	for _, text := range []string{
		`package shm
const Shm = 1
const Unsafe = 2
enum Context uint8 { os; structs; strconv; errors }
record Structs { unsafe int64; name string[3]; n uint8; b uint8 }
segment Os { shm Value(Structs, {name: "x"}); s Value(Context, Context.os); context Lock(); opts Value('i', lock=context) }
`,
		`package p
enum S int8 { s }
record B { b bytes[3]; s S; n [2]bytes[3] }
segment G { g Lock(); l Value(B, {s: S.s, b: "x"}, lock=g); hold Array(B, 2, lock=g); data Value('?', true, lock=g); h Array('c', "abc", lock=g) }
segment L { l Lock(); d Value(S, S.s, lock=l) }
`,
		`package p
enum E rune { a = 'a'; big = 0x7fffffff; small = -0x80000000 }
enum F byte { a = 'a' }
segment Type { nil Lock() }
`,
		`package p
record String { string1 string[1] }
record Error { nil1 String; true1 bool; append1 time; len1 duration }
segment Nil { error1 Value(Error, {true1: true, append1: 5, nil1: {string1: "a"}}); string9 Value(string[9]); new Array(Error, [{true1: true}, {}]) }
`,
		"package p\n// only a comment\nconst A = \"`\"\n",
		"package p\nrecord R { a [3][2]string[4]; b [2]bool }\nsegment S { r RawValue(R, {a: [[\"x\", \"y\"], [\"z\"]], b: [true, false]}); s RawValue([2]R, [{}, {b: [true]}]) }\n",
	} {
		file := strings.Split(text, "\n")
		out := source(t, "p.shm", text)
		if err := c.check([]byte(out)); err != nil {
			t.Errorf("%s…: %v\n%s", strings.Join(file[:2], "\n"), err, out)
		}
	}
}
