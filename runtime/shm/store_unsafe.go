package shm

import (
	"sync/atomic"
	"unsafe"
)

// narrow says that this machine's words have 32 bits, where a plain store of 64 bits is two.
const narrow = unsafe.Sizeof(uintptr(0)) == 4

// storeNumber stores x in one step, so that nobody can see it half done.
func storeNumber[T Num](p *T, x T) {
	if narrow && unsafe.Sizeof(x) == 8 {
		atomic.StoreUint64((*uint64)(unsafe.Pointer(p)), *(*uint64)(unsafe.Pointer(&x)))
		return
	}
	*p = x
}
