//go:build !linux

package futex

import "time"

// Result says why Wait came back.
type Result int

// The results of Wait.
const (
	Woken Result = iota
	Changed
	TimedOut
	Again
)

var start = time.Now()

// Now returns a monotonic time in nanoseconds.
func Now() int64 { return int64(time.Since(start)) }

// Wait is never reached: no segment can be attached on this system.
func Wait(word *uint32, value, mask uint32, limit int64) Result {
	panic("futex: this system has no futexes")
}

// Wake is never reached: no segment can be attached on this system.
func Wake(word *uint32, count int, mask uint32) {
	panic("futex: this system has no futexes")
}
