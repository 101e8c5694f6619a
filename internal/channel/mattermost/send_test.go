package mattermost_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"renkei/internal/channel/mattermost"
	"renkei/internal/outbox"
	fake "renkei/internal/testkit/mattermost"
)

// posting is the call that posts.
func posting(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == "/api/v4/posts"
}

// TestRefusalsOfPosting says of each refusal what is to be done about it.
func TestRefusalsOfPosting(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	room := c.apply().Room(mattermost.ForUnit, "asteria")
	for name, x := range map[string]struct {
		fault fake.Fault
		want  outbox.Failure // Reason apart
	}{
		"busy, with a time":    {fake.Fault{Status: 429, Header: map[string]string{"X-Ratelimit-Reset": "7"}}, outbox.Failure{Part: true, After: 7 * time.Second}},
		"busy, without a time": {fake.Fault{Status: 429}, outbox.Failure{Part: true, After: 10 * time.Second}},
		"a proxy without it":   {fake.Fault{Status: 503, Header: map[string]string{"Retry-After": "30"}}, outbox.Failure{Part: true, Doubt: true, After: 30 * time.Second}},
		"an error of its own":  {fake.Fault{Status: 500}, outbox.Failure{Doubt: true}},
		"token withdrawn":      {fake.Fault{Status: 401}, outbox.Failure{Part: true, After: time.Minute}},
		"not of the channel":   {fake.Fault{Status: 403}, outbox.Failure{}},
		"never":                {fake.Fault{Status: 400}, outbox.Failure{Final: true}},
		"broken off":           {fake.Fault{Drop: true}, outbox.Failure{Part: true, Doubt: true, After: time.Second}},
		"moved":                {fake.Fault{Status: 302, Header: map[string]string{"Location": "https://elsewhere.internal"}}, outbox.Failure{Final: true}},
	} {
		c.fake.Fault(func(r *http.Request) *fake.Fault {
			if posting(r) {
				return &x.fault
			}
			return nil
		})
		_, err := c.channel().Send(t.Context(), outgoing(name, room, "text", nil))
		var f *outbox.Failure
		if !errors.As(err, &f) {
			t.Fatalf("%s: %v", name, err)
		}
		if x.want.Reason = f.Reason; *f != x.want {
			t.Errorf("%s: %+v, want %+v", name, *f, x.want)
		}
	}
	c.fake.Fault(nil)
	if got := len(c.posts(room)); got != 0 {
		t.Errorf("%d posts", got)
	}
}

// TestDoubt breaks posting off at random moments, before or after the server has
// done it: in the end every part is there, and none twice.
func TestDoubt(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	room := c.apply().Room(mattermost.ForUnit, "asteria")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	c.fake.Fault(func(r *http.Request) *fake.Fault {
		switch {
		case r.Header.Get("Authorization") == "Bearer "+c.admin.token, dice.IntN(3) > 0:
			return nil
		case posting(r):
			return &fake.Fault{Drop: true, Done: dice.IntN(2) == 0}
		}
		return &fake.Fault{Drop: true}
	})
	channel := c.channel()
	const messages = 20
	for i := range messages {
		doubt := false
		for try := 0; ; try++ {
			if try == 500 {
				t.Fatal("it is never sent")
			}
			o := outgoing(fmt.Sprint("k", i), room, strings.Repeat("A sentence. ", 3_000), func(o *outbox.Outgoing) {
				o.Delivery.Doubt = doubt
				o.Message.Files = []outbox.File{{Name: "a.txt", Media: "text/plain", Data: []byte("a")}}
			})
			_, err := channel.Send(t.Context(), o)
			if err == nil {
				break
			}
			var f *outbox.Failure
			if !errors.As(err, &f) || f.Final {
				t.Fatal(err)
			}
			doubt = doubt || f.Doubt
		}
	}
	c.fake.Fault(nil)
	parts := map[string]int{}
	for _, p := range c.posts(room) {
		parts[fmt.Sprint(p.Props[mattermost.PropKey], p.Props[mattermost.PropPart])]++
	}
	for key, n := range parts {
		if n != 1 {
			t.Errorf("%s is there %d times", key, n)
		}
	}
	if len(parts) != messages*3 {
		t.Errorf("%d parts, want %d", len(parts), messages*3)
	}
}

