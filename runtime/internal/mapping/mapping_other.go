//go:build !linux

package mapping

import (
	"errors"
	"os"
)

var errUnsupported = errors.ErrUnsupported

// Map fails: there is no support for this system.
func Map(*os.File, uint64) (*Memory, error) { return nil, errUnsupported }

// Abandon does nothing: only memory of the heap exists on this system.
func (m *Memory) Abandon() error { return nil }

// Unmap does nothing: only memory of the heap exists on this system.
func (m *Memory) Unmap() error { return nil }

// Anonymous fails: there is no support for this system.
func Anonymous(string) (*os.File, error) { return nil, errUnsupported }

// Seal fails: there is no support for this system.
func Seal(*os.File) error { return errUnsupported }

// An Unpublished file does not exist on this system.
type Unpublished struct{ File *os.File }

// Unnamed fails: there is no support for this system.
func Unnamed(string) (*Unpublished, error) { return nil, errUnsupported }

// Publish fails: there is no support for this system.
func (u *Unpublished) Publish() error { return errUnsupported }

// Discard does nothing.
func (u *Unpublished) Discard() {}

// Allocate fails: there is no support for this system.
func Allocate(*os.File, uint64) error { return errUnsupported }

// checkMachine knows nothing of the memory of this system.
func checkMachine(uint64) error { return nil }

// Open fails: there is no support for this system.
func Open(string) (*os.File, error) { return nil, errUnsupported }

// Reopen fails: there is no support for this system.
func Reopen(*os.File) (*os.File, error) { return nil, errUnsupported }

// Duplicate fails: there is no support for this system.
func Duplicate(*os.File) (*os.File, error) { return nil, errUnsupported }

// Identity is what tells one file from another.
type Identity struct{ Device, Inode uint64 }

// Status is what is known of an open segment file without reading it.
type Status struct {
	Identity
	Size    uint64
	Owner   uint32
	Regular bool
	Links   uint64
}

// Stat fails: there is no support for this system.
func Stat(*os.File) (Status, error) { return Status{}, errUnsupported }

// StatPath fails: there is no support for this system.
func StatPath(string) (Status, error) { return Status{}, errUnsupported }
