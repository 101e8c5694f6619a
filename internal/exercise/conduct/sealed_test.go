package conduct_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/ballot/ballotstore"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/exercise/transfer"
	"renkei/internal/journal"
	"renkei/internal/storage"
)

// room is an exercise whose questions are answered by people, with a folder for
// keys beside its database.
type room struct {
	t       *testing.T
	dir     string // of the database
	keys    string
	db      *storage.DB
	ballots *ballotstore.Store
	said    bytes.Buffer // the log of the process
	log     *slog.Logger
	store   conduct.Store
	units   []string // keys of the teams
	pack    *scenario.Pack
	n       int
}

func newRoom(t *testing.T, teams int) *room {
	t.Helper()
	r := &room{t: t, dir: t.TempDir(), keys: t.TempDir()}
	db, err := storage.Open(t.Context(), filepath.Join(r.dir, "exercise.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r.log = slog.New(slog.NewTextHandler(&r.said, nil))
	r.db, r.store, r.ballots = db, db, ballotstore.New(db.Database.Reader)
	r.create("x", teams)
	return r
}

func (r *room) create(id string, teams int) {
	r.t.Helper()
	if r.pack == nil {
		pack, ds, err := scenario.Load(shippedPack)
		if err != nil || scenario.Failed(ds) {
			r.t.Fatalf("load pack: %v %v", err, ds)
		}
		r.pack = pack
	}
	members, err := teamfile.Demo(teams)
	if err != nil {
		r.t.Fatal(err)
	}
	r.units = nil
	for _, m := range members {
		r.units = append(r.units, m.Key)
	}
	setup := conduct.Setup{ID: id, Title: r.pack.Title, Seed: 7, Pack: r.pack, Teams: members}
	if err := conduct.Create(r.t.Context(), r.deps(nil), setup); err != nil {
		r.t.Fatal(err)
	}
}

// deps are those of a process with a keyring; nil for one over the folder.
func (r *room) deps(keys *ballot.Keyring) conduct.Deps {
	if keys == nil {
		keys = ballot.NewKeyring(r.keys)
	}
	return conduct.Deps{
		Store: r.store, Clock: conduct.SystemClock(), Log: r.log, Keys: keys, Ballots: r.ballots,
		BuildID: func() (string, error) { return "test", nil }, SnapshotEvery: 1,
	}
}

// conducted is a process that conducts an exercise.
type conducted struct {
	*conduct.Conductor
	r    *room
	stop func() error
}

func (r *room) open(id string, deps conduct.Deps) *conducted {
	r.t.Helper()
	c, err := conduct.Open(r.t.Context(), deps, id)
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	return &conducted{Conductor: c, r: r, stop: func() error {
		cancel()
		return <-ended
	}}
}

func (c *conducted) end() {
	c.r.t.Helper()
	if err := c.stop(); err != nil {
		c.r.t.Fatalf("run: %v", err)
	}
}

func (c *conducted) try(actor exercise.Actor, do exercise.Action) error {
	c.r.n++
	_, err := c.Do(c.r.t.Context(), exercise.Command{Key: fmt.Sprintf("k%d", c.r.n), Actor: actor, Do: do})
	return err
}

func (c *conducted) must(do ...exercise.Action) {
	c.r.t.Helper()
	for _, a := range do {
		if err := c.try(exercise.Excon(), a); err != nil {
			c.r.t.Fatalf("%T: %v", a, err)
		}
	}
}

func (c *conducted) answers(poll, unit string, a exercise.PollAnswer) {
	c.r.t.Helper()
	actor := exercise.Actor{ID: "person-" + unit, Role: exercise.RolePlayer, Unit: unit}
	if err := c.try(actor, exercise.AnswerPoll{Poll: poll, Unit: unit, Answer: a}); err != nil {
		c.r.t.Fatalf("%s answers: %v", unit, err)
	}
}

func question(key, kind string, attributed bool, options ...string) exercise.Poll {
	p := exercise.Poll{Key: key, Kind: kind, Title: scenario.Text{"": key}, Within: 60 * exercise.Second, Attributed: attributed}
	for _, o := range options {
		p.Options = append(p.Options, exercise.PollOption{Key: o, Text: scenario.Text{"": o}})
	}
	return p
}

// events are the bodies of the log.
func (r *room) events(id string) (all []exercise.Event) {
	r.t.Helper()
	for e, err := range r.db.Entries(r.t.Context(), id, 1) {
		if err != nil {
			r.t.Fatal(err)
		}
		event, err := exercise.NewBodies().Decode(e.Event)
		if err != nil {
			r.t.Fatal(err)
		}
		all = append(all, event)
	}
	return all
}

func last[B exercise.Body](t *testing.T, events []exercise.Event) (b B) {
	t.Helper()
	for i := range events {
		if found, ok := events[i].Body.(B); ok {
			b = found
		}
	}
	if any(b) == any(*new(B)) {
		t.Fatalf("no %T in the log", b)
	}
	return b
}

// everything is what lies in the folder of the database, the log as a file, the
// snapshot, the idempotency keys and what the process said.
func (r *room) everything() map[string][]byte {
	r.t.Helper()
	all := map[string][]byte{"said": r.said.Bytes()}
	err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	var log bytes.Buffer
	w, err := journal.NewWriter(&log, "x")
	if err == nil {
		err = errors.Join(r.db.Export(r.t.Context(), "x", w), w.Close())
	}
	if err != nil {
		r.t.Fatal(err)
	}
	all["log.jsonl"] = log.Bytes()
	snap, found, err := r.db.Snapshot(r.t.Context(), "x")
	if err != nil || !found {
		r.t.Fatalf("no snapshot: %v", err)
	}
	all["snapshot"] = snap.Data
	rows, err := r.ballots.Load(r.t.Context(), "x")
	if err != nil || len(rows) == 0 {
		r.t.Fatalf("no sealed answers: %v", err)
	}
	all["row"] = rows[0].Sealed[:30] // thirty, so that base64 has no rest
	r.packed(all)
	return all
}

// packed adds every file of a backup and of an archive.
func (r *room) packed(all map[string][]byte) {
	r.t.Helper()
	o := transfer.ArchiveOptions{Out: filepath.Join(r.t.TempDir(), "backup.zip"), By: "test", Now: time.Unix(0, 0)}
	if _, err := transfer.Backup(r.t.Context(), transfer.BackupOptions{ArchiveOptions: o, From: r.dir}); err != nil {
		r.t.Fatal(err)
	}
	x := o
	x.Out = filepath.Join(r.t.TempDir(), "archive.zip")
	if _, err := transfer.Export(r.t.Context(), transfer.ExportOptions{ArchiveOptions: x, From: r.dir, Exercise: "x"}); err != nil {
		r.t.Fatal(err)
	}
	for _, path := range []string{o.Out, x.Out} {
		z, err := zip.OpenReader(path)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, f := range z.File {
			in, err := f.Open()
			if err != nil {
				r.t.Fatal(err)
			}
			data, err := io.ReadAll(in)
			if err != nil {
				r.t.Fatal(err)
			}
			all[filepath.Base(path)+"/"+f.Name] = data
			_ = in.Close()
		}
		if len(z.File) == 0 {
			r.t.Error(path, "is empty")
		}
		_ = z.Close()
	}
}

// left are the files of keys.
func (r *room) left() (all []string) {
	_ = filepath.WalkDir(r.keys, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, path)
		}
		return err
	})
	return all
}