// TestForgedKey posts although somebody has written our key to a post of theirs.
func TestForgedKey(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	room := c.apply().Room(mattermost.ForUnit, "asteria")
	c.people[0].call(http.MethodPost, "/posts", mattermost.Post{ChannelID: room, Message: "forged", Props: map[string]any{
		mattermost.PropKey: "k", mattermost.PropPart: 1,
	}}, nil)
	if _, err := c.channel().Send(t.Context(), outgoing("k", room, "text", func(o *outbox.Outgoing) { o.Delivery.Doubt = true })); err != nil {
		t.Fatal(err)
	}
	if all := c.posts(room); len(all) != 2 {
		t.Errorf("%d posts", len(all))
	}
}

// TestContactRefused has our own bot speak for a contact whose bot the server
// does not let in, with the name as the first line.
func TestContactRefused(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	place := c.apply()
	room := place.Room(mattermost.ForUnit, "asteria")
	c.fake.Withdraw(place.Bots[0].UserID)
	_, err := c.channel().Send(t.Context(), outgoing("k", room, "text", func(o *outbox.Outgoing) { o.Message.From = "ホスティング事業者" }))
	if err != nil {
		t.Fatal(err)
	}
	if p := c.posts(room)[0]; p.UserID != place.BotID || !strings.HasPrefix(p.Message, "ホスティング事業者\n**Subject**") {
		t.Errorf("%+v", p)
	}
}

// TestDeletedRoot posts by itself what would follow a post that is gone.
func TestDeletedRoot(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	room := c.apply().Room(mattermost.ForUnit, "asteria")
	channel := c.channel()
	root, err := channel.Send(t.Context(), outgoing("a", room, "text", nil))
	if err != nil {
		t.Fatal(err)
	}
	c.admin.remove(root)
	_, err = channel.Send(t.Context(), outgoing("b", room, "text", func(o *outbox.Outgoing) { o.ThreadID, o.ThreadRemote = "a", root }))
	if all := c.posts(room); err != nil || len(all) != 1 || all[0].RootID != "" {
		t.Errorf("%v, %+v", err, all)
	}
}

// TestEmptyFile names a file without content, which the server does not take.
func TestEmptyFile(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	room := c.apply().Room(mattermost.ForUnit, "asteria")
	_, err := c.channel().Send(t.Context(), outgoing("k", room, "text", func(o *outbox.Outgoing) {
		o.Message.Files = []outbox.File{{Name: "empty.log", Media: "text/plain"}, {Name: "full.log", Media: "text/plain", Data: []byte("x")}}
	}))
	if all := c.posts(room); err != nil || len(all) != 1 || len(all[0].FileIDs) != 1 || !strings.HasSuffix(all[0].Message, "\nempty.log (0 B)") {
		t.Errorf("%v, %+v", err, all)
	}
}

// TestOneServerAway: what goes to a server that is away is not asked of it again
// and again, and says that others are not concerned.
func TestOneServerAway(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	room := c.apply().Room(mattermost.ForUnit, "asteria")
	channel := mattermost.New(mattermost.Options{Places: c.kept, Tokens: c.tokens, Mark: func(string) string { return "EXERCISE" }})
	c.fake.Away(true)
	for i := range 3 {
		var f *outbox.Failure
		before := len(c.fake.Calls())
		_, err := channel.Send(t.Context(), outgoing(fmt.Sprint("k", i), room, "text", nil))
		if !errors.As(err, &f) || f.Channel || !f.Part || f.After <= 0 {
			t.Errorf("%+v", err)
		}
		if asked := len(c.fake.Calls()) - before; i > 0 && asked > 0 {
			t.Errorf("it was asked %d times more", asked)
		}
	}
}
