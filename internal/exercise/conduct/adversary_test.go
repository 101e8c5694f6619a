package conduct_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

var sessions = flag.Int("sessions", 0, "how many sessions the adversary sees; 0: 60, or 10,000 with RENKEI_SOAK=1")

// shards are the databases over which sessions are spread.
const shards = 4

// leaked is in how many sessions of a shard leaks are planted.
const leaked = 50

// evidence is what somebody has who may read every file, before and after the
// reveal, but for the key that was destroyed.
type evidence struct {
	id       string
	seed     int64
	took     []string // units in the order of the log
	stored   []string // units in the order of the row ids of that copy
	revealed []exercise.PollAnswer
	rows     []ballot.Row // of a copy made before the reveal
	keys     []eventstore.Key
	snapshot []byte
	left     string // folder of keys after the reveal
}

// options differ in length, so that sizes would tell them apart.
var sessionOptions = []string{"a", "bcdefgh", "ijklmnopqrstuvwxyz"}

// session has units answer by the test's own randomness, and returns what an
// adversary has of it, and the truth.
func (r *room) session(n int, rng *rand.Rand) (ev evidence, truth map[string]string) {
	r.t.Helper()
	ev.id, truth = fmt.Sprintf("s%d", n), map[string]string{}
	r.create(ev.id, 7)
	keyring := ballot.NewKeyring(r.keys)
	c := r.open(ev.id, r.deps(keyring))
	c.must(exercise.Start{Speed: 1}, exercise.AnnouncePoll{Poll: question("q", exercise.PollChoice, false, sessionOptions...)}, exercise.OpenPoll{Poll: "q"})
	for _, i := range rng.Perm(len(r.units)) {
		unit := r.units[i]
		truth[unit] = sessionOptions[rng.IntN(len(sessionOptions))]
		c.answers("q", unit, exercise.PollAnswer{Chosen: []string{truth[unit]}})
	}
	var err error
	if ev.rows, err = r.ballots.Load(r.t.Context(), ev.id); err != nil {
		r.t.Fatal(err)
	}
	ev.stored, err = database.Select(r.t.Context(), r.db.Database.Reader, `SELECT slot FROM ballots WHERE exercise = $1 ORDER BY rowid`, func(rows *sql.Rows) (unit string, err error) {
		err = rows.Scan(&unit)
		return unit, err
	}, ev.id)
	if err != nil {
		r.t.Fatal(err)
	}
	c.must(exercise.ClosePoll{Poll: "q"}, exercise.RevealPoll{Poll: "q"}, exercise.Pause{})
	c.end()
	r.collect(&ev)
	return ev, truth
}

// collect adds what lies there after the reveal.
func (r *room) collect(ev *evidence) {
	r.t.Helper()
	for _, e := range r.events(ev.id) {
		switch b := e.Body.(type) {
		case *exercise.Created:
			ev.seed = int64(b.Seed)
		case *exercise.PollTaken:
			ev.took = append(ev.took, b.Unit)
		case *exercise.PollRevealed:
			ev.revealed = b.Answers
		}
	}
	for k, err := range r.db.Keys(r.t.Context(), ev.id, 1) {
		if err != nil {
			r.t.Fatal(err)
		}
		ev.keys = append(ev.keys, k)
	}
	snap, _, err := r.db.Snapshot(r.t.Context(), ev.id)
	if err != nil {
		r.t.Fatal(err)
	}
	ev.snapshot, ev.left = snap.Data, r.keys
}

// guess names who answered what: by whatever the evidence gives away, and for
// the rest by chance among what was revealed.
func (ev *evidence) guess(rng *rand.Rand) map[string]string {
	named := map[string]string{}
	for _, unit := range ev.took {
		for _, look := range []func(string) string{ev.byKey, ev.byHash, ev.bySize, ev.bySnapshot} {
			if said := look(unit); said != "" {
				named[unit] = said
				break
			}
		}
	}
	var rest []string
	for i := range ev.revealed {
		rest = append(rest, ev.revealed[i].Chosen[0])
	}
	if sorted := slices.SortedFunc(slices.Values(ev.revealed), func(a, b exercise.PollAnswer) int { return bytes.Compare(a.Bytes(), b.Bytes()) }); fmt.Sprint(sorted) == fmt.Sprint(ev.revealed) {
		rng.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	}
	for i, unit := range ev.took { // else the order is that in which they answered
		if named[unit] == "" && i < len(rest) {
			named[unit] = rest[i]
		}
	}
	return named
}

