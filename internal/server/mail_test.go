//go:build unix

package server_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/channel/mail"
	"renkei/internal/config"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/outbox"
	"renkei/internal/outbox/store"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/mailserver"
)

// mailSite is a data folder with an exercise, in which ann and a mailbox that
// bounces play asteria, and bo its hospital, and a link for its director.
func mailSite(t *testing.T) (dir, link string) {
	t.Helper()
	dir = t.TempDir()
	db, err := storage.Open(t.Context(), filepath.Join(dir, config.FileDB), storage.Options{Areas: server.Stored()})
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
	for who, unit := range map[string]string{"ann": "asteria", "bounce": "asteria", "bo": "asteria/hospital"} {
		person, err := people.AddAccount(t.Context(), who, "CERT", who+"@desk.internal", "correct horse battery")
		if err == nil {
			err = people.Grant(t.Context(), "", auth.Grant{Person: person, Scope: access.In(id, unit), Role: string(access.Player)})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	secret, err := people.Invite(t.Context(), "", auth.Grant{Scope: access.In(id, ""), Role: string(access.Director)}, time.Hour)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return dir, secret
}

// reply is a mail in answer to one of ours.
func reply(t *testing.T, to, from, heads, body string) (address, raw string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(to))
	if err != nil {
		t.Fatal(err)
	}
	at, err := netmail.ParseAddress(m.Header.Get("Reply-To"))
	if err != nil {
		t.Fatalf("%v in\n%s", err, to)
	}
	return at.Address, fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Re: x\r\nMessage-ID: <%d@desk.internal>\r\nIn-Reply-To: %s\r\n%sContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
		from, at.Address, time.Now().UnixNano(), m.Header.Get("Message-Id"), heads, body)
}

