// Package shmtest helps to test programs that share memory: a temporary segment that is checked when the test ends, and a
// second process, in two lines.
//
// # A worked example
//
// The type bank.Bank was generated from a schema; any generated type will do.
//
//	func TestMain(m *testing.M) {
//		proc.Register("adder", adder)
//		shmtest.Main(m)
//	}
//
//	func adder(ctx context.Context, self *proc.Self) error {
//		b, err := proc.Inherit(self, 0, bank.InheritBank)
//		if err != nil {
//			return err
//		}
//		defer b.Close()
//		b.Money.Add(5)
//		return nil
//	}
//
//	func TestAdd(t *testing.T) {
//		b := shmtest.New(t, bank.CreateBank)
//		p := shmtest.Start(t, "adder", proc.Segments(b))
//		if err := p.Wait(); err != nil {
//			t.Fatal(err)
//		}
//		if got, want := b.Money.Load(), int32(1005); got != want {
//			t.Errorf("money is %d, want %d", got, want)
//		}
//	}
//
// What the worker prints goes to the log of the test. A worker that opens the segment by name gets the name by
// proc.Args(b.Segment().Path()).
//
// When the test ends, workers that still run are killed first; then the segment is closed, and it is an error of the test
// if a lock is still held, if somebody is still attached, or if files are left. This order comes about by itself if New
// is called before Start.
//
// The race detector does not see shared memory. For a test under it, create the segment on the heap:
//
//	b := shmtest.New(t, func(_ string, opts ...shm.Option) (*bank.Bank, error) { return bank.NewBank(opts...) }, shm.WithHeap())
package shmtest
