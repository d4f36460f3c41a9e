package shm

import "time"

// Integer is every integer that can be shared: those whose size is the same for every process.
type Integer interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Float is every floating-point number that can be shared.
type Float interface{ ~float32 | ~float64 }

// Num is every number that can be shared.
type Num interface{ Integer | Float }

// Bool is how a bool lies in shared memory: one byte; any value but 0 is true. A Go bool never overlays shared memory,
// because its other bit patterns are not valid.
type Bool uint8

// BoolOf returns the Bool for b.
func BoolOf(b bool) Bool {
	if b {
		return 1
	}
	return 0
}

// Get returns the value.
func (b Bool) Get() bool { return b != 0 }

// Set changes the value.
func (b *Bool) Set(v bool) { *b = BoolOf(v) }

// String returns "true" or "false".
func (b Bool) String() string {
	if b != 0 {
		return "true"
	}
	return "false"
}

// Time is a moment as it lies in shared memory: nanoseconds since 1970 UTC, so from the year 1678 to 2262. Zero is the
// start of 1970, not the zero time.Time.
type Time int64

// TimeOf returns the Time for t. Its location and its monotonic part are lost.
func TimeOf(t time.Time) Time { return Time(t.UnixNano()) }

// Time returns the moment in the local time zone.
func (t Time) Time() time.Time { return time.Unix(0, int64(t)) }

// SetTime changes the moment. The location and the monotonic part of x are lost.
func (t *Time) SetTime(x time.Time) { *t = TimeOf(x) }

// NoCopy makes go vet report copies of the struct that has a field of this type. It takes no space.
type NoCopy struct{}

// Lock and Unlock are what go vet looks for; they do nothing.
func (*NoCopy) Lock() {}

// Unlock does nothing.
func (*NoCopy) Unlock() {}

// Holder is any guard: what holding a lock gives.
type Holder interface{ holds() }

// ProcessInfo is a process that is attached to a segment, for people to read: process ids are reused, and differ
// between namespaces.
type ProcessInfo struct {
	Slot    int       // its place in the table
	PID     int       // in its own PID namespace
	Command string    // the last part of the program's path, at most 32 bytes
	Since   time.Time // when it attached
	Holding []string  // the fields whose locks it holds now
}
