//go:build linux

package attack

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/storage"
	"renkei/internal/testkit/load"
)

// TestPromise: 5,000 people behind 50 addresses open their streams while
// strangers take every connection that they can get; none of the people is
// refused, and none loses their stream.
func TestPromise(t *testing.T) {
	if os.Getenv("RENKEI_ATTACK") == "" {
		t.Skip("runs with RENKEI_ATTACK=1: make attack")
	}
	const units, people, addresses = 500, 10, 50
	dir := t.TempDir()
	db, err := storage.Open(t.Context(), filepath.Join(dir, "renkei.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	crowd, err := load.Prepare(t.Context(), db, units, people)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, binary: build(t, dir)}
	s.start(s.binary, dir)
	all := load.Connect(crowd, strings.TrimPrefix(s.at, "http://"))
	all.From = func(i int) string { return fmt.Sprintf("127.0.4.%d", i%addresses+1) }
	if err := all.WaitReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	var silent lines
	defer silent.close()
	silent.open(t.Context(), s, noFile-5500, func(i int) string { return fmt.Sprintf("127.0.1.%d", i%40+1) }, "GET / HTTP/1.1\r\nHost: ")
	begun := time.Now()
	streams, err := all.Open(t.Context(), 64)
	if err != nil {
		t.Fatal(err)
	}
	defer streams.Close()
	took := time.Since(begun)
	if _, err := streams.Drain(time.Now().Add(20 * time.Second)); err != nil { // longer than a heartbeat
		t.Errorf("a stream has ended: %v", err)
	}
	_, high := s.memory()
	t.Logf("%d streams behind %d addresses in %v, beside %d silent connections: %d MiB", units*people, addresses, took.Round(time.Millisecond), len(silent.all), high>>20)
	if high > memoryMax {
		t.Errorf("%d MiB", high>>20)
	}
}
