//go:build linux

package shm_test

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"os"

	"github.com/shmgen/shmgen/runtime/internal/testbank"
	"github.com/shmgen/shmgen/runtime/shm"
)

// What programs are written against. This file stops compiling when a signature changes.
var (
	_ interface {
		Present() bool
		Load() int32
		Store(int32)
		Add(int32) int32
		Swap(int32) int32
		CompareAndSwap(old, new int32) bool
		Update(context.Context, func(*int32) error) error
		Lock(context.Context) (shm.HeldNumber[int32], error)
		TryLock() (shm.HeldNumber[int32], error)
	} = shm.Number[int32]{}
	_ interface {
		Get() int32
		Set(int32)
		Unlock()
		Discard()
		shm.Holder
	} = (*shm.HeldNumber[int32])(nil)
	_ interface {
		Present() bool
		Load() bool
		Store(bool)
		Swap(bool) bool
		CompareAndSwap(old, new bool) bool
		Toggle() bool
	} = shm.BoolValue{}
	_ interface {
		Present() bool
		Load() string
		Store(string)
		Update(context.Context, func(*string) error) error
		Lock(context.Context) (shm.Held[string], error)
		TryLock() (shm.Held[string], error)
	} = shm.Value[string]{}
	_ interface {
		Get() string
		Set(string)
		Ptr() *string
		Unlock()
		Discard()
		shm.Holder
	} = (*shm.Held[string])(nil)
	_ interface {
		Present() bool
		Load() uint8
		Store(uint8)
		Add(uint8) uint8
		And(uint8) uint8
		Or(uint8) uint8
		Swap(uint8) uint8
		CompareAndSwap(old, new uint8) bool
	} = shm.Atomic[uint8]{}
	_ interface {
		Present() bool
		Load() float32
		Store(float32)
		Add(float32) float32
		Swap(float32) float32
		CompareAndSwap(old, new float32) bool
	} = shm.AtomicFloat[float32]{}
	_ interface {
		Present() bool
		Load() testbank.Status
		Store(testbank.Status)
		Swap(testbank.Status) testbank.Status
		CompareAndSwap(old, new testbank.Status) bool
	} = shm.AtomicEnum[testbank.Status]{}
	_ interface {
		Present() bool
		Load() bool
		Store(bool)
		Swap(bool) bool
		CompareAndSwap(old, new bool) bool
		Toggle() bool
	} = shm.AtomicBool{}
	_ interface {
		Present() bool
		Load() int
		Store(int)
		Ptr() *int
	} = shm.Raw[int]{}
	_ interface {
		Present() bool
		Len() int
		Load(int) int8
		Store(int, int8)
		CopyTo([]int8, int) error
		CopyFrom([]int8, int) error
		All() iter.Seq2[int, int8]
		Do(context.Context, func([]int8) error) error
		Lock(context.Context) (shm.HeldArray[int8], error)
		TryLock() (shm.HeldArray[int8], error)
		Recover(context.Context, func([]int8) error) error
		SetRepair(func([]int8) error)
	} = shm.Array[int8]{}
	_ interface {
		Len() int
		At(int) int8
		Set(int, int8)
		Slice() []int8
		All() iter.Seq2[int, int8]
		Unlock()
		shm.Holder
	} = (*shm.HeldArray[int8])(nil)
	_ interface {
		Present() bool
		Len() int
		Slice() []int8
	} = shm.RawArray[int8]{}
	_ interface {
		Present() bool
		String() string
		SetString(string) error
		Raw() []byte
		SetRaw([]byte) error
	} = shm.Text{}
	_ interface {
		Present() bool
		Lock(context.Context) (shm.Guard, error)
		TryLock() (shm.Guard, error)
		Recover(context.Context, func() error) error
	} = shm.Mutex{}
	_ interface {
		Unlock()
		shm.Holder
	} = (*shm.Guard)(nil)
	_ interface {
		Present() bool
		Lock(context.Context) (testbank.BankLedgerGuard, error)
		TryLock() (testbank.BankLedgerGuard, error)
		Recover(context.Context, func(*testbank.BankLedgerGuard) error) error
		SetRepair(func(*testbank.BankLedgerGuard) error)
	} = testbank.BankLedgerLock{}
	_ interface {
		Lo() *int32
		Rows() []testbank.Order
		Sure() *shm.Bool
		Unlock()
	} = (*testbank.BankLedgerGuard)(nil)
	_ interface {
		Name() string
		Path() string
		Size() int64
		Version() int
		Slot() int
		Processes() []shm.ProcessInfo
		Stats() []shm.LockStats
		File() (*os.File, error)
		Unlink() error
		io.Closer
	} = (*shm.Segment)(nil)
	_ interface {
		Segment() *shm.Segment
		io.Closer
	} = (*testbank.Bank)(nil)

	_ func(opts ...shm.Option) (*testbank.Bank, error)                = testbank.NewBank
	_ func(name string, opts ...shm.Option) (*testbank.Bank, error)   = testbank.CreateBank
	_ func(name string, opts ...shm.Option) (*testbank.Bank, error)   = testbank.OpenBank
	_ func(name string, opts ...shm.Option) (*testbank.Bank, error)   = testbank.OpenOrCreateBank
	_ func(file *os.File, opts ...shm.Option) (*testbank.Bank, error) = testbank.InheritBank

	_ func() shm.Option            = shm.WithTemporary
	_ func(fs.FileMode) shm.Option = shm.WithMode
	_ func(...int) shm.Option      = shm.WithOwner
	_ func(int) shm.Option         = shm.WithMaxProcesses
	_ func(string) shm.Option      = shm.WithDir
	_ func() shm.Option            = shm.WithHeap
)
