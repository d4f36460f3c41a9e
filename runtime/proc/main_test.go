//go:build linux

package proc_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/shmgen/shmgen/runtime/proc"
)

// TestMain is what main is in a program. Some tests run this binary as another program than the tests: role says which.
func TestMain(m *testing.M) {
	for name, target := range targets {
		proc.Register(name, target)
	}
	if os.Getenv(workerOnly) == "" {
		proc.Register("parent only", nothing)
	}
	switch role := os.Getenv(roleVariable); role {
	case "":
	case "without init":
		if os.Getenv("SHMGEN_PROC_WORKER") != "" {
			exitWith(errors.New("a program without Init has started itself"))
		}
		exitWith(startAndWait("nothing"))
	case "deleted":
		proc.Init()
		err := os.Remove(os.Args[0])
		if err == nil {
			err = startAndWait("nothing")
		}
		exitWith(err)
	case "plain":
		proc.Init()
		fmt.Println("plain")
		os.Exit(0)
	default:
		fmt.Fprintln(os.Stderr, "unknown role", role)
		os.Exit(1)
	}
	proc.Init()
	if os.Getenv("GORACE") == "" {
		// A worker under the race detector would sleep for a second before it exits.
		os.Setenv("GORACE", "atexit_sleep_ms=0")
	}
	os.Exit(m.Run())
}

const (
	roleVariable = "PROC_TEST_ROLE"
	workerOnly   = "PROC_TEST_WORKER"
)

func exitWith(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("fine")
	os.Exit(0)
}
