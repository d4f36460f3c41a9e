//go:build linux

package shm

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/internal/futex"
	"github.com/shmgen/shmgen/runtime/internal/lockword"
)

const oneNumber = `shmgen 1 One 1
field n Value int32 lock=mutex @0+12
data 64
`

func newOne(t *testing.T) Number[int32] {
	t.Helper()
	var segment *Segment
	n, err := New(oneNumber, func(s *Segment) Number[int32] {
		segment = s
		return BindNumber[int32](s, "n", 0)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := segment.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// wakes checks that do wakes who sleeps on a word of that value. A wake that comes before the sleep is lost, so do is
// repeated; if it wakes nobody, the sleep reaches its limit.
func wakes(t *testing.T, what string, word *uint32, value uint32, do func()) {
	t.Helper()
	result := make(chan futex.Result)
	go func() {
		limit := futex.Now() + int64(5*time.Second)
		r := futex.Again
		for r == futex.Again {
			r = futex.Wait(word, value, futex.Mask(17), limit)
		}
		result <- r
	}()
	for {
		select {
		case r := <-result:
			if r != futex.Woken {
				t.Errorf("%s: the sleeper's result is %d, want it woken", what, r)
			}
			return
		default:
			do()
		}
	}
}

// TestLeavePassesOn checks what a waiter does that has slept and gives up: the wake that it may have had is not lost.
func TestLeavePassesOn(t *testing.T) {
	n := newOne(t)
	wakes(t, "leave beside a free lock", n.c.held, 0, func() { n.c.leave(true) })

	h, err := n.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n.c.leave(false)
	if w := atomic.LoadUint32(n.c.held); w&lockword.Waiters != 0 {
		t.Errorf("who has not slept has nothing to pass on, but the word is %#x", w)
	}
	n.c.leave(true)
	if w := atomic.LoadUint32(n.c.held); w&lockword.Waiters == 0 {
		t.Errorf("the holder is not told to wake the next: the word is %#x", w)
	}
	h.Unlock()
	if w := atomic.LoadUint32(n.c.held); w != 0 {
		t.Errorf("after Unlock the word is %#x, want 0", w)
	}
}

// TestSweepWakesAlways checks that a sweep wakes sleepers although the word is free and says that there are none: the
// dead may have been the one that was woken, and it took the mark with it.
func TestSweepWakesAlways(t *testing.T) {
	n := newOne(t)
	wakes(t, "sweep of a free lock", n.c.held, 0, func() { n.c.segment.sweeper().sweep(5) })
}

// TestBindOfAnotherType checks that generated code that disagrees with its own descriptor is refused before a pointer
// of the wrong size is made.
func TestBindOfAnotherType(t *testing.T) {
	for what, bind := range map[string]func(*Segment){
		"a larger type": func(s *Segment) { BindNumber[int64](s, "n", 0) },
		"another shape": func(s *Segment) { BindRaw[int32](s, "n", 0) },
		"another field": func(s *Segment) { BindNumber[int32](s, "m", 0) },
	} {
		func() {
			defer func() {
				if message, _ := recover().(string); !strings.Contains(message, "generate the code again") {
					t.Errorf("%s: got panic %q, want one that says what to do", what, message)
				}
			}()
			_, _ = New(oneNumber, func(s *Segment) int { bind(s); return 0 }, WithHeap())
		}()
	}
}
