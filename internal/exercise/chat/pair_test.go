package chat_test

import (
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/chat"
	"renkei/internal/exercise/follow"
	"renkei/internal/outbox"
)

// TestPair has two units talk in a room of their own: what one writes there goes to
// the other alone, what they write to each other elsewhere comes there once, and
// nobody else acts there.
func TestPair(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	room := exercise.PairRoom("borealis", "asteria")
	if room != "pair:asteria+borealis" {
		t.Fatal(room)
	}
	d.service.rooms = append(d.service.rooms, chat.Room{Name: room, Address: "at-pair"})
	d.start()
	d.tell()
	if said := d.say("ann", room, "", "TLP:AMBER Did 203.0.113.9 call you?"); said != "" {
		t.Errorf("said %q", said)
	}
	var sent *exercise.Message
	var post exercise.Audience
	d.Live.Now(func(m *follow.Moment) {
		for seq := uint64(1); seq <= m.State.Seq(); seq++ {
			e, _ := m.Event(exercise.Viewer{Control: true}, seq)
			switch b := e.Body.(type) {
			case *exercise.Message:
				sent = b
			case *exercise.ChatPost:
				post = e.To
			}
		}
	})
	if sent == nil || sent.From != "asteria" || !slices.Equal(sent.Ends, []string{"unit:borealis"}) || sent.TLP.String() != "AMBER" {
		t.Errorf("sent %+v", sent)
	}
	if !slices.Equal(post, exercise.Audience{"unit:asteria", "unit:borealis"}) {
		t.Errorf("the post is for %v", post)
	}
	d.say("ann", exercise.RoomUnit+"asteria", "", "renkei share borealis TLP:GREEN From the unit's own room")
	var came []outbox.Message
	d.until("the message in the room of two", func() bool {
		came = slices.DeleteFunc(d.box.put(), func(m outbox.Message) bool { return !strings.Contains(m.Text, "From the unit's own room") })
		return len(came) > 0
	})
	if len(came) != 1 || came[0].To[0].Address != "at-pair" {
		t.Errorf("it came to %+v", came)
	}
	if all := d.box.put(); slices.ContainsFunc(all, func(m outbox.Message) bool { return strings.Contains(m.Text, "Did 203.0.113.9") }) {
		t.Errorf("what was said in the room of two was told again: %+v", all)
	}
	d.say("chi", room, "", "I am of the hospital")
	d.say("dan", room, "", "EXCON here")
	var last []exercise.Message
	d.Live.Now(func(m *follow.Moment) {
		for seq := uint64(1); seq <= m.State.Seq(); seq++ {
			e, _ := m.Event(exercise.Viewer{Control: true}, seq)
			if b, ok := e.Body.(*exercise.Message); ok {
				last = append(last, *b)
			}
		}
	})
	if n := len(last); n != 2 || last[1].From != exercise.EndExcon || len(last[1].Ends) != 2 {
		t.Errorf("messages %+v", last)
	}
}
