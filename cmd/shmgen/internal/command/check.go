package command

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/shmgen/shmgen/cmd/shmgen/internal/textdiff"
	"github.com/shmgen/shmgen/gen"
	"github.com/shmgen/shmgen/gen/diag"
)

func checkCommand() *command {
	return &command{
		name:    "check",
		summary: "is the generated code up to date?",
		usage:   "check [-diff] [PATH ...]",
		help: `Check makes the generated files again, in memory, and compares. It reports files that are out of date, schemas without
a generated file, generated files whose schema is gone, and errors in schemas. It writes nothing.

A PATH is a schema, a generated file, a folder, or a folder with /... for all below it; without one it is the current
folder. Flags that a file was generated with are taken from its second line. Folders named testdata or vendor, those
that begin with . or _, and other modules are passed over, as the go command does.

  -diff  print what would change, as a unified diff
`,
		run: runCheck,
	}
}

func runCheck(ctx context.Context, c *call, flags *flag.FlagSet, args []string) (int, error) {
	diff := flags.Bool("diff", false, "")
	paths, err := parse(flags, args)
	if err != nil {
		return 0, err
	}
	result, err := gen.Check(ctx, paths)
	if err != nil {
		return 0, err
	}
	if result.Checked == 0 && len(result.Diagnostics) == 0 {
		where := strings.Join(paths, " ")
		if where == "" {
			where = "the current folder"
		}
		return 0, fmt.Errorf("there is no schema and no generated file in %s", where)
	}
	if err := diag.Text(c.stdout, result.Source, result.Diagnostics); err != nil {
		return 0, err
	}
	if *diff {
		for _, s := range result.Stale {
			if _, err := io.WriteString(c.stdout, textdiff.Unified(s.Path, s.Path+" (generated from "+s.Schema+")", string(s.Have), string(s.Want))); err != nil {
				return 0, err
			}
		}
	}
	if diag.HasErrors(result.Diagnostics) {
		return exitFindings, nil
	}
	return exitFine, nil
}
