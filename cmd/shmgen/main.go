// Command shmgen generates Go for memory that processes share, from small schemas. "shmgen help" is its manual.
//
// A program uses it as a tool of its module:
//
//	go get -tool github.com/shmgen/shmgen/cmd/shmgen
//
// and asks for it where the generated code is to lie:
//
//	//go:generate go tool shmgen
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/shmgen/shmgen/cmd/shmgen/internal/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := command.Run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
