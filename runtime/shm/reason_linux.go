//go:build linux

package shm

import (
	"errors"

	"golang.org/x/sys/unix"
)

// isNoSpace reports whether memory or a file system was full.
func isNoSpace(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.ENOMEM) || errors.Is(err, unix.EFBIG) || errors.Is(err, unix.EDQUOT)
}

// isLink reports whether a path was not opened because it is a symbolic link.
func isLink(err error) bool { return errors.Is(err, unix.ELOOP) }
