//go:build linux

package shmtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/runtime/proc"
	"github.com/shmgen/shmgen/runtime/shm"
	"github.com/shmgen/shmgen/runtime/shmtest"
)

func TestMain(m *testing.M) {
	proc.Register("add", add)
	proc.Register("open", open)
	proc.Register("hold", hold)
	proc.Register("print", print)
	proc.Register("print long", printLong)
	proc.Register("wait", wait)
	if os.Getenv(abruptVariable) != "" {
		abrupt()
	}
	shmtest.Main(m)
}

// abruptVariable is set where this program is to be another one than the tests.
const abruptVariable = "SHMTEST_TEST_ABRUPT"

// counter is what the generator makes of a segment with one number, written by hand.
type counter struct {
	total   shm.Number[int64]
	segment *shm.Segment
}

const counterDescriptor = `shmgen 1 Counter 1
field total Value int64 lock=mutex @0+16
data 64
`

func bindCounter(s *shm.Segment) *counter {
	return &counter{total: shm.BindNumber[int64](s, "total", 0), segment: s}
}

func createCounter(name string, opts ...shm.Option) (*counter, error) {
	return shm.Create(counterDescriptor, name, bindCounter, opts...)
}

func openCounter(name string, opts ...shm.Option) (*counter, error) {
	return shm.Open(counterDescriptor, name, bindCounter, opts...)
}

func inheritCounter(file *os.File, opts ...shm.Option) (*counter, error) {
	return shm.Inherit(counterDescriptor, file, bindCounter, opts...)
}

// newCounter ignores the name: it makes an anonymous segment, or one on the heap.
func newCounter(_ string, opts ...shm.Option) (*counter, error) {
	return shm.New(counterDescriptor, bindCounter, opts...)
}

func (c *counter) Segment() *shm.Segment { return c.segment }
func (c *counter) Close() error          { return c.segment.Close() }

func add(_ context.Context, self *proc.Self) error {
	c, err := proc.Inherit(self, 0, inheritCounter)
	if err != nil {
		return err
	}
	c.total.Add(5)
	return c.Close()
}

// open attaches by name.
func open(_ context.Context, self *proc.Self) error {
	c, err := openCounter(self.Args()[0])
	if err != nil {
		return err
	}
	c.total.Add(7)
	return c.Close()
}

// hold attaches, says so, and stays until its standard input ends.
func hold(_ context.Context, self *proc.Self) error {
	c, err := proc.Inherit(self, 0, inheritCounter)
	if err != nil {
		return err
	}
	fmt.Println("attached")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, c.Close())
}

// print prints lines, one of them without an end.
func print(context.Context, *proc.Self) error {
	fmt.Print("first\n\nthird")
	fmt.Fprintln(os.Stderr, ", and its end")
	fmt.Print("last")
	os.Exit(3)
	return nil
}

// printLong prints one line without an end.
func printLong(context.Context, *proc.Self) error {
	fmt.Print(strings.Repeat("x", longLine))
	return nil
}

const longLine = 1 << 20

func wait(context.Context, *proc.Self) error {
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// abrupt is a test that starts a worker and ends without its cleanup, as if its time had run out.
func abrupt() {
	proc.Init()
	shmtest.Start(&recorder{}, "wait", proc.Stdout(os.Stdout))
	os.Exit(1)
}
