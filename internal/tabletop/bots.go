package tabletop

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
)

var _ conduct.Bots = (*Bots)(nil)

// Bots is the simulated delegations of a tabletop and, where they are alone, a
// facilitator who takes one step after the other. What they do follows from the
// seed and the events of the log. It is owned by one goroutine.
type Bots struct {
	play  *exercise.Play
	table *Tabletop
	seed  uint64
	alone bool
	plans []plan // in their order
}

// NewBots makes the simulated delegations of a play. Alone has one steer.
func NewBots(play *exercise.Play, seed uint64, alone bool) *Bots {
	table, _ := Read(play.Pack) // checked when the exercise was made
	return &Bots{play: play, table: table, seed: seed, alone: alone}
}

// step is what a plan is about.
type step string

const (
	stepNext     step = "next"
	stepOpen     step = "open"
	stepClose    step = "close"
	stepReveal   step = "reveal"
	stepQuote    step = "quote"
	stepDiscuss  step = "discuss"
	stepFloor    step = "floor"
	stepSilence  step = "silence"
	stepEnd      step = "end"
	stepAnswer   step = "answer"
	stepAsk      step = "ask"
	stepCommit   step = "commit"
	steersItself      = -1
)

// plan is something that a delegation, or the facilitator, will do.
type plan struct {
	At    exercise.Time `json:"at"`
	Unit  int           `json:"unit"` // steersItself: the facilitator
	Step  step          `json:"step"`
	Poll  string        `json:"poll,omitempty"`
	Round int           `json:"round,omitempty"`
	N     int           `json:"n,omitempty"`
}

func (p plan) compare(q plan) int {
	return cmp.Or(cmp.Compare(p.At, q.At), cmp.Compare(p.Unit, q.Unit), cmp.Compare(p.Step, q.Step),
		cmp.Compare(p.Poll, q.Poll), cmp.Compare(p.Round, q.Round), cmp.Compare(p.N, q.N))
}

func (b *Bots) add(p plan) {
	i, _ := slices.BinarySearchFunc(b.plans, p, plan.compare)
	b.plans = slices.Insert(b.plans, i, p)
}

// steer plans a step of the facilitator.
func (b *Bots) steer(at exercise.Time, s step, poll string, round, n int) {
	if b.alone {
		b.add(plan{At: at, Unit: steersItself, Step: s, Poll: poll, Round: round, N: n})
	}
}

// Next returns when the next plan falls due; exercise.Never without one.
func (b *Bots) Next() exercise.Time {
	if len(b.plans) == 0 {
		return exercise.Never
	}
	return b.plans[0].At
}

// AppendTo appends to buf everything that the bots have in mind.
func (b *Bots) AppendTo(buf []byte) []byte {
	raw, err := json.Marshal(b.plans)
	if err != nil { // cannot happen: plans are texts and numbers
		return buf
	}
	return append(buf, raw...)
}

// Restore brings back what AppendTo of this very program gave.
func (b *Bots) Restore(data []byte) error {
	var plans []plan
	if err := json.Unmarshal(data, &plans); err != nil {
		return fmt.Errorf("plans of simulated delegations: %w", err)
	}
	for _, p := range plans {
		if p.Unit < steersItself || p.Unit >= len(b.play.Cast.Units) {
			return fmt.Errorf("a plan of a unit that is not there")
		}
	}
	b.plans = plans
	return nil
}

func minutes(n float64) exercise.Time { return exercise.At(time.Duration(n * float64(time.Minute))) }

// React plans what follows from an event that was just folded in.
func (b *Bots) React(s *exercise.State, e *exercise.Event) {
	switch body := e.Body.(type) {
	case *exercise.Started:
		b.steer(e.At, stepNext, "", 0, 0)
	case *exercise.StandIn:
		b.changed(s, body, e.At)
	case *exercise.PollAnnounced:
		b.steer(e.At+minutes(0.5), stepOpen, body.Key, 0, 0)
	case *exercise.PollOpened:
		b.steer(body.Until, stepClose, body.Poll, body.Round, 0)
		for u := range b.play.Cast.Units {
			b.planAnswer(s, u, body.Poll, body.Round, e.At, body.Until)
		}
	case *exercise.PollClosed:
		b.steer(e.At+minutes(0.2), stepReveal, body.Poll, body.Round, 0)
	case *exercise.PollRevealed:
		b.revealed(s, body, e.At)
	case *exercise.PollWithheld:
		b.steer(e.At+minutes(0.5), stepDiscuss, body.Poll, body.Round, 0)
	case *exercise.PollVoided:
		if body.Reason != exercise.VoidAtEnd {
			b.steer(e.At+minutes(0.5), stepOpen, body.Poll, body.Round, 0)
		}
	case *exercise.PollDiscussed:
		b.discussed(s, body.Poll, e.At)
	case *exercise.PollEnded:
		b.steer(e.At+minutes(0.2), stepNext, body.Poll, 0, 0)
	}
}

