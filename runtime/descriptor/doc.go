// Package descriptor is the one contract between the generator and the runtime: pure data that says what a
// shared-memory segment contains, where each part of it lies, and how it is written down.
//
// A [Segment] is made by gen/layout from a schema, stands as one constant in the generated code, and is embedded in
// every segment that is created. The runtime reads it when it attaches, so that two programs that were generated from
// different schemas never share a byte; an inspector reads it from a segment it knows nothing else about.
//
// # The text form
//
// A descriptor is written as lines of words ([Segment.Encode], [Parse]), so that a change shows up as a readable
// difference in generated code and any language can read it in a few lines:
//
//	shmgen 1 Bank 1
//	enum Status uint32 closed=0 open=1 alarm=7
//	record Order 88 id:uint64@0 amount:float64@8 memo:string[32]@16 status:Status@52 placed:time@56
//	field money Value int32 lock=mutex @0+12
//	field last Value Order lock=mutex @64+192
//	field ledger Lock @256+8
//	field lo Value int32 lock=ledger @264+4
//	data 268
//
// The first line holds the format, the schema's name of the segment and its version. Offsets are bytes from the start
// of the segment's data part; @offset+size of a field covers everything that belongs to it: lock word, copies, elements.
//
// # What is inside a field
//
// All multi-byte data is in native byte order; the header of a segment says which. 64-bit data lies at multiples of 8
// on every GOARCH. [Field.Inside] gives the offsets of the parts:
//
//	number, bool with a lock     lock uint32, dirty uint32, value at 8
//	any other Value with a lock,
//	Text                         seq uint64, lock uint32, dirty uint32, copy A, copy B (each rounded to 8)
//	Array with a lock            lock uint32, dirty uint32, redo uint64, redo element (rounded to 8), elements
//	Lock                         lock uint32, dirty uint32
//	no lock, atomic, or guarded
//	by a lock field              the value or the elements, nothing else
//
// The package imports nothing of this module, does no I/O and holds no state.
package descriptor
