//go:build linux

package proc_test

import (
	"os"

	"github.com/shmgen/shmgen/runtime/shm"
)

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

func newCounter(opts ...shm.Option) (*counter, error) {
	return shm.New(counterDescriptor, bindCounter, opts...)
}

func createCounter(name string, opts ...shm.Option) (*counter, error) {
	return shm.Create(counterDescriptor, name, bindCounter, opts...)
}

func inheritCounter(file *os.File, opts ...shm.Option) (*counter, error) {
	return shm.Inherit(counterDescriptor, file, bindCounter, opts...)
}

func (c *counter) Segment() *shm.Segment { return c.segment }
func (c *counter) Close() error          { return c.segment.Close() }

const otherDescriptor = `shmgen 1 Other 1
field ready Value bool lock=mutex @0+12
data 64
`

// inheritOther is the function of another schema.
func inheritOther(file *os.File, opts ...shm.Option) (shm.BoolValue, error) {
	bind := func(s *shm.Segment) shm.BoolValue { return shm.BindBool(s, "ready", false) }
	return shm.Inherit(otherDescriptor, file, bind, opts...)
}
