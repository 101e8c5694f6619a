//go:build unix

package e2e

import (
	"net"
	"strconv"
	"strings"
	"testing"

	"renkei/internal/testkit/browser"
	"renkei/internal/testkit/mailserver"
)

// outboxPages are those that TestBrowserOutbox visits.
func outboxPages() []string { return []string{"/outgoing", "/outgoing/{number}"} }

// mailing serves an empty database with a mail server, and returns the link of
// its first start.
func mailing(t *testing.T, s *mailserver.Server) (at, first string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	server, at := serving(t, "--data", t.TempDir(), "--addr", addr, "--public-url", "http://"+addr,
		"--mail-server", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), "--mail-ca", s.CA, "--mail-user", mailserver.User,
		"--mail-password-file", s.PasswordFile, "--mail-from", "Office <office@sender.internal>")
	for line := range server.lines {
		if _, token, ok := strings.Cut(string(line), "/in/"); ok {
			return at, "/in/" + token
		}
	}
	t.Fatalf("no first link: %s", server.err)
	return "", ""
}

// contact enters a point of contact with an address.
func contact(p *browser.Page, role, address string, order int) {
	p.Go("/community/new/contact?of=kh-csirt")
	p.Fill(`[name="role.en"]`, role)
	p.Fill(`[name="order"]`, strconv.Itoa(order))
	p.Choose(`[name="channels.0.kind"]`, "mail")
	p.Fill(`[name="channels.0.value"]`, address)
	p.Fill("#reason", "first")
	p.Click("#record button.main")
	p.Read(address)
}

// TestBrowserOutbox has the secretary ask two contacts by mail: one answers from
// the mail, the other's address is gone, and gets it at another.
func TestBrowserOutbox(t *testing.T) {
	t.Parallel()
	s := mailserver.Start(t)
	at, first := mailing(t, s)
	b := browser.New(t)
	p := b.Person(t, at, "en")
	p.Go(first)
	p.Fill("#name", "Ada")
	p.Fill("#login", secretaryLogin)
	p.Fill("#password", secretaryPassword)
	p.Click("main form button.main")
	p.See("nav.tabs")
	p.Go("/community")
	p.Click("form[action='/community/start'] button")
	p.Read("Cambodia")
	contact(p, "Duty desk", "duty@kh.internal", 1)
	contact(p, "Head", "gone@kh.internal", 2)
	p.Go("/community/comcheck")
	p.Choose("#begin-scope", "all")
	p.Click("#begin button.main")
	p.Read("messages are on their way")
	round := strings.TrimSuffix(p.Path(), "/links")

	mail := s.Mails(t, "duty", 1)[0]
	_, link, ok := strings.Cut(strings.ReplaceAll(mail, "=\r\n", ""), at+"/check/")
	if !ok || !strings.Contains(mail, "Subject: Comcheck") {
		t.Fatalf("the mail is\n%s", mail)
	}
	desk := b.Person(t, at, "en")
	desk.Go("/check/" + strings.Fields(link)[0])
	desk.Click("main form button.main")
	desk.Read("Your answer has arrived")

	p.Go(round)
	p.Read("Duty desk")
	p.Go("/outgoing?state=failed")
	p.Read("550 5.1.1")
	p.Click("main table a")
	p.Fill("#address", "nowhere@kh.example")
	p.Click(`button[value="switch"]`)
	p.Read("Nothing can be sent there")
	p.Fill("#address", "head@kh.internal")
	p.Click(`button[value="switch"]`)
	p.Read("to be sent elsewhere")
	if mail := s.Mails(t, "head", 1)[0]; !strings.Contains(mail, at+"/check/") {
		t.Errorf("the mail is\n%s", mail)
	}
	p.Go("/audit")
	p.Read("sent a message elsewhere")
	p.Troubles() // that a form was refused, as it was meant to be
	axe := browser.AxeScript(t)
	for lang, pixels := range map[string]int64{"en": 1440, "ja": 390} {
		p.Go("/outgoing")
		if browser.Value[string](p, "document.documentElement.lang") != lang {
			p.Click(".who button[name=lang]")
			p.Until(`document.documentElement?.lang === "` + lang + `"`)
		}
		p.Width(pixels)
		for _, path := range []string{"/outgoing", "/outgoing?state=dropped", "/outgoing/1", "/outgoing/2", round, "/community/comcheck"} {
			p.Go(path)
			p.MustBeOpen(axe)
		}
	}
}
