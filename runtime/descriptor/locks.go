package descriptor

// HasLock reports whether the field has a lock word of its own.
func (f *Field) HasLock() bool {
	if f.Kind == Lock {
		return true
	}
	return f.Mode == Mutex || f.Mode == RWMutex || f.Mode == Snapshot
}

// Locks returns the number of fields that have a lock word of their own. The statistics of a segment have one line for
// each, in the order of the fields.
func (s *Segment) Locks() int {
	n := 0
	for i := range s.Fields {
		if s.Fields[i].HasLock() {
			n++
		}
	}
	return n
}

// GuardsFields reports whether any field is guarded by the lock field of that name.
func (s *Segment) GuardsFields(lock string) bool {
	for i := range s.Fields {
		if mode := s.Fields[i].Mode; mode.Guarded() && string(mode) == lock {
			return true
		}
	}
	return false
}
