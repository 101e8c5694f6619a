package conduct_test

import (
	"fmt"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
)

// TestRepliesAreRendered once, in the unit's language and zone, and stand in
// the log; what is sent is what lay ready.
func TestRepliesAreRendered(t *testing.T) {
	t.Parallel()
	b := benchOf(t, "../scenario/testdata/full", 2, 1)
	c, stop := b.run()
	b.must(c, exercise.Excon(), "startex", exercise.Start{Speed: 1})
	ask := func(unit, text string) conduct.Result {
		t.Helper()
		actor := exercise.Actor{ID: "p/" + unit, Role: exercise.RolePlayer, Unit: unit}
		return b.must(c, actor, unit, exercise.Send{From: unit, Ends: []string{"persona:it"}, Text: text})
	}
	ask("asteria", "When did it start?")
	host := ask("borealis", "which host is it")
	other := ask("asteria/hospital", "Are you well?")
	b.must(c, exercise.Excon(), "claim", exercise.ClaimPersona{Persona: "it", Unit: "borealis"})
	b.must(c, exercise.Excon(), "answer", exercise.SendReply{Message: host.First})
	b.must(c, exercise.Excon(), "answer 2", exercise.SendReply{Message: other.First, Text: "Not really."})
	b.must(c, exercise.Excon(), "jump", exercise.Jump{To: exercise.At(180_000_000_000), Mode: exercise.JumpSkip})
	b.await("clock.jumped")
	stop()

	bodies, ready, sent := exercise.NewBodies(), map[string]string{}, map[string]string{}
	for _, raw := range b.log() {
		e, err := bodies.Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		switch b := e.Body.(type) {
		case *exercise.ReplyReady:
			ready[b.Reply] = b.Lang + " " + b.Text
		case *exercise.Message:
			if strings.HasPrefix(b.From, "persona:") {
				sent[b.Reply] = b.Text
			}
		}
	}
	wantReady := map[string]string{"when": "en Since 07:00.", "host": "", "otherwise": "en I will find out."}
	zone, ip := c.State().Play().Cast.Units[2], "192.0.2.22"
	wantReady["host"] = map[string]string{"en": "en It is " + ip + ".", "ja": "ja " + ip + "です。"}[zone.Locale]
	if fmt.Sprint(ready) != fmt.Sprint(wantReady) {
		t.Errorf("ready lay %q, want %q", ready, wantReady)
	}
	want := map[string]string{"when": "Since 07:00.", "host": strings.TrimPrefix(wantReady["host"], zone.Locale+" "), "otherwise": "Not really."}
	if fmt.Sprint(sent) != fmt.Sprint(want) {
		t.Errorf("sent %q, want %q", sent, want)
	}
}
