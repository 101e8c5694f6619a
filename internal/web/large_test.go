package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
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

// largeHall is the large exercise at its twentieth minute.
func largeHall(tb testing.TB) *Hall {
	tb.Helper()
	db, err := storage.Open(tb.Context(), filepath.Join(tb.TempDir(), "large.db"), storage.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	teams, err := community.Demo(largeTeams)
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
	return &Hall{ID: "x", Live: shown}
}

// director asks for the board of an exercise.
func director(tb testing.TB, hall *Hall) *request {
	tb.Helper()
	texts, err := i18n.New()
	if err != nil {
		tb.Fatal(err)
	}
	return &request{
		Request: httptest.NewRequestWithContext(tb.Context(), "GET", "/x/x/board", nil), hall: hall, p: texts.For("en"),
		s:      &server{Deps: Deps{Texts: texts, Auth: auth.New(nil, time.Now, access.Rules())}},
		access: access.Of(&auth.Access{Person: "p", Grants: []auth.Grant{{Scope: access.In("x", ""), Role: string(access.Director)}}}),
	}
}

// maxBoard is what the part of a large board may weigh, packed.
const maxBoard = 100_000

// TestLargeBoardIsSmall: what EXCON's browsers fetch with every event stays
// small, and holds every unit.
func TestLargeBoardIsSmall(t *testing.T) {
	t.Parallel()
	r := director(t, largeHall(t))
	got, err := r.makePart(r.boardView())
	if err != nil {
		t.Fatal(err)
	}
	const cells = largeTeams * 5 * largeInjects
	if n := strings.Count(string(got.plain), `<a class="b `); n != cells {
		t.Errorf("the board has %d cells, want %d", n, cells)
	}
	if len(got.packed) > maxBoard {
		t.Errorf("the board weighs %d bytes packed, at most %d", len(got.packed), maxBoard)
	}
}

// TestPartsAreBounded: one page under many addresses does not fill the memory.
func TestPartsAreBounded(t *testing.T) {
	t.Parallel()
	var p parts
	kept := func() (bytes int) {
		for _, x := range p.all {
			bytes += x.size()
		}
		return bytes
	}
	for i := range 500 {
		x := p.of(strconv.Itoa(i))
		got := made{plain: make([]byte, 1<<20)}
		p.weigh(got.size() - x.size())
		x.made = got
		if n := kept(); n > maxPartBytes+1<<20 {
			t.Fatalf("%d bytes are kept", n)
		}
	}
}

// BenchmarkLargeBoard makes the board of the large exercise, from the state to
// HTML; the sizes are those of what goes to a browser. The goal is 30 ms.
func BenchmarkLargeBoard(b *testing.B) {
	r := director(b, largeHall(b))
	v := r.boardView()
	got, err := r.makePart(v)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		c, err := v.part()
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Render(b.Context(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(got.packed)), "packed-B")
	b.ReportMetric(float64(len(got.plain)), "plain-B")
}
