package review

import (
	"cmp"
	"slices"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// came says in a few sentences what came of the exercise.
func (s *summary) came() {
	s.section("came")
	if s.r.Exercise.Started == nil {
		s.say("nothing")
		return
	}
	s.sayOutcomes()
	s.sayInjects()
	s.saySilent()
	s.sayTasks()
	s.sayHard()
	s.sayHints()
	s.sayFlows()
	s.sayMarks()
	s.sayClock()
}

// sayOutcomes: what each branch of the story meant, and for how many teams.
func (s *summary) sayOutcomes() {
	for i := range s.r.Decisions {
		d := &s.r.Decisions[i]
		units, order := map[string][]string{}, []string{}
		for _, w := range d.Ways {
			if _, known := units[w.Branch]; !known {
				order = append(order, w.Branch)
			}
			units[w.Branch] = append(units[w.Branch], escape(s.unitKey(w.Unit)))
		}
		for _, branch := range order {
			text := s.outcome(branch)
			switch {
			case text == "":
			case d.All:
				s.say("outcome.all", i18n.Args{"Text": escape(text)})
			default:
				names := ""
				if len(units[branch]) <= 4 {
					names = s.list(units[branch])
				}
				s.say("outcome", i18n.Args{"N": len(units[branch]), "Of": len(d.Ways), "Names": names, "Text": escape(text)})
			}
		}
	}
}

// outcome is what the pack says of a branch.
func (s *summary) outcome(branch string) string {
	for _, d := range s.play.Pack.Decisions {
		for _, b := range d.Branches {
			if b.Key == branch {
				return s.pick(b.Outcome)
			}
		}
	}
	return ""
}

// sayInjects: how many went out, acknowledged within what median.
func (s *summary) sayInjects() {
	out, kinds, acked := 0, 0, 0
	var took []Span
	for i := range s.r.Totals.Injects {
		t := &s.r.Totals.Injects[i]
		out, acked, kinds = out+t.Released, acked+t.Acknowledged, kinds+one(t.Released > 0)
	}
	for u := range s.r.Units {
		took = append(took, ackTimes(&s.r.Units[u])...)
	}
	args := i18n.Args{"Kinds": kinds, "N": out, "Acked": acked}
	switch {
	case out == 0:
		s.say("injects.none")
	case acked == 0:
		s.say("injects.unacked", args)
	default:
		args["Median"] = s.length(spreadOf(took).Median)
		s.say("injects.acked", args)
	}
}

// ackTimes are the times to acknowledge of what is still out.
func ackTimes(u *UnitResult) []Span {
	var took []Span
	for i := range u.Injects {
		if in := &u.Injects[i]; in.Status == exercise.InjectOut && in.AckTook != nil {
			took = append(took, *in.AckTook)
		}
	}
	return took
}

func released(u *UnitResult) int {
	n := 0
	for i := range u.Injects {
		n += one(u.Injects[i].Status == exercise.InjectOut)
	}
	return n
}

// saySilent: which contact never acknowledged.
func (s *summary) saySilent() {
	var silent []string
	some := false
	for u := range s.r.Units {
		unit := &s.r.Units[u]
		switch n := len(ackTimes(unit)); {
		case n > 0:
			some = true
		case released(unit) > 0:
			silent = append(silent, escape(s.unit(u)))
		}
	}
	if some && len(silent) > 0 {
		s.say("silent", i18n.Args{"Names": s.list(silent), "N": len(silent)})
	}
}

func (s *summary) sayTasks() {
	var all TaskCount
	judged := 0
	for i := range s.r.Totals.Tasks {
		t := &s.r.Totals.Tasks[i]
		all.Answered += t.Answered
		all.Late += t.Late
		all.Missing += t.Missing
		all.Open += t.Open
		if solvable(t.Type) {
			judged += t.Answered
			all.Solved += t.Solved
		}
	}
	if asked := all.Answered + all.Missing + all.Open; asked > 0 {
		s.say("tasks", i18n.Args{
			"Asked": asked, "Answered": all.Answered, "Solvable": judged, "Solved": all.Solved,
			"Late": all.Late, "Missing": all.Missing, "Open": all.Open,
		})
	}
}

// solvable reports whether the engine can tell a solved task. Of a report it
// knows only what is mentioned, of a file only whether it fits a rule; an
// evaluator judges them.
func solvable(kind string) bool { return !handedIn(kind) }

// sayHard: which tasks nobody, or at most one unit in four, solved.
func (s *summary) sayHard() {
	var nobody, few []string
	for i := range s.r.Totals.Tasks {
		t := &s.r.Totals.Tasks[i]
		tried := t.Answered + t.Missing
		switch {
		case !solvable(t.Type) || tried < 2:
		case t.Solved == 0:
			nobody = append(nobody, s.taskName(t))
		case t.Solved*4 <= tried:
			few = append(few, s.share(s.taskName(t), t.Solved, tried))
		}
	}
	if len(nobody) > 0 {
		s.say("hard.nobody", i18n.Args{"Tasks": s.list(nobody)})
	}
	if len(few) > 0 {
		s.say("hard.few", i18n.Args{"Tasks": s.list(few)})
	}
}

// share says "name (n of all)".
func (s *summary) share(name string, n, all int) string {
	return s.T("summary.share", i18n.Args{"Name": name, "N": n, "All": all})
}

// taskName names a task by its key and the title of its inject.
func (s *summary) taskName(t *TaskTotal) string {
	return s.T("summary.task", i18n.Args{
		"Key": escape(t.Key), "Type": s.T("review.type." + t.Type), "Inject": escape(s.inject(s.state, t.Inject)),
	})
}

// sayHints: for which tasks at least three units in four took a hint.
func (s *summary) sayHints() {
	var all, most []string
	for i := range s.r.Totals.Tasks {
		t := &s.r.Totals.Tasks[i]
		switch asked := t.Asked - t.Void; {
		case asked < 2:
		case t.Hinted == asked:
			all = append(all, s.taskName(t))
		case t.Hinted*4 >= asked*3:
			most = append(most, s.share(s.taskName(t), t.Hinted, asked))
		}
	}
	if len(all) > 0 {
		s.say("hints.all", i18n.Args{"Tasks": s.list(all)})
	}
	if len(most) > 0 {
		s.say("hints.most", i18n.Args{"Tasks": s.list(most)})
	}
}

// sayFlows: what came about, late or not at all, and under which label.
func (s *summary) sayFlows() {
	var all FlowCount
	for i := range s.r.Totals.Flows {
		t := &s.r.Totals.Flows[i]
		all.Made += t.Made
		all.Late += t.Late
		all.Missing += t.Missing
		all.Expected += t.Expected
		all.Broken += t.Broken
		all.Confirmed += t.Confirmed
		all.Corrected += t.Corrected
	}
	begun := all.Made + all.Late + all.Missing + all.Expected
	switch {
	case begun == 0:
	case all.Made == begun:
		s.say("flows.all", i18n.Args{"N": begun})
	default:
		s.say("flows", i18n.Args{
			"N": begun, "Made": all.Made, "Late": all.Late, "Missing": all.Missing, "Open": all.Expected,
		})
	}
	if missing := s.missing(); len(missing) > 0 {
		s.say("flows.missing", i18n.Args{"Flows": s.listUpTo(maxFlows, missing)})
	}
	if all.Confirmed+all.Corrected > 0 {
		s.say("flows.checked", i18n.Args{"Confirmed": all.Confirmed, "Corrected": all.Corrected})
	}
	s.sayLabels(all.Broken)
}

// sayLabels: how often information went out under too loose a label, in
// expected flows or otherwise, and to those it was not meant for.
func (s *summary) sayLabels(flows int) {
	said := newSurvey(&counter{log: s.log, state: s.state, index: newIndex(s.log)})
	if n := len(said.breaks); n > 0 {
		s.say("flows.broken", i18n.Args{"N": n, "Flows": flows})
	}
	if n := len(said.strays); n > 0 {
		s.say("flows.misdirected", i18n.Args{"N": n})
	}
}

// maxFlows is how many missing flows the summary names; the table has all.
const maxFlows = 4

// missing names the flows that did not come about: those on which most depends
// first, then the most frequent.
func (s *summary) missing() []string {
	flows := slices.DeleteFunc(slices.Clone(s.r.Totals.Flows), func(t FlowTotal) bool { return t.Missing == 0 })
	weight := func(t FlowTotal) int {
		if f := s.play.Pack.FlowByKey(t.Key); f != nil {
			return f.Weight
		}
		return 0
	}
	slices.SortStableFunc(flows, func(a, b FlowTotal) int {
		return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(b.Missing, a.Missing))
	})
	names := make([]string, len(flows))
	for i := range flows {
		t := &flows[i]
		names[i] = s.share(s.flowName(t), t.Missing, t.asked())
	}
	return names
}

