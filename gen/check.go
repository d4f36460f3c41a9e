package gen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/shmgen/shmgen/gen/diag"
)

// The rules of what [Check] finds.
const (
	RuleStale   = "check/stale"   // a generated file is not what its schema gives now
	RuleMissing = "check/missing" // a schema has no generated file
	RuleOrphan  = "check/orphan"  // the schema of a generated file is gone
)

// A CheckResult is what [Check] found.
type CheckResult struct {
	// Diagnostics are errors in schemas, and one with a rule of this package for each file that is not as it should be.
	Diagnostics []diag.Diagnostic
	Stale       []Stale
	Checked     int // the generated files that were looked at or looked for
	sources     map[string][]byte
}

// A Stale is a generated file that differs from what its schema gives.
type Stale struct {
	Path, Schema string
	Have, Want   []byte
}

// Source returns the text of a schema that was read; see [Result.Source].
func (r *CheckResult) Source(path string) []byte { return r.sources[path] }

// Check compares generated files with what their schemas give now, and writes nothing. A path is a schema, a generated
// file, a folder, or a folder with "/..." for all below it; no path is the current folder.
//
// The options with which a file was generated are in its second line. A schema may be generated into another folder: it
// counts as missing only if no file of its module names it.
func Check(ctx context.Context, paths []string) (*CheckResult, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	found, err := search(paths)
	if err != nil {
		return nil, err
	}
	c := &checker{result: &CheckResult{sources: map[string][]byte{}}, outputs: map[string]bool{}, generated: map[string]bool{}}
	for _, g := range found.generated {
		if err := c.generatedFile(g); err != nil {
			return nil, err
		}
	}
	for _, path := range found.schemas {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := c.schema(path); err != nil {
			return nil, err
		}
	}
	if err := c.compare(ctx); err != nil {
		return nil, err
	}
	c.result.Diagnostics = diag.Sort(c.result.Diagnostics)
	return c.result, nil
}

// checker collects what is to be compared, and what was found.
type checker struct {
	result    *CheckResult
	units     []*unit
	outputs   map[string]bool            // absolute paths of the outputs in units
	generated map[string]bool            // absolute paths of schemas that have an output
	modules   map[string][]generatedFile // by module root
}

// report adds something that is wrong with a file as a whole.
func (c *checker) report(path, rule, message, hint string) {
	c.result.Diagnostics = append(c.result.Diagnostics, diag.Diagnostic{
		Span:     diag.Span{Start: diag.Position{Path: path, Line: 1, Column: 1}, Length: 1},
		Severity: diag.Error, Rule: rule, Message: message, Hint: hint,
	})
}

// generatedFile notes a generated file, or reports that its schema is gone.
func (c *checker) generatedFile(g generatedFile) error {
	output, err := filepath.Abs(g.path)
	if err != nil || c.outputs[output] {
		return err
	}
	c.outputs[output] = true
	from := g.header.schemaPath(g.path)
	there, err := exists(from)
	if err != nil {
		return err
	}
	if !there {
		c.result.Checked++
		c.report(g.path, RuleOrphan, fmt.Sprintf("the schema %s, from which this file was generated, is gone", filepath.ToSlash(from)),
			"remove this file, or bring the schema back")
		return nil
	}
	source, err := filepath.Abs(from)
	if err != nil {
		return err
	}
	c.generated[source] = true
	c.units = append(c.units, &unit{path: from, output: g.path, rename: g.header.Package, wanted: true})
	return nil
}

// schema sees to it that the outputs of a schema are compared. One that no file of the module was made from is
// missing, unless it has errors, which are found when it is compared with nothing.
func (c *checker) schema(path string) error {
	if err := checkName(path); err != nil {
		return err
	}
	source, err := filepath.Abs(path)
	if err != nil || c.generated[source] {
		return err
	}
	root, err := moduleRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	all, known := c.modules[root]
	if !known {
		f := &finding{}
		if err := f.tree(root); err != nil {
			return err
		}
		if c.modules == nil {
			c.modules = map[string][]generatedFile{}
		}
		all = f.generated
		c.modules[root] = all
	}
	for _, g := range all {
		from, err := filepath.Abs(g.header.schemaPath(g.path))
		if err != nil {
			return err
		}
		if from == source {
			if err := c.generatedFile(g); err != nil {
				return err
			}
		}
	}
	if !c.generated[source] {
		c.generated[source] = true
		c.units = append(c.units, &unit{path: path, output: defaultOutput(path), wanted: true})
	}
	return nil
}

// compare makes the outputs again, folder by folder so that errors in one do not hide what is stale in another.
func (c *checker) compare(ctx context.Context) error {
	folders := map[string][]*unit{}
	var order []string
	for _, u := range c.units {
		dir := filepath.Dir(u.output)
		if folders[dir] == nil {
			order = append(order, dir)
		}
		folders[dir] = append(folders[dir], u)
	}
	for _, dir := range order {
		run, err := newRun(ctx, folders[dir])
		if err != nil {
			return err
		}
		if err := run.emit(ctx); err != nil {
			return err
		}
		made := run.result()
		c.result.Diagnostics = append(c.result.Diagnostics, made.Diagnostics...)
		for path, text := range made.sources {
			c.result.sources[path] = text
		}
		for _, f := range made.Files {
			if err := c.file(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// file compares one output with what is there.
func (c *checker) file(f File) error {
	c.result.Checked++
	have, err := readOutput(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		c.report(f.Schema, RuleMissing, fmt.Sprintf("there is no generated file for this schema: neither %s nor one elsewhere in the module", filepath.ToSlash(f.Path)),
			"run shmgen, or go generate, and commit the result")
		return nil
	}
	if err != nil {
		return err
	}
	if bytes.Equal(have, f.Content) {
		return nil
	}
	if _, generated := parseHeader(have); !generated {
		return fmt.Errorf("%s %w", f.Path, ErrNotGenerated)
	}
	c.result.Stale = append(c.result.Stale, Stale{Path: f.Path, Schema: f.Schema, Have: have, Want: f.Content})
	c.report(f.Path, RuleStale, fmt.Sprintf("this file is not what %s gives now", filepath.ToSlash(f.Schema)),
		"run shmgen, or go generate, and commit the result")
	return nil
}
