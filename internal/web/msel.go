package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/paper"
	"renkei/internal/i18n"
)

// msel is the list of all injects, as the reader has filtered it.
type msel struct {
	clock    clockView
	entries  []mselEntry
	all      int // without the filter
	phases   []phaseChoice
	controls bool
}

// mselEntry is one line of the MSEL.
type mselEntry struct {
	mselHead
	tally
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

// tally counts how far the units are with an inject.
type tally struct {
	meant, waiting, held, out, acked, gone int
	asked, answered                        int // units with a task; those that have answered all of theirs
	first                                  exercise.Time
	due                                    exercise.Time // the next that comes by itself; Never for none
}

// States of an inject by which the MSEL can be filtered.
func mselStates() []string { return []string{"waiting", "held", "out", "unseen", "gone"} }

// is reports whether an inject is in a state for at least one unit.
func (t *tally) is(state string) bool {
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

func mselRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/msel", need: observes, handle: showMSEL},
		{pattern: "GET /x/{exercise}/msel/{inject}", need: observes, handle: showSteered},
		{pattern: "POST /x/{exercise}/msel/{inject}", need: controls, handle: doInject},
		{pattern: "GET /x/{exercise}/msel/{inject}/file", need: observes, handle: downloadAttachment},
	}
}

func showMSEL(r *request) error {
	return r.showView(&view{
		key:    r.exconKey(),
		viewer: r.access.Viewer(r.hall.ID),
		part: func() (templ.Component, error) {
			var m msel
			err := r.look(func(s *scene) error {
				m = s.msel(r.URL.Query().Get("state"), r.URL.Query().Get("phase"))
				return nil
			})
			return mselPart(r, &m), err
		},
		page: func(part templ.Component) templ.Component { return mselPage(r, part) },
	})
}

// soonest is how many of the coming injects are marked.
const soonest = 3

// msel lists the injects in a state and a phase, "" for any, in the order of
// their time.
func (s *scene) msel(state, phase string) msel {
	m := msel{clock: s.clock(""), all: s.st.InjectCount(), controls: s.r.access.Controls(s.r.hall.ID)}
	words := s.wording()
	for _, p := range s.st.Play().Pack.Phases {
		m.phases = append(m.phases, phaseChoice{p.Key, words.Phase(p.Key)})
	}
	for i := range s.st.InjectCount() {
		m.entries = append(m.entries, mselEntry{mselHead: s.mselHead(words, i), tally: s.tally(i)})
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

func (s *scene) wording() *paper.Wording { return paper.NewWording(s.r.p, s.st.Play().Pack) }

// packText is a text of the pack in the reader's language, or one that it has.
func (s *scene) packText(t scenario.Text) string {
	return t.In(append([]string{s.r.p.Lang()}, s.st.Play().Pack.Languages...)...)
}

// mselHead says what the MSEL says about inject number i.
func (s *scene) mselHead(w *paper.Wording, i int) mselHead {
	if added := s.st.Added(i); added != nil {
		return mselHead{
			key: s.st.InjectKey(i), title: s.packText(added.Title), phase: added.Phase, phaseName: w.Phase(added.Phase),
			from: s.personaName(added.From), to: s.unitList(added.Units), time: added.Due.String(), order: added.Due,
			added: true, tlp: added.TLP,
		}
	}
	in := s.st.Play().Pack.Injects[i]
	at, planned := w.Planned(in)
	if strings.HasPrefix(planned, "T+") {
		planned = exercise.At(at).String() // as the clock on the page says it
	}
	return mselHead{
		key: in.Key, title: s.packText(in.Title), phase: in.Phase, phaseName: w.Phase(in.Phase), from: s.personaName(in.From),
		to: w.To(in.To), time: planned, when: w.When(in), order: exercise.At(at),
		expected: s.packText(in.Expected), controller: in.Controller, tlp: in.TLP,
	}
}

// longName is the name of a unit, of a cell with that of its team before it:
// every team has a cell of the same name.
func (s *scene) longName(key string) string {
	cast := s.st.Play().Cast
	u, ok := cast.Index(key)
	if !ok || cast.Units[u].IsTeam() {
		return s.unitName(key)
	}
	return s.r.t("msel.cell", i18n.Args{"Team": s.unitName(cast.Units[u].Parent), "Cell": s.unitName(key)})
}

// unitList names units; a group that is all teams, cells or units is named as
// such.
func (s *scene) unitList(keys []string) string {
	units := s.st.Play().Cast.Units
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
		return s.r.p.T("paper.to.all")
	case teams == allTeams && cells == 0:
		return s.r.p.T("paper.to.teams")
	case teams == 0 && cells == allCells && cells > 0:
		return s.r.p.T("paper.to.cells")
	}
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = s.longName(k)
	}
	return strings.Join(names, s.r.t("list.comma"))
}

// tally counts how far the units are with inject number i.
func (s *scene) tally(i int) tally {
	t := tally{first: exercise.Never, due: exercise.Never}
	for u := range s.st.Play().Cast.Units {
		if v, ok := s.st.Inject(i, u); ok {
			t.add(&v)
			s.tallyTasks(&t, i, u)
		}
	}
	return t
}

func (t *tally) add(v *exercise.InjectView) {
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

func (s *scene) tallyTasks(t *tally, i, u int) {
	asked, answered := s.tasksDone(i, u)
	if asked == 0 {
		return
	}
	if t.asked++; answered == asked {
		t.answered++
	}
}

// tasksDone counts the tasks of an inject that stand for a unit, and those that
// it has answered.
func (s *scene) tasksDone(i, u int) (asked, answered int) {
	for v := range s.st.TasksOf(i, u) {
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
func (r *request) mselPath(key string) string { return r.path("/msel/" + url.PathEscape(key)) }

// controllerText names the controller who is responsible, as the pack has it.
func (r *request) controllerText(c string) string {
	switch c {
	case "high", "national":
		return r.t("msel.controller_" + c)
	}
	return c
}

// share writes how many of how many.
func (r *request) share(n, of int) string { return r.t("msel.of", i18n.Args{"N": n, "Of": of}) }
