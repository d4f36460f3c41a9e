//go:build linux

package shm_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/shm"
)

// newBank creates a segment for one test: an anonymous one, or one on the heap, so that under the race detector its
// accesses are seen.
func newBank(t testing.TB, opts ...shm.Option) *testbank.Bank {
	t.Helper()
	b, err := testbank.NewBank(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// inBoth runs a test on a mapped segment and on one on the heap.
func inBoth(t *testing.T, test func(t *testing.T, b *testbank.Bank)) {
	t.Helper()
	t.Run("mapped", func(t *testing.T) { test(t, newBank(t)) })
	t.Run("heap", func(t *testing.T) { test(t, newBank(t, shm.WithHeap())) })
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestInitialValues(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		equal(t, "money", b.Money.Load(), 1000)
		equal(t, "tiny", b.Tiny.Load(), -5)
		equal(t, "wide", b.Wide.Load(), -1)
		equal(t, "half", b.Half.Load(), 65535)
		equal(t, "rate", b.Rate.Load(), 0.5)
		equal(t, "open", b.Open.Load(), true)
		equal(t, "letter", b.Letter.Load(), 'ä')
		equal(t, "status", b.Status.Load(), testbank.StatusOpen)
		last := b.Last.Load()
		equal(t, "last.id", last.ID, 1)
		equal(t, "last.memo", last.Memo.String(), "first")
		equal(t, "last.corners", last.Corners, [2]testbank.Point{{X: 1, Y: 2}})
		equal(t, "motto", b.Motto.Load().String(), "nihil")
		equal(t, "triple", b.Triple.Load(), [3]int16{1, 2, 3})
		equal(t, "since", b.Since.Load(), 0)
		equal(t, "pause", b.Pause.Load(), 1500*time.Nanosecond)
		equal(t, "hits", b.Hits.Load(), 0)
		equal(t, "hits32", b.Hits32.Load(), 7)
		equal(t, "hits16", b.Hits16.Load(), -3)
		equal(t, "hits8", b.Hits8.Load(), 250)
		equal(t, "load", b.Load.Load(), 1.5)
		equal(t, "mode", b.Mode.Load(), testbank.StatusAlarm)
		equal(t, "ready", b.Ready.Load(), false)
		rates := make([]float64, 3)
		if err := b.Rates.CopyTo(rates, 0); err != nil {
			t.Error(err)
		}
		if want := []float64{1, 1.5, 2.25}; !slices.Equal(rates, want) {
			t.Errorf("rates: got %v, want %v", rates, want)
		}
		equal(t, "name", b.Name.String(), "")
		equal(t, "raw", b.Raw.Load(), 3)
		equal(t, "point", b.Point.Load(), testbank.Point{X: 1})
		equal(t, "points[1]", b.Points.Slice()[1], testbank.Point{Y: 2})
		equal(t, "len(scratch)", b.Scratch.Len(), 100)
		equal(t, "place of page in its page", reflect.ValueOf(b.Page.Ptr()).Pointer()%4096, 0)
		g, err := b.Ledger.Lock(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "lo", *g.Lo(), -5)
		equal(t, "hi", *g.Hi(), 5)
		equal(t, "sure", g.Sure().Get(), true)
		equal(t, "len(rows)", len(g.Rows()), testbank.Most)
		equal(t, "len(label)", len(g.Label()), 8)
		g.Unlock()
	})
}

func TestNumber(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		equal(t, "Add", b.Money.Add(5), 1005)
		equal(t, "Add that overflows", b.Tiny.Add(-124), 127)
		b.Wide.Store(1 << 40)
		equal(t, "Load", b.Wide.Load(), 1<<40)
		equal(t, "Swap", b.Wide.Swap(3), 1<<40)
		equal(t, "CompareAndSwap of another", b.Wide.CompareAndSwap(4, 5), false)
		equal(t, "CompareAndSwap", b.Wide.CompareAndSwap(3, 5), true)
		equal(t, "after CompareAndSwap", b.Wide.Load(), 5)
		if err := b.Wide.Update(t.Context(), func(x *int64) error { *x *= 2; return nil }); err != nil {
			t.Error(err)
		}
		equal(t, "after Update", b.Wide.Load(), 10)
		failed := errors.New("failed")
		if err := b.Wide.Update(t.Context(), func(x *int64) error { *x = 99; return failed }); err != failed {
			t.Errorf("Update that fails: got %v, want %v", err, failed)
		}
		panics(t, "an Update that panics", "on purpose", func() {
			_ = b.Wide.Update(t.Context(), func(x *int64) error { *x = 99; panic("on purpose") })
		})
		equal(t, "after both", b.Wide.Load(), 10)
		equal(t, "Present", b.Wide.Present(), true)
	})
}

func TestBool(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		equal(t, "Toggle", b.Open.Toggle(), false)
		equal(t, "Swap", b.Open.Swap(true), false)
		equal(t, "CompareAndSwap of another", b.Open.CompareAndSwap(false, true), false)
		equal(t, "CompareAndSwap", b.Open.CompareAndSwap(true, false), true)
		b.Open.Store(true)
		equal(t, "Load", b.Open.Load(), true)
		equal(t, "atomic Toggle", b.Ready.Toggle(), true)
		equal(t, "atomic CompareAndSwap", b.Ready.CompareAndSwap(true, false), true)
		equal(t, "atomic Swap", b.Ready.Swap(true), false)
		b.Ready.Store(false)
		equal(t, "atomic Load", b.Ready.Load(), false)
	})
}

