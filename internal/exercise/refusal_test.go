package exercise_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

// everyMSEL has something of everything.
const everyMSEL = `
injects:
- key: I01
  title: {en: A, ja: A}
  phase: recognise
  from: desk
  to: teams
  at: 1m
  tlp: AMBER
  tasks:
  - key: T1
    type: answer
    prompt: {en: P, ja: P}
    due: 3m
    accept: [one]
    attempts: 2
    hints:
    - {text: {en: H, ja: H}, cost: 2}
  - {key: T2, type: report, prompt: {en: P, ja: P}, due: 5m, hints: [{text: {en: H, ja: H}, after: 4m}], feedback: now, points: 20, mentions: [[alpha], [beta], [gamma]]}
  - {key: T3, type: share, prompt: {en: P, ja: P}, due: 5m, flow: F1}
  replies:
  - {key: first, ask: [alpha], text: {en: One, ja: 一}, delay: 2m, auto: true}
  relay:
    to: cell:hospital
    tasks:
    - {key: H1, type: indicators, prompt: {en: P, ja: P}, due: 4m, accept: ["{{c2}}", x.example, y.example], solved_at: 0.5}
- key: I02
  title: {en: B, ja: B}
  phase: recognise
  from: desk
  to: all
  after: I01 +2m
  tasks:
  - key: T4
    type: choice
    prompt: {en: P, ja: P}
    due: 4m
    attempts: 2
    hints:
    - {text: {en: H, ja: H}, cost: 1}
    - {text: {en: H, ja: H}, after: 2m, wrong: 1, cost: 0.5}
    - {text: {en: H, ja: H}, after: 90s}
    options:
    - {key: a, text: {en: A, ja: A}, correct: true}
    - {key: b, text: {en: B, ja: B}}
- {key: I03, title: {en: C, ja: C}, phase: inform, from: desk, to: cells, when: 'task("H1").correct || inject("I02").acknowledged', since: I01, within: 8m}
- {key: I04, title: {en: D, ja: D}, phase: inform, from: desk, to: teams, when: 'teams.answered("T1") >= 2 || score >= 15.0', at: 2m}
- key: I05
  title: {en: E, ja: E}
  phase: analyse
  from: desk
  to: teams
  at: 9m
  unless: flow("F2").made
  tasks:
  - {key: T5, type: report, prompt: {en: P, ja: P}, due: 6m}
- {key: I06, title: {en: F, ja: F}, phase: respond, from: desk, to: cell:hospital, after: T1 +1m}
- {key: I07, title: {en: G, ja: G}, phase: respond, from: desk, to: teams, after: I05 +30m}
- {key: I08, title: {en: H, ja: H}, phase: respond, from: desk, to: teams, after: I02 +4m, unless: 'task("T4").correct'}
- {key: I09, title: {en: I, ja: I}, phase: respond, from: desk, to: teams, when: 'flow("F1").missed || task("T1").late || teams.made("F2") >= 1', since: I08}
- {key: I10, title: {en: J, ja: J}, phase: respond, from: desk, to: all, at: 55m}
- {key: I11, title: {en: K, ja: K}, phase: respond, from: desk, to: all, branch: calm}
- key: I12
  title: {en: L, ja: L}
  phase: respond
  from: desk
  to: teams
  at: 12m
  branch: wild
  tasks:
  - {key: T6, type: answer, prompt: {en: P, ja: P}, due: 5m, accept: [two]}
- {key: I13, title: {en: M, ja: M}, phase: respond, from: desk, to: teams, branch: quick, when: 'inject("I11").acknowledged', within: 10m}
- {key: I14, title: {en: N, ja: N}, phase: respond, from: desk, to: all, after: I12 +1m, branch: slow}
- key: I15
  title: {en: O, ja: O}
  phase: respond
  from: desk
  to: teams
  at: 20m
  unless: branch("calm") && branch("slow")
  tasks:
  - {key: T7, type: share, prompt: {en: P, ja: P}, due: 5m, branch: quick, flow: {to: next, what: [needle]}}
  - {key: T8, type: answer, prompt: {en: P, ja: P}, due: 5m, branch: wild, accept: [one]}
- {key: I16, title: {en: P, ja: P}, phase: respond, from: desk, to: cells, when: branch("wild") || branch("slow"), at: 3m}
decisions:
- key: D1
  title: {en: A, ja: A}
  after: I02 +4m
  branches:
  - {key: calm, title: {en: A, ja: A}, when: task("T4").correct}
  - {key: wild, title: {en: B, ja: B}}
- key: D2
  title: {en: B, ja: B}
  scope: all
  at: 20m
  branches:
  - {key: quick, title: {en: A, ja: A}, when: teams.solved("T1") >= 1}
  - {key: slow, title: {en: B, ja: B}, when: teams.made("F1") >= 1}
flows:
- {key: F1, title: {en: A, ja: A}, from: team, to: liaison, after: I01, within: 3m, what: ["{{c2}}"], tlp: AMBER}
- {key: F2, title: {en: B, ja: B}, from: team, to: cell:hospital, after: I01, within: 3m, relay: I01}
- {key: F3, title: {en: C, ja: C}, from: cell:hospital, to: team, after: I02, within: 5m}
- {key: F4, title: {en: D, ja: D}, from: team, to: next, after: I02, within: 5m, what: [needle]}
`

