package proc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// errTerminated is the cause with which the context of a target is cancelled.
var errTerminated = fmt.Errorf("proc: the worker was told to end (SIGTERM): %w", context.Canceled)

// Init makes a worker of this process if [Start] has started it as one: it runs the target and exits. In every other
// process it returns at once. It belongs first into main, after the calls of [Register], and for tests into TestMain:
// what stands before it is run by every worker too.
//
// The exit code is 0, or 1 after an error or a panic of the target was printed to standard error.
func Init() {
	workers.initialise()
	text, worker := os.LookupEnv(variable)
	if !worker {
		return
	}
	os.Unsetenv(variable)
	os.Exit(runWorker(text, os.Stderr))
}

// runWorker runs the worker that text, the value of the variable, says. It returns the exit code.
func runWorker(text string, stderr io.Writer) int {
	h, err := decode(text)
	if err != nil {
		fmt.Fprintf(stderr, "proc: %v\n", err)
		return 1
	}
	run := workers.lookup(h.name)
	if run == nil {
		fmt.Fprintf(stderr, "proc: %s: no worker of this name is registered in the new process: call proc.Register(%q, …) before proc.Init, in every process of the program\n",
			h.name, h.name)
		return 1
	}
	files, lifeline, err := h.adopt()
	if err != nil {
		fmt.Fprintf(stderr, "proc: %s: %v\n", h.name, err)
		return 1
	}
	if lifeline != nil {
		go endWith(lifeline)
	}
	nameProcess()
	ctx := terminable()
	err = call(ctx, &Self{name: h.name, args: os.Args[1:], parent: h.parent, files: files}, run, stderr)
	if err == nil {
		return 0
	}
	givenUp := errors.Is(err, context.Canceled) && context.Cause(ctx) == errTerminated
	if !givenUp || (err != context.Canceled && err != errTerminated) {
		fmt.Fprintf(stderr, "proc: %s: %v\n", h.name, err)
	}
	if givenUp {
		endBySignal(syscall.SIGTERM)
	}
	return 1
}

// terminable returns a context that the first SIGTERM cancels. From then on SIGTERM does what it does by default.
func terminable() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals) // before the target can know of the first, so that the second one always counts
		cancel(errTerminated)
	}()
	return ctx
}

// call runs the target. If it panics or ends its goroutine, that is printed and the process ends here: not even a
// recovered panic always leads back to the caller, and this goroutine is the one that must not end.
func call(ctx context.Context, self *Self, run target, stderr io.Writer) error {
	returned := false
	defer func() {
		if returned {
			return
		}
		if value := recover(); value != nil {
			fmt.Fprintf(stderr, "proc: %s: panic: %v\n\n%s", self.name, value, debug.Stack())
		} else {
			fmt.Fprintf(stderr, "proc: %s: the target ended its goroutine by runtime.Goexit (as t.FailNow does); return an error instead\n", self.name)
		}
		os.Exit(1)
	}()
	err := run(ctx, self)
	returned = true
	return err
}

// endWith ends this process when the other end of the lifeline is closed, which the kernel does when the parent has
// ended in whatever way. Nothing is ever written into it.
func endWith(lifeline *os.File) {
	_, _ = io.Copy(io.Discard, lifeline) // whatever ended it, there is no lifeline any more
	os.Exit(1)
}