func TestValue(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		order := testbank.Order{ID: 7, Memo: testbank.MustString31("seven"), Urgent: shm.BoolOf(true)}
		b.Last.Store(order)
		equal(t, "Load", b.Last.Load(), order)
		for i := range 5 { // through both copies
			if err := b.Last.Update(t.Context(), func(o *testbank.Order) error { o.ID++; return nil }); err != nil {
				t.Error(err)
			}
			equal(t, "ID after Update", b.Last.Load().ID, uint64(8+i))
		}
		equal(t, "the rest after Update", b.Last.Load().Memo.String(), "seven")
		failed := errors.New("failed")
		if err := b.Last.Update(t.Context(), func(o *testbank.Order) error { o.ID = 99; return failed }); err != failed {
			t.Errorf("Update that fails: got %v, want %v", err, failed)
		}
		panics(t, "an Update that panics", "on purpose", func() {
			_ = b.Last.Update(t.Context(), func(o *testbank.Order) error { o.ID = 99; panic("on purpose") })
		})
		equal(t, "ID after both", b.Last.Load().ID, 12)
		b.Status.Store(9)
		equal(t, "an enum without a name", b.Status.Load().String(), "Status(9)")
	})
}

func TestAtomic(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		equal(t, "Add 64", b.Hits.Add(3), 3)
		equal(t, "And 64", b.Hits.And(2), 2)
		equal(t, "Or 64", b.Hits.Or(5), 7)
		equal(t, "Add 32", b.Hits32.Add(-10), -3)
		equal(t, "And 32", b.Hits32.And(6), 4)
		equal(t, "Add 16", b.Hits16.Add(-32767), -32770+65536)
		equal(t, "Add 8", b.Hits8.Add(10), 4)
		equal(t, "Or 8", b.Hits8.Or(3), 7)
		equal(t, "Swap 8", b.Hits8.Swap(200), 7)
		equal(t, "CompareAndSwap 8", b.Hits8.CompareAndSwap(200, 201), true)
		equal(t, "CompareAndSwap 16 of another", b.Hits16.CompareAndSwap(1, 2), false)
		equal(t, "neighbours", b.Hits32.Load(), 4)
		equal(t, "Load 8", b.Hits8.Load(), 201)
		equal(t, "float Add", b.Load.Add(0.25), 1.75)
		equal(t, "float Swap", b.Load.Swap(0), 1.75)
		negative := 0.0
		equal(t, "float CompareAndSwap by bits", b.Load.CompareAndSwap(-negative*-1, 2), true)
		b.Mode.Store(testbank.StatusClosed)
		equal(t, "enum Swap", b.Mode.Swap(testbank.StatusOpen), testbank.StatusClosed)
		equal(t, "enum CompareAndSwap", b.Mode.CompareAndSwap(testbank.StatusOpen, testbank.StatusAlarm), true)
		equal(t, "enum", b.Mode.Load().String(), "alarm")
	})
}

func TestArray(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		b.Rates.Store(1, 9)
		equal(t, "Load", b.Rates.Load(1), 9)
		order := testbank.Order{ID: 3, Token: testbank.MustBytes6([]byte{1, 2})}
		b.Orders.Store(2, order)
		equal(t, "Load of a record", b.Orders.Load(2), order)
		equal(t, "its neighbour", b.Orders.Load(3), testbank.Order{})
		if err := b.Rates.CopyFrom([]float64{5, 6}, 1); err != nil {
			t.Error(err)
		}
		var all []float64
		for i, x := range b.Rates.All() {
			equal(t, "index", i, len(all))
			all = append(all, x)
		}
		if want := []float64{1, 5, 6}; !slices.Equal(all, want) {
			t.Errorf("All: got %v, want %v", all, want)
		}
		part := make([]float64, 2)
		if err := b.Rates.CopyTo(part, 1); err != nil || !slices.Equal(part, []float64{5, 6}) {
			t.Errorf("CopyTo: got %v, %v", part, err)
		}
		failed := errors.New("failed")
		err := b.Rates.Do(t.Context(), func(x []float64) error { x[0] = 8; return failed })
		if err != failed {
			t.Errorf("Do that fails: got %v, want %v", err, failed)
		}
		equal(t, "what Do has changed stays", b.Rates.Load(0), 8)
		equal(t, "Len", b.Flags.Len(), testbank.Most)
		b.Flags.Store(0, 200)
		equal(t, "a Bool of 200", b.Flags.Load(0).Get(), true)
	})
}

