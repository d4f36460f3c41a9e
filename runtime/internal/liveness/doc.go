// Package liveness is the process table of a segment: which processes are attached, and which of them have died.
//
// Each process owns a slot: a 64-byte line, and the lock byte at its start. The lock is an open-file-description lock
// (fcntl(2), F_OFD_SETLK) on a description of the process's own, so the kernel drops it when the process is gone, in
// whatever way, and not before its last thread is: whoever gets the lock of an occupied slot knows that no store of
// the dead can follow. Process ids are kept for people and decide nothing: they are reused, and differ between
// namespaces.
//
//	        claim (under the table's byte; holding the slot's byte)
//	free ──────────────────────────────────────────────────────────► occupied
//	 ▲  live == 0                                                     live != 0, byte locked by its process
//	 │                                                                │         │
//	 │ Leave: live = 0, then the byte                                 │         │ the process dies: the kernel
//	 ├────────────────────────────────────────────────────────────────┘         ▼ drops the byte
//	 │        Join of another: gets the byte, sweeps, live = 0            dead
//	 └──────────────────────────────────────────────────────────────── live != 0, byte not locked
//
// All three changes are made under the table's lock byte. A slot is only used again after the sweep of who died in it;
// a sweeper that dies half way leaves the slot dead, and the next one begins again. So a lock word that names a slot
// always means the process that has it now, or one that is dead and not swept yet.
//
// Memory order: live and the epoch are changed with atomic stores and adds; the text of a line is written before live
// is set, and is for people only.
package liveness
