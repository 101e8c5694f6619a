package mattermost_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/channel/mattermost"
	"renkei/internal/channel/mattermost/store"
	"renkei/internal/database"
	"renkei/internal/outbox"
	fake "renkei/internal/testkit/mattermost"
)

// patience is how long a test waits for what has to come.
const patience = 20 * time.Second

// chat is a server, with an exercise that is to be on it.
type chat struct {
	t      *testing.T
	url    string
	admin  *person
	fake   *fake.Server // nil for a real one
	kept   *store.Store
	tokens *mattermost.Tokens
	id     string // of the exercise
	people []*person
}

// person is somebody with an account.
type person struct {
	t        *testing.T
	url      string
	token    string
	ID, Name string
}

// newChat is an exercise on a server of the tests' own.
func newChat(t *testing.T) *chat {
	t.Helper()
	s := fake.Start(t)
	c := chatAt(t, s.URL, s.Admin)
	c.fake = s
	return c
}

func chatAt(t *testing.T, url, token string) *chat {
	t.Helper()
	dir := t.TempDir()
	db, err := database.Open(t.Context(), filepath.Join(dir, "x.db"), database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), database.Area{Name: "mattermost", Migrations: store.Migrations(), Tables: store.Tables()}); err != nil {
		t.Fatal(err)
	}
	c := &chat{
		t: t, url: url, admin: &person{t: t, url: url, token: token}, kept: store.New(db),
		tokens: mattermost.NewTokens(filepath.Join(dir, mattermost.FileTokens)), id: fmt.Sprintf("x%d", time.Now().UnixNano()),
	}
	for _, name := range []string{"ann", "bo", "chi"} {
		c.people = append(c.people, c.join(name))
	}
	return c
}

// join makes an account and signs in.
func (c *chat) join(name string) *person {
	c.t.Helper()
	name += c.id
	var made struct{ ID string }
	word := "Pass-word-1-" + name
	c.admin.call(http.MethodPost, "/users", map[string]string{"username": name, "email": name + "@desk.internal", "password": word}, &made)
	p := &person{t: c.t, url: c.url, ID: made.ID, Name: name}
	res := p.call(http.MethodPost, "/users/login", map[string]string{"login_id": name, "password": word}, nil)
	p.token = res.Header.Get("Token")
	return p
}

// call makes a call as a person; it has to succeed.
func (p *person) call(method, path string, in, out any) *http.Response {
	p.t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+"/api/v4"+path, bytes.NewReader(raw))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	said, _ := io.ReadAll(res.Body)
	if res.StatusCode >= 300 {
		p.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, said)
	}
	if out != nil {
		if err := json.Unmarshal(said, out); err != nil {
			p.t.Fatal(err)
		}
	}
	return res
}

func (p *person) say(room, root, text string) string {
	p.t.Helper()
	var made mattermost.Post
	p.call(http.MethodPost, "/posts", mattermost.Post{ChannelID: room, RootID: root, Message: text}, &made)
	return made.ID
}

func (p *person) edit(post, text string) {
	p.t.Helper()
	p.call(http.MethodPut, "/posts/"+post+"/patch", map[string]string{"message": text}, nil)
}

func (p *person) remove(post string) {
	p.t.Helper()
	p.call(http.MethodDelete, "/posts/"+post, nil, nil)
}

func (p *person) react(post, emoji string) {
	p.t.Helper()
	p.call(http.MethodPost, "/reactions", mattermost.Reaction{UserID: p.ID, PostID: post, Emoji: emoji}, nil)
}

func (p *person) unreact(post, emoji string) {
	p.t.Helper()
	p.call(http.MethodDelete, "/users/me/posts/"+post+"/reactions/"+emoji, nil, nil)
}

// client is that of a token.
func (c *chat) client(token string) *mattermost.Client {
	c.t.Helper()
	client, err := mattermost.NewClient(c.url, func() (string, error) { return token, nil })
	if err != nil {
		c.t.Fatal(err)
	}
	return client
}

func (c *chat) setup() *mattermost.Setup {
	return &mattermost.Setup{Client: c.client(c.admin.token), Places: c.kept, Tokens: c.tokens}
}

