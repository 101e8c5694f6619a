package review

import "renkei/internal/exercise"

// Results counts what came of an exercise. An error means that the log does
// not fit its pack.
func Results(l *Log) (*Result, error) {
	state, _, err := l.StateAt(exercise.Never)
	if err != nil {
		return nil, err
	}
	c := &counter{log: l, state: state, index: newIndex(l)}
	return c.result(), nil
}

// counter makes a Result.
type counter struct {
	log   *Log
	state *exercise.State
	index *index
}

func (c *counter) result() *Result {
	r := &Result{Format: ResultFormat, Exercise: c.exercise(), Log: c.facts()}
	for u := range c.log.Play.Cast.Units {
		r.Units = append(r.Units, c.unit(u))
	}
	c.lacks(r.Units)
	r.Totals = c.totals(r.Units)
	r.Decisions = c.decisions()
	r.Questions, r.Commitments = c.questions(), len(c.state.Commitments())
	return r
}

func (c *counter) exercise() ExerciseFacts {
	b, x := c.state.Created(), c.index
	f := ExerciseFacts{
		ID: b.ID, Title: b.Title, Kind: b.Kind, Pack: b.Pack, Version: b.Version, Hash: b.Hash, Seed: b.Seed,
		Startex: utc(b.Startex), Phase: c.state.Phase().String(),
		Started: wallOf(x.started), Ended: wallOf(x.ended), Early: x.early, Last: momentOf(c.state.At()),
		Pauses: x.pauses, Jumps: x.jumps, Real: x.stops,
	}
	return f
}

func wallOf(e *exercise.Event) *Wall {
	if e == nil {
		return nil
	}
	return &Wall{Wall: utc(e.Wall), Moment: *momentOf(e.At)}
}

// facts: that Load has read the log to here is the verification.
func (c *counter) facts() LogFacts {
	f := LogFacts{Events: len(c.log.Events), Verified: true, Complete: c.log.Head != nil, Torn: c.log.Torn}
	if f.Complete {
		f.Head = c.log.Head.Chain.String()
	}
	return f
}

func (c *counter) unit(u int) UnitResult {
	unit, view, t := c.log.Play.Cast.Units[u], c.state.Unit(u), c.index.traffic[u]
	r := UnitResult{
		Key: unit.Key, Parent: unit.Parent, Name: unit.Name, Status: view.Status, Bot: view.Bot, Ready: view.Ready,
		Present: view.Present, Expected: view.Expected,
		Injects: []InjectResult{}, Tasks: []TaskResult{}, Flows: []FlowResult{},
		Messages: t.messages, Shares: t.shares, Relays: t.relays, Calls: t.calls, Notes: c.index.notes[u],
	}
	for v := range c.state.Injects(u) {
		r.Injects = append(r.Injects, c.inject(u, &v))
	}
	for v := range c.state.Tasks(u) {
		r.Tasks = append(r.Tasks, c.task(u, &v))
	}
	for _, f := range c.log.Play.FlowsOf(u) {
		if flow, ok := c.flow(f, u); ok {
			r.Flows = append(r.Flows, flow)
		}
	}
	var points, most float64
	for i := range r.Tasks {
		if t := &r.Tasks[i]; t.judged() {
			points, most = points+float64(t.Points), most+float64(t.Max)
		}
	}
	r.Points, r.Max = pointsOf(points), pointsOf(most)
	return r
}

func (c *counter) inject(u int, v *exercise.InjectView) InjectResult {
	unit := c.log.Play.Cast.Units[u].Key
	r := InjectResult{Key: v.Key, Status: v.Status, Relayed: v.Relayed}
	if v.Status == exercise.InjectPassed {
		r.Reason = c.index.skipped[about{v.Key, unit}]
	}
	if v.Seq == 0 {
		return r // never came out
	}
	r.Released = momentOf(v.Released)
	if v.Acked != exercise.Never {
		r.Acknowledged = momentOf(v.Acked)
		r.AckTook = c.index.clocks[u].took(v.Released, v.Acked)
	}
	return r
}

func (c *counter) task(u int, v *exercise.TaskView) TaskResult {
	asked := c.index.hints[about{v.Key, c.log.Play.Cast.Units[u].Key}]
	r := *TaskNow(c.state, u, v)
	r.Phase, r.Opened, r.Due = phaseOf(c.state, v.Key, v.Inject), momentOf(v.Opened), momentOf(v.Due)
	r.Hints, r.Came = asked, v.Hints-asked
	f, known := c.index.found[about{v.Key, c.log.Play.Cast.Units[u].Key}]
	r.findings(f, known)
	if t, _, _ := c.log.Play.Pack.TaskByKey(v.Key); t != nil && t.Flow != "" {
		r.Astray = c.index.astray[about{t.Flow, c.log.Play.Cast.Units[u].Key}]
	}
	if v.Attempts > 0 {
		r.First = momentOf(v.First)
		r.Took = c.index.clocks[u].took(v.Opened, v.First)
	}
	return r
}

func statusOf(v *exercise.TaskView) string {
	switch {
	case v.Status == exercise.TaskVoid:
		return TaskVoid
	case v.Attempts > 0:
		return TaskAnswered
	case v.Late:
		return TaskMissing
	}
	return TaskOpen
}

// standingOf tells reports and files that wait for an evaluator from those that were
// judged automatically.
func standingOf(s *exercise.State, u int, v *exercise.TaskView) exercise.Standing {
	if !handedIn(v.Type) || v.Attempts == 0 || v.Standing != exercise.Automatic {
		return v.Standing
	}
	if t, ok := s.TaskIndex(v.Key); ok {
		if key := s.Key(t, u); key.ByHand() || v.Type == taskFile && !v.Solved {
			return Unmarked
		}
	}
	return v.Standing
}

func (c *counter) flow(f, u int) (FlowResult, bool) {
	status, due, ok := c.state.Flow(f, u)
	if !ok {
		return FlowResult{}, false
	}
	def, cast := c.log.Play.Pack.Flows[f], c.log.Play.Cast
	r := FlowResult{
		Key: def.Key, Phase: def.Phase, From: cast.Units[u].Key, To: c.log.Play.End(def.To, u), Status: status, Due: momentOf(due),
	}
	r.Astray = c.index.astray[about{def.Key, r.From}]
	e := c.index.made[about{def.Key, r.From}]
	if e == nil {
		r.Checked = c.index.checked(about{def.Key, r.From}, 0)
		return r, true
	}
	b, isMade := e.Body.(*exercise.FlowMade)
	if !isMade {
		return r, true
	}
	at := c.log.toldAt(e, b.Via)
	r.Checked = c.index.checked(about{def.Key, r.From}, b.Via)
	r.Made, r.Via, r.Broken = momentOf(at), b.Via, b.Broken
	if i, ok := c.state.InjectIndex(def.After); ok {
		if v, ok := c.state.Inject(i, u); ok && v.Seq > 0 {
			r.Took = c.index.clocks[u].took(v.Released, at)
		}
	}
	return r, true
}
