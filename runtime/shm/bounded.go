package shm

import "fmt"

// The functions of this file are called by generated types for string[n] and bytes[n]: a length and an array. Whatever
// the length in shared memory is, it is clamped to the array when it is read.

func bounded[N uint16 | uint32](n N, b []byte) []byte { return b[:min(uint64(n), uint64(len(b)))] }

// SetText replaces a text of at most len(b) bytes. The rest of b is cleared, so that equal texts are equal with ==.
func SetText[N uint16 | uint32](n *N, b []byte, s string) error {
	return setBounded(n, b, s)
}

// GetText returns the text.
func GetText[N uint16 | uint32](n N, b []byte) string { return string(bounded(n, b)) }

// SetBytes replaces a sequence of at most len(b) bytes and clears the rest of b.
func SetBytes[N uint16 | uint32](n *N, b []byte, x []byte) error { return setBounded(n, b, x) }

func setBounded[N uint16 | uint32, S string | []byte](n *N, b []byte, x S) error {
	if len(x) > len(b) {
		return fmt.Errorf("shm: %d bytes do not fit into %d: %w", len(x), len(b), ErrTooLong)
	}
	clear(b[copy(b, x):])
	*n = N(len(x))
	return nil
}

// GetBytes returns a copy of the bytes.
func GetBytes[N uint16 | uint32](n N, b []byte) []byte { return append([]byte(nil), bounded(n, b)...) }
