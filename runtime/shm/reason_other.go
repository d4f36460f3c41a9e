//go:build !linux

package shm

func isNoSpace(error) bool { return false }

func isLink(error) bool { return false }
