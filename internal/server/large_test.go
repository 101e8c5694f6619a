package server_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// A large exercise: sixty teams with 240 cells, and forty injects of two tasks
// each, half of them out.
const (
	largeTeams   = 60
	largeInjects = 40
)

const largeHead = `format: renkei/1
key: large
version: 1.0.0
kind: rcx
title: {en: Large, ja: 大規模}
summary: {en: Large., ja: 大規模。}
languages: [en, ja]
licence: Apache-2.0
tlp: GREEN
duration: 2h
startex: 2027-06-16T01:00:00Z
personas:
- {key: desk, name: {en: Desk, ja: 窓口}, address: desk@test.example}
units:
  cells:
  - {key: hospital, name: {en: Hospital crisis desk, ja: 病院対策本部}}
  - {key: agency, name: {en: Agency security desk, ja: 行政機関}}
  - {key: bank, name: {en: Bank operations centre, ja: 銀行}}
  - {key: power, name: {en: Power grid control, ja: 電力}}
`

func largePack(tb testing.TB) *scenario.Pack {
	tb.Helper()
	files := map[string][]byte{"pack.yaml": []byte(largeHead)}
	var msel strings.Builder
	msel.WriteString("injects:\n")
	for i := 1; i <= largeInjects; i++ {
		fmt.Fprintf(&msel, "- {key: I%02d, title: {en: Something happens for the time %d, ja: 事象%d}, phase: recognise, from: desk, to: all, at: %dm, tasks: [", i, i, i, i)
		for n := range 2 {
			fmt.Fprintf(&msel, "{key: T%02d%d, type: answer, prompt: {en: What?, ja: 何か}, due: 5m, accept: [x]},", i, n)
		}
		msel.WriteString("]}\n")
		for _, lang := range []string{"en", "ja"} {
			files[fmt.Sprintf("texts/%s/I%02d.md", lang, i)] = []byte("# Subject\n\nBody\n")
		}
	}
	files["msel.yaml"] = []byte(msel.String())
	pack, ds := scenario.Parse(files)
	if scenario.Failed(ds) {
		tb.Fatalf("large pack: %v", ds)
	}
	return pack
}

// largeExercise is a server with the large exercise at its twentieth minute.
func largeExercise(tb testing.TB) *fixture {
	tb.Helper()
	db, err := storage.Open(tb.Context(), filepath.Join(tb.TempDir(), "large.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	teams, err := teamfile.Demo(largeTeams)
	if err != nil {
		tb.Fatal(err)
	}
	pack := largePack(tb)
	deps := conduct.Deps{Store: db, Clock: conduct.SystemClock(), Log: slog.New(slog.DiscardHandler)}
	if err := conduct.Create(tb.Context(), deps, conduct.Setup{ID: "x", Title: pack.Title, Pack: pack, Teams: teams}); err != nil {
		tb.Fatal(err)
	}
	c, err := conduct.Open(tb.Context(), deps, "x")
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	for key, do := range []exercise.Action{exercise.Start{Speed: 1}, exercise.Jump{To: 20 * 60 * exercise.Second, Mode: exercise.JumpRelease}, exercise.Pause{}} {
		if _, err := c.Do(ctx, exercise.Command{Key: fmt.Sprint(key), Actor: exercise.Excon(), Do: do}); err != nil {
			tb.Fatal(err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		tb.Fatal(err)
	}
	shown, err := follow.Open(tb.Context(), db, "x")
	if err != nil {
		tb.Fatal(err)
	}
	return serving(tb, db, hosting.NewExercise("x", shown, c.Do, db, hosting.NewReports(db), nil))
}

// maxBoard is what the part of a large board may weigh, packed.
const maxBoard = 100_000

// TestLargeBoardIsSmall: what EXCON's browsers fetch with every event stays
// small, and holds every unit.
func TestLargeBoardIsSmall(t *testing.T) {
	t.Parallel()
	d := largeExercise(t).as(access.Director, "")
	plain, packed := d.part("/x/x/board", "identity"), d.part("/x/x/board", "gzip")
	const cells = largeTeams * 5 * largeInjects
	if n := strings.Count(plain, `<a class="b `); n != cells {
		t.Errorf("the board has %d cells, want %d", n, cells)
	}
	if len(packed) > maxBoard {
		t.Errorf("the board weighs %d bytes packed, at most %d", len(packed), maxBoard)
	}
}

// BenchmarkLargeBoard makes the board of the large exercise, from the state to
// the packed bytes of the answer. The goal is 30 ms.
func BenchmarkLargeBoard(b *testing.B) {
	d := largeExercise(b).as(access.Director, "")
	plain, packed := d.part("/x/x/board", "identity"), d.part("/x/x/board", "gzip")
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		d.part("/x/x/board?n="+strconv.Itoa(n), "gzip") // an address of its own is made anew
	}
	b.ReportMetric(float64(len(packed)), "packed-B")
	b.ReportMetric(float64(len(plain)), "plain-B")
}

// part fetches the part of a page that changes, as it travels.
func (b *browser) part(path, encoding string) string {
	b.h.t.Helper()
	req, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodGet, b.h.url+path, nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	req.Header.Set("HX-Request", "true")
	req.Header.Set("Accept-Encoding", encoding) // set here, it is not unpacked
	res, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.h.t.Fatalf("%s: %d, %v", path, res.StatusCode, err)
	}
	return string(data)
}
