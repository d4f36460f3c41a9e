package liveness

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/shmgen/shmgen/runtime/descriptor"
	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/internal/mapping"
)

// childVariable makes a child of the test binary: its value is what it is to do, and the file to do it with.
const childVariable = "LIVENESS_TEST_CHILD"

func TestMain(m *testing.M) {
	if what := os.Getenv(childVariable); what != "" {
		if err := child(what); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child joins a table and then waits until it is told to leave, or until it is killed.
func child(what string) error {
	role, path, _ := strings.Cut(what, " ")
	a, err := attach(path)
	if err != nil {
		return err
	}
	input := bufio.NewReader(os.Stdin)
	say := func(word any) { fmt.Println(word) }
	err = a.join(func(slot int) {
		if role == "pause" { // under the table's byte
			say("sweeping " + strconv.Itoa(slot))
			_, _ = input.ReadString('\n')
		}
	})
	if errors.Is(err, ErrFull) {
		say(err)
		return nil
	}
	if err != nil {
		return err
	}
	say(a.table.Slot())
	if _, err := input.ReadString('\n'); err != nil {
		return err
	}
	last := false
	if err := a.table.Leave(a.memory, func() bool { last = true; return false }); err != nil {
		return err
	}
	say(last)
	return nil
}

// attached is a file with a process table that this process has mapped.
type attached struct {
	memory *mapping.Memory
	header *format.Header
	file   *os.File
	table  *Table
}

func attach(path string) (*attached, error) {
	file, err := mapping.Open(path)
	if err != nil {
		return nil, err
	}
	page := make([]byte, format.HeaderSize)
	if _, err := file.ReadAt(page, 0); err != nil {
		return nil, err
	}
	st, err := mapping.Stat(file)
	if err != nil {
		return nil, err
	}
	header, err := format.Decode(page, st.Size)
	if err != nil {
		return nil, err
	}
	memory, err := mapping.Map(file, header.Total)
	if err != nil {
		return nil, err
	}
	return &attached{memory: memory, header: header, file: file}, nil
}

func (a *attached) join(sweep func(slot int)) error {
	own, err := mapping.Reopen(a.file)
	if err != nil {
		return err
	}
	a.table, err = Join(a.memory, own, a.header, sweep)
	return err
}

// create makes a file with a table of so many slots, and returns its path.
func create(t *testing.T, slots int) string {
	t.Helper()
	const text = "shmgen 1 A 1\ndata 0\n"
	d, err := descriptor.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	h := &format.Header{}
	if err := h.Plan(d, text, slots); err != nil {
		t.Fatal(err)
	}
	content := make([]byte, h.Total)
	h.Encode(content)
	path := filepath.Join(t.TempDir(), "table")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	a := open(t, path)
	atomic.StoreUint32(mapping.At[uint32](a.memory, format.State), format.StateReady)
	return path
}

// open maps the file for the time of the test.
func open(t *testing.T, path string) *attached {
	t.Helper()
	a, err := attach(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if a.table != nil {
			a.table.closeFile()
		}
		a.file.Close()
		if err := a.memory.Unmap(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func (a *attached) mustJoin(t *testing.T, sweep func(slot int)) *Table {
	t.Helper()
	if err := a.join(sweep); err != nil {
		t.Fatal(err)
	}
	return a.table
}

func (a *attached) epoch() uint32 {
	return atomic.LoadUint32(mapping.At[uint32](a.memory, format.Epoch))
}

func (a *attached) state() uint32 {
	return atomic.LoadUint32(mapping.At[uint32](a.memory, format.State))
}

func noSweep(t *testing.T) func(int) {
	return func(slot int) { t.Errorf("slot %d was swept", slot) }
}

// process is a child.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	input  io.WriteCloser
	output *bufio.Reader
}

func start(t *testing.T, role, path string) *process {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), executable)
	cmd.Env = append(os.Environ(), childVariable+"="+role+" "+path)
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: cmd, input: input, output: bufio.NewReader(output)}
	t.Cleanup(p.kill)
	return p
}

// line returns the next line that the child prints.
func (p *process) line() string {
	p.t.Helper()
	line, err := p.output.ReadString('\n')
	if err != nil {
		p.t.Fatalf("the child printed %q: %v", line, err)
	}
	return strings.TrimSuffix(line, "\n")
}

func (p *process) proceed() {
	p.t.Helper()
	if _, err := fmt.Fprintln(p.input); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// occupied is Table.Occupied for who has no table yet.
func (a *attached) occupied(slot int) bool {
	return newTable(a.memory, nil, a.header).Occupied(slot)
}

func (a *attached) line(slot int) *line { return lineAt(a.memory, a.header, slot) }
