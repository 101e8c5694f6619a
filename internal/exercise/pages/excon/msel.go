package excon

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/paper"
	"renkei/internal/i18n"
)

// msel is the list of all injects, as the reader has filtered it.
type msel struct {
	clock    pages.ClockView
	entries  []mselEntry
	all      int // without the filter
	phases   []phaseChoice
	controls bool
}

// mselEntry is one line of the MSEL.
type mselEntry struct {
	mselHead
	counts
	next bool // among those that come next
}

// phaseChoice is a phase to filter by.
type phaseChoice struct{ key, title string }

// mselHead is what the MSEL says about an inject.
type mselHead struct {
	key, title       string
	phase, phaseName string
	from, to         string
	time, when       string // the time that is known or planned; what it waits for
	order            exercise.Time
	added            bool // made up during play
	expected         string
	controller       string
	tlp              scenario.TLP
}

// counts counts how far the units are with an inject.
type counts struct {
	meant, waiting, held, out, acked, gone int
	asked, answered                        int // units with a task; those that have answered all of theirs
	first                                  exercise.Time
	due                                    exercise.Time // the next that comes by itself; Never for none
}

// States of an inject by which the MSEL can be filtered.
func mselStates() []string { return []string{"waiting", "held", "out", "unseen", "gone"} }

// is reports whether an inject is in a state for at least one unit.
func (t *counts) is(state string) bool {
	switch state {
	case "waiting":
		return t.waiting > 0
	case "held":
		return t.held > 0
	case "out":
		return t.out > 0
	case "unseen":
		return t.out > t.acked
	case "gone":
		return t.gone > 0
	}
	return true
}

// MselRoutes are the addresses of the MSEL and its injects.
func MselRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/msel", Need: pages.Observes, Handle: showMSEL},
		{Pattern: "GET /x/{exercise}/msel/{inject}", Need: pages.Observes, Handle: showSteered},
		{Pattern: "POST /x/{exercise}/msel/{inject}", Need: pages.Controls, Handle: doInject},
		{Pattern: "GET /x/{exercise}/msel/{inject}/file", Need: pages.Observes, Handle: downloadAttachment},
	}
}

func showMSEL(r *pages.Request) error {
	return r.ShowView(&pages.View{
		Key:    r.ExconKey(),
		Viewer: r.Access.Viewer(r.Exercise.ID),
		Part: func() (templ.Component, error) {
			var m msel
			err := r.At(func(s *pages.Moment) error {
				m = mselOf(s, r.URL.Query().Get("state"), r.URL.Query().Get("phase"))
				return nil
			})
			return mselPart(r, &m), err
		},
		Page: func(part templ.Component) templ.Component { return mselPage(r, part) },
	})
}

// soonest is how many of the coming injects are marked.
const soonest = 3

// mselOf lists the injects in a state and a phase, "" for any, in the order of
// their time.
func mselOf(s *pages.Moment, state, phase string) msel {
	m := msel{clock: s.Clock(""), all: s.State.InjectCount(), controls: s.Request.Access.Controls(s.Request.Exercise.ID)}
	words := wording(s)
	for _, p := range s.State.Play().Pack.Phases {
		m.phases = append(m.phases, phaseChoice{p.Key, words.Phase(p.Key)})
	}
	for i := range s.State.InjectCount() {
		m.entries = append(m.entries, mselEntry{mselHead: mselHeadOf(s, words, i), counts: countsOf(s, i)})
	}
	for i := range m.entries {
		m.entries[i].settleTime()
	}
	slices.SortStableFunc(m.entries, func(a, b mselEntry) int { return cmp.Compare(a.order, b.order) })
	markNext(m.entries)
	m.entries = slices.DeleteFunc(m.entries, func(e mselEntry) bool { return phase != "" && e.phase != phase || !e.is(state) })
	return m
}

// settleTime puts an entry at the time that is known of it.
func (e *mselEntry) settleTime() {
	switch {
	case e.first != exercise.Never:
		e.order, e.time = e.first, e.first.String()
	case e.due != exercise.Never:
		e.order, e.time = e.due, e.due.String()
	}
}

// markNext marks those that come by themselves next.
func markNext(entries []mselEntry) {
	var coming []int
	for i := range entries {
		if entries[i].due != exercise.Never {
			coming = append(coming, i)
		}
	}
	slices.SortStableFunc(coming, func(a, b int) int { return cmp.Compare(entries[a].due, entries[b].due) })
	for _, i := range coming[:min(soonest, len(coming))] {
		entries[i].next = true
	}
}

