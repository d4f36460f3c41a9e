//go:build linux

package shm_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/proc"
)

// comeAndGo works with a bank in several goroutines, each of which attaches, moves amounts, and leaves again, for so
// many rounds, or until it is killed if there are none.
func comeAndGo(ctx context.Context, b *testbank.Bank, args []string) error {
	rounds, goroutines := number(args, 0), number(args, 1)
	b.Hits.Add(1)
	failed := make(chan error, goroutines)
	for range goroutines {
		go func() {
			var err error
			for n := 0; err == nil && (rounds == 0 || n < rounds); n++ {
				err = visit(ctx, b)
			}
			failed <- err
		}()
	}
	var all error
	for range goroutines {
		all = errors.Join(all, <-failed)
	}
	return all
}

// visit attaches a second time, works, and leaves.
func visit(ctx context.Context, b *testbank.Bank) error {
	file, err := b.Segment().File()
	if err != nil {
		return err
	}
	v, err := testbank.InheritBank(file)
	if err != nil {
		return err
	}
	v.Ledger.SetRepair(balance)
	for range 20 {
		g, err := v.Ledger.Lock(ctx)
		if err != nil {
			return err
		}
		if *g.Lo()+*g.Hi() != 0 {
			return fmt.Errorf("lo is %d, hi is %d: two were in the section at one time", *g.Lo(), *g.Hi())
		}
		*g.Lo()--
		if rand.IntN(16) == 0 {
			runtime.Gosched()
		}
		*g.Hi()++
		g.Unlock()
		v.Wide.Add(1)
		limited, cancel := context.WithTimeout(ctx, time.Duration(rand.IntN(100))*time.Microsecond)
		if h, err := v.Gate.Lock(limited); err == nil {
			h.Unlock()
		}
		cancel()
	}
	return v.Close()
}

// balance repairs a ledger whose holder has died.
func balance(g *testbank.BankLedgerGuard) error {
	*g.Hi() = -*g.Lo()
	return nil
}

// TestComeAndGo lets processes attach and leave while others work.
func TestComeAndGo(t *testing.T) {
	b := newBank(t)
	const processes, goroutines, rounds = 4, 4, 20
	var started []*proc.Process
	for range processes {
		started = append(started, start(t, b, "come and go", rounds, goroutines))
	}
	for _, p := range started {
		if err := p.Wait(); err != nil {
			t.Error(err)
		}
	}
	equal(t, "wide", b.Wide.Load(), processes*goroutines*rounds*20-1)
	equal(t, "processes", len(b.Segment().Processes()), 1)
	noRescues(t, b)
}

// TestStorm kills processes at random moments while they attach, wait, hold and leave, and starts others. Those that
// live on never find two in a section, and never wait for long.
func TestStorm(t *testing.T) {
	b := newBank(t)
	b.Ledger.SetRepair(balance)
	survivor := start(t, b, "come and go", 0, 3)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for range 15 {
				began := b.Hits.Load()
				p := start(t, b, "come and go", 0, 4)
				for b.Hits.Load() == began && p.Alive() { // it, or another that was started meanwhile, is at work
					runtime.Gosched()
				}
				for range rand.IntN(20) {
					b.Wide.Add(1)
				}
				if err := p.Kill(); err != nil {
					t.Error(err)
				}
				var exit *proc.ExitError
				if err := p.Wait(); !errors.As(err, &exit) || exit.Code != -9 {
					t.Errorf("a process ended by itself: %v", err)
				}
			}
		})
	}
	group.Wait()
	if !survivor.Alive() {
		t.Errorf("the survivor has ended: %v", survivor.Wait())
	}
	if err := survivor.Kill(); err != nil {
		t.Error(err)
	}
	_ = survivor.Wait() // it was killed
	began := time.Now()
	g := must(b.Ledger.Lock(soon(t)))(t)
	equal(t, "the sum", *g.Lo()+*g.Hi(), 0)
	g.Unlock()
	b.Wide.Add(1)
	gate := must(b.Gate.Lock(soon(t)))(t)
	gate.Unlock()
	t.Logf("the last locks were free after %v", time.Since(began).Round(time.Millisecond))
	attachAndLeave(t, b) // sweeps all
	equal(t, "processes", len(b.Segment().Processes()), 1)
	for _, s := range b.Segment().Stats() {
		if s.Waits+s.Recoveries+s.Rescues > 0 {
			t.Logf("%-7s %+v", s.Field, s)
		}
	}
}
