package shm

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/shmgen/shmgen/runtime/internal/cpu"
	"github.com/shmgen/shmgen/runtime/internal/futex"
	"github.com/shmgen/shmgen/runtime/internal/lockword"
)

// How long a Lock spins before it sleeps: a short section ends meanwhile, and 500 times fewer calls of the kernel are
// made. A longer spin only takes the processor away from the holder.
const (
	spinRounds = 30
	spinPauses = 10
)

// backstop is the longest sleep in the kernel. A sleeper that it wakes looks whether the holder has died, and frees what
// the dead held. Nothing else relies on it: a sleep that ends only because of it, beside a lock that is free, is counted
// as a rescue. That should happen only when a process has died between its being woken and its taking the lock.
const backstop = time.Second

// errClosing says that a Close of the segment came between. It does not get out of whileOpen.
var errClosing = errors.New("the segment is being closed")

//go:noinline
func (c *core) acquireSlow(ctx context.Context) error {
	if err := c.wait(ctx, c.repair.Load() == nil); err != nil {
		return err
	}
	return c.mend()
}

//go:noinline
func (c *core) mustSlow() {
	if c.wait(nil, false) != nil {
		c.checkOpen("a call that waits") // panics: without a context, nothing else is an error
	}
}

// tryAcquire takes the lock if nobody holds it, and returns an error that is ErrBusy otherwise.
func (c *core) tryAcquire() error {
	if c.try() {
		return nil
	}
	c.checkOpen("TryLock")
	sound := c.repair.Load() == nil
	if err := c.whileOpen(func() error { return c.takeFree(sound) }); err != nil {
		return err
	}
	c.raceAcquire()
	return c.mend()
}

// takeFree takes the lock if nobody holds it; if sound is set, only with sound data.
func (c *core) takeFree(sound bool) error {
	for {
		w := atomic.LoadUint32(c.held)
		switch {
		case lockword.Owner(w) != 0:
			return fmt.Errorf("shm: segment %s, field %s: %w", c.segment.label, c.field, ErrBusy)
		case sound && c.isDamaged(w):
			return c.ownerDied()
		case atomic.CompareAndSwapUint32(c.held, w, lockword.Take(w, c.self, false)):
			return nil
		}
	}
}

// wait takes the lock, sleeping as long as it takes or until the context ends. It returns nil when the lock is held. If
// sound is set, it does not take a lock whose data is damaged, and returns an [*OwnerDiedError].
func (c *core) wait(ctx context.Context, sound bool) error {
	c.checkOpen("Lock")
	err := c.whileOpen(func() error {
		if c.spin(sound) {
			return nil
		}
		return c.waitAsleep(ctx, sound)
	})
	if err == nil {
		c.raceAcquire()
	}
	return err
}

// waitAsleep is wait after the spinning. It fails with errClosing as soon as the segment is being closed.
func (c *core) waitAsleep(ctx context.Context, sound bool) error {
	var ended <-chan struct{}
	if ctx != nil {
		ended = ctx.Done()
	}
	watching := false
	for slept := false; ; {
		w := atomic.LoadUint32(c.held)
		free := lockword.Owner(w) == 0
		switch {
		case c.segment.closing.Load():
			c.leave(slept)
			return errClosing
		case free && sound && c.isDamaged(w):
			// Everyone who waits is told: unlocking a damaged lock wakes all.
			return c.ownerDied()
		case free:
			// Also when the context has ended: what is free is taken.
			if atomic.CompareAndSwapUint32(c.held, w, lockword.Take(w, c.self, slept)) {
				return nil
			}
			continue
		}
		select {
		case <-ended:
			c.leave(slept)
			return c.waitError(ctx.Err(), w)
		default:
		}
		if w&lockword.Waiters == 0 && !atomic.CompareAndSwapUint32(c.held, w, w|lockword.Waiters) {
			continue
		}
		if ended != nil && !watching {
			watching = true
			defer c.wakeAtEnd(ctx)()
		}
		slept = c.sleep(w|lockword.Waiters) || slept
	}
}

