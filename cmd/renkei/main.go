// Command renkei runs exercises between CSIRTs from the command line. One file
// per command; everything else is in internal/exercise/runner, transfer and server.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // zones on machines that have none
)

// softMemory makes the collector work harder beyond it, so that a review of a
// million events stays below 600 MB. It is no hard limit, and GOMEMLIMIT, where
// set, goes before it.
const softMemory = 450 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // who cannot wait for what is being committed asks a second time
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Environ())
	stop()
	os.Exit(code)
}
