package command

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// TestScripts runs the cases in testdata, one archive each. The files of an archive are put into an empty folder, which
// is the current one while the lines before the files run:
//
//	env KEY=VALUE        set a variable of the environment
//	cd DIR               change the folder
//	shmgen CODE ARG…     run the command, which must end with that exit code
//	stdout NAME          its standard output is the file NAME of the archive; "empty" if there is none
//	stderr NAME          likewise
//	contains FILE TEXT   the file contains the text; FILE may be stdout or stderr
//	equal FILE FILE      both files are the same
//	exists FILE…         all are there
//	absent FILE…         none is
//	copy FROM TO, append FILE TEXT, remove FILE, link OLD NEW, chmod MODE FILE, mode MODE FILE
func TestScripts(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, path := range paths {
		absolute, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(absolute)
			if err != nil {
				t.Fatal(err)
			}
			s := &script{archive: archive}
			t.Chdir(t.TempDir())
			for _, f := range archive.Files {
				s.write(t, f.Name, f.Data)
			}
			for i, line := range strings.Split(string(archive.Comment), "\n") {
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
					if err := s.line(t, strings.Fields(line)); err != nil {
						t.Fatalf("line %d: %s: %v\nstdout:\n%s\nstderr:\n%s", i+1, line, err, s.stdout, s.stderr)
					}
				}
			}
			if s.changed {
				if err := os.WriteFile(absolute, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// script is one case while it runs.
type script struct {
	archive        *txtar.Archive
	env            []string
	stdout, stderr []byte // of the last run
	changed        bool   // the archive, by -update
}

// line runs one line.
func (s *script) line(t *testing.T, words []string) error {
	t.Helper()
	arguments := words[1:]
	at := func(i int) string {
		if i >= len(arguments) {
			t.Fatalf("%s: too few arguments", strings.Join(words, " "))
		}
		return arguments[i]
	}
	switch words[0] {
	case "env":
		s.env = append(s.env, at(0))
		return nil
	case "cd":
		return os.Chdir(at(0))
	case "shmgen":
		return s.run(t, at(0), arguments[1:])
	case "stdout":
		return s.compare(at(0), s.stdout)
	case "stderr":
		return s.compare(at(0), s.stderr)
	case "contains":
		text := strings.Join(arguments[1:], " ")
		if !bytes.Contains(s.read(t, at(0)), []byte(text)) {
			return fmt.Errorf("got\n%s\nwhich does not contain %q", s.read(t, at(0)), text)
		}
		return nil
	case "equal":
		if a, b := s.read(t, at(0)), s.read(t, at(1)); !bytes.Equal(a, b) {
			return fmt.Errorf("the files differ:\n%s\n---\n%s", a, b)
		}
		return nil
	case "exists", "absent":
		for _, name := range arguments {
			if _, err := os.Lstat(name); (err == nil) != (words[0] == "exists") {
				return fmt.Errorf("%s: %v", name, err)
			}
		}
		return nil
	case "copy":
		s.write(t, at(1), s.read(t, at(0)))
		return nil
	case "append":
		s.write(t, at(0), append(s.read(t, at(0)), strings.Join(arguments[1:], " ")+"\n"...))
		return nil
	case "remove":
		return os.Remove(at(0))
	case "link":
		return os.Symlink(at(0), at(1))
	case "chmod", "mode":
		mode, err := strconv.ParseUint(at(0), 8, 32)
		if err != nil {
			return err
		}
		if words[0] == "chmod" {
			return os.Chmod(at(1), os.FileMode(mode))
		}
		info, err := os.Stat(at(1))
		if err == nil && info.Mode().Perm() != os.FileMode(mode) {
			err = fmt.Errorf("got mode %o", info.Mode().Perm())
		}
		return err
	}
	return fmt.Errorf("unknown command")
}

// run runs shmgen.
func (s *script) run(t *testing.T, code string, arguments []string) error {
	var stdout, stderr bytes.Buffer
	got := Run(t.Context(), arguments, s.env, &stdout, &stderr)
	s.stdout, s.stderr = stdout.Bytes(), stderr.Bytes()
	if want, err := strconv.Atoi(code); err != nil || got != want {
		return fmt.Errorf("exit code %d, want %s", got, code)
	}
	return nil
}

// compare compares output with a file of the archive.
func (s *script) compare(name string, got []byte) error {
	if name == "empty" {
		if len(got) > 0 {
			return fmt.Errorf("got %q, want nothing", got)
		}
		return nil
	}
	for i, f := range s.archive.Files {
		if f.Name != name {
			continue
		}
		if *update && !bytes.Equal(f.Data, got) {
			s.archive.Files[i].Data = got
			s.changed = true
			return nil
		}
		if !bytes.Equal(f.Data, got) {
			return fmt.Errorf("got\n%s\nwant\n%s", got, f.Data)
		}
		return nil
	}
	return fmt.Errorf("the archive has no file %s", name)
}

func (s *script) read(t *testing.T, name string) []byte {
	t.Helper()
	switch name {
	case "stdout":
		return s.stdout
	case "stderr":
		return s.stderr
	}
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func (s *script) write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestStreams tests that output which cannot be written is trouble.
func TestStreams(t *testing.T) {
	broken, end := io.Pipe()
	broken.Close()
	for _, args := range [][]string{{"help"}, {"version"}, {"help", "check"}, {"check", "-h"}} {
		var stderr bytes.Buffer
		if code := Run(t.Context(), args, nil, end, &stderr); code != exitTrouble {
			t.Errorf("%v: got exit code %d with a broken standard output, want %d", args, code, exitTrouble)
		}
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, want string }{
		{"chek", `; did you mean "check"?`},
		{"genrate", `; did you mean "generate"?`},
		{"versoin", `; did you mean "version"?`},
		{"xyzzy", ""},
		{"", ""},
		{strings.Repeat("check", 100), ""},
	} {
		if got := suggest(test.name); got != test.want {
			t.Errorf("suggest(%q): got %q, want %q", test.name, got, test.want)
		}
	}
}
