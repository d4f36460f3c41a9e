//go:build linux

package shm_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/proc"
	"github.com/shmgen/shmgen/runtime/shmtest"
)

// The processes that the tests of this package start. Each inherits one bank.
func TestMain(m *testing.M) {
	for name, role := range roles {
		proc.Register(name, func(ctx context.Context, self *proc.Self) error {
			b, err := proc.Inherit(self, 0, testbank.InheritBank)
			if err != nil {
				return err
			}
			defer b.Close()
			return role(ctx, b, self.Args())
		})
	}
	proc.Register("hold gate", holdGate)
	shmtest.Main(m)
}

// roles are what a process can do, by name.
var roles = map[string]func(ctx context.Context, b *testbank.Bank, args []string) error{
	"transfer":             transfer,
	"hold":                 hold,
	"wait":                 wait,
	"store":                storeForEver,
	"busy":                 busy,
	"come and go":          comeAndGo,
	"close without memory": closeWithoutMemory,
}

// start starts a process that is killed when the test ends, if it still runs.
func start(t *testing.T, b *testbank.Bank, role string, args ...any) *proc.Process {
	t.Helper()
	var words []string
	for _, a := range args {
		words = append(words, fmt.Sprint(a))
	}
	return shmtest.Start(t, role, proc.Segments(b), proc.Args(words...))
}

// number reads an argument.
func number(args []string, i int) int {
	n, err := strconv.Atoi(args[i])
	if err != nil {
		panic(err)
	}
	return n
}
