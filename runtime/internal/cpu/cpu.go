// Package cpu has the few instructions that Go has no name for.
package cpu

// Pause tells the processor n times that this is a loop that waits for another processor; on most it takes some
// nanoseconds to some tens of nanoseconds each time. It returns at once where there is no such instruction.
func Pause(n uint32) { pause(n) }
