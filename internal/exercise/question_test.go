package exercise_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/testkit/exercisetest"
)

// open lists the questions that wait: unit, persona, question, reply, when it
// goes by itself.
func (d *drill) open() []string {
	var all []string
	for q := range d.s.Questions() {
		all = append(all, fmt.Sprintf("%s %s %d %s %s", q.Unit, q.Persona, q.Message, q.Reply, q.AutoDue))
	}
	return all
}

func (d *drill) opens(want ...string) {
	d.t.Helper()
	if got := d.open(); !slices.Equal(got, want) {
		d.t.Fatalf("open are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestQuestions wait until the persona answers or EXCON sets them aside, with a
// prepared reply or without.
func TestQuestions(t *testing.T) {
	t.Parallel()
	excon := exercise.Excon()
	back := func(re string) exercise.Send {
		return exercise.Send{From: "persona:desk", Ends: []string{"unit:asteria"}, Text: "yes", Re: re}
	}
	write := func(d *drill, unit string, ends ...string) uint64 {
		return d.must(player(unit), exercise.Send{From: unit, Ends: ends, Text: "x", TLP: scenario.TLPGreen})[0].Seq
	}
	t.Run("without a prepared reply", func(t *testing.T) {
		t.Parallel()
		d := started(t, replyMSEL, 2)
		a, b := write(d, "asteria", "persona:desk"), write(d, "borealis", "persona:desk", "persona:desk", "excon")
		c := write(d, "asteria", "persona:desk")
		d.opens(fmt.Sprintf("asteria desk %d  never", a), fmt.Sprintf("borealis desk %d  never", b), fmt.Sprintf("asteria desk %d  never", c))
		d.lies()
		if got := d.code(excon, exercise.SendReply{Message: a}); got != exercise.NoReply {
			t.Errorf("nothing is prepared, and sent: %q", got)
		}
		d.must(excon, back(fmt.Sprintf("#%d", c)))
		d.opens(fmt.Sprintf("asteria desk %d  never", a), fmt.Sprintf("borealis desk %d  never", b))
		d.must(excon, exercise.Send{From: "persona:it", Ends: []string{"unit:asteria"}, Text: "another"})
		d.must(excon, exercise.Send{From: "excon", Ends: []string{"unit:asteria"}, Text: "not the persona"})
		d.must(excon, back("I01"))
		d.opens(fmt.Sprintf("borealis desk %d  never", b))
		sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
	})
	t.Run("with one", func(t *testing.T) {
		t.Parallel()
		d := started(t, replyMSEL, 2)
		d.pass(time.Minute)
		q := d.ask("asteria", "when")
		d.opens(fmt.Sprintf("asteria it %d when 00:02:00", q))
		d.must(exercise.Actor{ID: "c1", Role: exercise.RoleControl}, exercise.ClaimPersona{Persona: "it"})
		v := slices.Collect(d.s.Questions())[0]
		if v.HeldBy != "c1" || v.At != minutes(1) || v.ReplyTLP != scenario.TLPAmber || v.AutoDue != exercise.Never {
			t.Errorf("%+v", v)
		}
		d.must(excon, exercise.SendReply{Message: q})
		d.opens()
	})
	t.Run("a share to two", func(t *testing.T) {
		t.Parallel()
		d := started(t, replyMSEL, 2)
		q := d.must(player("asteria"), exercise.Share{Send: exercise.Send{From: "asteria", Ends: []string{"persona:desk", "persona:it"}, Text: "later"}})[0].Seq
		d.opens(fmt.Sprintf("asteria desk %d  never", q), fmt.Sprintf("asteria it %d later never", q))
		d.must(excon, back(""))
		d.opens(fmt.Sprintf("asteria it %d later never", q))
	})
	t.Run("set aside", func(t *testing.T) {
		t.Parallel()
		d := started(t, replyMSEL, 2)
		q := d.ask("asteria", "when")
		e := d.must(excon, exercise.DismissQuestion{Message: q, Persona: "it", Reason: "thanks only"})[0]
		if b, ok := e.Body.(*exercise.QuestionDismissed); !ok || b.Unit != "asteria" || b.Persona != "it" {
			t.Errorf("%+v", e.Body)
		}
		d.opens()
		if got := d.code(excon, exercise.DismissQuestion{Message: q}); got != exercise.NoQuestion {
			t.Errorf("a second time is refused as %q", got)
		}
		d.pass(5 * time.Minute)
		d.says() // the prepared reply does not go out
		d.pass(0)
		if d.ask("borealis", "x"); len(d.open()) != 1 {
			t.Errorf("open are %v", d.open())
		}
		again := d.ask("asteria", "when") // once, but it was not used
		if v := slices.Collect(d.s.Questions()); v[len(v)-1].Message != again || v[len(v)-1].Reply == "" {
			t.Errorf("%+v", v)
		}
	})
	t.Run("before STARTEX and after ENDEX", func(t *testing.T) {
		t.Parallel()
		d := newDrill(t, testPlay(t, replyMSEL, exercisetest.Teams(t, 2)))
		write(d, "asteria", "persona:desk")
		d.opens()
		d.must(excon, exercise.Start{Speed: 1})
		q := write(d, "asteria", "persona:desk")
		d.must(excon, exercise.End{})
		write(d, "asteria", "persona:desk")
		d.opens(fmt.Sprintf("asteria desk %d  never", q))
		d.must(excon, exercise.DismissQuestion{Message: q})
		d.opens()
	})
}

// TestHandOver is only told.
func TestHandOver(t *testing.T) {
	t.Parallel()
	d := started(t, replyMSEL, 2)
	e := d.must(exercise.Excon(), exercise.HandOver{To: "person-2"})[0]
	if b, ok := e.Body.(*exercise.HandedOver); !ok || b.To != "person-2" || !slices.Equal(e.To, []string{"control"}) {
		t.Errorf("%+v to %v", e.Body, e.To)
	}
	for _, u := range d.play.Cast.Units {
		if exercise.ViewerOf(u.Key).Sees(e.To) {
			t.Errorf("%s is told", u.Key)
		}
	}
}
