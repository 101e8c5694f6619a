package server_test

import (
	"context"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/channel/mattermost"
	"renkei/internal/config"
	"renkei/internal/server"
	fake "renkei/internal/testkit/mattermost"
)

// TestSlashCommand takes what is typed after /renkei, once and from the server of
// the exercise alone: what is forged, comes again or is of another channel is
// refused.
func TestSlashCommand(t *testing.T) {
	t.Parallel()
	s := fake.Start(t)
	ann := s.Join("ann", "ann@desk.internal")
	o := chatOptions(t, s)
	c := config.Default()
	c.Addr, c.Data = freeAddr(t), o.Data
	o.Do, o.People, o.Callback = "apply", nil, "http://old.internal"
	if _, err := server.SetUpMattermost(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	o.Callback = "http://" + c.Addr
	done, err := server.SetUpMattermost(t.Context(), o)
	if err != nil || !slices.Contains(done.Steps, mattermost.Step{Do: mattermost.Create, What: mattermost.TheCommand, Name: "/renkei"}) {
		t.Fatalf("%+v, %v", done, err)
	}
	if again, err := server.SetUpMattermost(t.Context(), o); err != nil || len(again.Steps) > 0 {
		t.Fatalf("the second time: %+v, %v", again.Steps, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended, ready := make(chan error, 1), make(chan struct{})
	go func() {
		ended <- server.Serve(ctx, server.ServeOptions{Config: c, Texts: o.Texts, Log: slog.New(slog.DiscardHandler), Ready: func(server.Served) { close(ready) }})
	}()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	room, _ := s.Standing("unit-asteria")
	at, form := s.Slash(t, ann, room, "status")
	post := func(about string, want int, change func(url.Values)) {
		t.Helper()
		f := maps.Clone(form)
		change(f)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at, strings.NewReader(f.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", about, res.StatusCode, want)
		}
	}
	post("no token", http.StatusForbidden, func(f url.Values) { f.Del("token") })
	post("another token", http.StatusForbidden, func(f url.Values) { f.Set("token", "x"+f.Get("token")[1:]) })
	post("another team", http.StatusForbidden, func(f url.Values) { f.Set("team_id", "x") })
	post("another channel", http.StatusForbidden, func(f url.Values) { f.Set("channel_id", "x") })
	post("nobody", http.StatusForbidden, func(f url.Values) { f.Del("user_id") })
	post("too long", http.StatusBadRequest, func(f url.Values) { f.Set("text", strings.Repeat("x", 70<<10)) })
	post("as it comes", http.StatusOK, func(url.Values) {})
	post("again", http.StatusConflict, func(url.Values) {})
	answered := func() (n int) {
		_, all := s.Standing("unit-asteria")
		for _, p := range all {
			if strings.Contains(p.Text, "Open tasks") {
				n++
			}
		}
		return n
	}
	for limit := time.Now().Add(time.Minute); answered() == 0; <-time.After(20 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("no answer")
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := answered(); n != 1 {
		t.Errorf("it was answered %d times", n)
	}
	o.Do = "archive"
	gone, err := server.SetUpMattermost(t.Context(), o)
	if err != nil || !slices.Contains(gone.Steps, mattermost.Step{Do: mattermost.Archive, What: mattermost.TheCommand, Name: "/renkei"}) {
		t.Errorf("archived: %+v, %v", gone, err)
	}
}

// freeAddr is an address on which nobody listens.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
