package emit_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/gen/emit"
	"github.com/shmgen/shmgen/gen/gentest"
	"github.com/shmgen/shmgen/gen/layout"
	"github.com/shmgen/shmgen/gen/schema"

	// The go command runs a test again only if something it was built from has changed. The code that is compiled here
	// at run time uses the runtime, so the test must depend on it.
	_ "github.com/shmgen/shmgen/runtime/shm"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// parse returns the model of a schema without errors.
func parse(t *testing.T, path, text string) *schema.File {
	t.Helper()
	file, found := schema.Parse(path, []byte(text))
	for _, d := range found {
		t.Errorf("%s: %s [%s] %s", d.Span.Start, d.Message, d.Rule, d.Hint)
	}
	if t.Failed() {
		t.FailNow()
	}
	return file
}

// input returns what the source for a schema is made from, if it is the only one of its package.
func input(t *testing.T, path, text string) emit.Input {
	t.Helper()
	file := parse(t, path, text)
	for _, d := range emit.Unsupported(file) {
		t.Errorf("%s: %s", d.Span.Start, d.Message)
	}
	laid, found, err := layout.Of(file)
	if err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	return emit.Input{File: file, Layout: laid, Package: file.Package, Schema: filepath.Base(path), Helpers: emit.Helpers(file)}
}

// source returns the source for a schema.
func source(t *testing.T, path, text string) string {
	t.Helper()
	out, err := emit.File(input(t, path, text))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// goldens returns the names, without extension, of the schemas in testdata.
func goldens(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.shm")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no schemas in testdata: %v", err)
	}
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(filepath.Base(path), ".shm")
	}
	return paths
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, name := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join("testdata", name+".shm")
			got := source(t, path, read(t, path))
			if again := source(t, path, read(t, path)); again != got {
				t.Error("a second run gives another output")
			}
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if want := read(t, golden); got != want {
				t.Errorf("%s is not what the schema gives now; run go test ./gen/emit -update and look at the difference\ngot:\n%s", golden, got)
			}
		})
	}
}

// bound are the structs that the records of binding.shm stand for.
var bound = map[string]string{
	"market/v2/market.go": `// Package market has structs that were there before the schema.
package market

import "time"

// Direction says what an order wants.
type Direction uint8

// Flag is a bool with a size.
type Flag uint8

// Point is a place.
type Point struct{ X, Y float64 }

// Tick is one trade.
type Tick struct {
	At    int64
	Side  Direction
	Live  Flag
	_     [2]byte
	Size  uint32
	Grid  [2][3]Direction
	_     [2]byte
	Code  [8]byte
	Point Point
	Wait  time.Duration
}
`,
	"binding/local.go": `package binding

// local is a struct of this package.
type local struct {
	Name String6
	Pair [2]Pair
}

// Place is another.
type Place struct{ X float64 }

// clash has members that are called as a type, and as parts of each other.
type clash struct {
	Place     int64
	First     Place
	B         [2]int32
	BElement1 int64
}
`,
}

// module returns a temporary module with the golden files, each in a package of its own.
func module(t *testing.T) *gentest.Module {
	t.Helper()
	m := gentest.New(t, "example.com/golden", bound)
	for _, name := range goldens(t) {
		m.Write(t, name+"/"+name+"_shm.go", read(t, filepath.Join("testdata", name+".golden")))
	}
	return m
}

// TestCompiles compiles all golden files with the real runtime for each word size and each of the platforms that
// matter most, and has them vetted.
func TestCompiles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("compiling for four platforms takes long; -short is set")
	}
	m := module(t)
	m.MustGo(t, nil, "vet", "./...")
	for _, arch := range []string{"amd64", "386", "arm", "arm64"} {
		m.MustGo(t, []string{"GOOS=linux", "GOARCH=" + arch}, "build", "./...")
	}
	if out, err := m.Command(t, nil, "gofmt", "-l", ".").CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("gofmt -l: %v, %s", err, out)
	}
}

// TestChecks changes the goldens, the bound structs and the use of guards in ways that must not compile.
func TestChecks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("compiling many variants takes long; -short is set")
	}
	m := module(t)
	for _, test := range []struct {
		name, file, old, new string
		want                 []string // parts of the compiler's message
	}{
		{"a member that moves", "bank/bank_shm.go", "Amount float64\n", "Amount float64\n\textra uint64\n", []string{"[16]struct{}", "[24]struct{}"}},
		{"an offset in the checks", "bank/bank_shm.go", "_ [16]struct{} = [unsafe.Offsetof(Order{}.Pos)]", "_ [20]struct{} = [unsafe.Offsetof(Order{}.Pos)]", []string{"[16]struct{}", "[20]struct{}"}},
		{"a runtime of another format", "bank/bank_shm.go", "shm.Format1", "shm.Format9", []string{"undefined: shm.Format9"}},
		{"a bound struct that grows", "market/v2/market.go", "	Wait  time.Duration\n", "	Wait  time.Duration\n	More  int64\n", []string{"[56]struct{}", "[64]struct{}"}},
		{"a bound struct with a bool", "market/v2/market.go", "type Flag uint8", "type Flag bool", []string{"Flag", "~uint8"}},
		{"a bound struct with a float", "market/v2/market.go", "	At    int64", "	At    float64", []string{"float64", "~int64"}},
		{"a bound struct with another sign", "market/v2/market.go", "	Size  uint32", "	Size  int32", []string{"int32", "~uint32"}},
		{"a bound struct with a pointer to an array", "market/v2/market.go", "	Code  [8]byte", "	Code  *[8]byte", []string{"*[8]byte"}},
		{"a bound struct with other elements", "market/v2/market.go", "	Grid  [2][3]Direction", "	Grid  [2][3]int8", []string{"int8", "~uint8"}},
		{"a bound struct without a member", "market/v2/market.go", "	Point Point", "	Place Point", []string{"Point"}},
		{"a guarded field without its guard", "bank/bank_shm.go", "return b.segment.Close()", "b.Ledger.Lo(); return nil", []string{"Lo undefined"}},
	} {
		before := m.Read(t, test.file)
		if !strings.Contains(before, test.old) {
			t.Errorf("%s: %s does not contain %q", test.name, test.file, test.old)
			continue
		}
		m.Write(t, test.file, strings.Replace(before, test.old, test.new, 1))
		out, err := m.Go(t, nil, "build", "./...")
		m.Write(t, test.file, before)
		if err == nil {
			t.Errorf("%s: it compiles", test.name)
		}
		for _, want := range test.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s: the message lacks %q:\n%s", test.name, want, out)
			}
		}
	}
	// A copied guard could be unlocked twice: vet must see it.
	m.Write(t, "bank/copy.go", "package bank\n\nfunc duplicate(g *BankLedgerGuard) { h := *g; h.Unlock() }\n")
	if out, err := m.Go(t, nil, "vet", "./bank"); err == nil || !strings.Contains(out, "copies lock value") {
		t.Errorf("vet does not report a copied guard: %v\n%s", err, out)
	}
}
