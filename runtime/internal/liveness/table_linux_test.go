package liveness

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/internal/mapping"
)

func TestJoinLeave(t *testing.T) {
	t.Parallel()
	a := open(t, create(t, 3))
	before, epoch := time.Now(), a.epoch()
	table := a.mustJoin(t, noSweep(t))
	if table.Slot() != 0 || table.Slots() != 3 || !table.Alive(0) || !table.Occupied(0) || table.Alive(1) || table.Occupied(1) {
		t.Errorf("slot %d of %d", table.Slot(), table.Slots())
	}
	if a.epoch() != epoch+1 {
		t.Errorf("the epoch went from %d to %d at an attach", epoch, a.epoch())
	}
	p, ok := table.Process(0)
	if command := filepath.Base(os.Args[0]); !ok || p.Slot != 0 || p.PID != os.Getpid() || p.Command != command[:min(len(command), 32)] {
		t.Errorf("got %+v, %v", p, ok)
	}
	if p.Attached.Before(before.Add(-time.Second)) || p.Attached.After(time.Now().Add(time.Second)) {
		t.Errorf("attached at %v, want now", p.Attached)
	}
	for _, slot := range []int{-1, 3, 1 << 20} {
		if _, ok := table.Process(slot); ok || table.Alive(slot) || table.Occupied(slot) {
			t.Errorf("there is a slot %d", slot)
		}
	}
	calls := 0
	if err := table.Leave(a.memory, func() bool { calls++; return false }); err != nil || calls != 1 {
		t.Errorf("Leave: %v, last was called %d times, want once", err, calls)
	}
	if a.epoch() != epoch+2 || a.state() != format.StateReady {
		t.Errorf("after Leave: epoch %d, state %d", a.epoch(), a.state())
	}
	if got := a.mustJoin(t, noSweep(t)).Slot(); got != 0 {
		t.Errorf("the slot that was left is not used again: got %d", got)
	}
}

// TestTwoTables attaches twice in one process: two slots, of which each is alive for the other.
func TestTwoTables(t *testing.T) {
	t.Parallel()
	path := create(t, 2)
	a, b := open(t, path), open(t, path)
	a.mustJoin(t, noSweep(t))
	b.mustJoin(t, noSweep(t))
	if a.table.Slot() != 0 || b.table.Slot() != 1 || !a.table.Alive(1) || !b.table.Alive(0) {
		t.Errorf("slots %d and %d", a.table.Slot(), b.table.Slot())
	}
	a.table.Sweep(noSweep(t))
	if err := open(t, path).join(noSweep(t)); !errors.Is(err, ErrFull) {
		t.Errorf("a third: got %v, want ErrFull", err)
	}
	if err := a.table.Leave(a.memory, func() bool { t.Error("a is not the last"); return true }); err != nil {
		t.Error(err)
	}
	if b.table.Alive(0) || b.table.Occupied(0) || !b.table.Alive(1) {
		t.Error("b takes a to be alive")
	}
	if err := b.table.Leave(b.memory, func() bool { return true }); err != nil || b.state() != format.StateGone {
		t.Errorf("the last: %v, state %d", err, b.state())
	}
	if err := open(t, path).join(noSweep(t)); !errors.Is(err, ErrGone) {
		t.Errorf("after the last: got %v, want ErrGone", err)
	}
}

// TestLeaveFreesTheByte keeps a copy of the descriptor, as a process that is being started does for a moment. The slot
// must be free all the same.
func TestLeaveFreesTheByte(t *testing.T) {
	t.Parallel()
	path := create(t, 1)
	a, b := open(t, path), open(t, path)
	a.mustJoin(t, noSweep(t))
	kept, err := mapping.Duplicate(a.table.file)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if err := a.table.Leave(a.memory, func() bool { return false }); err != nil {
		t.Fatal(err)
	}
	if err := b.join(noSweep(t)); err != nil {
		t.Errorf("the only slot cannot be used again: %v", err)
	}
}

