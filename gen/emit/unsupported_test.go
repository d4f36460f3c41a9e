package emit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shmgen/shmgen/gen/emit"
)

// TestUnsupported has one of everything that the language has and the generator cannot do yet, and things that follow from
// these: sized, in1 and in2 are reported where the parameter and the locks are.
func TestUnsupported(t *testing.T) {
	t.Parallel()
	text := `package p
record R { n int64 }
enum E uint8 { a }
segment S(depth <= 10) {
	fine    Value('i')
	gate    RLock()
	table   RWLock()
	desks   BoundedSemaphore(2)
	signal  Semaphore(0, undo=true)
	opened  Event()
	changed Condition(lock1)
	start   Barrier(4)
	orders  Queue(R, 64, producers=1)
	jobs    JoinableQueue(R, 64, inflight=3)
	talk    Pipe(R, 16)
	bytes1  Pipe(bytes, 16)
	feed    Broadcast(R, 1024)
	row     [4]Value(R)
	stripe  [64]Lock()
	snap    Value(R, lock=snapshot)
	rw      Array('i', 3, lock=rwmutex)
	arr     Array('i', 3, lock=atomic)
	sized   Array('i', depth)
	lock1   Lock(report=true)
	in1     Value('i', lock=gate)
	in2     Value('i', lock=table)
	both    [2]Value('i', lock=snapshot)
	good    Lock()
	in3     Value('i', lock=good)
	sign    Value('c', since=2)
}
`
	want := `4:11 parameters of a segment
6:10 RLock
7:10 RWLock
8:10 BoundedSemaphore
9:10 Semaphore
10:10 Event
11:10 Condition
12:10 Barrier
13:10 Queue
14:10 JoinableQueue
15:10 Pipe
16:10 Pipe
17:10 Broadcast
18:11 name [n]Value(…)
19:11 name [n]Lock(…)
20:19 lock=snapshot
21:24 lock=rwmutex
22:24 lock=atomic of an Array
24:15 Lock(report=true)
27:11 name [n]Value(…)
30:21 since=2`
	var got []string
	for _, d := range emit.Unsupported(parse(t, "p.shm", text)) {
		message, found := strings.CutPrefix(d.Message, "not yet supported: ")
		if !found || d.Rule != emit.RuleUnsupported || d.Hint == "" {
			t.Errorf("got %q [%s], want a message that begins with \"not yet supported\", and a hint", d.Message, d.Rule)
		}
		got = append(got, fmt.Sprintf("%d:%d %s", d.Span.Start.Line, d.Span.Start.Column, message))
	}
	if lines := strings.Split(want, "\n"); !slices.Equal(got, lines) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func TestBindingRules(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"text", `record A = "example.com/m".A { s string[3] }`, "member of type string[3]"},
		{"bytes in an array", `record A = "example.com/m".A { s [2]bytes[3] }`, "member of type bytes[3]"},
		{"a name that Go has", "record A = int32 { n int64 }", "the Go type int32 has a name that means something else"},
		{"a name that cannot be declared", "record A = init { n int64 }", "the Go type init"},
		{"the name of an import", "record A = shm { n int64 }", "the Go type shm"},
		{"the name of a parameter", "record A = s { n int64 }", "the Go type s "},
		{"the name of another package", "record A = market { n int64 }\nrecord B = \"example.com/market\".B { n int64 }", "the Go type market"},
		{"a generated record", "record B { n int64 }\nrecord A = \"example.com/m\".A { b B }", "the generated record B"},
		{"a record of this package", "record B = b { n int64 }\nrecord A = \"example.com/m\".A { b B }", "the generated record B"},
	} {
		found := emit.Unsupported(parse(t, "p.shm", "package p\n"+test.text+"\n"))
		if len(found) != 1 || !strings.Contains(found[0].Message, test.want) || found[0].Rule != emit.RuleBinding {
			t.Errorf("%s: got %v, want one diagnostic with %q", test.name, found, test.want)
		}
	}
}
