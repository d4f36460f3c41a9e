package shm

import "github.com/shmgen/shmgen/runtime/descriptor"

// What generated code checks against the runtime it is built with, so that code and runtime of different formats do not
// compile together.
const (
	// Format1 says that this runtime knows segment format 1.
	Format1 = descriptor.Format
	// LockHeaderSize is the size in bytes of a lock word and its dirty word.
	LockHeaderSize = descriptor.LockHeaderSize
	// CopiesHeaderSize is the size in bytes of what stands before the two copies of a Value.
	CopiesHeaderSize = descriptor.CopiesHeaderSize
	// ArrayHeaderSize is the size in bytes of what stands before the redo element of an Array.
	ArrayHeaderSize = descriptor.ArrayHeaderSize
)
