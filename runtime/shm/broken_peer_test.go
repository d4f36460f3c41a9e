//go:build linux

package shm_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/internal/lockword"
	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/proc"
	"github.com/shmgen/shmgen/runtime/shm"
)

// operations are something to do with every kind of field. In a sound segment they all come back soon, without an error.
var operations = []func(ctx context.Context, b *testbank.Bank) error{
	func(ctx context.Context, b *testbank.Bank) error { b.Money.Add(1); return nil },
	func(ctx context.Context, b *testbank.Bank) error { b.Open.Toggle(); return nil },
	func(ctx context.Context, b *testbank.Bank) error {
		return b.Wide.Update(ctx, func(x *int64) error { *x++; return nil })
	},
	func(ctx context.Context, b *testbank.Bank) error {
		h, err := b.Rate.Lock(ctx)
		if err == nil {
			h.Set(h.Get() + 1)
			h.Unlock()
		}
		return err
	},
	func(ctx context.Context, b *testbank.Bank) error {
		h, err := b.Last.Lock(ctx)
		if err == nil {
			_, _ = h.Ptr().Memo.String(), h.Ptr().Status.String()
			h.Unlock()
		}
		return err
	},
	func(ctx context.Context, b *testbank.Bank) error { b.Blocks.Store(1, b.Blocks.Load(0)); return nil },
	func(ctx context.Context, b *testbank.Bank) error {
		return b.Rates.Do(ctx, func(x []float64) error { x[0]++; return nil })
	},
	func(ctx context.Context, b *testbank.Bank) error {
		return b.Rates.Recover(ctx, func(x []float64) error { return nil })
	},
	func(ctx context.Context, b *testbank.Bank) error { _ = b.Name.String(); return b.Name.SetString("x") },
	func(ctx context.Context, b *testbank.Bank) error {
		g, err := b.Gate.TryLock()
		if err == nil {
			g.Unlock()
		}
		if errors.Is(err, shm.ErrBusy) {
			return nil
		}
		return err
	},
	func(ctx context.Context, b *testbank.Bank) error {
		g, err := b.Ledger.Lock(ctx)
		if err == nil {
			*g.Lo()--
			*g.Hi()++
			_ = g.Rows()[0].Memo.String()
			g.Unlock()
		}
		return err
	},
	func(ctx context.Context, b *testbank.Bank) error {
		return b.Ledger.Recover(ctx, func(g *testbank.BankLedgerGuard) error { return nil })
	},
	func(ctx context.Context, b *testbank.Bank) error {
		b.Hits.Add(1)
		b.Hits8.Add(1)
		b.Load.Add(1)
		return nil
	},
	func(ctx context.Context, b *testbank.Bank) error {
		b.Ready.Toggle()
		_ = b.Mode.Load().String()
		return nil
	},
	func(ctx context.Context, b *testbank.Bank) error { b.Points.Slice()[0] = b.Point.Load(); return nil },
	func(ctx context.Context, b *testbank.Bank) error {
		_, _ = b.Segment().Processes(), b.Segment().Stats()
		return nil
	},
}

// busy does all operations with many goroutines until it is told to end, whatever they return. Then nothing but sleep is
// to be left of those that still wait, and it fails if they use the processor.
func busy(ctx context.Context, b *testbank.Bank, args []string) error {
	var end atomic.Bool
	for range 8 {
		go func() {
			for !end.Load() {
				limited, cancel := context.WithTimeout(ctx, 5*time.Millisecond)
				_ = operations[rand.IntN(len(operations))](limited, b)
				cancel()
			}
		}()
	}
	b.Hits32.Add(1)
	<-ctx.Done()
	end.Store(true)
	<-time.After(100 * time.Millisecond) // contexts end, loops are left
	before := processorTime()
	const window = 500 * time.Millisecond
	<-time.After(window)
	if used := processorTime() - before; used > window/2 {
		return fmt.Errorf("goroutines that wait have used the processor for %v of %v", used, window)
	}
	os.Exit(0) // without Close, which lets those panic that still wait without a limit
	return nil
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// TestScribble writes random bytes all over a segment that processes work with. They may get errors and wrong values, and
// wait; they must not crash, and not burn the processor.
func TestScribble(t *testing.T) {
	b := newBank(t)
	t.Cleanup(func() { shm.ChangeLockWords(b.Segment(), func(uint32) uint32 { return 0 }) }) // so that it can be closed
	file, err := b.Segment().File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var started []*proc.Process
	for range 3 {
		started = append(started, start(t, b, "busy"))
	}
	for b.Hits32.Load() != 7+3 { // all have attached
		runtime.Gosched()
	}
	for end := time.Now().Add(700 * time.Millisecond); time.Now().Before(end); {
		garbage := make([]byte, 1+rand.IntN(64))
		for i := range garbage {
			garbage[i] = byte(rand.Uint32())
		}
		if _, err := file.WriteAt(garbage, rand.Int64N(b.Segment().Size()-64)); err != nil {
			t.Fatal(err)
		}
		if rand.IntN(100) == 0 { // else nearly every lock is soon held by nobody
			shm.ChangeLockWords(b.Segment(), func(w uint32) uint32 {
				return [...]uint32{0, w ^ 1<<rand.IntN(32), rand.Uint32() &^ lockword.OwnerMask}[rand.IntN(3)]
			})
		}
	}
	for _, p := range started {
		if err := p.Terminate(); err != nil {
			t.Error(err)
		}
	}
	for _, p := range started {
		if !p.Join(patience) {
			t.Fatal("a process has not come to its end")
		}
		if code, _ := p.ExitCode(); code != 0 {
			t.Errorf("a process ended with exit code %d, want 0", code)
		}
	}
}

// TestLockOfNobody lets a broken process write an owner to the lock words who does not exist.
func TestLockOfNobody(t *testing.T) {
	for name, slot := range map[string]int{"a free slot": 77, "no slot": 20_000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBank(t)
			shm.ChangeLockWords(b.Segment(), func(uint32) uint32 { return lockword.Self(slot) })
			var group sync.WaitGroup
			for range 3 {
				group.Go(func() {
					for _, do := range operations {
						if err := do(soon(t), b); err != nil {
							t.Error(err)
						}
					}
				})
			}
			group.Wait()
		})
	}
	t.Run("found by attach", func(t *testing.T) {
		t.Parallel()
		b := newBank(t)
		shm.ChangeLockWords(b.Segment(), func(uint32) uint32 { return lockword.Self(1) }) // who attaches next
		attachAndLeave(t, b)
		h, err := b.Money.TryLock()
		if err != nil {
			t.Fatalf("an attach has not freed the lock: %v", err)
		}
		h.Unlock()
	})
}
