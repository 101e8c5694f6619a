package rehearsal

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/scenario"
)

// record is what is noted of one run while it is played; the rest is read from
// the state when it is over. It is used again for the next run.
type record struct {
	l       *layout
	done    []exercise.Time // by task and unit: the last answer; Never: none
	scored  []bool          // by task and unit
	hinted  []bool          // by task and unit: asked for a hint
	took    []exercise.Time // by flow and sender: when it was made
	loose   []bool          // by flow and sender
	stray   []bool          // likewise
	skipped []int           // injMeant, or why an inject did not come, by inject and unit
	works   [][]bots.Work   // by unit
	talks   []int64         // messages to personas and EXCON, by bin
	reports []int64         // by bin
	persona []int64

	unit      unitRecord
	personaIx map[string]int
	taken     []int64 // by way on from a decision
	branchIx  map[branchOf]int
}

func newRecord(l *layout) *record {
	nu := len(l.play.Cast.Units)
	r := &record{
		l: l, done: make([]exercise.Time, len(l.tasks)*nu), scored: make([]bool, len(l.tasks)*nu),
		hinted: make([]bool, len(l.tasks)*nu),
		took:   make([]exercise.Time, len(l.flows)*nu), loose: make([]bool, len(l.flows)*nu), stray: make([]bool, len(l.flows)*nu),
		skipped: make([]int, len(l.injects)*nu), works: make([][]bots.Work, nu),
		talks: make([]int64, l.talkBins), reports: make([]int64, l.talkBins), persona: make([]int64, len(l.personas)+1),
		unit: newUnitRecord(l), personaIx: map[string]int{},
		taken: make([]int64, len(l.branches)), branchIx: map[branchOf]int{},
	}
	for i, b := range l.branches {
		r.branchIx[b] = i
	}
	for i, key := range l.personas {
		r.personaIx[key] = i
	}
	return r
}

func (r *record) clear() {
	for i := range r.done {
		r.done[i] = exercise.Never
	}
	for u := range r.works {
		r.works[u] = r.works[u][:0]
	}
	clear(r.scored)
	clear(r.hinted)
	clear(r.took)
	clear(r.loose)
	clear(r.stray)
	clear(r.skipped)
	clear(r.talks)
	clear(r.reports)
	clear(r.persona)
	clear(r.taken)
}

// takeOn notes a task that a unit takes on.
func (r *record) takeOn(w bots.Work) { r.works[w.Unit] = append(r.works[w.Unit], w) }

// seen notes what the state will not tell at the end.
func (r *record) seen(e *exercise.Event) {
	switch b := e.Body.(type) {
	case *exercise.Submitted:
		if t, u, ok := r.find(r.l.taskIx, b.Task, b.Unit); ok {
			r.done[t*len(r.works)+u] = e.At
			if r.l.tasks[t].Type == scenario.TaskReport {
				r.reports[r.l.talkBinOf(e.At)]++
			}
		}
	case *exercise.Scored:
		if t, u, ok := r.find(r.l.taskIx, b.Task, b.Unit); ok {
			r.scored[t*len(r.works)+u] = true
		}
	case *exercise.HintTaken:
		if t, u, ok := r.find(r.l.taskIx, b.Task, b.Unit); ok {
			r.hinted[t*len(r.works)+u] = true
		}
	case *exercise.InjectSkipped:
		r.skip(b)
	case *exercise.FlowMade:
		if f, u, ok := r.find(r.l.play.FlowIndex, b.Flow, b.Unit); ok {
			r.took[f*len(r.works)+u], r.loose[f*len(r.works)+u] = e.At, b.Broken
		}
	case *exercise.Misdirected:
		if f, u, ok := r.find(r.l.play.FlowIndex, b.Flow, b.Unit); ok {
			r.stray[f*len(r.works)+u] = true
		}
	case *exercise.BranchTaken:
		if i, ok := r.branchIx[branchOf{b.Decision, b.Branch}]; ok {
			r.taken[i]++
		}
	case *exercise.Message:
		r.talk(e.At, b)
	case *exercise.Shared:
		r.talk(e.At, &b.Message)
	}
}

func (r *record) find(index func(string) (int, bool), key, unit string) (i, u int, ok bool) {
	i, known := index(key)
	u, ok = r.l.play.Cast.Index(unit)
	return i, u, ok && known
}

func (r *record) skip(b *exercise.InjectSkipped) {
	i, u, ok := r.find(r.l.injectIx, b.Inject, b.Unit)
	if !ok {
		return
	}
	switch b.Reason {
	case exercise.SkipUnless:
		r.skipped[i*len(r.works)+u] = injUnless
	case exercise.SkipLapsed:
		r.skipped[i*len(r.works)+u] = injLapsed
	case exercise.SkipBranch:
		r.skipped[i*len(r.works)+u] = injBranch
	}
}

// talk notes a message that EXCON has to read: to a persona or to EXCON.
func (r *record) talk(at exercise.Time, m *exercise.Message) {
	for _, end := range m.Ends {
		i := len(r.persona) - 1
		if key, ok := strings.CutPrefix(end, exercise.EndPersona); ok {
			i = r.personaIx[key]
		} else if end != exercise.EndExcon {
			continue
		}
		r.persona[i]++
		r.talks[r.l.talkBinOf(at)]++
	}
}