// TestMarkers: before the reveal no answer stands anywhere, attributed ones
// included; each is seen by its unit alone. Afterwards no key is left.
func TestMarkers(t *testing.T) {
	t.Parallel()
	r := newRoom(t, 6)
	c := r.open("x", r.deps(nil))
	c.must(exercise.Start{Speed: 1})
	marker := func(poll, unit string) string { return "MARKER" + strings.ToUpper(poll+unit) }
	for _, p := range []exercise.Poll{question("open", exercise.PollText, true), question("secret", exercise.PollText, false)} {
		c.must(exercise.AnnouncePoll{Poll: p}, exercise.OpenPoll{Poll: p.Key})
		for _, unit := range r.units {
			c.answers(p.Key, unit, exercise.PollAnswer{Text: "MARKERBEFORE " + unit}) // thought better of
			c.answers(p.Key, unit, exercise.PollAnswer{Text: marker(p.Key, unit)})
			if own, ok := c.Answer(p.Key, 1, unit); !ok || own.Text != marker(p.Key, unit) {
				t.Fatalf("%s sees %q of its answer", unit, own.Text)
			}
		}
		c.must(exercise.ClosePoll{Poll: p.Key})
		if _, ok := c.Answer(p.Key, 1, r.units[0]); ok {
			t.Error("the answer is shown after the closing")
		}
	}
	c.must(exercise.Pause{}) // a rest: there is a snapshot
	c.end()
	kept, told := r.everything(), 0
	for where, data := range kept {
		if bytes.Contains(data, []byte("MARKER")) {
			t.Errorf("%s holds an answer before the reveal", where)
		}
		if bytes.Contains(data, []byte("poll.taken")) {
			told++ // it is looked into
		}
		for _, row := range [][]byte{kept["row"], []byte(base64.StdEncoding.EncodeToString(kept["row"])), []byte(hex.EncodeToString(kept["row"]))} {
			if strings.Contains(where, ".zip/") && bytes.Contains(data, row) {
				t.Errorf("%s holds a sealed answer", where)
			}
		}
	}
	if told < 4 { // database, log, backup, archive
		t.Errorf("only %d of %d places say that somebody took part", told, len(kept))
	}
	if n := len(r.left()); n != 2 {
		t.Errorf("%d keys, want 2", n)
	}
	c = r.open("x", r.deps(nil)) // as after a kill
	c.must(exercise.RevealPoll{Poll: "open"}, exercise.RevealPoll{Poll: "secret"})
	for _, unit := range r.units {
		if _, ok := c.Answer("secret", 1, unit); ok {
			t.Error("the answer is still there after the reveal")
		}
	}
	c.end()
	for i, e := range r.events("x") {
		b, ok := e.Body.(*exercise.PollRevealed)
		if !ok {
			continue
		}
		if len(b.Answers) != len(r.units) || (b.Answers[0].Unit != "") != (b.Poll == "open") {
			t.Errorf("event %d: %+v", i+1, b)
		}
	}
	if left := r.left(); len(left) > 0 {
		t.Errorf("keys are left: %v", left)
	}
	rows, err := r.ballots.Load(t.Context(), "x")
	if err != nil || len(rows) > 0 {
		t.Errorf("%d rows are left, %v", len(rows), err)
	}
}

