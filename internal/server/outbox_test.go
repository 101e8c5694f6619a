package server_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/community/demo"
	communitystore "renkei/internal/community/store"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/transfer"
	"renkei/internal/outbox"
	"renkei/internal/outbox/store"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/web"
)

// outboxTable is the routes of messages to people outside the pages. Of an
// exercise its director sees them.
func outboxTable() map[string]string {
	return map[string]string{
		"GET /outgoing": "yy.......", "GET /outgoing/{number}": "y........", "POST /outgoing": ".........", "POST /outgoing/{number}": ".........",
	}
}

// outboxAt opens the outbox of a database, as the server does when it starts.
func outboxAt(t *testing.T, at string) *store.Store {
	t.Helper()
	db, err := storage.Open(t.Context(), at, storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := store.New(db.Database)
	if err := s.Begin(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRestoredOutbox brings a backup back: what waits in it is there and held,
// for it may have been sent since; where it came from nothing is.
func TestRestoredOutbox(t *testing.T) {
	t.Parallel()
	dir, to := t.TempDir(), filepath.Join(t.TempDir(), "renkei.db")
	s := outboxAt(t, filepath.Join(dir, "renkei.db"))
	m := outbox.Message{Key: "k", Scope: "community", Subject: "s", Text: "t", To: []outbox.Recipient{{ID: "a", Channel: "mail", Address: "a@b.internal"}}}
	m.Files = []outbox.File{{Name: "large.bin", Media: "application/octet-stream", Data: make([]byte, 3<<20)}}
	if err := s.Put(t.Context(), time.Now(), []outbox.Message{m}); err != nil {
		t.Fatal(err)
	}
	backup := transfer.BackupOptions{From: dir, Areas: server.Stored(), Sessions: true}
	backup.Out, backup.By, backup.Now = filepath.Join(t.TempDir(), "all.zip"), "test", time.Unix(0, 0)
	if _, err := transfer.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	for range 2 { // broken off, the same command goes on
		if _, err := transfer.Restore(t.Context(), transfer.RestoreOptions{Archive: backup.Out, DB: to, Areas: server.Stored()}); err != nil {
			t.Fatal(err)
		}
	}
	restored := outboxAt(t, to)
	holds, err := restored.Holds(t.Context())
	if err != nil || len(holds) != 1 || holds[0].Reason != outbox.Restored {
		t.Errorf("%+v, %v", holds, err)
	}
	all, err := restored.Of(t.Context(), "community")
	if err != nil || len(all) != 1 || all[0].State != outbox.Queued {
		t.Errorf("%+v, %v", all, err)
	}
	if holds, err = s.Holds(t.Context()); err != nil || len(holds) != 0 {
		t.Errorf("where it came from: %+v, %v", holds, err)
	}
}

// letterbox is a channel that takes nothing.
type letterbox struct{}

func (letterbox) Name() string          { return "mail" }
func (letterbox) Limits() outbox.Limits { return outbox.Limits{} }

func (letterbox) Check(address string) error {
	if !strings.Contains(address, "@") {
		return errors.New("no address")
	}
	return nil
}

func (letterbox) Send(context.Context, *outbox.Outgoing) (string, error) {
	return "", errors.New("nobody is there")
}

// outboxSite serves an outbox with a message of a comcheck and one of each of two
// exercises; nothing is sent.
func outboxSite(t *testing.T) (*fixture, *outbox.Outbox) {
	t.Helper()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	records, err := demo.Records()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := communitystore.New(db.Database).Apply(t.Context(), time.Now(), demo.Changes(records, "", "demo")...); err != nil {
		t.Fatal(err)
	}
	kept := store.New(db.Database)
	box := outbox.New(kept, outbox.NewDispatcher(kept, slog.New(slog.DiscardHandler), letterbox{}), time.Now)
	for _, scope := range []string{"community/comcheck/2026-12", "x/x", "x/xx"} {
		m := outbox.Message{Key: scope, Scope: scope, Subject: "About <" + scope + ">", Text: "Text of " + scope}
		m.To = []outbox.Recipient{{ID: "a", Name: "Ann", Channel: "mail", Address: "ann@" + strings.ReplaceAll(scope, "/", "-") + ".internal"}}
		if err := box.Put(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	h := &fixture{t: t, auth: auth.New(db, time.Now, server.Rules()...)}
	handler := newPages(t, web.Deps{
		Auth: h.auth, Texts: texts, Log: slog.New(slog.DiscardHandler), Limits: hurried(),
		Areas: server.Areas(server.Deps{Host: oneExercise{}, DB: db.Database, Outbox: box}),
	})
	pages := httptest.NewServer(handler)
	t.Cleanup(pages.Close)
	h.url = pages.URL
	return h, box
}

// directing is somebody who was made the director of an exercise.
func (h *fixture) directing(exercise string) *browser {
	h.t.Helper()
	b := h.granted(community.Owner, community.In("th"))
	all, err := h.auth.GrantsIn(h.t.Context(), community.In("th"))
	if err != nil || len(all) != 1 {
		h.t.Fatalf("%+v, %v", all, err)
	}
	if err := h.auth.Grant(h.t.Context(), "test", auth.Grant{Person: all[0].Person, Scope: access.In(exercise, ""), Role: string(access.Director)}); err != nil {
		h.t.Fatal(err)
	}
	return b
}

// TestOutgoing shows everybody what is theirs, and lets them act on that alone.
func TestOutgoing(t *testing.T) {
	t.Parallel()
	h, box := outboxSite(t)
	all, err := box.List(t.Context(), outbox.Filter{Scopes: []string{""}, Most: 10})
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	secretary, coordinator := h.secretary(), h.granted(community.Coordinator, community.Everywhere())
	director, owner := h.directing("x"), h.granted(community.Owner, community.In("kh"))
	for name, c := range map[string]struct {
		who  *browser
		sees string
	}{
		"secretary": {secretary, "community/comcheck/2026-12 x/x x/xx"}, "coordinator": {coordinator, "community/comcheck/2026-12"},
		"director": {director, "x/x"}, "owner": {owner, ""},
	} {
		status, page := c.who.get("/outgoing")
		if (status == http.StatusOK) != (c.sees != "") {
			t.Errorf("%s: %d", name, status)
		}
		for _, d := range all {
			yes := strings.Contains(" "+c.sees+" ", " "+d.Scope+" ")
			if shown := strings.Contains(page, "About &lt;"+d.Scope+"&gt;"); shown != yes {
				t.Errorf("%s sees %s: %v", name, d.Scope, shown)
			}
			path := "/outgoing/" + strconv.FormatInt(d.Number, 10)
			if status, page := c.who.get(path); (status == http.StatusOK && strings.Contains(page, "Text of "+d.Scope)) != yes {
				t.Errorf("%s opens %s: %d", name, d.Scope, status)
			}
			if !yes {
				c.who.want(http.StatusNotFound, path, url.Values{"do": {"drop"}})
			}
		}
	}
	coordinator.want(http.StatusNotFound, "/outgoing", url.Values{"do": {"hold"}, "scope": {""}})
	coordinator.want(http.StatusNotFound, "/outgoing", url.Values{"do": {"hold"}, "scope": {"x/x"}})
	director.want(http.StatusNotFound, "/outgoing", url.Values{"do": {"release"}, "scope": {"x/xx"}})
	if _, page := secretary.get("/outgoing?state=failed"); strings.Contains(page, "About") || !strings.Contains(page, "There are no messages") {
		t.Error("the filter shows what did not fail")
	}
	if _, page := secretary.get("/outgoing?find=ANN%40x-xx"); strings.Count(page, "About &lt;") != 1 {
		t.Error("the search finds another number than one")
	}
	if status, _ := secretary.get("/outgoing?state=strange"); status != http.StatusNotFound {
		t.Errorf("a state that there is not: %d", status)
	}
}

// TestOutgoingActs drops, retries and sends elsewhere, holds and lets go, and the
// audit log says who did.
func TestOutgoingActs(t *testing.T) {
	t.Parallel()
	h, box := outboxSite(t)
	all, err := box.Of(t.Context(), "x/x")
	if err != nil {
		t.Fatal(err)
	}
	director, path := h.directing("x"), "/outgoing/"+strconv.FormatInt(all[0].Number, 10)
	state := func(want outbox.State) {
		t.Helper()
		_, d, _, err := box.Get(t.Context(), all[0].Number)
		if err != nil || d.State != want {
			t.Errorf("it is %+v, %v; want %s", d, err, want)
		}
	}
	director.want(http.StatusSeeOther, path, url.Values{"do": {"drop"}})
	state(outbox.Dropped)
	if status, page := director.post(path, url.Values{"do": {"drop"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "too late") {
		t.Errorf("dropped twice: %d", status)
	}
	director.want(http.StatusSeeOther, path, url.Values{"do": {"retry"}})
	state(outbox.Queued)
	for _, bad := range []url.Values{{"channel": {"chat"}, "address": {"a@b"}}, {"channel": {"mail"}, "address": {"nowhere"}}, {"channel": {"mail"}, "address": {"a@b\r\nBcc: c@d"}}} {
		bad.Set("do", "switch")
		if status, page := director.post(path, bad); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Nothing can be sent there") {
			t.Errorf("%v: %d", bad, status)
		}
	}
	director.want(http.StatusSeeOther, path, url.Values{"do": {"switch"}, "channel": {"mail"}, "address": {" bo@home.internal "}})
	if _, page := director.get(path); !strings.Contains(page, "bo@home.internal") || !strings.Contains(page, "to be sent elsewhere") || !strings.Contains(page, "Ada") {
		t.Errorf("the page does not say so: %s", page)
	}
	director.want(http.StatusSeeOther, "/outgoing", url.Values{"do": {"hold"}, "scope": {"x/x"}, "reason": {"REAL\n<b>"}})
	if _, page := director.get("/outgoing"); !strings.Contains(page, "REAL &lt;b&gt;") {
		t.Error("the hold is not shown")
	}
	holds, err := box.Holds(t.Context())
	if err != nil || len(holds) != 1 || holds[0].Scope != "x/x" {
		t.Errorf("%+v, %v", holds, err)
	}
	director.want(http.StatusSeeOther, "/outgoing", url.Values{"do": {"release"}, "scope": {"x/x"}})
	if holds, err = box.Holds(t.Context()); err != nil || len(holds) != 0 {
		t.Errorf("%+v, %v", holds, err)
	}
	_, page := h.secretary().get("/audit")
	for _, deed := range []string{"had a message sent again", "took a message back", "sent a message elsewhere", "held messages", "let messages go"} {
		if strings.Count(page, deed) != 1 {
			t.Errorf("the audit log says %d times %q", strings.Count(page, deed), deed)
		}
	}
}
