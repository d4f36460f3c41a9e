package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/gen/gentest"
)

// TestReadme does what the README tells a new user, with the schema and the program that stand there.
func TestReadme(t *testing.T) {
	module := gentest.New(t, "example.com/readme", nil)
	content, err := os.ReadFile(filepath.Join(gentest.Root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	readme := string(content)
	module.Write(t, "bank.shm", block(t, readme, "```\n", "segment Bank"))
	module.Write(t, "main.go", block(t, readme, "```go\n", "package main"))

	module.MustGo(t, nil, "get", "-tool", "github.com/shmgen/shmgen/cmd/shmgen")
	module.MustGo(t, nil, "generate", "./...")
	module.MustGo(t, nil, "vet", "./...")
	if got, want := module.MustGo(t, nil, "run", "."), "1005\n"; got != want {
		t.Errorf("the program prints %q, want %q", got, want)
	}
	module.MustGo(t, nil, "tool", "shmgen", "check", "./...")
	if n := strings.Count(readme, "\n"); n > 150 {
		t.Errorf("README.md has %d lines, want at most 150", n)
	}
}

// block returns the first fenced block that begins with fence and has part in it.
func block(t *testing.T, text, fence, part string) string {
	t.Helper()
	for _, piece := range strings.Split(text, "\n"+fence)[1:] {
		if code, _, _ := strings.Cut(piece, "\n```"); strings.Contains(code, part) {
			return code + "\n"
		}
	}
	t.Fatalf("the README has no block %q with %q", fence, part)
	return ""
}
