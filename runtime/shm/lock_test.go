//go:build linux

package shm_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/proc"
	"github.com/shmgen/shmgen/runtime/shm"
)

// patience bounds what must come soon: it fails a test that would hang.
const patience = 20 * time.Second

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// transfer moves amounts between two fields under one lock, with several goroutines, and counts under a lock.
func transfer(ctx context.Context, b *testbank.Bank, args []string) error {
	rounds, goroutines := number(args, 0), number(args, 1)
	var group sync.WaitGroup
	failed := make(chan error, goroutines)
	for range goroutines {
		group.Go(func() {
			for i := range rounds {
				g, err := b.Ledger.Lock(ctx)
				if err != nil {
					failed <- err
					return
				}
				if *g.Lo()+*g.Hi() != 0 {
					failed <- errors.New("the sum is not 0: two were in the section at one time")
				}
				*g.Lo()--
				if i%64 == 0 {
					runtime.Gosched()
				}
				*g.Hi()++
				g.Unlock()
				b.Wide.Add(1)
			}
		})
	}
	group.Wait()
	close(failed)
	return <-failed
}

func TestExclusion(t *testing.T) {
	for _, c := range []struct{ processes, goroutines, rounds int }{
		{4, 1, 20_000},
		{2, 8, 5_000},
		{1, 32, 2_000},
	} {
		b := newBank(t)
		var started []*proc.Process
		for range c.processes {
			started = append(started, start(t, b, "transfer", c.rounds, c.goroutines))
		}
		for _, p := range started {
			if err := p.Wait(); err != nil {
				t.Error(err)
			}
		}
		total := c.processes * c.goroutines * c.rounds
		equal(t, "total", b.Wide.Load(), int64(total-1))
		g := must(b.Ledger.Lock(soon(t)))(t)
		equal(t, "hi", *g.Hi(), int32(5+total))
		g.Unlock()
		noRescues(t, b)
	}
}

// noRescues checks that nobody slept beside a lock that was free.
func noRescues(t *testing.T, b *testbank.Bank) {
	t.Helper()
	for _, s := range b.Segment().Stats() {
		if s.Rescues != 0 {
			t.Errorf("%s: %d of %d sleeps were ended by the backstop alone", s.Field, s.Rescues, s.Waits)
		}
	}
}

func TestExclusionOnHeap(t *testing.T) {
	b := newBank(t, shm.WithHeap())
	if err := transfer(soon(t), b, []string{"2000", "8"}); err != nil {
		t.Error(err)
	}
	equal(t, "total", b.Wide.Load(), 8*2000-1)
}

// wait waits for a lock that the parent holds, in the way of its argument.
func wait(ctx context.Context, b *testbank.Bank, args []string) error {
	b.Hits.Add(1) // about to wait
	switch args[0] {
	case "deadline":
		limited, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
		defer cancel()
		_, err := b.Money.Lock(limited)
		return expectWaitError(err, context.DeadlineExceeded)
	case "cancel":
		limited, cancel := context.WithCancel(ctx)
		go func() {
			b.Hits.Add(1)
			cancel()
		}()
		_, err := b.Money.Lock(limited)
		return expectWaitError(err, context.Canceled)
	case "lock":
		h, err := b.Money.Lock(ctx)
		if err != nil {
			return err
		}
		h.Set(h.Get() + 1)
		h.Unlock()
	case "add":
		b.Money.Add(1)
	}
	return nil
}

func expectWaitError(err, want error) error {
	var w *shm.WaitError
	if !errors.As(err, &w) || !errors.Is(err, want) || w.Field != "money" || w.Holder == nil || w.Holder.PID != os.Getppid() {
		return errors.New("got " + err.Error() + ", want a WaitError that names the parent")
	}
	return nil
}

func TestContextEndsWait(t *testing.T) {
	for _, way := range []string{"deadline", "cancel"} {
		t.Run(way, func(t *testing.T) {
			b := newBank(t)
			h := must(b.Money.Lock(soon(t)))(t)
			if err := start(t, b, "wait", way).Wait(); err != nil {
				t.Error(err)
			}
			h.Unlock()
		})
	}
}

