package mapping

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// published returns the path of a file of two pages that was made as segments are.
func published(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.seg")
	u, err := Unnamed(path)
	if err != nil {
		t.Fatal(err)
	}
	defer u.File.Close()
	if err := Allocate(u.File, 8192); err != nil {
		t.Fatal(err)
	}
	if err := u.Publish(); err != nil {
		t.Fatal(err)
	}
	return path
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range list {
		names = append(names, entry.Name())
	}
	return names
}

func TestPublish(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.seg")
	u, err := Unnamed(path)
	if err != nil {
		t.Fatal(err)
	}
	defer u.File.Close()
	if got := names(t, dir); got != nil {
		t.Errorf("before Publish there is %q", got)
	}
	st, err := Stat(u.File)
	if err != nil || !st.Regular || st.Links != 0 || st.Size != 0 || st.Owner != uint32(os.Geteuid()) {
		t.Errorf("Stat: got %+v, %v", st, err)
	}
	if err := u.Publish(); err != nil {
		t.Fatal(err)
	}
	at, err := StatPath(path)
	if err != nil || at.Identity != st.Identity || at.Links != 1 {
		t.Errorf("StatPath: got %+v, %v, want the file %+v", at, err, st.Identity)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("got mode %v, %v, want 0600", info.Mode(), err)
	}
	u.Discard() // removes nothing that has been published
	if got := names(t, dir); len(got) != 1 || got[0] != "a.seg" {
		t.Errorf("after Publish there is %q", got)
	}
}

func TestPublishTaken(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(path string) error{
		"file":             func(path string) error { return os.WriteFile(path, []byte("x"), 0o600) },
		"folder":           func(path string) error { return os.Mkdir(path, 0o700) },
		"link to a folder": func(path string) error { return os.Symlink(os.TempDir(), path) },
		"link to nothing":  func(path string) error { return os.Symlink("nowhere", path) },
	} {
		path := filepath.Join(t.TempDir(), "a.seg")
		if err := make(path); err != nil {
			t.Fatal(err)
		}
		u, err := Unnamed(path)
		if err != nil {
			t.Fatal(err)
		}
		err = u.Publish()
		var pathError *fs.PathError
		if !errors.Is(err, fs.ErrExist) || !errors.As(err, &pathError) || pathError.Path != path {
			t.Errorf("%s: got %v, want a PathError that is fs.ErrExist", name, err)
		}
		u.File.Close()
		if got := names(t, filepath.Dir(path)); len(got) != 1 {
			t.Errorf("%s: left behind: %q", name, got)
		}
	}
}

// TestPublishTemporaryName is the way without O_TMPFILE, which few file systems lack.
func TestPublishTemporaryName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, end := range []string{"publish", "discard", "taken"} {
		path, temp := filepath.Join(dir, "a.seg"), filepath.Join(dir, ".a.seg.x")
		file, err := os.Create(temp)
		if err != nil {
			t.Fatal(err)
		}
		u := &Unpublished{File: file, path: path, temp: temp}
		switch end {
		case "discard":
			u.Discard()
			u.Discard()
		case "publish":
			if err := u.Publish(); err != nil {
				t.Error(err)
			}
			defer os.Remove(path)
		case "taken":
			if err := u.Publish(); !errors.Is(err, fs.ErrExist) {
				t.Errorf("got %v, want fs.ErrExist", err)
			}
			u.Discard()
		}
		if _, err := file.Write([]byte("x")); err != nil {
			t.Errorf("%s: the file is closed: %v", end, err)
		}
		file.Close()
		if got := names(t, dir); len(got) != 1 || got[0] != "a.seg" {
			t.Errorf("%s: left behind: %q", end, got)
		}
	}
}

func TestUnnamedErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		filepath.Join(dir, "nowhere", "a"): fs.ErrNotExist,
		filepath.Join(dir, "file", "a"):    unix.ENOTDIR,
		"/proc/self/a":                     nil, // any error: no files can be made there
	} {
		u, err := Unnamed(path)
		if err == nil {
			u.File.Close()
			t.Errorf("%s: no error", path)
			continue
		}
		if want != nil && !errors.Is(err, want) || !strings.Contains(err.Error(), path[:len(path)-1]) {
			t.Errorf("%s: got %v, want %v with the path", path, err, want)
		}
	}
}

// smallDisk mounts a file system in memory that has room for size bytes, and is gone at the end of the test.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("a small file system is needed, and this process may not mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Errorf("unmounting %s: %v", dir, err)
		}
	})
	return dir
}

func TestAllocateNoSpace(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, 64<<10)
	u, err := Unnamed(filepath.Join(dir, "a.seg"))
	if err != nil {
		t.Fatal(err)
	}
	if err := Allocate(u.File, 128<<10); !errors.Is(err, unix.ENOSPC) || !strings.Contains(err.Error(), "131072 bytes") {
		t.Errorf("got %v, want ENOSPC with the size", err)
	}
	u.Discard()
	u.File.Close()
	if got := names(t, dir); got != nil {
		t.Errorf("left behind: %q", got)
	}
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil || st.Bfree != st.Blocks {
		t.Errorf("%d of %d blocks are free, %v: memory was kept", st.Bfree, st.Blocks, err)
	}
}

