package exercise_test

import (
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/scenario"
	"renkei/internal/testkit/exercisetest"
)

// shippedPlay is the shipped pack with so many demo teams.
func shippedPlay(tb testing.TB, teams int) *exercise.Play {
	tb.Helper()
	return exercisetest.Play(tb, exercisetest.Pack(tb, exercisetest.Hospital), teams)
}

// botPlay is a drill that simulated teams play, as fast as it goes.
type botPlay struct {
	*drill
	bots *bots.Bots
	cmds []exercise.Command // everything that was decided, in order
}

func newBotPlay(tb testing.TB, play *exercise.Play, seed uint64) *botPlay {
	tb.Helper()
	c := &botPlay{drill: newDrill(tb, play), bots: bots.New(play, seed, exercisetest.NewPhrases(tb))}
	c.seen = func(e *exercise.Event) { c.bots.React(c.s, e) }
	for _, u := range play.Cast.Units {
		c.give(exercise.Command{Key: "standin/" + u.Key, Actor: exercise.Excon(), Do: exercise.SetStandIn{Unit: u.Key, Bot: true}})
		for _, cmd := range bots.Ready(u.Key) {
			c.give(cmd)
		}
	}
	c.give(exercise.Command{Key: "rename", Actor: exercise.Excon(), Do: exercise.Rename{Title: scenario.Text{"en": "Bots", "ja": "模擬チーム"}}})
	c.give(exercise.Command{Key: "startex", Actor: exercise.Excon(), Do: exercise.Start{}})
	return c
}

// give decides a command and reports whether it was taken.
func (c *botPlay) give(cmd exercise.Command) bool {
	c.t.Helper()
	events, err := c.s.Decide(&cmd, nil)
	if err != nil {
		return false
	}
	c.cmds = append(c.cmds, cmd)
	c.apply(events)
	return true
}

// until plays up to a time, that included.
func (c *botPlay) until(t exercise.Time) {
	c.t.Helper()
	for c.s.Phase() == exercise.Running {
		next := min(c.s.Next(), c.bots.Next())
		if next > t {
			return
		}
		cmd, owed := c.s.Due(next)
		if !owed || c.bots.Next() < cmd.At {
			if cmd, owed = c.bots.Pop(c.s); !owed {
				continue
			}
			c.give(cmd) // a refusal is the simulated team's own affair
			continue
		}
		if !c.give(cmd) {
			c.t.Fatalf("the clock cannot do %s", cmd.Key)
		}
	}
}

// excon gives a command of EXCON's at the time of the last event.
func (c *botPlay) excon(actor exercise.Actor, do exercise.Action) {
	c.t.Helper()
	if cmd := (exercise.Command{Key: "x", Actor: actor, At: c.s.At(), Do: do}); !c.give(cmd) {
		_, err := c.s.Decide(&cmd, nil)
		c.t.Fatalf("%T: %v", do, err)
	}
}

// calls notes calls between units, and with a persona and EXCON, and has the
// other sides answer.
func (c *botPlay) calls() {
	c.t.Helper()
	for i, call := range []exercise.NoteCall{
		{Unit: "asteria", With: "borealis", Text: "a call", TLP: scenario.TLPAmber},
		{Unit: "borealis/hospital", With: "borealis", Incoming: true, Text: "a call"},
		{Unit: "asteria", With: "persona:ministry", Text: "a call"},
		{Unit: "coralia", With: "excon", Text: "a call"},
	} {
		c.excon(player(call.Unit), call)
		who := player(call.With)
		if i > 1 {
			who = exercise.Excon()
		}
		c.excon(who, exercise.ConfirmCall{Call: c.s.Seq(), Unit: call.With, Deny: i%2 == 1, Text: "so it was"})
	}
}

// actFor has EXCON answer an open report of a unit, or acknowledge for it.
func (c *botPlay) actFor(unit string) {
	c.t.Helper()
	u, _ := c.s.Play().Cast.Index(unit)
	act := func(do exercise.Action) {
		c.excon(exercise.Excon(), exercise.ActFor{Unit: unit, How: exercise.ByTelephone, By: "Ms Lim", Do: do})
	}
	for v := range c.s.Injects(u) {
		if v.Status == exercise.InjectOut && v.Acked == exercise.Never {
			act(exercise.Acknowledge{Inject: v.Key, Unit: unit})
			return
		}
	}
	for v := range c.s.Tasks(u) {
		if v.Type == scenario.TaskIndicators && v.Status == exercise.TaskStands {
			act(exercise.Submit{Task: v.Key, Unit: unit, Items: []string{"203.0.113.11"}})
			return
		}
	}
	c.t.Fatalf("at %s there is nothing to do for %s", c.s.At(), unit)
}

// correct has EXCON take back the first flow that somebody made, and count it
// again.
func (c *botPlay) correct() {
	c.t.Helper()
	for i := range c.log {
		b, ok := c.log[i].Body.(*exercise.FlowMade)
		if !ok || !hasMessage(&c.log[b.Via-1]) {
			continue
		}
		said := c.log[b.Via-1]
		for _, makes := range []bool{true, false, true} {
			c.excon(exercise.Excon(), exercise.CorrectEvidence{Of: &said, Flow: b.Flow, Unit: b.Unit, Makes: makes, Reason: "read again"})
		}
		return
	}
	c.t.Fatalf("at %s no flow is made by a message", c.s.At())
}

