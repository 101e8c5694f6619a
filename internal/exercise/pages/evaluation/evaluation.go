package evaluation

import (
	"cmp"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// evaluator makes an evaluation.
type evaluator struct {
	*pages.Moment
	rec   *pages.UnitHistory
	marks []*givenMark
}

func evaluationOf(s *pages.Moment, units []string) *evaluation {
	v := &evaluation{clock: s.Clock(""), filter: strings.TrimSpace(s.Request.URL.Query().Get("q"))}
	shown := map[string]bool{}
	for _, key := range units {
		if u, ok := s.State.Play().Cast.Index(key); ok && !shown[key] {
			g := unitGroup{key: key, name: s.UnitName(key), units: []int{u}}
			if s.State.Play().Cast.Units[u].IsTeam() {
				g.units = s.State.Play().Family(u)
			}
			for _, u := range g.units {
				shown[s.State.Play().Cast.Units[u].Key] = true
			}
			v.groups = append(v.groups, g)
		}
	}
	e := &evaluator{Moment: s, rec: s.UnitHistory(func(unit string) bool { return shown[unit] })}
	v.writes = !s.Past
	v.several = len(pages.Evaluated(s.Request.Access, s.Request.Exercise.ID)) > len(units)
	e.fill(v)
	v.choose(s.Request.URL.Query())
	return v
}

// fill works through the evaluation guide.
func (e *evaluator) fill(v *evaluation) {
	by := map[string][]taskWork{} // by critical task
	for t := range e.State.TaskCount() {
		if w, critical := e.task(t, v); len(w.works) > 0 {
			by[critical] = append(by[critical], w)
		}
	}
	for i := range e.State.Play().Pack.Objectives {
		o := &e.State.Play().Pack.Objectives[i]
		x := objective{key: o.Key, title: e.Said(o.Title, 0), capability: e.Said(o.Capability, 0)}
		for _, ct := range o.CriticalTasks {
			x.critical = append(x.critical, critical{
				key: ct.Key, title: e.Said(ct.Title, 0), ratings: e.ratings(v.groups, ct.Key), tasks: by[ct.Key],
			})
			delete(by, ct.Key)
		}
		v.objectives = append(v.objectives, x)
	}
	for _, rest := range by {
		v.others = append(v.others, rest...)
	}
	slices.SortFunc(v.others, func(a, b taskWork) int { return cmp.Compare(a.key, b.key) })
	for i := range v.groups {
		v.groups[i].notes = e.notesAbout(&v.groups[i])
	}
	v.marks = e.marks
}

// ratings are those of each group on a critical task, as they stand: what is
// hidden from the reader is left out of them.
func (e *evaluator) ratings(groups []unitGroup, key string) (all []ratingView) {
	for _, g := range groups {
		var works []*review.TaskResult
		for _, u := range g.units {
			for v := range e.State.Tasks(u) {
				if t, _, _ := e.State.Play().Pack.TaskByKey(v.Key); t != nil && t.Critical == key {
					e.hide(&v, e.State.Play().Cast.Units[u].Key)
					works = append(works, review.TaskNow(e.State, u, &v))
				}
			}
		}
		works = append(works, e.told(g, key)...)
		rating, automatic := review.Rate(works)
		word := cmp.Or(string(rating), "none")
		all = append(all, ratingView{g.name, string(rating), e.Request.Printer.T("report.rating." + word), automatic && rating != review.NotRated})
	}
	return all
}

// told are the flows of a group that are evidence without a task.
func (e *evaluator) told(g unitGroup, key string) (works []*review.TaskResult) {
	for _, u := range g.units {
		for _, f := range e.State.Play().FlowsOf(u) {
			def := e.State.Play().Pack.Flows[f]
			if status, _, ok := e.State.Flow(f, u); ok && def.Critical == key {
				works = append(works, review.FlowWork(def.Key, status))
			}
		}
	}
	return works
}

// hide takes out of a task what the marks of others make of it, while the
// reader may not see them.
func (e *evaluator) hide(v *exercise.TaskView, unit string) {
	if !e.seesMarks(pages.WorkKey{Task: v.Key, Unit: unit}) {
		v.Points, v.Standing = v.Auto, exercise.Automatic
	}
}

// seesMarks reports whether the reader may see the marks of others.
func (e *evaluator) seesMarks(k pages.WorkKey) bool {
	if e.Request.Access.Controls(e.Request.Exercise.ID) {
		return true
	}
	return e.ownMark(k) != nil
}

// ownMark is the reader's own mark; nil for none.
func (e *evaluator) ownMark(k pages.WorkKey) *exercise.Event {
	for i := range e.rec.Marks[k] {
		m, ok := e.rec.Marks[k][i].Body.(*exercise.Marked)
		if ok && m.Points != nil && m.Evaluator == e.Request.Access.Person {
			return &e.rec.Marks[k][i]
		}
	}
	return nil
}

// task is task number t with the work of those who were asked, and the critical
// task that it shows.
func (e *evaluator) task(t int, v *evaluation) (w taskWork, critical string) {
	for _, g := range v.groups {
		for _, u := range g.units {
			task, ok := e.State.Task(t, u)
			if !ok {
				continue
			}
			if w.key == "" {
				w, critical = e.describe(t, u, &task)
			}
			w.works = append(w.works, e.work(t, u, task, v.filter))
		}
	}
	return w, critical
}

// describe says what a task asks, and what is expected.
func (e *evaluator) describe(t, u int, v *exercise.TaskView) (w taskWork, critical string) {
	w = taskWork{key: v.Key, kind: e.Request.Printer.T("paper.type." + v.Type), inject: v.Inject, prompt: e.Said(e.State.Prompt(t, u), u)}
	if in := e.State.Play().Pack.InjectByKey(v.Inject); in != nil {
		w.expected, w.notes = e.Said(in.Expected, u), e.Said(in.Notes, u)
	}
	def, _, _ := e.State.Play().Pack.TaskByKey(v.Key)
	if def != nil {
		critical = def.Critical
	}
	w.right = e.right(t, u, def)
	return w, critical
}

// right is what the key takes.
func (e *evaluator) right(t, u int, def *scenario.Task) []string {
	k := e.State.Key(t, u)
	var all []string
	switch {
	case def != nil && def.Type == scenario.TaskChoice:
		return e.OptionTexts(def.Options, k.Accept, u)
	case def != nil && def.Type == scenario.TaskShare:
		if f := e.State.Play().Pack.FlowByKey(def.Flow); f != nil {
			return []string{e.Said(f.Title, u)}
		}
	case k.Number != nil:
		all = append(all, web.Decimal(*k.Number))
	}
	for _, group := range k.Mentions {
		all = append(all, strings.Join(group, " / "))
	}
	for _, f := range k.Files {
		all = append(all, strings.Join(strings.Fields(strings.Join([]string{f.Name, f.Media, f.SHA256}, " ")), ", "))
	}
	if len(k.Contains) == 0 && k.Sample != "" {
		all = append(all, k.Sample)
	}
	return append(append(all, k.Contains...), k.Accept...)
}

// work is the work of unit number u on task number t.
func (e *evaluator) work(t, u int, v exercise.TaskView, filter string) unitWork {
	unit := &e.State.Play().Cast.Units[u]
	k := pages.WorkKey{Task: v.Key, Unit: unit.Key}
	key := e.State.Key(t, u)
	e.hide(&v, unit.Key)
	now := review.TaskNow(e.State, u, &v)
	w := unitWork{
		key: k, id: workID(k), name: e.UnitName(unit.Key), due: v.Due.String(),
		late: v.First == exercise.Never && e.Now() > v.Due, void: v.Status == exercise.TaskVoid, max: web.Decimal(v.Max),
	}
	byHand := (v.Type == scenario.TaskReport || v.Type == scenario.TaskFile) && key.ByHand()
	if w.hasAuto = !byHand && v.Attempts > 0; w.hasAuto {
		w.auto = review.Points(v.Auto).String()
	}
	for _, sub := range e.rec.Versions[k] {
		w.versions = append(w.versions, e.Version(&sub))
	}
	e.addMarks(&w)
	w.standing = standingWords(e.Request, now, w.blind)
	if now.Standing != review.Unmarked && now.Standing != exercise.Differing && (v.Attempts > 0 || now.Standing != exercise.Automatic) {
		w.points = now.Points.String()
	}
	w.canMark = !e.Past && !w.void && e.Request.Access.Evaluates(e.Request.Exercise.ID, unit.Key)
	w.byHand = w.canMark && byHand && v.Attempts > 0
	w.waits = w.byHand && w.own == nil && w.settled == nil
	if w.canMark {
		w.proofs = e.proofs(k, v.Opened, filter, w.own)
	}
	return w
}

// addMarks adds the marks that the reader may see.
func (e *evaluator) addMarks(w *unitWork) {
	if own := e.ownMark(w.key); own != nil {
		w.own = e.given(own)
	}
	if !e.seesMarks(w.key) {
		w.blind = true
		return
	}
	for i := range e.rec.Marks[w.key] {
		if m := e.given(&e.rec.Marks[w.key][i]); m != nil && m.person != e.Request.Access.Person {
			w.marks = append(w.marks, m)
		}
	}
	if d, ok := e.rec.Settled[w.key]; ok {
		w.settled = e.given(&d)
	}
}

// given is a mark or a decision for people to read; nil for one taken back.
func (e *evaluator) given(ev *exercise.Event) *givenMark {
	m := &givenMark{person: ev.Actor, at: ev.At.String()}
	switch b := ev.Body.(type) {
	case *exercise.Marked:
		if b.Points == nil {
			return nil
		}
		m.points, m.note, m.evidence = web.Decimal(*b.Points), b.Note, b.Evidence
	case *exercise.Settled:
		m.points, m.note = web.Decimal(b.Points), b.Note
	}
	for _, seq := range m.evidence {
		if ev, ok := e.Event(exercise.Viewer{Control: true}, seq); ok {
			m.proofs = append(m.proofs, proof{seq: seq, at: ev.At.String(), words: e.Action(&ev), chosen: true})
		}
	}
	e.marks = append(e.marks, m)
	return m
}

// How many deeds are offered as evidence: those since the task was opened, or
// all that a filter finds.
const (
	offered  = 12
	filtered = 40
)

// proofs are what the unit did, the latest first, with what the reader's mark
// cites in any case.
func (e *evaluator) proofs(k pages.WorkKey, opened exercise.Time, filter string, own *givenMark) (all []proof) {
	n := 0
	for i := range e.rec.Deeds[k.Unit] {
		d := &e.rec.Deeds[k.Unit][i]
		p := proof{seq: d.Seq, at: d.At.String(), chosen: own != nil && slices.Contains(own.evidence, d.Seq)}
		fits := filter == "" && d.At >= opened && n < offered
		if fits || p.chosen || filter != "" && n < filtered {
			p.words = e.Action(d)
		}
		if filter != "" && n < filtered {
			fits = strings.Contains(scenario.Fold(p.words), scenario.Fold(filter))
		}
		if fits {
			n++
		}
		if fits || p.chosen {
			all = append(all, p)
		}
	}
	return all
}

// notesAbout are the observations about a group: for EXCON all of them, for an
// evaluator the own ones.
func (e *evaluator) notesAbout(g *unitGroup) (all []noteLine) {
	for i := range e.rec.Notes {
		n := &e.rec.Notes[i]
		b, ok := n.Body.(*exercise.Note)
		if !ok || !e.MayRead(n) || !slices.ContainsFunc(g.units, func(u int) bool { return e.State.Play().Cast.Units[u].Key == b.Unit }) {
			continue
		}
		line := noteLine{at: n.At.String(), person: n.Actor, text: b.Text}
		if b.Unit != g.key {
			line.about = e.UnitName(b.Unit)
		}
		all = append(all, line)
	}
	return all
}

// standingWords say what the points of a task rest on.
func standingWords(r *pages.Request, t *review.TaskResult, blind bool) string {
	switch {
	case t.Status == review.TaskVoid:
		return r.T("evaluate.void")
	case t.Standing == review.Unmarked && blind:
		return r.T("evaluate.waits")
	case t.Standing == exercise.Automatic && t.Status == review.TaskMissing:
		return r.T("evaluate.missing")
	case t.Standing == exercise.Automatic && t.Status == review.TaskOpen:
		return r.T("evaluate.open")
	}
	return r.Printer.T("report.standing."+string(t.Standing), i18n.Args{})
}
