//go:build linux

package e2e

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/ballot/ballotstore"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/adversary"
)

// sealedPoll is the question of the sessions: a choice of the short pack, without
// names, whose options differ in length.
const sealedPoll = "first_view"

func sealedOptions() []string { return []string{"no", "last", "fund", "pay"} }

// sealed is a session before the real program, with what an adversary has of it.
type sealed struct {
	*room
	ev    adversary.Evidence
	truth map[string]string
}

// TestTabletopSealed has seven people a session answer on phones of the real
// program by the test's own randomness. Who reads the data folder before and
// after the reveal, backups, an archive and what the program says while it tells
// all names authors no better than chance, and with each of five leaks it does.
// With RENKEI_SOAK=1 there are 200 sessions.
func TestTabletopSealed(t *testing.T) {
	t.Parallel()
	batches, each := 1, 8
	if os.Getenv("RENKEI_SOAK") != "" {
		batches, each = 10, 20
	}
	seen := make([]*adversary.Found, batches)
	t.Run("batches", func(t *testing.T) {
		for n := range batches {
			t.Run(strconv.Itoa(n), func(t *testing.T) {
				t.Parallel()
				seen[n] = sealedBatch(t, n, each)
			})
		}
	})
	all := adversary.NewFound()
	for _, f := range seen {
		if f != nil {
			all.Join(f)
		}
	}
	all.Check(t)
}

// sealedBatch plays sessions in one data folder up to the reveal, copies it and
// backs it up, reveals, and ends the program: it is asked to, or killed.
func sealedBatch(t *testing.T, n, each int) *adversary.Found {
	t.Helper()
	rng := rand.New(rand.NewPCG(uint64(n), 17))
	var all []*sealed
	for _, r := range newRooms(t, each, 7, 7, sealedPoll) {
		all = append(all, &sealed{room: r, truth: map[string]string{}, ev: adversary.Evidence{Exercise: r.exercise, Poll: sealedPoll, Options: sealedOptions(), Left: r.keys}})
	}
	program := all[0].room
	program.start("--log-level", "debug")
	for _, s := range all {
		s.answers(rng)
	}
	all[0].rest()
	before := t.TempDir()
	if err := os.CopyFS(before, os.DirFS(program.data)); err != nil {
		t.Fatal(err)
	}
	early := filepath.Join(t.TempDir(), "early.zip")
	well(t, "", "backup", program.data, "--out", early)
	for _, s := range all {
		s.step("close")
		s.step("reveal")
	}
	how := []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}[n%2]
	if err := program.server.Process.Signal(how); err != nil {
		t.Fatal(err)
	}
	_ = program.server.Wait() // how it ended does not matter
	late, archive, restored := filepath.Join(t.TempDir(), "late.zip"), filepath.Join(t.TempDir(), "archive.zip"), filepath.Join(t.TempDir(), "restored")
	well(t, "", "backup", program.data, "--out", late)
	well(t, "", "restore", late, "--data", restored)
	well(t, "", "exercise", "export", program.data, "--exercise", all[0].exercise, "--out", archive)
	collectSealed(t, all, before, program.data, restored)
	files := slices.Concat(unzipped(t, early), unzipped(t, late), unzipped(t, archive))
	f := adversary.NewFound()
	for _, s := range all {
		s.saysNothing(program.said.String(), files)
		f.Add(&s.ev, s.truth, rng)
		f.AddLeaks(t, &s.ev, s.truth, rng)
	}
	return f
}

// answers has the phones of a session answer in some order, and look at their
// answers.
func (s *sealed) answers(rng *rand.Rand) {
	s.Helper()
	s.screens = nil
	s.enter()
	s.post(s.chief, "/clock", "do", "start", "sure", "yes", "back", "/")
	s.step("announce")
	s.step("open")
	for _, i := range rng.Perm(len(s.units)) {
		unit, option := s.units[i], s.ev.Options[rng.IntN(len(s.ev.Options))]
		s.truth[unit] = option
		s.post(s.phones[i], "/reply/"+unit, "poll", sealedPoll, "round", "1", "chosen", option)
		if page := s.get(s.phones[i], "/phone/"+unit); !strings.Contains(page, `id="confirm"`) {
			s.Errorf("%s has not answered", unit)
		}
	}
}

