package exercise

import (
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

func (a Submit) decide(d *decision) error {
	u, err := d.unit(a.Unit)
	if err := first(err, d.phase(Running, OnHold)); err != nil {
		return err
	}
	if d.saidElsewhere(&a, u) {
		return refuse(SameAnswer, "Task", a.Task)
	}
	task, w, err := d.openWork(a.Task, u)
	if err != nil {
		return err
	}
	if err := d.checkAnswer(task, &a); err != nil {
		return err
	}
	b := &Submitted{Task: a.Task, Unit: a.Unit, Text: a.Text, Items: a.Items, Parts: filled(a.Parts)}
	if a.File != nil {
		kept := a.File.Kept()
		b.File = &kept
	}
	d.submit(task, u, w, b)
	return nil
}

// saidElsewhere reports whether the unit has given this very answer last on
// another channel: it counts once.
func (d *decision) saidElsewhere(a *Submit, unit int) bool {
	task, ok := d.s.taskByKey(a.Task)
	if !ok {
		return false
	}
	w := d.s.work(task, unit)
	if w.status != workOpen || len(w.subs) == 0 {
		return false
	}
	last := &w.subs[len(w.subs)-1]
	if ChatOf(last.on) == ChatOf(d.c.On) || last.via != 0 {
		return false
	}
	text := d.s.tasks[task].said(&Submitted{Text: a.Text, Parts: filled(a.Parts)})
	items, given := slices.Sorted(slices.Values(last.items)), slices.Sorted(slices.Values(a.Items))
	sameFile := (last.file == nil) == (a.File == nil) && (a.File == nil || last.file.Hash == a.File.kept.Hash)
	return strings.TrimSpace(text) == strings.TrimSpace(last.text) && slices.Equal(items, given) && sameFile
}

// openWork finds a task that the unit may still answer. Foreign tasks and
// absent ones answer alike.
func (d *decision) openWork(key string, unit int) (int, *work, error) {
	task, ok := d.s.taskByKey(key)
	if !ok {
		return 0, nil, refuse(TaskNotOpen, "Task", key)
	}
	w := d.s.work(task, unit)
	if why := d.s.canSubmit(task, w); why != "" {
		return 0, nil, refuse(why, "Task", key)
	}
	return task, w, nil
}

// maxFiles is how often a unit may hand a file in for one task, whatever the pack
// says: each is kept.
const maxFiles = 20

// canSubmit gives the code of the refusal, or "".
func (s *State) canSubmit(task int, w *work) string {
	def := s.tasks[task]
	switch {
	case w.status != workOpen:
		return TaskNotOpen
	case def.kind == scenario.TaskFile && len(w.subs) >= maxFiles:
		return TaskClosed
	case def.lastCounts():
		return ""
	case w.solved, def.attempts > 0 && len(w.subs) >= def.attempts:
		return TaskClosed
	}
	return ""
}

// submit emits a submission and its score: two events, for they may have
// different readers.
func (d *decision) submit(task, unit int, w *work, b *Submitted) {
	b.Late = w.isLate(d.s.local(unit, d.at))
	d.submitAs(task, unit, w, b)
}

// isLate reports whether a first submission at a time of the unit's own clock
// comes too late.
func (w *work) isLate(own Time) bool {
	return w.status == workOpen && len(w.subs) == 0 && (w.overdue || own > w.due)
}

func (d *decision) submitAs(task, unit int, w *work, b *Submitted) {
	b.N = len(w.subs) + 1
	seq := d.emit(d.s.play.toUnit[unit], b)
	d.score(task, unit, w, &submission{
		seq: seq, text: d.s.tasks[task].said(b), items: b.Items, via: b.Via, file: b.File,
	}, false)
}

func (d *decision) score(task, unit int, w *work, sub *submission, again bool) {
	def := d.s.tasks[task]
	if def.lastCounts() && len(w.key.mentions) == 0 && len(w.key.files) == 0 {
		return // only an evaluator can tell
	}
	r := d.texts.judge(def, w.key, sub)
	r.Task, r.Unit, r.Submission, r.Again = def.key, d.s.play.Cast.Units[unit].Key, sub.seq, again
	to := toControl
	if def.feedback {
		to = d.s.play.toUnit[unit]
	}
	d.emit(to, &r)
}

func (a TakeHint) decide(d *decision) error {
	u, err := d.unit(a.Unit)
	if err := first(err, d.phase(Running, OnHold)); err != nil {
		return err
	}
	task, w, err := d.openWork(a.Task, u)
	if err != nil {
		return err
	}
	def := d.s.tasks[task]
	if w.hints >= len(def.hints) {
		return refuse(NoHint, "Task", a.Task)
	}
	if def.hints[w.hints].byItself() {
		return refuse(HintComes, "Task", a.Task)
	}
	d.emit(d.s.play.toUnit[u], &HintTaken{Task: a.Task, Unit: a.Unit, N: w.hints + 1, Cost: def.hints[w.hints].cost})
	return nil
}

func (a Mark) decide(d *decision) error {
	if d.c.Actor.Role < RoleEvaluator {
		return refuse(NotAllowed)
	}
	_, w, err := d.askedWork(a.Task, a.Unit)
	if err != nil {
		return err
	}
	if a.Points != nil && !(*a.Points >= 0 && *a.Points <= w.key.points) {
		return refuse(BadPoints, "Max", w.key.points)
	}
	if a.Points == nil && !slices.ContainsFunc(w.marks, func(m mark) bool { return m.evaluator == d.c.Actor.ID }) {
		return refuse(NotMarked, "Task", a.Task, "Unit", a.Unit)
	}
	d.emit(Audience{humanPrefix + d.c.Actor.ID}, &Marked{
		Task: a.Task, Unit: a.Unit, Evaluator: d.c.Actor.ID, Points: a.Points, Note: a.Note, Evidence: a.Evidence,
	})
	return nil
}

// askedWork finds the work of a unit on a task that it was asked.
func (d *decision) askedWork(task, unit string) (int, *work, error) {
	t, err := d.task(task)
	if err != nil {
		return 0, nil, err
	}
	u, ok := d.s.play.Cast.Index(unit)
	if !ok {
		return 0, nil, refuse(UnknownUnit, "Unit", unit)
	}
	w := d.s.work(t, u)
	if w.status != workOpen {
		return 0, nil, refuse(TaskNotOpen, "Task", task)
	}
	return t, w, nil
}

func (a Settle) decide(d *decision) error {
	if err := d.control(); err != nil {
		return err
	}
	_, w, err := d.askedWork(a.Task, a.Unit)
	if err != nil {
		return err
	}
	if len(w.marks) == 0 {
		return refuse(NotMarked, "Task", a.Task, "Unit", a.Unit)
	}
	if !(a.Points >= 0 && a.Points <= w.key.points) {
		return refuse(BadPoints, "Max", w.key.points)
	}
	d.emit(toControl, &Settled{Task: a.Task, Unit: a.Unit, Points: a.Points, Note: a.Note})
	return nil
}

func (a AmendTask) decide(d *decision) error {
	if err := d.control(); err != nil {
		return err
	}
	task, err := d.task(a.Task)
	if err != nil {
		return err
	}
	units, err := d.units(oneOrAll(a.Unit))
	if err != nil {
		return err
	}
	if len(a.Accept) == 0 {
		a.Accept = nil // the log does not tell an empty key from none
	}
	if len(a.Match) == 0 {
		a.Match = nil
	}
	if err := d.checkAmendment(task, &a); err != nil {
		return err
	}
	b := &TaskAmended{
		Task: a.Task, Unit: a.Unit, Accept: a.Accept, Match: a.Match, Number: a.Number, Tolerance: a.Tolerance,
		Points: a.Points, Within: a.Within, Prompt: a.Prompt,
	}
	d.emit(toControl, b)
	if !b.judges() {
		return nil
	}
	for _, u := range units {
		d.scoreAgain(task, u, b)
	}
	return nil
}

func (d *decision) checkAmendment(task int, a *AmendTask) error {
	def := d.s.tasks[task]
	switch {
	case len(a.Accept) == 0 && len(a.Match) == 0 && a.Number == nil && a.Tolerance == "" &&
		a.Points == nil && a.Within == nil && a.Prompt == nil:
		return refuse(NothingToAmend)
	case a.Points != nil && !(*a.Points >= 0 && *a.Points <= MaxPoints):
		return refuse(BadPoints, "Max", MaxPoints)
	case a.Within != nil && !validWithin(*a.Within):
		return refuse(BadWithin)
	}
	if err := def.checkKey(a); err != nil {
		return err
	}
	if a.Prompt != nil {
		return d.checkTexts(a.Prompt)
	}
	return nil
}

// scoreAgain judges everything that a unit submitted with the amended key.
func (d *decision) scoreAgain(task, unit int, b *TaskAmended) {
	w := d.s.work(task, unit)
	if w.status != workOpen || len(w.subs) == 0 {
		return
	}
	amended := *w
	amended.key = w.key.amended(d.s.tasks[task].kind, b)
	for i := range w.subs {
		d.score(task, unit, &amended, &w.subs[i], true)
	}
}
