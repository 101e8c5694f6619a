//go:build unix

package e2e

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/server"
	"renkei/internal/storage"
	fake "renkei/internal/testkit/mattermost"
	"renkei/internal/testkit/soak"
)

// talkers say something in the liaison channel every now and then, a few dozen
// each: what one may write in a minute has an end.
type talkers struct {
	chat *fake.Server
	room string
	ids  []string // accounts

	mu   sync.Mutex
	said []string // ids of posts
}

// talk has them talk until stop is closed.
func (k *talkers) talk(stop <-chan struct{}) {
	const each = 50
	for i := range each * len(k.ids) {
		select {
		case <-stop:
			return
		case <-time.After(time.Duration(20+rand.IntN(100)) * time.Millisecond):
		}
		id := k.chat.Say(k.ids[i%len(k.ids)], k.room, fmt.Sprint("TLP:GREEN number ", i))
		k.mu.Lock()
		k.said = append(k.said, id)
		k.mu.Unlock()
	}
}

func (k *talkers) posts() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.said)
}

// ours counts what we have posted to teams.
func (k *talkers) ours() (n int) {
	for _, unit := range []string{"asteria", "borealis", "coralia", "delmara"} {
		_, all := k.chat.Standing("unit-" + unit)
		for _, p := range all {
			if p.Key != "" {
				n++
			}
		}
	}
	return n
}

// chatPlay is an exercise that is played on a chat server, by a program that may be
// ended and started again.
type chatPlay struct {
	chat     *fake.Server
	k        *talkers
	s        *started
	at       string
	data, id string
	director *visitor
	setUp    server.MattermostOptions
}

// newChatPlay is one that has begun, at thirty times the speed.
func newChatPlay(t *testing.T) *chatPlay {
	t.Helper()
	chat := fake.Start(t)
	k := &talkers{chat: chat}
	people := map[string][]string{}
	for unit, name := range map[string]string{"asteria": "ann", "borealis": "bo", "coralia": "chi"} {
		k.ids = append(k.ids, chat.Join(name, name+"@desk.internal"))
		people[unit] = []string{name}
	}
	data := t.TempDir()
	id, link := furnished(t, data, 1)
	word := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(word, []byte(chat.Admin), 0o600); err != nil {
		t.Fatal(err)
	}
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	o := server.MattermostOptions{
		Do: "apply", Data: data, Database: filepath.Join(data, "renkei.db"), Exercise: id, URL: chat.URL, TokenFile: word, Texts: texts, People: people,
	}
	if _, err := server.SetUpMattermost(t.Context(), &o); err != nil {
		t.Fatal(err)
	}
	s, at := serving(t, "--data", data)
	director := newVisitor(t)
	director.ask(at+"/in/"+link, url.Values{"name": {"Ada"}}, http.StatusSeeOther)
	director.ask(at+"/x/"+id+"/clock", url.Values{"key": {"begin"}, "do": {"start"}, "sure": {"yes"}}, http.StatusSeeOther)
	director.ask(at+"/x/"+id+"/speed", url.Values{"key": {"fast"}, "speed": {"30"}}, http.StatusSeeOther)
	k.room, _ = chat.Standing("liaison")
	return &chatPlay{chat, k, s, at, data, id, director, o}
}

// settle waits until everything that was said is in the log, and nothing waits to
// go out, and compares both.
func (c *chatPlay) settle(t *testing.T) {
	t.Helper()
	k, s := c.k, c.s
	for limit := time.After(time.Minute); k.ours() < 12; { // injects come 2 s after STARTEX, at this speed
		select {
		case <-limit:
			t.Fatalf("only %d posts of ours", k.ours())
		case <-time.After(50 * time.Millisecond):
		}
	}
	var log []exercise.Event
	settled := func() bool {
		var waiting int
		log, waiting = stored(t, c.data, c.id)
		n := 0
		for i := range log {
			if log[i].Body.Type() == "chat.posted" {
				n++
			}
		}
		return n >= len(k.posts()) && waiting == 0
	}
	c.director.ask(c.at+"/x/"+c.id+"/pause", url.Values{"key": {"rest"}, "do": {"pause"}}, http.StatusSeeOther)
	for limit := time.After(2 * time.Minute); !settled(); {
		select {
		case <-limit:
			t.Fatalf("%d events after two minutes, %d were said: %s", len(log), len(k.posts()), s.err)
		case <-time.After(100 * time.Millisecond):
		}
	}
	if code := s.ended(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit %d: %s", code, s.err)
	}
	k.compare(t, log)
}

