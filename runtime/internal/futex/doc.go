// Package futex wraps the two futex(2) operations that the runtime waits and wakes with, on words in shared memory.
//
// Waiting uses FUTEX_WAIT_BITSET with an absolute CLOCK_MONOTONIC limit: the Go runtime's own preemption signals
// interrupt a relative wait again and again, and a relative limit that is restarted never ends. A wait is a blocking
// system call, so that the Go scheduler gives the processor to other goroutines; a wake never blocks and is made
// without telling the scheduler.
//
// Source: futex(2), and Ulrich Drepper, "Futexes Are Tricky".
package futex

// All wakes every waiter.
const All = 1<<31 - 1

// AnyMask is the mask of a waiter that every wake may wake.
const AnyMask = ^uint32(0)

// Mask returns the mask of the waiters of a process: slots share the 32 bits, so a wake for one slot may also wake
// others, who look again and go back to sleep.
func Mask(slot int) uint32 { return 1 << (uint(slot) & 31) }
