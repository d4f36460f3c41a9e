package mapping

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"
)

func heap(t *testing.T, size uint64) *Memory {
	t.Helper()
	m, err := Heap(size)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestHeap(t *testing.T) {
	t.Parallel()
	for _, size := range []uint64{0, 1, 4095, 4096, 3 * 4096, 1 << 20} {
		m := heap(t, size)
		all := Slice[byte](m, 0, size)
		if m.Size() != size || uint64(len(all)) != size || uint64(cap(all)) != size {
			t.Errorf("%d bytes: got %d, %d, %d", size, m.Size(), len(all), cap(all))
		}
		if size > 0 && reflect.ValueOf(At[byte](m, 0)).Pointer()%PageSize != 0 {
			t.Errorf("%d bytes: not aligned to a page", size)
		}
		if !bytes.Equal(all, make([]byte, size)) {
			t.Errorf("%d bytes: not zero", size)
		}
		for i := range all {
			all[i] = 0xff // all of it is ours
		}
		if err := m.Abandon(); err != nil || bytes.Count(all, []byte{0xff}) != int(size) {
			t.Errorf("%d bytes: Abandon changes memory of the heap: %v", size, err)
		}
		if err := m.Unmap(); err != nil {
			t.Errorf("%d bytes: Unmap: %v", size, err)
		}
	}
}

func TestHeapTooLarge(t *testing.T) {
	t.Parallel()
	for _, size := range []uint64{1 << 46, math.MaxInt64 - 4096, math.MaxInt64, math.MaxUint64} {
		if m, err := Heap(size); err == nil || m != nil {
			t.Errorf("%d bytes: got %v, %v, want an error", size, m, err)
		}
	}
}

// panics reports whether do panics with a message that contains text.
func panics(do func(), text string) (did bool) {
	defer func() {
		message, _ := recover().(string)
		did = strings.Contains(message, text)
	}()
	do()
	return false
}

func TestAtBounds(t *testing.T) {
	t.Parallel()
	m := heap(t, 4096)
	*At[uint64](m, 4088) = 7
	*At[byte](m, 4095) = 9
	At[[4096]byte](m, 0)[4095]++
	if got := *At[byte](m, 4095); got != 10 {
		t.Errorf("got %d, want 10", got)
	}
	At[struct{}](m, 4096)
	for _, offset := range []uint64{4096, 4089, 4092, math.MaxUint64, math.MaxUint64 - 7, 1 << 63} {
		if !panics(func() { At[uint64](m, offset) }, "are not inside the segment's 4096 bytes") {
			t.Errorf("At[uint64](%d) does not panic", offset)
		}
	}
	for _, offset := range []uint64{1, 2, 3, 5, 4090} {
		if !panics(func() { At[uint32](m, offset) }, "are not inside") {
			t.Errorf("At[uint32](%d) is not aligned and does not panic", offset)
		}
	}
	if !panics(func() { At[[4097]byte](m, 0) }, "4097 bytes at 0") {
		t.Error("a type that is too large does not panic")
	}
}

func TestSliceBounds(t *testing.T) {
	t.Parallel()
	m := heap(t, 4096)
	if got := Slice[uint64](m, 8, 511); len(got) != 511 || cap(got) != 511 {
		t.Errorf("got %d, %d, want 511", len(got), cap(got))
	}
	if got := Slice[uint64](m, 4096, 0); len(got) != 0 {
		t.Errorf("nothing at the end: got %d elements", len(got))
	}
	for _, test := range []struct{ offset, n uint64 }{
		{0, 513}, {8, 512}, {4096, 1}, {2, 1}, {4104, 0}, {math.MaxUint64 - 7, 1},
		{0, 1 << 61}, {8, 1<<61 - 1}, {0, math.MaxUint64}, {math.MaxUint64 - 7, math.MaxUint64},
	} {
		if !panics(func() { Slice[uint64](m, test.offset, test.n) }, "segment's 4096 bytes") {
			t.Errorf("Slice[uint64](%d, %d) does not panic", test.offset, test.n)
		}
	}
}
