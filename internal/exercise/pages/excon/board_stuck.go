package excon

import (
	"cmp"
	"slices"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
)

// stuckUnit is a unit that owes something.
type stuckUnit struct {
	key, name string
	bot       bool
	since     exercise.Time // the oldest of its items
	lasts     string
	items     []stuckItem
}

// stuckItem is a task whose time ran out, or an inject that nobody has seen.
type stuckItem struct {
	what, inject string // in words; key for the way there
	unseen       bool
	since        exercise.Time
}

// unseenAfter is how long an inject may lie without an acknowledgement before
// its unit counts as stuck.
const unseenAfter = 5 * 60 * exercise.Second

// stuckShown is how many units that are stuck stand on the board at once.
const stuckShown = 12

// stuck are the units that owe something, the worst first: who has owed the
// longest, then who owes the most.
func stuck(s *pages.Moment) (units []stuckUnit) {
	now := s.Now()
	for u, unit := range s.State.Play().Cast.Units {
		view := s.State.Unit(u)
		if view.Status != exercise.Present || s.State.Phase() == exercise.Over {
			continue // nobody waits for it, or it stands still by itself
		}
		items := owes(s, u, now)
		if len(items) == 0 {
			continue
		}
		slices.SortStableFunc(items, func(a, b stuckItem) int { return cmp.Compare(a.since, b.since) })
		units = append(units, stuckUnit{
			key: unit.Key, name: s.FullName(unit.Key), bot: view.Bot, items: items,
			since: items[0].since, lasts: s.Request.Span(now - items[0].since),
		})
	}
	slices.SortStableFunc(units, func(a, b stuckUnit) int {
		return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(len(b.items), len(a.items)))
	})
	return units
}

func owes(s *pages.Moment, u int, now exercise.Time) (items []stuckItem) {
	for v := range s.State.Tasks(u) {
		if overdue(&v) {
			items = append(items, stuckItem{what: s.TaskName(v.Key), inject: v.Inject, since: v.Due})
		}
	}
	for v := range s.State.Injects(u) {
		if v.Status == exercise.InjectOut && v.Acked == exercise.Never && now-v.Released > unseenAfter && !answeredAny(s.State, v.Key, u) {
			items = append(items, stuckItem{what: s.InjectName(v.Key), inject: v.Key, unseen: true, since: v.Released})
		}
	}
	return items
}

// overdue reports whether a task's time ran out without an answer.
func overdue(v *exercise.TaskView) bool {
	return v.Late && v.First == exercise.Never && v.Status == exercise.TaskStands
}

// answeredAny reports whether the unit has answered anything that the inject
// asks: then it has seen it, acknowledged or not.
func answeredAny(st *exercise.State, inject string, u int) bool {
	i, _ := st.InjectIndex(inject)
	for v := range st.TasksOf(i, u) {
		if v.First != exercise.Never {
			return true
		}
	}
	return false
}

// stuckItems is how many items of a unit are named.
const stuckItems = 3
