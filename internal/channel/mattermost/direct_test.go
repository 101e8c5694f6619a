package mattermost_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"renkei/internal/channel/mattermost"
	"renkei/internal/outbox"
)

// directServer is a Mattermost server as far as single people are written to.
type directServer struct {
	mu    sync.Mutex
	posts []mattermost.Post // in all channels
	fail  int               // status that posting answers with, after it was done; 0 for none
}

const (
	idBot  = "bbbbbbbbbbbbbbbbbbbbbbbbbb"
	idDara = "dddddddddddddddddddddddddd"
	idRoom = "rrrrrrrrrrrrrrrrrrrrrrrrrr"
)

func (s *directServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	say := func(v any) { _ = json.NewEncoder(w).Encode(v) }
	if r.Header.Get("Authorization") != "Bearer token" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	switch path := strings.TrimPrefix(r.URL.Path, "/api/v4"); r.Method + " " + path {
	case "GET /users/me":
		say(mattermost.User{ID: idBot, Username: "renkei"})
	case "GET /users/username/dara.sok", "GET /users/email/dara@kh.internal":
		say(mattermost.User{ID: idDara, Username: "dara.sok"})
	case "GET /users/username/gone":
		say(mattermost.User{ID: idDara, Username: "gone", DeleteAt: 1})
	case "POST /channels/direct":
		var both []string
		_ = json.NewDecoder(r.Body).Decode(&both)
		if !slices.Equal(both, []string{idBot, idDara}) {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		say(map[string]string{"id": idRoom})
	case "POST /posts":
		var p mattermost.Post
		_ = json.NewDecoder(r.Body).Decode(&p)
		p.ID, p.UserID = fmt.Sprintf("%026d", len(s.posts)), idBot
		s.posts = append(s.posts, p)
		if s.fail != 0 {
			w.WriteHeader(s.fail)
			return
		}
		say(p)
	case "GET /channels/" + idRoom + "/posts":
		order, all := []string{}, map[string]mattermost.Post{}
		for _, p := range s.posts {
			order = append(order, p.ID)
			all[p.ID] = p
		}
		slices.Reverse(order)
		say(map[string]any{"order": order, "posts": all})
	default:
		w.WriteHeader(http.StatusNotFound)
		say(map[string]string{"id": "absent", "message": "nothing at " + path})
	}
}

func directChannel(t *testing.T, s *directServer, token string) *mattermost.Direct {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	d, err := mattermost.NewDirect(server.URL, func() (string, error) { return token, nil })
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func message(address string) *outbox.Outgoing {
	return &outbox.Outgoing{
		ID: "key-1", Message: outbox.Message{Subject: "Comcheck", Text: "Please open this:\nhttps://renkei.internal/check/x"},
		Delivery: outbox.Delivery{Recipient: outbox.Recipient{Address: address}},
	}
}

// TestDirect writes to somebody by name and by mail address, once, also where the
// server failed after it had posted.
func TestDirect(t *testing.T) {
	t.Parallel()
	s := &directServer{}
	d := directChannel(t, s, "token")
	for _, who := range []string{"@Dara.Sok", "dara@kh.internal"} {
		id, err := d.Send(t.Context(), message(who))
		if err != nil || id == "" {
			t.Fatalf("%s: %q, %v", who, id, err)
		}
	}
	if len(s.posts) != 2 || s.posts[0].ChannelID != idRoom || !strings.Contains(s.posts[0].Message, "https://renkei.internal/check/x") || !strings.Contains(s.posts[0].Message, "**Comcheck**") {
		t.Fatalf("%+v", s.posts)
	}
	s.posts, s.fail = nil, http.StatusInternalServerError
	out := message("dara.sok")
	var f *outbox.Failure
	if _, err := d.Send(t.Context(), out); !errors.As(err, &f) || !f.Doubt || f.Final {
		t.Fatalf("a server that failed: %v", err)
	}
	s.fail, out.Delivery.Doubt = 0, true
	if id, err := d.Send(t.Context(), out); err != nil || id != s.posts[0].ID || len(s.posts) != 1 {
		t.Errorf("sent again: %q, %v, %d posts", id, err, len(s.posts))
	}
}

// TestDirectRefuses: nobody of that name is final, so that the next is asked; a
// token that does not hold stops the channel and no message.
func TestDirectRefuses(t *testing.T) {
	t.Parallel()
	d := directChannel(t, &directServer{}, "token")
	for _, who := range []string{"nobody", "gone"} {
		var f *outbox.Failure
		if _, err := d.Send(t.Context(), message(who)); !errors.As(err, &f) || !f.Final || f.Reason != outbox.ReasonAddress {
			t.Errorf("%s: %v", who, err)
		}
	}
	for _, who := range []string{"", "@", "a b", "https://chat.internal/x", strings.Repeat("a", 200)} {
		if d.Check(who) == nil {
			t.Errorf("%q is an address", who)
		}
	}
	var f *outbox.Failure
	if _, err := directChannel(t, &directServer{}, "other").Send(t.Context(), message("dara.sok")); !errors.As(err, &f) || !f.Channel || f.Final {
		t.Errorf("a token that does not hold: %v", err)
	}
	if _, err := mattermost.NewDirect("http://chat.internal", nil); !errors.Is(err, mattermost.ErrPlain) {
		t.Errorf("a token that can be read on the way: %v", err)
	}
}
