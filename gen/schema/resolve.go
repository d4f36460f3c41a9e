package schema

import (
	"strings"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/syntax"
)

// Parse reads a schema and resolves it. The diagnostics are in order of position, none is there twice, and the File is
// nil if any of them is an error. path is only for their positions; nothing is read from it.
func Parse(path string, text []byte) (*File, []diag.Diagnostic) {
	tree, found := syntax.Parse(path, text)
	file, more := Resolve(tree)
	all := diag.Sort(append(found, more...))
	if diag.HasErrors(all) {
		return nil, all
	}
	return file, all
}

// Resolve looks up every name of a syntax tree, computes every expression and checks every rule of the language. The
// File is nil if there are errors. What the parser has marked as broken is passed over, so that nothing is reported
// that only follows from an error that is known already.
func Resolve(tree *syntax.File) (*File, []diag.Diagnostic) {
	r := &resolver{tree: tree, file: &File{Path: tree.Path, Doc: docOf(tree.Docs)}, symbols: map[string]*symbol{}}
	r.packageClause()
	r.declare()
	for _, s := range r.order {
		switch {
		case s.constant != nil:
			r.constant(s.constant)
		case s.enum != nil:
			r.enum(s.enum)
		}
	}
	for _, s := range r.order {
		if s.record != nil {
			r.record(s.record)
		}
	}
	r.sortRecords()
	for _, s := range r.order {
		if s.segment != nil {
			r.segment(s.segment)
		}
	}
	r.clashes()
	ds := diag.Sort(r.Diagnostics())
	if diag.HasErrors(ds) || tree.Broken {
		return nil, ds
	}
	return r.file, ds
}

// resolver turns one syntax tree into the model.
type resolver struct {
	diag.Reporter
	tree    *syntax.File
	file    *File
	symbols map[string]*symbol // by name; the first declaration of each
	order   []*symbol          // all declarations, also second ones of a name
	chain   int                // of constants that wait for each other's values
}

// symbol is a declaration. One of the pointers is set.
type symbol struct {
	name     *syntax.Name
	constant *constantSymbol
	enum     *enumSymbol
	record   *recordSymbol
	segment  *segmentSymbol
}

// describe says what s is, for messages.
func (s *symbol) describe() string {
	switch {
	case s.constant != nil:
		return "constant"
	case s.enum != nil:
		return "enum"
	case s.record != nil:
		return "record"
	}
	return "segment"
}

// progress is the state of a declaration whose value or size others may need before its turn has come.
type progress int

const (
	untouched progress = iota
	underway
	finished
)

// packageClause checks the package's name.
func (r *resolver) packageClause() {
	name := r.tree.Package
	if name == nil {
		return
	}
	r.file.Package = name.Text
	for i := range len(name.Text) {
		if c := name.Text[i]; !isLower(c) && (i == 0 || !isDigit(c) && c != '_') {
			r.Errorf(name.Span(), RulePackageName, "small letters and digits, such as bank", "%s is no name for a Go package", name.Text)
			return
		}
	}
	if keyword(name.Text) {
		r.Errorf(name.Span(), RulePackageName, "choose another name, such as bank", "%s is a keyword of Go and cannot name a package", name.Text)
	}
}

// declare makes a symbol of each declaration.
func (r *resolver) declare() {
	for _, d := range r.tree.Declarations {
		name := d.DeclaredName()
		s := &symbol{name: name}
		switch d := d.(type) {
		case *syntax.Const:
			s.constant = &constantSymbol{tree: d, model: &Const{Name: name.Text, GoName: name.Text, Doc: docOf(d.Docs), Span: name.Span()}}
			r.file.Consts = append(r.file.Consts, s.constant.model)
		case *syntax.Enum:
			s.enum = r.declareEnum(d)
			r.file.Enums = append(r.file.Enums, s.enum.model)
		case *syntax.Record:
			s.record = &recordSymbol{tree: d, model: &Record{Name: name.Text, GoName: name.Text, Doc: docOf(d.Docs), Span: name.Span()}}
		case *syntax.Segment:
			s.segment = &segmentSymbol{tree: d, model: &Segment{Name: name.Text, GoName: name.Text, Doc: docOf(d.Docs), Span: name.Span(), Version: 1}}
			r.file.Segments = append(r.file.Segments, s.segment.model)
		}
		r.declarationName(name)
		r.order = append(r.order, s)
		if first := r.symbols[name.Text]; first != nil {
			r.duplicate(name, first.name, "a "+first.describe())
			continue
		}
		r.symbols[name.Text] = s
	}
}

// docOf returns the documentation that comments hold.
func docOf(docs syntax.Docs) Doc {
	var d Doc
	for _, group := range []*syntax.CommentGroup{docs.Above, docs.After} {
		if group == nil {
			continue
		}
		for _, c := range group.List {
			d = append(d, strings.TrimPrefix(strings.TrimPrefix(c.Text, "//"), " "))
		}
	}
	return d
}
