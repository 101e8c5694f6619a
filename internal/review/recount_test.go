package review_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"testing"

	"renkei/internal/journal"
	"renkei/internal/review"
)

// figures are what a naive reader counts for one unit in the raw lines, with
// no help of the engine.
type figures struct {
	released, acked, answered, solved, late, missing, hints int
	made, flowLate, flowMissing, broken                     int
	sent, received                                          int
	points                                                  float64
}

// raw is any event as bare JSON.
type raw struct {
	Type string
	Seq  uint64
	Body struct {
		Inject, Unit, From, Task, Flow, Evaluator, Status string
		Ends                                              []string
		Late, Broken, Correct, Again                      bool
		Points                                            *float64
		Cost                                              float64
		N                                                 int
		Submission                                        uint64
	}
}

func rawEvents(tb testing.TB, log []byte) []raw {
	tb.Helper()
	r, err := journal.NewReader(bytes.NewReader(log))
	if err != nil {
		tb.Fatal(err)
	}
	var all []raw
	for {
		line, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			tb.Fatal(err)
		}
		if line.Entry == nil {
			continue
		}
		var e raw
		if err := json.Unmarshal(line.Entry.Event, &e); err != nil {
			tb.Fatal(err)
		}
		all = append(all, e)
	}
}

type task struct {
	best, last, cost float64
	solved, answered bool
	late, overdue    bool
	void             bool
	settled          *float64
	first            uint64
	hints            int
	marks            map[string]float64
}

// value is what counts: a mark before the automatic score, the last report but
// the best of anything else, hints taken off, never below nothing.
func (w *task) value(key string) float64 {
	if w.void {
		return 0
	}
	if w.settled != nil {
		return max(0, *w.settled-w.cost)
	}
	v := w.best
	if key == "T4" {
		v = w.last
	}
	first := true
	for _, m := range w.marks {
		if !first && m != v {
			return 0 // open
		}
		v, first = m, false
	}
	if !w.answered && first {
		return 0
	}
	return max(0, v-w.cost)
}

// asks says which tasks of the starter pack an inject brings to whom.
func asks(inject, unit string) []string {
	if cell := bytes.ContainsRune([]byte(unit), '/'); cell {
		return map[string][]string{"I03": {"T5"}}[inject]
	}
	return map[string][]string{"I01": {"T1", "T2"}, "I02": {"T3"}, "I03": {"T4"}}[inject]
}

// recounter counts from line to line.
type recounter struct {
	all                                map[string]*figures
	tasks                              map[[2]string]*task
	out, acked, gone                   map[[2]string]bool
	missed, madeFlow, begun, voidFlows map[string]bool
}

func recount(events []raw, units []string) map[string]*figures {
	r := &recounter{
		all: map[string]*figures{}, tasks: map[[2]string]*task{},
		out: map[[2]string]bool{}, acked: map[[2]string]bool{}, gone: map[[2]string]bool{},
		missed: map[string]bool{}, madeFlow: map[string]bool{}, begun: map[string]bool{}, voidFlows: map[string]bool{},
	}
	for _, u := range units {
		r.all[u] = &figures{}
	}
	for i := range events {
		r.add(&events[i], units)
	}
	r.sum()
	return r.all
}

func (r *recounter) task(unit, key string) *task {
	k := [2]string{unit, key}
	if r.tasks[k] == nil {
		r.tasks[k] = &task{marks: map[string]float64{}}
	}
	return r.tasks[k]
}

func (r *recounter) add(e *raw, units []string) {
	b := e.Body
	about := [2]string{b.Inject, b.Unit}
	switch e.Type {
	case "inject.released", "inject.relayed":
		r.out[about] = true
		r.begun[b.Unit] = r.begun[b.Unit] || b.Inject == "I02"
	case "inject.acknowledged":
		r.acked[about] = true
	case "inject.retracted":
		r.gone[about] = true
		for _, t := range asks(b.Inject, b.Unit) {
			r.task(b.Unit, t).void = true
		}
		r.voidFlows[b.Unit] = r.voidFlows[b.Unit] || b.Inject == "I02" && r.begun[b.Unit] && !r.madeFlow[b.Unit]
	case "unit.status":
		if b.Status == "absent" {
			r.leave(b.Unit, units)
		}
	case "flow.missed":
		r.missed[b.Unit] = true
	case "flow.made":
		r.madeFlow[b.Unit] = true
		f := r.all[b.Unit]
		if b.Late {
			f.flowLate++
		} else {
			f.made++
		}
		if b.Broken {
			f.broken++
		}
	case "message.sent", "share.made":
		countMessage(r.all, b.From, b.Ends)
	default:
		r.addTask(e)
	}
}

func (r *recounter) addTask(e *raw) {
	b := e.Body
	if b.Task == "" || b.Unit == "" {
		return
	}
	w := r.task(b.Unit, b.Task)
	switch e.Type {
	case "task.submitted":
		if !w.answered {
			w.first, w.late = e.Seq, b.Late
		}
		w.answered = true
	case "task.overdue":
		w.overdue = true
	case "task.scored":
		if b.Again && b.Submission == w.first { // judged anew from the start
			w.best, w.solved = 0, false
		}
		w.best, w.last = max(w.best, *b.Points), *b.Points
		w.solved = b.Correct || w.solved && b.Task != "T4"
	case "task.marked":
		w.marks[b.Evaluator], w.settled = *b.Points, nil
	case "task.settled":
		w.settled = b.Points
	case "hint.taken":
		w.hints, w.cost = w.hints+1, w.cost+b.Cost
	}
}

