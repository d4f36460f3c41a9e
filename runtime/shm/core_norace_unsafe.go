//go:build !race

package shm

import (
	"sync/atomic"
	"unsafe"
)

// raceShadow is what the race detector is shown in the place of a lock: nothing in this build.
type raceShadow struct{}

func (c *core) raceAcquire() {}
func (c *core) raceRelease() {}

// try takes the lock if the word is 0: free, sound, and with nobody waiting. Close changes the pointer while others
// lock, by design: a pointer is loaded whole on every architecture, and either of its two values is right.
func (c *core) try() bool { return atomic.CompareAndSwapUint32(c.word, 0, c.self) }

// point changes the word that a Lock tries.
func (c *core) point(word *uint32) {
	atomic.StorePointer((*unsafe.Pointer)(unsafe.Pointer(&c.word)), unsafe.Pointer(word))
}
