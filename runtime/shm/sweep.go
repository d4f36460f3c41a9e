package shm

import (
	"sync/atomic"

	"github.com/shmgen/shmgen/runtime/descriptor"
	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/internal/futex"
	"github.com/shmgen/shmgen/runtime/internal/liveness"
	"github.com/shmgen/shmgen/runtime/internal/lockword"
	"github.com/shmgen/shmgen/runtime/internal/mapping"
)

// sweeper frees what a dead process held.
type sweeper struct {
	memory *mapping.Memory
	header *format.Header
	layout *descriptor.Segment
}

func (s *Segment) sweeper() sweeper {
	return sweeper{memory: s.memory, header: s.header, layout: s.layout}
}

// sweepDead frees what dead processes held, and locks that are held by nobody. It does nothing if another process or
// goroutine is at it.
func (s *Segment) sweepDead() {
	s.table.Sweep(s.sweeper().sweep)
	s.table.Exclusively(s.sweeper().sweepStrays)
}

// sweep undoes everything that the process of a slot held. Every step can be repeated: a sweep that dies half way is
// begun again by the next one.
//
// Preconditions: the process of the slot is gone, or takes no locks of this segment any more; nobody else sweeps the
// slot at the same time.
func (s sweeper) sweep(slot int) {
	s.eachLock(func(f *descriptor.Field, parts descriptor.Parts, line int) { s.sweepLock(f, parts, slot, line) })
}

// sweepStrays frees locks whose word names a slot without a process. None of this module's steps leads there; a broken
// process that has written to the word does, and without this all others would wait for ever.
//
// Preconditions: no process attaches or leaves meanwhile.
func (s sweeper) sweepStrays(vacant func(slot int) bool) {
	s.eachLock(func(f *descriptor.Field, parts descriptor.Parts, line int) {
		word := mapping.At[uint32](s.memory, s.header.Data.Offset+f.Offset+parts.Lock)
		if slot := lockword.Slot(atomic.LoadUint32(word)); slot >= 0 && vacant(slot) {
			s.sweepLock(f, parts, slot, line)
		}
	})
}

// eachLock calls visit for every field of the segment that has a lock, also for those newer than this program. line is
// the lock's line of the statistics.
func (s sweeper) eachLock(visit func(f *descriptor.Field, parts descriptor.Parts, line int)) {
	line := 0
	for i := range s.layout.Fields {
		if f := &s.layout.Fields[i]; f.HasLock() {
			parts, _ := s.layout.Inside(f)
			visit(f, parts, line)
			line++
		}
	}
}

// sweepLock handles one lock. The dead process may have been
//
//	the holder                            an array's redo slot is completed, then the lock becomes free, or DAMAGED
//	                                      if the live data was being changed
//	about to sleep, or asleep             nothing of it is left
//	woken, but not holding yet            the wake is lost with it: all others are woken and look again
//	the one the lock was to be handed to  NEXT is cleared
func (s sweeper) sweepLock(f *descriptor.Field, parts descriptor.Parts, slot, line int) {
	base := s.header.Data.Offset + f.Offset
	word := mapping.At[uint32](s.memory, base+parts.Lock)
	dirty := mapping.At[uint32](s.memory, base+parts.Dirty)
	self := lockword.Self(slot)
	statistics := mapping.At[statistics](s.memory, s.header.Statistics.Offset+uint64(line)*format.StatisticsSize)
	for {
		w := atomic.LoadUint32(word)
		isDirty := false
		if lockword.Owner(w) == self {
			switch parts.Shape {
			case descriptor.ShapeArray:
				s.completeRedo(f, parts, base)
				isDirty = atomic.LoadUint32(dirty) != 0
			case descriptor.ShapeLock:
				// What a Lock(report=true) protects is not in the segment, so nothing says whether it was being changed.
				isDirty = f.Report || atomic.LoadUint32(dirty) != 0
			}
			if isDirty {
				s.nameDead(statistics, slot)
			}
		}
		n := lockword.Swept(w, self, isDirty)
		if n == w {
			break
		}
		if atomic.CompareAndSwapUint32(word, w, n) {
			if lockword.Owner(w) == self {
				atomic.AddUint64(&statistics.recoveries, 1)
			}
			break
		}
	}
	futex.Wake(word, futex.All, futex.AnyMask)
}

// completeRedo puts the element of an array's redo slot where it belongs, if the slot is marked: the store of an
// element becomes whole, however far it had come.
func (s sweeper) completeRedo(f *descriptor.Field, parts descriptor.Parts, base uint64) {
	redo := mapping.At[uint64](s.memory, base+parts.Redo)
	index := atomic.LoadUint64(redo)
	if index == 0 {
		return
	}
	if index <= f.Length { // a broken process may have written anything
		slot := mapping.Slice[byte](s.memory, base+parts.Slot, parts.Element)
		copy(mapping.Slice[byte](s.memory, base+parts.Data+(index-1)*parts.Element, parts.Element), slot)
	}
	atomic.StoreUint64(redo, 0)
}

// nameDead keeps who has left the data half changed; the slot of a stray may not exist.
func (s sweeper) nameDead(statistics *statistics, slot int) {
	var dead liveness.Process
	if slot < s.header.Slots {
		dead = liveness.Read(s.memory, s.header, slot)
	}
	atomic.StoreUint32(&statistics.diedSlot, uint32(slot)+1)
	atomic.StoreUint32(&statistics.diedPID, uint32(dead.PID))
}
