//go:build unix

package eventstore_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
	"renkei/internal/testkit/postgres"
)

// writers is how many goroutines append at the same time.
const writers = 64

// rounds is how many turns the two ways take in one run, so that what else the
// machine does meanwhile meets both.
const rounds = 20

// engines are where a benchmark gets empty databases from. The PostgreSQL
// server keeps what it commits, as SQLite does.
func engines(b *testing.B) map[string]func() string {
	b.Helper()
	var server *postgres.Server
	return map[string]func() string{
		"sqlite": func() string { return filepath.Join(b.TempDir(), "renkei.db") },
		"postgres": func() string {
			if server == nil {
				server = postgres.Start(b, postgres.Durable)
			}
			return server.Database(b)
		},
	}
}

// BenchmarkAppend sets group commit against a commit for each append, in turns
// within one run and with the same work: an event of about 400 bytes and an
// idempotency key. It reports appends per second and the 99th percentile of an
// append's time for both, and the ratio of the two rates.
func BenchmarkAppend(b *testing.B) {
	for engine, database := range engines(b) {
		for _, exercises := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/exercises=%d", engine, exercises), func(b *testing.B) {
				each := newContender(b, database(), eventstore.Options{GroupBatches: 1}, exercises)
				group := newContender(b, database(), eventstore.Options{}, exercises)
				b.ResetTimer()
				for range rounds {
					each.round(b, b.N/rounds+1)
					group.round(b, b.N/rounds+1)
				}
				b.ReportMetric(0, "ns/op") // of both together, which says nothing
				b.ReportMetric(each.rate(), "each/s")
				b.ReportMetric(group.rate(), "group/s")
				b.ReportMetric(group.rate()/each.rate(), "ratio")
				b.ReportMetric(each.p99(), "each-p99-ms")
				b.ReportMetric(group.p99(), "group-p99-ms")
			})
		}
	}
}

// contender is one way to commit, with what was measured of it.
type contender struct {
	loops []*loop
	took  []time.Duration // of each append
	total time.Duration   // of all rounds
}

func newContender(b *testing.B, at string, opts eventstore.Options, exercises int) *contender {
	b.Helper()
	db := opened(b, at, database.Options{}, opts)
	c := &contender{loops: make([]*loop, exercises)}
	for i := range c.loops {
		c.loops[i] = &loop{db: db, exercise: fmt.Sprintf("0198c0de-0000-7000-8000-%012d", i)}
		if err := db.Create(b.Context(), eventstore.Exercise{ID: c.loops[i].exercise}); err != nil {
			b.Fatal(err)
		}
	}
	return c
}

// round appends n events from all writers.
func (c *contender) round(b *testing.B, n int) {
	b.Helper()
	took := make([]time.Duration, n)
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for w := range writers {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				began := time.Now()
				if err := c.loops[w%len(c.loops)].append(w, len(c.took)+int(i)); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(began)
			}
		})
	}
	wg.Wait()
	c.total += time.Since(start)
	c.took = append(c.took, took...)
}

// rate returns appends per second.
func (c *contender) rate() float64 { return float64(len(c.took)) / c.total.Seconds() }

// p99 returns milliseconds.
func (c *contender) p99() float64 {
	sorted := slices.Sorted(slices.Values(c.took))
	return float64(sorted[len(sorted)*99/100].Microseconds()) / 1000
}

// loop stands for the loop of an exercise: it gives out seqs in turn.
type loop struct {
	db       store
	exercise string

	mu   sync.Mutex // guards last, and that batches are enqueued in its order
	last uint64
}

// append appends one event of a writer and waits for its commit.
func (l *loop) append(writer, i int) error {
	actor := fmt.Sprintf("0198c0de-aaaa-7000-8000-%012d", writer)
	key, err := uuid.NewV7()
	if err != nil {
		return err
	}
	answer := make(chan error, 1)
	l.mu.Lock()
	l.last++
	l.db.Enqueue(eventstore.Batch{
		Exercise: l.exercise,
		First:    l.last,
		Events:   [][]byte{benchEvent(actor, i)},
		Keys:     []eventstore.Key{{Actor: actor, Key: key.String(), First: l.last, Last: l.last}},
	}, func(_ eventstore.Head, err error) { answer <- err })
	l.mu.Unlock()
	return <-answer
}

func benchEvent(actor string, i int) []byte {
	return fmt.Appendf(nil, `{"type":"report.submitted","at":%d,"actor":%q,"audience":["control","unit:jp"],"task":"T3","text":"%s"}`,
		i, actor, strings.Repeat("beacon to 203.0.113.7 every 60 s; ", 8))
}

// BenchmarkImport takes in a log event by event, each with its key.
func BenchmarkImport(b *testing.B) {
	for engine, database := range engines(b) {
		b.Run(engine, func(b *testing.B) { benchImport(b, database()) })
	}
}

func benchImport(b *testing.B, at string) {
	b.Helper()
	db := opened(b, at, database.Options{})
	actor := "0198c0de-aaaa-7000-8000-000000000001"
	e := journal.Entry{Event: benchEvent(actor, 1), Salt: make([]byte, journal.SaltSize), Chain: journal.Genesis("x")}
	e.Leaf = journal.LeafOf(e.Salt, e.Event)
	b.ResetTimer()
	err := db.Import(b.Context(), eventstore.Exercise{ID: "x"}, func(im *eventstore.Importer) error {
		for range b.N {
			e.Seq, e.Chain = e.Seq+1, journal.Link(e.Chain, e.Leaf)
			key := fmt.Sprintf("0198c0de-bbbb-7000-8000-%012d", e.Seq)
			if err := errors.Join(im.Entry(e), im.Key(eventstore.Key{Actor: actor, Key: key, First: e.Seq, Last: e.Seq})); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
