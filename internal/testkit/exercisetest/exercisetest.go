// Package exercisetest gives tests an exercise: a shipped pack, teams, a store,
// and an exercise that is conducted and followed. It is for tests only. Start
// with Run.
package exercisetest

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/storage"
	"renkei/scenarios"
)

// ID is that of the exercises of this package.
const ID = "x"

// Hospital is the shipped pack of half an hour.
const Hospital = "hospital-ransomware"

// Pack returns a shipped pack.
func Pack(tb testing.TB, key string) *scenario.Pack {
	tb.Helper()
	pack, ds := scenario.Parse(Files(tb, key))
	if scenario.Failed(ds) {
		tb.Fatalf("pack %s: %v", key, ds)
	}
	return pack
}

// Files returns the files of a shipped pack, for tests that change some.
func Files(tb testing.TB, key string) map[string][]byte {
	tb.Helper()
	files := map[string][]byte{}
	root, err := fs.Sub(scenarios.Packs, key)
	if err == nil {
		err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			files[path], err = fs.ReadFile(root, path)
			return err
		})
	}
	if err != nil {
		tb.Fatalf("pack %s: %v", key, err)
	}
	return files
}

// Teams returns so many of the demo community, with their cells.
func Teams(tb testing.TB, n int) []scenario.Unit {
	tb.Helper()
	teams, err := teamfile.Demo(n)
	if err != nil {
		tb.Fatal(err)
	}
	return teams
}

// Play returns a pack between so many demo teams.
func Play(tb testing.TB, pack *scenario.Pack, teams int) *exercise.Play {
	tb.Helper()
	cast, err := scenario.NewCast(pack, Teams(tb, teams))
	if err != nil {
		tb.Fatal(err)
	}
	play, err := exercise.NewPlay(pack, cast)
	if err != nil {
		tb.Fatal(err)
	}
	return play
}

// Store opens a database in a folder of the test until its end, with the areas
// that are given, or those that every database has.
func Store(tb testing.TB, areas ...database.Area) *storage.DB {
	tb.Helper()
	db, err := storage.Open(tb.Context(), filepath.Join(tb.TempDir(), "renkei.db"), storage.Options{Areas: areas})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

// Deps are what an exercise in a store is conducted with, on the system's clock
// and without simulated teams.
func Deps(db *storage.DB) conduct.Deps {
	return conduct.Deps{Store: db, Clock: conduct.SystemClock(), Log: slog.New(slog.DiscardHandler)}
}

// Create creates the exercise of a pack between so many demo teams, with seed 7.
func Create(tb testing.TB, deps conduct.Deps, pack *scenario.Pack, teams int) {
	tb.Helper()
	CreateWith(tb, deps, pack, Teams(tb, teams))
}

// CreateWith creates it between some teams.
func CreateWith(tb testing.TB, deps conduct.Deps, pack *scenario.Pack, teams []scenario.Unit) {
	tb.Helper()
	setup := conduct.Setup{ID: ID, Title: pack.Title, Seed: 7, Pack: pack, Teams: teams}
	if err := conduct.Create(tb.Context(), deps, setup); err != nil {
		tb.Fatal(err)
	}
}

// Exercise is one that is conducted and followed until the end of its test.
type Exercise struct {
	Conductor *conduct.Conductor
	Live      *follow.Exercise

	tb   testing.TB
	done int
}

// Run creates an exercise in a store and runs it until the end of the test. It
// waits for STARTEX.
func Run(tb testing.TB, db *storage.DB, pack *scenario.Pack, teams int) *Exercise {
	tb.Helper()
	deps := Deps(db)
	Create(tb, deps, pack, teams)
	return Resume(tb, db, deps)
}

// Resume runs the exercise that is in a store until the end of the test.
func Resume(tb testing.TB, db *storage.DB, deps conduct.Deps) *Exercise {
	tb.Helper()
	live, err := follow.Open(tb.Context(), db, ID)
	if err != nil {
		tb.Fatal(err)
	}
	deps.OnCommitted = live.OnCommitted
	c, err := conduct.Open(tb.Context(), deps, ID)
	if err != nil {
		tb.Fatal(err)
	}
	Background(tb, c.Run, live.Run)
	return &Exercise{Conductor: c, Live: live, tb: tb}
}

// Background runs parts until the end of the test, which then waits for them.
func Background(tb testing.TB, parts ...func(context.Context) error) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan error, len(parts))
	for _, part := range parts {
		go func() { failed <- part(ctx) }()
	}
	tb.Cleanup(func() {
		cancel()
		for range parts {
			if err := <-failed; err != nil {
				tb.Error(err)
			}
		}
	})
}

// Do carries out a command that may not be refused, and waits until who follows
// has seen what came of it. Commands get keys of their own.
func (x *Exercise) Do(actor exercise.Actor, action exercise.Action) conduct.Result {
	x.tb.Helper()
	x.done++
	res, err := x.Conductor.Do(x.tb.Context(), exercise.Command{Key: fmt.Sprint("test/", x.done), Actor: actor, Do: action})
	if err == nil {
		err = x.Live.Wait(x.tb.Context(), res.Last)
	}
	if err != nil {
		x.tb.Fatalf("command %d: %v", x.done, err)
	}
	return res
}

// PlayAll has simulated teams play from STARTEX to ENDEX as fast as it goes. The
// exercise has to be conducted with some.
func (x *Exercise) PlayAll() {
	x.tb.Helper()
	var units []string
	x.Live.Now(func(m *follow.Moment) {
		for _, u := range m.State.Play().Cast.Units {
			units = append(units, u.Key)
		}
	})
	for _, u := range units {
		x.Do(exercise.Excon(), exercise.SetStandIn{Unit: u, Bot: true})
	}
	seq := x.Do(exercise.Excon(), exercise.Start{}).Last
	for over := false; !over; {
		if err := x.Live.Wait(x.tb.Context(), seq); err != nil {
			x.tb.Fatal(err)
		}
		x.Live.Now(func(m *follow.Moment) { seq, over = m.State.Seq()+1, m.State.Phase() == exercise.Over })
	}
}

// Phrases are what simulated teams say, in the texts of exercises.
type Phrases struct{ texts *i18n.Catalogue }

// NewPhrases returns them.
func NewPhrases(tb testing.TB) Phrases {
	tb.Helper()
	all, err := i18n.New(texts.Area())
	if err != nil {
		tb.Fatal(err)
	}
	return Phrases{all}
}

// Say returns a text in a language.
func (p Phrases) Say(lang, key string, args map[string]any) string {
	return p.texts.For(lang).T(key, args)
}