// spin tries to get the lock without the kernel.
func (c *core) spin(sound bool) bool {
	rounds := spinRounds
	if runtime.NumCPU() == 1 {
		rounds = 1 // the holder cannot go on while we spin
	}
	for range rounds {
		w := atomic.LoadUint32(c.held)
		if lockword.Owner(w) == 0 {
			if sound && c.isDamaged(w) {
				return false
			}
			if atomic.CompareAndSwapUint32(c.held, w, lockword.Take(w, c.self, false)) {
				return true
			}
		}
		cpu.Pause(spinPauses)
	}
	return false
}

// sleep sleeps while the word is w, and reports whether it was woken, or has to act as if it was. The limit is the
// backstop: the end of a context wakes the sleeper by itself.
func (c *core) sleep(w uint32) bool {
	atomic.AddUint64(&c.statistics.waits, 1)
	result := futex.Wait(c.held, w, futex.Mask(c.segment.Slot()), futex.Now()+int64(backstop))
	if result != futex.TimedOut {
		return result == futex.Woken
	}
	free := lockword.Owner(atomic.LoadUint32(c.held)) == 0
	if free {
		// Who was woken in our place has died of it, and others may sleep here still: the wake is ours now.
		atomic.AddUint64(&c.statistics.rescues, 1)
	}
	c.segment.sweepDead()
	return free
}

// wakeAtEnd lets the end of the context wake this process's sleepers on the word. The one that waits for it may not be
// asleep yet, so the wake is repeated until the function that wakeAtEnd returns has been called.
func (c *core) wakeAtEnd(ctx context.Context) (done func()) {
	var left atomic.Bool
	stop := context.AfterFunc(ctx, func() {
		for pause := 10 * time.Microsecond; !left.Load(); pause = min(2*pause, time.Millisecond) {
			futex.Wake(c.held, futex.All, futex.Mask(c.segment.Slot()))
			time.Sleep(pause)
		}
	})
	return func() {
		left.Store(true)
		stop()
	}
}

// leave is what a waiter does that gives up. If it has slept, it may have been the one that was woken, so the wake is
// passed on: to a sleeper now if the lock is free, else by the holder, when it unlocks.
func (c *core) leave(slept bool) {
	if !slept {
		return
	}
	for {
		w := atomic.LoadUint32(c.held)
		if lockword.Owner(w) == 0 {
			futex.Wake(c.held, 1, futex.AnyMask)
			return
		}
		if atomic.CompareAndSwapUint32(c.held, w, w|lockword.Waiters) {
			return
		}
	}
}

// releaseSlow wakes who waits for a lock that this process has just freed. w is what the word was then.
//
//go:noinline
func (c *core) releaseSlow(w uint32) {
	if lockword.Owner(w+c.self) != c.self {
		// It was not ours: a broken process has written to the word, or a copy of a guard was unlocked again. Additions
		// can be taken back whatever came between; who saw the word meanwhile looks again.
		atomic.AddUint32(c.held, c.self)
		futex.Wake(c.held, futex.All, futex.AnyMask)
		return
	}
	for ; ; w = atomic.LoadUint32(c.held) {
		switch {
		case lockword.Owner(w) != 0:
			return // the new holder has inherited the duty together with the bits
		case w&lockword.Damaged != 0:
			// All waiters are told that the data is damaged; waking one would tell only one.
			if atomic.CompareAndSwapUint32(c.held, w, w&^lockword.Waiters) {
				futex.Wake(c.held, futex.All, futex.AnyMask)
				return
			}
		case w&lockword.Waiters != 0:
			if atomic.CompareAndSwapUint32(c.held, w, w&^lockword.Waiters) {
				futex.Wake(c.held, 1, futex.AnyMask)
				return
			}
		default:
			return
		}
	}
}

func (c *core) waitError(err error, w uint32) error {
	e := &WaitError{Segment: c.segment.label, Field: c.field, Err: err}
	if p, ok := c.segment.table.Process(lockword.Slot(w)); ok {
		info := processInfo(p)
		e.Holder = &info
	}
	return e
}
