//go:build linux

package shm_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/shm"
)

func TestTooManyProcesses(t *testing.T) {
	noLeaks(t)
	path := filepath.Join(t.TempDir(), "a")
	first, err := createPlain(path, shm.WithMaxProcesses(2))
	if err != nil {
		t.Fatal(err)
	}
	second, err := openPlain(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s, err := openPlain(path, shm.WithMaxProcesses(5)) // counts at creation only
		fails(t, "a third Open", s, err, shm.ErrTooManyProcesses)
		s, err = openOrCreatePlain(path)
		fails(t, "a third OpenOrCreate", s, err, shm.ErrTooManyProcesses)
		if err != nil && !strings.Contains(err.Error(), "(2); create it with a larger WithMaxProcesses") {
			t.Errorf("the message does not say what to do: %v", err)
		}
	}
	closed(t, second.Segment)
	third, err := openPlain(path)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, third.Segment)
	closed(t, first.Segment)
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

// sized returns a layout with so many bytes of data.
func sized(bytes uint64) string {
	return fmt.Sprintf("shmgen 1 Sized 1\nfield all Array byte length=%d lock=none @0+%d\ndata %d\n", bytes, bytes, bytes)
}

func bindSized(s *shm.Segment) *shm.Segment {
	shm.BindRawArray[byte](s, "all", nil)
	return s
}

func TestNoSpace(t *testing.T) {
	noLeaks(t)
	dir := smallDisk(t, 1<<20)
	free := func() uint64 {
		var st unix.Statfs_t
		if err := unix.Statfs(dir, &st); err != nil {
			t.Fatal(err)
		}
		return st.Bfree
	}
	before := free()
	for how, create := range map[string]func(layout, name string, bind func(*shm.Segment) *shm.Segment, opts ...shm.Option) (*shm.Segment, error){
		"Create": shm.Create[*shm.Segment], "OpenOrCreate": shm.OpenOrCreate[*shm.Segment],
	} {
		for _, size := range []uint64{2 << 20, 1 << 40, 1 << 45} {
			_, err := create(sized(size), "a", bindSized, shm.WithDir(dir))
			if err == nil || !strings.Contains(err.Error(), "make the arrays smaller") || errors.Is(err, fs.ErrExist) {
				t.Errorf("%s of %d bytes: got %v", how, size, err)
			}
			if size == 2<<20 && !errors.Is(err, unix.ENOSPC) {
				t.Errorf("%s of %d bytes: got %v, want ENOSPC", how, size, err)
			}
		}
	}
	if got := left(t, dir); got != nil || free() != before {
		t.Errorf("left behind: %q, %d of %d blocks are free", got, free(), before)
	}
	// A name that is taken is told as such, also where there is no room for two.
	first, err := shm.Create(sized(700<<10), "a", bindSized, shm.WithDir(dir))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := shm.Create(sized(700<<10), "a", bindSized, shm.WithDir(dir)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second one: got %v, want fs.ErrExist", err)
	}
	closed(t, first)
	if err := first.Unlink(); err != nil || free() != before {
		t.Errorf("%v: %d of %d blocks are free", err, free(), before)
	}
}

func TestNoMemory(t *testing.T) {
	noLeaks(t)
	for name, options := range map[string][]shm.Option{"anonymous": nil, "heap": {shm.WithHeap()}} {
		for _, size := range []uint64{1 << 44, 1 << 45, 1<<46 - 64} {
			if s, err := shm.New(sized(size), bindSized, options...); err == nil {
				t.Errorf("%s, %d bytes: no error", name, size)
				closed(t, s)
			}
		}
	}
}

// asNobody runs do on a thread that may access files as an ordinary user only.
func asNobody(t *testing.T, do func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		do() // an ordinary user already
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // for ever: the thread ends with the goroutine
		if _, err := unix.SetfsuidRetUid(65534); err != nil {
			t.Errorf("becoming another user: %v", err)
			return
		}
		do()
	}()
	<-done
}

func TestNoPermission(t *testing.T) {
	noLeaks(t)
	// Not t.TempDir: another user may not be able to reach it.
	dir, err := os.MkdirTemp(shm.DefaultDir, "shm-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "a")
	s, err := createPlain(path)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, s.Segment)
	if err := errors.Join(os.Chmod(path, 0), os.Chmod(dir, 0o555)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	asNobody(t, func() {
		s, err := openPlain(path)
		fails(t, "Open without permission", s, err, fs.ErrPermission)
		s, err = openOrCreatePlain(path)
		fails(t, "OpenOrCreate without permission", s, err, fs.ErrPermission)
		s, err = createPlain(path)
		fails(t, "Create of a file that is there", s, err, fs.ErrExist)
		for how, attach := range map[string]func(string, ...shm.Option) (*handles, error){"Create": createPlain, "OpenOrCreate": openOrCreatePlain} {
			s, err := attach(filepath.Join(dir, "b"))
			fails(t, how+" in a folder that cannot be written", s, err, fs.ErrPermission)
			if err != nil && !strings.Contains(err.Error(), dir) {
				t.Errorf("the message does not name the folder: %v", err)
			}
		}
	})
	if got := left(t, dir); len(got) != 1 {
		t.Errorf("left behind: %q", got)
	}
}

func TestOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file to another user")
	}
	noLeaks(t)
	path := filepath.Join(t.TempDir(), "a")
	first, err := createPlain(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, first.Segment)
	if err := os.Chown(path, 12345, -1); err != nil {
		t.Fatal(err)
	}
	for how, attach := range map[string]func(string, ...shm.Option) (*handles, error){"Open": openPlain, "OpenOrCreate": openOrCreatePlain} {
		s, err := attach(path)
		fails(t, how+" of a stranger's", s, err, fs.ErrPermission)
		if err != nil && !strings.Contains(err.Error(), "WithOwner(12345)") {
			t.Errorf("the message does not say what to do: %v", err)
		}
		s, err = attach(path, shm.WithOwner(1, 2), shm.WithOwner())
		fails(t, how+" with other owners", s, err, fs.ErrPermission)
		s, err = attach(path, shm.WithOwner(1), shm.WithOwner(2, 12345))
		if err != nil {
			t.Errorf("%s with the owner: %v", how, err)
			continue
		}
		closed(t, s.Segment)
	}
}

