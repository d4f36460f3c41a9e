// Package gentest helps tests that compile generated code: it makes temporary modules that use this module's runtime
// and tool from the source tree, and runs the go command in them without a network.
package gentest

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Path is the import path of this module.
const Path = "github.com/shmgen/shmgen"

// A Module is a temporary Go module outside of this one.
type Module struct {
	Dir string
}

// New makes a module with that path and these files, by their slash-separated names, in a folder that the test removes
// at its end. Its go.mod requires this module and replaces it by the source tree.
func New(t *testing.T, path string, files map[string]string) *Module {
	t.Helper()
	root := Root(t)
	m := &Module{Dir: t.TempDir()}
	m.Write(t, "go.mod", "module "+path+"\n\ngo 1.26.0\n\nrequire "+Path+" v0.0.0\n\nreplace "+Path+" => "+root+"\n")
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	m.Write(t, "go.sum", string(sums))
	for _, name := range slices.Sorted(maps.Keys(files)) {
		m.Write(t, name, files[name])
	}
	return m
}

// Root returns the folder of this module's source.
func Root(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", Path).Output()
	if err != nil {
		t.Fatalf("go list -m: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// Write writes one file of the module.
func (m *Module) Write(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(m.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// Read returns the content of one file of the module.
func (m *Module) Read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(m.Dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Command returns a command to run in the module's folder. env holds lines KEY=VALUE that override those of the
// test's environment; go commands use no network.
func (m *Module) Command(t *testing.T, env []string, name string, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir = m.Dir
	c.Env = append(os.Environ(), "PWD="+m.Dir, "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off", "GOWORK=off", "GOTOOLCHAIN=local")
	c.Env = append(c.Env, env...)
	return c
}

// Go runs the go command and returns all it printed.
func (m *Module) Go(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	out, err := m.Command(t, env, "go", args...).CombinedOutput()
	return string(out), err
}

// MustGo runs the go command, which must succeed.
func (m *Module) MustGo(t *testing.T, env []string, args ...string) string {
	t.Helper()
	out, err := m.Go(t, env, args...)
	if err != nil {
		t.Fatalf("%s go %s: %v\n%s", strings.Join(env, " "), strings.Join(args, " "), err, out)
	}
	return out
}