// TestKillOnMattermost kills the program at random moments while an exercise is
// played on a chat server: what was said there and what stands in the log agree
// one to one, each did what it had to once, and of what was posted nothing is
// missing and nothing there twice.
func TestKillOnMattermost(t *testing.T) {
	t.Parallel()
	c := newChatPlay(t)
	k, s, at := c.k, c.s, c.at
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		k.talk(stop)
	}()
	for i := range soak.Count(2, 5, 50) {
		<-time.After(time.Duration(100+rand.IntN(1500)) * time.Millisecond) // the moments are to be any
		if code := s.ended(t, syscall.SIGKILL); code != -1 {
			t.Fatalf("kill %d: exit %d: %s", i, code, s.err)
		}
		s, at = serving(t, "--data", c.data)
	}
	c.s, c.at = s, at
	close(stop)
	<-ended
	c.settle(t)
}

// compare holds what stands on the chat server against the log.
func (k *talkers) compare(t *testing.T, log []exercise.Event) {
	t.Helper()
	heard, sent := map[string]int{}, map[string]int{}
	posted := map[string]int{} // by key of ours
	injects := map[string]int{}
	channels := map[string][]fake.Posted{}
	for i := range log {
		switch b := log[i].Body.(type) {
		case *exercise.ChatPost:
			heard[b.Post]++
		case *exercise.Message:
			if exercise.ChatOf(log[i].On) != "" {
				sent[log[i].Cmd]++
			}
		case *exercise.InjectReleased:
			if !strings.Contains(b.Unit, "/") {
				injects[b.Unit+" inject/"+b.Inject]++
			}
		}
	}
	for _, unit := range []string{"asteria", "borealis", "coralia", "delmara"} {
		_, channels[unit] = k.chat.Standing("unit-" + unit)
	}
	_, channels["liaison"] = k.chat.Standing("liaison")
	for unit, all := range channels {
		for _, p := range all {
			if p.Key != "" {
				posted[p.Key]++
			}
			if strings.HasPrefix(p.About, "inject/") && p.Root == "" {
				injects[unit+" "+p.About]--
			}
		}
	}
	for _, id := range k.posts() {
		if heard[id] != 1 || sent["chat/do/p/"+id] != 1 {
			t.Errorf("post %s stands %d times in the log, and did %d things", id, heard[id], sent["chat/do/p/"+id])
		}
	}
	for key, n := range posted {
		if n != 1 {
			t.Errorf("%s was posted %d times", key, n)
		}
	}
	for which, n := range injects {
		unit, _, _ := strings.Cut(which, " ")
		if n != 0 && channels[unit] != nil {
			t.Errorf("%s: released and not posted, or more than once (%d)", which, n)
		}
	}
	if len(k.posts()) < 10 || len(posted) < 10 {
		t.Errorf("only %d posts and %d of ours", len(k.posts()), len(posted))
	}
}

// stored reads the log of an exercise, and how much waits to go out.
func stored(tb testing.TB, data, id string) (log []exercise.Event, waiting int) {
	tb.Helper()
	r, err := storage.OpenReader(tb.Context(), filepath.Join(data, "renkei.db"), server.Stored()...)
	if err != nil {
		tb.Fatal(err)
	}
	defer r.Close()
	bodies := exercise.NewBodies()
	for entry, err := range r.Entries(tb.Context(), id, 1) {
		if err != nil {
			tb.Fatal(err)
		}
		e, err := bodies.Decode(entry.Event)
		if err != nil {
			tb.Fatal(err)
		}
		log = append(log, e)
	}
	all, err := database.Select(tb.Context(), r.Database, `SELECT number FROM outbox_deliveries WHERE state IN ('queued', 'sending')`,
		func(rows *sql.Rows) (n int64, err error) { return n, rows.Scan(&n) })
	if err != nil {
		tb.Fatal(err)
	}
	return log, len(all)
}
