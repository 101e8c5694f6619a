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
	Body struct {
		Inject, Unit, From, Task, Flow, Evaluator string
		Ends                                      []string
		Late, Broken, Correct                     bool
		Points                                    *float64
		Cost                                      float64
		N                                         int
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
	hints            int
	marks            map[string]float64
}

// value is what counts: a mark before the automatic score, the last report but
// the best of anything else, hints taken off, never below nothing.
func (w *task) value(key string) float64 {
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

func recount(events []raw, units []string) map[string]*figures {
	all := map[string]*figures{}
	for _, u := range units {
		all[u] = &figures{}
	}
	tasks := map[[2]string]*task{}
	missed, madeFlow := map[string]bool{}, map[string]bool{}
	for _, e := range events {
		b := e.Body
		f := all[b.Unit]
		k := [2]string{b.Unit, b.Task}
		if b.Task != "" && tasks[k] == nil {
			tasks[k] = &task{marks: map[string]float64{}}
		}
		w := tasks[k]
		switch e.Type {
		case "inject.released", "inject.relayed":
			f.released++
		case "inject.acknowledged":
			f.acked++
		case "task.submitted":
			w.late = w.late || !w.answered && b.Late
			w.answered = true
		case "task.overdue":
			w.overdue = true
		case "task.scored":
			w.best, w.last = max(w.best, *b.Points), *b.Points
			w.solved = b.Correct || w.solved && b.Task != "T4"
		case "task.marked":
			w.marks[b.Evaluator] = *b.Points
		case "hint.taken":
			w.hints, w.cost = w.hints+1, w.cost+b.Cost
		case "flow.missed":
			missed[b.Unit] = true
		case "flow.made":
			madeFlow[b.Unit] = true
			if b.Late {
				f.flowLate++
			} else {
				f.made++
			}
			if b.Broken {
				f.broken++
			}
		case "message.sent", "share.made":
			countMessage(all, b.From, b.Ends)
		}
	}
	for k, w := range tasks {
		f := all[k[0]]
		f.points += w.value(k[1])
		f.hints += w.hints
		switch {
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
	for u, f := range all {
		if missed[u] && !madeFlow[u] {
			f.flowMissing++
		}
	}
	return all
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
		if sum.answered == 0 || sum.solved == 0 || sum.made == 0 || sum.acked == 0 {
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
		if in.Acknowledged != nil {
			f.acked++
		}
	}
	for _, w := range u.Tasks {
		f.hints += w.Hints
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
