package shm

import (
	"fmt"
	"unsafe"

	"github.com/shmgen/shmgen/runtime/descriptor"
	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/internal/lockword"
	"github.com/shmgen/shmgen/runtime/internal/mapping"
)

// place is where a field of a segment is.
type place struct {
	field *descriptor.Field
	parts descriptor.Parts
	base  uint64 // offset of the field in the segment
	line  int    // of the statistics, if the field has a lock
}

// find looks a field up. It panics if generated code asks for what its own descriptor does not have.
func (s *Segment) find(name string, shape descriptor.Shape) place {
	line := 0
	for i := range s.layout.Fields {
		f := &s.layout.Fields[i]
		if f.Name == name {
			parts, _ := s.layout.Inside(f)
			if parts.Shape != shape {
				break
			}
			return place{field: f, parts: parts, base: s.header.Data.Offset + f.Offset, line: line}
		}
		if f.HasLock() {
			line++
		}
	}
	panic(fmt.Sprintf("shm: generated code binds field %s of segment %s, but its descriptor has no such field of this kind; generate the code again",
		name, s.label))
}

// bind makes the core of a field, whose value or element is to be of size bytes.
func (s *Segment) bind(name string, shape descriptor.Shape, size uintptr) (*core, place) {
	at := s.find(name, shape)
	p := at.parts
	if uint64(size) != p.Element {
		panic(fmt.Sprintf("shm: generated code binds field %s of segment %s with a type of %d bytes, but its descriptor says %d; generate the code again",
			name, s.label, size, p.Element))
	}
	c := &core{segment: s, field: name, parts: p, length: int(at.field.Length)}
	if shape == descriptor.ShapePlain {
		return c, at
	}
	c.self = lockword.Self(s.Slot())
	c.minus = -c.self
	c.held = mapping.At[uint32](s.memory, at.base+p.Lock)
	c.word = c.held
	c.dirty = mapping.At[uint32](s.memory, at.base+p.Dirty)
	c.statistics = mapping.At[statistics](s.memory, s.header.Statistics.Offset+uint64(at.line)*format.StatisticsSize)
	switch shape {
	case descriptor.ShapeCopies:
		c.seq = mapping.At[uint64](s.memory, at.base+p.Seq)
		c.step = uintptr(p.Copy)
	case descriptor.ShapeArray:
		c.redo = mapping.At[uint64](s.memory, at.base+p.Redo)
		c.direct = s.oneStore(at.field)
		c.repairs = true
	case descriptor.ShapeLock:
		c.repairs = s.layout.GuardsFields(name) || at.field.Report
	}
	s.cores = append(s.cores, c)
	return c, at
}

// oneStore reports whether an element of the field is stored by one instruction: it is one number of at most a machine
// word.
func (s *Segment) oneStore(f *descriptor.Field) bool {
	single := descriptor.IsBasic(f.Type.Name) || s.layout.Enum(f.Type.Name) != nil
	size, _, _ := s.layout.SizeAlign(f.Type)
	return single && len(f.Type.Dims) == 0 && size <= uint64(unsafe.Sizeof(uintptr(0)))
}

// pointWords changes what every Lock of this attachment tries.
func (s *Segment) pointWords(to func(*core) *uint32) {
	for _, c := range s.cores {
		c.point(to(c))
	}
}

// bindOne makes the core of a field that has one value, or two copies of one, and returns the value or the first copy.
func bindOne[T any](s *Segment, field string, shape descriptor.Shape, initial T) (*core, *T) {
	c, at := s.bind(field, shape, unsafe.Sizeof(initial))
	p := mapping.At[T](s.memory, at.base+at.parts.Data)
	if shape == descriptor.ShapeCopies {
		mapping.At[T](s.memory, at.base+at.parts.Data+at.parts.Copy) // checked here, used by copyAt
	}
	if s.creating {
		*p = initial
	}
	return c, p
}

// bindMany makes the core of an array, and returns its elements.
func bindMany[T any](s *Segment, field string, shape descriptor.Shape, initial []T) (*core, []T) {
	var zero T
	c, at := s.bind(field, shape, unsafe.Sizeof(zero))
	elements := mapping.Slice[T](s.memory, at.base+at.parts.Data, at.field.Length)
	if s.creating {
		copy(elements, initial)
	}
	return c, elements
}

// copyAt returns one of the two copies of a field: the one whose number is the low bit of n. first is copy 0.
//
// Preconditions: c is the core of a field with two copies, and first comes from bindOne.
func copyAt[T any](c *core, first *T, n uint64) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(first), uintptr(n&1)*c.step))
}

// element returns element i of an array; first is element 0.
//
// Preconditions: 0 <= i < c.length, and first comes from bindMany.
func element[T any](first *T, i int) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(first), uintptr(i)*unsafe.Sizeof(*first)))
}

// elements returns all elements of an array.
//
// Preconditions: first comes from bindMany.
func elements[T any](c *core, first *T) []T { return unsafe.Slice(first, c.length) }

// redoSlot returns the element of an array's redo slot.
//
// Preconditions: c is the core of an array with a lock, and first its first element.
func redoSlot[T any](c *core, first *T) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(first), -int(c.parts.Data-c.parts.Slot)))
}

// firstOf returns the first element of a slice that is not empty.
func firstOf[T any](s []T) *T { return unsafe.SliceData(s) }

// textAt returns the bytes of one of the two copies of a Text.
func textAt(s *Segment, at place, n uint64) []byte {
	return mapping.Slice[byte](s.memory, at.base+at.parts.Data+n*at.parts.Copy, at.parts.Element)
}
