//go:build linux

package liveness

import (
	"errors"
	"io"
	"runtime"

	"golang.org/x/sys/unix"
)

// tryByte takes the lock of one byte of the file, if nobody has it.
func (t *Table) tryByte(offset uint64) bool {
	if t.file == nil {
		return true
	}
	taken, err := t.setByte(offset)
	return taken && err == nil
}

// setByte takes the lock of one byte; taken is false if somebody else has it.
func (t *Table) setByte(offset uint64) (taken bool, err error) {
	err = t.control(offset, unix.F_WRLCK)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return false, nil
	}
	return err == nil, err
}

func (t *Table) unlockByte(offset uint64) {
	if t.file != nil {
		_ = t.control(offset, unix.F_UNLCK) // it fails only for a descriptor that is closed, which drops the lock too
	}
}

func (t *Table) control(offset uint64, kind int16) error {
	for {
		lock := unix.Flock_t{Type: kind, Whence: io.SeekStart, Start: int64(offset), Len: 1}
		err := unix.FcntlFlock(t.file.Fd(), unix.F_OFD_SETLK, &lock)
		runtime.KeepAlive(t.file)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// byteTaken reports whether another open file description holds the lock of a byte. If the kernel does not say, it is
// taken to be held: its owner may live.
func (t *Table) byteTaken(offset uint64) bool {
	if t.file == nil {
		return false
	}
	lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: int64(offset), Len: 1}
	err := unix.FcntlFlock(t.file.Fd(), unix.F_OFD_GETLK, &lock)
	runtime.KeepAlive(t.file)
	return err != nil || lock.Type != unix.F_UNLCK
}
