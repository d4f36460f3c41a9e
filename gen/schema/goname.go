package schema

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
)

// initialisms are the words that Go names write in capitals, one on each line, sorted. The list never changes: another
// word in it would rename fields of programs that exist.
//
//go:embed initialisms.txt
var initialisms string

// goName returns the exported Go name for a name in lower_snake or lowerCamel: JobID for job_id and jobId.
func goName(name string) string {
	var b strings.Builder
	known := strings.Fields(initialisms)
	for _, word := range words(name) {
		upper := strings.ToUpper(word)
		if _, found := slices.BinarySearch(known, upper); found {
			b.WriteString(upper)
			continue
		}
		if stem, plural := strings.CutSuffix(upper, "S"); plural {
			if _, found := slices.BinarySearch(known, stem); found {
				b.WriteString(stem + "s")
				continue
			}
		}
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// words splits a name at underscores and where lowerCamel begins a word: "jobIDs" is job and IDs, "myHTTPServer" is my,
// HTTP and Server. The name is of ASCII letters, digits and underscores.
func words(name string) []string {
	var list []string
	for part := range strings.SplitSeq(name, "_") {
		begin := 0
		for i := 1; i < len(part); i++ {
			if !isUpper(part[i]) {
				continue
			}
			// A capital begins a word after a small letter, and before one if it is the last of several capitals; but
			// the s of a plural belongs to the capitals before it.
			small := i+1 < len(part) && !isUpper(part[i+1]) && !isDigit(part[i+1])
			plural := small && part[i+1] == 's' && (i+2 == len(part) || isUpper(part[i+2]))
			if !isUpper(part[i-1]) || small && !plural {
				list = append(list, part[begin:i])
				begin = i
			}
		}
		if begin < len(part) {
			list = append(list, part[begin:])
		}
	}
	return list
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// memberStyle reports whether name is in lower_snake or lowerCamel.
func memberStyle(name string) bool {
	if name == "" || !isLower(name[0]) {
		return false
	}
	upper, under := false, false
	for i := range len(name) {
		switch c := name[i]; {
		case isUpper(c):
			upper = true
		case c == '_':
			under = true
			if i+1 == len(name) || name[i+1] == '_' {
				return false
			}
		case !isLower(c) && !isDigit(c):
			return false
		}
	}
	return !upper || !under
}

// declarationStyle reports whether name is an exported Go name in ASCII.
func declarationStyle(name string) bool {
	if name == "" || !isUpper(name[0]) {
		return false
	}
	for i := range len(name) {
		if c := name[i]; !isUpper(c) && !isLower(c) && !isDigit(c) && c != '_' {
			return false
		}
	}
	return true
}

// suggestMember returns the name in the style of fields and members that is nearest to name, or an example.
func suggestMember(name string) string {
	var b strings.Builder
	if ascii(name) {
		for i, word := range words(name) {
			if i > 0 {
				b.WriteByte('_')
			}
			b.WriteString(strings.ToLower(word))
		}
	}
	if s := b.String(); memberStyle(s) && !reserved(s) {
		return s
	}
	return "job_id"
}

// suggestDeclaration returns the name in the style of declarations that is nearest to name, or an example.
func suggestDeclaration(name string) string {
	if ascii(name) {
		if s := goName(name); declarationStyle(s) && !reserved(s) {
			return s
		}
	}
	return "JobList"
}

func ascii(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII })
}
