package adversary

import (
	"slices"
	"testing"

	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/eventstore"
)

// leaks are what a program with a fault would leave.
func leaks() map[string]func(testing.TB, *Evidence, map[string]string) {
	return map[string]func(testing.TB, *Evidence, map[string]string){
		"row order": func(_ testing.TB, ev *Evidence, truth map[string]string) {
			ev.Revealed = nil
			for _, unit := range ev.Took {
				ev.Revealed = append(ev.Revealed, answer(truth[unit]))
			}
		},
		"command hash": func(_ testing.TB, ev *Evidence, truth map[string]string) {
			ev.Keys = nil
			for unit, option := range truth {
				ev.Keys = append(ev.Keys, eventstore.Key{Actor: ev.Actors[unit], Hash: ev.plainHash(unit, option)})
			}
		},
		"unpadded size": func(_ testing.TB, ev *Evidence, truth map[string]string) {
			ev.Rows = slices.Clone(ev.Rows)
			for i := range ev.Rows {
				a := answer(truth[ev.Rows[i].Slot])
				ev.Rows[i].Sealed = make([]byte, len(a.Bytes())+overhead)
			}
		},
		"snapshot": func(_ testing.TB, ev *Evidence, truth map[string]string) {
			ev.Snapshot = slices.Clone(ev.Snapshot)
			for unit, option := range truth {
				a := answer(option)
				ev.Snapshot = append(append(append(ev.Snapshot, unit...), '='), a.Bytes()...)
			}
		},
		"key left behind": func(tb testing.TB, ev *Evidence, truth map[string]string) {
			tb.Helper()
			ev.Left = tb.TempDir()
			key, err := ballot.NewKeyring(ev.Left).Create(ballot.ID{Exercise: ev.Exercise, Poll: ev.Poll, Round: 1})
			if err != nil {
				tb.Fatal(err)
			}
			ev.Rows = slices.Clone(ev.Rows)
			for i := range ev.Rows {
				a := answer(truth[ev.Rows[i].Slot])
				if ev.Rows[i].Sealed, err = key.Seal(ev.Rows[i].Slot, a.Bytes()); err != nil {
					tb.Fatal(err)
				}
			}
		},
	}
}