func wording(s *pages.Moment) *paper.Wording {
	return paper.NewWording(s.Request.Printer, s.State.Play().Pack)
}

// packText is a text of the pack in the reader's language, or one that it has.
func packText(s *pages.Moment, t scenario.Text) string {
	return t.In(append([]string{s.Request.Printer.Lang()}, s.State.Play().Pack.Languages...)...)
}

// mselHeadOf says what the MSEL says about inject number i.
func mselHeadOf(s *pages.Moment, w *paper.Wording, i int) mselHead {
	if added := s.State.Added(i); added != nil {
		return mselHead{
			key: s.State.InjectKey(i), title: packText(s, added.Title), phase: added.Phase, phaseName: w.Phase(added.Phase),
			from: s.PersonaName(added.From), to: unitList(s, added.Units), time: added.Due.String(), order: added.Due,
			added: true, tlp: added.TLP,
		}
	}
	in := s.State.Play().Pack.Injects[i]
	at, planned := w.Planned(in)
	if strings.HasPrefix(planned, "T+") {
		planned = exercise.At(at).String() // as the clock on the page says it
	}
	return mselHead{
		key: in.Key, title: packText(s, in.Title), phase: in.Phase, phaseName: w.Phase(in.Phase), from: s.PersonaName(in.From),
		to: w.To(in.To), time: planned, when: w.When(in), order: exercise.At(at),
		expected: packText(s, in.Expected), controller: in.Controller, tlp: in.TLP,
	}
}

// unitList names units; a group that is all teams, cells or units is named as
// such.
func unitList(s *pages.Moment, keys []string) string {
	units := s.State.Play().Cast.Units
	teams, cells := 0, 0
	for i := range units {
		if !slices.Contains(keys, units[i].Key) {
			continue
		}
		if units[i].IsTeam() {
			teams++
		} else {
			cells++
		}
	}
	allTeams := 0
	for i := range units {
		if units[i].IsTeam() {
			allTeams++
		}
	}
	allCells := len(units) - allTeams
	switch {
	case teams == allTeams && cells == allCells:
		return s.Request.Printer.T("paper.to.all")
	case teams == allTeams && cells == 0:
		return s.Request.Printer.T("paper.to.teams")
	case teams == 0 && cells == allCells && cells > 0:
		return s.Request.Printer.T("paper.to.cells")
	}
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = s.LongName(k)
	}
	return strings.Join(names, s.Request.T("list.comma"))
}

// countsOf counts how far the units are with inject number i.
func countsOf(s *pages.Moment, i int) counts {
	t := counts{first: exercise.Never, due: exercise.Never}
	for u := range s.State.Play().Cast.Units {
		if v, ok := s.State.Inject(i, u); ok {
			t.add(&v)
			tallyTasks(s, &t, i, u)
		}
	}
	return t
}

func (t *counts) add(v *exercise.InjectView) {
	t.meant++
	switch v.Status {
	case exercise.InjectWaiting, exercise.InjectWatching:
		if t.waiting++; v.Held {
			t.held++
		} else if v.Status == exercise.InjectWaiting {
			t.due = min(t.due, v.Due)
		}
	case exercise.InjectOut:
		t.out++
		t.first = min(t.first, v.Released)
		if v.Acked != exercise.Never {
			t.acked++
		}
	default:
		t.gone++
	}
}

func tallyTasks(s *pages.Moment, t *counts, i, u int) {
	asked, answered := tasksDone(s, i, u)
	if asked == 0 {
		return
	}
	if t.asked++; answered == asked {
		t.answered++
	}
}

// tasksDone counts the tasks of an inject that stand for a unit, and those that
// it has answered.
func tasksDone(s *pages.Moment, i, u int) (asked, answered int) {
	for v := range s.State.TasksOf(i, u) {
		if v.Status == exercise.TaskVoid {
			continue
		}
		if asked++; v.First != exercise.Never {
			answered++
		}
	}
	return asked, answered
}

// injectPath is the page of an inject; a key such as "#12" is escaped.
func mselPath(r *pages.Request, key string) string { return r.Path("/msel/" + url.PathEscape(key)) }

// controllerText names the controller who is responsible, as the pack has it.
func controllerText(r *pages.Request, c string) string {
	switch c {
	case "high", "national":
		return r.T("msel.controller_" + c)
	}
	return c
}

// share writes how many of how many.
func share(r *pages.Request, n, of int) string { return r.T("msel.of", i18n.Args{"N": n, "Of": of}) }
