//go:build linux

package shm_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	bank "github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/shm"
)

// The package bank was generated from a schema.
func Example() {
	b, err := bank.OpenOrCreateBank("example", shm.WithTemporary()) // /dev/shm/example.seg
	if err != nil {
		log.Fatal(err)
	}
	defer b.Close()

	fmt.Println(b.Money.Add(5)) // money Value('i', 1000)
	fmt.Println(b.Hits.Add(1))  // hits Value(uint64, lock=atomic)

	g, err := b.Ledger.Lock(context.Background()) // lo and hi are reachable only through g
	if err != nil {
		log.Fatal(err)
	}
	defer g.Unlock()
	*g.Lo()--
	*g.Hi()++
	fmt.Println(*g.Lo(), *g.Hi())
	// Output:
	// 1005
	// 1
	// -6 6
}

// Several steps under one lock. If the process dies before Unlock, or if Discard takes the place of it, the number stays
// as it was.
func ExampleNumber_Lock() {
	b, err := bank.NewBank()
	if err != nil {
		log.Fatal(err)
	}
	defer b.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()

	h, err := b.Money.Lock(ctx) // a *shm.WaitError if it is not free within a second
	if err != nil {
		log.Fatal(err)
	}
	defer h.Unlock()
	if h.Get() >= 100 {
		h.Set(h.Get() - 100)
	}
	fmt.Println(h.Get())
	// Output: 900
}

// All or nothing: an error, a panic or the death of the process leaves the record as it was.
func ExampleValue_Update() {
	b, err := bank.NewBank()
	if err != nil {
		log.Fatal(err)
	}
	defer b.Close()

	poor := errors.New("there is not so much")
	take := func(amount float64) error {
		return b.Last.Update(context.Background(), func(o *bank.Order) error {
			o.Amount -= amount
			if o.Amount < 0 {
				return poor
			}
			return nil
		})
	}
	fmt.Println(take(10))
	fmt.Println(b.Last.Load().Amount)
	// Output:
	// there is not so much
	// 0
}

// One state of the whole array, under one lock.
func ExampleArray_Do() {
	b, err := bank.NewBank()
	if err != nil {
		log.Fatal(err)
	}
	defer b.Close()

	err = b.Rates.Do(context.Background(), func(rates []float64) error {
		for i := range rates {
			rates[i] *= 2
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	for i, rate := range b.Rates.All() {
		fmt.Println(i, rate)
	}
	// Output:
	// 0 2
	// 1 3
	// 2 4.5
}

// SetRepair says once how data is made sound again that a dead process has left half changed, so that no call of Lock
// has to care.
func ExampleArray_SetRepair() {
	b, err := bank.NewBank()
	if err != nil {
		log.Fatal(err)
	}
	defer b.Close()
	b.Rates.SetRepair(func(rates []float64) error {
		fmt.Println("repairing")
		rates[0] = 1
		return nil
	})

	func() {
		defer func() { _ = recover() }()
		_ = b.Rates.Do(context.Background(), func(rates []float64) error {
			rates[0] = -1
			panic("in the middle of a change")
		})
	}()
	h, err := b.Rates.Lock(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	defer h.Unlock()
	fmt.Println(h.At(0))
	// Output:
	// repairing
	// 1
}

// A text of at most 12 bytes.
func ExampleText() {
	b, err := bank.NewBank()
	if err != nil {
		log.Fatal(err)
	}
	defer b.Close()

	if err := b.Name.SetString("teller"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(b.Name)
	fmt.Println(b.Name.SetString("the name is too long"))
	// Output:
	// teller
	// shm: segment Bank (anonymous), field name: 20 bytes do not fit into 12: too long
}
