package mattermost_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"renkei/internal/channel/mattermost"
	"renkei/internal/outbox"
)

// TestConformance runs one suite against the server of the tests' own, and
// against a real one where RENKEI_MATTERMOST=URL,TOKEN names it, with the token
// of an administrator.
func TestConformance(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(*testing.T, *chat){
		"set up": conformSetup, "post": conformPost, "capture": conformCapture, "refusals": conformRefusals,
	} {
		t.Run("small/"+name, func(t *testing.T) {
			t.Parallel()
			run(t, newChat(t))
		})
		if url, token := realServer(); url != "" {
			t.Run("real/"+name, func(t *testing.T) { run(t, chatAt(t, url, token)) })
		}
	}
}

func steps(r *mattermost.Report) string {
	var all []string
	for _, s := range r.Steps {
		text := fmt.Sprint(s.Do, " ", s.What, " ", s.Name)
		if s.N > 0 {
			text += fmt.Sprint(" ", s.N)
		}
		all = append(all, text)
	}
	return strings.Join(all, "\n")
}

// conformSetup plans, does what was planned, finds nothing to do then, and changes
// only what differs.
func conformSetup(t *testing.T, c *chat) {
	t.Helper()
	b := c.blueprint()
	plan, err := c.setup().Plan(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"create team Hospital", "create channel Asteria: Hospital", "create channel EXCON", "create bot x-"} {
		if !strings.Contains(steps(plan), want) {
			t.Errorf("the plan lacks %q:\n%s", want, steps(plan))
		}
	}
	if _, err := c.kept.Place(t.Context(), c.id); !errors.Is(err, mattermost.ErrAbsent) {
		t.Errorf("planning has changed something: %v", err)
	}
	done, err := c.setup().Apply(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if want := "nobody-" + c.id + "@desk.internal"; !slices.Equal(done.Missing, []string{want}) || !slices.Equal(plan.Missing, done.Missing) || len(done.Lacks) > 0 {
		t.Errorf("missing %v, planned %v, lacks %v", done.Missing, plan.Missing, done.Lacks)
	}
	if len(done.Place.Links) != 5 || len(done.Place.Bots) != 1 || done.Place.BotID == "" {
		t.Errorf("place %+v", done.Place)
	}
	again, err := c.setup().Apply(t.Context(), b)
	if err != nil || len(again.Steps) > 0 {
		t.Errorf("the second time: %v\n%s", err, steps(again))
	}
	b.Rooms[0].Header = "Another"
	b.Rooms[1].People = append(b.Rooms[1].People, c.people[2].Name)
	other, err := c.setup().Apply(t.Context(), b)
	if want := "change channel Asteria\nadd members Asteria: Hospital 1"; err != nil || steps(other) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, steps(other), want)
	}
	r, err := c.client(c.admin.token).Room(t.Context(), other.Place.Room(mattermost.ForUnit, "asteria"))
	if err != nil || r.Header != "Another" || r.Type != "P" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := c.setup().Archive(t.Context(), c.id); err != nil {
		t.Fatal(err)
	}
	r, err = c.client(c.admin.token).Room(t.Context(), r.ID)
	if active, _ := c.kept.Active(t.Context()); err != nil || r.DeleteAt == 0 || len(active) > 0 {
		t.Errorf("after archiving: %+v, %v, %v", r, active, err)
	}
}

