//go:build linux

package mapping

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// Anonymous returns a new file without a name in any folder (memfd_create), that may be sealed. label is what
// /proc/PID/maps shows.
func Anonymous(label string) (*os.File, error) {
	fd, err := unix.MemfdCreate(label, unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING|unix.MFD_NOEXEC_SEAL)
	if errors.Is(err, unix.EINVAL) { // MFD_NOEXEC_SEAL came with Linux 6.3
		fd, err = unix.MemfdCreate(label, unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	}
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	return os.NewFile(uintptr(fd), label), nil
}

// Seal makes it impossible for anyone to change the size of an anonymous file.
func Seal(file *os.File) error {
	_, err := unix.FcntlInt(file.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	if err != nil {
		return fmt.Errorf("sealing %s: %w", file.Name(), err)
	}
	return nil
}

// An Unpublished file is complete in a folder's file system but cannot be opened by its name yet.
type Unpublished struct {
	File *os.File
	path string // where it is to appear
	temp string // its present name, where the file system cannot make files without one
}

// Unnamed creates a file that is to appear at path, in the same folder, readable and writable by its owner alone.
// If the process dies before Publish, nothing of it remains (but where the file system has no O_TMPFILE, a file whose
// name begins with a dot).
func Unnamed(path string) (*Unpublished, error) {
	dir := filepath.Dir(path)
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err == nil {
		return &Unpublished{File: os.NewFile(uintptr(fd), path), path: path}, nil
	}
	if !errors.Is(err, unix.EOPNOTSUPP) && !errors.Is(err, unix.EISDIR) && !errors.Is(err, unix.EINVAL) {
		return nil, &fs.PathError{Op: "create", Path: path, Err: err}
	}
	temp := filepath.Join(dir, "."+filepath.Base(path)+"."+rand.Text())
	file, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	return &Unpublished{File: file, path: path, temp: temp}, nil
}

// Publish gives the file its name, in one step. It fails with an error that is fs.ErrExist if the name is taken.
func (u *Unpublished) Publish() error {
	var err error
	if u.temp == "" {
		err = unix.Linkat(unix.AT_FDCWD, processFile(u.File), unix.AT_FDCWD, u.path, unix.AT_SYMLINK_FOLLOW)
	} else {
		err = unix.Link(u.temp, u.path)
	}
	if err != nil {
		return &fs.PathError{Op: "create", Path: u.path, Err: err}
	}
	u.Discard()
	return nil
}

// Discard removes the temporary name, if there is one. The file itself stays open.
func (u *Unpublished) Discard() {
	if u.temp != "" {
		_ = os.Remove(u.temp) // what could not be removed is found by its name
		u.temp = ""
	}
}

// Allocate gives file its size and its memory, so that no access can fail for want of memory later.
func Allocate(file *os.File, size uint64) error {
	if size > 1<<62 {
		return fmt.Errorf("%d bytes: %w", size, unix.EFBIG)
	}
	if err := file.Truncate(int64(size)); err != nil { // at once, so that a size no file can have costs nothing
		return fmt.Errorf("reserving %d bytes: %w", size, err)
	}
	// An anonymous file has no limit of its own: without this check the kernel would kill processes to make room.
	if err := checkMachine(size); err != nil {
		return err
	}
	// In pieces, because on many kernels a signal undoes the call that it interrupts: a piece must be ready long before
	// the next signal of a profiler comes, which is after 10 ms.
	const piece = 4 << 20
	for done := uint64(0); done < size; {
		n := min(size-done, piece)
		err := unix.Fallocate(int(file.Fd()), 0, int64(done), int64(n))
		runtime.KeepAlive(file)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("reserving %d bytes: %w", size, err)
		}
		done += n
	}
	return nil
}

// checkMachine refuses a size that is more than all the memory of the machine.
func checkMachine(size uint64) error {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return nil // nothing is known
	}
	if total := (uint64(info.Totalram) + uint64(info.Totalswap)) * uint64(max(info.Unit, 1)); size > total {
		return fmt.Errorf("%d bytes are more than this machine's %d: %w", size, total, unix.ENOMEM)
	}
	return nil
}

// Open opens the segment file at path for reading and writing. It does not follow a symbolic link in the last part of
// the path and never blocks on a pipe or a device.
func Open(path string) (*os.File, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	for errors.Is(err, unix.EINTR) {
		fd, err = unix.Open(path, unix.O_RDWR|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// Reopen opens the file of an open one again, with a description of its own: locks taken through it belong to this
// process alone and end with it.
func Reopen(file *os.File) (*os.File, error) {
	fd, err := unix.Open(processFile(file), unix.O_RDWR|unix.O_CLOEXEC, 0)
	runtime.KeepAlive(file)
	if err != nil {
		return nil, fmt.Errorf("opening %s once more through /proc (is it mounted?): %w", file.Name(), err)
	}
	return os.NewFile(uintptr(fd), file.Name()), nil
}

// Duplicate returns a descriptor of the same open file description, close-on-exec.
func Duplicate(file *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, fmt.Errorf("duplicating the descriptor of %s: %w", file.Name(), err)
	}
	return os.NewFile(uintptr(fd), file.Name()), nil
}

// Identity is what tells one file from another.
type Identity struct {
	Device, Inode uint64
}

// Status is what is known of an open segment file without reading it.
type Status struct {
	Identity
	Size    uint64
	Owner   uint32
	Regular bool
	Links   uint64
}

// Stat returns the status of an open file.
func Stat(file *os.File) (Status, error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &st); err != nil {
		return Status{}, &fs.PathError{Op: "stat", Path: file.Name(), Err: err}
	}
	return status(&st), nil
}

// StatPath returns the status of what is at path now, without following a symbolic link.
func StatPath(path string) (Status, error) {
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		return Status{}, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return status(&st), nil
}

func status(st *unix.Stat_t) Status {
	return Status{
		Identity: Identity{Device: uint64(st.Dev), Inode: uint64(st.Ino)},
		Size:     uint64(max(st.Size, 0)),
		Owner:    st.Uid,
		Regular:  st.Mode&unix.S_IFMT == unix.S_IFREG,
		Links:    uint64(st.Nlink),
	}
}

func processFile(file *os.File) string { return "/proc/self/fd/" + strconv.Itoa(int(file.Fd())) }