// blueprint is an exercise of two units and one contact.
func (c *chat) blueprint() *mattermost.Blueprint {
	ann, bo, chi := c.people[0].Name+"@desk.internal", c.people[1].Name, c.people[2].Name
	room := func(k mattermost.Kind, unit, display string, people ...string) mattermost.RoomPlan {
		return mattermost.RoomPlan{Kind: k, Unit: unit, Display: display, Header: "Header", Purpose: "Purpose", People: people}
	}
	return &mattermost.Blueprint{
		Exercise: c.id, Title: "Hospital", About: "About",
		Rooms: []mattermost.RoomPlan{
			room(mattermost.ForUnit, "asteria", "Asteria", ann, "nobody-"+c.id+"@desk.internal"),
			room(mattermost.ForUnit, "asteria/hospital", "Asteria: Hospital", bo),
			room(mattermost.ForLiaison, "", "Liaison", ann, bo),
			room(mattermost.ForHelp, "", "Help", ann, bo),
			room(mattermost.ForControl, "", "EXCON", chi),
		},
		Contacts: []mattermost.ContactPlan{{Key: "hoster", Display: "Hoster, abuse desk", Names: []string{"Hoster", "ホスティング事業者"}}},
	}
}

// apply sets the exercise up.
func (c *chat) apply() *mattermost.Place {
	c.t.Helper()
	r, err := c.setup().Apply(c.t.Context(), c.blueprint())
	if err != nil {
		c.t.Fatal(err)
	}
	return r.Place
}

func (c *chat) channel() *mattermost.Channel {
	at := time.Now()
	var mu sync.Mutex
	later := func() time.Time { // nothing waits here for a server to come back
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(time.Hour)
		return at
	}
	return mattermost.New(mattermost.Options{Now: later, Places: c.kept, Tokens: c.tokens, Mark: func(lang string) string { return map[string]string{"ja": "【演習】"}[lang] + "EXERCISE" }})
}

// outgoing is a delivery to a channel.
func outgoing(id, room, text string, change func(*outbox.Outgoing)) *outbox.Outgoing {
	o := &outbox.Outgoing{ID: id, Message: outbox.Message{Subject: "Subject", Text: text, Lang: "en"}}
	o.Delivery.Recipient = outbox.Recipient{ID: "asteria", Channel: mattermost.Name, Address: room}
	if change != nil {
		change(o)
	}
	return o
}

// posts are what stands in a channel, but for what the server says itself.
func (c *chat) posts(room string) (all []mattermost.Post) {
	c.t.Helper()
	for page := 0; ; page++ {
		some, err := c.client(c.admin.token).Posts(c.t.Context(), room, page)
		if err != nil {
			c.t.Fatal(err)
		}
		all = append(slices.DeleteFunc(slices.Clone(some), func(p mattermost.Post) bool { return p.Type != "" }), all...)
		if len(some) < 200 {
			return all
		}
	}
}

// sink keeps what it is given, and can be waited for.
type sink struct {
	mu    sync.Mutex
	all   []mattermost.Event
	grown chan struct{}
	fail  error
}

func newSink() *sink { return &sink{grown: make(chan struct{}, 1)} }

func (s *sink) Take(_ context.Context, events []mattermost.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		err := s.fail
		s.fail = nil
		return err
	}
	for _, e := range events { // who is stopped gets the last again
		if n := len(s.all); n == 0 || e.Number > s.all[n-1].Number {
			s.all = append(s.all, e)
		}
	}
	select {
	case s.grown <- struct{}{}:
	default:
	}
	return nil
}

func (s *sink) events() []mattermost.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all)
}

// until waits for an event.
func (s *sink) until(t *testing.T, about string, is func(mattermost.Event) bool) mattermost.Event {
	t.Helper()
	limit := time.After(patience)
	for {
		if i := slices.IndexFunc(s.events(), is); i >= 0 {
			return s.events()[i]
		}
		select {
		case <-s.grown:
		case <-limit:
			t.Fatalf("%s did not come; there are\n%s", about, told(s.events()))
		}
	}
}

// told are events as lines.
func told(all []mattermost.Event) string {
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, "%s %q %s %s\n", e.What, e.Text, e.Emoji, e.Reason)
	}
	return b.String()
}

// capture captures until it is stopped.
func (c *chat) capture(to *sink) (stop func()) {
	ctx, cancel := context.WithCancel(c.t.Context())
	kept := &mattermost.Capture{Keeper: c.kept, Tokens: c.tokens, Sink: to, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	done := make(chan struct{})
	go func() {
		defer close(done)
		kept.Run(ctx)
	}()
	stop = func() {
		cancel()
		<-done
	}
	c.t.Cleanup(stop)
	return stop
}

// real returns the server that the environment names; "" for none.
func realServer() (url, token string) {
	url, token, _ = strings.Cut(os.Getenv("RENKEI_MATTERMOST"), ",")
	return url, token
}
