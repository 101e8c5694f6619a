package review

import (
	"maps"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// restrict leaves of a whole report what its reader may have. It is the only
// place where that is decided: what comes after it words what is left.
func (v *view) restrict(r *Report) {
	v.list(r)
	v.storyline(r)
	if v.own != nil {
		v.ownOnly(r)
	}
	if v.own != nil || v.reader.TLP < scenario.TLPRed {
		v.seenOnly(r)
	}
	if v.reader.TLP < scenario.TLPRed {
		r.LeftOut.ByTLP = v.aboveClearance()
		v.clearTitles(r)
		v.clearPack(r)
	}
	if v.public() {
		r.LeftOut.Names = true
		v.anonymise(r)
	}
}

// list fills in the lists of messages, indicators and notes.
func (v *view) list(r *Report) {
	f := &r.Flow
	for _, seq := range v.unasked {
		if v.sees(seq) {
			if f.UnexpectedCount++; len(f.Unexpected) < MaxListed {
				f.Unexpected = append(f.Unexpected, v.unexpected(seq))
			}
		}
	}
	part := v.part()
	for _, i := range v.mentioned() {
		if v.knowsForm(i) {
			if f.IndicatorCount++; len(f.Indicators) < MaxListed {
				f.Indicators = append(f.Indicators, v.indicator(i, part))
			}
		}
	}
	f.Broken = slices.DeleteFunc(f.Broken, func(b Break) bool { return !v.isOwn(b.From) })
	f.BrokenCount = len(f.Broken)
	f.Broken = f.Broken[:min(MaxListed, len(f.Broken))]
	f.Astray = slices.DeleteFunc(f.Astray, func(s Stray) bool { return !v.isOwn(s.From) })
	f.AstrayCount = len(f.Astray)
	f.Astray = f.Astray[:min(MaxListed, len(f.Astray))]
	r.Notes = []NoteEntry{}
	for _, seq := range v.notes {
		if v.sees(seq) && !v.public() {
			r.Notes = append(r.Notes, v.note(seq))
		}
	}
}

func (v *view) note(seq uint64) NoteEntry {
	e := v.event(seq)
	n := NoteEntry{Seq: seq, At: *momentOf(e.At), Kind: noteHotWash, Actor: v.actor(e)}
	switch b := e.Body.(type) {
	case *exercise.Note:
		n.Kind, n.Unit, n.Text, n.Re = noteAbout, b.Unit, b.Text, b.Re
		if b.Own {
			n.Kind = noteOwn
		}
	case *exercise.HotWash:
		n.Unit, n.Text, n.Re = b.Unit, b.Text, b.Question
	}
	return n
}

// Kinds of notes.
const (
	noteAbout   = "note"
	noteOwn     = "own"
	noteHotWash = "hotwash"
)

// actor names who did something: to EXCON always, to a unit its own people.
func (v *view) actor(e *exercise.Event) string {
	author := authorOf(e)
	if v.public() || v.own != nil && !v.own[author] {
		return ""
	}
	if v.own != nil && !byUnit(e) {
		return ""
	}
	return e.Actor
}

// byUnit reports whether the unit that an event is about did it itself.
func byUnit(e *exercise.Event) bool {
	switch b := e.Body.(type) {
	case *exercise.Message, *exercise.Shared, *exercise.InjectRelayed, *exercise.InjectAcknowledged,
		*exercise.Submitted, *exercise.HintTaken, *exercise.HotWash,
		*exercise.CallNoted, *exercise.CallConfirmed:
		return true
	case *exercise.Note:
		return b.Own
	}
	return false
}

// ownOnly leaves a unit its own results and those of its cells.
func (v *view) ownOnly(r *Report) {
	v.ownResult(r)
	r.Measures.Units = slices.DeleteFunc(r.Measures.Units, func(m UnitMeasure) bool { return !v.own[m.Unit] })
	r.Timelines = slices.DeleteFunc(r.Timelines, func(t Timeline) bool { return !v.own[t.Unit] })
	team := !strings.Contains(v.reader.For, "/")
	r.Flow.Edges = slices.DeleteFunc(r.Flow.Edges, func(e Edge) bool {
		return !v.own[e.From] && !v.own[e.To] && (e.To != exercise.EndLiaison || !team)
	})
	for i := range r.Flow.Expected {
		line := &r.Flow.Expected[i]
		line.Senders = slices.DeleteFunc(line.Senders, func(s FlowSender) bool { return !v.own[s.Unit] })
	}
	r.Flow.Expected = slices.DeleteFunc(r.Flow.Expected, func(l FlowLine) bool { return len(l.Senders) == 0 })
	for i := range r.Flow.Indicators {
		v.ownReach(r.Flow.Indicators[i].Reached)
	}
	for i := range r.Evaluation.Objectives {
		for j := range r.Evaluation.Objectives[i].Critical {
			v.ownRatings(&r.Evaluation.Objectives[i].Critical[j])
		}
	}
	r.Evaluation.count(r.Result.Units)
	v.ownFindings(r)
}

// ownResult leaves out other units, and what EXCON made up for them.
func (v *view) ownResult(r *Report) {
	own, m := *r.Result, &r.Measures
	own.Units = slices.DeleteFunc(slices.Clone(own.Units), func(u UnitResult) bool { return !v.own[u.Key] })
	foreign := func(inject string) bool {
		i, ok := v.injectIx[inject]
		return ok && v.state.Added(i) != nil && !v.gotInject(i)
	}
	t := &own.Totals
	t.Injects = slices.DeleteFunc(slices.Clone(t.Injects), func(i InjectTotal) bool { return foreign(i.Key) })
	t.Tasks = slices.DeleteFunc(slices.Clone(t.Tasks), func(t TaskTotal) bool { return foreign(t.Inject) })
	m.Injects = slices.DeleteFunc(m.Injects, func(k KeyMeasure) bool { return foreign(k.Key) })
	m.Tasks = slices.DeleteFunc(m.Tasks, func(k KeyMeasure) bool {
		t, ok := v.taskIx[k.Key]
		return ok && foreign(v.state.InjectKey(v.taskInject[t]))
	})
	r.Result = &own
}

// ownReach leaves the others' times without their names.
func (v *view) ownReach(reached []Reach) {
	for i := range reached {
		if !v.own[reached[i].Unit] {
			reached[i].Unit, reached[i].Seq = "", 0
		}
	}
}

// ownRatings leaves out marks too, which are for EXCON.
func (v *view) ownRatings(c *CriticalResult) {
	c.Ratings = slices.DeleteFunc(c.Ratings, func(r UnitRating) bool { return !v.own[r.Unit] })
	for i := range c.Ratings {
		c.Ratings[i].Marks = nil
	}
}

// ownFindings leaves of every finding what concerns the reader. Figures over
// all units that a sentence of one unit cannot carry are taken out of it.
func (v *view) ownFindings(r *Report) {
	for i := range r.Findings {
		f := &r.Findings[i]
		f.draft.hits = slices.DeleteFunc(f.draft.hits, func(h hit) bool {
			return h.unit < 0 || !v.own[v.play.Cast.Units[h.unit].Key]
		})
		f.settle(v.builder)
	}
}

// seenOnly leaves out evidence that the reader may not see, and then what has
// none left.
func (v *view) seenOnly(r *Report) {
	if v.public() {
		return // it is told of no event more than its number, time and kind
	}
	r.eachEvidence(func(e *Evidence) { e.keep(v.sees) })
	all := len(r.Findings)
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		return len(f.Evidence.Seqs) == 0 || !v.clearedSubject(f.Subject)
	})
	r.LeftOut.Findings = all - len(r.Findings)
}

