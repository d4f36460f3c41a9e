package shm

import (
	"context"
	"sync/atomic"

	"github.com/shmgen/shmgen/runtime/internal/lockword"
)

// isDamaged reports whether w, a state of the lock word, says that the data is damaged. The bit means nothing for a
// field that cannot be damaged, where only a broken process can have set it.
func (c *core) isDamaged(w uint32) bool { return c.repairs && w&lockword.Damaged != 0 }

// mend repairs the data, if it is damaged, as SetRepair has said.
//
// Preconditions: this process holds the lock. After an error it does not hold it any more.
func (c *core) mend() error {
	if !c.isDamaged(atomic.LoadUint32(c.held)) {
		return nil
	}
	repair := c.repair.Load()
	if repair == nil { // taken back since we began to wait
		err := c.ownerDied()
		c.release()
		return err
	}
	return c.mendWith(*repair)
}

// mendWith makes damaged data sound with repair. If that fails or panics, or if this process dies in it, the data stays
// damaged.
//
// Preconditions: this process holds the lock. After an error or a panic it does not hold it any more.
func (c *core) mendWith(repair func() error) error {
	sound := false
	defer func() {
		if !sound {
			c.release()
		}
	}()
	if err := repair(); err != nil {
		return err
	}
	atomic.StoreUint32(c.dirty, 0)
	atomic.AndUint32(c.held, ^lockword.Damaged)
	sound = true
	return nil
}

// recover takes the lock, repairs the data if it is damaged, and frees the lock.
func (c *core) recover(ctx context.Context, repair func() error) error {
	if err := c.wait(ctx, false); err != nil {
		return err
	}
	if c.isDamaged(atomic.LoadUint32(c.held)) {
		if err := c.mendWith(repair); err != nil {
			return err
		}
	}
	c.release()
	return nil
}

// spoil marks the data of a lock that this process holds as damaged.
func (c *core) spoil() {
	atomic.StoreUint32(&c.statistics.diedPID, 0)
	atomic.OrUint32(c.held, lockword.Damaged)
}

func (c *core) ownerDied() error {
	e := &OwnerDiedError{Segment: c.segment.label, Field: c.field}
	e.Owner.PID = int(atomic.LoadUint32(&c.statistics.diedPID))
	e.Owner.Slot = int(atomic.LoadUint32(&c.statistics.diedSlot)) - 1
	return e
}
