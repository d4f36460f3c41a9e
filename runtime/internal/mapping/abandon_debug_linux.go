//go:build linux && shmdebug

package mapping

import "golang.org/x/sys/unix"

const abandonedProtection = unix.PROT_NONE
