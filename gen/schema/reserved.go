package schema

import (
	"slices"

	"github.com/shmgen/shmgen/gen/syntax"
)

// basicTypes returns the names of the basic types in the order in which messages list them.
func basicTypes() []string {
	return []string{"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64",
		"byte", "rune", "bool", "time", "duration"}
}

// modes returns the lock modes that can be written.
func modes() []string {
	return []string{string(Mutex), string(RWMutex), string(Atomic), string(Snapshot), string(Unlocked)}
}

// reserved reports whether name is a word of the language.
func reserved(name string) bool {
	switch name {
	case "package", "const", "enum", "record", "segment", "as", "reserved", "true", "false", "string", "bytes":
		return true
	}
	return slices.Contains(basicTypes(), name) || slices.Contains(modes(), name) || slices.Contains(syntax.Kinds(), name)
}

// basicOf returns the basic type that a typecode stands for.
func basicOf(code rune) (Basic, bool) {
	switch code {
	case 'c':
		return "byte", true
	case 'b':
		return "int8", true
	case 'B':
		return "uint8", true
	case 'h':
		return "int16", true
	case 'H':
		return "uint16", true
	case 'i':
		return "int32", true
	case 'I':
		return "uint32", true
	case 'l', 'q':
		return "int64", true
	case 'L', 'Q':
		return "uint64", true
	case 'f':
		return "float32", true
	case 'd':
		return "float64", true
	case 'u':
		return "rune", true
	case '?':
		return "bool", true
	}
	return "", false
}

// typecodes is the hint that lists them.
const typecodes = "one of c b B h H i I l L q Q f d u ?"

// integerRange returns the bits of an integer type and whether it has a sign; ok is false for other types. A time and
// a duration are integers: nanoseconds.
func integerRange(b Basic) (bits uint, signed, ok bool) {
	switch b {
	case "int8":
		return 8, true, true
	case "uint8", "byte":
		return 8, false, true
	case "int16":
		return 16, true, true
	case "uint16":
		return 16, false, true
	case "int32", "rune":
		return 32, true, true
	case "uint32":
		return 32, false, true
	case "int64", "time", "duration":
		return 64, true, true
	case "uint64":
		return 64, false, true
	}
	return 0, false, false
}