// orders are those that somebody who shuffles or stores answers carelessly would
// leave in the reveal: of time, of storage, of names, of sealed bytes, of hashes,
// and of the seed.
func (ev *evidence) orders() map[string][]string {
	backwards := slices.Clone(ev.took)
	slices.Reverse(backwards)
	by := func(what map[string][]byte) []string {
		all := slices.Clone(ev.took)
		slices.SortFunc(all, func(a, b string) int { return bytes.Compare(what[a], what[b]) })
		return all
	}
	sealed, hashes, names := map[string][]byte{}, map[string][]byte{}, map[string][]byte{}
	for _, row := range ev.rows {
		sealed[row.Slot] = row.Sealed
	}
	for _, k := range ev.keys {
		hashes[strings.TrimPrefix(k.Actor, "person-")] = k.Hash[:]
	}
	for _, unit := range ev.took {
		names[unit] = []byte(unit)
	}
	seeded := by(names)
	rand.New(rand.NewPCG(uint64(ev.seed), 0)).Shuffle(len(seeded), func(i, j int) { seeded[i], seeded[j] = seeded[j], seeded[i] })
	return map[string][]string{
		"time": ev.took, "time backwards": backwards, "row ids": ev.stored, "names": by(names), "sealed bytes": by(sealed),
		"hashes": by(hashes), "seed": seeded,
	}
}

// inOrder names authors as if answers were revealed in an order.
func (ev *evidence) inOrder(units []string) map[string]string {
	named := map[string]string{}
	for i, unit := range units {
		if i < len(ev.revealed) {
			named[unit] = ev.revealed[i].Chosen[0]
		}
	}
	return named
}

// byKey opens a copy of the answer with a key that was left behind.
func (ev *evidence) byKey(unit string) string {
	key, found := ballot.NewKeyring(ev.left).Find(ballot.ID{Exercise: ev.id, Poll: "q", Round: 1})
	for _, row := range ev.rows {
		if !found || row.Slot != unit {
			continue
		}
		if contents, err := key.Open(row.Slot, row.Sealed); err == nil {
			return optionIn(contents)
		}
	}
	return ""
}

// byHash tries which command has the hash that is stored under the key of a
// person.
func (ev *evidence) byHash(unit string) string {
	for _, k := range ev.keys {
		for _, option := range sessionOptions {
			if k.Actor == "person-"+unit && k.Hash == plainHash(unit, option) {
				return option
			}
		}
	}
	return ""
}

func plainHash(unit, option string) [32]byte {
	do := exercise.AnswerPoll{Poll: "q", Unit: unit, Answer: exercise.PollAnswer{Chosen: []string{option}}}
	body, _ := json.Marshal(do)
	return journal.HashOf(append([]byte(fmt.Sprintf("%T ", do)), body...))
}

// bySize compares the lengths of sealed answers with those of answers.
func (ev *evidence) bySize(unit string) string {
	for _, row := range ev.rows {
		for _, option := range sessionOptions {
			a := exercise.PollAnswer{Chosen: []string{option}}
			if row.Slot == unit && len(row.Sealed) == len(a.Bytes())+28 {
				return option
			}
		}
	}
	return ""
}

// bySnapshot looks for an answer beside the name of a unit.
func (ev *evidence) bySnapshot(unit string) string {
	_, after, found := bytes.Cut(ev.snapshot, []byte(unit+"="))
	if !found {
		return ""
	}
	return optionIn(after[:min(len(after), 60)])
}

// optionIn is the option of an answer that stands in some bytes; "" for none.
func optionIn(data []byte) string {
	for _, option := range sessionOptions {
		a := exercise.PollAnswer{Chosen: []string{option}}
		if bytes.HasPrefix(data, a.Bytes()) {
			return option
		}
	}
	return ""
}

// tally compares guesses with what chance gives: how many of so many are right,
// the mean of that, and its variance (of matching two decks of cards).
type tally struct{ right, mean, variance float64 }

func (y *tally) add(truth, named map[string]string) {
	n, counts := float64(len(truth)), map[string]float64{}
	for unit, option := range truth {
		counts[option]++
		if named[unit] == option {
			y.right++
		}
	}
	var two, three float64
	for _, c := range counts {
		two, three = two+c*c, three+c*c*c
	}
	y.mean += two / n
	y.variance += (two*two - 2*n*three + n*n*two) / (n * n * (n - 1))
}

// excess is by how many standard deviations there are more right than by chance.
func (y *tally) excess() float64 { return (y.right - y.mean) / math.Sqrt(y.variance) }

