package emit

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"

	"github.com/shmgen/shmgen/gen/layout"
	"github.com/shmgen/shmgen/runtime/descriptor"
)

// ErrInternal is wrapped by errors that no schema should cause.
var ErrInternal = errors.New("internal error in the generator")

// Architectures lists every GOARCH that Go has for Linux.
var Architectures = []string{
	"386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x",
}

// verify parses the finished source, type-checks the structs in it, and compares them with the layout under the sizes
// of every GOARCH. A difference would be caught by the checks in the generated file too, but by its user.
func (g *generator) verify(source []byte) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "output.go", source, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("%w: the output is not Go: %w", ErrInternal, err)
	}
	pkg, err := g.checkTypes(files, file)
	if err != nil {
		return fmt.Errorf("%w: the types of the output are wrong: %w", ErrInternal, err)
	}
	for _, arch := range Architectures {
		sizes := types.SizesFor("gc", arch)
		if sizes == nil {
			return fmt.Errorf("%w: go/types does not know GOARCH %s", ErrInternal, arch)
		}
		found := &measure{pkg: pkg, sizes: sizes, opaque: map[types.Object]types.Type{}}
		for _, r := range g.input.Layout.Records {
			if r.Schema.Binding != nil {
				continue
			}
			if err := found.compare(r); err != nil {
				return fmt.Errorf("%w: GOARCH %s: %w", ErrInternal, arch, err)
			}
		}
		for _, h := range g.input.Helpers {
			length := descriptor.LengthSize(h.Max)
			want := descriptor.RoundUp(length+h.Max, length)
			if got := sizes.Sizeof(pkg.Scope().Lookup(h.Name()).Type()); uint64(got) != want {
				return fmt.Errorf("%w: GOARCH %s: %s has %d bytes, want %d", ErrInternal, arch, h.Name(), got, want)
			}
		}
	}
	return nil
}

// measure compares structs with the layout for one GOARCH.
type measure struct {
	pkg   *types.Package
	sizes types.Sizes
	// opaque holds, for each record that has been compared, a type of the same size and alignment without its members:
	// go/types would look at all of them again for every record that contains it.
	opaque map[types.Object]types.Type
}

// shallow returns t with the records in it made opaque.
func (m *measure) shallow(t types.Type) types.Type {
	switch t := t.(type) {
	case *types.Named:
		if o := m.opaque[t.Obj()]; o != nil {
			return o
		}
	case *types.Array:
		return types.NewArray(m.shallow(t.Elem()), t.Len())
	}
	return t
}

// opaqueOf returns a struct with the size and the alignment of t.
func (m *measure) opaqueOf(t types.Type) types.Type {
	field := func(t types.Type) *types.Var { return types.NewField(token.NoPos, m.pkg, "_", t, false) }
	var fields []*types.Var
	for _, kind := range []types.BasicKind{types.Int8, types.Int16, types.Int32, types.Int64} {
		if word := types.Typ[kind]; m.sizes.Alignof(word) == m.sizes.Alignof(t) {
			fields = append(fields, field(types.NewArray(word, 0)))
			break
		}
	}
	fields = append(fields, field(types.NewArray(types.Typ[types.Int8], m.sizes.Sizeof(t))))
	return types.NewStruct(fields, nil)
}

// compare checks one struct against the layout: its size, and the offset of each member. The records within it have been
// compared before.
func (m *measure) compare(r *layout.Record) error {
	name := r.Schema.GoName
	object := m.pkg.Scope().Lookup(name)
	if object == nil {
		return fmt.Errorf("the record %s is missing", name)
	}
	structure, ok := object.Type().Underlying().(*types.Struct)
	if !ok {
		return fmt.Errorf("the record %s is no struct", name)
	}
	fields := make([]*types.Var, structure.NumFields())
	for i := range fields {
		f := structure.Field(i)
		fields[i] = types.NewField(f.Pos(), m.pkg, f.Name(), m.shallow(f.Type()), false)
	}
	flat := types.NewStruct(fields, nil)
	if len(fields) != len(r.Slots)+1 {
		return fmt.Errorf("the record %s has %d fields, want %d", name, len(fields), len(r.Slots)+1)
	}
	for i, offset := range m.sizes.Offsetsof(fields)[1:] {
		if want := r.Slots[i].Offset; uint64(offset) != want {
			return fmt.Errorf("%s.%s lies at %d, want %d", name, fields[i+1].Name(), offset, want)
		}
	}
	if got := m.sizes.Sizeof(flat); uint64(got) != r.Size {
		return fmt.Errorf("%s has %d bytes, want %d", name, got, r.Size)
	}
	m.opaque[object] = m.opaqueOf(flat)
	return nil
}

