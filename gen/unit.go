package gen

import (
	"errors"
	"fmt"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/schema"
)

// Extension is how the names of schema files end.
const Extension = ".shm"

// outputSuffix replaces the extension in the name of a schema's output.
const outputSuffix = "_shm.go"

// A unit is one schema file with the output it is for.
type unit struct {
	path    string // of the schema, as it was given
	output  string // path of the output
	rename  string // the package that -pkg asks for; empty for the schema's
	wanted  bool   // false for one that is read because it belongs to the same package
	text    []byte
	file    *schema.File // nil if it has errors
	found   diag.Reporter
	content []byte // the output, once it is made
}

// packageName is the Go package that the output belongs to, as far as that is known of a schema with errors.
func (u *unit) packageName() string {
	if u.rename != "" {
		return u.rename
	}
	if u.file != nil {
		return u.file.Package
	}
	name, _ := packageClause(u.path, u.text)
	return name
}

// add adds diagnostics about the schema.
func (u *unit) add(found []diag.Diagnostic) {
	for _, d := range found {
		u.found.Add(d)
	}
}

// failed reports whether the schema has errors.
func (u *unit) failed() bool { return diag.HasErrors(u.found.Diagnostics()) }

// header is what the output says about itself.
func (u *unit) header() (header, error) {
	h := header{Schema: filepath.Base(u.path)}
	if u.rename != "" && u.file != nil && u.rename != u.file.Package {
		h.Package = u.rename
	}
	from, err := filepath.Abs(filepath.Dir(u.path))
	if err != nil {
		return h, err
	}
	to, err := filepath.Abs(filepath.Dir(u.output))
	if err != nil {
		return h, err
	}
	if from == to {
		return h, nil
	}
	relative, err := filepath.Rel(to, from)
	if err != nil {
		return h, fmt.Errorf("the output %s cannot name its schema %s: %w", u.output, u.path, err)
	}
	h.From = filepath.ToSlash(filepath.Join(relative, h.Schema))
	return h, nil
}

// maxSchema bounds what is read of a schema. The parser's own bound is lower and comes with a diagnostic.
const maxSchema = 4 << 20

// load reads and parses the schema.
func (u *unit) load() error {
	if err := checkName(u.path); err != nil {
		return err
	}
	info, err := os.Stat(u.path)
	if err != nil {
		return fmt.Errorf("cannot read the schema: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("cannot read the schema: %s %w", u.path, errNotRegular)
	}
	file, err := os.Open(u.path)
	if err != nil {
		return fmt.Errorf("cannot read the schema: %w", err)
	}
	defer file.Close()
	if u.text, err = io.ReadAll(io.LimitReader(file, maxSchema)); err != nil {
		return fmt.Errorf("cannot read the schema %s: %w", u.path, err)
	}
	var found []diag.Diagnostic
	u.file, found = schema.Parse(u.path, u.text)
	u.add(found)
	return nil
}

// checkName refuses names of schemas that cannot stand in the first line of an output.
func checkName(path string) error {
	name := filepath.Base(path)
	if !strings.HasSuffix(name, Extension) || name == Extension {
		return fmt.Errorf("%s is not a schema: the name of a schema ends in %s", path, Extension)
	}
	for _, r := range name {
		if unicode.IsControl(r) || r == unicode.ReplacementChar || r == '\uFEFF' {
			return fmt.Errorf("the name of the schema %q has characters that a Go comment cannot hold: rename it", path)
		}
	}
	return nil
}

// checkPackage refuses package names that Go would.
func checkPackage(name string) error {
	if !token.IsIdentifier(name) || name == "_" {
		return fmt.Errorf("%q is not the name of a Go package: give one such as bank", name)
	}
	return nil
}

// defaultOutput is where the output of the schema at path goes if nothing else is said.
func defaultOutput(path string) string { return strings.TrimSuffix(path, Extension) + outputSuffix }

// errNoFolder is wrapped by errors about an output whose folder is missing.
var errNoFolder = errors.New("the folder of the output does not exist")

// schemasIn lists the schemas of a folder, sorted by name. Hidden ones, and those that begin with an underscore, are
// left out, as Go leaves out such files.
func schemasIn(dir string) ([]string, error) {
	return filesIn(dir, func(name string) bool { return strings.HasSuffix(name, Extension) })
}

// filesIn lists the regular files of a folder whose names are wanted.
func filesIn(dir string, wanted func(name string) bool) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot list the folder: %w", err)
	}
	var paths []string
	for _, e := range entries {
		if name := e.Name(); name[0] != '.' && name[0] != '_' && wanted(name) && e.Type()&(fs.ModeDir|fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) == 0 {
			paths = append(paths, filepath.Join(dir, name))
		}
	}
	return paths, nil
}