func (y *tally) join(other *tally) {
	y.right, y.mean, y.variance = y.right+other.right, y.mean+other.mean, y.variance+other.variance
}

// found are the guesses of an adversary: with what there is and by each order,
// and with each leak.
type found struct{ clean, leaks map[string]*tally }

func tallyOf(all map[string]*tally, name string) *tally {
	if all[name] == nil {
		all[name] = &tally{}
	}
	return all[name]
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
	seen := make([]found, shards)
	t.Run("sessions", func(t *testing.T) {
		for shard := range shards {
			t.Run(strconv.Itoa(shard), func(t *testing.T) {
				t.Parallel()
				seen[shard] = watch(t, shard, total/shards)
			})
		}
	})
	all := found{map[string]*tally{}, map[string]*tally{}}
	for _, f := range seen {
		for name, y := range f.clean {
			tallyOf(all.clean, name).join(y)
		}
		for name, y := range f.leaks {
			tallyOf(all.leaks, name).join(y)
		}
	}
	for name, y := range all.clean {
		t.Logf("%s: %v of %d right, %.1f by chance: %+.2f standard deviations", name, y.right, 7*(total/shards)*shards, y.mean, y.excess())
		if !(math.Abs(y.excess()) <= 5) {
			t.Errorf("%s: the adversary is off chance by %.1f standard deviations", name, y.excess())
		}
	}
	for name, y := range all.leaks {
		if !(y.excess() >= 5) {
			t.Errorf("the adversary does not see the leak %q: %.1f standard deviations", name, y.excess())
		}
	}
	if len(all.clean) != 8 || len(all.leaks) != 5 {
		t.Errorf("%d guesses, %d leaks", len(all.clean), len(all.leaks))
	}
}

// watch has an adversary guess at so many sessions of a database.
func watch(t *testing.T, shard, n int) found {
	t.Helper()
	r, f := newRoom(t, 7), found{map[string]*tally{}, map[string]*tally{}}
	for i := range n {
		rng := rand.New(rand.NewPCG(uint64(i), uint64(shard)))
		ev, truth := r.session(i, rng)
		tallyOf(f.clean, "all there is").add(truth, ev.guess(rng))
		for name, order := range ev.orders() {
			tallyOf(f.clean, name).add(truth, ev.inOrder(order))
		}
		if i >= leaked {
			continue
		}
		for name, plant := range planted() {
			leaky := ev
			plant(r, &leaky, truth)
			tallyOf(f.leaks, name).add(truth, leaky.guess(rng))
		}
	}
	return f
}

// planted are leaks as a program with a fault would have them.
func planted() map[string]func(*room, *evidence, map[string]string) {
	answer := func(option string) exercise.PollAnswer { return exercise.PollAnswer{Chosen: []string{option}} }
	return map[string]func(*room, *evidence, map[string]string){
		"row order": func(_ *room, ev *evidence, truth map[string]string) {
			ev.revealed = nil
			for _, unit := range ev.took {
				ev.revealed = append(ev.revealed, answer(truth[unit]))
			}
		},
		"command hash": func(_ *room, ev *evidence, truth map[string]string) {
			ev.keys = nil
			for unit, option := range truth {
				ev.keys = append(ev.keys, eventstore.Key{Actor: "person-" + unit, Hash: plainHash(unit, option)})
			}
		},
		"unpadded size": func(_ *room, ev *evidence, truth map[string]string) {
			ev.rows = slices.Clone(ev.rows)
			for i := range ev.rows {
				a := answer(truth[ev.rows[i].Slot])
				ev.rows[i].Sealed = make([]byte, len(a.Bytes())+28)
			}
		},
		"snapshot": func(_ *room, ev *evidence, truth map[string]string) {
			ev.snapshot = slices.Clone(ev.snapshot)
			for unit, option := range truth {
				a := answer(option)
				ev.snapshot = append(append(append(ev.snapshot, unit...), '='), a.Bytes()...)
			}
		},
		"key left behind": func(r *room, ev *evidence, truth map[string]string) {
			ev.left = r.t.TempDir()
			key, err := ballot.NewKeyring(ev.left).Create(ballot.ID{Exercise: ev.id, Poll: "q", Round: 1})
			if err != nil {
				r.t.Fatal(err)
			}
			ev.rows = slices.Clone(ev.rows)
			for i := range ev.rows {
				a := answer(truth[ev.rows[i].Slot])
				if ev.rows[i].Sealed, err = key.Seal(ev.rows[i].Slot, a.Bytes()); err != nil {
					r.t.Fatal(err)
				}
			}
		},
	}
}
