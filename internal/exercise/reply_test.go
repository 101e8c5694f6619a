package exercise_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

const replyMSEL = `
injects:
- key: I01
  title: {en: A, ja: A}
  phase: recognise
  from: it
  to: teams
  at: 2m
  tlp: RED
  replies:
  - {key: early, ask: [when], text: {en: E, ja: E}, auto: true}
- key: I02
  title: {en: B, ja: B}
  phase: recognise
  from: it
  to: teams
  at: 4m
  replies:
  - {key: newer, ask: [when, log], text: {en: N, ja: N}, once: true, auto: true, delay: 0s}
`

func (d *drill) ask(unit, text string) uint64 {
	d.t.Helper()
	return d.must(player(unit), exercise.Send{From: unit, Ends: []string{"persona:it"}, Text: text, TLP: scenario.TLPAmber})[0].Seq
}

// said lists what the personas wrote: time, unit, reply and question.
func (d *drill) said() []string {
	var all []string
	for i := range d.log {
		if b, ok := d.log[i].Body.(*exercise.Message); ok && strings.HasPrefix(b.From, "persona:") {
			all = append(all, fmt.Sprintf("%s %s %s %s %s", d.log[i].At, strings.TrimPrefix(b.Ends[0], "unit:"), b.Reply, b.Re, d.log[i].Actor))
		}
	}
	return all
}

// lie lists the replies that wait.
func (d *drill) lie() []string {
	var all []string
	for v := range d.s.Replies() {
		all = append(all, fmt.Sprintf("%s %s %d %s", v.Unit, v.Key, v.Message, v.Due))
	}
	return all
}

