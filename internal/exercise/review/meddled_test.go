package review_test

import (
	"math/rand/v2"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// meddled lets simulated teams play the shipped pack while EXCON does to them
// whatever it can, by chance.
func meddled(tb testing.TB, teams int, seed uint64) *stage {
	tb.Helper()
	s := botPlay(tb, teams, seed, nil)
	m := &meddler{r: rand.New(rand.NewPCG(seed, 2)), play: s.state.Play()}
	for at := exercise.Time(0); at < 1800*exercise.Second; at += exercise.Time(m.r.Int64N(int64(40 * exercise.Second))) {
		if s.playTo(at); s.state.Phase() == exercise.OnHold && m.r.IntN(2) == 0 {
			m.give(s, at, exercise.Excon(), exercise.Resume{})
		}
		who, do := m.act(at)
		m.give(s, at, who, do)
	}
	m.give(s, s.state.At(), exercise.Excon(), exercise.Resume{})
	s.playTo(exercise.Never - 1)
	for range 12 {
		who, do := m.afterwards()
		m.give(s, s.state.At(), who, do)
	}
	return s
}

type meddler struct {
	r    *rand.Rand
	play *exercise.Play
}

func (m *meddler) give(s *stage, at exercise.Time, who exercise.Actor, do exercise.Action) {
	s.n++
	s.give(&exercise.Command{Key: "meddle", Actor: who, At: at, Wall: s.wall(at), Do: do})
}

func pickOf[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func (m *meddler) unit() string { return pickOf(m.r, m.play.Cast.Units...).Key }

func (m *meddler) inject() *scenario.Inject { return pickOf(m.r, m.play.Pack.Injects...) }

func (m *meddler) task() string {
	for {
		in := m.inject()
		all := in.Tasks
		if in.Relay != nil {
			all = append(all[:len(all):len(all)], in.Relay.Tasks...)
		}
		if len(all) > 0 {
			return pickOf(m.r, all...).Key
		}
	}
}

func (m *meddler) act(at exercise.Time) (exercise.Actor, exercise.Action) {
	unit, excon := m.unit(), exercise.Excon()
	points, within := float64(m.r.IntN(12)), exercise.Time(m.r.Int64N(int64(600*exercise.Second)))+exercise.Second
	switch m.r.IntN(16) {
	case 0, 1, 2:
		return excon, exercise.SetStatus{Unit: unit, Status: pickOf(m.r, exercise.Late, exercise.UnitPause, exercise.UnitPause, exercise.Absent)}
	case 3, 4, 5:
		return excon, exercise.SetStatus{Unit: unit, Status: exercise.Present}
	case 6:
		return excon, exercise.AmendTask{Task: m.task(), Unit: pickOf(m.r, unit, ""), Within: &within}
	case 7:
		return excon, exercise.AmendTask{Task: m.task(), Unit: unit, Points: &points}
	case 8:
		return excon, exercise.Retract{Inject: m.inject().Key, Units: []string{unit}}
	case 9:
		return excon, exercise.Release{Inject: m.inject().Key, Units: []string{unit}}
	case 10:
		tasks := []exercise.AddedTask{
			{Prompt: scenario.Text{"": "Report."}, Within: within, Points: 5},
			{Prompt: scenario.Text{"": "Say W22."}, Within: within, Points: 5, Accept: []string{"W22"}},
		}
		return excon, exercise.AddInject{From: "vendor", Units: []string{pickOf(m.r, unit, "cells")}, Texts: scenario.Text{"": "# More"}, Phase: "inform", Tasks: tasks}
	case 11:
		if m.r.IntN(3) > 0 {
			return excon, exercise.Pause{}
		}
		return excon, exercise.Jump{To: at + 20*exercise.Second, Mode: pickOf(m.r, exercise.JumpSkip, exercise.JumpRelease)}
	case 12:
		if m.r.IntN(3) > 0 {
			return excon, exercise.Recover{Down: 90_000_000, Pause: m.r.IntN(2) == 0}
		}
		return pickOf(m.r, excon, player(unit)), pickOf[exercise.Action](m.r, exercise.StopReal{Text: "Fire."}, exercise.SetStatus{Unit: unit, Status: exercise.Withdrawn})
	case 13:
		return m.afterwards()
	case 14:
		return player(unit), exercise.Submit{Task: m.task(), Unit: unit, Text: "As we told: isolate.", Items: []string{"a"}}
	}
	return player(unit), exercise.Send{
		From: unit, Ends: []string{pickOf(m.r, "liaison", "unit:"+m.unit(), "persona:vendor", "excon")}, Text: "About it: W22.",
		TLP: scenario.TLP(m.r.IntN(6)), Re: pickOf(m.r, "", m.inject().Key, m.task(), "#20"),
	}
}

// afterwards is what people do during and after play.
func (m *meddler) afterwards() (exercise.Actor, exercise.Action) {
	unit, who := m.unit(), evaluator(pickOf(m.r, "e1", "e2", "e3"))
	report := pickOf(m.r, "T11", "T12", m.task())
	switch m.r.IntN(6) {
	case 0:
		return exercise.Excon(), exercise.Settle{Task: report, Unit: unit, Points: float64(m.r.IntN(10))}
	case 1:
		return who, exercise.AddNote{Unit: unit, Text: "Well done.", Own: m.r.IntN(2) == 0}
	case 2:
		return player(unit), exercise.AnswerHotWash{Unit: unit, Question: pickOf(m.r, "well", "better"), Text: "The relay."}
	case 3:
		return who, exercise.Mark{Task: report, Unit: unit}
	}
	return who, exercise.Mark{Task: report, Unit: unit, Points: points(float64(m.r.IntN(3)))}
}
