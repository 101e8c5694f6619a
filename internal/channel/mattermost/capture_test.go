package mattermost_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"renkei/internal/channel/mattermost"
	fake "renkei/internal/testkit/mattermost"
)

// heard are those events that hold for a post, by what happened.
func heard(all []mattermost.Event) map[string][]mattermost.Event {
	by := map[string][]mattermost.Event{}
	for _, e := range all {
		if e.Post != "" {
			key := fmt.Sprint(e.What, " ", e.Post)
			by[key] = append(by[key], e)
		}
	}
	return by
}

// TestOutages cuts, skips and stops at random while people talk, and puts the server's
// clock forward or back once: everything that was said is heard once.
func TestOutages(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	room := c.apply().Room(mattermost.ForUnit, "asteria")
	to := newSink()
	to.fail = errors.New("the sink is full")
	stop := c.capture(to)
	ann := c.people[0]
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	said := []string{ann.say(room, "", "first")}
	to.until(t, "the first", func(e mattermost.Event) bool { return e.Post == said[0] })
	deleted := map[string]bool{}
	jump := dice.IntN(150)
	for i := range 150 {
		if i == jump {
			c.fake.Shift(time.Duration(dice.IntN(600)-300) * time.Second)
		}
		switch dice.IntN(13) {
		case 0:
			c.fake.Cut()
		case 1:
			c.fake.Skip(1 + dice.IntN(2))
		case 2:
			stop()
			stop = c.capture(to)
		case 3:
			if id := said[dice.IntN(len(said))]; !deleted[id] {
				ann.remove(id)
				deleted[id] = true
			}
		default:
			said = append(said, ann.say(room, "", fmt.Sprint("message ", i)))
		}
	}
	c.fake.Skip(0)
	last := ann.say(room, "", "last")
	said = append(said, last)
	to.until(t, "the last", func(e mattermost.Event) bool { return e.Post == last })
	for id := range deleted {
		to.until(t, "a deletion", func(e mattermost.Event) bool { return e.What == mattermost.Deleted && e.Post == id })
	}
	stop()
	by := heard(to.events())
	for i, id := range said {
		if got := by["posted "+id]; len(got) != 1 {
			t.Errorf("message %d was heard %d times", i, len(got))
		} else if got[0].Text == "" && !got[0].Lost {
			t.Errorf("message %d has no text and does not say so: %+v", i, got[0])
		}
	}
	for key, got := range by {
		if len(got) != 1 {
			t.Errorf("%s was heard %d times", key, len(got))
		}
	}
}

// TestManyWhileAway reads more than a server gives of changes, and says that some
// of them may be missing.
func TestManyWhileAway(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	room := c.apply().Room(mattermost.ForUnit, "asteria")
	to := newSink()
	stop := c.capture(to)
	first := c.people[0].say(room, "", "first")
	to.until(t, "the first", func(e mattermost.Event) bool { return e.Post == first })
	stop()
	const many = 1100
	ids := make([]string, many)
	for i := range ids {
		ids[i] = c.people[0].say(room, "", fmt.Sprint(i))
	}
	stop = c.capture(to)
	to.until(t, "that changes may be missing", func(e mattermost.Event) bool { return e.Reason == mattermost.GapCapped })
	stop()
	at := 0
	for _, e := range to.events() {
		if at < many && e.What == mattermost.Posted && e.Post == ids[at] {
			at++
		}
	}
	if at != many {
		t.Errorf("%d of %d came in their order", at, many)
	}
}

