package gen

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/shmgen/shmgen/gen/diag"
)

// Options say what [Generate] makes.
type Options struct {
	// Paths are the schema files. If there are none, all schemas of Dir are meant; an empty Dir is the current folder.
	Paths []string
	Dir   string
	// Output is the path of the output, or a folder (one that exists, or a path that ends in a slash) for any number
	// of outputs. If it is empty, bank.shm becomes bank_shm.go beside it.
	Output string
	// Package is the Go package of the output; if it is empty, the schema says it.
	Package string
	// GoPackage is the package in which go generate runs, from $GOPACKAGE. If it is set and Package is not, a schema
	// whose output goes to the current folder must have that package.
	GoPackage string
}

// A Result is what [Generate] found and made.
type Result struct {
	// Diagnostics are those of all schemas, sorted by file and position. With an error among them there are no Files.
	Diagnostics []diag.Diagnostic
	Files       []File
	sources     map[string][]byte
}

// A File is one output.
type File struct {
	Path    string // where it goes
	Schema  string // path of the schema it was made from
	Content []byte
}

// Failed reports whether a schema has an error.
func (r *Result) Failed() bool { return diag.HasErrors(r.Diagnostics) }

// Source returns the text of a schema that was read, for the excerpts in rendered diagnostics; nil for other paths.
func (r *Result) Source(path string) []byte { return r.sources[path] }

// ErrNoSchemas is wrapped by the error of [Generate] for a folder without schemas.
var ErrNoSchemas = errors.New("no schema files (*" + Extension + ")")

// RulePackage is the rule of diagnostics about packages that do not fit together.
const RulePackage = "generate/package"

// RuleClash is the rule of diagnostics about Go names that two schemas of one package declare.
const RuleClash = "generate/clash"

// Generate makes the outputs for some schemas and writes nothing; see [Write]. What is wrong with the schemas is in the
// result. An error means that a file or folder cannot be read or that the options make no sense, and names it.
func Generate(ctx context.Context, options Options) (*Result, error) {
	units, err := options.units()
	if err != nil {
		return nil, err
	}
	run, err := newRun(ctx, units)
	if err != nil {
		return nil, err
	}
	for _, u := range run.units {
		if err := options.checkGoPackage(u); err != nil {
			return nil, err
		}
	}
	if err := run.emit(ctx); err != nil {
		return nil, err
	}
	return run.result(), nil
}

// units returns one unit for each schema that the options ask for.
func (o Options) units() ([]*unit, error) {
	paths := o.Paths
	if len(paths) == 0 {
		dir := o.Dir
		if dir == "" {
			dir = "."
		}
		var err error
		if paths, err = schemasIn(dir); err != nil {
			return nil, err
		}
		if len(paths) == 0 {
			return nil, fmt.Errorf("%w in %s: write one, for instance counter%s with\n\n%s\nor name the file to generate from", ErrNoSchemas, dir, Extension, firstSchema)
		}
	}
	if o.Package != "" {
		if err := checkPackage(o.Package); err != nil {
			return nil, err
		}
	}
	var units []*unit
	seen := map[string]string{}    // absolute path of a schema
	outputs := map[string]string{} // absolute path of an output -> its schema
	for _, path := range paths {
		if err := checkName(path); err != nil {
			return nil, err
		}
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		if seen[absolute] != "" {
			continue
		}
		seen[absolute] = path
		output, err := o.output(path, len(paths))
		if err != nil {
			return nil, err
		}
		place, err := filepath.Abs(output)
		if err != nil {
			return nil, err
		}
		if other := outputs[place]; other != "" {
			return nil, fmt.Errorf("%s and %s would both be written to %s: generate them into different folders", other, path, output)
		}
		outputs[place] = path
		units = append(units, &unit{path: path, output: output, rename: o.Package, wanted: true})
	}
	return units, nil
}

// firstSchema is shown to those who have none yet.
const firstSchema = `	package counter

	segment Counter {
		total Value(int64)
	}
`

// output says where the output of one schema among several goes.
func (o Options) output(path string, of int) (string, error) {
	if o.Output == "" {
		return defaultOutput(path), nil
	}
	info, err := os.Stat(o.Output)
	isFolder := err == nil && info.IsDir()
	if isFolder || strings.HasSuffix(o.Output, "/") || strings.HasSuffix(o.Output, string(filepath.Separator)) {
		return filepath.Join(o.Output, filepath.Base(defaultOutput(path))), nil
	}
	if of > 1 {
		return "", fmt.Errorf("the output %s is one file, but there are %d schemas: name a folder", o.Output, of)
	}
	if !strings.HasSuffix(o.Output, ".go") {
		return "", fmt.Errorf("the output %s is neither a folder that exists nor a name that ends in .go", o.Output)
	}
	return o.Output, nil
}

// checkGoPackage compares the package of a schema with that in which go generate runs. The test package of a folder,
// bank_test, stands for the package beside it.
func (o Options) checkGoPackage(u *unit) error {
	if o.GoPackage == "" || o.Package != "" || !u.wanted || u.file == nil {
		return nil
	}
	here, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	there, err := filepath.Abs(filepath.Dir(u.output))
	if err != nil {
		return err
	}
	if here != there || u.file.Package == o.GoPackage || u.file.Package+"_test" == o.GoPackage {
		return nil
	}
	u.found.Add(diag.Diagnostic{
		Span: packageSpan(u), Severity: diag.Error, Rule: RulePackage,
		Message: fmt.Sprintf("the schema is of package %s, but go generate runs in package %s ($GOPACKAGE)", u.file.Package, o.GoPackage),
		Hint: fmt.Sprintf("write \"package %s\" in the schema, or run shmgen with -pkg %[1]s, or send the output to another folder with -o",
			strings.TrimSuffix(o.GoPackage, "_test")),
	})
	return nil
}
