package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"renkei/internal/auth"
	"renkei/internal/channel/mattermost"
	"renkei/internal/config"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// caller is somebody on a real server.
type caller struct {
	t                   *testing.T
	url, token, id, who string
}

// call makes a call and returns its status.
func (c *caller) call(method, path string, in, out any) int {
	c.t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(context.WithoutCancel(c.t.Context()), method, c.url+"/api/v4"+path, bytes.NewReader(raw))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	said, err := io.ReadAll(res.Body)
	if err == nil && out != nil && res.StatusCode < 300 {
		err = json.Unmarshal(said, out)
	}
	if err != nil {
		c.t.Fatal(path, err)
	}
	if c.token == "" {
		c.token = res.Header.Get("Token")
	}
	return res.StatusCode
}

func (c *caller) join(name string) *caller {
	c.t.Helper()
	p := &caller{t: c.t, url: c.url, who: name}
	word := "Pass-word-1-" + name
	var made struct{ ID string }
	c.call(http.MethodPost, "/users", map[string]string{"username": name, "email": name + "@desk.internal", "password": word}, &made)
	p.id = made.ID
	p.call(http.MethodPost, "/users/login", map[string]string{"login_id": name, "password": word}, nil)
	return p
}

func (c *caller) say(room, root, text string) string {
	c.t.Helper()
	var made mattermost.Post
	code := 0
	for range 5 { // 5.37 answers 500 now and then where two post in a thread at once
		if code = c.call(http.MethodPost, "/posts", mattermost.Post{ChannelID: room, RootID: root, Message: text}, &made); code == http.StatusCreated {
			return made.ID
		}
	}
	c.t.Fatalf("%s says %q: %d", c.who, text, code)
	return ""
}

func (c *caller) posts(room string) map[string]mattermost.Post {
	c.t.Helper()
	var list struct{ Posts map[string]mattermost.Post }
	c.call(http.MethodGet, "/channels/"+room+"/posts?per_page=200", nil, &list)
	return list.Posts
}

// press presses the button of a post whose name has some words; false where there
// is none.
func (c *caller) press(p *mattermost.Post, words string) bool {
	c.t.Helper()
	for _, b := range buttonsOf(p) {
		if strings.Contains(b[1], words) {
			code := c.call(http.MethodPost, "/posts/"+p.ID+"/actions/"+b[0], map[string]string{}, nil)
			return code == http.StatusOK
		}
	}
	return false
}

// buttonsOf are the ids and names of a post's buttons.
func buttonsOf(p *mattermost.Post) (all [][2]string) {
	raw, _ := json.Marshal(p.Props["attachments"])
	var attachments []struct {
		Actions []struct{ ID, Name string }
	}
	_ = json.Unmarshal(raw, &attachments) // one that is none has no buttons
	for _, a := range attachments {
		for _, b := range a.Actions {
			all = append(all, [2]string{b.ID, b.Name})
		}
	}
	return all
}

// dialogs hears of the dialogs that open for somebody.
func (c *caller) dialogs() <-chan string {
	c.t.Helper()
	conn, res, err := websocket.Dial(c.t.Context(), strings.Replace(c.url, "http", "ws", 1)+"/api/v4/websocket", &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer " + c.token}},
	})
	if err != nil {
		c.t.Fatal(err, res)
	}
	conn.SetReadLimit(1 << 20)
	opened := make(chan string, 10)
	go func() {
		for {
			_, raw, err := conn.Read(c.t.Context())
			if err != nil {
				return
			}
			var m struct {
				Event string
				Data  struct{ Dialog string }
			}
			if json.Unmarshal(raw, &m) == nil && m.Event == "open_dialog" {
				opened <- m.Data.Dialog
			}
		}
	}()
	return opened
}

var taskKey = regexp.MustCompile(`T\d+`)

