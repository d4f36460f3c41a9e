package syntax

import (
	"go/constant"

	"github.com/shmgen/shmgen/gen/diag"
)

// A Range is the place of a node of the tree.
type Range struct {
	Start diag.Position // of its first byte
	End   diag.Position // behind its last byte
	// Length is the number of bytes on its first line.
	Length int
}

// Span returns the first line of the range, for diagnostics.
func (r Range) Span() diag.Span { return diag.Span{Start: r.Start, Length: max(r.Length, 1)} }

// A Comment is one comment, from // to the end of its line.
type Comment struct {
	Text    string // with the //, without blanks at the end
	Start   diag.Position
	OwnLine bool // nothing stands before it on its line
}

// A CommentGroup is a comment at the end of a line, or comments on lines of their own without a gap between them.
type CommentGroup struct {
	List []*Comment
}

// Docs are the comments that document a node; each may be nil.
type Docs struct {
	Above *CommentGroup // ends on the line above the node
	After *CommentGroup // at the end of its line: of its first line if it has a body in braces
}

// A File is the syntax tree of one schema.
type File struct {
	Path         string
	Docs         Docs
	Package      *Name // nil if it is missing
	Declarations []Declaration
	// Comments are all comments of the file in order, also those that are the Docs of a node.
	Comments []*CommentGroup
	// Broken says that something could not be read.
	Broken bool
	// Lost are the words of what could not be read. A name that is not found but is one of these may be declared there.
	Lost map[string]bool
}

// A Name is an identifier.
type Name struct {
	Range
	Text string
}

// A Declaration is a *Const, *Enum, *Record or *Segment.
type Declaration interface {
	DeclaredName() *Name
}

// A Const is "const Name = Value".
type Const struct {
	Range
	Docs  Docs
	Name  *Name
	Value Expression
}

// An Enum is "enum Name Base { … }". Base is nil if it could not be read.
type Enum struct {
	Range
	Docs    Docs
	Name    *Name
	Base    Type
	Members []*EnumMember
	Broken  bool // values, or parts of some, were lost
}

// An EnumMember is one named value of an enum. Value is nil if none is written.
type EnumMember struct {
	Range
	Docs  Docs
	Name  *Name
	Value Expression
}

// A Record is "record Name { … }" or "record Name = "path".GoName { … }".
type Record struct {
	Range
	Docs    Docs
	Name    *Name
	Binding *Binding // nil without "="
	Members []*Member
	Broken  bool // members were lost
}

// A Binding names an existing Go type. Path is nil for one of the generated package itself.
type Binding struct {
	Range
	Path *Literal
	Name *Name
}

// A Member is "name Type [as GoName]", or "reserved(n)": Reserved is n then, and Name and Type are nil. Name may be
// known and Type nil if the rest of the member could not be read.
type Member struct {
	Range
	Docs     Docs
	Name     *Name
	Type     Type
	As       *Name
	Reserved Expression
}

// A Segment is "segment Name(params) { … }".
type Segment struct {
	Range
	Docs   Docs
	Name   *Name
	Params []*Param
	Fields []*Field
	Broken bool // parameters or fields were lost
}

// A Param is "name <= Bound".
type Param struct {
	Range
	Docs  Docs
	Name  *Name
	Bound Expression
}

// A Field is "name [Count]Kind(Type, Arguments…, Options…) as GoName". Count, Type and As may be nil.
type Field struct {
	Range
	Docs      Docs
	Name      *Name
	Count     Expression
	Kind      *Name
	Type      Type
	Arguments []Expression
	Options   []*Option
	As        *Name
	// Broken says that the field could not be read behind its name, or that its kind is none of the language so that
	// its arguments were passed over. Kind is nil in the first case.
	Broken bool
}

// An Option is "name=value" among the arguments of a field.
type Option struct {
	Range
	Name  *Name
	Value Expression
}

// DeclaredName returns the name of the constant.
func (d *Const) DeclaredName() *Name { return d.Name }

// DeclaredName returns the name of the enum.
func (d *Enum) DeclaredName() *Name { return d.Name }

// DeclaredName returns the name of the record.
func (d *Record) DeclaredName() *Name { return d.Name }

// DeclaredName returns the name of the segment.
func (d *Segment) DeclaredName() *Name { return d.Name }

// A Type is a *CodeType, *NamedType, *ArrayType, *SizedType or *ForeignType.
type Type interface {
	Span() diag.Span
	isType()
}

// A CodeType is a typecode: 'i'. Code is 0 if the literal is malformed, which has been reported.
type CodeType struct {
	Range
	Code rune
}

// A NamedType is a type by its name; also bare string and bytes.
type NamedType struct {
	Range
	Name string
}

// An ArrayType is "[Length]Element".
type ArrayType struct {
	Range
	Length  Expression
	Element Type
}

// A SizedType is "string[Length]" or "bytes[Length]", or another name with a length, which is an error.
type SizedType struct {
	Range
	Name   *Name
	Length Expression
}

// A ForeignType is a type of Go that shared memory cannot hold: a pointer, slice, map, chan, func, interface or struct,
// or one of another package. Element is what a pointer points to or a slice is made of, nil for the others.
type ForeignType struct {
	Range
	What    string // "pointer", "slice", "map", …
	Element Type
}

func (*CodeType) isType()    {}
func (*NamedType) isType()   {}
func (*ArrayType) isType()   {}
func (*SizedType) isType()   {}
func (*ForeignType) isType() {}

// An Expression is a *Literal, *Reference, *Unary, *Binary, *Parentheses, *List or *Composite.
type Expression interface {
	Span() diag.Span
	isExpression()
}

// LiteralKind says how a literal was written.
type LiteralKind int

// The kinds of literals.
const (
	IntegerLiteral LiteralKind = iota + 1
	FloatLiteral
	CharacterLiteral
	StringLiteral
	BoolLiteral
)

// A Literal is a number, character or string, true or false.
type Literal struct {
	Range
	Kind  LiteralKind
	Text  string         // as written
	Value constant.Value // nil if it is malformed, which has been reported
}

// A Reference is "Name" or "Name.Member".
type Reference struct {
	Range
	Name   *Name
	Member *Name // may be nil
}

// A Unary is "-X".
type Unary struct {
	Range
	Operator string
	X        Expression
}

// A Binary is "X Operator Y".
type Binary struct {
	Range
	Operator string
	X, Y     Expression
}

// Parentheses are "(X)".
type Parentheses struct {
	Range
	X Expression
}

// A List is "[a, b, …]".
type List struct {
	Range
	Elements []Expression
}

// A Composite is "{name: value, …}".
type Composite struct {
	Range
	Entries []*Entry
}

// An Entry is one "name: value" of a composite.
type Entry struct {
	Range
	Name  *Name
	Value Expression
}

func (*Literal) isExpression()     {}
func (*Reference) isExpression()   {}
func (*Unary) isExpression()       {}
func (*Binary) isExpression()      {}
func (*Parentheses) isExpression() {}
func (*List) isExpression()        {}
func (*Composite) isExpression()   {}
