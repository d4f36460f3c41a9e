package shm

import (
	"bytes"
	"fmt"
	"sync/atomic"
)

// Text is an Array('c', n): n bytes of text, ended by a NUL if it is shorter, behind a lock of its own. It has two
// copies, as [Value] has, so it is never half changed. The methods wait for the lock as sync.Mutex does. The zero Text is
// not bound to anything and panics.
type Text struct {
	c *core
	p *byte // the first copy
}

// BindText is called by generated code.
func BindText(s *Segment, field string, initial string) Text {
	at := s.find(field, shapeCopies)
	c, _ := s.bind(field, shapeCopies, uintptr(at.parts.Element))
	first := textAt(s, at, 0)
	textAt(s, at, 1) // checked here
	if s.creating {
		copy(first, initial)
	}
	return Text{c: c, p: firstOf(first)}
}

// Present reports whether the segment has the field; see [Number.Present].
func (t Text) Present() bool { return t.c != nil }

// copy returns all bytes of one of the two copies.
func (t Text) copy(n uint64) []byte { return elements(t.c, copyAt(t.c, t.p, n)) }

// Len returns n, the number of bytes that it has room for.
func (t Text) Len() int { return t.c.length }

// String returns the text up to the first NUL.
func (t Text) String() string {
	text, _, _ := bytes.Cut(t.Raw(), []byte{0})
	return string(text)
}

// SetString replaces the text, and fills the rest up with NUL. If s is longer than n bytes, the error is [ErrTooLong] and
// nothing is changed.
func (t Text) SetString(s string) error {
	if len(s) > t.c.length {
		return t.tooLong(len(s))
	}
	t.c.must()
	spare := t.copy(atomic.LoadUint64(t.c.seq) + 1)
	clear(spare[copy(spare, s):])
	t.c.commit()
	t.c.release()
	return nil
}

// Raw returns a copy of all n bytes.
func (t Text) Raw() []byte {
	all := make([]byte, t.c.length)
	t.c.must()
	copy(all, t.copy(atomic.LoadUint64(t.c.seq)))
	t.c.release()
	return all
}

// SetRaw replaces the first len(b) bytes and leaves the others as they are. If b is longer than n bytes, the error is
// [ErrTooLong] and nothing is changed.
func (t Text) SetRaw(b []byte) error {
	if len(b) > t.c.length {
		return t.tooLong(len(b))
	}
	t.c.must()
	seq := atomic.LoadUint64(t.c.seq)
	spare := t.copy(seq + 1)
	copy(spare, t.copy(seq))
	copy(spare, b)
	t.c.commit()
	t.c.release()
	return nil
}

func (t Text) tooLong(n int) error {
	return fmt.Errorf("shm: segment %s, field %s: %d bytes do not fit into %d: %w", t.c.segment.label, t.c.field, n, t.c.length, ErrTooLong)
}
