package schema

import (
	"testing"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/diag/diagtest"
)

func TestDiagnostics(t *testing.T) {
	t.Parallel()
	diagtest.Golden(t, "rules.go", func(path string, text []byte) []diag.Diagnostic {
		file, ds := Parse(path, text)
		if (file == nil) != diag.HasErrors(ds) {
			t.Errorf("%s: a file and errors, or neither", path)
		}
		return ds
	})
}
