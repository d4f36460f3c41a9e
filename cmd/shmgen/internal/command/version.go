package command

import (
	"context"
	"flag"
	"fmt"
	"runtime/debug"

	"github.com/shmgen/shmgen/runtime/descriptor"
)

func versionCommand() *command {
	return &command{
		name:    "version",
		summary: "print the version of shmgen and of the segment format",
		usage:   "version",
		help:    "Version prints the version of the module that shmgen was built from, and the number of the segment format.\n",
		run:     runVersion,
	}
}

func runVersion(_ context.Context, c *call, flags *flag.FlagSet, args []string) (int, error) {
	rest, err := parse(flags, args)
	if err != nil {
		return 0, err
	}
	if len(rest) > 0 {
		return 0, usagef("unexpected argument %q", rest[0])
	}
	version := "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	_, err = fmt.Fprintf(c.stdout, "shmgen %s, segment format %d\n", version, descriptor.Format)
	return exitFine, err
}
