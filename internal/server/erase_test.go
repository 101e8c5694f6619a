package server_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/channel/mattermost"
	"renkei/internal/config"
	"renkei/internal/exercise/transfer"
	"renkei/internal/server"
	"renkei/internal/storage"
	fake "renkei/internal/testkit/mattermost"
)

// TestErasePerson erases somebody who has talked on Mattermost, on the page of the
// secretary: who they were is nowhere in the database or in a backup made afterwards,
// what was captured has no text any more, and others are left alone. What they said
// in the exercise stays in its log, under an id that means nothing.
func TestErasePerson(t *testing.T) {
	t.Parallel()
	s := fake.Start(t)
	ann, bo := s.Join("ann", "ann@desk.internal"), s.Join("bo", "bo@desk.internal")
	o := chatOptions(t, s)
	o.Do, o.People = "apply", map[string][]string{"borealis": {"bo"}}
	done, err := server.SetUpMattermost(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	ids := addSecretary(t, o.Database)
	c := config.Default()
	c.Addr, c.Data = freeAddr(t), o.Data
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- server.Serve(ctx, server.ServeOptions{Config: c, Texts: o.Texts, Log: slog.New(slog.DiscardHandler), Ready: func(server.Served) { close(ready) }})
	}()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	room := done.Place.Room(mattermost.ForUnit, "asteria")
	s.Say(ann, room, "renkei status and a word of Ann's own")
	s.Say(bo, done.Place.Room(mattermost.ForUnit, "borealis"), "what Bo has said")
	wait := func(about string, is func() bool) {
		t.Helper()
		for limit := time.Now().Add(time.Minute); !is(); <-time.After(20 * time.Millisecond) {
			if time.Now().After(limit) {
				t.Fatal(about)
			}
		}
	}
	answered := func() bool {
		_, all := s.Standing("unit-asteria")
		return slices.ContainsFunc(all, func(p fake.Posted) bool { return p.User == "renkei" && strings.Contains(p.Text, "Open tasks") })
	}
	wait("no answer", answered)
	wait("it was not captured", func() bool { return slices.Contains(captured(t, o.Database), "what Bo has said") })

	v := passwordIn(t, "http://"+c.Addr, "sec@desk.internal")
	person := ids["ann@desk.internal"]
	form := url.Values{"person": {person}, "do": {"erase"}}
	if res := v.do(http.MethodPost, v.base+"people/account", form); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without the tick: %d", res.StatusCode)
	}
	form.Set("sure", "yes")
	own := url.Values{"person": {ids["sec@desk.internal"]}, "do": {"erase"}, "sure": {"yes"}}
	if res := v.do(http.MethodPost, v.base+"people/account", own); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a secretary: %d", res.StatusCode)
	}
	v.post("people/account", form)
	if res := v.do(http.MethodPost, v.base+"people/account", form); res.StatusCode != http.StatusNotFound {
		t.Errorf("a second time: %d", res.StatusCode)
	}
	if page := v.get("audit"); !strings.Contains(page, "erased a person") {
		t.Error("the audit log does not tell of it")
	}
	texts := captured(t, o.Database)
	if slices.ContainsFunc(texts, func(x string) bool { return strings.Contains(x, "of Ann's own") }) || !slices.Contains(texts, "what Bo has said") {
		t.Errorf("captured %q", texts)
	}
	backup := filepath.Join(t.TempDir(), "b.zip")
	if _, err := transfer.Backup(t.Context(), transfer.BackupOptions{ArchiveOptions: transfer.ArchiveOptions{Out: backup}, From: o.Data, Areas: server.Stored()}); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	whole, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range unzipped(t, string(whole)) {
		for _, word := range []string{"ann@desk.internal", `"ann"`, `Ann"`} {
			if strings.Contains(raw, word) {
				t.Errorf("the backup's %s has %q", name, word)
			}
		}
		if strings.Contains(raw, "of Ann's own") && !strings.Contains(name, "log") {
			t.Errorf("the backup's %s has what was said", name)
		}
	}
	raw, err := os.ReadFile(o.Database)
	if err != nil || bytes.Contains(raw, []byte("ann@desk.internal")) {
		t.Errorf("the database has the address: %v", err)
	}
}

// addSecretary adds one who can sign in, and returns the ids of all by login.
func addSecretary(t *testing.T, at string) map[string]string {
	t.Helper()
	db, err := storage.Open(t.Context(), at, storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	people := auth.New(db, time.Now, server.Rules()...)
	person, err := people.AddAccount(t.Context(), "Sec", "CERT", "sec@desk.internal", "correct horse battery")
	if err == nil {
		err = people.Grant(t.Context(), "", auth.Grant{Person: person, Role: string(auth.Secretary)})
	}
	if err != nil {
		t.Fatal(err)
	}
	all, err := people.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, a := range all {
		ids[a.Login] = a.Person
	}
	return ids
}

// passwordIn signs somebody in.
func passwordIn(t *testing.T, base, login string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, c: &http.Client{Jar: jar}, base: base + "/"}
	if res := v.do(http.MethodPost, base+"/sign-in", url.Values{"login": {login}, "password": {"correct horse battery"}}); res.StatusCode != http.StatusOK {
		t.Fatalf("sign in: %d", res.StatusCode)
	}
	return v
}
