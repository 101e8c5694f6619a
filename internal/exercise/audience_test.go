package exercise_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

func TestSees(t *testing.T) {
	t.Parallel()
	ast, cell := exercise.ViewerOf("asteria"), exercise.ViewerOf("asteria/hospital")
	for _, tc := range []struct {
		name string
		who  exercise.Viewer
		to   []string
		want bool
	}{
		{"control sees control", exercise.Viewer{Control: true}, []string{"control"}, true},
		{"control sees nobody's", exercise.Viewer{Control: true}, nil, true},
		{"team, control", ast, []string{"control"}, false},
		{"team, own", ast, []string{"unit:asteria"}, true},
		{"team, own cell", ast, []string{"unit:asteria/hospital"}, true},
		{"team, cell of a cell", ast, []string{"unit:asteria/hospital/ward"}, true},
		{"team, another", ast, []string{"unit:borealis"}, false},
		{"team, longer name", ast, []string{"unit:asteria-north"}, false},
		{"team, longer name with cell", ast, []string{"unit:asteria-north/hospital"}, false},
		{"shorter name", exercise.ViewerOf("ast"), []string{"unit:asteria"}, false},
		{"shorter name, cell", exercise.ViewerOf("ast"), []string{"unit:asteria/hospital"}, false},
		{"nameless", exercise.ViewerOf(""), []string{"unit:asteria"}, false},
		{"team, one of several", ast, []string{"unit:borealis", "unit:asteria"}, true},
		{"team, room", ast, []string{"room:liaison"}, true},
		{"team, another room", ast, []string{"room:secret"}, false},
		{"team, all", ast, []string{"all"}, true},
		{"team, public", ast, []string{"public"}, true},
		{"team, person", ast, []string{"person:"}, false},
		{"cell, own", cell, []string{"unit:asteria/hospital"}, true},
		{"cell, its team", cell, []string{"unit:asteria"}, false},
		{"cell, sibling", cell, []string{"unit:asteria/ministry"}, false},
		{"cell, longer name", cell, []string{"unit:asteria/hospital2"}, false},
		{"cell, room", cell, []string{"room:liaison"}, false},
		{"cell, all", cell, []string{"all"}, true},
		{"person, own", exercise.Viewer{Person: "p1"}, []string{"person:p1"}, true},
		{"person, longer id", exercise.Viewer{Person: "p1"}, []string{"person:p12"}, false},
		{"person, all", exercise.Viewer{Person: "p1"}, []string{"all"}, true},
		{"person, control", exercise.Viewer{Person: "p1"}, []string{"control"}, false},
		{"person called control", exercise.Viewer{Person: "control"}, []string{"control"}, false},
		{"public, public", exercise.Viewer{}, []string{"public"}, true},
		{"public, all", exercise.Viewer{}, []string{"all"}, false},
		{"public, person", exercise.Viewer{}, []string{"person:"}, false},
		{"public, unit", exercise.Viewer{}, []string{"unit:"}, false},
		{"public, nobody", exercise.Viewer{}, nil, false},
		{"word without prefix", ast, []string{"asteria"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := tc.who.Sees(tc.to); got != tc.want {
				t.Errorf("sees %v: %v, want %v", tc.to, got, tc.want)
			}
		})
	}
}

