//go:build linux

package futex

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	opWaitBitset = 9
	opWakeBitset = 10
)

// Result says why Wait came back.
type Result int

// The results of Wait.
const (
	Woken    Result = iota // by a Wake (or, rarely, for no reason at all)
	Changed                // the word no longer had the value
	TimedOut               // the limit was reached
	Again                  // interrupted by a signal
)

// Now returns CLOCK_MONOTONIC in nanoseconds, the clock of Wait's limit.
func Now() int64 {
	var t unix.Timespec
	// It cannot fail: the clock exists on every Linux.
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t)
	return t.Nano()
}

// Wait sleeps while *word is value, until a Wake whose mask shares a bit with mask, or until the clock reaches limit
// (in nanoseconds, see Now). Every result but Changed may also come without its reason: callers look at the word again.
func Wait(word *uint32, value, mask uint32, limit int64) Result {
	t := unix.NsecToTimespec(max(limit, 0))
	_, _, errno := unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), opWaitBitset, uintptr(value),
		uintptr(unsafe.Pointer(&t)), 0, uintptr(mask))
	switch errno {
	case 0:
		return Woken
	case syscall.EAGAIN:
		return Changed
	case syscall.ETIMEDOUT:
		return TimedOut
	case syscall.EINTR:
		return Again
	}
	// EFAULT and EINVAL mean that the word is not mapped or not aligned: the file was truncated under us. Sleep as the
	// caller asked, so that it does not spin, and let it look again.
	time.Sleep(time.Millisecond)
	return Again
}

// Wake wakes at most count of those who wait on word with a mask that shares a bit with mask.
func Wake(word *uint32, count int, mask uint32) {
	_, _, _ = unix.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), opWakeBitset, uintptr(count), 0, 0, uintptr(mask))
}
