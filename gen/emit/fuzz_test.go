package emit_test

import (
	"testing"

	"github.com/shmgen/shmgen/gen/emit"
	"github.com/shmgen/shmgen/gen/layout"
	"github.com/shmgen/shmgen/gen/schema"
)

// FuzzFile tests that every schema that is free of findings has an output: nothing the front end lets through makes
// the layout and the emitter disagree with each other, with Go, or with the runtime.
func FuzzFile(f *testing.F) {
	for _, text := range []string{
		"package p\nconst C = 1.5\nenum E int8 { a = -1; b }\nrecord R { a int8; b E; c string[3]; reserved(3) }\nsegment S { r Value(R, {a: 1}); l Lock(); x Array(R, 3, lock=l) }\n",
		"package p\nrecord R = \"a/b\".T { a [2][2]int8; b time }\nsegment S { r Value(R, {a: [[1]]}) }\n",
		"// +build x\npackage p\n//go:x\nsegment S { r Array('c', \"`\") as Q // *\n }\n",
		"package p\nsegment S { a RawValue('d', 1 / 3.0, align=64); b Value('?', true, lock=atomic); c Value(bytes[2], \"\\xff\") }\n",
	} {
		f.Add(text)
	}
	compiler := newChecker(f)
	f.Fuzz(func(t *testing.T, text string) {
		file, found := schema.Parse("p.shm", []byte(text))
		if len(found) > 0 || len(emit.Unsupported(file)) > 0 {
			return
		}
		laid, found, err := layout.Of(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) > 0 {
			return
		}
		source, err := emit.File(emit.Input{File: file, Layout: laid, Package: file.Package, Schema: "p.shm", Helpers: emit.Helpers(file)})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range file.Records {
			if r.Binding != nil {
				return // the struct is not there
			}
		}
		if err := compiler.check(source); err != nil {
			t.Errorf("%v\n%s", err, source)
		}
	})
}