func (s *summary) flowName(t *FlowTotal) string {
	key, title := t.Key, ""
	if f := s.play.Pack.FlowByKey(t.Key); f != nil {
		key, title = shownKey(f), s.pick(f.Title)
	}
	return s.T("summary.flow", i18n.Args{"Key": escape(key), "Title": escape(title)})
}

// sayMarks: what still waits for a human judgement.
func (s *summary) sayMarks() {
	waiting, differing := 0, 0
	for u := range s.r.Units {
		for i := range s.r.Units[u].Tasks {
			t := &s.r.Units[u].Tasks[i]
			waiting += one(t.Status != TaskVoid && t.Standing == Unmarked)
			differing += one(t.Status != TaskVoid && t.Standing == exercise.Differing)
		}
	}
	if waiting > 0 {
		s.say("marks.waiting", i18n.Args{"N": waiting})
	}
	if differing > 0 {
		s.say("marks.differing", i18n.Args{"N": differing})
	}
}

// sayClock: what was done to the clock.
func (s *summary) sayClock() {
	f := &s.r.Exercise
	if f.Real > 0 {
		s.say("real", i18n.Args{"N": f.Real})
	}
	if f.Pauses > 0 {
		s.say("pauses", i18n.Args{"N": f.Pauses})
	}
	if f.Jumps > 0 {
		s.say("jumps", i18n.Args{"N": f.Jumps})
	}
}
