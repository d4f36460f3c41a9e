//go:build race

package shm

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// raceShadow is what the race detector is shown in the place of a lock. It does not see the lock words in shared memory,
// and would report what the program keeps in its own memory under a lock.
type raceShadow struct{ _ uint32 }

// raceAcquire says that the lock was taken: what happened before the last raceRelease has happened.
func (c *core) raceAcquire() { runtime.RaceAcquire(unsafe.Pointer(&c.race)) }

// raceRelease says that the lock is about to be freed.
func (c *core) raceRelease() { runtime.RaceReleaseMerge(unsafe.Pointer(&c.race)) }

// try takes the lock if the word is 0: free, sound, and with nobody waiting. Close changes the pointer while others
// lock, by design: the race detector is told.
func (c *core) try() bool {
	word := (*uint32)(atomic.LoadPointer((*unsafe.Pointer)(unsafe.Pointer(&c.word))))
	if !atomic.CompareAndSwapUint32(word, 0, c.self) {
		return false
	}
	c.raceAcquire()
	return true
}

// point changes the word that a Lock tries.
func (c *core) point(word *uint32) {
	atomic.StorePointer((*unsafe.Pointer)(unsafe.Pointer(&c.word)), unsafe.Pointer(word))
}