// changed plans what a delegation does that a simulated one takes over in the
// midst of a question, and forgets what it had in mind where people come.
func (b *Bots) changed(s *exercise.State, body *exercise.StandIn, at exercise.Time) {
	u, ok := b.play.Cast.Index(body.Unit)
	if !ok {
		return
	}
	b.plans = slices.DeleteFunc(b.plans, func(p plan) bool { return p.Unit == u })
	for v := range s.Polls() {
		if body.Bot && v.Status == exercise.PollIsOpen {
			b.planAnswer(s, u, v.Key, v.Round, at, v.Until)
		}
	}
}

// planAnswer plans when a delegation answers, and perhaps thinks better of it.
func (b *Bots) planAnswer(s *exercise.State, u int, poll string, round int, from, until exercise.Time) {
	unit := b.play.Cast.Units[u]
	if !s.Unit(u).Bot || !unit.IsTeam() || until <= from {
		return
	}
	r := b.rand(unit.Key, poll, round)
	if r.below(100) < 4 {
		return // it keeps out of this one
	}
	span := until - from
	first := from + span*exercise.Time(15+r.below(65))/100
	b.add(plan{At: first, Unit: u, Step: stepAnswer, Poll: poll, Round: round})
	if r.below(100) < 15 {
		b.add(plan{At: first + (until-first)/2, Unit: u, Step: stepAnswer, Poll: poll, Round: round, N: 1})
	}
}

func (b *Bots) revealed(s *exercise.State, body *exercise.PollRevealed, at exercise.Time) {
	v, ok := s.PollByKey(body.Poll)
	if !ok {
		return
	}
	if v.Kind == exercise.PollText && !v.Attributed {
		b.steer(at+minutes(0.3), stepQuote, body.Poll, body.Round, 0)
	}
	b.steer(at+minutes(0.5), stepDiscuss, body.Poll, body.Round, 0)
	if v.Kind != exercise.PollCommitment {
		return
	}
	for _, a := range body.Answers {
		if u, ok := b.play.Cast.Index(a.Unit); ok && s.Unit(u).Bot {
			r := b.rand(a.Unit, body.Poll+"/commit", body.Round)
			b.add(plan{At: at + minutes(0.2) + exercise.Time(r.below(60))*exercise.Second, Unit: u, Step: stepCommit, Poll: body.Poll, Round: body.Round})
		}
	}
}

// discussed plans who asks to speak, who gets the floor, and what comes then.
func (b *Bots) discussed(s *exercise.State, poll string, at exercise.Time) {
	q, ok := b.table.Question(poll)
	v, known := s.PollByKey(poll)
	if !ok || !known {
		return
	}
	span := max(exercise.At(q.Discuss), minutes(1))
	if v.Round > 1 {
		span = max(span/3, minutes(1)) // little is left to say
	}
	for u, unit := range b.play.Cast.Units {
		r := b.rand(unit.Key, poll+"/floor", v.Round)
		if s.Unit(u).Bot && unit.IsTeam() && r.below(100) < 35 {
			b.add(plan{At: at + span*exercise.Time(r.below(40))/100, Unit: u, Step: stepAsk, Poll: poll, Round: v.Round})
		}
	}
	speech := max(span/4, minutes(0.5))
	for n := range 3 {
		b.steer(at+span/10+exercise.Time(n)*speech, stepFloor, poll, v.Round, int(speech/exercise.Second))
	}
	b.steer(at+span-exercise.Second, stepSilence, poll, v.Round, 0)
	if q.Again && v.Round == 1 {
		b.steer(at+span, stepOpen, poll, v.Round, 0)
		return
	}
	b.steer(at+span, stepEnd, poll, v.Round, 0)
}

