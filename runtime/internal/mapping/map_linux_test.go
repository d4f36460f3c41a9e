package mapping

import (
	"bytes"
	"math"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func mapped(t *testing.T, path string) *Memory {
	t.Helper()
	file, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() // a mapping does not need it
	m, err := Map(file, 8192)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMapIsShared(t *testing.T) {
	t.Parallel()
	path := published(t)
	a, b := mapped(t, path), mapped(t, path)
	*At[uint64](a, 8184) = 42
	if got := *At[uint64](b, 8184); got != 42 {
		t.Errorf("got %d through the other mapping, want 42", got)
	}
	for _, m := range []*Memory{a, b} {
		if err := m.Unmap(); err != nil {
			t.Error(err)
		}
		if m.Size() != 0 || !panics(func() { At[byte](m, 0) }, "segment's 0 bytes") {
			t.Error("an unmapped memory can be used")
		}
	}
}

// TestAbandon shows what is promised to pointers that were kept: they reach nobody.
func TestAbandon(t *testing.T) {
	t.Parallel()
	if abandonedProtection == unix.PROT_NONE {
		t.Skip("with the build tag shmdebug, such pointers fault")
	}
	path := published(t)
	a, b := mapped(t, path), mapped(t, path)
	defer b.Unmap()
	kept, last := At[uint64](a, 0), At[uint64](a, 8184)
	*kept, *last = 1, 2
	if err := a.Abandon(); err != nil {
		t.Fatal(err)
	}
	if *kept != 0 || *last != 0 {
		t.Errorf("the pointers read %d and %d, want zeroes", *kept, *last)
	}
	*kept, *last = 8, 9
	if *kept != 8 || *last != 9 {
		t.Error("the pointers do not write")
	}
	if got := [2]uint64{*At[uint64](b, 0), *At[uint64](b, 8184)}; got != [2]uint64{1, 2} {
		t.Errorf("the shared file has %d, want 1 and 2", got)
	}
	content, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(content[:8], At[[8]byte](b, 0)[:]) {
		t.Errorf("the file differs: %v, %v", content[:8], err)
	}
	if err := a.Abandon(); err != nil {
		t.Errorf("a second Abandon: %v", err)
	}
	if err := a.Unmap(); err != nil {
		t.Error(err)
	}
}

func TestMapErrors(t *testing.T) {
	t.Parallel()
	path := published(t)
	file, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, size := range []uint64{0, 1 << 56, math.MaxInt64 - 4096, math.MaxInt64, math.MaxUint64} {
		if m, err := Map(file, size); err == nil {
			t.Errorf("%d bytes: got %v, want an error", size, m)
		}
	}
	readOnly, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer readOnly.Close()
	if _, err := Map(readOnly, 8192); err == nil {
		t.Error("a file that was opened for reading can be mapped for writing")
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	if _, err := Map(write, 4096); err == nil {
		t.Error("a pipe can be mapped")
	}
}
