package command

import (
	"fmt"

	"github.com/shmgen/shmgen/gen/diag"
)

// suggest returns a question that names the command which is closest to a mistyped one, or nothing.
func suggest(name string) string {
	best := diag.Nearest(name, func(yield func(string) bool) {
		for _, c := range commands() {
			if !yield(c.name) {
				return
			}
		}
	})
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}
