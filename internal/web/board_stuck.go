package web

import (
	"cmp"
	"slices"

	"renkei/internal/exercise"
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
func (s *scene) stuck() (units []stuckUnit) {
	now := s.now()
	for u, unit := range s.st.Play().Cast.Units {
		view := s.st.Unit(u)
		if view.Status != exercise.Present || s.st.Phase() == exercise.Over {
			continue // nobody waits for it, or it stands still by itself
		}
		items := s.owes(u, now)
		if len(items) == 0 {
			continue
		}
		slices.SortStableFunc(items, func(a, b stuckItem) int { return cmp.Compare(a.since, b.since) })
		units = append(units, stuckUnit{
			key: unit.Key, name: s.fullName(unit.Key), bot: view.Bot, items: items,
			since: items[0].since, lasts: s.r.span(now - items[0].since),
		})
	}
	slices.SortStableFunc(units, func(a, b stuckUnit) int {
		return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(len(b.items), len(a.items)))
	})
	return units
}

func (s *scene) owes(u int, now exercise.Time) (items []stuckItem) {
	for v := range s.st.Tasks(u) {
		if overdue(&v) {
			items = append(items, stuckItem{what: s.taskName(v.Key), inject: v.Inject, since: v.Due})
		}
	}
	for v := range s.st.Injects(u) {
		if v.Status == exercise.InjectOut && v.Acked == exercise.Never && now-v.Released > unseenAfter && !answeredAny(s.st, v.Key, u) {
			items = append(items, stuckItem{what: s.injectName(v.Key), inject: v.Key, unseen: true, since: v.Released})
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
