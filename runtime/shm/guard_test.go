//go:build linux

package shm_test

import (
	"errors"
	"testing"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/shm"
)

const usedUp = "was used after its Unlock"

func TestHeldNumber(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		h := must(b.Money.Lock(t.Context()))(t)
		h.Set(h.Get() + 1)
		equal(t, "Get", h.Get(), 1001)
		if _, err := b.Money.TryLock(); !errors.Is(err, shm.ErrBusy) {
			t.Errorf("TryLock of a held lock: got %v, want ErrBusy", err)
		}
		h.Unlock()
		equal(t, "after Unlock", b.Money.Load(), 1001)
		panics(t, "second Unlock", usedUp, h.Unlock)
		panics(t, "Discard after Unlock", usedUp, h.Discard)
		panics(t, "Get after Unlock", usedUp, func() { h.Get() })
		panics(t, "Set after Unlock", usedUp, func() { h.Set(1) })

		d := must(b.Money.TryLock())(t)
		d.Set(5)
		d.Discard()
		d.Unlock()
		d.Unlock()
		panics(t, "Set after Discard", usedUp, func() { d.Set(1) })
		equal(t, "after Discard", b.Money.Load(), 1001)

		var none shm.HeldNumber[int32]
		panics(t, "Unlock of the zero guard", usedUp, none.Unlock)
	})
}

func TestHeld(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		h := must(b.Last.Lock(t.Context()))(t)
		equal(t, "Get", h.Get().ID, 1)
		h.Ptr().ID = 2
		equal(t, "Get after Ptr", h.Get().ID, 2)
		equal(t, "what Ptr keeps", h.Get().Memo.String(), "first")
		h.Set(testbank.Order{ID: 3})
		h.Ptr().Small = 4
		h.Unlock()
		equal(t, "after Unlock", b.Last.Load(), testbank.Order{ID: 3, Small: 4})
		panics(t, "second Unlock", usedUp, h.Unlock)
		panics(t, "Ptr after Unlock", usedUp, func() { h.Ptr() })
		panics(t, "Get after Unlock", usedUp, func() { h.Get() })

		d := must(b.Last.TryLock())(t)
		d.Ptr().ID = 99
		d.Discard()
		d.Unlock()
		equal(t, "after Discard", b.Last.Load().ID, 3)
		panics(t, "Set after Discard", usedUp, func() { d.Set(testbank.Order{}) })

		r := must(b.Last.Lock(t.Context()))(t)
		r.Unlock()
		equal(t, "after a guard that only reads", b.Last.Load().ID, 3)
	})
}

func TestHeldArray(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		h := must(b.Rates.Lock(t.Context()))(t)
		h.Set(0, 7)
		h.Slice()[1] = 8
		sum := 0.0
		for _, x := range h.All() {
			sum += x
		}
		equal(t, "sum", sum, 7+8+2.25)
		equal(t, "At", h.At(0), 7)
		equal(t, "Len", h.Len(), 3)
		h.Unlock()
		equal(t, "after Unlock", b.Rates.Load(1), 8)
		panics(t, "second Unlock", usedUp, h.Unlock)
		panics(t, "Slice after Unlock", usedUp, func() { h.Slice() })
	})
}

func TestMutexAndSharedGuards(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		g := must(b.Gate.Lock(t.Context()))(t)
		g.Unlock()
		panics(t, "second Unlock", usedUp, g.Unlock)

		l := must(b.Ledger.Lock(t.Context()))(t)
		*l.Lo()--
		*l.Hi()++
		copy(l.Label(), "label")
		if _, err := b.Ledger.TryLock(); !errors.Is(err, shm.ErrBusy) {
			t.Errorf("TryLock of a held lock: got %v, want ErrBusy", err)
		}
		l.Unlock()
		panics(t, "second Unlock", usedUp, l.Unlock)
		panics(t, "a field after Unlock", usedUp, func() { l.Lo() })

		again := must(b.Ledger.TryLock())(t)
		equal(t, "lo + hi", *again.Lo()+*again.Hi(), 0)
		again.Unlock()
		called := false
		if err := b.Ledger.Recover(t.Context(), func(*testbank.BankLedgerGuard) error { called = true; return nil }); err != nil || called {
			t.Errorf("Recover of a sound lock: got %v, called %v", err, called)
		}
	})
}

func TestPanicInDo(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		panics(t, "Do", "on purpose", func() {
			_ = b.Rates.Do(t.Context(), func(x []float64) error { x[0] = 99; panic("on purpose") })
		})
		var died *shm.OwnerDiedError
		if _, err := b.Rates.Lock(t.Context()); !errors.As(err, &died) || !errors.Is(err, shm.ErrOwnerDied) || died.Field != "rates" {
			t.Errorf("Lock: got %v, want an OwnerDiedError for rates", err)
		}
		if _, err := b.Rates.TryLock(); !errors.Is(err, shm.ErrOwnerDied) {
			t.Errorf("TryLock: got %v, want ErrOwnerDied", err)
		}
		if err := b.Rates.CopyTo(make([]float64, 1), 0); !errors.Is(err, shm.ErrOwnerDied) {
			t.Errorf("CopyTo: got %v, want ErrOwnerDied", err)
		}
		b.Rates.Store(1, 3)
		equal(t, "single elements go on", b.Rates.Load(1), 3)
		failed := errors.New("failed")
		if err := b.Rates.Recover(t.Context(), func([]float64) error { return failed }); err != failed {
			t.Errorf("Recover that fails: got %v", err)
		}
		if _, err := b.Rates.TryLock(); !errors.Is(err, shm.ErrOwnerDied) {
			t.Errorf("TryLock after that: got %v, want ErrOwnerDied", err)
		}
		b.Rates.SetRepair(func(x []float64) error { x[0] = 1; return nil })
		if err := b.Rates.Do(t.Context(), func(x []float64) error { equal(t, "repaired", x[0], 1); return nil }); err != nil {
			t.Errorf("Do with SetRepair: got %v", err)
		}
		h := must(b.Rates.TryLock())(t)
		h.Unlock()
	})
}

// must returns the guard of a Lock that has to succeed.
func must[G any](g G, err error) func(t *testing.T) G {
	return func(t *testing.T) G {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
}