// Pop takes the next plan and gives its command, or false when there is nothing
// left to do about it.
func (b *Bots) Pop(s *exercise.State) (exercise.Command, bool) {
	if len(b.plans) == 0 {
		return exercise.Command{}, false
	}
	p := b.plans[0]
	b.plans = slices.Delete(b.plans, 0, 1)
	c := exercise.Command{At: p.At, Key: fmt.Sprintf("%s/%s/%d/%d", p.Step, p.Poll, p.Round, p.N)}
	if p.Unit == steersItself {
		c.Actor = exercise.Excon()
		c.Do = b.facilitate(s, &p)
		c.Key += "/" + p.At.String() // a question that was voided is opened again
		return c, c.Do != nil
	}
	unit := b.play.Cast.Units[p.Unit].Key
	if !s.Unit(p.Unit).Bot {
		return exercise.Command{}, false
	}
	c.Actor = exercise.Bot(unit)
	c.Do = b.act(s, &p, unit)
	return c, c.Do != nil
}

// facilitate is the facilitator's next step; nil where things went otherwise.
func (b *Bots) facilitate(s *exercise.State, p *plan) exercise.Action {
	v, known := s.PollByKey(p.Poll)
	switch p.Step {
	case stepNext:
		q, ok := b.table.Next(s)
		if !ok {
			return nil
		}
		if at := exercise.At(b.table.module(q).At); at > p.At { // the module comes later
			b.steer(at, stepNext, p.Poll, 0, 0)
			return nil
		}
		return exercise.AnnouncePoll{Poll: q.Poll}
	case stepSilence, stepFloor:
		return moderate(s.Floor(), p)
	}
	if !known || v.Round != p.Round {
		return nil
	}
	switch p.Step {
	case stepOpen:
		return exercise.OpenPoll{Poll: p.Poll}
	case stepClose:
		return exercise.ClosePoll{Poll: p.Poll}
	case stepReveal:
		return exercise.RevealPoll{Poll: p.Poll}
	case stepQuote:
		return quote(&v)
	case stepDiscuss:
		return exercise.DiscussPoll{Poll: p.Poll}
	case stepEnd:
		return exercise.EndPoll{Poll: p.Poll}
	}
	return nil
}

// moderate gives the floor to who asked first, or ends a speech.
func moderate(f exercise.FloorView, p *plan) exercise.Action {
	switch {
	case p.Step == stepSilence && f.Speaker != "":
		return exercise.EndFloor{}
	case p.Step == stepFloor && len(f.Queue) > 0:
		return exercise.GiveFloor{Unit: f.Queue[0], Poll: p.Poll, For: exercise.Time(p.N) * exercise.Second}
	}
	return nil
}

// quote shows the first few free texts.
func quote(v *exercise.PollView) exercise.Action {
	if len(v.Shown) == 0 {
		return nil
	}
	var texts []string
	for _, a := range v.Shown[len(v.Shown)-1].Answers {
		if !slices.Contains(texts, a.Text) && len(texts) < 3 {
			texts = append(texts, a.Text)
		}
	}
	if len(texts) == 0 {
		return nil
	}
	return exercise.QuotePoll{Poll: v.Key, Texts: texts}
}

// act is what a delegation does; nil where there is nothing left to do.
func (b *Bots) act(s *exercise.State, p *plan, unit string) exercise.Action {
	v, known := s.PollByKey(p.Poll)
	if !known {
		return nil
	}
	switch p.Step {
	case stepAnswer:
		if v.Status != exercise.PollIsOpen || v.Round != p.Round {
			return nil
		}
		answer, ok := b.answer(&v, p)
		if !ok {
			return nil
		}
		return exercise.AnswerPoll{Poll: p.Poll, Unit: unit, Answer: answer}
	case stepAsk:
		f := s.Floor()
		if f.Speaker == unit || slices.Contains(f.Queue, unit) {
			return nil
		}
		return exercise.AskFloor{Unit: unit}
	case stepCommit:
		for _, r := range v.Shown {
			for _, a := range r.Answers {
				if a.Unit == unit {
					return exercise.MakeCommitment{Unit: unit, Poll: p.Poll, What: a.Text, By: a.By, Who: a.Who}
				}
			}
		}
	}
	return nil
}
