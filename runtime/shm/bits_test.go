//go:build linux

package shm_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/internal/lockword"
	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/shm"
)

// TestEveryBitPattern fills the data of a segment with random bytes, as a broken process could, and then calls every
// method of every handle. They may report damage; they may not panic, fault, hang, or touch anything else, which the
// race detector and checkptr watch over on the heap.
func TestEveryBitPattern(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		for round := range uint64(40) {
			random := rand.New(rand.NewPCG(seed, round))
			scribble(b, random)
			tryLocks(t, b)
			_ = fmt.Sprint(b.Segment().Processes())

			// With owners that nobody is, a lock that waits without a limit would. All other bits stay.
			scribble(b, random)
			shm.ChangeLockWords(b.Segment(), func(w uint32) uint32 { return w &^ lockword.OwnerMask })
			useValues(t, b)
			useAtomics(b, random)
			useArrays(t, b, random)
			useTexts(t, b)
			useRaw(t, b, random)
			useLocks(t, b)
			tryLocks(t, b)
			_ = fmt.Sprint(b.Segment().Processes())
		}
		shm.ChangeLockWords(b.Segment(), func(uint32) uint32 { return 0 })
	})
}

// TestCloseEveryBitPattern closes segments whose lock words are anything.
func TestCloseEveryBitPattern(t *testing.T) {
	for _, options := range [][]shm.Option{nil, {shm.WithHeap()}} {
		for round := range 20 {
			b, err := testbank.NewBank(options...)
			if err != nil {
				t.Fatal(err)
			}
			scribble(b, rand.New(rand.NewPCG(uint64(round), 0)))
			if round%2 == 0 {
				shm.ChangeLockWords(b.Segment(), func(w uint32) uint32 { return w&^lockword.OwnerMask | lockword.Self(0) })
				var held *shm.CloseError
				if err := b.Close(); !errors.As(err, &held) || len(held.Held) < 10 {
					t.Fatalf("Close: got %v, want a CloseError with all locks", err)
				}
				shm.ChangeLockWords(b.Segment(), func(w uint32) uint32 { return w &^ lockword.OwnerMask })
			}
			for b.Close() != nil {
				shm.ChangeLockWords(b.Segment(), func(w uint32) uint32 { return w &^ lockword.OwnerMask })
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func scribble(b *testbank.Bank, random *rand.Rand) {
	data := shm.Data(b.Segment())
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	if random.IntN(4) == 0 { // values at the edges
		fill := []byte{0, 0xff, 0x80, 0x7f}[random.IntN(4)]
		for i := range data {
			data[i] = fill
		}
	}
}

// guard is a pointer to any guard.
type guard[G any] interface {
	*G
	Unlock()
}

// expired returns a context that has ended: a Lock with it takes what is free and does not wait for the rest.
func expired() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// lock takes a lock in both ways that do not wait, uses what it gets, and checks what it gets instead.
func lock[G any, P guard[G]](t *testing.T, field string, lock func(context.Context) (G, error), try func() (G, error), use func(P)) {
	t.Helper()
	for _, take := range []func() (G, error){try, func() (G, error) { return lock(expired()) }} {
		g, err := take()
		if err == nil {
			use(P(&g))
			P(&g).Unlock()
			continue
		}
		var wait *shm.WaitError
		if !errors.Is(err, shm.ErrBusy) && !errors.Is(err, shm.ErrOwnerDied) && !errors.As(err, &wait) || err.Error() == "" {
			t.Errorf("%s: an error of another kind: %v", field, err)
		}
	}
}

func nothing[P any](P) {}

// tryLocks takes every lock that can be had.
func tryLocks(t *testing.T, b *testbank.Bank) {
	t.Helper()
	lock(t, "money", b.Money.Lock, b.Money.TryLock, func(h *shm.HeldNumber[int32]) { h.Set(h.Get() + 1) })
	lock(t, "tiny", b.Tiny.Lock, b.Tiny.TryLock, func(h *shm.HeldNumber[int8]) { h.Set(-h.Get()) })
	lock(t, "wide", b.Wide.Lock, b.Wide.TryLock, func(h *shm.HeldNumber[int64]) { h.Discard() })
	lock(t, "half", b.Half.Lock, b.Half.TryLock, nothing[*shm.HeldNumber[uint16]])
	lock(t, "rate", b.Rate.Lock, b.Rate.TryLock, func(h *shm.HeldNumber[float64]) { h.Set(h.Get() / 3) })
	lock(t, "letter", b.Letter.Lock, b.Letter.TryLock, func(h *shm.HeldNumber[rune]) { _ = string(h.Get()) })
	lock(t, "status", b.Status.Lock, b.Status.TryLock, func(h *shm.Held[testbank.Status]) { _ = h.Get().String(); *h.Ptr()++ })
	lock(t, "last", b.Last.Lock, b.Last.TryLock, func(h *shm.Held[testbank.Order]) { useOrder(t, h.Ptr()) })
	lock(t, "motto", b.Motto.Lock, b.Motto.TryLock, func(h *shm.Held[testbank.String20]) { _ = h.Get().String(); h.Discard() })
	lock(t, "triple", b.Triple.Lock, b.Triple.TryLock, func(h *shm.Held[[3]int16]) { h.Ptr()[2]++ })
	lock(t, "since", b.Since.Lock, b.Since.TryLock, func(h *shm.Held[shm.Time]) { _ = h.Get().Time().String() })
	lock(t, "pause", b.Pause.Lock, b.Pause.TryLock, func(h *shm.Held[time.Duration]) { _ = h.Get().String() })
	lock(t, "rates", b.Rates.Lock, b.Rates.TryLock, func(h *shm.HeldArray[float64]) { h.Set(2, h.At(1)) })
	lock(t, "flags", b.Flags.Lock, b.Flags.TryLock, func(h *shm.HeldArray[shm.Bool]) { _ = h.Slice()[h.Len()-1].Get() })
	lock(t, "orders", b.Orders.Lock, b.Orders.TryLock, func(h *shm.HeldArray[testbank.Order]) {
		for i, o := range h.All() {
			useOrder(t, &o)
			h.Set(i, o)
		}
	})
	lock(t, "gate", b.Gate.Lock, b.Gate.TryLock, nothing[*shm.Guard])
	lock(t, "ledger", b.Ledger.Lock, b.Ledger.TryLock, func(g *testbank.BankLedgerGuard) { useLedger(t, g) })
}

// useOrder uses every member of a record whose bytes are anything.
func useOrder(t *testing.T, o *testbank.Order) {
	t.Helper()
	if text := o.Memo.String(); len(text) > 31 {
		t.Errorf("a text of %d bytes in 31", len(text))
	}
	if data := o.Token.Bytes(); len(data) > 6 {
		t.Errorf("%d bytes in 6", len(data))
	}
	if o.Urgent.Get() != (o.Urgent != 0) {
		t.Errorf("a Bool of %d is %v", uint8(o.Urgent), o.Urgent.Get())
	}
	_ = fmt.Sprint(*o, o.Status.String(), o.Urgent.Get(), o.Urgent.String(), string(o.Letter), o.Placed.Time(), o.Limit.String())
	if o.Memo.Set("memo") != nil || o.Memo.String() != "memo" || o.Token.SetBytes([]byte{1, 2}) != nil || len(o.Token.Bytes()) != 2 {
		t.Error("a text cannot be set")
	}
	if err := o.Token.SetBytes(make([]byte, 7)); !errors.Is(err, shm.ErrTooLong) {
		t.Errorf("got %v, want ErrTooLong", err)
	}
	o.Urgent.Set(!o.Urgent.Get())
	o.Placed.SetTime(o.Placed.Time().Add(time.Second))
}

func useLedger(t *testing.T, g *testbank.BankLedgerGuard) {
	t.Helper()
	*g.Lo()++
	*g.Hi() -= *g.Lo()
	for i := range g.Rows() {
		useOrder(t, &g.Rows()[i])
	}
	_ = string(g.Label())
	g.Sure().Set(!g.Sure().Get())
}

// useNumber calls every method that waits without a limit.
func useNumber[T shm.Num](t *testing.T, v shm.Number[T]) {
	t.Helper()
	_ = v.Load() + v.Add(1) + v.Swap(7)
	if !v.CompareAndSwap(7, 8) || v.CompareAndSwap(7, 9) || v.Load() != 8 {
		t.Error("a number does not hold what is stored")
	}
	v.Store(3)
	if err := v.Update(expired(), func(x *T) error { *x *= 2; return nil }); err != nil || v.Load() != 6 {
		t.Errorf("Update: %v", err)
	}
}

func useValue[T comparable](t *testing.T, v shm.Value[T]) {
	t.Helper()
	x := v.Load()
	_ = fmt.Sprint(x)
	v.Store(x)
	var zero T
	if err := v.Update(expired(), func(p *T) error { *p = zero; return nil }); err != nil || v.Load() != zero {
		t.Errorf("Update: %v", err)
	}
}

func useValues(t *testing.T, b *testbank.Bank) {
	t.Helper()
	useNumber(t, b.Money)
	useNumber(t, b.Tiny)
	useNumber(t, b.Wide)
	useNumber(t, b.Half)
	useNumber(t, b.Rate)
	useNumber(t, b.Letter)
	was := b.Open.Load()
	if b.Open.Toggle() == was || b.Open.Swap(true) == was || !b.Open.CompareAndSwap(true, false) || b.Open.Load() {
		t.Error("a bool does not hold what is stored")
	}
	b.Open.Store(true)
	useValue(t, b.Status)
	order := b.Last.Load()
	useOrder(t, &order)
	b.Last.Store(order)
	useValue(t, b.Motto)
	useValue(t, b.Triple)
	useValue(t, b.Since)
	useValue(t, b.Pause)
}

func useAtomic[T shm.Integer](v shm.Atomic[T]) {
	_ = v.Load() + v.Add(3) + v.And(0x55) + v.Or(0x11) + v.Swap(5)
	v.Store(v.Load() + 1)
	v.CompareAndSwap(v.Load(), 9)
	v.CompareAndSwap(100, 9)
}

func useAtomics(b *testbank.Bank, random *rand.Rand) {
	useAtomic(b.Hits)
	useAtomic(b.Hits32)
	useAtomic(b.Hits16)
	useAtomic(b.Hits8)
	_ = b.Load.Load() + b.Load.Add(1.5) + b.Load.Swap(random.Float64())
	b.Load.CompareAndSwap(b.Load.Load(), 2)
	b.Load.Store(1)
	_ = b.Mode.Load().String() + b.Mode.Swap(testbank.StatusOpen).String()
	b.Mode.CompareAndSwap(b.Mode.Load(), testbank.StatusAlarm)
	b.Mode.Store(9)
	_ = b.Ready.Toggle() || b.Ready.Load() || b.Ready.Swap(true) || b.Ready.CompareAndSwap(true, false)
	b.Ready.Store(true)
}

// sound checks the error of a method that reports damage.
func sound(t *testing.T, method string, err error) {
	t.Helper()
	var died *shm.OwnerDiedError
	if err != nil && !errors.As(err, &died) {
		t.Errorf("%s: an error of another kind: %v", method, err)
	}
}

func useArray[T comparable](t *testing.T, a shm.Array[T], use func(*T)) {
	t.Helper()
	n := a.Len()
	for i := range n {
		x := a.Load(i)
		use(&x)
		a.Store(i, x)
	}
	for _, x := range a.All() {
		use(&x)
	}
	all := make([]T, n)
	each := func(all []T) error {
		for i := range all {
			use(&all[i])
		}
		return nil
	}
	sound(t, "CopyTo", a.CopyTo(all, 0))
	sound(t, "CopyFrom", a.CopyFrom(all[1:], 1))
	sound(t, "Do", a.Do(expired(), each))
	failed := errors.New("failed")
	if err := a.Recover(expired(), func([]T) error { return failed }); err != nil && err != failed {
		t.Errorf("Recover: got %v", err)
	}
	a.SetRepair(each)
	sound(t, "Do", a.Do(expired(), each))
	a.SetRepair(nil)
	if err := errors.Join(a.Recover(expired(), each), a.CopyTo(all, 0), a.CopyFrom(all, 0)); err != nil {
		t.Errorf("after Recover: %v", err)
	}
}

func useArrays(t *testing.T, b *testbank.Bank, random *rand.Rand) {
	t.Helper()
	useArray(t, b.Rates, func(x *float64) { *x = random.Float64() })
	useArray(t, b.Flags, func(x *shm.Bool) { x.Set(!x.Get()) })
	useArray(t, b.Orders, func(o *testbank.Order) { useOrder(t, o) })
}

func useTexts(t *testing.T, b *testbank.Bank) {
	t.Helper()
	if n := len(b.Name.String()); n > b.Name.Len() || len(b.Name.Raw()) != 12 {
		t.Errorf("a text of %d bytes in %d", n, b.Name.Len())
	}
	if err := errors.Join(b.Name.SetRaw([]byte("xyz")), b.Name.SetString("abc")); err != nil || b.Name.String() != "abc" {
		t.Errorf("got %q, %v", b.Name.String(), err)
	}
	if err := b.Name.SetRaw(make([]byte, 13)); !errors.Is(err, shm.ErrTooLong) {
		t.Errorf("got %v, want ErrTooLong", err)
	}
}

func useRaw(t *testing.T, b *testbank.Bank, random *rand.Rand) {
	t.Helper()
	b.Raw.Store(b.Raw.Load() + *b.Raw.Ptr())
	b.Point.Store(testbank.Point{X: b.Point.Load().Y, Y: b.Point.Ptr().X})
	scratch, points := b.Scratch.Slice(), b.Points.Slice()
	if len(scratch) != b.Scratch.Len() || cap(scratch) != 100 || len(points) != b.Points.Len() || cap(points) != 2 {
		t.Errorf("%d bytes, %d points", len(scratch), len(points))
	}
	scratch[99] = byte(random.Uint32())
	points[1].X++
}

func useLocks(t *testing.T, b *testbank.Bank) {
	t.Helper()
	sound(t, "Recover", b.Gate.Recover(expired(), func() error { return nil }))
	failed := errors.New("failed")
	if err := b.Ledger.Recover(expired(), func(*testbank.BankLedgerGuard) error { return failed }); err != nil && err != failed {
		t.Errorf("Recover: got %v", err)
	}
	b.Ledger.SetRepair(func(g *testbank.BankLedgerGuard) error { useLedger(t, g); return nil })
	g, err := b.Ledger.Lock(expired())
	if err != nil {
		t.Errorf("Lock with a repair: %v", err)
	} else {
		g.Unlock()
	}
	b.Ledger.SetRepair(nil)
	if err := b.Ledger.Recover(expired(), func(*testbank.BankLedgerGuard) error { return nil }); err != nil {
		t.Errorf("Recover: %v", err)
	}
}
