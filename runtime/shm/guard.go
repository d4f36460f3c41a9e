package shm

import "github.com/shmgen/shmgen/runtime/descriptor"

const (
	shapePlain  = descriptor.ShapePlain
	shapeLock   = descriptor.ShapeLock
	shapeLocked = descriptor.ShapeLocked
	shapeCopies = descriptor.ShapeCopies
	shapeArray  = descriptor.ShapeArray
)

// guardState is where a guard is in its life. The zero guard, which a failed Lock returns, is used up. A guard keeps its
// pointers when it is used up: to set one to nil costs a look at the garbage collector's write barrier.
type guardState uint32

const (
	guardUsed guardState = iota
	guardHeld
	guardDiscarded
	guardRecovering // what a Recover function is given: it does not free the lock
)

const usedUp = "shm: a guard was used after its Unlock (or although its Lock failed)"

// mustHold panics if the guard does not hold its lock any more. After Discard it is only its Unlock that may be called.
func (s guardState) mustHold() {
	switch s {
	case guardUsed:
		panic(usedUp)
	case guardRecovering:
		panic("shm: Unlock of the guard that Recover has passed: Recover frees the lock itself")
	}
}

// Guard is the guard of a lock without data: what [Mutex.Lock] returns. A second Unlock panics.
//
// Guards are returned by value and have at most four words, so that they live in registers and cost no allocation.
type Guard struct {
	_     NoCopy
	c     *core
	state guardState
}

func (g *Guard) holds() {}

// Unlock frees the lock and uses the guard up; a second Unlock panics.
func (g *Guard) Unlock() { g.state = g.c.unlock(g.state) }
