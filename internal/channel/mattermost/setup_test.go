package mattermost_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"renkei/internal/channel/mattermost"
	"renkei/internal/outbox"
	fake "renkei/internal/testkit/mattermost"
)

// lacks are what is missing, with what comes of it.
func lacks(r *mattermost.Report) (all []string) {
	for _, l := range r.Lacks {
		key, args := l.Err.UserText()
		text := key + " " + l.Without
		if key == "mattermost.permission" {
			permission, _ := args["Permission"].(string)
			text += " " + permission
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

// TestMissingPermissions says in the plan what is missing, does what is left, and
// makes up for it once it is there.
func TestMissingPermissions(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		deny, off  string
		want       []string // of applying
		bots       int
		speaksSelf bool
	}{
		"no bots":     {deny: "create_bot", want: []string{"mattermost.permission contacts create_bot", "mattermost.permission own_bot create_bot"}, speaksSelf: true},
		"bots off":    {off: "bots", want: []string{"mattermost.setting.bots contacts", "mattermost.setting.bots own_bot"}, speaksSelf: true},
		"no channels": {deny: "create_private_channel", want: []string{"mattermost.permission channels create_private_channel"}, bots: 1},
		"no members":  {deny: "manage_private_channel_members", want: []string{"mattermost.permission members manage_private_channel_members"}, bots: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newChat(t)
			c.fake.Deny(x.deny, true)
			c.fake.Off(x.off, true)
			plan, err := c.setup().Plan(t.Context(), c.blueprint())
			if err != nil || len(plan.Lacks) == 0 {
				t.Errorf("the plan: %v, %v", lacks(plan), err)
			}
			r, err := c.setup().Apply(t.Context(), c.blueprint())
			if err != nil {
				t.Fatal(err)
			}
			got := lacks(r)
			for _, want := range x.want {
				if !slices.Contains(got, want) {
					t.Errorf("lacks %q, want %q", got, want)
				}
			}
			me, err := c.client(c.admin.token).Me(t.Context())
			if err != nil || (r.Place.BotID == me.ID) != x.speaksSelf || len(r.Place.Bots) != x.bots {
				t.Errorf("%+v, %v", r.Place, err)
			}
			c.fake.Deny(x.deny, false)
			c.fake.Off(x.off, false)
			place := c.apply()
			again, err := c.setup().Apply(t.Context(), c.blueprint())
			if err != nil || len(again.Steps)+len(again.Lacks) > 0 || len(place.Links) != 5 || len(place.Bots) != 1 {
				t.Errorf("once it is there: %v, %v, %v, %+v", err, steps(again), lacks(again), place)
			}
		})
	}
}

// TestSetUpWaits obeys a server that asks for fewer calls, and goes on where it
// was broken off.
func TestSetUpWaits(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	n := 0
	c.fake.Fault(func(r *http.Request) *fake.Fault {
		if n++; n%5 == 0 && r.Header.Get("Authorization") == "Bearer "+c.admin.token {
			return &fake.Fault{Status: 429, Header: map[string]string{"Retry-After": "3"}}
		}
		return nil
	})
	var waited time.Duration
	s := c.setup()
	s.Wait = func(_ context.Context, d time.Duration) error {
		waited += d
		return nil
	}
	if r, err := s.Apply(t.Context(), c.blueprint()); err != nil || len(r.Lacks) > 0 || waited < 3*time.Second {
		t.Fatalf("%v, waited %v", err, waited)
	}
	other := newChat(t)
	n = 0
	other.fake.Fault(func(r *http.Request) *fake.Fault {
		if r.Method != http.MethodGet && r.URL.Path != "/api/v4/users/ids" {
			if n++; n%7 == 0 {
				return &fake.Fault{Drop: true, Done: true}
			}
		}
		return nil
	})
	for try := 0; ; try++ {
		r, err := other.setup().Apply(t.Context(), other.blueprint())
		if err == nil {
			if len(r.Place.Links) != 5 || len(r.Place.Bots) != 1 {
				t.Errorf("%+v", r.Place)
			}
			break
		}
		if try == 100 {
			t.Fatal(err)
		}
	}
}

// TestStrangers names who can read the channel of a unit and is not of it.
func TestStrangers(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	place := c.apply()
	room := place.Room(mattermost.ForUnit, "asteria")
	c.admin.call(http.MethodPost, "/channels/"+room+"/members", map[string]string{"user_id": c.people[2].ID}, nil)
	r, err := c.setup().Plan(t.Context(), c.blueprint())
	want := mattermost.Stranger{Room: "Asteria", User: c.people[2].Name}
	if err != nil || !slices.Contains(r.Strangers, want) || slices.ContainsFunc(r.Strangers, func(s mattermost.Stranger) bool { return s.User == c.people[0].Name }) {
		t.Errorf("%+v, %v", r.Strangers, err)
	}
}

// TestWithdrawnTokens makes others when it is run again.
func TestWithdrawnTokens(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	place := c.apply()
	for _, id := range []string{place.BotID, place.Bots[0].UserID} {
		c.fake.Withdraw(id)
	}
	room := place.Room(mattermost.ForUnit, "asteria")
	var f *outbox.Failure
	if _, err := c.channel().Send(t.Context(), outgoing("k", room, "text", nil)); !errors.As(err, &f) || !f.Part || f.After == 0 {
		t.Errorf("without a token: %+v", err)
	}
	c.apply()
	if _, err := c.channel().Send(t.Context(), outgoing("k", room, "text", nil)); err != nil {
		t.Error(err)
	}
}

// TestOtherServer refuses to set an exercise up twice, unless it was archived.
func TestOtherServer(t *testing.T) {
	t.Parallel()
	c, other := newChat(t), newChat(t)
	c.apply()
	s := other.setup()
	s.Places = c.kept
	if _, err := s.Plan(t.Context(), c.blueprint()); !errors.Is(err, mattermost.ErrOther) {
		t.Error(err)
	}
	if _, err := c.setup().Archive(t.Context(), c.id); err != nil {
		t.Fatal(err)
	}
	r, err := s.Apply(t.Context(), c.blueprint())
	if err != nil || r.Place.Server != other.url || len(r.Place.Links) != 5 {
		t.Errorf("once it is archived: %+v, %v", r, err)
	}
}
