//go:build linux

package futex

import (
	"sync"
	"testing"
	"time"
	"unsafe"
)

// later is a limit that no test reaches.
func later() int64 { return Now() + int64(time.Minute) }

func TestNow(t *testing.T) {
	t.Parallel()
	first := Now()
	if first <= 0 {
		t.Errorf("got %d", first)
	}
	if second := Now(); second < first {
		t.Errorf("the clock went back from %d to %d", first, second)
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	for slot, want := range map[int]uint32{0: 1, 1: 2, 31: 1 << 31, 32: 1, 8189: 1 << (8189 % 32)} {
		if got := Mask(slot); got != want {
			t.Errorf("Mask(%d): got %#x, want %#x", slot, got, want)
		}
		if Mask(slot)&AnyMask == 0 {
			t.Errorf("AnyMask does not wake slot %d", slot)
		}
	}
}

func TestWaitReturns(t *testing.T) {
	t.Parallel()
	word := uint32(7)
	if got := Wait(&word, 6, AnyMask, later()); got != Changed {
		t.Errorf("another value: got %v, want Changed", got)
	}
	for name, limit := range map[string]int64{"a limit in the past": Now() - 1, "no limit at all": 0, "a limit before time": -5} {
		if got := Wait(&word, 7, AnyMask, limit); got != TimedOut {
			t.Errorf("%s: got %v, want TimedOut", name, got)
		}
	}
	begin := time.Now()
	for Wait(&word, 7, AnyMask, Now()+int64(5*time.Millisecond)) != TimedOut { // else a signal came
	}
	if took := time.Since(begin); took < 4*time.Millisecond {
		t.Errorf("a limit of 5 ms was reached after %v", took)
	}
}

// TestWaitBroken waits on words that the kernel refuses: a peer can cut the file, and then a wait must neither spin nor
// last.
func TestWaitBroken(t *testing.T) {
	t.Parallel()
	var words [2]uint32
	begin := time.Now()
	if got := Wait((*uint32)(unsafe.Add(unsafe.Pointer(&words), 1)), 0, AnyMask, later()); got != Again {
		t.Errorf("a word that is not aligned: got %v, want Again", got)
	}
	if took := time.Since(begin); took < time.Millisecond {
		t.Errorf("came back after %v", took)
	}
}

// TestWake wakes sleepers until all have seen it: a wake reaches only those that already sleep.
func TestWake(t *testing.T) {
	t.Parallel()
	word := uint32(1)
	const sleepers = 4
	var wait sync.WaitGroup
	woken := make(chan Result, sleepers)
	for range sleepers {
		wait.Go(func() {
			for {
				if got := Wait(&word, 1, Mask(3), later()); got != Again {
					woken <- got
					return
				}
			}
		})
	}
	for len(woken) < sleepers {
		Wake(&word, All, Mask(3))
	}
	wait.Wait()
	for range sleepers {
		if got := <-woken; got != Woken {
			t.Errorf("got %v, want Woken", got)
		}
	}
}

// TestWakeOthers shows that a wake with a mask of others wakes nobody, and one for anyone wakes one at a time.
func TestWakeOthers(t *testing.T) {
	t.Parallel()
	word := uint32(1)
	woken := make(chan Result)
	go func() {
		for {
			if got := Wait(&word, 1, Mask(3), Now()+int64(20*time.Millisecond)); got != Again {
				woken <- got
				return
			}
		}
	}()
	for {
		select {
		case got := <-woken:
			if got != TimedOut {
				t.Errorf("a wake for another slot: got %v, want TimedOut", got)
			}
			return
		default:
			Wake(&word, All, Mask(4))
		}
	}
}