func TestProcesses(t *testing.T) {
	t.Parallel()
	path := create(t, 3)
	a := open(t, path)
	a.mustJoin(t, noSweep(t))
	first, second := start(t, "wait", path), start(t, "wait", path)
	slots := []string{first.line(), second.line()}
	slices.Sort(slots)
	if !slices.Equal(slots, []string{"1", "2"}) {
		t.Errorf("got slots %q", slots)
	}
	if got := start(t, "wait", path).line(); got != ErrFull.Error() {
		t.Errorf("a fourth process: got %s, want ErrFull", got)
	}
	if err := open(t, path).join(noSweep(t)); !errors.Is(err, ErrFull) {
		t.Errorf("a fourth: got %v, want ErrFull", err)
	}
	for slot := range 3 {
		p, _ := a.table.Process(slot)
		if want := []int{os.Getpid(), first.cmd.Process.Pid, second.cmd.Process.Pid}; !slices.Contains(want, p.PID) || !a.table.Alive(slot) {
			t.Errorf("slot %d: %+v, alive %v", slot, p, a.table.Alive(slot))
		}
	}
	first.proceed()
	if got := first.line(); got != "false" {
		t.Errorf("the first to leave was the last: %s", got)
	}
	if err := a.table.Leave(a.memory, func() bool { return true }); err != nil || a.state() != format.StateReady {
		t.Errorf("one is still there: %v, state %d", err, a.state())
	}
	second.proceed()
	if got := second.line(); got != "true" {
		t.Errorf("the last to leave was the last: %s", got)
	}
}

// TestKilled kills a process: its slot is swept once, before it is used again.
func TestKilled(t *testing.T) {
	t.Parallel()
	path := create(t, 2)
	a := open(t, path)
	a.mustJoin(t, noSweep(t))
	p := start(t, "wait", path)
	if got := p.line(); got != "1" {
		t.Fatalf("the child got slot %s", got)
	}
	p.kill()
	if a.table.Alive(1) || !a.table.Occupied(1) {
		t.Errorf("after the kill: alive %v, occupied %v", a.table.Alive(1), a.table.Occupied(1))
	}
	if dead, _ := a.table.Process(1); dead.PID != p.cmd.Process.Pid {
		t.Errorf("the dead is %+v, want %d", dead, p.cmd.Process.Pid)
	}
	var swept []int
	b := open(t, path)
	sweep := func(slot int) {
		swept = append(swept, slot)
		if !b.occupied(slot) {
			t.Errorf("slot %d is free before its sweep is done", slot)
		}
	}
	if got := b.mustJoin(t, sweep).Slot(); got != 1 || !slices.Equal(swept, []int{1}) {
		t.Errorf("got slot %d, swept %v, want 1 and once 1", got, swept)
	}
	a.table.Sweep(noSweep(t))
	if !a.table.Alive(1) {
		t.Error("the new process is not alive")
	}
}