// eachEvidence calls do for every evidence of the report.
func (r *Report) eachEvidence(do func(e *Evidence)) {
	r.Measures.eachEvidence(do)
	for i := range r.Flow.Quarters {
		do(&r.Flow.Quarters[i].Evidence)
	}
	for i := range r.Flow.Edges {
		do(&r.Flow.Edges[i].Evidence)
	}
	for i := range r.Flow.Personas {
		do(&r.Flow.Personas[i].Evidence)
	}
	for i := range r.Flow.Expected {
		for j := range r.Flow.Expected[i].Senders {
			do(&r.Flow.Expected[i].Senders[j].Evidence)
		}
	}
	for i := range r.Evaluation.Objectives {
		for _, c := range r.Evaluation.Objectives[i].Critical {
			for k := range c.Ratings {
				do(&c.Ratings[k].Evidence)
			}
		}
	}
	for i := range r.Findings {
		do(&r.Findings[i].Evidence)
	}
}

func (m *Measures) eachEvidence(do func(e *Evidence)) {
	do(&m.Evidence)
	for i := range m.Units {
		u := &m.Units[i]
		do(&u.Evidence)
		for _, trails := range [][]KeyTrail{u.Injects, u.Tasks} {
			for j := range trails {
				do(&trails[j].Evidence)
			}
		}
	}
	for i := range m.Phases {
		do(&m.Phases[i].Evidence)
	}
	for _, keys := range [][]KeyMeasure{m.Injects, m.Tasks} {
		for i := range keys {
			do(&keys[i].Evidence)
		}
	}
}

// aboveClearance counts the injects, messages and findings that the reader
// would have but for the clearance. Findings are counted apart.
func (v *view) aboveClearance() int {
	n := 0
	for i := range v.state.InjectCount() {
		if (v.own == nil || v.gotInject(i)) && !v.cleared(v.injectLabel(i, "")) {
			n++
		}
	}
	for i := range v.log.Events {
		if e := &v.log.Events[i]; toldIn(e) != nil && v.viewer.Sees(e.To) && !v.cleared(v.labelOf(e)) {
			n++
		}
	}
	return n
}

// clearTitles takes out texts of the pack above the clearance, and notes to
// marks.
func (v *view) clearTitles(r *Report) {
	for i := range r.Flow.Expected {
		if f, ok := v.play.FlowIndex(r.Flow.Expected[i].Key); ok && !v.knowsFlow(f) {
			r.Flow.Expected[i].Title = nil
		}
	}
	for i := range r.Evaluation.Objectives {
		o := &r.Evaluation.Objectives[i]
		if !v.cleared(v.play.Pack.TLP) {
			o.Title = nil
		}
		for j := range o.Critical {
			if !v.cleared(v.play.Pack.TLP) {
				o.Critical[j].Title = nil
			}
			for k := range o.Critical[j].Ratings {
				v.clearMarks(o.Critical[j].Ratings[k].Marks)
			}
		}
	}
}

// clearPack takes out what the scenario is called, where it is above the
// clearance. A title that the exercise has of its own stays.
func (v *view) clearPack(r *Report) {
	if v.knowsPack() {
		return
	}
	r.LeftOut.Pack = v.play.Pack.TLP
	unnamed := *r.Result
	if unnamed.Exercise.Pack = ""; maps.Equal(unnamed.Exercise.Title, v.play.Pack.Title) {
		unnamed.Exercise.Title = nil
	}
	r.Result = &unnamed
}

func (v *view) clearMarks(marks []MarkResult) {
	for i := range marks {
		if !v.sees(marks[i].Seq) {
			marks[i].Note = ""
		}
	}
}
