package syntax

import (
	"testing"

	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/diag/diagtest"
)

func TestDiagnostics(t *testing.T) {
	t.Parallel()
	diagtest.Golden(t, "rules.go", func(path string, text []byte) []diag.Diagnostic {
		file, ds := Parse(path, text)
		if file == nil || file.Broken != (len(ds) > 0) {
			t.Errorf("%s: the tree does not say that something is broken", path)
		}
		return diag.Sort(ds)
	})
}
