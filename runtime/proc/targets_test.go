//go:build linux

package proc_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/shmgen/shmgen/runtime/proc"
)

// targets are the workers of the tests. None outlives its standard input where it waits for something, and that is a
// pipe of the test, so none outlives the test.
var targets = map[string]func(context.Context, *proc.Self) error{
	"nothing":       nothing,
	"describe":      describe,
	"fail":          func(context.Context, *proc.Self) error { return errors.New("the disk is full") },
	"panic":         func(context.Context, *proc.Self) error { panic("boom") },
	"goexit":        func(context.Context, *proc.Self) error { runtime.Goexit(); return nil },
	"recoverGoexit": recoverGoexit,
	"otherPanic":    otherPanic,
	"exit":          exit,
	"signal":        signalSelf,
	"wait":          wait,
	"finish":        finish,
	"giveUp":        func(ctx context.Context, _ *proc.Self) error { return waitAnd(ctx, func() error { return ctx.Err() }) },
	"giveUpCause": func(ctx context.Context, _ *proc.Self) error {
		return waitAnd(ctx, func() error { return context.Cause(ctx) })
	},
	"giveUpSaying": giveUpSaying,
	"failLate": func(ctx context.Context, _ *proc.Self) error {
		return waitAnd(ctx, func() error { return errors.New("cannot save") })
	},
	"cancelledInner": func(context.Context, *proc.Self) error { return context.Canceled },
	"ignore":         func(ctx context.Context, _ *proc.Self) error { return waitAnd(ctx, untilInputEnds) },
	"copy":           copyInput,
	"add":            add,
	"untilTerminated": func(ctx context.Context, _ *proc.Self) error {
		<-ctx.Done()
		return ctx.Err()
	},
	"takeTwice":   takeTwice,
	"takeMissing": func(_ context.Context, self *proc.Self) error { self.File(5); return nil },
	"notSegment":  notSegment,
	"descriptors": descriptors,
	"environment": environment,
	"family":      family,
	"leaveBehind": leaveBehind,
}

func nothing(context.Context, *proc.Self) error { return nil }

// describe prints what the worker knows of itself.
func describe(_ context.Context, self *proc.Self) error {
	comm, err := os.ReadFile("/proc/self/comm")
	fmt.Printf("name %s\nargs %q\nsegments %d\nparent %d\nppid %d\ncommand %s\ncolour %s\n",
		self.Name(), self.Args(), self.Segments(), self.Parent(), os.Getppid(), strings.TrimSpace(string(comm)), os.Getenv("COLOUR"))
	return err
}

func exit(_ context.Context, self *proc.Self) error {
	code, err := strconv.Atoi(self.Args()[0])
	if err != nil {
		return err
	}
	os.Exit(code)
	return nil
}

func recoverGoexit(context.Context, *proc.Self) error {
	defer func() {
		defer func() { _ = recover() }()
		panic("recovered while the goroutine ends")
	}()
	runtime.Goexit()
	return nil
}

func otherPanic(context.Context, *proc.Self) error {
	go panic("elsewhere")
	return untilInputEnds()
}

// signalSelf sends the process a signal, given by its number.
func signalSelf(_ context.Context, self *proc.Self) error {
	number, err := strconv.Atoi(self.Args()[0])
	if err != nil {
		return err
	}
	if err := syscall.Kill(os.Getpid(), syscall.Signal(number)); err != nil {
		return err
	}
	return untilInputEnds()
}

// wait says that it runs, and waits for the end of its standard input.
func wait(context.Context, *proc.Self) error {
	fmt.Println("ready")
	return untilInputEnds()
}

// untilInputEnds waits for the end of the standard input.
func untilInputEnds() error {
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// waitAnd waits for the end of ctx, says so, and goes on with next.
func waitAnd(ctx context.Context, next func() error) error {
	fmt.Println("ready")
	ended := make(chan error, 1)
	go func() { ended <- untilInputEnds() }()
	select {
	case <-ctx.Done():
		fmt.Println("cancelled")
		return next()
	case err := <-ended:
		return errors.Join(errors.New("the test has ended first"), err)
	}
}

func finish(ctx context.Context, _ *proc.Self) error {
	return waitAnd(ctx, func() error { return nil })
}

func giveUpSaying(ctx context.Context, _ *proc.Self) error {
	return waitAnd(ctx, func() error { return fmt.Errorf("row 7: %w", ctx.Err()) })
}

func copyInput(context.Context, *proc.Self) error {
	_, err := io.Copy(os.Stdout, os.Stdin)
	return err
}

// add adds to the total of every segment, as often as its argument says.
func add(_ context.Context, self *proc.Self) error {
	n, err := strconv.Atoi(self.Args()[0])
	if err != nil {
		return err
	}
	for i := range self.Segments() {
		c, err := proc.Inherit(self, i, inheritCounter)
		if err != nil {
			return err
		}
		for range n {
			c.total.Add(1)
		}
		if err := c.Close(); err != nil {
			return err
		}
	}
	return nil
}

func takeTwice(_ context.Context, self *proc.Self) error {
	self.File(0)
	self.File(0)
	return nil
}

// notSegment attaches to what is no segment of that schema.
func notSegment(_ context.Context, self *proc.Self) error {
	_, err := proc.Inherit(self, 0, inheritOther)
	return err
}

// descriptors prints what the worker has open.
func descriptors(context.Context, *proc.Self) error {
	open, err := openFiles()
	for _, file := range open {
		fmt.Printf("%t %s\n", file.inherited, file.path)
	}
	return err
}

// environment starts this program by other means than proc.Start.
func environment(ctx context.Context, _ *proc.Self) error {
	if os.Getenv(roleVariable) != "" {
		return errors.New("that program took itself for this worker")
	}
	c := exec.CommandContext(ctx, "/proc/self/exe")
	c.Env = append(os.Environ(), roleVariable+"=plain")
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	return c.Run()
}

// family starts a worker that copies its input to its output, and a daemon, says so once the daemon runs, and ends as
// its argument says. The daemon alone keeps the standard error, by which the test sees it end.
func family(ctx context.Context, self *proc.Self) error {
	ready, told, err := os.Pipe()
	if err != nil {
		return err
	}
	if _, err := proc.Start(ctx, "copy", proc.Stderr(nil)); err != nil {
		return err
	}
	if _, err := proc.Start(ctx, "wait", proc.Daemon(), proc.Stdout(told)); err != nil {
		return err
	}
	if err := told.Close(); err != nil {
		return err
	}
	if _, err := bufio.NewReader(ready).ReadString('\n'); err != nil {
		return err
	}
	fmt.Println("ready")
	switch self.Args()[0] {
	case "return":
		return nil
	case "panic":
		panic("the parent panics")
	}
	return untilInputEnds()
}

// leaveBehind ends, but leaves a worker that has its standard output open.
func leaveBehind(_ context.Context, _ *proc.Self) error {
	_, err := proc.Start(context.Background(), "copy")
	return err
}
