package web

import (
	"cmp"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// evaluator makes an evaluation.
type evaluator struct {
	*scene
	rec   *record
	marks []*givenMark
}

func (s *scene) evaluation(units []string) *evaluation {
	v := &evaluation{clock: s.clock(""), filter: strings.TrimSpace(s.r.URL.Query().Get("q"))}
	shown := map[string]bool{}
	for _, key := range units {
		if u, ok := s.st.Play().Cast.Index(key); ok && !shown[key] {
			g := unitGroup{key: key, name: s.unitName(key), units: []int{u}}
			if s.st.Play().Cast.Units[u].IsTeam() {
				g.units = s.st.Play().Family(u)
			}
			for _, u := range g.units {
				shown[s.st.Play().Cast.Units[u].Key] = true
			}
			v.groups = append(v.groups, g)
		}
	}
	e := &evaluator{scene: s, rec: s.record(func(unit string) bool { return shown[unit] })}
	v.writes = !s.Past
	v.several = len(evaluated(s.r.access, s.r.hall.ID)) > len(units)
	e.fill(v)
	return v
}

// fill works through the evaluation guide.
func (e *evaluator) fill(v *evaluation) {
	by := map[string][]taskWork{} // by critical task
	for t := range e.st.TaskCount() {
		if w, critical := e.task(t, v); len(w.works) > 0 {
			by[critical] = append(by[critical], w)
		}
	}
	for i := range e.st.Play().Pack.Objectives {
		o := &e.st.Play().Pack.Objectives[i]
		x := objective{key: o.Key, title: e.said(o.Title, 0), capability: e.said(o.Capability, 0)}
		for _, ct := range o.CriticalTasks {
			x.critical = append(x.critical, critical{
				key: ct.Key, title: e.said(ct.Title, 0), ratings: e.ratings(v.groups, ct.Key), tasks: by[ct.Key],
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
			for v := range e.st.Tasks(u) {
				if t, _, _ := e.st.Play().Pack.TaskByKey(v.Key); t != nil && t.Critical == key {
					e.hide(&v, e.st.Play().Cast.Units[u].Key)
					works = append(works, review.TaskNow(e.st, u, &v))
				}
			}
		}
		rating, automatic := review.Rate(works)
		word := cmp.Or(string(rating), "none")
		all = append(all, ratingView{g.name, string(rating), e.r.p.T("report.rating." + word), automatic && rating != review.NotRated})
	}
	return all
}

// hide takes out of a task what the marks of others make of it, while the
// reader may not see them.
func (e *evaluator) hide(v *exercise.TaskView, unit string) {
	if !e.seesMarks(workKey{v.Key, unit}) {
		v.Points, v.Standing = v.Auto, exercise.Automatic
	}
}

// seesMarks reports whether the reader may see the marks of others.
func (e *evaluator) seesMarks(k workKey) bool {
	if e.r.access.Controls(e.r.hall.ID) {
		return true
	}
	return e.ownMark(k) != nil
}

// ownMark is the reader's own mark; nil for none.
func (e *evaluator) ownMark(k workKey) *exercise.Event {
	for i := range e.rec.marks[k] {
		m, ok := e.rec.marks[k][i].Body.(*exercise.Marked)
		if ok && m.Points != nil && m.Evaluator == e.r.access.Person {
			return &e.rec.marks[k][i]
		}
	}
	return nil
}

// task is task number t with the work of those who were asked, and the critical
// task that it shows.
func (e *evaluator) task(t int, v *evaluation) (w taskWork, critical string) {
	for _, g := range v.groups {
		for _, u := range g.units {
			task, ok := e.st.Task(t, u)
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
	w = taskWork{key: v.Key, kind: e.r.p.T("paper.type." + v.Type), inject: v.Inject, prompt: e.said(e.st.Prompt(t, u), u)}
	if in := e.st.Play().Pack.InjectByKey(v.Inject); in != nil {
		w.expected, w.notes = e.said(in.Expected, u), e.said(in.Notes, u)
	}
	def, _, _ := e.st.Play().Pack.TaskByKey(v.Key)
	if def != nil {
		critical = def.Critical
	}
	w.right = e.right(t, u, def)
	return w, critical
}

// right is what the key takes.
func (e *evaluator) right(t, u int, def *scenario.Task) []string {
	k := e.st.Key(t, u)
	var all []string
	switch {
	case def != nil && def.Type == scenario.TaskChoice:
		return e.optionTexts(def.Options, k.Accept, u)
	case def != nil && def.Type == scenario.TaskShare:
		if f := e.st.Play().Pack.FlowByKey(def.Flow); f != nil {
			return []string{e.said(f.Title, u)}
		}
	case k.Number != nil:
		all = append(all, decimal(*k.Number))
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
	unit := &e.st.Play().Cast.Units[u]
	k := workKey{v.Key, unit.Key}
	key := e.st.Key(t, u)
	e.hide(&v, unit.Key)
	now := review.TaskNow(e.st, u, &v)
	w := unitWork{
		key: k, id: k.task + "-" + k.unit, name: e.unitName(unit.Key), due: v.Due.String(),
		late: v.First == exercise.Never && e.now() > v.Due, void: v.Status == exercise.TaskVoid, max: decimal(v.Max),
	}
	byHand := (v.Type == scenario.TaskReport || v.Type == scenario.TaskFile) && key.ByHand()
	if w.hasAuto = !byHand && v.Attempts > 0; w.hasAuto {
		w.auto = review.Points(v.Auto).String()
	}
	for _, sub := range e.rec.versions[k] {
		w.versions = append(w.versions, e.version(&sub))
	}
	e.addMarks(&w)
	w.standing = e.r.standingWords(now, w.blind)
	if now.Standing != review.Unmarked && now.Standing != exercise.Differing && (v.Attempts > 0 || now.Standing != exercise.Automatic) {
		w.points = now.Points.String()
	}
	w.canMark = !e.Past && !w.void && e.r.access.Evaluates(e.r.hall.ID, unit.Key)
	w.waits = w.canMark && byHand && v.Attempts > 0 && w.own == nil && w.settled == nil
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
	for i := range e.rec.marks[w.key] {
		if m := e.given(&e.rec.marks[w.key][i]); m != nil && m.person != e.r.access.Person {
			w.marks = append(w.marks, m)
		}
	}
	if d, ok := e.rec.settled[w.key]; ok {
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
		m.points, m.note, m.evidence = decimal(*b.Points), b.Note, b.Evidence
	case *exercise.Settled:
		m.points, m.note = decimal(b.Points), b.Note
	}
	for _, seq := range m.evidence {
		if ev, ok := e.Event(exercise.Viewer{Control: true}, seq); ok {
			m.proofs = append(m.proofs, proof{seq: seq, at: ev.At.String(), words: e.deed(&ev), chosen: true})
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
func (e *evaluator) proofs(k workKey, opened exercise.Time, filter string, own *givenMark) (all []proof) {
	n := 0
	for i := range e.rec.deeds[k.unit] {
		d := &e.rec.deeds[k.unit][i]
		p := proof{seq: d.Seq, at: d.At.String(), chosen: own != nil && slices.Contains(own.evidence, d.Seq)}
		fits := filter == "" && d.At >= opened && n < offered
		if fits || p.chosen || filter != "" && n < filtered {
			p.words = e.deed(d)
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
	for i := range e.rec.notes {
		n := &e.rec.notes[i]
		b, ok := n.Body.(*exercise.Note)
		if !ok || !e.mayRead(n) || !slices.ContainsFunc(g.units, func(u int) bool { return e.st.Play().Cast.Units[u].Key == b.Unit }) {
			continue
		}
		line := noteLine{at: n.At.String(), person: n.Actor, text: b.Text}
		if b.Unit != g.key {
			line.about = e.unitName(b.Unit)
		}
		all = append(all, line)
	}
	return all
}

// standingWords say what the points of a task rest on.
func (r *request) standingWords(t *review.TaskResult, blind bool) string {
	switch {
	case t.Status == review.TaskVoid:
		return r.t("evaluate.void")
	case t.Standing == review.Unmarked && blind:
		return r.t("evaluate.waits")
	case t.Standing == exercise.Automatic && t.Status == review.TaskMissing:
		return r.t("evaluate.missing")
	case t.Standing == exercise.Automatic && t.Status == review.TaskOpen:
		return r.t("evaluate.open")
	}
	return r.p.T("report.standing."+string(t.Standing), i18n.Args{})
}
