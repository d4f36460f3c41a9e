// Counter lets ten processes add 1 twenty times each to one shared number, in four ways: racing (read, then write),
// under the number's lock, with Add, and with lock=atomic. Racing loses updates; the other three give 200 every time.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/shmgen/shmgen/runtime/proc"
)

//go:generate go tool shmgen -o counter_shm.go ../../schemas/counter.shm

const (
	workers = 10
	steps   = 20
)

// ways are the ways of adding 1.
var ways = []struct {
	name string
	add  func(ctx context.Context, c *Counter) error
	read func(c *Counter) int32
}{
	{"racing", func(_ context.Context, c *Counter) error {
		n := c.Racing.Load()
		compute()
		c.Racing.Store(n + 1)
		return nil
	}, func(c *Counter) int32 { return c.Racing.Load() }},
	{"under the lock", func(ctx context.Context, c *Counter) error {
		h, err := c.Locked.Lock(ctx)
		if err != nil {
			return err
		}
		defer h.Unlock()
		n := h.Get()
		compute()
		h.Set(n + 1)
		return nil
	}, func(c *Counter) int32 { return c.Locked.Load() }},
	{"with Add", func(_ context.Context, c *Counter) error {
		c.Added.Add(1)
		return nil
	}, func(c *Counter) int32 { return c.Added.Load() }},
	{"atomic", func(_ context.Context, c *Counter) error {
		c.Hits.Add(1)
		return nil
	}, func(c *Counter) int32 { return c.Hits.Load() }},
}

// compute is what a program does between reading a value and writing it.
func compute() {
	for start := time.Now(); time.Since(start) < 50*time.Microsecond; {
	}
}

func main() {
	proc.Register("worker", work)
	proc.Init()
	runs := flag.Int("runs", 10, "how often each way is tried")
	pause := flag.Duration("pause", 10*time.Millisecond, "between two steps of a worker")
	flag.Parse()
	if err := run(context.Background(), *runs, *pause); err != nil {
		fmt.Fprintln(os.Stderr, "counter:", err)
		os.Exit(1)
	}
}

// run tries every way, and prints what came of it.
func run(ctx context.Context, runs int, pause time.Duration) error {
	fmt.Printf("%d processes add 1 to a shared number %d times each:\n", workers, steps)
	for _, way := range ways {
		fmt.Printf("%-15s", way.name)
		for range runs {
			n, err := count(ctx, way.name, way.read, pause)
			if err != nil {
				return err
			}
			fmt.Printf(" %4d", n)
		}
		fmt.Println()
	}
	return nil
}

// count lets ten processes add in one way, to a number of their own, and returns it.
func count(ctx context.Context, way string, read func(*Counter) int32, pause time.Duration) (int32, error) {
	c, err := NewCounter()
	if err != nil {
		return 0, err
	}
	defer c.Close()
	var started []*proc.Process
	for range workers {
		p, err := proc.Start(ctx, "worker", proc.Args(way, pause.String()), proc.Segments(c))
		if err != nil {
			return 0, err
		}
		started = append(started, p)
	}
	for _, p := range started {
		if err := p.Wait(); err != nil {
			return 0, err
		}
	}
	return read(c), nil
}

// work is one of the ten processes.
func work(ctx context.Context, self *proc.Self) error {
	c, err := proc.Inherit(self, 0, InheritCounter)
	if err != nil {
		return err
	}
	defer c.Close()
	pause, err := time.ParseDuration(self.Args()[1])
	if err != nil {
		return err
	}
	for _, way := range ways {
		if way.name != self.Args()[0] {
			continue
		}
		for range steps {
			if err := way.add(ctx, c); err != nil {
				return err
			}
			time.Sleep(pause)
		}
	}
	return nil
}
