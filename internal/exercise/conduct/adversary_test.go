package conduct_test

import (
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/ballot"
	"renkei/internal/testkit/adversary"
)

var sessions = flag.Int("sessions", 0, "how many sessions the adversary sees; 0: 60, or 10,000 with RENKEI_SOAK=1")

// shards are the databases over which sessions are spread.
const shards = 4

// leaked is in how many sessions of a shard leaks are planted.
const leaked = 50

// session has units answer by the test's own randomness, and returns what an
// adversary has of it, and the truth. The options differ in length, so that sizes
// would tell them apart.
func (r *room) session(n int, rng *rand.Rand) (ev *adversary.Evidence, truth map[string]string) {
	r.t.Helper()
	ev, truth = &adversary.Evidence{Exercise: fmt.Sprintf("s%d", n), Poll: "q", Options: []string{"a", "bcdefgh", "ijklmnopqrstuvwxyz"}}, map[string]string{}
	r.create(ev.Exercise, 7)
	keyring := ballot.NewKeyring(r.keys)
	c := r.open(ev.Exercise, r.deps(keyring))
	c.must(exercise.Start{Speed: 1}, exercise.AnnouncePoll{Poll: question("q", exercise.PollChoice, false, ev.Options...)}, exercise.OpenPoll{Poll: "q"})
	for _, i := range rng.Perm(len(r.units)) {
		unit := r.units[i]
		truth[unit] = ev.Options[rng.IntN(len(ev.Options))]
		c.answers("q", unit, exercise.PollAnswer{Chosen: []string{truth[unit]}})
	}
	var err error
	if ev.Rows, err = r.ballots.Load(r.t.Context(), ev.Exercise); err != nil {
		r.t.Fatal(err)
	}
	ev.Stored, err = database.Select(r.t.Context(), r.db.Database.Reader, `SELECT slot FROM ballots WHERE exercise = $1 ORDER BY rowid`, func(rows *sql.Rows) (unit string, err error) {
		err = rows.Scan(&unit)
		return unit, err
	}, ev.Exercise)
	if err != nil {
		r.t.Fatal(err)
	}
	c.must(exercise.ClosePoll{Poll: "q"}, exercise.RevealPoll{Poll: "q"}, exercise.Pause{})
	c.end()
	r.collect(ev)
	return ev, truth
}

// collect adds what lies there after the reveal.
func (r *room) collect(ev *adversary.Evidence) {
	r.t.Helper()
	for _, e := range r.events(ev.Exercise) {
		ev.See(&e)
	}
	for k, err := range r.db.Keys(r.t.Context(), ev.Exercise, 1) {
		if err != nil {
			r.t.Fatal(err)
		}
		ev.Keys = append(ev.Keys, k)
	}
	snap, _, err := r.db.Snapshot(r.t.Context(), ev.Exercise)
	if err != nil {
		r.t.Fatal(err)
	}
	ev.Snapshot, ev.Left = snap.Data, r.keys
}

// TestAdversary: over sessions whose answers come from the test's own
// randomness, whoever has everything but the destroyed key names authors no
// better than chance. With each of five leaks it does.
func TestAdversary(t *testing.T) {
	if testing.Short() {
		t.Skip("has no goroutines that could race; the run without -short has it")
	}
	t.Parallel()
	total := *sessions
	switch {
	case total == 0 && os.Getenv("RENKEI_SOAK") != "":
		total = 10_000
	case total == 0:
		total = 60
	}
	seen := make([]*adversary.Found, shards)
	t.Run("sessions", func(t *testing.T) {
		for shard := range shards {
			t.Run(strconv.Itoa(shard), func(t *testing.T) {
				t.Parallel()
				seen[shard] = watch(t, shard, total/shards)
			})
		}
	})
	all := adversary.NewFound()
	for _, f := range seen {
		all.Join(f)
	}
	all.Check(t)
}

// watch has an adversary guess at so many sessions of a database.
func watch(t *testing.T, shard, n int) *adversary.Found {
	t.Helper()
	r, f := newRoom(t, 7), adversary.NewFound()
	for i := range n {
		rng := rand.New(rand.NewPCG(uint64(i), uint64(shard)))
		ev, truth := r.session(i, rng)
		f.Add(ev, truth, rng)
		if i < leaked {
			f.AddLeaks(t, ev, truth, rng)
		}
	}
	return f
}
