// Package schema is the resolved model of a .shm file: every name looked up, every expression computed, every rule of
// the language checked. It is what gen/layout and gen/emit work on; neither looks at the syntax tree.
package schema

import (
	"go/constant"

	"github.com/shmgen/shmgen/gen/diag"
)

// A File is one schema file, free of errors. Declarations are in the order of the file.
type File struct {
	Path     string // as it was given
	Package  string
	Doc      Doc
	Consts   []*Const
	Enums    []*Enum
	Records  []*Record // each after the records it contains
	Segments []*Segment
}

// A Doc is the documentation of a declaration: the lines of the comments above it and at the end of its line, without
// the leading "//" and at most one space. It is nil if there are none.
type Doc []string

// A Const is a named constant.
type Const struct {
	Name   string
	GoName string
	Doc    Doc
	Span   diag.Span // of the name
	Value  constant.Value
	Char   bool // written as a character, so 'a' and not 97 in Go
}

// An Enum is a named integer type with named values.
type Enum struct {
	Name    string
	GoName  string
	Doc     Doc
	Span    diag.Span
	Base    Basic // an integer
	Members []*EnumMember
}

// An EnumMember is one value of an enum.
type EnumMember struct {
	Name   string
	GoName string // with the enum's name before it: StatusOpen
	Doc    Doc
	Span   diag.Span
	Value  constant.Value // Int, in the range of the base
}

// A Record is a struct.
type Record struct {
	Name    string
	GoName  string
	Doc     Doc
	Span    diag.Span
	Members []*Member
	// Binding, if not nil, names the existing Go struct that is used instead of a generated one.
	Binding *Binding
}

// A Binding names an existing Go struct: Package is its import path, empty for one of the generated package itself.
type Binding struct {
	Package string
	Name    string
	Span    diag.Span
}

// A Member is one member of a record, or a reserved gap.
type Member struct {
	Name     string // empty if Reserved
	GoName   string
	Doc      Doc
	Span     diag.Span
	Type     *Type  // nil if Reserved
	Reserved uint64 // bytes; 0 for a member
}

// A Basic is a basic type by its Go spelling: int8 … uint64, float32, float64, bool, byte, rune, time, duration.
type Basic string

// TypeKind says which of the fields of a [Type] count.
type TypeKind int

// The kinds of types.
const (
	BasicType  TypeKind = iota + 1 // Basic
	EnumType                       // Enum
	RecordType                     // Record
	ArrayType                      // Elem, Len
	StringType                     // Len: string[n]
	BytesType                      // Len: bytes[n]
	StreamType                     // bare bytes, of a Pipe only
)

// A Type is a resolved type.
type Type struct {
	Kind   TypeKind
	Basic  Basic
	Enum   *Enum
	Record *Record
	Elem   *Type
	Len    uint64
	Span   diag.Span
}

// A Segment is what processes share under one name.
type Segment struct {
	Name    string
	GoName  string
	Doc     Doc
	Span    diag.Span
	Params  []*Param
	Fields  []*Field
	Version int // the highest Since, at least 1
}

// A Param is a number chosen when a segment is created, at most Bound.
type Param struct {
	Name   string
	GoName string
	Doc    Doc
	Span   diag.Span
	Bound  uint64
}

// A Kind is the kind of a field, spelled as in the language.
type Kind string

// The kinds of fields. RawValue and RawArray are resolved to Value and Array with Mode none, and Array('c', n) to Text.
const (
	Value            Kind = "Value"
	Array            Kind = "Array"
	Text             Kind = "Text"
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

// A Mode says how a Value, Array or Text is protected.
type Mode string

// The modes. With Shared, Field.Guard is the lock.
const (
	Mutex    Mode = "mutex"
	RWMutex  Mode = "rwmutex"
	Atomic   Mode = "atomic"
	Snapshot Mode = "snapshot"
	Unlocked Mode = "none"
	Shared   Mode = "shared"
)

// A Field is one shared thing of a segment.
type Field struct {
	Name   string
	GoName string
	Doc    Doc
	Span   diag.Span // of the name
	Kind   Kind
	// KindSpan is the span of the kind's name, for messages about what cannot be emitted yet.
	KindSpan diag.Span
	Type     *Type // of a typed kind; nil otherwise
	// Length is the number of elements of an Array, of bytes of a Text, of items of a queue, pipe or broadcast.
	Length *Size
	// Init is the initial value of a Value or Text, or nil for zero. For an Array it is a ListInit or nil.
	Init *Init
	// Number is the count of a semaphore, the parties of a barrier; nil for other kinds.
	Number *Size
	// Mode and Guard say how a Value, Array or Text is protected; Mode is empty for other kinds.
	Mode  Mode
	Guard *Field
	// On is the lock of a Condition(lock); nil if it has its own.
	On *Field
	// Guards are the fields that this Lock, RLock or RWLock guards, in the order of the schema.
	Guards []*Field
	// Count is n of name [n]Kind(…); nil without it.
	Count *Size
	Since int // at least 1
	// Options that were written, by name, with the span of the option: report, undo, inflight, producers, consumers,
	// align, since, lock.
	Options map[string]*Option
}

// An Option is one written option of a field. Value is nil for lock.
type Option struct {
	Span  diag.Span // of the whole option
	Value constant.Value
}

// A Size is a number of a field that is constant or depends on the parameters of the segment.
type Size struct {
	Span diag.Span
	// Value is the number; if Param is not nil, its value with each parameter at its bound, which is the largest it can be.
	Value uint64
	// Param is the expression if it uses parameters, nil otherwise.
	Param *SizeExpr
}

// A SizeExpr is an expression over the parameters of a segment: a leaf (Param or Number) or X Op Y.
type SizeExpr struct {
	Op     string // one of + - * / % << >> & | ^ &^; empty for a leaf
	X, Y   *SizeExpr
	Param  *Param
	Number uint64 // of a leaf without Param
}

// InitKind says which of the fields of an [Init] count.
type InitKind int

// The kinds of initial values.
const (
	ScalarInit InitKind = iota + 1 // Value (and Member, for an enum)
	ListInit                       // List
	RecordInit                     // Members
)

// An Init is an initial value, already checked against the type it is for: numbers are in range (constant.Int or
// Float), bools are constant.Bool, strings and bytes are constant.String and fit, lists are not longer than their
// arrays.
type Init struct {
	Kind    InitKind
	Type    *Type // what it initialises
	Span    diag.Span
	Value   constant.Value
	Member  *EnumMember // if a member of the enum was named
	List    []*Init
	Members []MemberInit
}

// A MemberInit is one "name: value" of a record's initial value.
type MemberInit struct {
	Member *Member
	Init   *Init
}