func hasMessage(e *exercise.Event) bool {
	switch e.Body.(type) {
	case *exercise.Message, *exercise.Shared:
		return true
	}
	return false
}

// playedThrough is a whole exercise with everything that EXCON may do in it.
func playedThrough(tb testing.TB, play *exercise.Play, seed uint64) *botPlay {
	tb.Helper()
	c := newBotPlay(tb, play, seed)
	excon, text := exercise.Excon(), scenario.Text{"en": "# Extra", "ja": "# 追加"}
	c.excon(excon, exercise.CarryPlan{PlanCarried: exercise.PlanCarried{From: "before", Issues: []exercise.CarriedIssue{{Title: text, Action: text}}}})
	c.until(minutes(2))
	c.excon(player("asteria"), exercise.Join{Unit: "asteria"})
	c.excon(excon, exercise.AddNote{Unit: "asteria", Text: "quick"})
	c.excon(player("asteria"), exercise.AddNote{Unit: "asteria", Text: "our log", Own: true})
	for _, body := range []exercise.Body{
		&exercise.ChatPost{Chat: "mattermost", Room: "unit:asteria", Post: "p", Account: "u"}, &exercise.ChatPost{Chat: "mattermost", Room: "liaison", Post: "q", Account: "u"},
		&exercise.ChatEdit{Chat: "mattermost", Room: "help", Post: "r"}, &exercise.ChatReaction{Chat: "mattermost", Room: "excon", Post: "s", Account: "u"},
		&exercise.ChatMember{Chat: "mattermost", Room: "unit:borealis/hospital", Account: "u"}, &exercise.ChatGap{Chat: "mattermost", Reason: "outage"},
		&exercise.ChatAssigned{Chat: "mattermost", Account: "u", Person: "p1"},
	} {
		c.excon(exercise.Actor{ID: exercise.Account("u"), Role: exercise.RoleClock}, exercise.Hear{What: body})
	}
	c.excon(player("borealis/hospital"), exercise.RaiseReal{Unit: "borealis/hospital", Text: "a fire"})
	c.excon(excon, exercise.SeeReal{Report: c.s.Seq()})
	c.excon(excon, exercise.AmendInject{Inject: "I10", Unit: "borealis", Texts: text})
	c.excon(excon, exercise.SetStatus{Unit: "borealis", Status: exercise.UnitPause})
	c.calls()
	c.excon(excon, exercise.HoldInject{Inject: "I10", Units: []string{"asteria"}})
	c.until(minutes(4))
	c.excon(excon, exercise.SetStatus{Unit: "borealis", Status: exercise.Present})
	c.excon(excon, exercise.AddInject{Title: text, From: "ministry", Units: []string{"asteria", "coralia/hospital"}, Texts: text, Tasks: []exercise.AddedTask{
		{Prompt: text, Within: minutes(2), Points: 5, Accept: []string{"x"}},
	}})
	c.excon(excon, exercise.Pause{})
	c.excon(excon, exercise.Send{From: "persona:ministry", Ends: []string{"unit:asteria"}, Text: "well?"})
	c.excon(excon, exercise.Send{From: "excon", Ends: []string{"liaison"}, Text: "to all"})
	c.excon(excon, exercise.Resume{})
	c.excon(excon, exercise.SetSpeed{Speed: 0})
	c.until(minutes(8))
	c.excon(evaluator("eve"), exercise.Mark{Task: "H01", Unit: "asteria/hospital", Points: ptr(3.0)})
	c.excon(excon, exercise.Settle{Task: "H01", Unit: "asteria/hospital", Points: 4})
	c.excon(player("coralia/hospital"), exercise.TakeHint{Task: "H04", Unit: "coralia/hospital"})
	c.actFor("asteria")
	c.correct()
	c.excon(excon, exercise.Retract{Inject: "I02"})
	c.excon(excon, exercise.HandOver{To: "p/deputy"})
	c.excon(player("asteria"), exercise.Send{From: "asteria", Ends: []string{"persona:ministry"}, Text: "thank you"})
	for q := range c.s.Questions() {
		c.excon(excon, exercise.DismissQuestion{Message: q.Message, Persona: q.Persona})
		break
	}
	c.excon(excon, exercise.AmendTask{Task: "T02", Points: ptr(7.0)})
	c.excon(exercise.Clock(), exercise.Recover{Down: 5})
	c.excon(excon, exercise.Jump{To: c.s.At() + 30*exercise.Second, Mode: exercise.JumpSkip})
	end := c.s.End()
	c.excon(excon, exercise.MoveEnd{To: end + minutes(5)})
	c.excon(excon, exercise.MoveEnd{To: end})
	c.until(minutes(20))
	c.excon(excon, exercise.HoldInject{Inject: "I10", LetGo: true})
	c.excon(excon, exercise.StopReal{Text: "a fire"})
	c.excon(excon, exercise.Resume{})
	c.until(exercise.Never - 1)
	if c.s.Phase() != exercise.Over {
		tb.Fatalf("the exercise is %s at %s", c.s.Phase(), c.s.At())
	}
	c.excon(excon, exercise.EnterPlan{PlanEntered: exercise.PlanEntered{Issue: "F07", Action: "Name a deputy."}})
	c.excon(excon, exercise.EnterOverview{OverviewEntered: exercise.OverviewEntered{Sponsor: "the ministry"}})
	c.excon(player("asteria"), exercise.AnswerHotWash{Unit: "asteria", Question: "well", Text: "the liaison room"})
	return c
}