// rest leads to a snapshot while the question is open.
func (s *sealed) rest() {
	s.Helper()
	for n := range 266 { // so many events are worth one
		i := n % len(s.units)
		s.post(s.phones[i], "/speak/"+s.units[i], "do", []string{"in", "out"}[n/len(s.units)%2])
	}
	s.post(s.chief, "/pause", "do", "pause")
	s.post(s.chief, "/pause", "do", "resume")
}

// collectSealed adds what lies in a copy of the data folder from before the
// reveal, in the folder afterwards, and in one that was restored from a backup.
func collectSealed(t *testing.T, all []*sealed, before, after, restored string) {
	t.Helper()
	open := func(dir string) *storage.DB {
		db, err := storage.Open(t.Context(), filepath.Join(dir, "renkei.db"), storage.Options{Areas: server.Stored()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	old, now, back := open(before), open(after), open(restored)
	if _, found, err := now.Snapshot(t.Context(), all[0].exercise); err != nil || !found {
		t.Fatalf("no snapshot: %v", err)
	}
	for _, s := range all {
		var err error
		if s.ev.Rows, err = ballotstore.New(old.Database.Reader).Load(t.Context(), s.exercise); err != nil || len(s.ev.Rows) != len(s.units) {
			t.Fatalf("%d rows, %v", len(s.ev.Rows), err)
		}
		s.ev.Stored, err = database.Select(t.Context(), old.Database.Reader, `SELECT slot FROM ballots WHERE exercise = $1 ORDER BY rowid`, func(rows *sql.Rows) (unit string, err error) {
			err = rows.Scan(&unit)
			return unit, err
		}, s.exercise)
		if err != nil {
			t.Fatal(err)
		}
		for _, db := range []*storage.DB{now, back} {
			if rows, err := ballotstore.New(db.Database.Reader).Load(t.Context(), s.exercise); err != nil || len(rows) > 0 {
				t.Errorf("%d sealed answers are left, %v", len(rows), err)
			}
		}
		s.read(old, now, back)
	}
}

// read adds log, keys of commands and snapshot.
func (s *sealed) read(old, now, back *storage.DB) {
	s.Helper()
	for e, err := range back.Entries(s.Context(), s.exercise, 1) {
		if err != nil {
			s.Fatal(err)
		}
		event, err := exercise.NewBodies().Decode(e.Event)
		if err != nil {
			s.Fatal(err)
		}
		s.ev.See(&event)
	}
	for k, err := range now.Keys(s.Context(), s.exercise, 1) {
		if err != nil {
			s.Fatal(err)
		}
		s.ev.Keys = append(s.ev.Keys, k)
	}
	for _, db := range []*storage.DB{old, now} {
		snap, _, err := db.Snapshot(s.Context(), s.exercise) // most have none
		if err != nil {
			s.Fatal(err)
		}
		s.ev.Snapshot = append(s.ev.Snapshot, snap.Data...)
	}
	if len(s.ev.Revealed) != len(s.units) || len(s.ev.Took) != len(s.units) || len(s.ev.Keys) < len(s.units) {
		s.Errorf("%d answers of %d units, %d keys", len(s.ev.Revealed), len(s.ev.Took), len(s.ev.Keys))
	}
}

// passing is what of a line of the log is about the moment, and not about what was
// asked: the address has a port.
var passing = regexp.MustCompile(`(time|from|took)=\S+ ?`)

// saysNothing sees that what the program says of phones is the same whatever they
// answered, and that no file of a backup or an archive has a sealed answer.
func (s *sealed) saysNothing(said string, files [][]byte) {
	s.Helper()
	for _, route := range []string{"POST /x/{exercise}/reply/", "GET /x/{exercise}/phone/"} {
		told := map[string]int{}
		for line := range strings.Lines(said) {
			if strings.Contains(line, route) && strings.Contains(line, s.exercise) {
				told[passing.ReplaceAllString(line, "")]++
			}
		}
		if len(told) != 1 {
			s.Errorf("%d kinds of lines about %s: %v", len(told), route, told)
		}
	}
	for _, row := range s.ev.Rows {
		for _, file := range files {
			if bytes.Contains(file, row.Sealed[:30]) {
				s.Error("a backup or an archive has a sealed answer")
			}
		}
	}
}

func unzipped(t *testing.T, path string) (all [][]byte) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data)
		_ = in.Close()
	}
	if len(all) == 0 {
		t.Error(path, "is empty")
	}
	return all
}
