// Package memory measures how much memory something takes, in a process of its
// own. It is for tests only, and knows nothing of the program. Start with
// Within.
package memory

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	inside    = "RENKEI_MEMORY_TEST"
	inputSize = "RENKEI_MEMORY_INPUT"
	prefix    = "peak and time: "
)

// Within runs work on what build gives, in a process of its own, which is this
// test once more, and fails where that process held more than so many bytes, or
// work took longer than so long of all processors' time, which does not depend on
// what else the machine does. What fails in work fails the test. The
// collector is told of the bound as deploy/renkei.service tells it of its own.
func Within(t *testing.T, most int64, longest time.Duration, build func() []byte, work func(t *testing.T, input []byte)) {
	t.Helper()
	if testing.Short() {
		t.Skip("measures memory, of which the race detector takes several times as much")
	}
	if os.Getenv(inside) == t.Name() {
		debug.SetMemoryLimit(most * 700 / 1024)
		input := handed(t)
		begun := processorTime(t)
		work(t, input)
		_, _ = fmt.Fprintf(os.Stderr, "%s%d %d \n", prefix, High(t, "self"), processorTime(t)-begun)
		return
	}
	input := build()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", alone(t.Name()), "-test.count=1", "-test.v") //nolint:gosec // this very test
	cmd.Env = append(os.Environ(), inside+"="+t.Name(), inputSize+"="+strconv.Itoa(len(input)))
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%.4000s", err, out.String())
	}
	_, said, _ := strings.Cut(out.String(), prefix)
	var peak, nanoseconds int64
	if _, err := fmt.Sscan(said, &peak, &nanoseconds); err != nil {
		t.Fatalf("it did not say how much it took: %v\n%.4000s", err, out.String())
	}
	took := time.Duration(nanoseconds)
	t.Logf("%d KiB: %d MiB in %v", len(input)>>10, peak>>20, took.Round(time.Millisecond))
	if peak > most || took > longest {
		t.Errorf("it took %d MiB and %v, of at most %d MiB and %v", peak>>20, took, most>>20, longest)
	}
}

// processorTime is what this process has taken of all processors so far.
func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// handed is what the outer process built.
func handed(t *testing.T) []byte {
	t.Helper()
	size, err := strconv.Atoi(os.Getenv(inputSize))
	if err != nil {
		t.Fatal(err)
	}
	input := make([]byte, size)
	if _, err := io.ReadFull(os.Stdin, input); err != nil {
		t.Fatal(err)
	}
	return input
}

// alone is the pattern for one test.
func alone(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = "^" + regexp.QuoteMeta(parts[i]) + "$"
	}
	return strings.Join(parts, "/")
}

// High is the most memory that a process, by its number or "self", has held.
func High(tb testing.TB, process string) int64 {
	tb.Helper()
	raw, err := os.ReadFile("/proc/" + process + "/status")
	if err != nil {
		tb.Skip("the system does not tell: ", err)
	}
	_, rest, _ := strings.Cut(string(raw), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		tb.Fatal("no VmHWM")
	}
	n, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		tb.Fatal(err)
	}
	return n << 10
}
