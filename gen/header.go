package gen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/shmgen/shmgen/gen/emit"
)

// header is what the first two lines of a generated file say.
type header struct {
	Schema  string // base name of the schema
	Package string // of -pkg; empty if it is the schema's
	From    string // path of the schema relative to the output, with slashes; empty if they share a folder
}

// flags writes the header's part of the second line.
func (h header) flags() string {
	var words []string
	if h.Package != "" {
		words = append(words, "pkg="+h.Package)
	}
	if h.From != "" {
		from := h.From
		if quoted := strconv.Quote(from); len(quoted) > len(from)+2 || strings.ContainsAny(from, " `") {
			from = quoted // it may hold anything, such as the end of a line: the folders of a path are not checked
		}
		words = append(words, "schema="+from)
	}
	return strings.Join(words, " ")
}

// schemaPath is the path of the schema from which the file at output was made.
func (h header) schemaPath(output string) string {
	from := h.From
	if from == "" {
		from = h.Schema
	}
	return filepath.Join(filepath.Dir(output), filepath.FromSlash(from))
}

// headerSize bounds what is read of a file to see who made it.
const headerSize = 8192

// readHeader reads the header of the file at path. generated is false for a file that shmgen did not make; an error
// that wraps fs.ErrNotExist means that there is none.
func readHeader(path string) (h header, generated bool, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return header{}, false, err
	}
	if !info.Mode().IsRegular() {
		return header{}, false, fmt.Errorf("%s %w", path, errNotRegular)
	}
	file, err := os.Open(path)
	if err != nil {
		return header{}, false, err
	}
	defer file.Close()
	begin, err := io.ReadAll(io.LimitReader(file, headerSize))
	if err != nil {
		return header{}, false, fmt.Errorf("reading %s: %w", path, err)
	}
	h, generated = parseHeader(begin)
	return h, generated, nil
}

// parseHeader reads a header from the beginning of a file. A second line that is damaged, as by an editor, gives a
// header without flags: the file is then out of date, and that is reported.
func parseHeader(begin []byte) (h header, generated bool) {
	first, rest, _ := bytes.Cut(begin, []byte("\n"))
	name, found := strings.CutPrefix(strings.TrimSuffix(string(first), "\r"), emit.GeneratedBy)
	if !found {
		return header{}, false
	}
	name, found = strings.CutSuffix(name, "; DO NOT EDIT.")
	if !found || name == "" || name != filepath.Base(name) {
		return header{}, false
	}
	h.Schema = name
	second, _, _ := bytes.Cut(rest, []byte("\n"))
	words, found := strings.CutPrefix(strings.TrimSuffix(string(second), "\r"), emit.Directive)
	if !found {
		return h, true
	}
	for words = strings.TrimSpace(words); words != ""; words = strings.TrimSpace(words) {
		key, value, _ := strings.Cut(words, "=")
		if quoted, err := strconv.QuotedPrefix(value); err == nil {
			words = value[len(quoted):]
			value, _ = strconv.Unquote(quoted)
		} else {
			value, words, _ = strings.Cut(value, " ")
		}
		switch key {
		case "pkg":
			h.Package = value
		case "schema":
			if strings.HasSuffix(value, Extension) {
				h.From = value
			}
		}
	}
	return h, true
}

// errNotRegular is wrapped by errors about a path that is a folder, a device or a pipe.
var errNotRegular = errors.New("is not a regular file")

// exists reports whether there is something at path. Trouble other than absence is an error.
func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
