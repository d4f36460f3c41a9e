// Bank lets one process save money and another one take it. Each holds the lock of the balance for its ten steps, so the
// steps of the two do not interleave, and nothing is lost. Two more processes share an array.
package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/shmgen/shmgen/runtime/proc"
)

//go:generate go tool shmgen -o bank_shm.go ../../schemas/bank.shm

const steps = 10

func main() {
	proc.Register("saver", save)
	proc.Register("taker", take)
	proc.Register("setter", set)
	proc.Register("printer", show)
	proc.Init()
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bank:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	b, err := NewBank()
	if err != nil {
		return err
	}
	defer b.Close()
	fmt.Println("balance:", b.Balance.Load())
	if err := together(ctx, b, "saver", "taker"); err != nil {
		return err
	}
	saved, taken, balance := b.Saved.Load(), b.Taken.Load(), b.Balance.Load()
	fmt.Printf("balance: %d = 1000 + %d saved - %d taken\n", balance, saved, taken)
	if balance != 1000+saved-taken {
		return fmt.Errorf("the balance should be %d", 1000+saved-taken)
	}
	if err := together(ctx, b, "setter"); err != nil {
		return err
	}
	return together(ctx, b, "printer")
}

// together starts processes that share the bank and waits for all of them.
func together(ctx context.Context, b *Bank, names ...string) error {
	var started []*proc.Process
	for _, name := range names {
		p, err := proc.Start(ctx, name, proc.Segments(b))
		if err != nil {
			return err
		}
		started = append(started, p)
	}
	for _, p := range started {
		if err := p.Wait(); err != nil {
			return err
		}
	}
	return nil
}

func save(ctx context.Context, self *proc.Self) error { return change(ctx, self, +1, 200) }
func take(ctx context.Context, self *proc.Self) error { return change(ctx, self, -1, 150) }

// change adds ten random amounts of 1 to most, with a sign, under one lock.
func change(ctx context.Context, self *proc.Self, sign, most int32) error {
	b, err := proc.Inherit(self, 0, InheritBank)
	if err != nil {
		return err
	}
	defer b.Close()
	h, err := b.Balance.Lock(ctx)
	if err != nil {
		return err
	}
	defer h.Unlock()
	total := b.Saved
	if sign < 0 {
		total = b.Taken
	}
	for range steps {
		amount := 1 + rand.Int32N(most)
		h.Set(h.Get() + sign*amount)
		total.Add(amount)
		fmt.Printf("%s: %+4d, balance %d\n", self.Name(), sign*amount, h.Get())
		time.Sleep(time.Millisecond) // time enough for the other one to get in between, if it could
	}
	return nil
}

// set changes one element of the array.
func set(_ context.Context, self *proc.Self) error {
	b, err := proc.Inherit(self, 0, InheritBank)
	if err != nil {
		return err
	}
	defer b.Close()
	b.Numbers.Store(2, 8)
	return nil
}

// show prints the array.
func show(_ context.Context, self *proc.Self) error {
	b, err := proc.Inherit(self, 0, InheritBank)
	if err != nil {
		return err
	}
	defer b.Close()
	numbers := make([]int32, b.Numbers.Len())
	if err := b.Numbers.CopyTo(numbers, 0); err != nil {
		return err
	}
	fmt.Println("numbers:", numbers)
	return nil
}
