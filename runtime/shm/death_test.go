//go:build linux

package shm_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/shm"
	"github.com/shmgen/shmgen/runtime/shmtest"
)

// hold takes locks, changes what is behind them, and waits to be killed.
func hold(ctx context.Context, b *testbank.Bank, args []string) error {
	var err error
	for _, what := range args {
		switch what {
		case "money":
			h, e := b.Money.Lock(ctx)
			h.Set(-1)
			err = e
		case "last":
			h, e := b.Last.Lock(ctx)
			h.Ptr().ID = 666
			err = e
		case "rates":
			h, e := b.Rates.Lock(ctx)
			h.Set(0, 666)
			err = e
		case "rates, only read":
			h, e := b.Rates.Lock(ctx)
			h.At(0)
			err = e
		case "ledger":
			g, e := b.Ledger.Lock(ctx)
			*g.Lo() = 666
			err = e
		case "ledger, untouched":
			_, err = b.Ledger.Lock(ctx)
		case "gate":
			_, err = b.Gate.Lock(ctx)
		}
		if err != nil {
			return err
		}
	}
	b.Hits.Add(1)
	<-ctx.Done()
	return nil
}

// killHolder starts a process that holds locks, and kills it in the middle of its changes.
func killHolder(t *testing.T, b *testbank.Bank, what ...any) {
	t.Helper()
	before := b.Hits.Load()
	p := start(t, b, "hold", what...)
	for b.Hits.Load() == before && p.Alive() {
		runtime.Gosched()
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err == nil {
		t.Error("the process has ended by itself")
	}
}

// checkRecovered checks what killHolder leaves of every kind of field.
func checkRecovered(t *testing.T, b *testbank.Bank) {
	t.Helper()
	ctx := soon(t)
	h := must(b.Money.Lock(ctx))(t)
	equal(t, "money", h.Get(), 1000)
	h.Unlock()
	l := must(b.Last.Lock(ctx))(t)
	equal(t, "last", l.Get().ID, 1)
	l.Unlock()
	g := must(b.Gate.Lock(ctx))(t)
	g.Unlock()

	var died *shm.OwnerDiedError
	if _, err := b.Rates.Lock(ctx); !errors.As(err, &died) || died.Field != "rates" || died.Owner.PID == 0 {
		t.Errorf("Lock of rates: got %v, want an OwnerDiedError that names the process", err)
	}
	if err := b.Rates.Recover(ctx, func(x []float64) error { x[0] = 1; return nil }); err != nil {
		t.Error(err)
	}
	r := must(b.Rates.Lock(ctx))(t)
	r.Unlock()

	if _, err := b.Ledger.Lock(ctx); !errors.As(err, &died) || died.Field != "ledger" || died.Owner.PID == 0 {
		t.Errorf("Lock of ledger: got %v, want an OwnerDiedError that names the process", err)
	}
	err := b.Ledger.Recover(ctx, func(g *testbank.BankLedgerGuard) error {
		panics(t, "Unlock in Recover", "frees the lock itself", g.Unlock)
		*g.Lo() = -*g.Hi()
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	s := must(b.Ledger.Lock(ctx))(t)
	equal(t, "lo", *s.Lo(), -5)
	s.Unlock()
}

var everything = []any{"money", "last", "gate", "rates", "ledger"}

// TestDeathNoticedByWaiter kills a holder while nobody else attaches: who waits finds out.
func TestDeathNoticedByWaiter(t *testing.T) {
	b := newBank(t)
	killHolder(t, b, everything...)
	start := time.Now()
	checkRecovered(t, b)
	t.Logf("recovered %v after the death", time.Since(start).Round(time.Millisecond))
	if n := len(b.Segment().Processes()); n != 1 {
		t.Errorf("%d processes are attached, want 1", n)
	}
}

// TestDeathNoticedByAttach kills a holder; the next process that attaches frees what it held, at once.
func TestDeathNoticedByAttach(t *testing.T) {
	b := shmtest.New(t, testbank.CreateBank)
	killHolder(t, b, everything...)
	other, err := testbank.OpenBank(b.Segment().Path())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if h, err := b.Money.TryLock(); err != nil {
		t.Errorf("money is not free after an attach: %v", err)
	} else {
		h.Unlock()
	}
	equal(t, "the slot is used again", other.Segment().Slot(), 1)
	checkRecovered(t, b)
}

func TestDeathLeavesSoundDataFree(t *testing.T) {
	b := newBank(t)
	killHolder(t, b, "rates, only read", "ledger, untouched")
	h := must(b.Rates.Lock(soon(t)))(t)
	h.Unlock()
	g := must(b.Ledger.Lock(soon(t)))(t)
	g.Unlock()
}

func TestSetRepair(t *testing.T) {
	b := newBank(t)
	killHolder(t, b, "ledger")
	b.Ledger.SetRepair(func(g *testbank.BankLedgerGuard) error { *g.Lo() = -*g.Hi(); return nil })
	g := must(b.Ledger.Lock(soon(t)))(t)
	equal(t, "lo", *g.Lo(), -5)
	g.Unlock()
}

// storeForEver stores values whose parts belong together, until it is killed. Most of its time is spent in the stores.
func storeForEver(ctx context.Context, b *testbank.Bank, args []string) error {
	blocks := [2]testbank.Block{whole(1), whole(2)}
	texts := [2]string{"aaaaaaaaaaaa", "bbbbbbbbbbbb"}
	for n := 0; ; n++ {
		b.Blocks.Store(n/2%2, blocks[n%2])
		b.Block.Store(blocks[n%2])
		b.Wide.Store(int64(n)<<32 | int64(uint32(n)))
		if err := b.Name.SetString(texts[n%2]); err != nil {
			return err
		}
		if n == 0 {
			b.Hits.Add(1)
		}
	}
}

// whole makes a record all of whose parts are n; torn reports whether one of them is not.
func whole(n uint64) (block testbank.Block) {
	for i := range block.Cells {
		block.Cells[i] = n
	}
	return block
}

func torn(block testbank.Block) bool { return block != whole(block.Cells[0]) }

// attachAndLeave lets another attachment sweep who has died.
func attachAndLeave(t *testing.T, b *testbank.Bank) {
	t.Helper()
	file, err := b.Segment().File()
	if err != nil {
		t.Fatal(err)
	}
	other, err := testbank.InheritBank(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestDeathTearsNothing kills processes at random instructions of their stores.
func TestDeathTearsNothing(t *testing.T) {
	b := newBank(t)
	for round := range 150 {
		before := b.Hits.Load()
		p := start(t, b, "store")
		for b.Hits.Load() == before && p.Alive() {
			runtime.Gosched()
		}
		for range rand.IntN(300) { // some microseconds, more or less
			b.Wide.Load()
		}
		if err := p.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = p.Wait()
		attachAndLeave(t, b) // recovers at once what it held
		for i, block := range b.Blocks.All() {
			if torn(block) {
				t.Fatalf("round %d: element %d is torn", round, i)
			}
		}
		if torn(b.Block.Load()) {
			t.Fatalf("round %d: the record is torn", round)
		}
		if n := b.Wide.Load(); n>>32 != n&0xffffffff {
			t.Fatalf("round %d: the number is torn: %#x", round, n)
		}
		if s := b.Name.String(); strings.Trim(s, "a") != "" && strings.Trim(s, "b") != "" {
			t.Fatalf("round %d: the text is torn: %q", round, s)
		}
	}
	for _, s := range b.Segment().Stats() {
		t.Logf("%-8s recovered %d times", s.Field, s.Recoveries)
	}
}
