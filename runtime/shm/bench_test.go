//go:build linux

package shm_test

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// ratio times peer and subject in turns, and reports the median of each and of their ratio.
func ratio(b *testing.B, peer, subject func(n int)) {
	b.Helper()
	const operations = 100_000
	var peers, subjects, ratios []float64
	once := func(do func(int)) float64 {
		start := time.Now()
		do(operations)
		return float64(time.Since(start).Nanoseconds()) / operations
	}
	once(peer)
	once(subject)
	for b.Loop() {
		p, s := once(peer), once(subject)
		peers, subjects, ratios = append(peers, p), append(subjects, s), append(ratios, s/p)
	}
	median := func(list []float64) float64 {
		slices.Sort(list)
		return list[len(list)/2]
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(peers), "peer-ns")
	b.ReportMetric(median(subjects), "ns")
	b.ReportMetric(median(ratios), "ratio")
}

type locked struct {
	mu sync.Mutex
	n  int64
}

func BenchmarkNumberAdd(b *testing.B) {
	g, s := new(locked), newBank(b)
	ratio(b, func(n int) {
		for range n {
			g.mu.Lock()
			g.n++
			g.mu.Unlock()
		}
	}, func(n int) {
		for range n {
			s.Wide.Add(1)
		}
	})
}

func BenchmarkNumberGuard(b *testing.B) {
	g, s := new(locked), newBank(b)
	ctx := b.Context()
	ratio(b, func(n int) {
		for i := range n {
			g.mu.Lock()
			g.n = int64(i)
			g.mu.Unlock()
		}
	}, func(n int) {
		for i := range n {
			h, err := s.Wide.Lock(ctx)
			if err != nil {
				b.Fatal(err)
			}
			h.Set(int64(i))
			h.Unlock()
		}
	})
}

type plain struct{ p *int64 }

var sink int64

func BenchmarkRawLoad(b *testing.B) {
	p, s := &plain{new(int64)}, newBank(b)
	ratio(b, func(n int) {
		for range n {
			sink += *p.p
		}
	}, func(n int) {
		for range n {
			sink += s.Raw.Load()
		}
	})
}

func BenchmarkAtomicLoad(b *testing.B) {
	p, s := &plain{new(int64)}, newBank(b)
	ratio(b, func(n int) {
		for range n {
			sink += *p.p
		}
	}, func(n int) {
		for range n {
			sink += int64(s.Hits.Load())
		}
	})
}