func every(t *testing.T) *drill {
	t.Helper()
	return started(t, everyMSEL, 2)
}

func ptr[T any](v T) *T { return &v }

func TestRefusals(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	excon, ast := exercise.Excon(), player("asteria")
	text := scenario.Text{"en": "# x"}
	none := func(*drill) {}
	min2 := func(d *drill) { d.pass(2 * time.Minute) }
	long := strings.Repeat("x", exercise.MaxText+1)
	add := exercise.AddInject{From: "desk", Texts: text, Units: []string{"teams"}}
	withTask := func(task exercise.AddedTask) exercise.AddInject {
		a := add
		a.Tasks = []exercise.AddedTask{task}
		return a
	}
	send := exercise.Send{From: "asteria", Ends: []string{"liaison"}, Text: "x"}
	with := func(change func(*exercise.Send)) exercise.Send {
		s := send
		s.Ends = slices.Clone(s.Ends)
		change(&s)
		return s
	}
	relay := exercise.RelayTo{Inject: "I01", From: "asteria", Unit: "asteria/hospital"}
	stop := func(d *drill) {
		min2(d)
		d.must(excon, exercise.StopReal{Text: "fire"})
	}
	for _, tc := range []struct {
		name   string
		before func(*drill)
		actor  exercise.Actor
		do     exercise.Action
		want   string
	}{
		{"player starts", none, ast, exercise.Pause{}, exercise.NotAllowed},
		{"player for another unit", min2, ast, answer("T1", "borealis", "one"), exercise.NotAllowed},
		{"player for the own cell", min2, ast, exercise.Acknowledge{Inject: "I01", Unit: "asteria/hospital"}, exercise.NotAllowed},
		{"player for a unit that does not exist", min2, ast, answer("T1", "nowhere", "one"), exercise.NotAllowed},
		{"observer acts", min2, exercise.Actor{ID: "o", Unit: "asteria"}, answer("T1", "asteria", "one"), exercise.NotAllowed},
		{"evaluator controls", none, evaluator("e"), exercise.End{}, exercise.NotAllowed},
		{"evaluator settles", min2, evaluator("e"), exercise.Settle{Task: "T1", Unit: "asteria"}, exercise.NotAllowed},
		{"player marks", min2, ast, exercise.Mark{Task: "T1", Unit: "asteria", Points: ptr(1.0)}, exercise.NotAllowed},
		{"player notes for EXCON", none, ast, exercise.AddNote{Text: "x"}, exercise.NotAllowed},
		{"player as EXCON", none, ast, with(func(s *exercise.Send) { s.From = "excon" }), exercise.NotAllowed},
		{"player as persona", none, ast, with(func(s *exercise.Send) { s.From = "persona:desk" }), exercise.NotAllowed},
		{"player as another", none, ast, with(func(s *exercise.Send) { s.From = "borealis" }), exercise.NotAllowed},
		{"director recovers", none, excon, exercise.Recover{}, exercise.NotAllowed},
		{"unknown unit", none, excon, exercise.SetStatus{Unit: "nowhere", Status: exercise.Late}, exercise.UnknownUnit},
		{"unknown unit to release to", none, excon, exercise.Release{Inject: "I01", Units: []string{"nowhere"}}, exercise.UnknownUnit},
		{"unknown unit to mark", none, excon, exercise.Mark{Task: "T1", Unit: "nowhere"}, exercise.UnknownUnit},
		{"unknown inject", none, excon, exercise.Release{Inject: "I99"}, exercise.UnknownInject},
		{"unknown task", none, excon, exercise.AmendTask{Task: "T99", Points: ptr(1.0)}, exercise.UnknownTask},
		{"unknown persona", none, excon, with(func(s *exercise.Send) { s.From = "persona:nobody" }), exercise.UnknownPersona},
		{"unknown end", none, ast, with(func(s *exercise.Send) { s.Ends = []string{"unit:nowhere"} }), exercise.UnknownEnd},
		{"no end", none, ast, with(func(s *exercise.Send) { s.Ends = nil }), exercise.UnknownEnd},
		{"unknown phase", none, excon, exercise.AddInject{From: "desk", Texts: text, Phase: "x"}, exercise.UnknownPhase},
		{"start twice", none, excon, exercise.Start{}, exercise.WrongClock},
		{"resume what runs", none, excon, exercise.Resume{}, exercise.WrongClock},
		{"ready after STARTEX", none, ast, exercise.SetReady{Unit: "asteria"}, exercise.WrongClock},
		{"not a number as speed", none, excon, exercise.SetSpeed{Speed: math.NaN()}, exercise.WrongSpeed},
		{"too fast", none, excon, exercise.SetSpeed{Speed: 10_001}, exercise.WrongSpeed},
		{"backwards", none, excon, exercise.SetSpeed{Speed: -1}, exercise.WrongSpeed},
		{"jump back", min2, excon, exercise.Jump{To: minutes(1), Mode: exercise.JumpSkip}, exercise.JumpBack},
		{"paper while it runs", min2, excon, exercise.Enter{At: minutes(3), By: "x", Do: exercise.AddNote{Text: "x"}}, exercise.WrongClock},
		{"paper by a player", stop, ast, exercise.Enter{At: minutes(3), By: "x", Do: exercise.AddNote{Text: "x"}}, exercise.NotAllowed},
		{"paper of nobody", stop, excon, exercise.Enter{At: minutes(3), Do: exercise.AddNote{Text: "x"}}, exercise.EmptyText},
		{"paper before the log's last", stop, excon, exercise.Enter{At: minutes(1), By: "x", Do: exercise.AddNote{Text: "x"}}, exercise.PaperTime},
		{"paper after ENDEX", stop, excon, exercise.Enter{At: minutes(61), By: "x", Do: exercise.AddNote{Text: "x"}}, exercise.PaperTime},
		{"a mark from paper", stop, excon, exercise.Enter{At: minutes(3), By: "x", Do: exercise.Mark{Task: "T1", Unit: "asteria"}}, exercise.NotOnPaper},
		{"from paper what is refused", stop, excon, exercise.Enter{At: minutes(3), By: "x", Do: exercise.AddNote{}}, exercise.EmptyText},
		{"a player for a unit", min2, ast, forAsteria(exercise.Acknowledge{Inject: "I01", Unit: "asteria"}), exercise.NotAllowed},
		{"an evaluator for a unit", min2, evaluator("eve"), forAsteria(exercise.Acknowledge{Inject: "I01", Unit: "asteria"}), exercise.NotAllowed},
		{"for a unit that is none", min2, excon, exercise.ActFor{Unit: "nowhere", How: exercise.InPerson, By: "x", Do: exercise.SetReady{Unit: "nowhere"}}, exercise.UnknownUnit},
		{"for another unit", min2, excon, forAsteria(exercise.Acknowledge{Inject: "I01", Unit: "borealis"}), exercise.NotForUnit},
		{"a mark for a unit", min2, excon, forAsteria(exercise.Mark{Task: "T1", Unit: "asteria"}), exercise.NotForUnit},
		{"for a unit by nobody", min2, excon, exercise.ActFor{Unit: "asteria", How: exercise.ByMail, Do: exercise.SetReady{Unit: "asteria"}}, exercise.EmptyText},
		{"for a unit somehow", min2, excon, exercise.ActFor{Unit: "asteria", How: "pigeon", By: "x", Do: exercise.Acknowledge{Inject: "I01", Unit: "asteria"}}, exercise.NotForUnit},
		{"for a unit what is refused", min2, excon, forAsteria(exercise.Acknowledge{Inject: "I99", Unit: "asteria"}), exercise.NotReleased},
		{"counted by a player", min2, ast, evidence(words("asteria"), true), exercise.NotAllowed},
		{"counted by an evaluator", min2, evaluator("eve"), evidence(words("asteria"), true), exercise.NotAllowed},
		{"counted without a reason", min2, excon, exercise.CorrectEvidence{Of: words("asteria"), Flow: "F1", Unit: "asteria", Makes: true}, exercise.EmptyText},
		{"counted for a unit that is none", min2, excon, exercise.CorrectEvidence{Of: words("asteria"), Flow: "F1", Unit: "nowhere", Makes: true, Reason: "x"}, exercise.UnknownUnit},
		{"counted as a flow that is none", min2, excon, exercise.CorrectEvidence{Of: words("asteria"), Flow: "F99", Unit: "asteria", Makes: true, Reason: "x"}, exercise.UnknownFlow},
		{"counted as a flow of another", min2, excon, exercise.CorrectEvidence{Of: words("asteria"), Flow: "F3", Unit: "asteria", Makes: true, Reason: "x"}, exercise.UnknownFlow},
		{"nothing is counted", min2, excon, evidence(nil, true), exercise.UnknownFlow},
		{"counted what another said", min2, excon, evidence(words("borealis"), true), exercise.NotSaidBy},
		{"taken back what does not count", min2, excon, evidence(words("asteria"), false), exercise.NotRecognised},
		{"counted what is there already", func(d *drill) {
			min2(d)
			d.must(excon, evidence(words("asteria"), true))
		}, excon, evidence(&exercise.Event{Seq: 2, Body: &exercise.Message{From: "asteria"}}, true), exercise.FlowIsThere},
		{"jump nowhere", min2, excon, exercise.Jump{To: minutes(2), Mode: exercise.JumpSkip}, exercise.JumpBack},
		{"jump past the end", min2, excon, exercise.Jump{To: minutes(61), Mode: exercise.JumpSkip}, exercise.JumpBack},
		{"jump during a REAL stop", stop, excon, exercise.Jump{To: minutes(3), Mode: exercise.JumpSkip}, exercise.PlayStopped},
		{"pause until before", min2, excon, exercise.Pause{Until: 1}, exercise.PauseUntil},
		{"pause for a week", min2, excon, exercise.Pause{Until: 1 << 60}, exercise.PauseUntil},
		{"ENDEX that has passed", min2, excon, exercise.MoveEnd{To: minutes(1)}, exercise.EndTime},
		{"ENDEX where it is", min2, excon, exercise.MoveEnd{To: minutes(60)}, exercise.EndTime},
		{"ENDEX by a player", min2, ast, exercise.MoveEnd{To: minutes(50)}, exercise.NotAllowed},
		{"jump mode", none, excon, exercise.Jump{To: minutes(1)}, exercise.JumpMode},
		{"released already", min2, excon, exercise.Release{Inject: "I01", Units: []string{"asteria"}}, exercise.AlreadyReleased},
		{"amend what is out", min2, excon, exercise.AmendInject{Inject: "I01", Texts: text}, exercise.AlreadyReleased},
		{"acknowledge too early", none, ast, exercise.Acknowledge{Inject: "I01", Unit: "asteria"}, exercise.NotReleased},
		{"acknowledge what does not exist", min2, ast, exercise.Acknowledge{Inject: "I99", Unit: "asteria"}, exercise.NotReleased},
		{"retract twice", func(d *drill) { d.must(excon, exercise.Retract{Inject: "I01"}) }, excon, exercise.Retract{Inject: "I01"}, exercise.NotReleased},
		{"nobody waits", min2, excon, exercise.Release{Inject: "I01"}, exercise.NotWaiting},
		{"not meant for it", none, excon, exercise.Release{Inject: "I03", Units: []string{"asteria"}}, exercise.NotWaiting},
		{"acknowledge twice", func(d *drill) { min2(d); d.must(ast, exercise.Acknowledge{Inject: "I01", Unit: "asteria"}) }, ast, exercise.Acknowledge{Inject: "I01", Unit: "asteria"}, exercise.AlreadyAcked},
		{"relay to another's cell", min2, ast, exercise.RelayTo{Inject: "I01", From: "asteria", Unit: "borealis/hospital"}, exercise.NotRelayable},
		{"relay what is not for it", func(d *drill) { d.pass(3 * time.Minute) }, ast, exercise.RelayTo{Inject: "I02", From: "asteria", Unit: "asteria/hospital"}, exercise.NotRelayable},
		{"relay what EXCON took back", func(d *drill) {
			min2(d)
			d.must(ast, relay)
			d.must(excon, exercise.Retract{Inject: "I01", Units: []string{"asteria/hospital"}})
		}, ast, relay, exercise.NotRelayable},
		{"relay twice", func(d *drill) { min2(d); d.must(ast, relay) }, ast, relay, exercise.AlreadyRelayed},
		{"relay looser", min2, ast, exercise.RelayTo{Inject: "I01", From: "asteria", Unit: "asteria/hospital", TLP: scenario.TLPGreen}, exercise.LooserLabel},
		{"answer too early", none, ast, answer("T1", "asteria", "one"), exercise.TaskNotOpen},
		{"answer what does not exist", min2, ast, answer("T99", "asteria", "one"), exercise.TaskNotOpen},
		{"answer a cell's task", min2, ast, answer("H1", "asteria", "one"), exercise.TaskNotOpen},
		{"answer what was taken back", func(d *drill) { min2(d); d.must(excon, exercise.Retract{Inject: "I01"}) }, ast, answer("T1", "asteria", "one"), exercise.TaskNotOpen},
		{"mark what was not asked", none, evaluator("e"), exercise.Mark{Task: "T1", Unit: "asteria", Points: ptr(1.0)}, exercise.TaskNotOpen},
		{"answer what is solved", func(d *drill) { min2(d); d.must(ast, answer("T1", "asteria", "one")) }, ast, answer("T1", "asteria", "one"), exercise.TaskClosed},
		{"answer once too often", func(d *drill) {
			min2(d)
			d.must(ast, answer("T1", "asteria", "x"))
			d.must(ast, answer("T1", "asteria", "y"))
		}, ast, answer("T1", "asteria", "one"), exercise.TaskClosed},
		{"empty answer", min2, ast, answer("T1", "asteria", " \n"), exercise.EmptyAnswer},
		{"no choice", func(d *drill) { d.pass(3 * time.Minute) }, ast, exercise.Submit{Task: "T4", Unit: "asteria"}, exercise.EmptyAnswer},
		{"unknown choice", func(d *drill) { d.pass(3 * time.Minute) }, ast, exercise.Submit{Task: "T4", Unit: "asteria", Items: []string{"z"}}, exercise.UnknownOption},
		{"amend to an unknown choice", none, excon, exercise.AmendTask{Task: "T4", Accept: []string{"z"}}, exercise.UnknownOption},
		{"answer a share task", min2, ast, answer("T3", "asteria", "one"), exercise.ShareByMessage},
		{"no hint left", func(d *drill) { min2(d); d.must(ast, exercise.TakeHint{Task: "T1", Unit: "asteria"}) }, ast, exercise.TakeHint{Task: "T1", Unit: "asteria"}, exercise.NoHint},
		{"hint that comes by itself", func(d *drill) {
			d.pass(3 * time.Minute)
			d.must(ast, exercise.TakeHint{Task: "T4", Unit: "asteria"})
		}, ast, exercise.TakeHint{Task: "T4", Unit: "asteria"}, exercise.HintComes},
		{"no reply that waits", min2, excon, exercise.SendReply{Message: 2}, exercise.NoReply},
		{"a reply in the name of a persona", min2, ast, exercise.SendReply{Message: 2}, exercise.NotAllowed},
		{"a persona that somebody plays", func(d *drill) {
			d.must(exercise.Actor{ID: "c1", Role: exercise.RoleControl}, exercise.ClaimPersona{Persona: "it"})
		}, excon, exercise.ClaimPersona{Persona: "it", Unit: "asteria"}, exercise.PersonaHeld},
		{"a persona twice", func(d *drill) { d.must(excon, exercise.ClaimPersona{Persona: "it"}) }, excon, exercise.ClaimPersona{Persona: "it"}, exercise.PersonaHeld},
		{"a persona that nobody plays", none, excon, exercise.ClaimPersona{Persona: "it", Release: true}, exercise.PersonaFree},
		{"a persona that is none", none, excon, exercise.ClaimPersona{Persona: "x"}, exercise.UnknownPersona},
		{"a persona as a player", none, ast, exercise.ClaimPersona{Persona: "it"}, exercise.NotAllowed},
		{"a persona towards nobody", none, excon, exercise.ClaimPersona{Persona: "it", Unit: "x"}, exercise.UnknownUnit},
		{"people where there are people", none, excon, exercise.SetStandIn{Unit: "asteria"}, exercise.AlreadyPlayed},
		{"a simulated team twice", func(d *drill) { d.must(excon, exercise.SetStandIn{Unit: "asteria", Bot: true}) }, excon, exercise.SetStandIn{Unit: "asteria", Bot: true}, exercise.AlreadyPlayed},
		{"a simulated team after play", func(d *drill) { d.must(excon, exercise.End{}) }, excon, exercise.SetStandIn{Unit: "asteria", Bot: true}, exercise.WrongClock},
		{"a simulated team that people have replaced", func(d *drill) {
			min2(d)
			d.must(excon, exercise.SetStandIn{Unit: "asteria", Bot: true})
			d.must(excon, exercise.SetStandIn{Unit: "asteria"})
		}, exercise.Bot("asteria"), answer("T1", "asteria", "one"), exercise.NotAllowed},
		{"empty message", none, ast, with(func(s *exercise.Send) { s.Text = "\t" }), exercise.EmptyText},
		{"empty note", none, excon, exercise.AddNote{}, exercise.EmptyText},
		{"empty alarm", none, ast, exercise.RaiseReal{Unit: "asteria"}, exercise.EmptyText},
		{"empty amendment", none, excon, exercise.AmendInject{Inject: "I01", Texts: scenario.Text{"en": " "}}, exercise.EmptyText},
		{"long message", none, ast, with(func(s *exercise.Send) { s.Text = long }), exercise.TooLong},
		{"long answer", min2, ast, answer("T1", "asteria", long), exercise.TooLong},
		{"many indicators", none, ast, exercise.Share{Send: send, Indicators: []string{long}}, exercise.TooLong},
		{"long relay", min2, ast, exercise.RelayTo{Inject: "I01", From: "asteria", Unit: "asteria/hospital", Text: long}, exercise.TooLong},
		{"unknown status", none, excon, exercise.SetStatus{Unit: "asteria", Status: "asleep"}, exercise.BadStatus},
		{"same status", none, excon, exercise.SetStatus{Unit: "asteria", Status: exercise.Present}, exercise.BadStatus},
		{"back from withdrawn", func(d *drill) { d.must(excon, exercise.SetStatus{Unit: "asteria", Status: exercise.Withdrawn}) }, excon, exercise.SetStatus{Unit: "asteria", Status: exercise.Present}, exercise.BadStatus},
		{"mark above the maximum", min2, evaluator("e"), exercise.Mark{Task: "T1", Unit: "asteria", Points: ptr(10.5)}, exercise.BadPoints},
		{"mark not a number", min2, evaluator("e"), exercise.Mark{Task: "T1", Unit: "asteria", Points: ptr(math.NaN())}, exercise.BadPoints},
		{"amend to endless points", none, excon, exercise.AmendTask{Task: "T1", Points: ptr(math.Inf(1))}, exercise.BadPoints},
		{"add endless points", none, excon, withTask(exercise.AddedTask{Prompt: text, Within: 1, Points: math.Inf(1)}), exercise.BadPoints},
		{"settle above the maximum", func(d *drill) {
			min2(d)
			d.must(evaluator("e"), exercise.Mark{Task: "T1", Unit: "asteria", Points: ptr(1.0)})
		}, excon, exercise.Settle{Task: "T1", Unit: "asteria", Points: 11}, exercise.BadPoints},
		{"amend nothing", none, excon, exercise.AmendInject{Inject: "I01"}, exercise.NothingToAmend},
		{"amend to an empty key", none, excon, exercise.AmendTask{Task: "T1", Accept: []string{}}, exercise.NothingToAmend},
		{"take back no mark", min2, evaluator("e"), exercise.Mark{Task: "T1", Unit: "asteria"}, exercise.NotMarked},
		{"settle no mark", min2, excon, exercise.Settle{Task: "T1", Unit: "asteria"}, exercise.NotMarked},
		{"release during a REAL stop", stop, excon, exercise.Release{Inject: "I02"}, exercise.PlayStopped},
		{"write during a REAL stop", stop, ast, send, exercise.PlayStopped},
		{"relay during a REAL stop", stop, ast, relay, exercise.PlayStopped},
		{"see nothing REAL", none, excon, exercise.SeeReal{Report: 1}, exercise.UnknownReport},
		{"a player sees for EXCON", none, ast, exercise.SeeReal{Report: 1}, exercise.NotAllowed},
		{"see twice", func(d *drill) {
			d.must(ast, exercise.RaiseReal{Unit: "asteria", Text: "x"})
			d.must(excon, exercise.SeeReal{Report: d.s.Seq()})
		}, excon, exercise.SeeReal{Report: 3}, exercise.RealSeenAlready},
		{"join twice", func(d *drill) { d.must(ast, exercise.Join{Unit: "asteria"}) }, ast, exercise.Join{Unit: "asteria"}, exercise.AlreadyJoined},
		{"join another unit", none, ast, exercise.Join{Unit: "borealis"}, exercise.NotAllowed},
		{"stop twice", stop, excon, exercise.StopReal{Text: "x"}, exercise.PlayStopped},
		{"release to a paused unit", func(d *drill) { d.must(excon, exercise.SetStatus{Unit: "asteria", Status: exercise.UnitPause}) }, excon, exercise.Release{Inject: "I01", Units: []string{"asteria"}}, exercise.UnitOut},
		{"relay to an absent cell", func(d *drill) {
			min2(d)
			d.must(excon, exercise.SetStatus{Unit: "asteria/hospital", Status: exercise.Absent})
		}, ast, relay, exercise.UnitOut},
		{"no text", none, excon, exercise.AddInject{From: "desk"}, exercise.MissingText},
		{"a text that nobody reads", none, excon, exercise.AddInject{From: "desk", Texts: scenario.Text{"xx": "y"}}, exercise.MissingText},
		{"no time", none, excon, withTask(exercise.AddedTask{Prompt: text}), exercise.BadWithin},
		{"amend to no time", none, excon, exercise.AmendTask{Task: "T1", Within: ptr(exercise.Time(0))}, exercise.BadWithin},
		{"endless time", none, excon, exercise.AmendTask{Task: "T1", Within: ptr(exercise.Never)}, exercise.BadWithin},
		{"fewer than none", none, ast, exercise.Attend{Unit: "asteria", Present: -1}, exercise.BadAttendance},
		{"more than expected", none, ast, exercise.Attend{Unit: "asteria", Present: 3, Expected: 2}, exercise.BadAttendance},
		{"more named than there", none, ast, exercise.Attend{Unit: "asteria", Present: 1, Expected: 1, People: []string{"a", "b"}}, exercise.BadAttendance},
		{"key of a report", none, excon, exercise.AmendTask{Task: "T2", Accept: []string{"x"}}, exercise.BadAmendKey},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := every(t)
			tc.before(d)
			d.settle()
			before := look(t, d.s, d.wall)
			_, err := d.do(tc.actor, tc.do)
			var r *exercise.Refusal
			if !errors.As(err, &r) || r.Code != tc.want {
				t.Fatalf("%v, want the refusal %q", err, tc.want)
			}
			if after := look(t, d.s, d.wall); !reflect.DeepEqual(before, after) {
				t.Error("the refused command changed the state")
			}
			for _, lang := range i18n.Languages() {
				said := texts.For(lang).T("refusal."+r.Code, r.ArgsIn(lang))
				if strings.Contains(said, "<no value>") || strings.HasPrefix(said, "refusal.") {
					t.Errorf("%s: %q", lang, said)
				}
			}
		})
	}
}

