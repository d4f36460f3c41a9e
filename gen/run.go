package gen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/emit"
	"github.com/shmgen/shmgen/gen/layout"
)

// run is the work on some schemas and on those that share a package with them.
type run struct {
	units []*unit // those that are wanted first
}

// newRun reads the wanted units and the other schemas of their packages.
func newRun(ctx context.Context, wanted []*unit) (*run, error) {
	r := &run{units: wanted}
	others, err := neighbours(wanted)
	if err != nil {
		return nil, err
	}
	r.units = append(r.units, others...)
	for _, u := range r.units {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := u.load(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// neighbours returns units for the schemas that are not wanted but whose outputs go to the same folders: the schemas
// that lie there, and those that a generated file there names. Whether they are of the same package is seen later.
func neighbours(wanted []*unit) ([]*unit, error) {
	known := map[string]bool{} // absolute paths of schemas, per folder
	folders := map[string]bool{}
	var dirs []string
	for _, u := range wanted {
		dir := filepath.Dir(u.output)
		key, err := pairKey(dir, u.path)
		if err != nil {
			return nil, err
		}
		known[key] = true
		if absolute, err := filepath.Abs(dir); err != nil {
			return nil, err
		} else if !folders[absolute] {
			folders[absolute] = true
			dirs = append(dirs, dir)
		}
	}
	var others []*unit
	add := func(path, output, rename string) error {
		key, err := pairKey(filepath.Dir(output), path)
		if err != nil || known[key] || checkName(path) != nil {
			return err
		}
		if there, err := exists(path); err != nil || !there {
			return nil // an orphan: none of this run's business
		}
		known[key] = true
		others = append(others, &unit{path: path, output: output, rename: rename})
		return nil
	}
	for _, dir := range dirs {
		generated, err := generatedIn(dir)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w: %s", errNoFolder, dir)
		}
		if err != nil {
			return nil, err
		}
		for _, f := range generated {
			if err := add(f.header.schemaPath(f.path), f.path, f.header.Package); err != nil {
				return nil, err
			}
		}
		schemas, err := schemasIn(dir)
		if err != nil {
			return nil, err
		}
		for _, path := range schemas {
			if err := add(path, defaultOutput(path), ""); err != nil {
				return nil, err
			}
		}
	}
	return others, nil
}

// pairKey identifies a schema within the folder of an output.
func pairKey(dir, path string) (string, error) {
	folder, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	absolute, err := filepath.Abs(path)
	return folder + "\x00" + absolute, err
}

// emit makes the outputs of all wanted units whose package is free of errors.
func (r *run) emit(ctx context.Context) error {
	layouts := map[*unit]*layout.File{}
	for _, u := range r.units {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !u.wanted || u.file == nil || u.failed() {
			continue
		}
		if u.add(emit.Unsupported(u.file)); u.failed() {
			continue
		}
		laid, found, err := layout.Of(u.file)
		if err != nil {
			return fmt.Errorf("%s: %w", u.path, err)
		}
		u.add(found)
		layouts[u] = laid
	}
	for _, p := range r.packages() {
		p.check()
		if p.failed() {
			continue
		}
		helpers := p.helpers()
		for _, u := range p.units {
			if !u.wanted {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			h, err := u.header()
			if err != nil {
				return err
			}
			u.content, err = emit.File(emit.Input{File: u.file, Layout: layouts[u], Package: u.packageName(),
				Schema: h.Schema, Flags: h.flags(), Helpers: helpers[u]})
			if err != nil {
				return fmt.Errorf("%s: %w", u.path, err)
			}
		}
	}
	return nil
}

// result collects what was found and made. With an error in any schema there are no files.
func (r *run) result() *Result {
	result := &Result{sources: map[string][]byte{}}
	for _, u := range r.units {
		if u.wanted || u.failed() {
			result.Diagnostics = append(result.Diagnostics, u.found.Diagnostics()...)
		}
		result.sources[u.path] = u.text
	}
	result.Diagnostics = diag.Sort(result.Diagnostics)
	if result.Failed() {
		return result
	}
	for _, u := range r.units {
		if u.wanted {
			result.Files = append(result.Files, File{Path: u.output, Schema: u.path, Content: u.content})
		}
	}
	slices.SortFunc(result.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return result
}

// packages groups the units by the folder of their outputs; each has a wanted unit first. A schema that is not wanted
// and has another package clause than the wanted ones belongs to none of them: its output goes elsewhere.
func (r *run) packages() []*goPackage {
	byFolder := map[string]*goPackage{}
	var list []*goPackage
	for _, u := range r.units {
		folder, err := filepath.Abs(filepath.Dir(u.output))
		if err != nil {
			folder = filepath.Dir(u.output)
		}
		p := byFolder[folder]
		if p == nil {
			p = &goPackage{}
			byFolder[folder] = p
			list = append(list, p)
		}
		if !u.wanted && u.packageName() != p.units[0].packageName() {
			u.found = diag.Reporter{}
			continue
		}
		p.units = append(p.units, u)
	}
	for _, p := range list {
		slices.SortStableFunc(p.units, func(a, b *unit) int { return strings.Compare(filepath.Base(a.output), filepath.Base(b.output)) })
	}
	return list
}