// TestPlayByMail plays by mail over real servers: injects come with a form, which
// is an answer when it comes back; who writes from elsewhere waits for EXCON, what
// is forged or automatic does nothing, and what bounces has failed.
func TestPlayByMail(t *testing.T) {
	t.Parallel()
	s := mailserver.Start(t)
	dir, secret := mailSite(t)
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.Addr, c.Data, c.PublicURL = freeAddr(t), dir, "https://exercise.internal"
	c.Mail = config.Mail{
		Server: fmt.Sprint(s.Host, ":", s.Port), Security: "starttls", CA: s.CA, User: mailserver.User, PasswordFile: s.PasswordFile, From: "Exercise office <" + mailserver.Sender + ">",
		PerMinute: 6000, Inbox: fmt.Sprint(s.Host, ":", s.IMAP), InboxSecurity: "starttls",
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	at, ended := make(chan string, 1), make(chan error, 1)
	log := &logged{}
	go func() {
		ended <- server.Serve(ctx, server.ServeOptions{Config: c, Texts: texts, Log: slog.New(slog.NewTextHandler(log, nil)), Ready: func(server.Served) { at <- "" }})
	}()
	select {
	case <-at:
	case err := <-ended:
		t.Fatal(err)
	case <-time.After(time.Minute):
		t.Fatal("it is not served")
	}
	director := signIn(t, server.DemoLink{URL: "http://" + c.Addr + "/in/" + secret})
	director.post("channels/mail", url.Values{"unit": {"asteria", "asteria/hospital"}, "key": {"m1"}})
	if page := director.get("channels"); !strings.Contains(page, mailserver.Sender) || strings.Count(page, "checked") != 2 || !strings.Contains(page, "bo@desk.internal") {
		t.Fatalf("page\n%s", page)
	}
	director.post("clock", url.Values{"do": {"start"}, "sure": {"yes"}, "key": {"m2"}})
	director.post("speed", url.Values{"speed": {"10"}, "key": {"m3"}})
	mailWith := func(who, words string) string {
		t.Helper()
		for n, limit := 1, time.Now().Add(2*time.Minute); ; n++ {
			all := s.Mails(t, who, n)
			for _, raw := range all {
				if strings.Contains(plainMailText(t, raw), words) {
					return raw
				}
			}
			if time.Now().After(limit) {
				t.Fatalf("no mail for %s with %q\n%s", who, words, log.all())
			}
			n = len(all)
		}
	}
	mailWith("ann", "STARTEX")
	inject := mailWith("bo", "[H01] ")
	text := plainMailText(t, inject)
	if !strings.Contains(text, "[end]") || !strings.Contains(inject, "EXERCISE") || !strings.Contains(inject, "Reply-To: <renkei+") {
		t.Errorf("the inject\n%s", inject)
	}
	// A machine answers, somebody forges, somebody else has got the mail, and then bo
	// fills the form in.
	to, raw := reply(t, inject, "Bo <bo@desk.internal>", "Auto-Submitted: auto-replied\r\n", "I am out of office.")
	s.Deliver(t, "bo@desk.internal", to, raw)
	s.Deliver(t, "eve@desk.internal", mailserver.Sender, "From: Bo <bo@desk.internal>\r\nTo: "+mailserver.Sender+"\r\nSubject: H01\r\nMessage-ID: <f@desk.internal>\r\n\r\nH01: b\r\n")
	to, raw = reply(t, inject, "Eve <eve@desk.internal>", "", "H01: c")
	s.Deliver(t, "eve@desk.internal", to, raw)
	to, raw = reply(t, inject, "Bo <bo@desk.internal>", "", "Dear all, see below.\r\n\r\n-----Original Message-----\r\nFrom: x\r\nSent: y\r\nTo: z\r\nSubject: w\r\n\r\n[H01] a, d\r\n[end]")
	s.Deliver(t, "bo@desk.internal", to, raw)
	recorded := plainMailText(t, mailWith("bo", "Recorded: H01, attempt 1"))
	if !strings.Contains(recorded, "attempt 1.") {
		t.Errorf("recorded %q", recorded)
	}
	page := director.get("channels")
	if !strings.Contains(page, "Answers from other addresses: 1") || !strings.Contains(page, "eve@desk.internal") {
		t.Errorf("page\n%s", page)
	}
	if page := director.get("log"); !strings.Contains(page, "By mail") {
		t.Errorf("the log does not say where it was said\n%s", page)
	}
	to, raw = reply(t, inject, "Bo <bo@desk.internal>", "", "renkei share asteria TLP:GREEN Watch your VPN gateways.")
	s.Deliver(t, "bo@desk.internal", to, raw)
	mailWith("ann", "Watch your VPN gateways.")
	if page := director.get("log"); strings.Count(page, "Watch your VPN gateways.") != 1 {
		t.Errorf("what was shared stands %d times in the log", strings.Count(page, "Watch your VPN gateways."))
	}
	if n := strings.Count(log.all(), "mail_unmatched"); n != 1 {
		t.Errorf("%d mails belonged to nothing", n)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	mailsWere(t, dir)
}

// mailsWere looks at what became of the mails.
func mailsWere(t *testing.T, dir string) {
	t.Helper()
	db, err := storage.Open(t.Context(), filepath.Join(dir, config.FileDB), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	all, err := store.New(db.Database).List(t.Context(), outbox.Filter{Scopes: []string{"x/" + id}, Most: 1000})
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]map[outbox.State]int{}
	for _, d := range all {
		if states[d.Address] == nil {
			states[d.Address] = map[outbox.State]int{}
		}
		states[d.Address][d.State]++
		if d.State == outbox.Failed && !strings.Contains(d.Reason, "The mailbox was closed") {
			t.Errorf("%s failed for %q", d.Address, d.Reason)
		}
		if strings.HasPrefix(d.Address, "eve") {
			t.Errorf("eve was sent %q", d.Subject)
		}
	}
	if states["bo@desk.internal"][outbox.Answered] == 0 || states["bounce@desk.internal"][outbox.Failed] == 0 {
		t.Errorf("states %v", states)
	}
}

// logged is what a server logs.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write takes a line.
func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logged) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// plainMailText is the text of a mail of ours, with its subject above.
func plainMailText(t *testing.T, raw string) string {
	t.Helper()
	in, err := mail.Read(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return in.Subject + "\n" + in.Whole
}