// isFor says who is meant by an event, from its body alone and without the
// audience that it carries. unit is a team or a cell.
func isFor(s *exercise.State, e *exercise.Event, unit string) bool {
	mine := func(keys ...string) bool {
		return slices.ContainsFunc(keys, func(k string) bool {
			k = strings.TrimPrefix(k, "unit:")
			return k == unit || strings.HasPrefix(k, unit+"/")
		})
	}
	inRoom := !strings.Contains(unit, "/")
	switch b := e.Body.(type) {
	case *exercise.Renamed, *exercise.Started, *exercise.Paused, *exercise.Resumed, *exercise.SpeedSet,
		*exercise.Jumped, *exercise.Recovered, *exercise.EndMoved, *exercise.Ended, *exercise.Stopped:
		return true
	case *exercise.UnitReady:
		return mine(b.Unit)
	case *exercise.ActedFor:
		return mine(b.For)
	case *exercise.Attendance:
		return mine(b.Unit)
	case *exercise.UnitStatus:
		return mine(b.Unit)
	case *exercise.InjectReleased:
		return mine(b.Unit)
	case *exercise.InjectAcknowledged:
		return mine(b.Unit)
	case *exercise.InjectRelayed:
		return mine(b.Unit, b.From)
	case *exercise.InjectRetracted:
		return mine(b.Unit)
	case *exercise.Submitted:
		return mine(b.Unit)
	case *exercise.Scored:
		t, _ := s.TaskIndex(b.Task)
		u, _ := s.Play().Cast.Index(b.Unit)
		v, _ := s.Task(t, u)
		return mine(b.Unit) && v.Feedback
	case *exercise.Overdue:
		return mine(b.Unit)
	case *exercise.HintTaken:
		return mine(b.Unit)
	case *exercise.HintGiven:
		return mine(b.Unit)
	case *exercise.Message:
		return mine(b.From) || mine(b.Ends...) || inRoom && slices.Contains(b.Ends, "liaison")
	case *exercise.Shared:
		return mine(b.From) || mine(b.Ends...) || inRoom && slices.Contains(b.Ends, "liaison")
	case *exercise.CallNoted:
		return mine(b.Unit, b.With)
	case *exercise.CallConfirmed:
		for v := range s.Calls() {
			if v.Seq == b.Call {
				return mine(v.Unit, v.With)
			}
		}
	case *exercise.Note:
		return b.Own && mine(b.Unit)
	case *exercise.RealRaised:
		return mine(b.Unit)
	case *exercise.RealSeen:
		return mine(b.Unit)
	case *exercise.HotWash:
		return mine(b.Unit)
	case *exercise.PollConfirmed:
		return mine(b.Unit)
	case *exercise.ChatPost:
		return mine(b.Room) || b.Room == "help" || inRoom && b.Room == "liaison"
	case *exercise.ChatEdit:
		return mine(b.Room) || b.Room == "help" || inRoom && b.Room == "liaison"
	case *exercise.ChatReaction:
		return mine(b.Room) || b.Room == "help" || inRoom && b.Room == "liaison"
	case *exercise.ChatMember:
		return mine(b.Room) || b.Room == "help" || inRoom && b.Room == "liaison"
	case *exercise.PollTaken:
		return mine(b.Unit)
	case *exercise.PollRevealed:
		v, _ := s.PollByKey(b.Poll)
		return v.Kind != exercise.PollText || v.Attributed
	case *exercise.PollAnnounced, *exercise.PollOpened, *exercise.PollClosed, *exercise.PollReopened, *exercise.PollWithheld,
		*exercise.PollVoided, *exercise.PollDiscussed, *exercise.PollQuoted, *exercise.PollEnded,
		*exercise.FloorAsked, *exercise.FloorGiven, *exercise.FloorEnded, *exercise.CommitmentMade, *exercise.CommitmentsRecalled:
		return true
	}
	return false // created, stand-ins, amendments, holds, armed, skipped, branches, marks, flows: EXCON's
}

// TestWholeExerciseAudience: in an exercise with everything in it, each unit
// sees what is meant for it and for those below it, and nothing else.
func TestWholeExerciseAudience(t *testing.T) {
	t.Parallel()
	play := shippedPlay(t, 4)
	c := playedThrough(t, play, 5)
	kinds := map[exercise.Type]bool{}
	for i := range c.log {
		e := &c.log[i]
		kinds[e.Body.Type()] = true
		for _, u := range play.Cast.Units {
			if got, want := exercise.ViewerOf(u.Key).Sees(e.To), isFor(c.s, e, u.Key); got != want {
				t.Errorf("%s sees event %d %s to %v: %v, want %v: %+v", u.Key, e.Seq, e.Body.Type(), e.To, got, want, e.Body)
			}
		}
		if (exercise.Viewer{}).Sees(e.To) {
			t.Errorf("the public sees event %d %s", e.Seq, e.Body.Type())
		}
	}
	for kind := range exercise.NewBodies() {
		// The shipped pack has neither conditions nor decisions, nor hints that come by
		// themselves, nor replies; and nothing of it was on paper.
		if !kinds[kind] && kind != "inject.armed" && kind != "branch.taken" && kind != "hint.given" &&
			kind != "reply.ready" && kind != "paper.entered" && kind != "persona.claimed" && !ofTabletop(kind) {
			t.Errorf("the exercise has no %s, so it says nothing about its readers", kind)
		}
	}
}