func TestExpiredContextTakesWhatIsFree(t *testing.T) {
	b := newBank(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h := must(b.Money.Lock(ctx))(t)
	if _, err := b.Money.Lock(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Lock of a held lock: got %v, want context.Canceled", err)
	}
	h.Unlock()
	if err := b.Money.Update(ctx, func(x *int32) error { *x++; return nil }); err != nil {
		t.Errorf("Update of a free one: %v", err)
	}
}

// TestUnlockWakes lets other processes wait while the lock is held, for so long that they sleep, and frees it.
func TestUnlockWakes(t *testing.T) {
	for _, way := range []string{"lock", "add"} {
		t.Run(way, func(t *testing.T) {
			b := newBank(t)
			const waiters = 3
			h := must(b.Money.Lock(soon(t)))(t)
			var started []*proc.Process
			for range waiters {
				started = append(started, start(t, b, "wait", way))
			}
			for b.Hits.Load() < waiters {
				runtime.Gosched()
			}
			h.Unlock()
			for _, p := range started {
				if err := p.Wait(); err != nil {
					t.Error(err)
				}
			}
			equal(t, "money", b.Money.Load(), 1000+waiters)
			noRescues(t, b)
		})
	}
}

func TestCloseWhileLocked(t *testing.T) {
	b := newBank(t)
	h := must(b.Money.Lock(soon(t)))(t)
	var held *shm.CloseError
	if err := b.Close(); !errors.As(err, &held) || len(held.Held) != 1 || held.Held[0] != "money" {
		t.Errorf("Close: got %v, want a CloseError for money", err)
	}
	b.Tiny.Store(3) // nothing was changed
	h.Set(5)
	h.Unlock()
	equal(t, "money", b.Money.Load(), 5)
}

func TestUseAfterClose(t *testing.T) {
	b := newBank(t)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	const closed = "which this process has closed"
	for what, do := range map[string]func(){
		"Number.Add":     func() { b.Money.Add(1) },
		"Number.Lock":    func() { _, _ = b.Money.Lock(t.Context()) },
		"TryLock":        func() { _, _ = b.Money.TryLock() },
		"Value.Store":    func() { b.Motto.Store(testbank.String20{}) },
		"Array.Load":     func() { b.Rates.Load(0) },
		"Array.CopyTo":   func() { _ = b.Rates.CopyTo(nil, 0) },
		"Mutex.Lock":     func() { _, _ = b.Gate.Lock(t.Context()) },
		"Shared.Lock":    func() { _, _ = b.Ledger.Lock(t.Context()) },
		"Shared.Recover": func() { _ = b.Ledger.Recover(t.Context(), nil) },
		"Text":           func() { _ = b.Name.String() },
	} {
		panics(t, what, closed, do)
	}
	// Without a lock there is nothing to panic, and nobody to reach.
	b.Hits.Add(1)
	b.Raw.Store(1)
	b.Scratch.Slice()[99] = 1
	if got := b.Segment().Processes(); got != nil {
		t.Errorf("Processes: got %v, want none", got)
	}
	if _, err := b.Segment().File(); !errors.Is(err, shm.ErrClosed) {
		t.Errorf("File: got %v, want ErrClosed", err)
	}
}

// TestCloseWakesWaiters closes an attachment whose goroutines wait for a lock that another process holds.
func TestCloseWakesWaiters(t *testing.T) {
	b := newBank(t)
	start(t, b, "hold", "money")
	for b.Hits.Load() == 0 {
		runtime.Gosched()
	}
	waiting := make(chan error)
	wait := func(do func() error) {
		go func() {
			defer func() {
				if message := recover(); message != nil {
					waiting <- errors.New(message.(string))
				}
			}()
			waiting <- do()
		}()
	}
	wait(func() error { _, err := b.Money.Lock(context.Background()); return err })
	wait(func() error { b.Money.Load(); return nil })
	// Both wait, or will find the segment closed: each is right, and both are told.
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		err := <-waiting
		if err == nil || !errors.Is(err, shm.ErrClosed) && !strings.Contains(err.Error(), "has closed") {
			t.Errorf("got %v, want ErrClosed or a panic", err)
		}
	}
}
