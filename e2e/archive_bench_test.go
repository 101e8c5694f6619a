//go:build unix

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/postgres"
)

// largeEvents is how many events the exercise has that travels.
const largeEvents = 1_000_000

// BenchmarkArchive gives time and largest memory of the whole program, for an
// exercise of a million events on either engine: exported, verified as an
// archive and in its database, imported into an empty database.
func BenchmarkArchive(b *testing.B) {
	dir := b.TempDir()
	server := postgres.Start(b, postgres.Durable)
	for engine, places := range map[string][2]string{
		"sqlite":   {filepath.Join(dir, "from.db"), filepath.Join(dir, "to.db")},
		"postgres": {server.Database(b), server.Database(b)},
	} {
		makeLarge(b, places[0])
		file := filepath.Join(dir, engine+".zip")
		for _, step := range []struct {
			name string
			args []string
		}{
			{"export", []string{"exercise", "export", places[0], "--out", file}},
			{"verify-archive", []string{"exercise", "verify", file}},
			{"verify-database", []string{"exercise", "verify", places[0]}},
			{"import", []string{"exercise", "import", file, "--out", filepath.Join(dir, engine), "--db", places[1]}},
		} {
			b.Run(engine+"/"+step.name, func(b *testing.B) {
				for range b.N {
					measure(b, step.args...)
				}
			})
		}
	}
}

// makeLarge stores an exercise of events like those that people write, each
// with its key.
func makeLarge(b *testing.B, at string) {
	b.Helper()
	db, err := storage.Open(b.Context(), at, storage.Options{Areas: server.Stored()})
	if err != nil {
		b.Fatal(err)
	}
	chain := journal.Genesis("large")
	err = db.Import(b.Context(), eventstore.Exercise{ID: "large", Title: "Large"}, func(im *eventstore.Importer) error {
		for seq := uint64(1); seq <= largeEvents; seq++ {
			e := journal.Entry{Seq: seq, Salt: make([]byte, journal.SaltSize), Event: largeEvent(seq)}
			e.Leaf = journal.LeafOf(e.Salt, e.Event)
			e.Chain = journal.Link(chain, e.Leaf)
			chain = e.Chain
			key := eventstore.Key{Actor: fmt.Sprintf("player-%d", seq%5000), Key: fmt.Sprintf("0198c0de-%d", seq), First: seq, Last: seq}
			if err := errors.Join(im.Entry(e), im.Key(key)); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		b.Fatal(err)
	}
}

func largeEvent(seq uint64) []byte {
	return fmt.Appendf(nil, `{"seq":%d,"at":%d,"actor":"player-%d","to":["unit:asteria"],"type":"message.sent","text":"%s"}`,
		seq, seq*1800, seq%5000, strings.Repeat(fmt.Sprintf("beacon %d to 203.0.113.7; ", seq*7919%100003), 8))
}

// measure runs the program once.
func measure(b *testing.B, args ...string) {
	b.Helper()
	cmd := exec.CommandContext(context.Background(), binary, args...)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	b.ReportMetric(time.Since(start).Seconds(), "s")
	b.ReportMetric(0, "ns/op")
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		b.ReportMetric(float64(usage.Maxrss)/1024, "MB-peak") // KiB on Linux
	}
}
