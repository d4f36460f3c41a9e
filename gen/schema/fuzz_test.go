package schema

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/diag/diagtest"
)

// FuzzParse holds that no text makes Parse panic, that it gives a file or errors, and that every diagnostic can be shown
// at a place inside the text.
func FuzzParse(f *testing.F) {
	patterns := []string{"testdata/*.shm", "../syntax/testdata/*.shm", "testdata/reference/*.shm", "../../schemas/*.shm"}
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil || len(paths) == 0 {
			f.Fatalf("no seeds in %s: %v", pattern, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, ds := Parse("fuzz.shm", text)
		if (file == nil) != diag.HasErrors(ds) {
			t.Fatalf("file %v with diagnostics %v", file, ds)
		}
		diagtest.CheckSpans(t, text, ds)
		diagtest.Render(t, text, ds)
		if file != nil {
			file.GoNames()
		}
	})
}
