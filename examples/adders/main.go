// Adders lets two processes add 1 and 3, five times each, to one sum: first as they come, so their steps interleave, then
// under a Lock that each holds for all its steps, so one finishes before the other starts. The sum is 20 both times,
// because every single step is safe. A third process negates an array.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/shmgen/shmgen/runtime/proc"
)

//go:generate go tool shmgen -o adders_shm.go ../../schemas/adders.shm

const steps = 5

func main() {
	proc.Register("adder", add)
	proc.Register("negator", negate)
	proc.Init()
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "adders:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	for _, mode := range []string{"without", "with"} {
		fmt.Println(mode, "the lock:")
		if err := sum(ctx, mode); err != nil {
			return err
		}
	}
	a, err := NewAdders()
	if err != nil {
		return err
	}
	defer a.Close()
	p, err := proc.Start(ctx, "negator", proc.Segments(a))
	if err != nil {
		return err
	}
	if err := p.Wait(); err != nil {
		return err
	}
	numbers := make([]int32, Terms)
	if err := a.Numbers.CopyTo(numbers, 0); err != nil {
		return err
	}
	fmt.Println("negated:", numbers)
	return nil
}

// sum lets two processes add to a sum of their own, and prints it.
func sum(ctx context.Context, mode string) error {
	a, err := NewAdders()
	if err != nil {
		return err
	}
	defer a.Close()
	var started []*proc.Process
	for i, term := range []string{"1", "3"} {
		p, err := proc.Start(ctx, "adder", proc.Args(mode, term, strconv.Itoa(i)), proc.Segments(a))
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
	fmt.Println("sum:", a.Sum.Load())
	return nil
}

// add is one of the two processes.
func add(ctx context.Context, self *proc.Self) error {
	a, err := proc.Inherit(self, 0, InheritAdders)
	if err != nil {
		return err
	}
	defer a.Close()
	mode := self.Args()[0]
	term, err := strconv.ParseInt(self.Args()[1], 10, 32)
	if err != nil {
		return err
	}
	me, err := strconv.Atoi(self.Args()[2])
	if err != nil {
		return err
	}
	if mode == "with" {
		turn, err := a.Turn.Lock(ctx)
		if err != nil {
			return err
		}
		defer turn.Unlock()
	}
	for step := range steps {
		// Without the lock the two meet: neither makes its last step before the other has made its first.
		for mode == "without" && step == steps-1 && a.Steps.Load(1-me) == 0 {
			time.Sleep(time.Millisecond)
		}
		fmt.Printf("  +%d gives %d\n", term, a.Sum.Add(int32(term)))
		a.Steps.Store(me, int32(step)+1)
		time.Sleep(2 * time.Millisecond)
	}
	return nil
}

// negate is the third process.
func negate(ctx context.Context, self *proc.Self) error {
	a, err := proc.Inherit(self, 0, InheritAdders)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Numbers.Do(ctx, func(numbers []int32) error {
		for i := range numbers {
			numbers[i] = -numbers[i]
		}
		return nil
	})
}
