package proc

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// workers is the one table of the program's workers. It belongs to the whole process, because a new process has nothing
// but the program's own code to find its target with.
var workers registry

type target = func(ctx context.Context, self *Self) error

type registry struct {
	mu          sync.Mutex
	targets     map[string]target // guarded by mu
	initialised bool              // Init was called; guarded by mu
}

// Register makes a function known as the worker of a name, which [Start] can run in a process of its own. It must run
// before [Init], in the parent and in the worker alike, so it belongs into an init function or at the start of main.
//
// The context of target is cancelled by the first SIGTERM; the package documentation says how a worker ends.
//
// Register panics if name is empty, contains a NUL byte or is registered already, if target is nil, and after Init.
func Register(name string, target func(ctx context.Context, self *Self) error) {
	switch {
	case name == "":
		panic("proc: Register: the name of a worker is empty")
	case strings.ContainsRune(name, 0):
		panic(fmt.Sprintf("proc: Register: the name %q contains a NUL byte", name))
	case target == nil:
		panic(fmt.Sprintf("proc: Register: the target of worker %q is nil", name))
	}
	workers.mu.Lock()
	defer workers.mu.Unlock()
	if workers.targets[name] != nil {
		panic(fmt.Sprintf("proc: Register: there is a worker %q already; give each a name of its own", name))
	}
	if workers.initialised {
		panic(fmt.Sprintf("proc: Register: worker %q is registered after Init, where no worker process gets to; register it before Init", name))
	}
	if workers.targets == nil {
		workers.targets = make(map[string]func(context.Context, *Self) error)
	}
	workers.targets[name] = target
}

// initialise remembers that Init was called.
func (r *registry) initialise() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.initialised = true
}

// lookup returns the target of a name, or nil.
func (r *registry) lookup(name string) target {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.targets[name]
}

// startable says why a worker cannot be started from this process, or returns nil.
func (r *registry) startable(name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	// Without Init the new process would run main, come to Start, and so start itself for ever.
	if !r.initialised {
		return errors.New("proc.Init was not called in this process: call it first in main (in TestMain for tests), after proc.Register")
	}
	if r.targets[name] == nil {
		return fmt.Errorf("no worker of this name is registered: call proc.Register(%q, …) before proc.Init", name)
	}
	return nil
}
