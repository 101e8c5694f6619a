package exercise

import (
	"iter"
	"slices"

	"renkei/internal/exercise/scenario"
)

// Seq is the seq of the last event folded in, 0 before the first.
func (s *State) Seq() uint64 { return s.seq }

// At is the exercise time of the last event.
func (s *State) At() Time { return s.at }

// Play is the pack and cast on which the state rests.
func (s *State) Play() *Play { return s.play }

// Created is the event that opened the log, with the title that holds now; nil
// before it.
func (s *State) Created() *Created { return s.created }

// Phase is the state of the clock.
func (s *State) Phase() Phase { return s.clock.phase }

// Speed is exercise time per wall time; 0 is as fast as it goes.
func (s *State) Speed() float64 { return s.clock.speed }

// RealStop reports whether a REAL stop holds play.
func (s *State) RealStop() bool { return s.clock.stopped }

// End is the exercise time of the planned ENDEX.
func (s *State) End() Time { return s.end }

// Back returns when a pause is to end, as wall time in unix microseconds, and
// whether EXCON is asked then; 0 where that is open.
func (s *State) Back() (until int64, ask bool) { return s.clock.until, s.clock.ask }

// Now maps wall time (unix microseconds) to exercise time. It never goes back
// behind the last event. At speed 0 it is the time of the last event.
func (s *State) Now(wall int64) Time { return max(s.clock.now(wall), s.at) }

// WallOf maps an exercise time to wall time (unix microseconds); false while
// the clock stands or runs at speed 0.
func (s *State) WallOf(t Time) (int64, bool) {
	if s.clock.phase != Running || s.clock.speed == 0 {
		return 0, false
	}
	return s.clock.wall + int64(float64(t-s.clock.at)/s.clock.speed), true
}

// UnitView is how a unit takes part.
type UnitView struct {
	Status            string
	Ready, Bot        bool
	Joined            bool // somebody has come to play it at some time
	Present, Expected int
	Score             float64 // points of this unit alone
}

// Unit returns the view of unit number u of the cast.
func (s *State) Unit(u int) UnitView {
	us := &s.units[u]
	return UnitView{
		Status: us.status, Ready: us.ready, Bot: us.bot, Joined: us.joined,
		Present: us.present, Expected: us.expected, Score: us.score,
	}
}

// InjectStatus is what an inject is to a unit.
type InjectStatus string

// Statuses of an inject.
const (
	InjectWaiting   InjectStatus = "waiting"
	InjectWatching  InjectStatus = "watching" // its condition is looked at
	InjectOut       InjectStatus = "released"
	InjectPassed    InjectStatus = "skipped"
	InjectWithdrawn InjectStatus = "retracted"
)

// InjectView is one inject for one unit.
type InjectView struct {
	Key      string
	Status   InjectStatus
	Relayed  bool // came by a relay
	Held     bool // waits, and does not come by itself
	Due      Time // when it is or was owed; Never if not known
	Released Time
	Seq      uint64 // of the release or relay
	Acked    Time   // Never: not yet
	TLP      scenario.TLP
}

// Injects yields the injects that are meant for unit u, in the order of the
// pack, then those made up during play.
func (s *State) Injects(u int) iter.Seq[InjectView] {
	return func(yield func(InjectView) bool) {
		for i := range s.injects {
			if v, ok := s.Inject(i, u); ok && !yield(v) {
				return
			}
		}
	}
}

// Inject returns inject number i for unit u; false when it is not meant for it.
func (s *State) Inject(i, u int) (InjectView, bool) {
	sl := s.slot(i, u)
	v := InjectView{
		Key: s.injects[i].key, Relayed: sl.relayed, Held: sl.held, Due: sl.due, Released: sl.at, Seq: sl.seq, Acked: sl.acked, TLP: sl.tlp,
	}
	switch sl.status {
	case slotNone:
		return InjectView{}, false
	case slotWaiting, slotFired:
		v.Status = InjectWaiting
		if s.undecided(i*s.nu() + u) {
			v.Due = Never // that of the decision, or later
		}
	case slotArmed:
		v.Status = InjectWatching
	case slotReleased:
		v.Status = InjectOut
	case slotSkipped:
		v.Status = InjectPassed
	case slotRetracted:
		v.Status = InjectWithdrawn
	}
	return v, true
}

