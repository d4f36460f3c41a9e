package diag

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxColumns is the width to which a source line is clipped.
	maxColumns = 120
	// leadColumns is how much of a clipped line is shown before the span.
	leadColumns = 40
	// tabStop is the distance of tab stops in an excerpt.
	tabStop = 4
)

// cell is one character of a source line as it is shown.
type cell struct {
	text  string
	width int // columns on a terminal
	mark  bool
}

// excerpt returns a source line as it is shown and the caret line for the span that begins at byte start and is length
// bytes long. Leading blanks are left out, tabs become blanks, what a terminal would act on becomes a replacement
// character, and a long line is cut down to the surroundings of the span.
func excerpt(line []byte, start, length int) (text, caret string) {
	start = min(start, len(line))
	line, start, before, behind := window(line, start)
	end := min(start+max(length, 1), len(line))
	first := min(len(line)-len(bytes.TrimLeft(line, " \t")), start)

	var cells []cell
	column, marked := 0, -1
	for i := first; i < len(line); {
		r, size := utf8.DecodeRune(line[i:])
		c := cell{text: string(line[i : i+size]), width: width(r), mark: i < end && i+size > start}
		switch {
		case r == '\t':
			c.width = tabStop - column%tabStop
			c.text = strings.Repeat(" ", c.width)
		case r == utf8.RuneError || !shown(r):
			c.text, c.width = string(utf8.RuneError), 1
		}
		if c.mark && marked < 0 {
			marked = len(cells)
		}
		cells = append(cells, c)
		column += c.width
		i += size
	}
	if marked < 0 { // the span is at the end of the line
		marked = len(cells)
		cells = append(cells, cell{text: "", width: 1, mark: true})
	}
	cells = clip(cells, marked, before, behind)

	var above, below strings.Builder
	tip := "^"
	for _, c := range cells {
		above.WriteString(c.text)
		switch {
		case !c.mark:
			below.WriteString(strings.Repeat(" ", c.width))
		case c.width > 0:
			below.WriteString(tip + strings.Repeat("~", c.width-1))
			tip = "~"
		}
	}
	if tip == "^" { // nothing of the span has a width
		below.WriteString(tip)
	}
	return strings.TrimRight(above.String(), " "), strings.TrimRight(below.String(), " ")
}

// window cuts a very long line down to some bytes around start, so that the work does not grow with its length. It returns
// what is left, start in it, and whether anything was cut off before and behind it.
func window(line []byte, start int) (part []byte, at int, before, behind bool) {
	const reach = 16 * maxColumns
	first, last := 0, len(line)
	if start > reach {
		for first = start - reach; first < start && !utf8.RuneStart(line[first]); first++ {
		}
		before = true
	}
	if len(line)-start > reach {
		for last = start + reach; last < len(line) && !utf8.RuneStart(line[last]) && last < start+reach+utf8.UTFMax; last++ {
		}
		behind = true
	}
	return line[first:last], start - first, before, behind
}

// clip cuts a long line down to what surrounds the cell at index marked. before and behind say that more than the cells
// has been cut off already.
func clip(cells []cell, marked int, before, behind bool) []cell {
	total := 0
	for _, c := range cells {
		total += c.width
	}
	if total <= maxColumns && !before && !behind {
		return cells
	}
	first, columns := marked, 0
	for first > 0 && columns+cells[first-1].width <= leadColumns {
		first--
		columns += cells[first].width
	}
	// Marks without a width could pile up without bound, so their number is limited as well.
	last := first
	for columns = 0; last < len(cells) && columns+cells[last].width <= maxColumns && last-first < 2*maxColumns; last++ {
		columns += cells[last].width
	}
	var clipped []cell
	if first > 0 || before {
		clipped = append(clipped, cell{text: "…", width: 1})
	}
	clipped = append(clipped, cells[first:last]...)
	if last < len(cells) || behind {
		clipped = append(clipped, cell{text: "…", width: 1})
	}
	return clipped
}

// width returns the number of columns that a terminal gives to r.
func width(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
		r >= 0x3000 && r <= 0x303E, r >= 0xFF01 && r <= 0xFF60, r >= 0xFFE0 && r <= 0xFFE6, r >= 0x1F300 && r <= 0x1FAFF:
		return 2
	}
	return 1
}

// shown reports whether r is safe to print: no control, no change of direction, nothing private.
func shown(r rune) bool { return unicode.IsPrint(r) || r == ' ' }

// printable returns a message with everything replaced that a terminal would act on or that would break its line.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if shown(r) {
			return r
		}
		return utf8.RuneError
	}, s)
}
