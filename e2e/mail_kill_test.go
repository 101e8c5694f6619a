//go:build unix

package e2e

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	netmail "net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/mailserver"
	"renkei/internal/testkit/soak"
)

// mailPlay is an exercise that is played by mail, with real servers, by a program
// that may be ended and started again.
type mailPlay struct {
	mail     *mailserver.Server
	data, id string
	args     []string
	director *visitor
	s        *started
	at       string
	written  []string // what was written, each once
}

// newMailPlay is one that has begun, at ten times the speed; ann and bo play by mail.
func newMailPlay(t *testing.T) *mailPlay {
	t.Helper()
	c := &mailPlay{mail: mailserver.Start(t), data: t.TempDir()}
	id, link := furnished(t, c.data, 1)
	c.id = id
	db, err := storage.Open(t.Context(), filepath.Join(c.data, "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	people := auth.New(db, time.Now, server.Rules()...)
	for who, unit := range map[string]string{"ann": "asteria", "bo": "borealis"} {
		person, err := people.AddAccount(t.Context(), who, "CERT", who+"@desk.internal", "correct horse battery")
		if err == nil {
			err = people.Grant(t.Context(), "", auth.Grant{Person: person, Scope: access.In(id, unit), Role: string(access.Player)})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.at = "http://" + l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(t.TempDir(), "renkei.yaml")
	m := c.mail
	lines := fmt.Sprintf("public_url: %s\nmail_server: %s:%d\nmail_ca: %s\nmail_user: %s\nmail_password_file: %s\nmail_from: Exercise office <%s>\nmail_rate: 6000\nmail_inbox: %s:%d\nmail_inbox_tls: starttls\n",
		c.at, m.Host, m.Port, m.CA, mailserver.User, m.PasswordFile, mailserver.Sender, m.Host, m.IMAP)
	if err := os.WriteFile(conf, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	c.args = []string{"--addr", strings.TrimPrefix(c.at, "http://"), "--data", c.data, "--config", conf}
	c.s, _ = serving(t, c.args...)
	c.director = newVisitor(t)
	ask := func(path string, form url.Values) {
		t.Helper()
		c.director.ask(c.at+path, form, http.StatusSeeOther)
	}
	ask("/in/"+link, url.Values{"name": {"Ada"}})
	ask("/x/"+id+"/channels/mail", url.Values{"key": {"units"}, "unit": {"asteria", "borealis"}})
	ask("/x/"+id+"/clock", url.Values{"key": {"begin"}, "do": {"start"}, "sure": {"yes"}})
	ask("/x/"+id+"/speed", url.Values{"key": {"fast"}, "speed": {"10"}})
	return c
}

// write has somebody answer the first mail that they got, with words that are there
// once.
func (c *mailPlay) write(t *testing.T, who string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(c.mail.Mails(t, who, 1)[0]))
	if err != nil {
		t.Fatal(err)
	}
	to, err := netmail.ParseAddress(m.Header.Get("Reply-To"))
	if err != nil {
		t.Fatal(err)
	}
	words := fmt.Sprintf("number %d of %s", len(c.written), who)
	c.written = append(c.written, words)
	from := who + "@desk.internal"
	c.mail.Deliver(t, from, to.Address, fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Re: x\r\nMessage-ID: <%d.%d@desk.internal>\r\nIn-Reply-To: %s\r\nContent-Type: text/plain\r\n\r\nrenkei share all TLP:GREEN %s\r\n",
		from, to.Address, len(c.written), rand.Uint64(), m.Header.Get("Message-Id"), words))
}

// TestKillByMail kills the program at random moments while an exercise is played by
// mail: what was written stands in the log once and did what it had to once, and of
// what was mailed nothing is missing, and nothing there under two names.
func TestKillByMail(t *testing.T) {
	t.Parallel()
	c := newMailPlay(t)
	c.mail.Mails(t, "ann", 1)
	c.mail.Mails(t, "bo", 1)
	for i := range soak.Count(2, 4, 16) { // more than twenty mails in ten minutes are not heeded
		for _, who := range []string{"ann", "bo"} {
			c.write(t, who)
		}
		<-time.After(time.Duration(rand.IntN(1500)) * time.Millisecond) // the moments are to be any
		if code := c.s.ended(t, syscall.SIGKILL); code != -1 {
			t.Fatalf("kill %d: exit %d: %s", i, code, c.s.err)
		}
		c.s, _ = serving(t, c.args...)
	}
	for _, who := range []string{"ann", "bo"} {
		c.write(t, who)
	}
	c.mail.Mails(t, "ann", 4)
	c.director.ask(c.at+"/x/"+c.id+"/pause", url.Values{"key": {"rest"}, "do": {"pause"}}, http.StatusSeeOther)
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
		return n >= len(c.written) && waiting == 0
	}
	for limit := time.Now().Add(2 * time.Minute); !settled(); <-time.After(100 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("%d events after two minutes, %d mails were written: %s", len(log), len(c.written), c.s.err)
		}
	}
	if code := c.s.ended(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit %d: %s", code, c.s.err)
	}
	c.compare(t, log)
}

// compare holds what was written and what has arrived against the log.
func (c *mailPlay) compare(t *testing.T, log []exercise.Event) {
	t.Helper()
	kept, did, released := map[string]int{}, map[string]int{}, map[string]int{}
	count := func(into map[string]int, text string) {
		for _, words := range c.written {
			if strings.HasSuffix(strings.TrimSpace(text), words) {
				into[words]++
			}
		}
	}
	for i := range log {
		switch b := log[i].Body.(type) {
		case *exercise.ChatPost:
			count(kept, b.Text)
		case *exercise.Shared:
			count(did, b.Text)
		case *exercise.InjectReleased:
			released[b.Unit]++
		}
	}
	for _, words := range c.written {
		if kept[words] != 1 || did[words] != 1 {
			t.Errorf("%q stands %d times in the log, and was shared %d times", words, kept[words], did[words])
		}
	}
	again := 0
	for who, unit := range map[string]string{"ann": "asteria", "bo": "borealis"} {
		ids, injects := map[string]bool{}, map[string]string{}
		for _, raw := range c.mail.Mails(t, who, 1) {
			m, err := netmail.ReadMessage(bytes.NewReader([]byte(raw)))
			if err != nil {
				t.Fatal(err)
			}
			id, subject := m.Header.Get("Message-Id"), m.Header.Get("Subject")
			if ids[id] {
				again++
			}
			ids[id] = true
			if m.Header.Get("References") == "" && strings.Contains(raw, "filename=") || strings.Contains(raw, "[end]") {
				if other := injects[subject]; other != "" && other != id {
					t.Errorf("%s has %q under two names", who, subject)
				}
				injects[subject] = id
			}
		}
		if released[unit] == 0 || len(injects) == 0 || len(injects) > released[unit] {
			t.Errorf("%s got %d injects with something to do, %d were released", who, len(injects), released[unit])
		}
		if n := c.missing(t, unit); n != 0 {
			t.Errorf("%d messages for %s were not sent", n, unit)
		}
	}
	t.Logf("%d mails written, %d arrived twice under the same Message-ID, which a mailbox shows once", len(c.written), again)
}

// missing is how many injects of a unit have no delivery that was sent.
func (c *mailPlay) missing(t *testing.T, unit string) (n int) {
	t.Helper()
	r, err := storage.OpenReader(t.Context(), filepath.Join(c.data, "renkei.db"), server.Stored()...)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	log, _ := stored(t, c.data, c.id)
	sent := sentKeys(t, r)
	for i := range log {
		if b, ok := log[i].Body.(*exercise.InjectReleased); ok && b.Unit == unit && sent["x/"+c.id+"/mail/i/"+b.Inject+"/"+unit] != 1 {
			n++
		}
	}
	return n
}

// sentKeys counts the deliveries that were sent, by the key of their message.
func sentKeys(t *testing.T, r *storage.Reader) map[string]int {
	t.Helper()
	all := map[string]int{}
	_, err := database.Select(t.Context(), r.Database, `SELECT m.key FROM outbox_deliveries d JOIN outbox_messages m ON m.number = d.message WHERE d.state NOT IN ('queued', 'sending', 'failed', 'dropped')`,
		func(rows *sql.Rows) (key string, err error) {
			if err = rows.Scan(&key); err == nil {
				all[key]++
			}
			return key, err
		})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
