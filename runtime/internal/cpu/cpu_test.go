package cpu

import "testing"

func TestPause(t *testing.T) {
	for _, n := range []uint32{0, 1, 2, 1000} {
		Pause(n) // comes back
	}
	if allocations := testing.AllocsPerRun(10, func() { Pause(10) }); allocations != 0 {
		t.Errorf("got %v allocations, want 0", allocations)
	}
}

func BenchmarkPause(b *testing.B) {
	for b.Loop() {
		Pause(1)
	}
}
