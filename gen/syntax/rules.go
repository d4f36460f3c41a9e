package syntax

// The rules of the diagnostics of this package. They are stable names: users filter by them.
const (
	RuleText       = "syntax/text"       // too large, not UTF-8, or with bytes that are no text
	RuleByteOrder  = "syntax/bom"        // a byte order mark at the beginning
	RuleCharacter  = "syntax/character"  // a character that means nothing in the language
	RuleComment    = "syntax/comment"    // a comment that is not of the form // ...
	RuleUnfinished = "syntax/unfinished" // a literal without its closing quote
	RuleLiteral    = "syntax/literal"    // a malformed number, character or string
	RuleExpected   = "syntax/expected"   // something else should stand here
	RuleDepth      = "syntax/depth"      // nested too deeply, or too many operators
)
