//go:build linux && !mips && !mipsle && (!arm || arm.7)

package mapping

// Supported says whether segments can be attached on this system: Linux, where Go's 64-bit atomics are instructions
// and not locks of one process.
const Supported = true
