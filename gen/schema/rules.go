package schema

// The rules of the diagnostics of this package. They are stable names: users filter by them, and each has a fixture
// of its own in testdata.
const (
	RulePackageName = "package/name" // the package clause names no Go package

	RuleNameStyle     = "name/style"     // a name is not spelled as its kind of name is
	RuleNameReserved  = "name/reserved"  // a name is a word of the language
	RuleNameKeyword   = "name/keyword"   // a name is a keyword of Go and has no "as"
	RuleNameDuplicate = "name/duplicate" // two things of one scope have the same name
	RuleNameClash     = "name/clash"     // two things become the same name in Go
	RuleNameAs        = "name/as"        // what stands behind "as" is no exported Go name

	RuleTypeUnknown = "type/unknown" // no such typecode or type
	RuleTypeForeign = "type/foreign" // a type of Go that shared memory cannot hold
	RuleTypeLength  = "type/length"  // string or bytes without a length
	RuleTypeKind    = "type/kind"    // a kind, constant or segment where a type should be
	RuleTypeCycle   = "type/cycle"   // a record contains itself

	RuleConstUnknown  = "const/unknown"  // no such constant, parameter or enum
	RuleConstCycle    = "const/cycle"    // a constant depends on itself
	RuleConstDivide   = "const/divide"   // a division by zero
	RuleConstShift    = "const/shift"    // a shift by a negative or huge number
	RuleConstOverflow = "const/overflow" // a constant that is too large to be computed
	RuleConstOperand  = "const/operand"  // an operator does not go with its operands
	RuleConstValue    = "const/value"    // something that is no constant value

	RuleEnumBase      = "enum/base"      // the type of an enum is no integer type
	RuleEnumEmpty     = "enum/empty"     // an enum without values
	RuleEnumMember    = "enum/member"    // no such value of the enum
	RuleEnumValue     = "enum/value"     // a value is no integer or out of range of the enum's type
	RuleEnumDuplicate = "enum/duplicate" // two names for one value

	RuleRecordEmpty   = "record/empty"   // a record without members
	RuleRecordBinding = "record/binding" // a bound Go type that cannot be named, or used

	RuleSegmentEmpty = "segment/empty" // a segment without fields

	RuleKindUnknown   = "kind/unknown"   // no such kind
	RuleKindArguments = "kind/arguments" // too many or too few arguments for a kind

	RuleSizeType  = "size/type"  // a size or count that is no integer
	RuleSizeRange = "size/range" // a size or count that is too small or too large
	RuleSizeParam = "size/param" // a parameter where none can be used, or in a way in which none can

	RuleInitType   = "init/type"   // an initial value of the wrong type
	RuleInitRange  = "init/range"  // a number that its type cannot hold
	RuleInitLength = "init/length" // more elements or bytes than there is room for
	RuleInitMember = "init/member" // an initial value for a member that is not there, or is there twice

	RuleOptionUnknown   = "option/unknown"   // the kind has no such option
	RuleOptionDuplicate = "option/duplicate" // an option is given twice
	RuleOptionValue     = "option/value"     // a value that the option cannot have

	RuleLockUnknown = "lock/unknown" // no such lock mode or lock field
	RuleLockKind    = "lock/kind"    // a field that is no lock, or one that cannot be used here
	RuleLockType    = "lock/type"    // a lock mode that does not go with the type

	RuleSinceOrder = "since/order" // a field stands before an older one
	RuleSinceLock  = "since/lock"  // a field is older than its lock
)
