// Package command is the shmgen command without its process: arguments, environment and streams come in, an exit code
// goes out. What the commands do is in package gen; here are flags, messages and help.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// The exit codes of every command.
const (
	exitFine     = 0
	exitFindings = 1 // errors in schemas, files that are out of date
	exitTrouble  = 2 // wrong use, files that cannot be read or written
)

// A call is one run of the command.
type call struct {
	env    []string
	stdout io.Writer // findings, and what was asked for
	stderr io.Writer // trouble
}

// A command is one of the things that shmgen does.
type command struct {
	name    string
	summary string // for the list of commands
	usage   string // the line after "usage: shmgen"
	help    string // the manual
	// run does the work. It registers its flags, parses the arguments with them, and returns the exit code; an error
	// is trouble.
	run func(ctx context.Context, c *call, flags *flag.FlagSet, args []string) (int, error)
}

// commands returns all commands in the order of the help text.
func commands() []*command {
	return []*command{generateCommand(), checkCommand(), versionCommand(), helpCommand()}
}

// lookup returns the command of that name, or nil.
func lookup(name string) *command {
	for _, c := range commands() {
		if c.name == name {
			return c
		}
	}
	return nil
}

// Run runs shmgen with the arguments after its name. env holds lines of the form KEY=VALUE. It returns the exit code:
// 0 if all is well, 1 if there are findings, which are written to stdout, 2 if there is trouble, which is written to
// stderr.
func Run(ctx context.Context, args, env []string, stdout, stderr io.Writer) int {
	c := &call{env: env, stdout: stdout, stderr: stderr}
	name, rest := dispatch(args)
	chosen := lookup(name)
	if chosen == nil {
		fmt.Fprintf(stderr, "shmgen: unknown command %q%s\n%s", name, suggest(name), usageHint(""))
		return exitTrouble
	}
	flags := flag.NewFlagSet(chosen.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // messages are printed below, once
	code, err := chosen.run(ctx, c, flags, rest)
	var usage usageError
	switch {
	case err == nil:
		return code
	case errors.Is(err, flag.ErrHelp):
		if _, err := io.WriteString(stdout, manual(chosen)); err != nil {
			return exitTrouble
		}
		return exitFine
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "shmgen %s: %v\n%s", chosen.name, err, usageHint(chosen.name))
	default:
		fmt.Fprintf(stderr, "shmgen %s: %v\n", chosen.name, err)
	}
	return exitTrouble
}

// dispatch splits the arguments into a command and its arguments. Files and flags without a command mean generate, so
// that "//go:generate shmgen" and "shmgen bank.shm" work.
func dispatch(args []string) (name string, rest []string) {
	if len(args) == 0 {
		return "generate", nil
	}
	switch first := args[0]; {
	case first == "-h" || first == "-help" || first == "--help":
		return "help", args[1:]
	case first == "-version" || first == "--version":
		return "version", args[1:]
	case strings.HasPrefix(first, "-"), strings.ContainsAny(first, `./\`):
		return "generate", args
	}
	return args[0], args[1:]
}

// usageError is trouble that comes from the arguments.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// usagef returns a usageError.
func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// usageHint says where the manual is.
func usageHint(name string) string {
	return strings.TrimRight("Run \"shmgen help "+name, " ") + "\" for usage.\n"
}

// parse reads flags that may stand before, between and after the other arguments, which it returns. After "--" all
// arguments are no flags.
func parse(flags *flag.FlagSet, args []string) ([]string, error) {
	var others []string
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, usageError{err}
		}
		left := flags.Args()
		if ended := len(left) < len(args) && args[len(args)-len(left)-1] == "--"; ended || len(left) == 0 {
			return append(others, left...), nil
		}
		others = append(others, left[0])
		args = left[1:]
	}
}

// getenv returns the value of an environment variable, the last one if there are several.
func (c *call) getenv(key string) string {
	value := ""
	for _, line := range c.env {
		if k, v, _ := strings.Cut(line, "="); k == key {
			value = v
		}
	}
	return value
}
