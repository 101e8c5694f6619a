// Package adversary is somebody who may read everything that is kept of a
// tabletop, before and after the reveal, but for the key that was destroyed, and
// who names the authors of answers without a name. Tests collect the Evidence of
// many sessions whose answers come from randomness of their own, and see by Found
// that guesses are no better than chance, and better with each leak that is
// planted.
package adversary

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"

	"renkei/internal/exercise"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// Evidence is what there is of one question of a session.
type Evidence struct {
	Exercise string
	Poll     string
	Options  []string // keys
	Seed     uint64
	Took     []string          // units in the order of the log
	Actors   map[string]string // of units: who answered
	Stored   []string          // units in the order of the row ids of the copy
	Revealed []exercise.PollAnswer
	Rows     []ballot.Row // of a copy made before the reveal
	Keys     []eventstore.Key
	Snapshot []byte
	Left     string // folder of keys after the reveal
}

// See adds an event of the log.
func (ev *Evidence) See(e *exercise.Event) {
	switch b := e.Body.(type) {
	case *exercise.Created:
		ev.Seed = b.Seed
	case *exercise.PollTaken:
		if ev.Actors == nil {
			ev.Actors = map[string]string{}
		}
		ev.Took, ev.Actors[b.Unit] = append(ev.Took, b.Unit), e.Actor
	case *exercise.PollRevealed:
		ev.Revealed = b.Answers
	}
}

// Guess names who answered what: by whatever the evidence gives away, and for
// the rest by chance among what was revealed.
func (ev *Evidence) Guess(rng *rand.Rand) map[string]string {
	named := map[string]string{}
	for _, unit := range ev.Took {
		for _, look := range []func(string) string{ev.byKey, ev.byHash, ev.bySize, ev.bySnapshot} {
			if said := look(unit); said != "" {
				named[unit] = said
				break
			}
		}
	}
	var rest []string
	for i := range ev.Revealed {
		rest = append(rest, ev.Revealed[i].Chosen[0])
	}
	if sorted := slices.SortedFunc(slices.Values(ev.Revealed), func(a, b exercise.PollAnswer) int { return bytes.Compare(a.Bytes(), b.Bytes()) }); fmt.Sprint(sorted) == fmt.Sprint(ev.Revealed) {
		rng.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	}
	for i, unit := range ev.Took { // else the order is that in which they answered
		if named[unit] == "" && i < len(rest) {
			named[unit] = rest[i]
		}
	}
	return named
}

// orders are those that somebody who shuffles or stores answers carelessly would
// leave in the reveal: of time, of storage, of names, of sealed bytes, of hashes,
// and of the seed.
func (ev *Evidence) orders() map[string][]string {
	backwards := slices.Clone(ev.Took)
	slices.Reverse(backwards)
	by := func(what map[string][]byte) []string {
		all := slices.Clone(ev.Took)
		slices.SortFunc(all, func(a, b string) int { return bytes.Compare(what[a], what[b]) })
		return all
	}
	sealed, hashes, names := map[string][]byte{}, map[string][]byte{}, map[string][]byte{}
	for _, row := range ev.Rows {
		sealed[row.Slot] = row.Sealed
	}
	for _, unit := range ev.Took {
		names[unit] = []byte(unit)
		for _, k := range ev.Keys {
			if k.Actor == ev.Actors[unit] {
				hashes[unit] = k.Hash[:]
			}
		}
	}
	seeded := by(names)
	rand.New(rand.NewPCG(ev.Seed, 0)).Shuffle(len(seeded), func(i, j int) { seeded[i], seeded[j] = seeded[j], seeded[i] })
	return map[string][]string{
		"time": ev.Took, "time backwards": backwards, "row ids": ev.Stored, "names": by(names), "sealed bytes": by(sealed),
		"hashes": by(hashes), "seed": seeded,
	}
}

// inOrder names authors as if answers were revealed in an order.
func (ev *Evidence) inOrder(units []string) map[string]string {
	named := map[string]string{}
	for i, unit := range units {
		if i < len(ev.Revealed) {
			named[unit] = ev.Revealed[i].Chosen[0]
		}
	}
	return named
}

// byKey opens a copy of the answer with a key that was left behind.
func (ev *Evidence) byKey(unit string) string {
	key, found := ballot.NewKeyring(ev.Left).Find(ballot.ID{Exercise: ev.Exercise, Poll: ev.Poll, Round: 1})
	for _, row := range ev.Rows {
		if !found || row.Slot != unit {
			continue
		}
		if contents, err := key.Open(row.Slot, row.Sealed); err == nil {
			return ev.optionIn(contents)
		}
	}
	return ""
}

// byHash tries which command has the hash that is stored under the key of a
// person.
func (ev *Evidence) byHash(unit string) string {
	for _, k := range ev.Keys {
		for _, option := range ev.Options {
			if k.Actor == ev.Actors[unit] && k.Hash == ev.plainHash(unit, option) {
				return option
			}
		}
	}
	return ""
}

func (ev *Evidence) plainHash(unit, option string) [32]byte {
	do := exercise.AnswerPoll{Poll: ev.Poll, Unit: unit, Answer: answer(option)}
	body, _ := json.Marshal(do)
	return journal.HashOf(append([]byte(fmt.Sprintf("%T ", do)), body...))
}

// overhead is by how much sealed bytes are longer than those that they hold:
// nonce and tag of AES-GCM.
const overhead = 28

// bySize compares the lengths of sealed answers with those of answers.
func (ev *Evidence) bySize(unit string) string {
	for _, row := range ev.Rows {
		for _, option := range ev.Options {
			a := answer(option)
			if row.Slot == unit && len(row.Sealed) == len(a.Bytes())+overhead {
				return option
			}
		}
	}
	return ""
}

// bySnapshot looks for an answer beside the name of a unit.
func (ev *Evidence) bySnapshot(unit string) string {
	_, after, found := bytes.Cut(ev.Snapshot, []byte(unit+"="))
	if !found {
		return ""
	}
	return ev.optionIn(after[:min(len(after), 60)])
}

// optionIn is the option of an answer that stands in some bytes; "" for none.
func (ev *Evidence) optionIn(data []byte) string {
	for _, option := range ev.Options {
		a := answer(option)
		if bytes.HasPrefix(data, a.Bytes()) {
			return option
		}
	}
	return ""
}

func answer(option string) exercise.PollAnswer { return exercise.PollAnswer{Chosen: []string{option}} }