// leave voids what a unit and its cells have begun and not answered.
func (r *recounter) leave(unit string, units []string) {
	for _, u := range units {
		if u != unit && !bytes.HasPrefix([]byte(u), []byte(unit+"/")) {
			continue
		}
		for about := range r.out {
			for _, t := range asks(about[0], u) {
				if w := r.task(u, t); about[1] == u && !w.answered {
					w.void = true
				}
			}
		}
		r.voidFlows[u] = r.voidFlows[u] || r.begun[u] && !r.madeFlow[u]
	}
}

func (r *recounter) sum() {
	for about := range r.out {
		f := r.all[about[1]]
		if r.gone[about] {
			continue
		}
		f.released++
		if r.acked[about] {
			f.acked++
		}
	}
	for k, w := range r.tasks {
		f := r.all[k[0]]
		f.points += w.value(k[1])
		f.hints += w.hints
		switch {
		case w.void:
		case w.answered:
			f.answered++
			if w.solved {
				f.solved++
			}
			if w.late || w.overdue {
				f.late++
			}
		case w.overdue:
			f.missing++
		}
	}
	for u, f := range r.all {
		if r.missed[u] && !r.madeFlow[u] && !r.voidFlows[u] {
			f.flowMissing++
		}
	}
}

func countMessage(all map[string]*figures, from string, ends []string) {
	all[from].sent++
	for unit, f := range all {
		got := false
		for _, end := range ends {
			team := !bytes.ContainsRune([]byte(unit), '/')
			got = got || end == "unit:"+unit || end == "liaison" && team
		}
		if got && unit != from {
			f.received++
		}
	}
}

func TestFiguresAgreeWithANaiveRecount(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		log := random(t, 2+int(seed), 900, seed).end()
		r := results(t, load(t, log))
		var units []string
		for _, u := range r.Units {
			units = append(units, u.Key)
		}
		want := recount(rawEvents(t, log), units)
		sum := figures{}
		for i := range r.Units {
			got := figuresOf(&r.Units[i])
			w := *want[r.Units[i].Key]
			if math.Abs(got.points-w.points) > 0.01 {
				t.Errorf("seed %d %s: points %v, want %v", seed, r.Units[i].Key, got.points, w.points)
			}
			got.points, w.points = 0, 0
			if got != w {
				t.Errorf("seed %d %s:\n got %+v\nwant %+v", seed, r.Units[i].Key, got, w)
			}
			sum.answered, sum.solved, sum.made = sum.answered+w.answered, sum.solved+w.solved, sum.made+w.made
			sum.acked, sum.late, sum.missing = sum.acked+w.acked, sum.late+w.late, sum.missing+w.missing
			sum.flowLate, sum.flowMissing, sum.broken = sum.flowLate+w.flowLate, sum.flowMissing+w.flowMissing, sum.broken+w.broken
		}
		checkTotals(t, r, sum)
		if sum.answered == 0 || sum.solved == 0 || sum.made+sum.flowLate == 0 || sum.acked == 0 {
			t.Errorf("seed %d: the play shows nothing: %+v", seed, sum)
		}
	}
}

func figuresOf(u *review.UnitResult) figures {
	f := figures{
		sent: u.Messages.Sent + u.Shares.Sent, received: u.Messages.Received + u.Shares.Received, points: float64(u.Points),
	}
	for _, in := range u.Injects {
		if in.Status == "released" {
			f.released++
		}
		if in.Acknowledged != nil && in.Status == "released" {
			f.acked++
		}
	}
	for _, w := range u.Tasks {
		f.hints += w.Hints
		if w.Status == review.TaskVoid {
			continue
		}
		if w.Status == review.TaskAnswered {
			f.answered++
		}
		if w.Status == review.TaskMissing {
			f.missing++
		}
		if w.Solved {
			f.solved++
		}
		if w.Late {
			f.late++
		}
	}
	for _, w := range u.Flows {
		switch w.Status {
		case "made":
			f.made++
		case "late":
			f.flowLate++
		case "missing":
			f.flowMissing++
		}
		if w.Broken {
			f.broken++
		}
	}
	return f
}

func checkTotals(t *testing.T, r *review.Result, want figures) {
	t.Helper()
	got := figures{}
	for _, in := range r.Totals.Injects {
		got.acked += in.Acknowledged
	}
	for _, w := range r.Totals.Tasks {
		got.addTasks(&w.TaskCount)
		if w.Asked != w.Answered+w.Missing+w.Open+w.Void {
			t.Errorf("task %s: %+v does not add up", w.Key, w.TaskCount)
		}
	}
	byPhase := figures{acked: got.acked}
	for _, p := range r.Totals.Phases {
		byPhase.addTasks(&p.Tasks)
		byPhase.addFlows(&p.Flows)
	}
	for _, f := range r.Totals.Flows {
		got.addFlows(&f.FlowCount)
	}
	if got != want || byPhase != want {
		t.Errorf("totals %+v, by phase %+v, want %+v", got, byPhase, want)
	}
}

func (f *figures) addTasks(c *review.TaskCount) {
	f.answered, f.solved, f.late, f.missing = f.answered+c.Answered, f.solved+c.Solved, f.late+c.Late, f.missing+c.Missing
}

func (f *figures) addFlows(c *review.FlowCount) {
	f.made, f.flowLate, f.flowMissing, f.broken = f.made+c.Made, f.flowLate+c.Late, f.flowMissing+c.Missing, f.broken+c.Broken
}