// TestOwnerOfAbandoned leaves a stranger's abandoned segment where it is.
func TestOwnerOfAbandoned(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file to another user")
	}
	noLeaks(t)
	path := abandoned(t)
	if err := os.Chown(path, 12345, -1); err != nil {
		t.Fatal(err)
	}
	s, err := createPlain(path)
	fails(t, "Create over a stranger's", s, err, fs.ErrExist)
	s, err = createPlain(path, shm.WithOwner(12345))
	if err != nil {
		t.Fatal(err)
	}
	closed(t, s.Segment)
	if err := s.Unlink(); err != nil {
		t.Error(err)
	}
}

func TestMode(t *testing.T) {
	old := unix.Umask(0o077)
	defer unix.Umask(old)
	for _, mode := range []fs.FileMode{0o600, 0o660, 0o644, 0o666} {
		path := filepath.Join(t.TempDir(), "a")
		s, err := createPlain(path, shm.WithMode(mode))
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode() != mode {
			t.Errorf("got %v, %v, want %v", info.Mode(), err, mode)
		}
		closed(t, s.Segment)
	}
	path := filepath.Join(t.TempDir(), "a")
	s, err := createPlain(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s.Segment)
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("without WithMode: got %v, %v, want 0600", info.Mode(), err)
	}
}

func TestSegmentFacts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := createPlain("facts", shm.WithDir(dir))
	closing(t, s, err)
	info, err := os.Stat(s.Path())
	if err != nil || info.Size() != s.Size() || s.Size()%4096 != 0 || s.Version() != 1 || s.Slot() != 0 || s.Name() != "facts" {
		t.Errorf("%+v, %v: size %d, version %d, slot %d", info, err, s.Size(), s.Version(), s.Slot())
	}
	list := s.Processes()
	if len(list) != 1 || list[0].PID != os.Getpid() || time.Since(list[0].Since).Abs() > time.Minute || list[0].Command == "" || list[0].Holding != nil {
		t.Errorf("got %+v", list)
	}
	anonymous, err := shm.New(plainLayout, bindPlain)
	closing(t, anonymous, err)
	if anonymous.Path() != "" || anonymous.Name() != "Plain" || anonymous.Unlink() != nil {
		t.Errorf("anonymous: path %q, name %q", anonymous.Path(), anonymous.Name())
	}
}

// TestAttachLeaves attaches and leaves many times, by every way.
func TestAttachLeaves(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	for round := range 30 {
		b, err := testbank.OpenOrCreateBank("a", shm.WithDir(dir), shm.WithTemporary())
		if err != nil {
			t.Fatal(err)
		}
		other, err := testbank.OpenBank("a", shm.WithDir(dir))
		if err != nil {
			t.Fatal(err)
		}
		file, err := b.Segment().File()
		if err != nil {
			t.Fatal(err)
		}
		third, err := testbank.InheritBank(file)
		if err != nil {
			t.Fatal(err)
		}
		anonymous, err := testbank.NewBank()
		if err != nil {
			t.Fatal(err)
		}
		third.Money.Add(1)
		if got := b.Money.Load(); got != 1001 {
			t.Fatalf("round %d: got %d, want 1001", round, got)
		}
		for _, s := range []*shm.Segment{b.Segment(), other.Segment(), third.Segment(), anonymous.Segment()} {
			closed(t, s)
			closed(t, s)
		}
		if _, err := third.Segment().File(); !errors.Is(err, shm.ErrClosed) {
			t.Errorf("File after Close: got %v, want ErrClosed", err)
		}
		// The last one was inherited and knows no name: whoever knows it removes it.
		if err := b.Segment().Unlink(); err != nil {
			t.Error(err)
		}
	}
	if got := left(t, dir); got != nil {
		t.Errorf("left behind: %q", got)
	}
}

// TestPanicInBind checks that an attach that panics leaves nothing behind, and no slot taken.
func TestPanicInBind(t *testing.T) {
	noLeaks(t)
	path := filepath.Join(t.TempDir(), "a")
	bad := func(*shm.Segment) *handles { panic("on purpose") }
	panics(t, "Create", "on purpose", func() { _, _ = shm.Create(plainLayout, path, bad) })
	s, err := createPlain(path, shm.WithMaxProcesses(2))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, s.Segment) })
	for range 3 {
		panics(t, "Open", "on purpose", func() { _, _ = shm.Open(plainLayout, path, bad) })
	}
	if got := len(s.Processes()); got != 1 {
		t.Errorf("%d processes are attached, want 1", got)
	}
}