func TestAllocateTooLarge(t *testing.T) {
	t.Parallel()
	file, err := Anonymous("test")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, size := range []uint64{1 << 46, 1 << 62, 1<<63 - 1, 1<<64 - 1} {
		err := Allocate(file, size)
		if !errors.Is(err, unix.ENOMEM) && !errors.Is(err, unix.EFBIG) && !errors.Is(err, unix.EINVAL) {
			t.Errorf("%d bytes: got %v", size, err)
		}
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &st); err != nil || st.Blocks != 0 {
		t.Errorf("%d blocks are allocated, %v", st.Blocks, err)
	}
}

func TestAllocate(t *testing.T) {
	t.Parallel()
	file, err := Anonymous("test")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	const size = 9<<20 + 4096 // more than one piece, and a part
	if err := Allocate(file, size); err != nil {
		t.Fatal(err)
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &st); err != nil || st.Size != size || st.Blocks*512 < size {
		t.Errorf("%d bytes with %d blocks, %v, want %d", st.Size, st.Blocks, err, size)
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	file, err := Anonymous("test")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := Allocate(file, 8192); err != nil {
		t.Fatal(err)
	}
	if err := Seal(file); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int64{0, 4096, 16384} {
		if err := file.Truncate(size); !errors.Is(err, unix.EPERM) {
			t.Errorf("truncated to %d: got %v, want EPERM", size, err)
		}
	}
	if _, err := unix.FcntlInt(file.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_WRITE); !errors.Is(err, unix.EPERM) {
		t.Errorf("another seal: got %v, want EPERM", err)
	}
	if _, err := file.WriteAt([]byte("x"), 0); err != nil {
		t.Errorf("writing: %v", err)
	}
	named, err := os.Create(filepath.Join(t.TempDir(), "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer named.Close()
	if err := Seal(named); err == nil {
		t.Error("a file with a name can be sealed")
	}
}

// TestOpenOther opens what is no segment: none of it may block, and no symbolic link is followed.
func TestOpenOther(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(
		syscall.Mkfifo(at("fifo"), 0o600),
		os.Symlink(published(t), at("link")),
		os.Symlink("nowhere", at("dangling")),
		os.Symlink(dir, at("folderlink")),
	); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", at("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for path, want := range map[string]error{
		at("nothing"):            fs.ErrNotExist,
		at("link"):               unix.ELOOP,
		at("dangling"):           unix.ELOOP,
		at("folderlink"):         unix.ELOOP,
		at("socket"):             unix.ENXIO,
		dir:                      unix.EISDIR,
		at("nowhere/a"):          fs.ErrNotExist,
		strings.Repeat("a", 300): unix.ENAMETOOLONG,
		"a\x00b":                 unix.EINVAL,
		"":                       fs.ErrNotExist,
	} {
		file, err := Open(path)
		if err == nil {
			file.Close()
		}
		var pathError *fs.PathError
		if !errors.Is(err, want) || !errors.As(err, &pathError) {
			t.Errorf("Open(%q): got %v, want a PathError that is %v", path, err, want)
		}
	}
	for _, path := range []string{at("fifo"), "/dev/null", "/dev/ptmx"} {
		file, err := Open(path)
		if err != nil {
			t.Errorf("Open(%q): %v", path, err)
			continue
		}
		if st, err := Stat(file); err != nil || st.Regular {
			t.Errorf("Stat(%q): got %+v, %v, want no regular file", path, st, err)
		}
		file.Close()
	}
}

func TestDescriptorsAreNotInherited(t *testing.T) {
	t.Parallel()
	path := published(t)
	opened, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	anonymous, err := Anonymous("test")
	if err != nil {
		t.Fatal(err)
	}
	again, err := Reopen(anonymous)
	if err != nil {
		t.Fatal(err)
	}
	duplicate, err := Duplicate(anonymous)
	if err != nil {
		t.Fatal(err)
	}
	unnamed, err := Unnamed(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]*os.File{
		"Open": opened, "Anonymous": anonymous, "Reopen": again, "Duplicate": duplicate, "Unnamed": unnamed.File,
	} {
		flags, err := unix.FcntlInt(file.Fd(), unix.F_GETFD, 0)
		if err != nil || flags&unix.FD_CLOEXEC == 0 {
			t.Errorf("%s: flags %#x, %v: not close-on-exec", name, flags, err)
		}
		defer file.Close()
	}
	if a, b := statOf(t, anonymous), statOf(t, again); a != b {
		t.Errorf("Reopen: another file: %+v, %+v", a, b)
	}
	// A description of its own has a position of its own; a duplicate shares it.
	if _, err := anonymous.Seek(5, 0); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		file *os.File
		want int64
	}{"Reopen": {again, 0}, "Duplicate": {duplicate, 5}} {
		if got, err := test.file.Seek(0, 1); got != test.want || err != nil {
			t.Errorf("%s: the position is %d, %v, want %d", name, got, err, test.want)
		}
	}
}

func statOf(t *testing.T, file *os.File) Identity {
	t.Helper()
	st, err := Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return st.Identity
}

func TestClosedFiles(t *testing.T) {
	t.Parallel()
	file, err := Anonymous("test")
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	for name, do := range map[string]func() error{
		"Seal":      func() error { return Seal(file) },
		"Allocate":  func() error { return Allocate(file, 4096) },
		"Reopen":    func() error { _, err := Reopen(file); return err },
		"Duplicate": func() error { _, err := Duplicate(file); return err },
		"Stat":      func() error { _, err := Stat(file); return err },
		"Map":       func() error { _, err := Map(file, 4096); return err },
	} {
		if err := do(); err == nil {
			t.Errorf("%s of a closed file: no error", name)
		}
	}
}
