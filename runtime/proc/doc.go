// Package proc starts worker processes of the running program that inherit its shared-memory segments, and waits for
// them: what multiprocessing.Process is to Python.
//
// # A worked example
//
// The type bank.Bank was generated from a schema; any generated type will do.
//
//	func main() {
//		proc.Register("teller", teller)
//		proc.Init() // runs teller and exits in a worker, returns at once in the program itself
//		if err := run(context.Background()); err != nil {
//			fmt.Fprintln(os.Stderr, err)
//			os.Exit(1)
//		}
//	}
//
//	func run(ctx context.Context) error {
//		b, err := bank.NewBank()
//		if err != nil {
//			return err
//		}
//		defer b.Close()
//		p, err := proc.Start(ctx, "teller", proc.Segments(b), proc.Args("5"))
//		if err != nil {
//			return err
//		}
//		return p.Wait()
//	}
//
//	func teller(ctx context.Context, self *proc.Self) error {
//		b, err := proc.Inherit(self, 0, bank.InheritBank)
//		if err != nil {
//			return err
//		}
//		defer b.Close()
//		amount, err := strconv.Atoi(self.Args()[0])
//		if err != nil {
//			return err
//		}
//		b.Money.Add(int32(amount))
//		return nil
//	}
//
// Go has no fork: a worker is a new process of the same program, which runs all init functions, then main up to [Init],
// and knows of its parent only what it was given as arguments and segments. So everything before Init should be quick
// and should start no processes.
//
// Segments are inherited by file descriptor, so a segment needs no name to be shared. A worker also inherits the
// environment and the working directory, and standard input, output and error unless they are set ([Stdin], [Stdout],
// [Stderr]); it inherits no other descriptor that Go has opened.
//
// # How a worker ends
//
//	the target returns nil                            exit code 0
//	the target returns an error, panics, or calls     it is printed to standard error with the worker's name (and
//	runtime.Goexit                                    the stack of a panic); exit code 1
//	another goroutine panics                          Go prints it and ends the process; exit code 2
//	the program calls os.Exit(n)                      exit code n
//	a signal ends it, also by [Process.Kill]          exit code minus the number of the signal
//
// [Process.Terminate] sends SIGTERM. In the worker the first SIGTERM cancels the context of the target and nothing else; a
// second one ends the process at once, unless the target has asked for the signal itself with os/signal. A target that
// then returns nil has finished its work, with exit code 0. One that returns the error of its context has given up: the
// worker ends by the signal itself, with exit code -15 as if it had never caught it. Other signals do what they do in
// every Go program; SIGINT, which a terminal sends to all processes of a program, ends the workers at once.
//
// A worker does not end with its parent unless it is a [Daemon]. A daemon ends as soon as the parent has ended, in any
// way, kill -9 included.
//
// # Systems
//
// Workers can be started on Unix systems; those that inherit segments on Linux, where segments exist. Elsewhere [Start]
// fails with an error that wraps errors.ErrUnsupported, and [Init] returns at once.
package proc
