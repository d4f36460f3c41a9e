//go:build linux

package shm_test

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/shm"
)

// TestLockGuardsPrivateMemory changes a variable of this process under locks of a segment. The race detector, which does
// not see shared memory, must be told that they are locks: under it, this test fails otherwise.
func TestLockGuardsPrivateMemory(t *testing.T) {
	inBoth(t, func(t *testing.T, b *testbank.Bank) {
		n := 0
		var group sync.WaitGroup
		for i := range 4 {
			group.Go(func() {
				for range 200 {
					switch i {
					case 0, 1:
						g, err := b.Gate.Lock(t.Context())
						if err != nil {
							t.Error(err)
							return
						}
						n++
						g.Unlock()
					case 2:
						for {
							if g, err := b.Gate.TryLock(); err == nil {
								n++
								g.Unlock()
								break
							}
						}
					case 3:
						if err := b.Gate.Recover(t.Context(), nil); err != nil { // waits for its turn, no more
							t.Error(err)
						}
					}
				}
			})
		}
		group.Wait()
		equal(t, "n", n, 600)
	})
}

// TestRaceIsReported runs TestRacy under the race detector, which must find what is wrong in it.
func TestRaceIsReported(t *testing.T) {
	if !raceEnabled || os.Getenv("SHM_TEST_NESTED") != "" {
		t.Skip("needs the race detector, and is run by itself")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestRacy$", "-test.count=1")
	cmd.Env = append(os.Environ(), "SHM_TEST_RACY=1", "SHM_TEST_NESTED=1")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "DATA RACE") {
		t.Errorf("the race was not reported: %v\n%s", err, out)
	}
}

// TestRacy changes a raw field of a segment on the heap in two goroutines, with nothing between them.
func TestRacy(t *testing.T) {
	if os.Getenv("SHM_TEST_RACY") == "" {
		t.Skip("is wrong on purpose: TestRaceIsReported runs it")
	}
	b := newBank(t, shm.WithHeap())
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() { b.Raw.Store(b.Raw.Load() + 1) })
	}
	group.Wait()
}