// TestClosedChannel notes that the bot was removed, that a channel is public, and
// that it is archived.
func TestClosedChannel(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	place := c.apply()
	asteria, hospital := place.Room(mattermost.ForUnit, "asteria"), place.Room(mattermost.ForUnit, "asteria/hospital")
	help := place.Room(mattermost.ForHelp, "")
	to := newSink()
	stop := c.capture(to)
	first := c.people[0].say(asteria, "", "first")
	to.until(t, "the first", func(e mattermost.Event) bool { return e.Post == first })
	gap := func(room, reason string) func(mattermost.Event) bool {
		return func(e mattermost.Event) bool { return e.What == mattermost.Gap && e.Room == room && e.Reason == reason }
	}
	c.admin.call(http.MethodDelete, "/channels/"+asteria+"/members/"+place.BotID, nil, nil)
	to.until(t, "being removed", gap(asteria, mattermost.GapRemoved))
	c.admin.call(http.MethodPut, "/channels/"+hospital+"/privacy", map[string]string{"privacy": "O"}, nil)
	to.until(t, "being public", gap(hospital, mattermost.GapPublic))
	c.admin.call(http.MethodDelete, "/channels/"+help, nil, nil)
	to.until(t, "being archived", gap(help, mattermost.GapArchived))

	unseen := c.people[0].say(asteria, "", "unseen")
	c.admin.call(http.MethodPost, "/channels/"+asteria+"/members", map[string]string{"user_id": place.BotID}, nil)
	to.until(t, "what was said meanwhile", func(e mattermost.Event) bool { return e.Post == unseen && e.Text == "unseen" })
	still := c.people[1].say(hospital, "", "still")
	to.until(t, "what is said in public", func(e mattermost.Event) bool { return e.Post == still })
	stop()
	n := 0
	for _, e := range to.events() {
		if e.What == mattermost.Gap {
			n++
		}
	}
	if n != 3 {
		t.Errorf("%d gaps:\n%s", n, told(to.events()))
	}
}

// TestDeletedThread notes the deletion of replies, of which the server does not
// tell.
func TestDeletedThread(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	room := c.apply().Room(mattermost.ForUnit, "asteria")
	to := newSink()
	c.capture(to)
	root := c.people[0].say(room, "", "root")
	reply := c.people[0].say(room, root, "reply")
	to.until(t, "the reply", func(e mattermost.Event) bool { return e.Post == reply })
	c.people[0].remove(root)
	e := to.until(t, "the deletion of the reply", func(e mattermost.Event) bool { return e.Post == reply && e.What == mattermost.Deleted })
	if e.Root != root {
		t.Errorf("%+v", e)
	}
}

// TestAwayServer goes on with what was said while the server could not be
// reached, and while the token was not known.
func TestAwayServer(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	room := c.apply().Room(mattermost.ForUnit, "asteria")
	to := newSink()
	c.capture(to)
	first := c.people[0].say(room, "", "first")
	to.until(t, "the first", func(e mattermost.Event) bool { return e.Post == first })
	bot := ""
	c.fake.Fault(func(r *http.Request) *fake.Fault {
		if r.URL.Path == "/api/v4/websocket" && bot == "" {
			bot = r.Header.Get("Authorization")
			return &fake.Fault{Status: 401}
		}
		return nil
	})
	c.fake.Cut()
	second := c.people[0].say(room, "", "second")
	to.until(t, "the second", func(e mattermost.Event) bool { return e.Post == second })
	if bot == "" {
		t.Error("it did not ask again")
	}
}

// TestBrokenOffFill loses nothing where the connection breaks while it reads what
// was missed: what is new was read, what was changed long before was not.
func TestBrokenOffFill(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	room := c.apply().Room(mattermost.ForUnit, "asteria")
	to := newSink()
	stop := c.capture(to)
	first := c.people[0].say(room, "", "first")
	to.until(t, "the first", func(e mattermost.Event) bool { return e.Post == first })
	stop()
	c.people[0].remove(first)
	c.fake.Shift(10 * time.Minute)
	later := c.people[0].say(room, "", "later")
	broken := 0
	c.fake.Fault(func(r *http.Request) *fake.Fault {
		if !r.URL.Query().Has("since") || broken == 1 {
			return nil
		}
		broken++
		return &fake.Fault{Drop: true}
	})
	stop = c.capture(to)
	to.until(t, "what is new", func(e mattermost.Event) bool { return e.Post == later })
	to.until(t, "the deletion", func(e mattermost.Event) bool { return e.Post == first && e.What == mattermost.Deleted })
	stop()
}