// checkTypes type-checks the types that file declares for data: those of records, enums and helpers. Handles and
// functions need the runtime, whose source is not at hand here; the compiler checks them.
func (g *generator) checkTypes(files *token.FileSet, file *ast.File) (*types.Package, error) {
	wanted := map[string]bool{}
	for _, e := range g.input.File.Enums {
		wanted[e.GoName] = true
	}
	for _, r := range g.input.File.Records {
		wanted[r.GoName] = r.Binding == nil
	}
	for _, h := range g.input.Helpers {
		wanted[h.Name()] = true
	}
	stripped := &ast.File{Name: file.Name, FileStart: file.FileStart, FileEnd: file.FileEnd}
	for _, d := range file.Decls {
		general, ok := d.(*ast.GenDecl)
		if !ok || general.Tok != token.IMPORT && general.Tok != token.TYPE {
			continue
		}
		if general.Tok == token.TYPE && !wanted[general.Specs[0].(*ast.TypeSpec).Name.Name] {
			continue
		}
		stripped.Decls = append(stripped.Decls, general)
	}
	// Helpers that another file of the package declares, and structs of the package that records are bound to.
	extra, err := parser.ParseFile(files, "extra.go", g.foreign(), parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var failure error
	config := types.Config{
		Importer: standIn{g},
		Error: func(err error) {
			var e types.Error
			if failure == nil && !(errors.As(err, &e) && e.Soft) { // soft: an import that the data types do not use
				failure = err
			}
		},
	}
	pkg, _ := config.Check("output", files, []*ast.File{stripped, extra}, nil)
	return pkg, failure
}

// foreign declares types of the package that the output uses and does not declare, with the size they must have.
func (g *generator) foreign() string {
	text := "package " + g.input.Package + "\n"
	declared := map[Helper]bool{}
	for _, h := range g.input.Helpers {
		declared[h] = true
	}
	for _, h := range Helpers(g.input.File) {
		if length := descriptor.LengthSize(h.Max); !declared[h] {
			text += fmt.Sprintf("type %s struct { n uint%d; b [%d]byte }\n", h.Name(), 8*length, h.Max)
		}
	}
	seen := map[string]bool{}
	for _, r := range g.input.Layout.Records {
		if b := r.Schema.Binding; b != nil && b.Package == "" && !seen[b.Name] {
			seen[b.Name] = true
			text += fmt.Sprintf("type %s [%d]byte\n", b.Name, r.Size)
		}
	}
	return text
}

// standIn imports packages that have just the types which data in shared memory is made of.
type standIn struct{ g *generator }

// Import returns a package with the few types of it that records use.
func (s standIn) Import(path string) (*types.Package, error) {
	pkg := types.NewPackage(path, alias(path))
	declare := func(name string, underlying types.Type) {
		object := types.NewTypeName(token.NoPos, pkg, name, nil)
		types.NewNamed(object, underlying, nil)
		pkg.Scope().Insert(object)
	}
	switch path {
	case "structs":
		declare("HostLayout", types.NewStruct(nil, nil))
	case "time":
		declare("Duration", types.Typ[types.Int64])
	case RuntimePath:
		declare("Bool", types.Typ[types.Uint8])
		declare("Time", types.Typ[types.Int64])
	}
	for _, r := range s.g.input.Layout.Records {
		if b := r.Schema.Binding; b != nil && b.Package == path && pkg.Scope().Lookup(b.Name) == nil {
			declare(b.Name, types.NewArray(types.Typ[types.Uint8], int64(r.Size)))
		}
	}
	pkg.MarkComplete()
	return pkg, nil
}
