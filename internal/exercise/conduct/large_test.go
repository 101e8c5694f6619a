package conduct_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/conduct"
	"renkei/internal/storage"
	"renkei/internal/testkit/exercisetest"
	"renkei/internal/testkit/messages"
)

// A large exercise: 500 teams of the shipped pack, and a million events.
const (
	largeTeams  = 500
	largeEvents = 1_000_000
)

// Names of variables of the environment.
const (
	envLarge  = "RENKEI_CONDUCT_DB"    // database that TestOpenLarge opens
	envFolded = "RENKEI_CONDUCT_FOLDS" // set: without its snapshot
	envKept   = "RENKEI_LARGE_DB"      // where BenchmarkOpen keeps the exercise for the next time
)

// largeDeps are how a large exercise is conducted and opened.
func largeDeps(tb testing.TB, db *storage.DB, clock conduct.Clock) conduct.Deps {
	tb.Helper()
	return conduct.Deps{
		Store: db, Clock: clock, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		BuildID: func() (string, error) { return "bench", nil },
		Bots: func(play *exercise.Play, seed uint64) conduct.Bots {
			return bots.New(play, seed, exercisetest.NewPhrases(tb))
		},
	}
}

func openLarge(tb testing.TB, path string) *storage.DB {
	tb.Helper()
	db, err := storage.Open(tb.Context(), path, storage.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// playLarge conducts an exercise in which units talk without end beside what
// the simulated teams do, until it has so many events. Who talks waits for the
// answer, as people do.
func playLarge(tb testing.TB, path string, teams, events int) {
	tb.Helper()
	db := openLarge(tb, path)
	clock := &handClock{wall: 1_800_000_000_000_000}
	deps := largeDeps(tb, db, clock)
	pack := exercisetest.Pack(tb, exercisetest.Hospital)
	if err := conduct.Create(tb.Context(), deps, conduct.Setup{ID: "x", Title: pack.Title, Seed: 3, Pack: pack, Teams: exercisetest.Teams(tb, teams)}); err != nil {
		tb.Fatal(err)
	}
	c, err := conduct.Open(tb.Context(), deps, "x")
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	talk(tb, c, clock, events)
	cancel()
	if err := <-ended; err != nil {
		tb.Fatal(err)
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
}

// talk plays second by second.
func talk(tb testing.TB, c *conduct.Conductor, clock *handClock, events int) {
	tb.Helper()
	give := func(key string, actor exercise.Actor, do exercise.Action) {
		if _, err := c.Do(tb.Context(), exercise.Command{Key: key, Actor: actor, Do: do}); err != nil {
			tb.Errorf("%s: %v", key, err)
		}
	}
	cast := c.State().Play().Cast
	for _, u := range cast.Units {
		give("standin/"+u.Key, exercise.Excon(), exercise.SetStandIn{Unit: u.Key, Bot: true})
	}
	give("startex", exercise.Excon(), exercise.Start{Speed: 1})
	const talkers, steps = 64, 1790
	r := rand.New(rand.NewPCG(1, 2))
	for i := range steps {
		clock.move(time.Second)
		n := max(0, events-int(c.Seq())) / (steps - i)
		said := make([]exercise.Send, n)
		for j := range said {
			said[j] = messages.Message(r, cast)
		}
		var wg sync.WaitGroup
		for t := range talkers {
			wg.Go(func() {
				for j := t; j < n; j += talkers {
					give(strconv.Itoa(i)+"-"+strconv.Itoa(j), player(said[j].From), said[j])
				}
			})
		}
		wg.Wait()
	}
}

// TestOpenLarge does nothing by itself: BenchmarkOpen runs it in a process of
// its own, to measure that process.
func TestOpenLarge(t *testing.T) {
	path := os.Getenv(envLarge)
	if path == "" {
		t.Skip("only for BenchmarkOpen")
	}
	deps := largeDeps(t, openLarge(t, path), conduct.SystemClock())
	if os.Getenv(envFolded) != "" {
		deps.BuildID = nil
	}
	start := time.Now()
	c, err := conduct.Open(t.Context(), deps, "x")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("open-s %.3f", time.Since(start).Seconds())
	start = time.Now()
	data := c.State().AppendTo(nil)
	t.Logf("encode-ms %.3f", time.Since(start).Seconds()*1000)
	t.Logf("state-MB %.3f", float64(len(data))/1e6)
	start = time.Now()
	c.State().Clone()
	t.Logf("clone-ms %.3f", time.Since(start).Seconds()*1000)
	t.Logf("events %d", c.Seq())
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", status) // of the process itself: what a parent is told counts the parent too
}

// BenchmarkOpen opens a large exercise from its snapshot, and from its log
// alone: time and peak memory.
func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "exercise.db")
	if kept := os.Getenv(envKept); kept != "" {
		path = kept
	}
	if _, err := os.Stat(path); err != nil {
		start := time.Now()
		playLarge(b, path, largeTeams, largeEvents)
		b.Logf("played in %s", time.Since(start))
	}
	db := openLarge(b, path)
	snap, ok, err := db.Snapshot(b.Context(), "x")
	if err != nil || !ok {
		b.Fatalf("snapshot: %v %v", ok, err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	for name, folds := range map[string]string{"snapshot": "", "log": "yes"} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				openChild(b, path, folds)
			}
			b.ReportMetric(0, "ns/op") // of the whole process
			b.ReportMetric(float64(len(snap.Data))/1e6, "snapshot-MB")
		})
	}
}

var measured = regexp.MustCompile(`(open-s|encode-ms|clone-ms|state-MB|VmHWM:)\s+([0-9.]+)`)

func openChild(b *testing.B, path, folds string) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestOpenLarge$", "-test.v")
	cmd.Env = append(os.Environ(), envLarge+"="+path, envFolded+"="+folds)
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	for _, m := range measured.FindAllStringSubmatch(string(out), -1) {
		v, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			b.Fatal(err)
		}
		if m[1] == "VmHWM:" {
			b.ReportMetric(v/1024, "peak-MiB")
			continue
		}
		b.ReportMetric(v, m[1])
	}
}
