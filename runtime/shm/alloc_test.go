//go:build linux

package shm_test

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
)

// TestAllocations asserts that nothing on the fast paths allocates. It holds for a build without inlining too:
// TestAllocationsWithoutInlining runs this test in one.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates by itself")
	}
	b := newBank(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	fail := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	order := testbank.Order{ID: 1}
	for what, do := range map[string]func(){
		"Number.Add":   func() { b.Money.Add(1) },
		"Number.Store": func() { b.Wide.Store(1) },
		"Number.Load":  func() { b.Wide.Load() },
		"Number guard": func() {
			h, err := b.Wide.Lock(ctx)
			fail(err)
			h.Set(h.Get() + 1)
			h.Unlock()
		},
		"Number guard, discarded": func() {
			h, err := b.Wide.TryLock()
			fail(err)
			h.Discard()
			h.Unlock()
		},
		"Bool.Toggle": func() { b.Open.Toggle() },
		"Value.Load":  func() { b.Last.Load() },
		"Value.Store": func() { b.Last.Store(order) },
		"Value guard": func() {
			h, err := b.Last.Lock(ctx)
			fail(err)
			h.Ptr().ID++
			h.Unlock()
		},
		"Array.Store": func() { b.Orders.Store(1, order) },
		"Array.Load":  func() { b.Rates.Load(1) },
		"Array guard": func() {
			h, err := b.Rates.Lock(ctx)
			fail(err)
			h.Slice()[0]++
			h.Unlock()
		},
		"Mutex": func() {
			g, err := b.Gate.Lock(ctx)
			fail(err)
			g.Unlock()
		},
		"shared lock": func() {
			g, err := b.Ledger.Lock(ctx)
			fail(err)
			*g.Lo()++
			g.Unlock()
		},
		"Atomic.Add":   func() { b.Hits.Add(1) },
		"Atomic.Add 8": func() { b.Hits8.Add(1) },
		"Raw":          func() { b.Raw.Store(b.Raw.Load() + 1) },
		"Text.SetString": func() {
			fail(b.Name.SetString("text"))
		},
	} {
		if n := testing.AllocsPerRun(100, do); n != 0 {
			t.Errorf("%s: %v allocations", what, n)
		}
	}
}

func TestAllocationsWithoutInlining(t *testing.T) {
	if raceEnabled || os.Getenv("SHM_TEST_NESTED") != "" {
		t.Skip("runs once, outside of the race detector")
	}
	goTest(t, "-gcflags=github.com/shmgen/shmgen/...=-l", "-run=^TestAllocations$", "-count=1", ".")
}

// TestInlining asserts that the compiler inlines what the fast paths are made of.
func TestInlining(t *testing.T) {
	out, err := exec.Command("go", "test", "-gcflags=-m", "-run=^$", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go test -gcflags=-m: %v\n%s", err, out)
	}
	list := []string{
		"inlining call to shm.(*HeldNumber[go.shape.int64]).Set",
		"inlining call to shm.Raw[go.shape.int64].Load",
		"inlining call to shm.Atomic[go.shape.uint64].Load",
		"inlining call to shm.(*Guard).Unlock",
	}
	if strconv.IntSize == 64 { // with 32 bits it stores with an atomic instruction, which is more than the compiler inlines
		list = append(list, "inlining call to shm.(*HeldNumber[go.shape.int64]).Unlock")
	}
	for _, want := range list {
		if !strings.Contains(string(out), want) {
			t.Errorf("the compiler does not say %q", want)
		}
	}
}

// goTest runs go test in this package, with the SHM_TEST_NESTED mark.
func goTest(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"test"}, args...)...)
	cmd.Env = append(os.Environ(), "SHM_TEST_NESTED=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go test %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