// TestPlayOnRealMattermost plays the half-hour pack from start to report on the
// server that RENKEI_MATTERMOST=URL,TOKEN names, with three units that answer in
// their channels alone: by reactions, replies, buttons, dialogs and /renkei, one of
// them in two languages, two in a channel of their own, with a question in the
// channel for help. RENKEI_MATTERMOST_SPEED is the speed of the clock.
func TestPlayOnRealMattermost(t *testing.T) {
	at, token, _ := strings.Cut(os.Getenv("RENKEI_MATTERMOST"), ",")
	if at == "" {
		t.Skip("RENKEI_MATTERMOST names no server")
	}
	speed := os.Getenv("RENKEI_MATTERMOST_SPEED")
	if speed == "" {
		speed = "10"
	}
	admin := &caller{t: t, url: at, token: token}
	tail := fmt.Sprint(time.Now().Unix() % 1_000_000)
	var people []*caller
	for _, name := range []string{"ann", "bo", "chi", "dan"} {
		people = append(people, admin.join(name+tail))
	}
	o, link := realOptions(t, at, token, "x"+tail)
	o.People = map[string][]string{"asteria": {people[0].who}, "borealis": {people[1].who}, "coralia": {people[2].who}, "excon": {people[3].who}}
	o.Pairs = []string{"asteria+borealis"}
	c := config.Default()
	c.Addr, c.Data = freeAddr(t), o.Data
	o.Callback = "http://" + c.Addr
	done, err := server.SetUpMattermost(t.Context(), o)
	if err != nil || len(done.Missing) > 0 || len(done.Lacks) > 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	t.Logf("server of version %s", done.Version)
	place := done.Place
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- server.Serve(ctx, server.ServeOptions{Config: c, Texts: o.Texts, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), Ready: func(server.Served) { close(ready) }})
	}()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	director := signIn(t, server.DemoLink{URL: o.Callback + "/in/" + link})
	director.post("clock", url.Values{"do": {"start"}, "sure": {"1"}, "key": {"k1"}})
	director.post("speed", url.Values{"speed": {speed}, "key": {"k2"}})
	playRooms(t, people, place, director)
	report := director.get("report?for=excon&form=html")
	if n := strings.Count(report, "Mattermost"); n == 0 {
		t.Error("the report does not say that it was played on Mattermost")
	} else {
		t.Logf("the report of %d bytes says Mattermost %d times", len(report), n)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// realOptions are a data folder with an exercise of three teams, the first of which
// reads two languages, and the word of a link for its director.
func realOptions(t *testing.T, at, token, id string) (*server.MattermostOptions, string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, config.FileDB)
	db, err := storage.Open(t.Context(), path, storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	pack, ds, err := scenario.Load("../../scenarios/hospital-ransomware")
	if err != nil || scenario.Failed(ds) {
		t.Fatalf("load pack: %v %v", err, ds)
	}
	teams, err := teamfile.Demo(3)
	if err != nil {
		t.Fatal(err)
	}
	teams[0].Also = []string{"ja"}
	deps := conduct.Deps{Store: db, Clock: conduct.SystemClock(), Log: slog.New(slog.DiscardHandler)}
	if err := conduct.Create(t.Context(), deps, conduct.Setup{ID: id, Title: pack.Title, Seed: 7, Pack: pack, Teams: teams}); err != nil {
		t.Fatal(err)
	}
	link, err := auth.New(db, time.Now, server.Rules()...).Invite(t.Context(), "", auth.Grant{Scope: access.In(id, ""), Role: string(access.Director)}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	word := filepath.Join(dir, "token")
	if err := os.WriteFile(word, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return &server.MattermostOptions{Do: "apply", Data: dir, Database: path, Exercise: id, URL: at, TokenFile: word, Texts: texts}, link
}

// playRooms has three people do what comes in their channels until nothing has come
// for a while.
func playRooms(t *testing.T, people []*caller, place *mattermost.Place, director *visitor) {
	t.Helper()
	units := []string{"asteria", "borealis", "coralia"}
	opened := people[0].dialogs()
	pair := place.Room(mattermost.ForPair, "asteria+borealis")
	people[0].say(pair, "", "TLP:AMBER Did 203.0.113.9 call you too?")
	help := place.Room(mattermost.ForHelp, "")
	asked := people[1].say(help, "", "Which zone do the times have?")
	people[3].say(help, asked, "That of your unit, and UTC.")
	if code := people[1].call(http.MethodPost, "/commands/execute", map[string]string{"channel_id": place.Room(mattermost.ForUnit, "borealis"), "command": "/renkei status"}, nil); code != http.StatusOK {
		t.Errorf("/renkei status: %d", code)
	}
	seen := map[string]bool{}
	injects, recorded, japanese, filled, pressed := 0, 0, 0, 0, 0
	quiet := time.Now()
	for time.Since(quiet) < 60*time.Second && injects < 1000 {
		for i, unit := range units {
			room := place.Room(mattermost.ForUnit, unit)
			for id, p := range people[i].posts(room) {
				if seen[id] {
					continue
				}
				seen[id], quiet = true, time.Now()
				if strings.HasPrefix(p.Message, "**Recorded") || strings.Contains(p.Message, "記録しました") {
					recorded++
				}
				if about, _ := p.Props[mattermost.PropAbout].(string); !strings.HasPrefix(about, "inject/") {
					continue
				}
				injects++
				if strings.Contains(p.Message, "────────── 日本語") || strings.Contains(p.Message, "─ 日本語") {
					japanese++
				}
				if people[i].press(&p, "Acknowledge") {
					pressed++
				}
				for n, b := range buttonsOf(&p) {
					key := taskKey.FindString(b[1])
					if key == "" {
						continue
					}
					if i == 0 && n == 1 && people[0].press(&p, key) {
						if handIn(t, people[0], place, room, <-opened) {
							filled++
						}
						continue
					}
					people[i].say(room, p.ID, "renkei answer "+key+" a")
				}
				if injects%5 == 0 {
					people[i].say(place.Room(mattermost.ForLiaison, ""), "", "TLP:GREEN 203.0.113.9 has called our hospital, "+unit)
				}
			}
		}
		<-time.After(300 * time.Millisecond)
	}
	t.Logf("injects %d, of them in two languages %d; acknowledged by button %d, dialogs handed in %d, answers recorded %d", injects, japanese, pressed, filled, recorded)
	if injects < 20 || japanese == 0 || filled == 0 || pressed != injects || recorded < 10 {
		t.Error("too little came of it")
	}
	log := director.get("log.csv")
	for _, words := range []string{"203.0.113.9", "Mattermost", "zone do the times"} {
		if !strings.Contains(log, words) {
			t.Errorf("the log lacks %q", words)
		}
	}
}

// handIn hands a dialog in as a client does.
func handIn(t *testing.T, c *caller, place *mattermost.Place, room, raw string) bool {
	t.Helper()
	var d struct {
		URL    string
		Dialog struct {
			CallbackID string `json:"callback_id"`
			State      string
			Elements   []struct{ Name string }
		}
	}
	if err := json.Unmarshal([]byte(raw), &d); err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, e := range d.Dialog.Elements {
		values[e.Name] = "a"
	}
	return c.call(http.MethodPost, "/actions/dialogs/submit", map[string]any{
		"url": d.URL, "callback_id": d.Dialog.CallbackID, "state": d.Dialog.State, "user_id": c.id, "channel_id": room, "team_id": place.TeamID, "submission": values,
	}, nil) == http.StatusOK
}
