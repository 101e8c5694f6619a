package store_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/store"
)

// writers is how many goroutines append at the same time.
const writers = 64

// BenchmarkAppend sets group commit against a commit for each append, one
// after the other in the same run, with the same work: an event of about 400
// bytes and an idempotency key. It reports appends per second and the 99th
// percentile of an append's time for both, and the ratio of the two rates.
func BenchmarkAppend(b *testing.B) {
	for _, exercises := range []int{1, 8} {
		b.Run(fmt.Sprintf("exercises=%d", exercises), func(b *testing.B) {
			each := measure(b, store.Options{GroupBatches: 1}, exercises)
			group := measure(b, store.Options{}, exercises)
			b.ReportMetric(0, "ns/op") // of both together, which says nothing
			b.ReportMetric(each.rate, "each/s")
			b.ReportMetric(group.rate, "group/s")
			b.ReportMetric(group.rate/each.rate, "ratio")
			b.ReportMetric(each.p99, "each-p99-ms")
			b.ReportMetric(group.p99, "group-p99-ms")
		})
	}
}

type figures struct {
	rate float64 // appends per second
	p99  float64 // milliseconds
}

// measure appends b.N events to a new database.
func measure(b *testing.B, opts store.Options, exercises int) figures {
	db, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "renkei.db"), opts)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	loops := make([]*loop, exercises)
	for i := range loops {
		loops[i] = &loop{db: db, exercise: fmt.Sprintf("0198c0de-0000-7000-8000-%012d", i)}
		if err := db.Create(b.Context(), store.Exercise{ID: loops[i].exercise}); err != nil {
			b.Fatal(err)
		}
	}
	took := make([][]time.Duration, writers)
	var wg sync.WaitGroup
	start := time.Now()
	for w := range writers {
		n := (b.N + w) / writers
		wg.Go(func() {
			for i := range n {
				began := time.Now()
				if err := loops[w%exercises].append(w, i); err != nil {
					b.Error(err)
					return
				}
				took[w] = append(took[w], time.Since(began))
			}
		})
	}
	wg.Wait()
	total := time.Since(start)
	all := slices.Concat(took...)
	slices.Sort(all)
	return figures{
		rate: float64(len(all)) / total.Seconds(),
		p99:  float64(all[len(all)*99/100].Microseconds()) / 1000,
	}
}

// loop stands for the loop of an exercise: it gives out seqs in turn.
type loop struct {
	db       *store.DB
	exercise string

	mu   sync.Mutex // guards last, and that batches are enqueued in its order
	last uint64
}

// append appends one event of a writer and waits for its commit.
func (l *loop) append(writer, i int) error {
	actor := fmt.Sprintf("0198c0de-aaaa-7000-8000-%012d", writer)
	answer := make(chan error, 1)
	l.mu.Lock()
	l.last++
	l.db.Enqueue(store.Batch{
		Exercise: l.exercise,
		First:    l.last,
		Events:   []store.Event{{Type: "report.submitted", At: int64(i), Bytes: benchEvent(actor, i)}},
		Keys: []store.Key{{
			Actor: actor, Key: fmt.Sprintf("0198c0de-%04d-7000-8000-%012d", i, i),
			First: l.last, Last: l.last,
		}},
	}, func(_ store.Head, err error) { answer <- err })
	l.mu.Unlock()
	return <-answer
}

func benchEvent(actor string, i int) []byte {
	return fmt.Appendf(nil, `{"type":"report.submitted","at":%d,"actor":%q,"audience":["control","unit:jp"],"task":"T3","text":"%s"}`,
		i, actor, strings.Repeat("beacon to 203.0.113.7 every 60 s; ", 8))
}
