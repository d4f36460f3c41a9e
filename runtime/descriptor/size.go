package descriptor

import "math/bits"

// basic lists the sizes in bytes of the basic types, which are also their alignments.
var basic = map[string]uint64{
	"int8": 1, "uint8": 1, "byte": 1, "bool": 1,
	"int16": 2, "uint16": 2,
	"int32": 4, "uint32": 4, "float32": 4, "rune": 4,
	"int64": 8, "uint64": 8, "float64": 8, "time": 8, "duration": 8,
}

// IsBasic reports whether name is a basic type.
func IsBasic(name string) bool { return basic[name] != 0 }

// IsNumber reports whether name is a basic type that one can add to: everything but bool, time and duration.
func IsNumber(name string) bool {
	return IsBasic(name) && name != "bool" && name != "time" && name != "duration"
}

// Enum returns the enum of that name, or nil.
func (s *Segment) Enum(name string) *Enum {
	for i := range s.Enums {
		if s.Enums[i].Name == name {
			return &s.Enums[i]
		}
	}
	return nil
}

// Record returns the record of that name, or nil.
func (s *Segment) Record(name string) *Record {
	for i := range s.Records {
		if s.Records[i].Name == name {
			return &s.Records[i]
		}
	}
	return nil
}

// Field returns the field of that name, or nil.
func (s *Segment) Field(name string) *Field {
	for i := range s.Fields {
		if s.Fields[i].Name == name {
			return &s.Fields[i]
		}
	}
	return nil
}

// SizeAlign returns the size and the alignment in bytes of t, as an element of an array and in a struct: the size is a
// multiple of the alignment. ok is false if the type is unknown, or larger than [MaxSize].
//
// string[n] and bytes[n] are a length (uint16; uint32 for n above 65,535) and n bytes, rounded to the length's size.
// Records are multiples of 8 and aligned to 8, whatever they contain.
func (s *Segment) SizeAlign(t Type) (size, align uint64, ok bool) { return sizeAlign(t, s.named) }

// named returns the size and the alignment of an enum or a record, or zeroes.
func (s *Segment) named(name string) (size, align uint64) {
	if r := s.Record(name); r != nil {
		return r.Size, recordAlign
	}
	if e := s.Enum(name); e != nil {
		return basic[e.Base], basic[e.Base]
	}
	return 0, 0
}

const recordAlign = 8

func sizeAlign(t Type, named func(name string) (size, align uint64)) (size, align uint64, ok bool) {
	switch {
	case t.Name == "string" || t.Name == "bytes":
		align = LengthSize(t.Max)
		if t.Max == 0 || t.Max > MaxBytes {
			return 0, 0, false
		}
		size = RoundUp(align+t.Max, align)
	case IsBasic(t.Name):
		size = basic[t.Name]
		align = size
	default:
		size, align = named(t.Name)
	}
	if size == 0 || align == 0 || size > MaxSize {
		return 0, 0, false
	}
	for _, n := range t.Dims {
		high, low := bits.Mul64(size, n)
		if n == 0 || high != 0 || low > MaxSize {
			return 0, 0, false
		}
		size = low
	}
	return size, align, true
}

// LengthSize is the size in bytes of the length that stands before the bytes of a string[n] or bytes[n].
func LengthSize(n uint64) uint64 {
	if n > 65535 {
		return 4
	}
	return 2
}

// RoundUp rounds n up to a multiple of align, which is a power of two.
func RoundUp(n, align uint64) uint64 { return (n + align - 1) &^ (align - 1) }

// A Shape says which of the ways of layout a field follows.
type Shape int

// The shapes. See the package documentation for what each holds.
const (
	ShapeUnknown Shape = iota
	ShapePlain         // the value or the elements, nothing else
	ShapeLock          // a lock of its own, with no data
	ShapeLocked        // lock word and one number or bool
	ShapeCopies        // lock word and two copies
	ShapeArray         // lock word, redo slot and elements
)

// Parts are the offsets in bytes, from the start of a field, of what is inside it. A part that the shape lacks is 0
// and not to be used.
type Parts struct {
	Shape   Shape
	Seq     uint64 // uint64; ShapeCopies
	Lock    uint64 // uint32; all but ShapePlain
	Dirty   uint64 // uint32; all but ShapePlain
	Redo    uint64 // uint64: index+1 of the element in the redo slot; ShapeArray
	Slot    uint64 // the redo slot's element; ShapeArray
	Data    uint64 // the value, copy A, or the first element
	Element uint64 // bytes of one element or value; of a Text all its bytes
	Copy    uint64 // bytes from copy A to copy B; ShapeCopies
	Size    uint64 // bytes of everything
	Align   uint64 // of the field's start
}

// Inside returns the parts of field f of s. ok is false if the field's kind, type, mode or length is not one of
// format 1, or too large.
func (s *Segment) Inside(f *Field) (p Parts, ok bool) {
	if f.Kind == Lock {
		bare := f.Type.Name == "" && f.Length == 0 && f.Mode == ""
		return Parts{Shape: ShapeLock, Dirty: 4, Size: LockHeaderSize, Align: LineSize}, bare
	}
	element, align, ok := uint64(1), uint64(1), true
	count := f.Length
	switch f.Kind {
	case Value:
		element, align, ok = s.SizeAlign(f.Type)
		ok = ok && f.Length == 0
		count = 1
	case Array:
		element, align, ok = s.SizeAlign(f.Type)
	case Text:
		ok = f.Type.Name == ""
		element, count = f.Length, 1
	default:
		return Parts{}, false
	}
	high, total := bits.Mul64(element, count)
	if !ok || element == 0 || count == 0 || high != 0 || total > MaxSize {
		return Parts{}, false
	}
	switch mode := f.Mode; {
	case mode == Unlocked || mode.Guarded():
		p = Parts{Shape: ShapePlain, Element: element, Size: total, Align: align}
	case mode == Atomic && s.single(f.Type):
		// A value of 8 or 16 bits is changed with operations on the word that contains it, so it gets one of its own.
		p = Parts{Shape: ShapePlain, Element: element, Size: RoundUp(total, 4), Align: max(align, 4)}
	case mode == Mutex && f.Kind == Value && len(f.Type.Dims) == 0 && (IsNumber(f.Type.Name) || f.Type.Name == "bool"):
		p = Parts{Shape: ShapeLocked, Dirty: 4, Data: LockHeaderSize, Element: element, Size: LockHeaderSize + element, Align: LineSize}
	case (mode == Mutex || mode == Snapshot) && f.Kind != Array:
		step := RoundUp(element, 8)
		p = Parts{Shape: ShapeCopies, Lock: 8, Dirty: 12, Data: CopiesHeaderSize, Element: element, Copy: step,
			Size: CopiesHeaderSize + 2*step, Align: LineSize}
	case mode == Mutex && f.Kind == Array:
		data := ArrayHeaderSize + RoundUp(element, 8)
		p = Parts{Shape: ShapeArray, Dirty: 4, Redo: 8, Slot: ArrayHeaderSize, Data: data, Element: element,
			Size: data + total, Align: LineSize}
	default:
		return Parts{}, false
	}
	return p, p.Size <= MaxSize
}

// single reports whether t is one number, bool, time, duration or enum: what one atomic instruction can change.
func (s *Segment) single(t Type) bool {
	return len(t.Dims) == 0 && (IsBasic(t.Name) || s.Enum(t.Name) != nil)
}