// TestSweep lets a process that is attached already sweep.
func TestSweep(t *testing.T) {
	t.Parallel()
	path := create(t, 4)
	a, b := open(t, path), open(t, path)
	a.mustJoin(t, noSweep(t))
	for range 2 {
		p := start(t, "wait", path)
		p.line()
		defer p.kill()
		b.mustJoin(t, noSweep(t))
		p.kill()
		epoch := a.epoch()
		var swept []int
		a.table.Sweep(func(slot int) { swept = append(swept, slot) })
		a.table.Sweep(noSweep(t))
		if !slices.Equal(swept, []int{1}) || a.table.Occupied(1) || a.epoch() != epoch+1 {
			t.Errorf("swept %v, occupied %v, epoch %d after %d", swept, a.table.Occupied(1), a.epoch(), epoch)
		}
		if err := b.table.Leave(b.memory, func() bool { return false }); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSweeperDies kills a process in the middle of a sweep: the next one begins again.
func TestSweeperDies(t *testing.T) {
	t.Parallel()
	path := create(t, 3)
	a := open(t, path)
	a.line(1).live = 4711 // of a process that is dead: nobody has the byte
	p := start(t, "pause", path)
	if got := p.line(); got != "sweeping 1" {
		t.Fatalf("got %q", got)
	}
	p.kill()
	var swept []int
	if got := a.mustJoin(t, func(slot int) { swept = append(swept, slot) }).Slot(); got != 0 || !slices.Equal(swept, []int{1}) {
		t.Errorf("got slot %d, swept %v, want 0 and once 1", got, swept)
	}
}

// TestStopped stops a process that has the table's byte. Others give up in the end, and go on as soon as it does.
func TestStopped(t *testing.T) {
	t.Parallel()
	path := create(t, 3)
	a, b := open(t, path), open(t, path)
	a.mustJoin(t, noSweep(t))
	a.line(1).live = 4711
	p := start(t, "pause", path)
	p.line()
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	a.table.limit = 20 * time.Millisecond
	called := false
	if err := a.table.locked(func() error { called = true; return nil }); !errors.Is(err, ErrHeld) || called || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want ErrHeld with the path; called: %v", err, called)
	}
	a.table.Sweep(noSweep(t)) // does not wait
	joined := make(chan error)
	go func() { joined <- b.join(noSweep(t)) }()
	p.proceed()
	if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if err := <-joined; err != nil {
		t.Errorf("joining while the byte was held for a while: %v", err)
	}
	if got := p.line(); got != "1" && got != "2" {
		t.Errorf("the child got slot %s", got)
	}
}

// TestLeaveWhileHeld shows that a process that cannot lock the table leaves a slot that is dead, not one that is taken.
func TestLeaveWhileHeld(t *testing.T) {
	t.Parallel()
	path := create(t, 3)
	a, b := open(t, path), open(t, path)
	a.mustJoin(t, noSweep(t))
	b.mustJoin(t, noSweep(t))
	if !b.table.tryByte(format.TableByte) {
		t.Fatal("the table is locked")
	}
	a.table.limit = time.Millisecond
	if err := a.table.Leave(a.memory, func() bool { return true }); !errors.Is(err, ErrHeld) {
		t.Errorf("got %v, want ErrHeld", err)
	}
	if b.table.Alive(0) || !b.table.Occupied(0) {
		t.Errorf("alive %v, occupied %v, want a dead slot", b.table.Alive(0), b.table.Occupied(0))
	}
	b.table.unlockByte(format.TableByte)
	var swept []int
	b.table.Sweep(func(slot int) { swept = append(swept, slot) })
	if !slices.Equal(swept, []int{0}) {
		t.Errorf("swept %v, want 0", swept)
	}
}

func TestAbandoned(t *testing.T) {
	t.Parallel()
	path := create(t, 2)
	a := open(t, path)
	abandoned := func(result bool) (called bool) {
		t.Helper()
		own, err := mapping.Reopen(a.file)
		if err != nil {
			t.Fatal(err)
		}
		if err := Abandoned(a.memory, own, a.header, func() bool { called = true; return result }); err != nil {
			t.Error(err)
		}
		if _, err := own.Stat(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("the file is not closed: %v", err)
		}
		return called
	}
	if !abandoned(false) || a.state() != format.StateReady {
		t.Errorf("nobody has attached: state %d", a.state())
	}
	p := start(t, "wait", path)
	p.line()
	if abandoned(true) || a.state() != format.StateReady {
		t.Errorf("somebody is attached: state %d", a.state())
	}
	p.kill()
	if !abandoned(true) || a.state() != format.StateGone {
		t.Errorf("who was attached is dead: state %d", a.state())
	}
	if err := a.join(noSweep(t)); !errors.Is(err, ErrGone) {
		t.Errorf("got %v, want ErrGone", err)
	}
}

// TestBrokenTable fills the table with bytes that nobody meant.
func TestBrokenTable(t *testing.T) {
	t.Parallel()
	a := open(t, create(t, 8))
	table := mapping.Slice[byte](a.memory, a.header.Table.Offset, a.header.Table.Size)
	for i := range table {
		table[i] = 0xff
	}
	swept := 0
	if got := a.mustJoin(t, func(int) { swept++ }).Slot(); got != 0 || swept != 8 {
		t.Errorf("got slot %d after %d sweeps, want 0 after 8", got, swept)
	}
	p, ok := a.table.Process(5)
	if !ok || p.PID < 0 || p.Command != "?" || a.table.Alive(5) {
		t.Errorf("got %+v, %v", p, ok)
	}
}

// TestJoinOwnsFile shows that the file is closed when Join fails.
func TestJoinOwnsFile(t *testing.T) {
	t.Parallel()
	path := create(t, 1)
	a, b := open(t, path), open(t, path)
	a.mustJoin(t, noSweep(t))
	own, err := mapping.Reopen(b.file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Join(b.memory, own, b.header, noSweep(t)); !errors.Is(err, ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
	if _, err := own.Stat(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the file is not closed: %v", err)
	}
	if _, err := Join(b.memory, own, b.header, noSweep(t)); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a file that is closed: got %v, want an error with the path", err)
	}
}

func TestHeapTable(t *testing.T) {
	t.Parallel()
	a := open(t, create(t, 2))
	heap, err := mapping.Heap(a.header.Total)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Join(heap, nil, a.header, noSweep(t)); !errors.Is(err, ErrGone) {
		t.Errorf("a state of 0: got %v, want ErrGone", err)
	}
	atomic.StoreUint32(mapping.At[uint32](heap, format.State), format.StateReady)
	table, err := Join(heap, nil, a.header, noSweep(t))
	if err != nil || table.Slot() != 0 || !table.Alive(0) || table.Alive(1) {
		t.Fatalf("got %+v, %v", table, err)
	}
	if err := table.Leave(heap, func() bool { return true }); err != nil || table.Occupied(0) {
		t.Errorf("Leave: %v", err)
	}
}
