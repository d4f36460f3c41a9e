package descriptor_test

import (
	"fmt"

	"github.com/shmgen/shmgen/runtime/descriptor"
)

// What a segment contains can be printed without the program that made it.
func Example() {
	s, err := descriptor.Parse(`shmgen 1 Bank 1
record Order 16 id:uint64@0 amount:float64@8
field money Value int32 lock=mutex @0+12
field last Value Order lock=mutex @64+48
field ledger Lock @128+8
field lo Value int32 lock=ledger @136+4
data 192
`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("segment %s, version %d, %d bytes\n", s.Name, s.Version, s.Size)
	for i := range s.Fields {
		f := &s.Fields[i]
		parts, _ := s.Inside(f)
		fmt.Printf("%3d %s: %s; its data is at %d\n", f.Offset, f.Name, f.Words(), f.Offset+parts.Data)
	}
	fmt.Println("hashes:", len(s.Chain()))
	// Output:
	// segment Bank, version 1, 192 bytes
	//   0 money: Value int32 lock=mutex; its data is at 8
	//  64 last: Value Order lock=mutex; its data is at 80
	// 128 ledger: Lock; its data is at 128
	// 136 lo: Value int32 lock=ledger; its data is at 136
	// hashes: 1
}
