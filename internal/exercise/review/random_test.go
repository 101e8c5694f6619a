package review_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
)

// random plays with commands drawn by chance; those that are refused leave no
// trace.
func random(tb testing.TB, teams, steps int, seed uint64) *stage {
	tb.Helper()
	units, err := teamfile.Demo(teams)
	if err != nil {
		tb.Fatal(err)
	}
	s := newStage(tb, units, labelled)
	g, calls := &gambler{r: rand.New(rand.NewPCG(seed, 1)), s: s}, &gambler{r: rand.New(rand.NewPCG(seed, 2)), s: s}
	s.do("0s", exercise.Excon(), exercise.Start{Speed: 1})
	at := exercise.Time(0)
	for range steps {
		at += exercise.Time(g.r.Int64N(int64(60*29*exercise.Second)/int64(steps)) * 2)
		if at > 1800*exercise.Second {
			break
		}
		u := g.r.IntN(len(s.state.Play().Cast.Units))
		who, do := g.act(u)
		_ = s.try(at, who, do) // a refusal is fine
		if calls.r.IntN(8) == 0 {
			who, do = calls.call(u)
			_ = s.try(at, who, do)
		}
	}
	s.until(exercise.Never - 1)
	return s
}

// labelled gives the injects a label that can be broken.
func labelled(files map[string][]byte) {
	secret(files)
	needy(files)
	files["msel.yaml"] = bytes.ReplaceAll(files["msel.yaml"], []byte("  to: teams\n"), []byte("  to: teams\n  tlp: AMBER\n"))
}

type gambler struct {
	r *rand.Rand
	s *stage
}

// call notes a call, or answers one for its other side.
func (g *gambler) call(u int) (exercise.Actor, exercise.Action) {
	unit := g.s.state.Play().Cast.Units[u]
	if g.r.IntN(2) == 0 {
		return player(unit.Key), exercise.NoteCall{
			Unit: unit.Key, With: g.pick("asteria", "borealis/hospital", "hinomoto", "excon", "persona:it-manager"), Incoming: g.r.IntN(3) == 0,
			Text: g.pick("a call", fmt.Sprintf("203.0.113.%d", 10+unit.N)), TLP: scenario.TLP(g.r.IntN(5)),
		}
	}
	for v := range g.s.state.Calls() {
		who := exercise.Excon()
		if g.s.state.Play().Pack.PersonaByKey(strings.TrimPrefix(v.With, "persona:")) == nil && v.With != "excon" {
			who = player(v.With)
		}
		if v.Status == exercise.CallWaits && g.r.IntN(2) == 0 {
			return who, exercise.ConfirmCall{Call: v.Seq, Unit: v.With, Deny: g.r.IntN(4) == 0, Text: g.pick("so it was", "198.51.100.1")}
		}
	}
	return exercise.Excon(), exercise.NoteCall{}
}

func (g *gambler) pick(of ...string) string { return of[g.r.IntN(len(of))] }

func (g *gambler) act(u int) (exercise.Actor, exercise.Action) {
	unit := g.s.state.Play().Cast.Units[u]
	key, who := unit.Key, player(unit.Key)
	c2 := fmt.Sprintf("203.0.113.%d", 10+unit.N)
	switch g.r.IntN(64) {
	case 60:
		return exercise.Excon(), exercise.Retract{Inject: g.pick("I01", "I02", "I03"), Units: []string{key}}
	case 61:
		more := float64(8 + g.r.IntN(4))
		return exercise.Excon(), exercise.AmendTask{Task: g.pick("T1", "T2"), Unit: key, Points: &more}
	case 62:
		return exercise.Excon(), exercise.SetStatus{Unit: key, Status: g.pick(exercise.Absent, exercise.Present)}
	case 63:
		return exercise.Excon(), exercise.Settle{Task: "T4", Unit: key, Points: 1}
	}
	switch g.r.IntN(13) {
	case 12:
		re := g.pick("I01", "T3", "#12", "I03")
		return who, exercise.Send{From: key, Ends: []string{g.pick("liaison", "persona:it-manager", "unit:hinomoto")}, Text: g.pick("about it", c2, c2+"0", "9"+c2, "1."+c2), TLP: scenario.TLP(g.r.IntN(5)), Re: re}
	case 0, 1:
		return who, exercise.Acknowledge{Inject: g.pick("I01", "I02", "I03"), Unit: key}
	case 2:
		return who, exercise.Submit{Task: "T1", Unit: key, Items: []string{g.pick("a", "b", "c")}}
	case 3:
		return who, exercise.Submit{Task: "T2", Unit: key, Items: []string{g.pick(c2, "192.0.2.9"), "192.0.2.8"}[:1+g.r.IntN(2)]}
	case 4:
		return who, exercise.Submit{Task: "T4", Unit: key, Text: g.pick("isolate", c2+" isolate", "nothing")}
	case 5:
		return who, exercise.Submit{Task: "T5", Unit: key, Text: fmt.Sprintf("192.0.2.%d", 20+g.r.IntN(2)*unit.N)}
	case 6:
		return who, exercise.TakeHint{Task: "T2", Unit: key}
	case 7:
		return who, exercise.RelayTo{Inject: "I03", From: key, Unit: key + "/hospital", Text: "Please."}
	case 8:
		return evaluator(g.pick("e1", "e2")), exercise.Mark{Task: "T4", Unit: key, Points: points(float64(g.r.IntN(3)))}
	case 9:
		return exercise.Excon(), exercise.SetStatus{Unit: key, Status: g.pick(exercise.UnitPause, exercise.Present, exercise.Present)}
	case 10:
		send := exercise.Send{From: key, Ends: []string{g.pick("liaison", "excon", "unit:asteria")}, Text: "see", TLP: scenario.TLPGreen}
		return who, exercise.Share{Send: send, Indicators: []string{g.pick(c2, "198.51.100.1")}}
	}
	return who, exercise.Send{From: key, Ends: []string{"liaison", "unit:borealis"}, Text: g.pick("hello", c2), TLP: scenario.TLPAmber}
}