// InjectCount is the number of injects, those made up during play included.
func (s *State) InjectCount() int { return len(s.injects) }

// InjectIndex finds an inject by its key.
func (s *State) InjectIndex(key string) (int, bool) { return s.injectByKey(key) }

// Added returns what EXCON made up under this number; nil for the pack's.
func (s *State) Added(i int) *InjectAdded { return s.added[i] }

// Text returns the Markdown of inject number i for unit u in a language, as it
// stands now: amended, made up or the pack's. It is a template.
func (s *State) Text(i, u int, lang string) (string, bool) {
	if t, ok := s.texts[int32(i*s.nu()+u)]; ok {
		return s.inLang(t, lang), true
	}
	if a := s.added[i]; a != nil {
		return s.inLang(a.Texts, lang), true
	}
	subject, ok := s.play.Pack.Subject(s.injects[i].key, lang)
	if !ok {
		return "", false
	}
	body, _ := s.play.Pack.Body(s.injects[i].key, lang)
	return "# " + subject + "\n\n" + body, true
}

// inLang picks a text that EXCON wrote, perhaps in one language only.
func (s *State) inLang(t scenario.Text, lang string) string {
	return t.In(append([]string{lang}, s.play.Pack.Languages...)...)
}

// Prompt returns the prompt of a task for unit u, as it stands now.
func (s *State) Prompt(task, u int) scenario.Text {
	if t, ok := s.prompts[int32(task*s.nu()+u)]; ok {
		return t
	}
	if t, _, _ := s.play.Pack.TaskByKey(s.tasks[task].key); t != nil {
		return t.Prompt
	}
	def := s.tasks[task]
	if a := s.added[def.inject]; a != nil {
		if n := slices.Index(s.injects[def.inject].tasks, task); n >= 0 {
			return a.Tasks[n].Prompt
		}
	}
	return nil
}

// TaskStatus is what a task is to a unit.
type TaskStatus string

// Statuses of a task.
const (
	TaskStands TaskStatus = "open"   // can be answered
	TaskShut   TaskStatus = "closed" // solved, or no attempt left
	TaskVoid   TaskStatus = "void"   // withdrawn, or the unit left
)

// TaskView is one task for one unit.
type TaskView struct {
	Key, Type, Inject string
	Status            TaskStatus
	Opened, Due       Time
	First             Time // first submission; Never: none yet
	Attempts          int
	Limit             int // of attempts, 0 for none
	Late              bool
	Solved            bool
	Hints             int // got, asked for or not
	HintsLeft         int // that can be asked for now
	Points, Max       float64
	Auto              float64 // what Points were without marks
	Standing          Standing
	Feedback          bool // the unit sees its score during play
}

// Tasks yields the tasks that unit u was asked, in the order of the pack.
func (s *State) Tasks(u int) iter.Seq[TaskView] {
	return func(yield func(TaskView) bool) {
		for t := range s.tasks {
			if v, ok := s.Task(t, u); ok && !yield(v) {
				return
			}
		}
	}
}

// TasksOf yields the tasks of inject number i that unit u was asked.
func (s *State) TasksOf(i, u int) iter.Seq[TaskView] {
	return func(yield func(TaskView) bool) {
		def := s.injects[i]
		for _, tasks := range [2][]int{def.tasks, def.relayTasks} {
			for _, t := range tasks {
				if v, ok := s.Task(t, u); ok && !yield(v) {
					return
				}
			}
		}
	}
}

// Task returns task number t for unit u; false when it has not been asked.
func (s *State) Task(t, u int) (TaskView, bool) {
	w, def := s.work(t, u), s.tasks[t]
	if w.status == workNone || w.status == workVoid && w.opened == 0 && len(w.subs) == 0 && w.due == 0 {
		return TaskView{}, false
	}
	v := TaskView{
		Key: def.key, Type: def.kind, Inject: s.injects[def.inject].key, Status: TaskStands,
		Opened: w.opened, Due: w.due, First: w.firstAt, Attempts: len(w.subs), Limit: def.attempts,
		Late: w.late, Solved: w.solved, Hints: w.hints, HintsLeft: def.toAsk(w),
		Max: w.key.points, Feedback: def.feedback,
	}
	v.Points, v.Standing = w.points()
	if v.Auto = v.Points; v.Standing != Automatic {
		v.Auto = max(0, w.auto-w.cost)
	}
	switch s.canSubmit(t, w) {
	case TaskClosed:
		v.Status = TaskShut
	case TaskNotOpen:
		v.Status = TaskVoid
	}
	return v, true
}

