//go:build linux

package shm_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/shmgen/shmgen/runtime/shm"
)

// ways are all functions that attach by name.
var ways = map[string]func(string, ...shm.Option) (*handles, error){
	"Create": createPlain, "Open": openPlain, "OpenOrCreate": openOrCreatePlain,
}

// fails checks that attaching fails, with an error that is want if that is not nil.
func fails(t *testing.T, what string, s *handles, err, want error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
		closed(t, s.Segment)
		return
	}
	if s != nil || want != nil && !errors.Is(err, want) || !strings.HasPrefix(err.Error(), "shm: ") {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func left(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestNames(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	for name, want := range map[string]error{
		"":                                     fs.ErrInvalid,
		".":                                    fs.ErrInvalid,
		"..":                                   fs.ErrInvalid,
		".x":                                   fs.ErrInvalid,
		"a\x00b":                               fs.ErrInvalid,
		dir + "/a\x00b":                        fs.ErrInvalid,
		"a/b/":                                 fs.ErrInvalid,
		"/":                                    fs.ErrInvalid,
		"//":                                   fs.ErrInvalid,
		dir + "/.":                             fs.ErrInvalid,
		dir + "/..":                            fs.ErrInvalid,
		strings.Repeat("a", 256):               unix.ENAMETOOLONG,
		dir + "/" + strings.Repeat("a", 256):   unix.ENAMETOOLONG,
		dir + strings.Repeat("/aaaaaaa", 1000): unix.ENAMETOOLONG,
		dir + "/nowhere/a":                     fs.ErrNotExist,
	} {
		for how, attach := range ways {
			s, err := attach(name, shm.WithDir(dir))
			fails(t, fmt.Sprintf("%s(%.30q)", how, name), s, err, want)
		}
	}
	if got := left(t, dir); got != nil {
		t.Errorf("left behind: %q", got)
	}
}

func TestNamesThatWork(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]string{
		"a":                                      dir + "/a.seg",
		"with space and ünïcode \n%s":            dir + "/with space and ünïcode \n%s.seg",
		strings.Repeat("a", 251):                 dir + "/" + strings.Repeat("a", 251) + ".seg",
		dir + "/file":                            dir + "/file",
		dir + "/.hidden":                         dir + "/.hidden",
		dir + "/../" + filepath.Base(dir) + "/b": dir + "/../" + filepath.Base(dir) + "/b",
	} {
		s, err := createPlain(name, shm.WithDir(dir))
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if s.Path() != want || s.Name() != name {
			t.Errorf("%q: got name %q, path %q, want %q", name, s.Name(), s.Path(), want)
		}
		other, err := openOrCreatePlain(name, shm.WithDir(dir))
		if err != nil {
			t.Errorf("%q: %v", name, err)
		} else {
			closed(t, other.Segment)
		}
		closed(t, s.Segment)
		if err := errors.Join(s.Unlink(), s.Unlink()); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	if got := left(t, dir); got != nil {
		t.Errorf("left behind: %q", got)
	}
}

// TestRelativeNames changes the working directory while a segment lives.
func TestRelativeNames(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	a, err := createPlain("./a", shm.WithTemporary())
	if err != nil {
		t.Fatal(err)
	}
	b, err := createPlain("b", shm.WithDir("."), shm.WithTemporary())
	if err != nil {
		t.Fatal(err)
	}
	if got := left(t, dir); len(got) != 2 {
		t.Errorf("there are %q, want a and b.seg", got)
	}
	t.Chdir("/")
	closed(t, a.Segment)
	closed(t, b.Segment)
	if got := left(t, dir); got != nil {
		t.Errorf("left behind: %q", got)
	}
}

func TestExistNotExist(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	s, err := openPlain(path)
	fails(t, "Open of nothing", s, err, fs.ErrNotExist)
	if err != nil && !strings.Contains(err.Error(), "OpenOrCreate") {
		t.Errorf("the message does not say what to do: %v", err)
	}
	first, err := createPlain(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s, err = createPlain(path)
		fails(t, "a second Create", s, err, fs.ErrExist)
		s, err = createPlain(path, shm.WithTemporary())
		fails(t, "a second Create of a temporary one", s, err, fs.ErrExist)
	}
	closed(t, first.Segment)
	s, err = createPlain(path)
	fails(t, "Create after Close", s, err, fs.ErrExist)
	if err := first.Unlink(); err != nil {
		t.Error(err)
	}
	s, err = openPlain(path)
	fails(t, "Open after Unlink", s, err, fs.ErrNotExist)
	if got := left(t, dir); got != nil {
		t.Errorf("left behind: %q", got)
	}
}

// TestUnlinkOfNewer shows that a segment never removes the name of another one.
func TestUnlinkOfNewer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a")
	old, err := createPlain(path, shm.WithTemporary())
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Unlink(); err != nil {
		t.Fatal(err)
	}
	newer, err := createPlain(path)
	closing(t, newer, err)
	if err := old.Unlink(); err != nil {
		t.Error(err)
	}
	closed(t, old.Segment)
	again, err := openPlain(path)
	closing(t, again, err)
	if old.Count.Load(); newer.Count.Add(1) != firstCount+1 || again.Count.Load() != firstCount+1 {
		t.Error("not the newer segment")
	}
}

// TestNotAFile attaches to what is no regular file. None of it may block.
func TestNotAFile(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	good, err := createPlain(at("good"))
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, good.Segment)
	if err := errors.Join(
		unix.Mkfifo(at("fifo"), 0o600),
		os.Symlink(at("good"), at("link")),
		os.Symlink("nowhere", at("dangling")),
		os.Mkdir(at("folder"), 0o700),
	); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{
		at("fifo"):     shm.ErrNotSegment,
		at("link"):     unix.ELOOP,
		at("dangling"): unix.ELOOP,
		at("folder"):   unix.EISDIR,
		"/dev/null":    shm.ErrNotSegment,
		"/dev/zero":    shm.ErrNotSegment,
	} {
		for how, attach := range ways {
			s, err := attach(name)
			if how == "Create" {
				fails(t, how+" of "+name, s, err, fs.ErrExist)
			} else {
				fails(t, how+" of "+name, s, err, want)
			}
		}
	}
	for name, open := range map[string]func() (*os.File, error){
		"folder":      func() (*os.File, error) { return os.Open(dir) },
		"read only":   func() (*os.File, error) { return os.Open(at("good")) },
		"write only":  func() (*os.File, error) { return os.OpenFile(at("good"), os.O_WRONLY, 0) },
		"closed file": func() (*os.File, error) { f, err := os.Open(at("good")); f.Close(); return f, err },
		"fifo":        func() (*os.File, error) { return os.OpenFile(at("fifo"), os.O_RDWR, 0) },
		"device":      func() (*os.File, error) { return os.Open("/dev/null") },
		"no file":     func() (*os.File, error) { return nil, nil },
	} {
		file, err := open()
		if err != nil {
			t.Fatal(err)
		}
		s, err := shm.Inherit(plainLayout, file, bindPlain)
		fails(t, "Inherit of "+name, s, err, nil)
		if file != nil {
			if _, err := file.Stat(); !errors.Is(err, os.ErrClosed) {
				t.Errorf("Inherit of %s has not closed the file: %v", name, err)
			}
		}
	}
	file, err := good.File()
	if err != nil {
		t.Fatal(err)
	}
	s, err := shm.Inherit(plainLayout, file, bindPlain, shm.WithMaxProcesses(0))
	fails(t, "Inherit with an option that is wrong", s, err, nil)
	if _, err := file.Stat(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Inherit with an option that is wrong has not closed the file: %v", err)
	}
}

func TestOptionsThatAreWrong(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	for name, option := range map[string]shm.Option{
		"no processes":        shm.WithMaxProcesses(0),
		"fewer than none":     shm.WithMaxProcesses(-1),
		"too many processes":  shm.WithMaxProcesses(8191),
		"no folder":           shm.WithDir(""),
		"not for the owner":   shm.WithMode(0o066),
		"bits for execution":  shm.WithMode(0o700),
		"bits for the kernel": shm.WithMode(0o4600),
		"mode of a folder":    shm.WithMode(fs.ModeDir | 0o600),
		"heap":                shm.WithHeap(),
	} {
		for how, attach := range ways {
			s, err := attach(filepath.Join(dir, "a"), option)
			fails(t, how+" with "+name, s, err, nil)
		}
	}
	if got := left(t, dir); got != nil {
		t.Errorf("left behind: %q", got)
	}
}
