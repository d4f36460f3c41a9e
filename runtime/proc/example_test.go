//go:build linux

package proc_test

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/shmgen/shmgen/runtime/proc"
	"github.com/shmgen/shmgen/runtime/shm"
)

// Account, and the functions up to Close, are what the generator makes of a schema with the segment
//
//	segment Account { money Value('q', 1000) }
type Account struct {
	Money   shm.Number[int64]
	segment *shm.Segment
}

const accountDescriptor = `shmgen 1 Account 1
field money Value int64 lock=mutex @0+16
data 64
`

func bindAccount(s *shm.Segment) *Account {
	return &Account{Money: shm.BindNumber[int64](s, "money", 1000), segment: s}
}

func NewAccount(opts ...shm.Option) (*Account, error) {
	return shm.New(accountDescriptor, bindAccount, opts...)
}

func InheritAccount(file *os.File, opts ...shm.Option) (*Account, error) {
	return shm.Inherit(accountDescriptor, file, bindAccount, opts...)
}

func (a *Account) Segment() *shm.Segment { return a.segment }
func (a *Account) Close() error          { return a.segment.Close() }

// An init function is a good place for Register; main calls proc.Init first.
func init() {
	proc.Register("teller", teller)
}

// teller runs in a process of its own.
func teller(ctx context.Context, self *proc.Self) error {
	account, err := proc.Inherit(self, 0, InheritAccount)
	if err != nil {
		return err
	}
	defer account.Close()
	amount, err := strconv.ParseInt(self.Args()[0], 10, 64)
	if err != nil {
		return err
	}
	account.Money.Add(amount)
	return nil
}

// Three processes pay into one account.
func Example() {
	account, err := NewAccount()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer account.Close()

	var tellers []*proc.Process
	for _, amount := range []string{"10", "200", "3000"} {
		p, err := proc.Start(context.Background(), "teller", proc.Segments(account), proc.Args(amount))
		if err != nil {
			fmt.Println(err)
			return
		}
		tellers = append(tellers, p)
	}
	for _, p := range tellers {
		if err := p.Wait(); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println("the balance is", account.Money.Load())
	// Output: the balance is 4210
}