func TestArrayOutOfRange(t *testing.T) {
	b := newBank(t)
	before := make([]float64, 3)
	if err := b.Rates.CopyTo(before, 0); err != nil {
		t.Fatal(err)
	}
	const most = int(^uint(0) >> 1)
	for what, do := range map[string]func(){
		"Load(-1)":             func() { b.Rates.Load(-1) },
		"Load(3)":              func() { b.Rates.Load(3) },
		"Store(3)":             func() { b.Rates.Store(3, 1) },
		"CopyTo past the end":  func() { _ = b.Rates.CopyTo(make([]float64, 3), 1) },
		"CopyTo before":        func() { _ = b.Rates.CopyTo(make([]float64, 1), -1) },
		"CopyTo far away":      func() { _ = b.Rates.CopyTo(make([]float64, 1), most) },
		"CopyFrom too much":    func() { _ = b.Rates.CopyFrom(make([]float64, 4), 0) },
		"CopyFrom past end":    func() { _ = b.Rates.CopyFrom([]float64{7, 7}, 2) },
		"a guard's At(3)":      func() { withRates(t, b, func(h *shm.HeldArray[float64]) { h.At(3) }) },
		"a guard's Set(-1, 0)": func() { withRates(t, b, func(h *shm.HeldArray[float64]) { h.Set(-1, 0) }) },
	} {
		panics(t, what, "out of range", do)
	}
	after := make([]float64, 3)
	if err := b.Rates.CopyTo(after, 0); err != nil || !slices.Equal(before, after) {
		t.Errorf("after all that: got %v, %v, want %v", after, err, before)
	}
}

func withRates(t *testing.T, b *testbank.Bank, do func(*shm.HeldArray[float64])) {
	t.Helper()
	h, err := b.Rates.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Unlock()
	do(&h)
}

func TestText(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		set := func(s string) {
			t.Helper()
			if err := b.Name.SetString(s); err != nil {
				t.Error(err)
			}
		}
		set("hello")
		set("hi")
		equal(t, "String", b.Name.String(), "hi")
		equal(t, "Raw", string(b.Name.Raw()), "hi"+strings.Repeat("\x00", 10))
		set("twelve bytes")
		equal(t, "a full one", b.Name.String(), "twelve bytes")
		if err := b.Name.SetString("thirteen byte"); !errors.Is(err, shm.ErrTooLong) {
			t.Errorf("SetString of 13 bytes: got %v, want ErrTooLong", err)
		}
		if err := b.Name.SetRaw(make([]byte, 13)); !errors.Is(err, shm.ErrTooLong) {
			t.Errorf("SetRaw of 13 bytes: got %v, want ErrTooLong", err)
		}
		equal(t, "kept", b.Name.String(), "twelve bytes")
		if err := b.Name.SetRaw([]byte("AB")); err != nil {
			t.Error(err)
		}
		equal(t, "SetRaw leaves the rest", b.Name.String(), "ABelve bytes")
		equal(t, "Len", b.Name.Len(), 12)
	})
}

func TestBoundedText(t *testing.T) {
	s := testbank.MustString20("twenty bytes of text")
	equal(t, "String", s.String(), "twenty bytes of text")
	if err := s.Set("twenty-one bytes here"); !errors.Is(err, shm.ErrTooLong) {
		t.Errorf("Set of 21 bytes: got %v, want ErrTooLong", err)
	}
	if err := s.Set("short"); err != nil {
		t.Error(err)
	}
	if s != testbank.MustString20("short") {
		t.Error("equal texts are not == after a longer one was there")
	}
	panics(t, "MustString20 of 21 bytes", "do not fit", func() { testbank.MustString20("twenty-one bytes here") })
	x, err := testbank.NewBytes6([]byte("abc"))
	if err != nil || string(x.Bytes()) != "abc" {
		t.Errorf("NewBytes6: got %q, %v", x.Bytes(), err)
	}
	if err := x.SetBytes([]byte("1234567")); !errors.Is(err, shm.ErrTooLong) {
		t.Errorf("SetBytes of 7 bytes: got %v, want ErrTooLong", err)
	}
}

func TestTime(t *testing.T) {
	now := time.Now()
	b := newBank(t)
	b.Since.Store(shm.TimeOf(now))
	if got := b.Since.Load().Time(); !got.Equal(now) {
		t.Errorf("got %v, want %v", got, now)
	}
}

func TestZeroHandlesArePresent(t *testing.T) {
	var number shm.Number[int32]
	equal(t, "Present of the zero Number", number.Present(), false)
	b := newBank(t)
	for what, present := range map[string]bool{
		"Bool": b.Open.Present(), "Value": b.Last.Present(), "Atomic": b.Hits.Present(), "AtomicFloat": b.Load.Present(),
		"AtomicEnum": b.Mode.Present(), "AtomicBool": b.Ready.Present(), "Array": b.Rates.Present(), "Text": b.Name.Present(),
		"Raw": b.Raw.Present(), "RawArray": b.Scratch.Present(), "Mutex": b.Gate.Present(), "Shared": b.Ledger.Present(),
	} {
		equal(t, what, present, true)
	}
}

// panics checks that do panics with a message that has part in it.
func panics(t *testing.T, what, part string, do func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if message := fmt.Sprint(recover()); !strings.Contains(message, part) {
			t.Errorf("%s: got panic %q, want one with %q", what, message, part)
		}
	}()
	do()
}
