//go:build linux

package shm_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/proc"
	"github.com/shmgen/shmgen/runtime/shm"
	"github.com/shmgen/shmgen/runtime/shmtest"
)

// reporting is a segment with a lock that reports the death of its holder.
type reporting struct {
	segment *shm.Segment
	Gate    shm.Mutex
	Held    shm.Atomic[uint32]
}

func (r *reporting) Segment() *shm.Segment { return r.segment }

const reportingLayout = `shmgen 1 Reporting 1
field gate Lock report=true @0+8
field held Value uint32 lock=atomic @64+4
data 128
`

func bindReporting(s *shm.Segment) *reporting {
	return &reporting{segment: s, Gate: shm.BindMutex(s, "gate"), Held: shm.BindAtomic[uint32](s, "held", 0)}
}

func inheritReporting(file *os.File, opts ...shm.Option) (*reporting, error) {
	return shm.Inherit(reportingLayout, file, bindReporting, opts...)
}

// holdGate locks a lock that reports, and waits to be killed.
func holdGate(ctx context.Context, self *proc.Self) error {
	r, err := proc.Inherit(self, 0, inheritReporting)
	if err != nil {
		return err
	}
	if _, err := r.Gate.Lock(ctx); err != nil {
		return err
	}
	r.Held.Store(1)
	<-ctx.Done()
	return nil
}

// TestReport kills the holder of a Lock(report=true).
func TestReport(t *testing.T) {
	r, err := shm.New(reportingLayout, bindReporting)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.segment.Close(); err != nil {
			t.Error(err)
		}
	})
	g := must(r.Gate.Lock(soon(t)))(t)
	g.Unlock() // an orderly Unlock is nothing to report
	p := shmtest.Start(t, "hold gate", proc.Segments(r))
	for r.Held.Load() == 0 && p.Alive() {
		runtime.Gosched()
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait() // it was killed
	var died *shm.OwnerDiedError
	if _, err := r.Gate.Lock(soon(t)); !errors.As(err, &died) || died.Owner.PID != p.Pid() {
		t.Fatalf("Lock: got %v, want an OwnerDiedError that names process %d", err, p.Pid())
	}
	if _, err := r.Gate.TryLock(); !errors.Is(err, shm.ErrOwnerDied) {
		t.Errorf("TryLock: got %v, want ErrOwnerDied", err)
	}
	failed := errors.New("failed")
	if err := r.Gate.Recover(soon(t), func() error { return failed }); err != failed {
		t.Errorf("Recover: got %v, want %v", err, failed)
	}
	if _, err := r.Gate.Lock(soon(t)); !errors.Is(err, shm.ErrOwnerDied) {
		t.Errorf("Lock after a failed repair: got %v, want ErrOwnerDied", err)
	}
	if err := r.Gate.Recover(soon(t), func() error { return nil }); err != nil {
		t.Error(err)
	}
	h := must(r.Gate.TryLock())(t)
	h.Unlock()
}

// spoiled makes the rates of a bank damaged.
func spoiled(t *testing.T, b *testbank.Bank) {
	t.Helper()
	panics(t, "Do", "on purpose", func() {
		_ = b.Rates.Do(t.Context(), func([]float64) error { panic("on purpose") })
	})
	if _, err := b.Rates.TryLock(); !errors.Is(err, shm.ErrOwnerDied) {
		t.Fatalf("TryLock after a panic in Do: got %v, want ErrOwnerDied", err)
	}
}

// TestRepairFails lets what SetRepair was given fail in every way. The lock is free afterwards, and the data still
// damaged, until a repair succeeds: then the Lock that has called it holds the lock.
func TestRepairFails(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		spoiled(t, b)
		damaged := func(what string) {
			t.Helper()
			b.Rates.SetRepair(nil)
			if _, err := b.Rates.TryLock(); !errors.Is(err, shm.ErrOwnerDied) {
				t.Errorf("%s: TryLock got %v, want ErrOwnerDied", what, err)
			}
		}
		failed := errors.New("failed")
		b.Rates.SetRepair(func([]float64) error { return failed })
		if _, err := b.Rates.Lock(soon(t)); err != failed {
			t.Errorf("Lock: got %v, want %v", err, failed)
		}
		if _, err := b.Rates.TryLock(); err != failed {
			t.Errorf("TryLock: got %v, want %v", err, failed)
		}
		damaged("after an error")

		b.Rates.SetRepair(func([]float64) error { panic("no repair") })
		panics(t, "Lock", "no repair", func() { _, _ = b.Rates.Lock(soon(t)) })
		damaged("after a panic")

		b.Rates.SetRepair(func([]float64) error { runtime.Goexit(); return nil })
		exited := make(chan struct{})
		go func() {
			defer close(exited)
			_, err := b.Rates.Lock(context.Background())
			t.Errorf("Lock came back from Goexit with %v", err)
		}()
		<-exited
		damaged("after Goexit")

		b.Rates.SetRepair(func(x []float64) error { x[0] = 7; return nil })
		h := must(b.Rates.TryLock())(t)
		equal(t, "element 0", h.At(0), 7)
		if _, err := b.Rates.TryLock(); !errors.Is(err, shm.ErrBusy) {
			t.Errorf("TryLock of a lock whose data was repaired: got %v, want ErrBusy", err)
		}
		h.Unlock()
	})
}

// TestGoexit ends the goroutine in a function under a lock, as t.FailNow does. The lock is free afterwards; what a
// function has changed in place is damaged, all else is as it was.
func TestGoexit(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		for _, do := range []func(){
			func() { _ = b.Money.Update(t.Context(), func(x *int32) error { *x = 1; runtime.Goexit(); return nil }) },
			func() {
				_ = b.Last.Update(t.Context(), func(o *testbank.Order) error { o.ID = 9; runtime.Goexit(); return nil })
			},
			func() {
				_ = b.Rates.Do(t.Context(), func(x []float64) error { x[0] = 9; runtime.Goexit(); return nil })
			},
		} {
			exited := make(chan struct{})
			go func() {
				defer close(exited)
				do()
				t.Error("it came back from Goexit")
			}()
			<-exited
		}
		equal(t, "money", b.Money.Load(), 1000)
		equal(t, "last.id", b.Last.Load().ID, 1)
		err := b.Rates.CopyTo(make([]float64, 3), 0)
		if !errors.Is(err, shm.ErrOwnerDied) || !strings.Contains(err.Error(), "a function that changed it failed") {
			t.Errorf("rates: got %v, want ErrOwnerDied", err)
		}
		if err := b.Rates.Recover(t.Context(), func([]float64) error { return nil }); err != nil {
			t.Error(err)
		}
	})
}
