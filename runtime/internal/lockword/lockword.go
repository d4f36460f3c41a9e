// Package lockword knows the lock word: its bits and every change that is made to it. Nothing else in the module does.
//
// A lock word is 32 bits in shared memory:
//
//	bits 0-14   OWNER    slot+1 of the process that holds the lock; 0: free
//	bits 15-27  NEXT     slot+1 of the process that the lock is to be handed to; 0: to anyone
//	bit  28     DAMAGED  a holder died, or failed, in the middle of a change of the data the lock guards
//	bit  31     WAITERS  somebody may sleep on the word
//
// Its states, and who moves it between them:
//
//	               CAS 0 -> self (fast), CAS w -> w|self (slow)
//	free  ────────────────────────────────────────────────────►  held
//	 ▲    ◄────────────────────────────────────────────────────   │  │
//	 │       add -self; then clear WAITERS and wake one           │  │ the holder dies with the data dirty,
//	 │                                                            │  │ or a change of it fails
//	 │ Recover: the data is repaired                              │  ▼
//	 └──────────────────────────────────────────────────────  damaged
//	            (a holder that dies with the data sound leaves the lock free)
//
// The rules that keep anyone from sleeping beside a free lock:
//
//   - Who is going to sleep first sets WAITERS, with a CAS from the very value it saw the owner in, and sleeps only
//     while the word still has that value.
//   - The unlocker takes its owner bits away with one add. If anything is left it clears WAITERS and then wakes one;
//     in this order, because a bit cleared after the wake could be another sleeper's.
//   - Who has slept takes the lock together with WAITERS: there may be more sleepers, and it was the one to be woken.
//   - Who has slept and gives up passes the wake on.
//   - A sweep wakes all sleepers of every word, whatever the word says: the dead may have been the one that was woken.
//
// Memory order: all operations are Go's sequentially consistent atomics. What a holder wrote before its unlock is
// visible to whoever takes the lock afterwards, through the add and the CAS on the same word.
package lockword

// The fields of the word.
const (
	OwnerMask uint32 = 1<<15 - 1
	NextShift        = 15
	NextMask  uint32 = (1<<13 - 1) << NextShift
	Damaged   uint32 = 1 << 28
	Waiters   uint32 = 1 << 31

	// Closed marks the private word that stands in for a lock whose segment was closed in this process. The bit is
	// never set in shared memory by this module; the rest is an owner that nobody is.
	Closed uint32 = 1<<30 | OwnerMask
)

// MaxSlots is the number of processes that a word can tell apart: NEXT has 13 bits, and 0 means nobody.
const MaxSlots = 1<<13 - 2

// Self returns what OWNER is when the process in slot holds the lock.
func Self(slot int) uint32 { return uint32(slot) + 1 }

// Owner returns the OWNER bits.
func Owner(w uint32) uint32 { return w & OwnerMask }

// Slot returns the slot of the owner, or -1 if the lock is free.
func Slot(w uint32) int { return int(w&OwnerMask) - 1 }

// Take returns the word after self has taken it in state w, whose owner is 0. slept says that self has slept for it.
func Take(w, self uint32, slept bool) uint32 {
	if slept {
		w |= Waiters
	}
	return w | self
}

// Swept returns the word after the death of the process whose OWNER is self: what it held is free, or damaged if the
// data is dirty, and nothing is to be handed to it.
func Swept(w, self uint32, dirty bool) uint32 {
	if w&NextMask == self<<NextShift {
		w &^= NextMask
	}
	if w&OwnerMask == self {
		w &^= OwnerMask
		if dirty {
			w |= Damaged
		}
	}
	return w
}
