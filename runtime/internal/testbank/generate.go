package testbank

//go:generate go tool shmgen