// asked is a room with a question that six units have answered.
func asked(t *testing.T, teams int) (*room, *conducted) {
	t.Helper()
	r := newRoom(t, teams)
	c := r.open("x", r.deps(nil))
	c.must(exercise.Start{Speed: 1}, exercise.AnnouncePoll{Poll: question("q", exercise.PollChoice, false, "a", "b")}, exercise.OpenPoll{Poll: "q"})
	for i, unit := range r.units {
		c.answers("q", unit, exercise.PollAnswer{Chosen: []string{[]string{"a", "b"}[i%2]}})
	}
	return r, c
}

// TestLostAnswersAreVoid: where the key is gone, or a backup without the answers
// was brought back, nobody counts as having answered, and the question can be
// asked again.
func TestLostAnswersAreVoid(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(r *room) *ballot.Keyring{
		"restart of the machine": func(*room) *ballot.Keyring { return ballot.NewKeyring(t.TempDir()) },
		"process alone":          func(*room) *ballot.Keyring { return ballot.NewKeyring("") },
		"restored backup": func(r *room) *ballot.Keyring {
			err := r.db.Database.Write(t.Context(), func(tx *database.Tx) error {
				_, err := tx.Exec(`DELETE FROM ballots`)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return nil
		},
		"an answer that was changed": func(r *room) *ballot.Keyring {
			err := r.db.Database.Write(t.Context(), func(tx *database.Tx) error {
				_, err := tx.Exec(`UPDATE ballots SET sealed = (SELECT sealed FROM ballots WHERE slot = 'borealis') WHERE slot = 'asteria'`)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, c := asked(t, 6)
			c.end()
			keys := lose(r)
			c = r.open("x", r.deps(keys))
			c.must(exercise.AddNote{Text: "after what is lost"})
			if b := last[*exercise.PollVoided](t, r.events("x")); b.Reason != exercise.VoidKeyLost {
				t.Errorf("%+v", b)
			}
			c.must(exercise.OpenPoll{Poll: "q"})
			c.answers("q", "asteria", exercise.PollAnswer{Chosen: []string{"a"}})
			c.end()
			if v, _ := c.State().PollByKey("q"); v.Round != 2 || !slices.Equal(v.Took, []string{"asteria"}) {
				t.Errorf("round %d, %v took part", v.Round, v.Took)
			}
		})
	}
}

// failing is a store that fails a batch with an event of a type.
type failing struct {
	conduct.Store
	kind string
}

func (f *failing) Enqueue(b eventstore.Batch, done func(eventstore.Head, error)) {
	if f.kind != "" && slices.ContainsFunc(b.Events, func(e []byte) bool { return bytes.Contains(e, []byte(f.kind)) }) {
		f.kind = ""
		go done(eventstore.Head{}, errors.New("the disk is full"))
		return
	}
	f.Store.Enqueue(b, done)
}

// TestDyingInTheReveal: before the commit nothing is revealed, and it can be
// repeated to the same event; after it the destruction is finished at the next
// opening.
func TestDyingInTheReveal(t *testing.T) {
	t.Parallel()
	r, c := asked(t, 6)
	c.must(exercise.ClosePoll{Poll: "q"})
	c.end()
	kept := r.left()
	if len(kept) != 1 {
		t.Fatalf("keys: %v", kept)
	}
	key, err := os.ReadFile(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	deps := r.deps(nil)
	deps.Store = &failing{r.db, "poll.revealed"}
	c = r.open("x", deps)
	if err := c.try(exercise.Excon(), exercise.RevealPoll{Poll: "q"}); err == nil {
		t.Fatal("revealed without a commit")
	}
	if err := c.stop(); err == nil {
		t.Fatal("the conductor goes on after a failure of the store")
	}
	if len(r.left()) != 1 {
		t.Error("the key is gone before the commit")
	}
	c = r.open("x", r.deps(nil))
	c.must(exercise.RevealPoll{Poll: "q"})
	c.end()
	got := last[*exercise.PollRevealed](t, r.events("x"))
	if text := fmt.Sprint(got.Answers); len(got.Answers) != 6 || strings.Count(text, "[a]") != 3 {
		t.Errorf("revealed %s", text)
	}
	if err := os.WriteFile(kept[0], key, 0o600); err != nil { // as if it had died before the destruction
		t.Fatal(err)
	}
	if _, err := conduct.Open(t.Context(), r.deps(nil), "x"); err != nil {
		t.Fatal(err)
	}
	if left := r.left(); len(left) > 0 {
		t.Errorf("keys of what is revealed are left: %v", left)
	}
}

// TestOtherNode: a node that does not hold the key takes no answers and reveals
// nothing.
func TestOtherNode(t *testing.T) {
	t.Parallel()
	r := newRoom(t, 6)
	first := r.open("x", r.deps(nil))
	defer first.end()
	other := r.open("x", r.deps(ballot.NewKeyring("")))
	defer other.end()
	first.must(exercise.Start{Speed: 1}, exercise.AnnouncePoll{Poll: question("q", exercise.PollChoice, false, "a", "b")}, exercise.OpenPoll{Poll: "q"})
	other.must(exercise.AddNote{Text: "catches up"})
	for _, do := range []exercise.Action{exercise.ClosePoll{Poll: "q"}, exercise.TickPaper{Poll: "q", Unit: "asteria"}} {
		var refused *exercise.Refusal
		if err := other.try(exercise.Excon(), do); !errors.As(err, &refused) || refused.Code != exercise.PollElsewhere {
			t.Errorf("%T: %v", do, err)
		}
	}
	first.must(exercise.ClosePoll{Poll: "q"})
}

// TestSimulatedAbstain: once a person has answered without a name, what simulated
// delegations answered before counts no more.
func TestSimulatedAbstain(t *testing.T) {
	t.Parallel()
	r := newRoom(t, 8)
	c := r.open("x", r.deps(nil))
	c.must(exercise.Start{Speed: 1})
	for _, unit := range r.units {
		c.must(exercise.SetStandIn{Unit: unit, Bot: true})
	}
	c.must(exercise.AnnouncePoll{Poll: question("q", exercise.PollChoice, false, "a", "b")}, exercise.OpenPoll{Poll: "q"})
	for _, unit := range r.units[:7] {
		if err := c.try(exercise.Bot(unit), exercise.AnswerPoll{Poll: "q", Unit: unit, Answer: exercise.PollAnswer{Chosen: []string{"b"}}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, unit := range r.units[:4] {
		c.answers("q", unit, exercise.PollAnswer{Chosen: []string{"a"}})
	}
	c.must(exercise.TickPaper{Poll: "q", Unit: r.units[7]})
	c.must(exercise.EnterPaper{Poll: "q", Answer: exercise.PollAnswer{Chosen: []string{"b"}}}, exercise.ClosePoll{Poll: "q"}, exercise.RevealPoll{Poll: "q"})
	c.end()
	got := last[*exercise.PollRevealed](t, r.events("x"))
	if text := fmt.Sprint(got.Answers); len(got.Answers) != 5 || strings.Count(text, "[a]") != 4 || got.Simulated {
		t.Errorf("revealed %+v", got)
	}
}

// TestSentTwice: an answer that a phone sends again stands as it was, also when
// the question has been revealed meanwhile; another answer under its key is
// refused as long as it could be told apart.
func TestSentTwice(t *testing.T) {
	t.Parallel()
	_, c := asked(t, 6)
	defer c.end()
	send := func(option string) (conduct.Result, error) {
		return c.Do(t.Context(), exercise.Command{
			Key: "phone", Actor: exercise.Actor{ID: "p", Role: exercise.RolePlayer, Unit: "asteria"},
			Do: exercise.AnswerPoll{Poll: "q", Unit: "asteria", Answer: exercise.PollAnswer{Chosen: []string{option}}},
		})
	}
	first, err := send("b")
	if err != nil {
		t.Fatal(err)
	}
	var refused *exercise.Refusal
	if _, err := send("a"); !errors.As(err, &refused) || refused.Code != exercise.KeyReused {
		t.Errorf("another answer under the same key: %v", err)
	}
	for _, do := range []exercise.Action{exercise.ClosePoll{Poll: "q"}, exercise.RevealPoll{Poll: "q"}} {
		if again, err := send("b"); err != nil || again != first {
			t.Errorf("sent again: %v, %v", again, err)
		}
		c.must(do)
	}
	if again, err := send("b"); err != nil || again != first {
		t.Errorf("sent again after the reveal: %v, %v", again, err)
	}
}

// TestChangesAreBounded: one unit cannot fill the database.
func TestChangesAreBounded(t *testing.T) {
	t.Parallel()
	r, c := asked(t, 2)
	defer c.end()
	actor := exercise.Actor{ID: "p", Role: exercise.RolePlayer, Unit: "asteria"}
	for n := range 400 {
		err := c.try(actor, exercise.AnswerPoll{Poll: "q", Unit: "asteria", Answer: exercise.PollAnswer{Chosen: []string{"a"}}})
		var refused *exercise.Refusal
		if errors.As(err, &refused) && refused.Code == exercise.WriteOften {
			if n < 100 {
				t.Errorf("refused after %d changes", n)
			}
			return
		}
		if err != nil {
			r.t.Fatal(err)
		}
	}
	t.Error("answers can be changed without end")
}
