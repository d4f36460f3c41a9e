package schema

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/shmgen/shmgen/gen/diag"
)

func TestReferenceSchema(t *testing.T) {
	t.Parallel()
	const path = "testdata/reference/reference.shm"
	text, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	file, ds := Parse(path, text)
	if len(ds) > 0 || file == nil {
		var b bytes.Buffer
		if err := diag.Text(&b, func(string) []byte { return text }, ds); err != nil {
			t.Fatal(err)
		}
		t.Fatalf("the schema of the language reference has diagnostics:\n%s", &b)
	}
}
