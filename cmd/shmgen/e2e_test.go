package main

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/gen/gentest"

	// The go command runs a test again only if something it was built from has changed. The code that is compiled here
	// at run time uses the runtime, so the test must depend on it.
	_ "github.com/shmgen/shmgen/runtime/shm"
)

// program is a module as a user writes it: a schema, a go:generate line, and a main that starts itself twice.
var program = map[string]string{
	"bank/bank.shm": `// Package bank is the state shared by every teller.
package bank

enum Status uint8 {
	closed
	open
}

record Order {
	count  uint32
	amount float64
	memo   string[10]
}

segment Bank {
	money  Value('i', 1000)
	total  Value('q')
	hits   Value(uint64, lock=atomic)
	status Value(Status)
	last   Value(Order, {memo: "none"})
	rates  Array('d', [1.0, 2.5])

	// ledger keeps the sum of lo and hi at 0.
	ledger Lock()
	lo     Value('q', lock=ledger)
	hi     Value('q', lock=ledger)
}
`,
	// Not one literal: go generate would take a line of this file that begins so for a directive of its own.
	"bank/generate.go": "package bank\n\n//go:generate go tool shmgen\n",
	"main.go": `// Command e2e shares a bank between two processes that work at the same time.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"example.com/e2e/bank"
	"github.com/shmgen/shmgen/runtime/shm"
)

const rounds = 5000

func main() {
	var err error
	if len(os.Args) == 2 {
		err = teller(os.Args[1])
	} else {
		err = manager(os.Args[1], os.Args[2:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// manager makes the segment, starts a teller with each of the programs, and prints what they leave.
func manager(path string, programs []string) error {
	b, err := bank.CreateBank(path)
	if err != nil {
		return err
	}
	defer b.Close()
	defer b.Segment().Unlink()
	var tellers []*exec.Cmd
	for _, program := range programs {
		c := exec.Command(program, path)
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			return err
		}
		tellers = append(tellers, c)
	}
	for _, c := range tellers {
		if err := c.Wait(); err != nil {
			return err
		}
	}
	g, err := b.Ledger.Lock(context.Background())
	if err != nil {
		return err
	}
	defer g.Unlock()
	last := b.Last.Load()
	fmt.Println(b.Money.Load(), b.Total.Load(), b.Hits.Load(), b.Status.Load(), last.Count, last.Amount, last.Memo, b.Rates.Load(1), *g.Lo(), *g.Hi())
	return nil
}

// teller changes everything, many times.
func teller(path string) error {
	b, err := bank.OpenBank(path)
	if err != nil {
		return err
	}
	defer b.Close()
	ctx := context.Background()
	b.Status.Store(bank.StatusOpen)
	for range rounds {
		b.Money.Add(1)
		b.Total.Add(1 << 32)
		b.Hits.Add(1)
		err := b.Last.Update(ctx, func(o *bank.Order) error {
			o.Count++
			o.Amount += 0.5
			return o.Memo.Set(fmt.Sprint("n ", o.Count))
		})
		if err != nil {
			return err
		}
		g, err := b.Ledger.Lock(ctx)
		if err != nil {
			return err
		}
		*g.Lo()--
		*g.Hi()++
		sum := *g.Lo() + *g.Hi()
		g.Unlock()
		if sum != 0 {
			return fmt.Errorf("the ledger does not balance: %d", sum)
		}
	}
	return nil
}

var _ *shm.Segment // the runtime can be used beside the generated code
`,
}

// TestEndToEnd goes the way of a user, in a module outside this one: generate, compile for three platforms, run two
// processes against each other, check; and then break the generated file and see the build stop.
func TestEndToEnd(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("compiling for three platforms takes long; -short is set")
	}
	m := gentest.New(t, "example.com/e2e", program)
	m.MustGo(t, nil, "get", "-tool", gentest.Path+"/cmd/shmgen")
	if mod := m.Read(t, "go.mod"); !strings.Contains(mod, "tool "+gentest.Path+"/cmd/shmgen") {
		t.Fatalf("go get -tool left no tool line in go.mod:\n%s", mod)
	}
	if out := m.MustGo(t, nil, "generate", "./..."); out != "" {
		t.Errorf("go generate prints %q, want nothing", out)
	}
	first := m.Read(t, "bank/bank_shm.go")
	m.MustGo(t, nil, "generate", "./...")
	if m.Read(t, "bank/bank_shm.go") != first {
		t.Error("a second run changes the output")
	}
	m.MustGo(t, nil, "tool", "shmgen", "check", "./...")
	m.MustGo(t, nil, "vet", "./...")
	for _, arch := range []string{"amd64", "arm64", "386"} {
		m.MustGo(t, []string{"GOOS=linux", "GOARCH=" + arch}, "build", "-o", "e2e-"+arch, ".")
	}
	if runtime.GOOS == "linux" {
		m.MustGo(t, nil, "build", "-o", "e2e", ".")
		runTellers(t, m, "./e2e", "./e2e")
		if runtime.GOARCH == "amd64" {
			runTellers(t, m, "./e2e", "./e2e-386") // the layout is the same for both word sizes
		}
	} else {
		t.Logf("the program is not run: %s has no shared memory that the runtime supports", runtime.GOOS)
	}

	const check = "_ [8]struct{}  = [unsafe.Offsetof(Order{}.Amount)]struct{}{}"
	if !strings.Contains(first, check) {
		t.Fatalf("the output has no line %q:\n%s", check, first)
	}
	m.Write(t, "bank/bank_shm.go", strings.Replace(first, check, strings.Replace(check, "[8]", "[12]", 1), 1))
	out, err := m.Go(t, nil, "build", "./...")
	if err == nil {
		t.Error("the build does not stop at a wrong offset")
	}
	for _, want := range []string{"bank_shm.go", "[8]struct{}", "[12]struct{}"} {
		if !strings.Contains(out, want) {
			t.Errorf("the compiler's message lacks %q:\n%s", want, out)
		}
	}
	if out, err := m.Go(t, nil, "tool", "shmgen", "check", "./..."); err == nil || !strings.Contains(out, "check/stale") {
		t.Errorf("shmgen check does not see the change: %v\n%s", err, out)
	}
}

// runTellers runs two tellers at the same time and checks that no update of either is lost.
func runTellers(t *testing.T, m *gentest.Module, one, other string) {
	t.Helper()
	segment := filepath.Join(t.TempDir(), "bank.seg")
	out, err := m.Command(t, nil, one, segment, one, other).CombinedOutput()
	if err != nil {
		t.Fatalf("%s with %s: %v\n%s", one, other, err, out)
	}
	const want = "11000 42949672960000 10000 open 10000 5000 n 10000 2.5 -10000 10000\n"
	if string(out) != want {
		t.Errorf("%s with %s: got %q, want %q", one, other, out, want)
	}
}
