package server_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/channel/mattermost"
	mattermoststore "renkei/internal/channel/mattermost/store"
	"renkei/internal/config"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/outbox"
	"renkei/internal/outbox/store"
	"renkei/internal/server"
	"renkei/internal/storage"
	fake "renkei/internal/testkit/mattermost"
)

// chatOptions are a data folder with an exercise in which somebody with an
// account plays, and a Mattermost server on which they have one too.
func chatOptions(t *testing.T, s *fake.Server) *server.MattermostOptions {
	t.Helper()
	dir := t.TempDir()
	at := filepath.Join(dir, config.FileDB)
	db, err := storage.Open(t.Context(), at, storage.Options{Areas: server.Stored()})
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
	deps := conduct.Deps{Store: db, Clock: conduct.SystemClock(), Log: slog.New(slog.DiscardHandler)}
	if err := conduct.Create(t.Context(), deps, conduct.Setup{ID: id, Title: pack.Title, Seed: 7, Pack: pack, Teams: teams}); err != nil {
		t.Fatal(err)
	}
	people := auth.New(db, time.Now, server.Rules()...)
	person, err := people.AddAccount(t.Context(), "Ann", "CERT", "ann@desk.internal", "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if err := people.Grant(t.Context(), "", auth.Grant{Person: person, Scope: access.In(id, teams[0].Key), Role: string(access.Player)}); err != nil {
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
	if err := os.WriteFile(word, []byte(s.Admin+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return &server.MattermostOptions{
		Do: "plan", Data: dir, Database: at, Exercise: id, URL: s.URL, TokenFile: word, Texts: texts,
		People: map[string][]string{teams[1].Key: {"bo"}, "excon": {"chi", "nobody"}},
	}
}

// TestSetUpMattermost sets an exercise up from what is stored, with the people who
// have an account and those who were given.
func TestSetUpMattermost(t *testing.T) {
	t.Parallel()
	s := fake.Start(t)
	for _, name := range []string{"ann", "bo", "chi"} {
		s.Join(name, name+"@desk.internal")
	}
	o := chatOptions(t, s)
	plan, err := server.SetUpMattermost(t.Context(), o)
	if err != nil || !slices.Equal(plan.Missing, []string{"nobody"}) || len(plan.Steps) < 10 {
		t.Fatalf("%+v, %v", plan, err)
	}
	if _, err := os.Stat(filepath.Join(o.Data, mattermost.FileTokens)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("planning has left a file: %v", err)
	}
	o.Do = "apply"
	done, err := server.SetUpMattermost(t.Context(), o)
	if err != nil || len(done.Lacks) > 0 || len(done.Place.Links) < 6 || len(done.Place.Bots) == 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	if info, err := os.Stat(filepath.Join(o.Data, mattermost.FileTokens)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("tokens: %v, %v", info, err)
	}
	raw, err := os.ReadFile(o.Database)
	if err != nil || strings.Contains(string(raw), s.Admin) {
		t.Errorf("the database has the token: %v", err)
	}
	again, err := server.SetUpMattermost(t.Context(), o)
	if err != nil || len(again.Steps) > 0 {
		t.Errorf("the second time: %+v, %v", again, err)
	}
	o.Pairs = []string{"borealis+asteria"}
	paired, err := server.SetUpMattermost(t.Context(), o)
	if err != nil || paired.Place.Room(mattermost.ForPair, "asteria+borealis") == "" || !s.In(paired.Place.Room(mattermost.ForPair, "asteria+borealis"), "ann") {
		t.Errorf("a room of two: %+v, %v", paired, err)
	}
	o.Pairs = nil
	if kept, err := server.SetUpMattermost(t.Context(), o); err != nil || len(kept.Steps) > 0 || kept.Place.Room(mattermost.ForPair, "asteria+borealis") == "" {
		t.Errorf("the room of two afterwards: %+v, %v", kept, err)
	}
	for name, x := range map[string]struct {
		change func(*server.MattermostOptions)
		want   error
	}{
		"no exercise": {func(o *server.MattermostOptions) { o.Exercise = "y" }, server.ErrNoExercise},
		"in the open": {func(o *server.MattermostOptions) { o.URL = "http://chat.internal" }, mattermost.ErrPlain},
		"no address":  {func(o *server.MattermostOptions) { o.URL = "chat.internal" }, mattermost.ErrURL},
		"no token":    {func(o *server.MattermostOptions) { o.TokenFile += ".none" }, os.ErrNotExist},
	} {
		other := *o
		x.change(&other)
		if _, err := server.SetUpMattermost(t.Context(), &other); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
	}
	var unknown *server.UnknownUnitError
	for _, pair := range []string{"asteria", "asteria+asteria", "asteria+atlantis", "+"} {
		o.Pairs = []string{pair}
		if _, err := server.SetUpMattermost(t.Context(), o); !errors.As(err, &unknown) {
			t.Errorf("a pair %q: %v", pair, err)
		}
	}
	o.Pairs = nil
	o.People["atlantis"] = []string{"bo"}
	if _, err := server.SetUpMattermost(t.Context(), o); !errors.As(err, &unknown) || len(unknown.Known) < 3 {
		t.Errorf("a unit that is none: %v", err)
	}
}

// TestServeMattermost posts what waits, and keeps what is said there.
func TestServeMattermost(t *testing.T) {
	t.Parallel()
	s := fake.Start(t)
	ann := s.Join("ann", "ann@desk.internal")
	o := chatOptions(t, s)
	o.Do, o.People = "apply", nil
	done, err := server.SetUpMattermost(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var room string
	for _, l := range done.Place.Links {
		if l.Kind == mattermost.ForUnit && s.In(l.RoomID, "ann") {
			room = l.RoomID
		}
	}
	db, err := storage.Open(t.Context(), o.Database, storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	m := outbox.Message{Key: "k", Scope: "x/" + id, Subject: "Ransom note", Text: "The screens are black.\n", To: []outbox.Recipient{{ID: "u", Channel: mattermost.Name, Address: room}}}
	if err := errors.Join(store.New(db.Database).Put(t.Context(), time.Now(), []outbox.Message{m}), db.Close()); err != nil {
		t.Fatal(err)
	}
	posted := make(chan struct{}, 100)
	s.Fault(func(r *http.Request) *fake.Fault {
		if r.URL.Path == "/api/v4/posts" {
			posted <- struct{}{}
		}
		return nil
	})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	c := config.Default()
	c.Addr, c.Data = "127.0.0.1:0", o.Data
	ended := make(chan error, 1)
	go func() {
		ended <- server.Serve(ctx, server.ServeOptions{Config: c, Texts: o.Texts, Log: slog.New(slog.DiscardHandler), Ready: func(server.Served) {}})
	}()
	select {
	case <-posted:
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was posted")
	}
	said := s.Say(ann, room, "We have disconnected the ward.")
	var texts []string
	for limit := time.After(30 * time.Second); !slices.Contains(texts, said); {
		texts = captured(t, o.Database)
		select {
		case <-limit:
			t.Fatalf("captured %q", texts)
		case <-time.After(20 * time.Millisecond):
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !slices.Contains(texts, "**Ransom note**\n\nThe screens are black.") {
		t.Errorf("captured %q", texts)
	}
}

// captured are the texts that were kept, and the ids of their posts.
func captured(t *testing.T, at string) (texts []string) {
	t.Helper()
	r, err := storage.OpenReader(t.Context(), at, server.Stored()...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	all, err := mattermoststore.NewReader(r.Database).Events(t.Context(), id, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		texts = append(texts, e.Text, e.Post)
	}
	return texts
}