func (d *drill) says(want ...string) {
	d.t.Helper()
	if got := d.said(); !slices.Equal(got, want) {
		d.t.Fatalf("said\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func (d *drill) lies(want ...string) {
	d.t.Helper()
	if got := d.lie(); !slices.Equal(got, want) {
		d.t.Fatalf("ready lie\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestFirstFittingReply: those of released injects go before those of the
// persona, the last of the MSEL first; in whichever language and spelling.
func TestFirstFittingReply(t *testing.T) {
	t.Parallel()
	d := started(t, replyMSEL, 2)
	choose := func(unit, text string) string {
		t.Helper()
		before := len(d.log)
		d.ask(unit, text)
		reply := ""
		for i := range d.log[before:] {
			if b, ok := d.log[before+i].Body.(*exercise.ReplyReady); ok {
				reply += b.Reply + " " + b.TLP.String() + " "
			}
		}
		return strings.TrimSpace(reply)
	}
	for _, tc := range []struct {
		after time.Duration
		unit  string
		text  string
		want  string
	}{
		{time.Minute, "asteria", "WHEN did it begin?", "when AMBER"},
		{0, "asteria", "When, again?", "other AMBER"},
		{0, "asteria", "anything else", ""}, // once, and that was it
		{0, "borealis", "いつからですか", "when AMBER"},
		{0, "borealis", "See 203[.]0[.]113[.]12 please", "addr AMBER"},
		{0, "asteria", "See 203.0.113.12 please", ""}, // another team's
		{0, "asteria/hospital", "Which  Server was it?", "addr AMBER"},
		{90 * time.Second, "asteria", "when", "early RED"},
		{0, "asteria/hospital", "when", "when AMBER"}, // the inject went to teams
		{2 * time.Minute, "asteria", "when", "newer AMBER"},
		{0, "asteria", "when", "early RED"},
		{0, "borealis", "the log", "newer AMBER"},
	} {
		d.pass(tc.after)
		if got := choose(tc.unit, tc.text); got != tc.want {
			t.Errorf("%s at %s: %q gets %q, want %q", tc.unit, d.s.At(), tc.text, got, tc.want)
		}
	}
}

// TestRepliesByThemselves come after their delay, unless somebody steps in.
func TestRepliesByThemselves(t *testing.T) {
	t.Parallel()
	c1 := exercise.Actor{ID: "c1", Role: exercise.RoleControl}
	play := func(t *testing.T) (*drill, string) {
		t.Helper()
		d := started(t, replyMSEL, 2)
		d.pass(time.Minute)
		return d, fmt.Sprintf("#%d", d.ask("asteria", "when"))
	}
	t.Run("in time", func(t *testing.T) {
		t.Parallel()
		d, q := play(t)
		host := d.ask("asteria", "which host")
		d.pass(59 * time.Second)
		d.says(fmt.Sprintf("00:01:30 asteria addr #%d clock", host))
		d.pass(time.Hour)
		if got := d.said(); len(got) != 2 || got[1] != "00:02:00 asteria when "+q+" clock" {
			t.Errorf("said %v", got)
		}
		d.lies()
	})
	t.Run("the key names the question", func(t *testing.T) {
		t.Parallel()
		d, q := play(t)
		d.pass(time.Hour)
		for i := range d.log {
			if b, ok := d.log[i].Body.(*exercise.Message); ok && b.Reply != "" && d.log[i].Cmd != "due/"+q+".it/asteria/1" {
				t.Errorf("the key is %s", d.log[i].Cmd)
			}
		}
	})
	t.Run("somebody answers", func(t *testing.T) {
		t.Parallel()
		d, q := play(t)
		d.must(c1, exercise.Send{From: "persona:it", Ends: []string{"unit:asteria"}, Text: "Not now"})
		d.pass(10 * time.Minute)
		d.says("00:01:00 asteria   c1")
		d.ask("asteria", "いつ") // once, but it was not used: the inject has one too
		d.pass(time.Hour)
		if got := d.said(); len(got) != 2 {
			t.Errorf("to %s was said %v", q, got)
		}
	})
	t.Run("somebody answers another", func(t *testing.T) {
		t.Parallel()
		d, q := play(t)
		other := d.ask("asteria", "later")
		d.must(c1, exercise.Send{From: "persona:it", Ends: []string{"unit:asteria"}, Text: "Yes", Re: fmt.Sprintf("#%d", other)})
		d.must(c1, exercise.Send{From: "persona:desk", Ends: []string{"unit:asteria"}, Text: "x"})
		d.must(c1, exercise.Send{From: "persona:it", Ends: []string{"unit:borealis"}, Text: "x"})
		d.pass(time.Hour)
		if got := d.said(); len(got) != 4 || got[3] != "00:02:00 asteria when "+q+" clock" {
			t.Errorf("said %v", got)
		}
	})
	t.Run("somebody claims the persona", func(t *testing.T) {
		t.Parallel()
		d, q := play(t)
		d.must(c1, exercise.ClaimPersona{Persona: "it", Unit: "asteria"})
		if got := d.s.HeldBy("it", 0) + d.s.HeldBy("it", 1) + d.s.HeldBy("x", 0); got != "c1" {
			t.Errorf("held by %s", got)
		}
		other := d.ask("borealis", "when")
		d.pass(time.Minute)
		d.says(fmt.Sprintf("00:02:00 borealis when #%d clock", other))
		d.lies("asteria when " + q[1:] + " never")
		d.must(c1, exercise.ClaimPersona{Persona: "it", Unit: "asteria", Release: true})
		d.pass(time.Minute)
		d.lies("asteria when " + q[1:] + " never") // a controller had it
		d.ask("asteria", "which host")
		d.pass(time.Minute)
		if got := d.said(); len(got) != 2 {
			t.Errorf("said %v", got)
		}
	})
	t.Run("a pause, a stop, a unit that stands still", func(t *testing.T) {
		t.Parallel()
		d, q := play(t)
		d.must(c1, exercise.StopReal{Text: "fire"})
		d.pass(time.Hour)
		d.must(c1, exercise.Resume{})
		d.pass(30 * time.Second)
		d.must(c1, exercise.SetStatus{Unit: "asteria", Status: exercise.UnitPause})
		d.pass(5 * time.Minute)
		d.must(c1, exercise.SetStatus{Unit: "asteria", Status: exercise.Present})
		d.pass(time.Hour)
		d.says("00:07:00 asteria when " + q + " clock")
	})
	t.Run("a unit that leaves", func(t *testing.T) {
		t.Parallel()
		d, q := play(t)
		d.must(c1, exercise.SetStatus{Unit: "asteria", Status: exercise.Absent})
		d.pass(time.Hour)
		d.says()
		d.lies("asteria when " + q[1:] + " never")
	})
	t.Run("a jump", func(t *testing.T) {
		t.Parallel()
		d, q := play(t)
		d.must(c1, exercise.Jump{To: minutes(20), Mode: exercise.JumpSkip})
		d.pass(0)
		d.says("00:20:00 asteria when " + q + " clock")
	})
}

// TestAnswerAsPrepared: a controller sends what lies ready, changed or not.
func TestAnswerAsPrepared(t *testing.T) {
	t.Parallel()
	d := started(t, replyMSEL, 2)
	d.pass(time.Minute)
	first, second := d.ask("asteria", "later"), d.ask("asteria", "later")
	d.lies(fmt.Sprintf("asteria later %d never", first), fmt.Sprintf("asteria later %d never", second))
	e := d.must(exercise.Excon(), exercise.SendReply{Message: second, Persona: "it", Text: "Tomorrow"})[0]
	b, ok := e.Body.(*exercise.Message)
	if !ok || b.Text != "Tomorrow" || b.Reply != "later" || b.TLP != scenario.TLPAmber || !slices.Equal(e.To, []string{"unit:asteria"}) {
		t.Errorf("sent %+v to %v", b, e.To)
	}
	d.lies(fmt.Sprintf("asteria later %d never", first))
	if got := d.code(exercise.Excon(), exercise.SendReply{Message: second}); got != exercise.NoReply {
		t.Errorf("a second time is refused as %q", got)
	}
	if got := d.code(exercise.Excon(), exercise.SendReply{Message: first, Persona: "desk"}); got != exercise.NoReply {
		t.Errorf("of another persona is refused as %q", got)
	}
	d.must(exercise.Excon(), exercise.SendReply{Message: first})
	d.lies()
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
}

// TestUnknownReplyInALog is an error, not a guess.
func TestUnknownReplyInALog(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]exercise.Body{
		"reply":           &exercise.ReplyReady{Unit: "asteria", Reply: "x"},
		"unit":            &exercise.ReplyReady{Unit: "x", Reply: "when"},
		"persona":         &exercise.PersonaClaimed{Persona: "x"},
		"claimed towards": &exercise.PersonaClaimed{Persona: "it", Unit: "x"},
		"task of a hint":  &exercise.HintGiven{Task: "x", Unit: "asteria"},
	} {
		d := started(t, replyMSEL, 2)
		if err := d.s.Apply(&exercise.Event{Seq: d.s.Seq() + 1, At: d.s.At(), Body: b}); err == nil {
			t.Errorf("%s: folded", name)
		}
	}
}
