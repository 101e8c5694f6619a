package chat_test

import (
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/chat"
	"renkei/internal/outbox"
	"renkei/internal/testkit/exercisetest"
)

// messages are those of the log, with where they were said.
func (d *desk) messages() (all []exercise.Message, on []string) {
	for _, e := range d.events("message.sent") {
		all, on = append(all, *e.Body.(*exercise.Message)), append(on, e.On)
	}
	return all, on
}

// TestHelp: what a unit asks in the channel for help is a question to EXCON on the
// pages, EXCON's reply under it an answer to that unit, and neither is told a second
// time on the service. A question on the pages stays where only EXCON reads.
func TestHelp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.start()
	d.tell()
	asked := func(s string) string { return d.say("bo", exercise.RoomHelp, "", s) }
	if said := asked("Which zone do the times have?"); said != "" {
		t.Errorf("said %q", said)
	}
	root := d.events("chat.posted")[0].Body.(*exercise.ChatPost).Post
	d.say("dan", exercise.RoomHelp, root, "That of your unit, and UTC.")
	d.say("dan", exercise.RoomHelp, "", "We go on at two.")
	d.say("ann", exercise.RoomHelp, root, "We wondered too.")
	all, on := d.messages()
	want := []struct {
		from string
		ends []string
	}{
		{"borealis", []string{exercise.EndExcon}},
		{exercise.EndExcon, []string{"unit:borealis"}},
		{exercise.EndExcon, []string{exercise.EndLiaison, "unit:asteria/hospital"}},
		{"asteria", []string{exercise.EndExcon}},
	}
	if len(all) != len(want) {
		t.Fatalf("messages %+v", all)
	}
	for i, w := range want {
		if all[i].From != w.from || len(all[i].Ends) < len(w.ends) || !slices.Equal(all[i].Ends[:len(w.ends)], w.ends) || on[i] != "mattermost/help" {
			t.Errorf("message %d from %s to %v on %s", i, all[i].From, all[i].Ends, on[i])
		}
	}
	if said := d.say("bo", exercise.RoomHelp, "", "renkei tasks"); !strings.Contains(said, "channel of your unit") {
		t.Errorf("tasks before all: %q", said)
	}
	d.Do(exercise.Actor{ID: "ann", Role: exercise.RolePlayer, Unit: "asteria"}, exercise.Send{From: "asteria", Ends: []string{exercise.EndExcon}, Text: "Asked on the pages"})
	m := d.message("excon", "Asked on the pages")
	if m.Subject != "Asteria to EXCON (on the Renkei pages)" {
		t.Errorf("it came as %q", m.Subject)
	}
	for _, m := range d.box.put() {
		if m.To[0].Address == "at-help" && !strings.HasPrefix(m.Key, "x/"+exercisetest.ID+"/said/") || strings.Contains(m.Text, "zone do the times") || strings.Contains(m.Text, "and UTC.") {
			t.Errorf("told again: %s to %s: %q", m.Key, m.To[0].Address, m.Text)
		}
	}
}

// TestTwoLanguages: the channel of a unit that reads two languages gets an inject in
// both, its attachments too, and the form of a mail once.
func TestTwoLanguages(t *testing.T) {
	t.Parallel()
	for _, mail := range []bool{false, true} {
		teams := exercisetest.Teams(t, 3)
		teams[0].Also = []string{"ja", "fr"} // the pack has no French
		d := newDeskOf(t, teams)
		if d.service.byMail = mail; mail {
			d.service.rooms = []chat.Room{{Name: "unit:asteria", People: []chat.Reader{{Person: "ann", Name: "Ann", Address: "ann@desk.internal"}}}}
		}
		d.start("I02") // I00 comes by itself
		d.tell()
		told := func(inject string) (m outbox.Message) {
			d.until(inject, func() bool {
				for _, o := range d.box.put() {
					if strings.HasSuffix(o.Key, "/i/"+inject+"/asteria") {
						m = o
					}
				}
				return m.Key != ""
			})
			return m
		}
		var files []string
		for _, f := range told("I00").Files {
			files = append(files, f.Name)
		}
		if !slices.Equal(files, []string{"sop-contacts.md", "sop-contacts-ja.md"}) {
			t.Errorf("files %v", files)
		}
		m := told("I02")
		en, ja, parted := strings.Cut(m.Text, "────────── 日本語")
		how := map[bool][2]string{false: {"Reply in this thread", "このスレッドに回答を返信"}, true: {"Reply to this mail", "このメールに回答を書いて"}}[mail]
		if !parted || m.Lang != "en" || !strings.Contains(en, how[0]) || !strings.Contains(ja, how[1]) || strings.Count(m.Text, "T01") < 2 {
			t.Errorf("by mail %v, in %s: %q", mail, m.Lang, m.Text)
		}
		if strings.Count(m.Text, "[T01]") != map[bool]int{true: 1}[mail] || mail && !strings.HasSuffix(m.Text, "[end]") {
			t.Errorf("by mail %v the form: %q", mail, m.Text)
		}
	}
}
