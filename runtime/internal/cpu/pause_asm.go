//go:build amd64 || 386 || arm64

package cpu

//go:noescape
func pause(n uint32)