// TestForeignNamesAreNotTold: what a team sees names no other team, unless it
// was addressed to this team or to everybody.
func TestForeignNamesAreNotTold(t *testing.T) {
	t.Parallel()
	play := shippedPlay(t, 4)
	c := playedThrough(t, play, 6)
	for i := range c.log {
		e := &c.log[i]
		raw, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		for _, reader := range play.Cast.Units {
			if !exercise.ViewerOf(reader.Key).Sees(e.To) {
				continue
			}
			own := slices.ContainsFunc(e.To, func(w string) bool {
				return w == "room:liaison" || strings.HasPrefix(w, "unit:"+reader.Key)
			})
			for _, other := range play.Cast.Units {
				if other.IsTeam() && other.N != reader.N && strings.Contains(string(raw), `"`+other.Key) && !own {
					t.Errorf("%s reads of %s in event %d: %s", reader.Key, other.Key, e.Seq, raw)
				}
			}
		}
	}
}

// TestRetractionTellsNobodyWhoElseHasIt.
func TestRetractionTellsNobodyWhoElseHasIt(t *testing.T) {
	t.Parallel()
	d := started(t, everyMSEL, 3)
	d.pass(30 * time.Second)
	d.must(exercise.Excon(), exercise.Release{Inject: "I01", Units: []string{"asteria", "borealis"}})
	for _, e := range d.must(exercise.Excon(), exercise.Retract{Inject: "I01"}) {
		b, ok := e.Body.(*exercise.InjectRetracted)
		if !ok {
			t.Fatalf("%T", e.Body)
		}
		for _, u := range d.play.Cast.Units {
			got := exercise.ViewerOf(u.Key).Sees(e.To)
			if want := b.Unit == u.Key && u.Key != "coralia"; got != want {
				t.Errorf("%s sees the retraction from %v: %v, want %v", u.Key, b.Unit, got, want)
			}
		}
	}
	for _, unit := range []string{"asteria", "borealis", "coralia"} {
		d.is("I01", unit, exercise.InjectWithdrawn)
	}
}

// TestMessageEnds: who reads a message is who it is addressed to.
func TestMessageEnds(t *testing.T) {
	t.Parallel()
	d := every(t)
	units := []string{"asteria", "asteria/hospital", "borealis", "borealis/hospital"}
	for _, tc := range []struct {
		from string
		ends []string
		want []string
	}{
		{"asteria", []string{"excon"}, []string{"asteria"}},
		{"asteria", []string{"persona:desk"}, []string{"asteria"}},
		{"asteria", []string{"liaison"}, []string{"asteria", "borealis"}},
		{"asteria/hospital", []string{"unit:asteria"}, []string{"asteria", "asteria/hospital"}},
		{"asteria", []string{"unit:borealis", "unit:asteria/hospital"}, []string{"asteria", "asteria/hospital", "borealis"}},
		{"excon", []string{"unit:borealis", "unit:asteria/hospital"}, []string{"asteria", "asteria/hospital", "borealis"}},
		{"persona:desk", []string{"excon"}, nil},
	} {
		actor := player(tc.from)
		if tc.from == "excon" || strings.HasPrefix(tc.from, "persona:") {
			actor = exercise.Excon()
		}
		e := d.must(actor, exercise.Send{From: tc.from, Ends: tc.ends, Text: "x", TLP: scenario.TLPGreen})[0]
		var got []string
		for _, u := range units {
			if exercise.ViewerOf(u).Sees(e.To) {
				got = append(got, u)
			}
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("from %s to %v is read by %v, want %v", tc.from, tc.ends, got, tc.want)
		}
	}
}
