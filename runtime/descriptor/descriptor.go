package descriptor

// Format is the number of the segment format that this package describes.
const Format = 1

// Sizes in bytes that the layout rules are made of. Generated code checks them against the runtime it is built with.
const (
	LineSize         = 64 // a field that has a lock starts on a line of this size
	LockHeaderSize   = 8  // lock word, dirty word
	CopiesHeaderSize = 16 // seq, lock word, dirty word; then the two copies
	ArrayHeaderSize  = 16 // lock word, dirty word, redo index; then the redo element
)

// Bounds that no descriptor exceeds. They keep sums of sizes inside a uint64 and the work of reading a hostile
// descriptor small.
const (
	MaxText    = 1 << 20 // bytes of the text form
	MaxFields  = 8192
	MaxTypes   = 1024      // enums and records together
	MaxMembers = 8192      // of one record or enum
	MaxDims    = 16        // [a][b]... of one type
	MaxSize    = 1 << 46   // bytes of one segment's data: 64 TiB
	MaxBytes   = 1<<32 - 1 // of one string[n] or bytes[n]: what its length can say
	MaxVersion = 64
)

// A Kind says what a field is. Its text is the kind's name in the schema language.
type Kind string

// The kinds of format 1.
const (
	Value            Kind = "Value"
	Array            Kind = "Array"
	Text             Kind = "Text" // Array('c', n)
	Lock             Kind = "Lock"
	RLock            Kind = "RLock"
	RWLock           Kind = "RWLock"
	Semaphore        Kind = "Semaphore"
	BoundedSemaphore Kind = "BoundedSemaphore"
	Event            Kind = "Event"
	Condition        Kind = "Condition"
	Barrier          Kind = "Barrier"
	Queue            Kind = "Queue"
	JoinableQueue    Kind = "JoinableQueue"
	Pipe             Kind = "Pipe"
	Broadcast        Kind = "Broadcast"
)

// A Mode says what protects a Value, an Array or a Text. If it is none of the constants, it is the name of the lock
// field of the same segment that guards the field.
type Mode string

// The modes that are no names of fields; the names are reserved words of the language.
const (
	Unlocked Mode = "none"
	Mutex    Mode = "mutex"
	RWMutex  Mode = "rwmutex"
	Atomic   Mode = "atomic"
	Snapshot Mode = "snapshot"
)

// Guarded reports whether m is the name of a lock field.
func (m Mode) Guarded() bool {
	switch m {
	case "", Unlocked, Mutex, RWMutex, Atomic, Snapshot:
		return false
	}
	return true
}

// A Segment describes everything that one segment contains.
type Segment struct {
	Name    string // as in the schema
	Version int    // the highest Since of its fields; 1 if it has none
	Enums   []Enum
	Records []Record // a record's members use only records before it
	Fields  []Field  // in the order of the schema
	Size    uint64   // bytes of the data part
}

// An Enum is a named integer with named values.
type Enum struct {
	Name    string
	Base    string // int8 … uint64
	Members []EnumMember
}

// An EnumMember is one named value. Value holds the bits of a value of a signed base as int64.
type EnumMember struct {
	Name  string
	Value int64
}

// A Record is a struct with a fixed layout.
type Record struct {
	Name    string
	Size    uint64 // bytes, a multiple of 8
	Members []Member
}

// A Member is one member of a record. Padding and reserved bytes are not listed: they lie between the members.
type Member struct {
	Name   string
	Type   Type
	Offset uint64 // bytes from the start of the record
}

// A Type is the type of a value, an element or a member: Dims[0] × Dims[1] × … of Name.
type Type struct {
	// Name is a basic type (int8 … uint64, float32, float64, bool, byte, rune, time, duration), string or bytes, or
	// the name of an enum or a record of the segment.
	Name string
	Dims []uint64 // of a fixed array, the outermost first
	Max  uint64   // of string[n] and bytes[n]: the most bytes it can hold
}

// A Field is one shared thing of a segment.
type Field struct {
	Name   string // as in the schema
	Kind   Kind
	Type   Type   // of the value or element; zero for kinds without one
	Mode   Mode   // of Value, Array and Text; empty for other kinds
	Length uint64 // elements of an Array, bytes of a Text, items of a queue; 0 for other kinds
	Report bool   // Lock(report=true): the death of a holder is reported
	Since  int    // the version that brought it, from 1
	Offset uint64 // bytes from the start of the data part
	Size   uint64 // bytes of everything that belongs to it
}