// TaskIndex finds a task by its key.
func (s *State) TaskIndex(key string) (int, bool) { return s.taskByKey(key) }

// TaskKey is the key of task number t.
func (s *State) TaskKey(t int) string { return s.tasks[t].key }

// TaskCount is the number of tasks, those made up during play included.
func (s *State) TaskCount() int { return len(s.tasks) }

// FlowStatus is how an expected flow stands.
type FlowStatus string

// Statuses of a flow.
const (
	FlowExpected FlowStatus = "expected"
	FlowIsMade   FlowStatus = "made"
	FlowIsLate   FlowStatus = "late"
	FlowIsMissed FlowStatus = "missing"
	FlowIsVoid   FlowStatus = "void"
)

// Flow returns flow number f of sender u; false when it is not expected of it,
// or not yet.
func (s *State) Flow(f, u int) (status FlowStatus, due Time, ok bool) {
	w := s.flow(f, u)
	switch {
	case w.status == flowNone:
		return "", 0, false
	case w.status == flowVoid:
		status = FlowIsVoid
	case w.status == flowMade && w.late:
		status = FlowIsLate
	case w.status == flowMade:
		status = FlowIsMade
	case w.missed:
		status = FlowIsMissed
	default:
		status = FlowExpected
	}
	return status, w.due, true
}

// KeyView is how a task is judged for a unit: for EXCON, evaluators and
// simulated teams, never for players.
type KeyView struct {
	Accept    []string   // folded forms, correct options, or flags as they are
	Mentions  [][]string // groups of folded forms of a report
	Number    *float64   // nil: none
	Tolerance scenario.Tolerance
	Patterns  int      // how many an answer may match instead
	Contains  []string // folded forms, one of which an answer must mention
	Sample    string   // an answer that the key takes; "" where only patterns stand
	Avoid     []string // folded forms that a report must not mention
	Files     []scenario.FileRule
}

// ByHand reports whether nothing but an evaluator can judge a report or a file.
func (k *KeyView) ByHand() bool { return len(k.Mentions) == 0 && len(k.Files) == 0 }

// Key returns how task number t is judged for unit u.
func (s *State) Key(t, u int) KeyView {
	k := s.work(t, u).key
	view := KeyView{
		Accept: k.accept, Mentions: k.mentions, Number: k.number, Tolerance: k.tolerance,
		Patterns: len(k.match), Files: k.files, Avoid: k.avoid,
	}
	if k.open != nil {
		view.Contains, view.Sample = k.open.Contains, k.open.Sample()
	}
	return view
}

// FlowWhat returns the groups of folded forms, one of each of which makes flow
// number f of sender u.
func (s *State) FlowWhat(f, u int) [][]string { return s.play.flowKeys[f*s.nu()+u].Groups }

// FlowIndex finds a flow by its key.
func (p *Play) FlowIndex(key string) (int, bool) {
	i, ok := p.flowIx[key]
	return i, ok
}

// FlowsOf are the numbers of the flows that are expected of unit u.
func (p *Play) FlowsOf(u int) []int { return p.flowsOf[u] }

// Family is the team of unit u, then the team's cells.
func (p *Play) Family(u int) []int { return p.family[u] }

// Relayable reports whether inject number i can be relayed to unit u by its
// team.
func (s *State) Relayable(i, u int) bool { return s.relayable(i, u) }

// Preview tells what a jump to a time would pass, in order: the events that
// would follow it. The state stays as it is.
func (s *State) Preview(c *Command) ([]Event, error) {
	ahead := s.Clone()
	all, err := ahead.step(c)
	if err != nil {
		return nil, err
	}
	for {
		owed, ok := ahead.Due(ahead.at)
		if !ok {
			return all, nil
		}
		owed.Wall = c.Wall
		more, err := ahead.step(&owed)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
}

func (s *State) step(c *Command) ([]Event, error) {
	events, err := s.Decide(c, nil)
	if err != nil {
		return nil, err
	}
	for i := range events {
		if err := s.Apply(&events[i]); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// InjectKey is the key of inject number i.
func (s *State) InjectKey(i int) string { return s.injects[i].key }
