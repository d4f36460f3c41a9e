package shm

import "sync/atomic"

// LockStats counts what happened to the lock of one field since the segment was created, in all processes. The fast
// paths count nothing: a lock that nobody ever had to wait for has zeroes.
type LockStats struct {
	Field      string // the schema's name
	Waits      uint64 // times somebody slept until the lock was free
	Handovers  uint64 // times it was handed to a process that starved; always 0 yet
	Recoveries uint64 // times it was freed because its holder had died
	Rescues    uint64 // sleeps that ended only because they had lasted a second, beside a lock that was free
	Long       uint64 // waits of more than 10 s; always 0 yet
}

// Stats returns the statistics of every field that has a lock, in the order of the schema. After Close it returns nil.
func (s *Segment) Stats() []LockStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		return nil
	}
	var list []LockStats
	for _, c := range s.cores {
		if c.statistics == nil {
			continue
		}
		list = append(list, LockStats{
			Field:      c.field,
			Waits:      atomic.LoadUint64(&c.statistics.waits),
			Handovers:  atomic.LoadUint64(&c.statistics.handovers),
			Recoveries: atomic.LoadUint64(&c.statistics.recoveries),
			Rescues:    atomic.LoadUint64(&c.statistics.rescues),
			Long:       atomic.LoadUint64(&c.statistics.long),
		})
	}
	return list
}
