//go:build linux

package shm_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"reflect"
	"runtime"
	"syscall"
	"testing"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/shm"
)

// attached is a second attachment of this process to the segment of b.
func attached(t *testing.T, b *testbank.Bank) *testbank.Bank {
	t.Helper()
	file, err := b.Segment().File()
	if err != nil {
		t.Fatal(err)
	}
	other, err := testbank.InheritBank(file)
	if err != nil {
		t.Fatal(err)
	}
	return other
}

// TestCloseManyTimes attaches and leaves so often that a mapping that stayed behind each time would be noticed. A process
// can have some 65,000 of them.
func TestCloseManyTimes(t *testing.T) {
	b := newBank(t)
	mappings := func() int {
		text, err := os.ReadFile("/proc/self/maps")
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Count(text, []byte{'\n'})
	}
	before := mappings()
	const rounds = 500
	for range rounds {
		if err := attached(t, b).Close(); err != nil {
			t.Fatal(err)
		}
	}
	if after := mappings(); after > before+rounds/4 {
		t.Errorf("%d attachments have left %d mappings", rounds, after-before)
	}
}

// TestFailedCloseDisturbsNobody locks while a Close is at work that fails in the end: nobody gets ErrClosed for that.
func TestFailedCloseDisturbsNobody(t *testing.T) {
	for what, do := range map[string]func(ctx context.Context, b *testbank.Bank) error{
		"Lock": func(ctx context.Context, b *testbank.Bank) error {
			h, err := b.Money.Lock(ctx)
			if err == nil {
				h.Unlock()
			}
			return err
		},
		"TryLock": func(ctx context.Context, b *testbank.Bank) error {
			h, err := b.Money.TryLock()
			if err == nil {
				h.Unlock()
			}
			return err
		},
		"Recover": func(ctx context.Context, b *testbank.Bank) error { return b.Rates.Recover(ctx, nil) },
		"Add":     func(ctx context.Context, b *testbank.Bank) error { b.Money.Add(1); return nil },
	} {
		b := newBank(t)
		undo := shm.BeginClose(b.Segment())
		done := make(chan error, 1)
		go func() { done <- do(soon(t), b) }()
		for range 1000 { // it gets as far as it can
			runtime.Gosched()
		}
		if len(done) != 0 {
			t.Errorf("%s came back with %v before it was known whether the segment is closed", what, <-done)
			undo()
			continue
		}
		undo()
		if err := <-done; err != nil {
			t.Errorf("%s: got %v", what, err)
		}
	}
}

// closeWithoutMemory closes an attachment when the system gives no memory, and again when it does.
func closeWithoutMemory(ctx context.Context, b *testbank.Bank, args []string) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &limit); err != nil {
		return err
	}
	before := b.Segment().Slot()
	runtime.GC() // so that Go itself needs none for the moment
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: 0, Max: limit.Max}); err != nil {
		return err
	}
	err := b.Close()
	if e := syscall.Setrlimit(syscall.RLIMIT_AS, &limit); e != nil {
		return e
	}
	var held *shm.CloseError
	if !errors.Is(err, syscall.ENOMEM) || errors.As(err, &held) {
		return errors.New("Close without memory: got " + errorText(err) + ", want ENOMEM")
	}
	b.Wide.Add(1) // it is as attached as it was
	b.Hits.Add(1)
	if n := len(b.Segment().Processes()); n != 2 || b.Segment().Slot() != before {
		return errors.New("the slot is lost")
	}
	return b.Close()
}

func errorText(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}

func TestCloseWithoutMemory(t *testing.T) {
	b := newBank(t)
	if err := start(t, b, "close without memory").Wait(); err != nil {
		t.Error(err)
	}
	equal(t, "wide", b.Wide.Load(), 0)
	equal(t, "processes", len(b.Segment().Processes()), 1)
}

// TestCloseInside closes a segment from a function that runs under one of its locks.
func TestCloseInside(t *testing.T) {
	b := newBank(t)
	b.Ledger.SetRepair(func(*testbank.BankLedgerGuard) error { return b.Close() })
	for what, do := range map[string]func() error{
		"Update of a number": func() error { return b.Money.Update(t.Context(), func(*int32) error { return b.Close() }) },
		"Update of a value":  func() error { return b.Last.Update(t.Context(), func(*testbank.Order) error { return b.Close() }) },
		"Do":                 func() error { return b.Rates.Do(t.Context(), func([]float64) error { return b.Close() }) },
		"Lock that repairs": func() error {
			killHolder(t, b, "ledger")
			_, err := b.Ledger.Lock(soon(t))
			return err
		},
	} {
		var held *shm.CloseError
		if err := do(); !errors.As(err, &held) || len(held.Held) != 1 {
			t.Errorf("%s: got %v, want a CloseError for one field", what, err)
		}
	}
}

// TestCloseDuringRepair closes a segment while a function repairs data: Close must not wait for that.
func TestCloseDuringRepair(t *testing.T) {
	b := newBank(t)
	killHolder(t, b, "ledger")
	attachAndLeave(t, b)
	repairing, finish := make(chan struct{}), make(chan struct{})
	b.Ledger.SetRepair(func(g *testbank.BankLedgerGuard) error {
		close(repairing)
		<-finish
		return balance(g)
	})
	locked := make(chan error)
	go func() {
		g, err := b.Ledger.Lock(soon(t))
		if err == nil {
			g.Unlock()
		}
		locked <- err
	}()
	<-repairing
	var held *shm.CloseError
	if err := b.Close(); !errors.As(err, &held) {
		t.Errorf("Close: got %v, want a CloseError", err)
	}
	close(finish)
	if err := <-locked; err != nil {
		t.Errorf("Lock: got %v", err)
	}
}

// TestCopiedGuard unlocks a lock with a guard and once more with a copy of it, which go vet reports and nothing can
// prevent. The lock stays usable for all.
func TestCopiedGuard(t *testing.T) {
	b := newBank(t)
	g := must(b.Gate.Lock(t.Context()))(t)
	second, third := copied(&g), copied(&g)
	g.Unlock()
	second.Unlock() // of a lock that is free
	free := must(b.Gate.TryLock())(t)
	free.Unlock()

	other := attached(t, b)
	h := must(other.Gate.TryLock())(t)
	waited := make(chan error)
	go func() {
		w, err := other.Gate.Lock(soon(t))
		if err == nil {
			w.Unlock()
		}
		waited <- err
	}()
	for waits(b, "gate") == 0 {
		runtime.Gosched()
	}
	third.Unlock() // of a lock that another attachment holds, and for which somebody sleeps
	if _, err := b.Gate.TryLock(); !errors.Is(err, shm.ErrBusy) {
		t.Errorf("TryLock: got %v, want ErrBusy", err)
	}
	h.Unlock()
	if err := <-waited; err != nil {
		t.Error(err)
	}
	if err := other.Close(); err != nil {
		t.Error(err)
	}
	noRescues(t, b)
}

// copied returns a copy of a guard, in a way that go vet does not see.
func copied(g *shm.Guard) *shm.Guard {
	c := reflect.New(reflect.TypeFor[shm.Guard]())
	c.Elem().Set(reflect.ValueOf(g).Elem())
	return c.Interface().(*shm.Guard)
}

// waits returns how often somebody slept for a lock.
func waits(b *testbank.Bank, field string) uint64 {
	for _, s := range b.Segment().Stats() {
		if s.Field == field {
			return s.Waits
		}
	}
	panic("no such field")
}
