// Package shm is the runtime of shmgen: typed values, arrays and locks in memory that several processes share, under
// locks that a process may die with.
//
// Programs do not call most of this package directly. They write a schema, let shmgen generate typed Go from it, and use
// the handles that the generated type has. From
//
//	package bank
//
//	// Bank is opened by every teller.
//	segment Bank {
//		money  Value('i', 1000)
//		hits   Value(uint64, lock=atomic)
//		rates  Array('d', [1.0, 1.5, 2.25])
//		ledger Lock()
//		lo     Value('i', lock=ledger)
//		hi     Value('i', lock=ledger)
//	}
//
// comes a type Bank, whose fields are handles, and functions that create and open it:
//
//	b, err := bank.OpenOrCreateBank("bank", shm.WithTemporary())
//	if err != nil {
//		return err
//	}
//	defer b.Close()
//
//	b.Money.Add(5)                    // one step, under the field's lock
//	b.Hits.Add(1)                     // atomic, no lock
//	b.Rates.Store(1, 1.75)            // one element
//
//	h, err := b.Money.Lock(ctx)       // several steps under one lock
//	if err != nil {
//		return err
//	}
//	h.Set(h.Get() - 100)
//	h.Unlock()
//
//	g, err := b.Ledger.Lock(ctx)      // one lock, several fields: only g has them
//	if err != nil {
//		return err
//	}
//	*g.Lo()++
//	*g.Hi()--
//	g.Unlock()
//
// # Handles
//
// What a field of the schema becomes:
//
//	Value of a number                 [Number]
//	Value of a bool                   [BoolValue]
//	Value of anything else            [Value]
//	Value(…, lock=atomic)             [Atomic], [AtomicFloat], [AtomicEnum], [AtomicBool]
//	Array                             [Array]
//	Array('c', n)                     [Text]
//	RawValue, RawArray, lock=none     [Raw], [RawArray]
//	Lock()                            [Mutex]
//	Lock() that guards fields         a generated type, with a generated guard
//
// Handles are two words, may be copied, and may be used by any number of goroutines. They are made when the process
// attaches; the zero handle panics.
//
// # Locks
//
// A lock is a 32-bit word beside the value it protects. Uncontended, it is taken with one compare-and-swap and freed with
// one add, as sync.Mutex is. Who finds it taken spins for a moment and then sleeps in the kernel, which costs no
// processor time. Locks are not recursive, and only the guard that Lock returned can free one.
//
// Methods like Load, Store and Add wait without a limit, as sync.Mutex does: also behind a process that was stopped, and
// for ever behind a guard of the same goroutine. Update and Lock take a context. If it ends first, the error is a
// [*WaitError] that names the field and the process that holds the lock; a context that has ended already still takes a
// lock that is free.
//
// Guards are returned by value and cost no allocation. They must not be copied (go vet reports it), nor used after Unlock
// (that panics).
//
// What happened before an Unlock, a Store or any other change in one process happens before the Lock or the Load that
// sees it in another.
//
// # Death
//
// A process may be killed at any instruction. What it was changing is then
//
//	a number, a bool                  the old or the new one
//	a Value, a Text                   the old or the new one, as a whole
//	one element of an Array           the old or the new one, as a whole
//	an Array under Do, CopyFrom or a  reported: Lock gives an [*OwnerDiedError] until Recover
//	guard; fields under a Lock        has repaired the data
//
// and the locks it held become free: within about a second if somebody waits for one of them, or when the next process
// attaches. Both find slots of the process table whose process is gone, which the kernel proves through a lock on the
// slot's byte, and sweep them.
//
// # Segments
//
// A segment is a file: "bank" means /dev/shm/bank.seg, a name with a slash is a path, and the New functions make one
// without a name, to be inherited by other processes ([Segment.File] and the Inherit functions; package
// github.com/shmgen/shmgen/runtime/proc does both). It is complete before it gets its name, so nobody opens half of one.
// It lives until [Segment.Unlink], or, made [WithTemporary], until the last process leaves.
//
// Who attaches checks everything: the kind of file, its owner, its size, the header, and that the layout is the one this
// program was generated for. A segment that differs gives an error that says in what, never a wrong value. What a broken
// or hostile process writes later can spoil data and hold locks, but not make this process touch memory outside of the
// segment. One thing is out of reach: a process with the right to write a named segment can truncate its file, and then
// every access faults. Anonymous segments are sealed against that.
//
// # Errors
//
// What the world does is an error that names the segment and the field, for errors.Is and errors.As. Misuse panics with a
// sentence: a guard used after Unlock, an index out of range, a lock of a segment that this process has closed.
//
// # Systems
//
// Linux, on every architecture on which Go has 64-bit atomic instructions. Elsewhere the package compiles, and all
// attempts to create or open a segment return [ErrUnsupported].
package shm