// codes reads the codes of refusals from the source, as Go cannot list them.
func codes(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "refusal.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			for i, name := range v.Names {
				if lit, ok := v.Values[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
					all[name.Name], _ = strconv.Unquote(lit.Value)
				}
			}
		}
		return true
	})
	return all
}

func TestEveryRefusalHasATextInEveryLanguage(t *testing.T) {
	t.Parallel()
	want := slices.Sorted(maps.Values(codes(t)))
	for _, lang := range i18n.Languages() {
		texts, err := i18n.Texts(lang, exercisetexts.Area())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for key := range texts {
			if code, ok := strings.CutPrefix(key, "refusal."); ok {
				got = append(got, code)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s has texts for\n%q, the codes are\n%q", lang, got, want)
		}
	}
}

// TestEveryRefusalIsTested holds the tables of the tests against the codes:
// what no test reaches may not be reachable at all.
func TestEveryRefusalIsTested(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{}
	for _, path := range []string{"refusal_test.go", "refusal_answer_test.go", "refusal_talk_test.go", "quota_test.go", "poll_test.go", "chat_test.go", "plan_test.go", "rename_test.go", "conduct/key_test.go", "conduct/sealed_test.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				tested[sel.Sel.Name] = true
			}
			return true
		})
	}
	for name := range codes(t) {
		if !tested[name] {
			t.Errorf("no test reaches the refusal %s", name)
		}
	}
}
