package command

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
)

func helpCommand() *command {
	return &command{
		name:    "help",
		summary: "print this text, or the manual of a command",
		usage:   "help [COMMAND]",
		help:    "Help prints the list of commands, or the manual of one.\n",
		run:     runHelp,
	}
}

func runHelp(_ context.Context, c *call, flags *flag.FlagSet, args []string) (int, error) {
	rest, err := parse(flags, args)
	if err != nil {
		return 0, err
	}
	text := overview()
	switch len(rest) {
	case 0:
	case 1:
		of := lookup(rest[0])
		if of == nil {
			return 0, usagef("unknown command %q%s", rest[0], suggest(rest[0]))
		}
		text = manual(of)
	default:
		return 0, usagef("one command at a time, not %s", strings.Join(rest, " "))
	}
	_, err = io.WriteString(c.stdout, text)
	return exitFine, err
}

// manual is the help text of one command.
func manual(c *command) string {
	return fmt.Sprintf("usage: shmgen %s\n\n%s", c.usage, c.help)
}

// overview is the help text of shmgen.
func overview() string {
	var list strings.Builder
	for _, c := range commands() {
		fmt.Fprintf(&list, "  %-9s %s\n", c.name, c.summary)
	}
	return `Shmgen generates typed Go for memory that processes share, from schemas such as counter.shm:

	package counter

	segment Counter {
		total Value(int64)
	}

usage: shmgen [COMMAND] [ARGUMENTS]

` + list.String() + `
"shmgen help COMMAND" is the manual of a command.

To use it in a module:

	go get -tool github.com/shmgen/shmgen/cmd/shmgen

and in a Go file of the package, beside its schemas:

	//go:generate go tool shmgen

When cross-compiling, go tool would build shmgen for the target and fail with "exec format error". Write instead

	//go:generate env GOOS= GOARCH= go tool shmgen

Exit code: 0 all is well; 1 findings, on standard output; 2 wrong use or trouble, on standard error.
`
}
