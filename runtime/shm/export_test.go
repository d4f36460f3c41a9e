//go:build linux

package shm

import (
	"sync/atomic"

	"github.com/shmgen/shmgen/runtime/descriptor"
	"github.com/shmgen/shmgen/runtime/internal/mapping"
)

// Data returns the data part of a segment, so that tests can do what a broken process could.
func Data(s *Segment) []byte {
	return mapping.Slice[byte](s.memory, s.header.Data.Offset, s.header.Data.Size)
}

// ChangeLockWords changes every lock word of a segment.
func ChangeLockWords(s *Segment, change func(uint32) uint32) {
	s.eachLock(func(_ *descriptor.Field, word *uint32) {
		atomic.StoreUint32(word, change(atomic.LoadUint32(word)))
	})
}