// conformPost posts in a contact's name, in a thread, with a file, and in parts;
// what is there is not posted again.
func conformPost(t *testing.T, c *chat) {
	t.Helper()
	place := c.apply()
	room := place.Room(mattermost.ForUnit, "asteria")
	channel := c.channel()
	first := outgoing("first-"+c.id, room, "See *this*, @channel: https://c2.example/a_b_c\n# 1\n", func(o *outbox.Outgoing) {
		o.Message.From, o.Message.Exercise = "Hoster", true
		o.Message.Files = []outbox.File{{Name: "log.txt", Media: "text/plain", Data: []byte("evidence")}}
	})
	root, err := channel.Send(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	follow := func(id string, text string) *outbox.Outgoing {
		return outgoing(id, room, text, func(o *outbox.Outgoing) { o.ThreadID, o.ThreadRemote = first.ID, root })
	}
	if _, err := channel.Send(t.Context(), follow("second-"+c.id, strings.Repeat("文。", 10_000))); err != nil {
		t.Fatal(err)
	}
	again := follow("second-"+c.id, strings.Repeat("文。", 10_000))
	again.Delivery.Doubt = true
	if _, err := channel.Send(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	lost := follow("third-"+c.id, "short") // it has to find the first by its key
	lost.ThreadRemote = ""
	if _, err := channel.Send(t.Context(), lost); err != nil {
		t.Fatal(err)
	}
	all := c.posts(room)
	if len(all) != 4 {
		t.Fatalf("%d posts", len(all))
	}
	if p := all[0]; p.ID != root || p.UserID != place.Bots[0].UserID || len(p.FileIDs) != 1 ||
		p.Message != "**EXERCISE Subject**\n\nSee \\*this\\*, @\u2060channel: https://c2.example/a_b_c\n\\# 1" {
		t.Errorf("first post %+v", p)
	}
	whole := ""
	for i, p := range all[1:] {
		if p.RootID != root || p.UserID != place.BotID {
			t.Errorf("post %d is not of the thread: %+v", i+2, p)
		}
		whole += p.Message
	}
	if n := strings.Count(whole, "文。"); n != 10_000 || !strings.Contains(whole, "(1/2)\n") || !strings.Contains(whole, "(2/2)\n") {
		t.Errorf("%d of 10,000 sentences", n)
	}
}

// conformCapture hears what is said while it listens, and reads what was missed.
func conformCapture(t *testing.T, c *chat) {
	t.Helper()
	place := c.apply()
	room := place.Room(mattermost.ForUnit, "asteria")
	ann := c.people[0]
	before := ann.say(room, "", "before")
	to := newSink()
	stop := c.capture(to)
	is := func(what mattermost.What, post string) func(mattermost.Event) bool {
		return func(e mattermost.Event) bool { return e.What == what && e.Post == post }
	}
	to.until(t, "what was said before", is(mattermost.Posted, before))
	live := ann.say(room, before, "live")
	if e := to.until(t, "a post", is(mattermost.Posted, live)); e.Text != "live" || e.Root != before || e.Username != ann.Name || e.Room != room {
		t.Errorf("post %+v", e)
	}
	ann.edit(live, "live, corrected")
	if e := to.until(t, "an edit", is(mattermost.Edited, live)); e.Text != "live, corrected" {
		t.Errorf("edit %+v", e)
	}
	ann.react(live, "white_check_mark")
	to.until(t, "a reaction", is(mattermost.Reacted, live))
	ann.unreact(live, "white_check_mark")
	to.until(t, "its end", is(mattermost.Unreacted, live))
	if _, err := c.channel().Send(t.Context(), outgoing("ours-"+c.id, room, "ours", nil)); err != nil {
		t.Fatal(err)
	}
	to.until(t, "our own", func(e mattermost.Event) bool { return e.Key == "ours-"+c.id && e.User == place.BotID })
	stop()

	missed := ann.say(room, "", "missed")
	ann.edit(before, "before, corrected")
	ann.edit(before, "before, twice corrected")
	gone := ann.say(room, "", "gone")
	ann.remove(gone)
	ann.remove(live)
	ann.react(missed, "eyes")
	stop = c.capture(to)
	to.until(t, "a reaction that was missed", is(mattermost.Reacted, missed))
	last := ann.say(room, "", "last")
	to.until(t, "the last", is(mattermost.Posted, last))
	if e := to.until(t, "the edit", is(mattermost.Edited, before)); e.Text != "before, twice corrected" {
		t.Errorf("edit %+v", e)
	}
	if e := to.until(t, "what was deleted meanwhile", is(mattermost.Posted, gone)); !e.Lost || e.Text != "" {
		t.Errorf("a text that is gone: %+v", e)
	}
	to.until(t, "its deletion", is(mattermost.Deleted, gone))
	to.until(t, "the deletion of a reply", is(mattermost.Deleted, live))
	to.until(t, "the gap", func(e mattermost.Event) bool {
		return e.What == mattermost.Gap && e.Reason == mattermost.GapOutage && !e.From.IsZero()
	})
	stop()
	seen := map[string]bool{}
	all := to.events()
	for i, e := range all {
		if seen[e.ID] || i > 0 && e.Number <= all[i-1].Number {
			t.Errorf("twice, or not in order: %+v", e)
		}
		seen[e.ID] = true
	}
}

// conformRefusals says what is missing.
func conformRefusals(t *testing.T, c *chat) {
	t.Helper()
	place := c.apply()
	room := place.Room(mattermost.ForUnit, "asteria/hospital")
	key := func(err error) string {
		var e *mattermost.Error
		if !errors.As(err, &e) {
			return fmt.Sprint(err)
		}
		k, args := e.UserText()
		return fmt.Sprint(k, " ", args["Permission"])
	}
	ann := c.client(c.people[0].token)
	_, err := ann.CreatePost(t.Context(), &mattermost.Post{ChannelID: room, Message: "not mine"})
	if got := key(err); got != "mattermost.permission create_post" {
		t.Error(got)
	}
	_, err = ann.Posts(t.Context(), room, 0)
	if got := key(err); got != "mattermost.permission read_channel" {
		t.Error(got)
	}
	_, err = ann.MakeBot(t.Context(), &mattermost.Bot{Username: "b" + c.id})
	if got := key(err); got != "mattermost.permission create_bot" && got != "mattermost.setting.bots create_bot" {
		t.Error(got)
	}
	_, err = c.client("nonsense").Me(t.Context())
	if got := key(err); got != "mattermost.setting.token " {
		t.Error(got)
	}
	// Nobody has such a channel: it can never be delivered.
	var f *outbox.Failure
	_, err = c.channel().Send(t.Context(), outgoing("k", strings.Repeat("z", 26), "text", nil))
	if !errors.As(err, &f) || !f.Final {
		t.Errorf("%+v", err)
	}
}
