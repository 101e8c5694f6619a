package exercise_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"renkei/internal/exercise"
)

const chatMSEL = `
injects:
- key: I01
  title: {en: A, ja: A}
  phase: recognise
  from: desk
  to: all
  at: 1m
  tasks:
  - {key: T1, type: answer, prompt: {en: P, ja: P}, due: 5m, accept: ["42"], attempts: 3}
  - {key: T2, type: report, prompt: {en: P, ja: P}, due: 5m}
`

// on has who follows say it on a chat.
func (d *drill) on(room string, actor exercise.Actor, do exercise.Action) ([]exercise.Event, error) {
	d.t.Helper()
	events, err := d.s.Decide(&exercise.Command{Key: fmt.Sprint("chat/", d.s.Seq()), Actor: actor, At: d.s.Now(d.wall), Wall: d.wall, On: room, Do: do}, nil)
	d.apply(events)
	return events, err
}

// TestHear: what was said on a chat comes into the log for those who were there,
// only by the program itself, and changes nothing by itself.
func TestHear(t *testing.T) {
	t.Parallel()
	d := started(t, chatMSEL, 2)
	d.pass(2 * 60e9)
	before := look(t, d.s, d.wall)
	self := exercise.Actor{ID: exercise.Account("u1"), Role: exercise.RoleClock}
	for room, want := range map[string]exercise.Audience{
		"unit:asteria": {"unit:asteria"}, "unit:asteria/hospital": {"unit:asteria/hospital"}, "liaison": {"room:liaison"}, "help": {"all"}, "excon": {"control"},
	} {
		for _, body := range []exercise.Body{
			&exercise.ChatPost{Chat: "mattermost", Room: room, Post: "p", Account: "u1", Text: "42"}, &exercise.ChatEdit{Room: room}, &exercise.ChatReaction{Room: room}, &exercise.ChatMember{Room: room},
		} {
			events, err := d.on("mattermost/"+room, self, exercise.Hear{What: body})
			if err != nil || len(events) != 1 || !slices.Equal(events[0].To, want) || events[0].On != "mattermost/"+room || events[0].Body != body {
				t.Errorf("%s in %s: %+v, %v", body.Type(), room, events, err)
			}
		}
	}
	for _, body := range []exercise.Body{&exercise.ChatGap{Reason: "outage"}, &exercise.ChatAssigned{Account: "u1", Person: "p1"}} {
		if events, err := d.on("mattermost/", self, exercise.Hear{What: body}); err != nil || !slices.Equal(events[0].To, exercise.Audience{"control"}) {
			t.Errorf("%s: %+v, %v", body.Type(), events, err)
		}
	}
	post := func(room string) exercise.Hear { return exercise.Hear{What: &exercise.ChatPost{Room: room}} }
	for name, tc := range map[string]struct {
		actor exercise.Actor
		do    exercise.Action
		want  string
	}{
		"a player":           {player("asteria"), post("unit:asteria"), exercise.NotAllowed},
		"EXCON":              {exercise.Excon(), post("excon"), exercise.NotAllowed},
		"no such unit":       {self, post("unit:atlantis"), exercise.UnknownUnit},
		"not of a chat":      {self, exercise.Hear{What: &exercise.Ended{}}, exercise.NotAllowed},
		"longer than a post": {self, exercise.Hear{What: &exercise.ChatPost{Room: "help", Text: string(make([]byte, exercise.MaxChatText+1))}}, exercise.TooLong},
	} {
		if got := d.code(tc.actor, tc.do); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
	after := look(t, d.s, d.wall)
	if !reflect.DeepEqual(before.Tasks, after.Tasks) {
		t.Error("what was heard changed a task")
	}
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
}

// TestSameAnswerOnTwoChannels: it counts once; another counts again, and so does
// the same on the same channel.
func TestSameAnswerOnTwoChannels(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		first, second string // where
		answer        string // the second; the first is 41
		want          string
	}{
		"pages, then chat":  {"", "mattermost/unit:asteria", " 41\n", exercise.SameAnswer},
		"chat, then pages":  {"mattermost/unit:asteria", "", "41", exercise.SameAnswer},
		"two rooms of one":  {"mattermost/unit:asteria", "mattermost/help", "41", ""},
		"pages twice":       {"", "", "41", ""},
		"another on a chat": {"", "mattermost/unit:asteria", "43", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := started(t, chatMSEL, 2)
			d.pass(2 * 60e9)
			submit := func(on, text string) error {
				_, err := d.on(on, player("asteria"), exercise.Submit{Task: "T1", Unit: "asteria", Text: text})
				return err
			}
			if err := submit(tc.first, "41"); err != nil {
				t.Fatal(err)
			}
			got := ""
			if no, ok := submit(tc.second, tc.answer).(*exercise.Refusal); ok { //nolint:errorlint // Decide returns it as it is
				got = no.Code
			}
			attempts := 2
			if tc.want != "" {
				attempts = 1
			}
			if got != tc.want || d.task("T1", "asteria").Attempts != attempts {
				t.Errorf("%q after %d attempts", got, d.task("T1", "asteria").Attempts)
			}
			sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
		})
	}
	d := started(t, chatMSEL, 2)
	d.pass(2 * 60e9)
	if _, err := d.on("", player("asteria"), exercise.Submit{Task: "T1", Unit: "asteria", Text: "42"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.on("mattermost/unit:asteria", player("asteria"), exercise.Submit{Task: "T1", Unit: "asteria", Text: "42"}); err == nil ||
		err.(*exercise.Refusal).Code != exercise.SameAnswer { //nolint:errorlint,forcetypeassert // as above
		t.Errorf("the right answer on two channels: %v", err)
	}
}

// TestOnIsStored: where something was done comes back as it was, by both decoders.
func TestOnIsStored(t *testing.T) {
	t.Parallel()
	bodies := exercise.NewBodies()
	for _, on := range []string{"", "mattermost/unit:asteria", "mattermost/連絡"} {
		e := exercise.Event{Seq: 1, Actor: "a", To: exercise.Audience{"all"}, Cmd: "c", On: on, Place: exercise.Last, Body: &exercise.Resumed{}}
		raw, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		for name, decode := range map[string]func([]byte) (exercise.Event, error){"short": bodies.Decode, "any": bodies.DecodeAny} {
			if got, err := decode(raw); err != nil || !reflect.DeepEqual(got, e) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
	}
	if exercise.ChatOf("mattermost/unit:asteria/hospital") != "mattermost" || exercise.RoomOf("mattermost/unit:asteria/hospital") != "unit:asteria/hospital" {
		t.Error("chat and room are not told apart")
	}
}
