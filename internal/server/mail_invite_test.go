//go:build unix

package server_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"renkei/internal/config"
	"renkei/internal/server"
	"renkei/internal/testkit/mailserver"
)

// TestInviteByMail invites people by mail over a real server: a preview sends
// nothing, each gets a link of their own with the date, what bounces is told, who
// has not come is reminded of the same link, and a new date is told.
func TestInviteByMail(t *testing.T) {
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
		Server: fmt.Sprint(s.Host, ":", s.Port), Security: "starttls", CA: s.CA, User: mailserver.User, PasswordFile: s.PasswordFile, From: mailserver.Sender, PerMinute: 6000,
		Inbox: fmt.Sprint(s.Host, ":", s.IMAP), InboxSecurity: "starttls",
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ready, ended := make(chan struct{}), make(chan error, 1)
	log := &logged{}
	go func() {
		ended <- server.Serve(ctx, server.ServeOptions{Config: c, Texts: texts, Log: slog.New(slog.NewTextHandler(log, nil)), Ready: func(server.Served) { close(ready) }})
	}()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	director := signIn(t, server.DemoLink{URL: "http://" + c.Addr + "/in/" + secret})
	form := url.Values{
		"role": {"player"}, "unit": {"borealis"}, "days": {"7"}, "people": {"Cy Example <cy@desk.internal>\r\n\r\nbounce@desk.internal\r\nCY@desk.internal"},
		"subject.en": {"Come to [title]"}, "text.en": {"Dear [name], you play [unit], [when]:\r\n[link]\r\n"}, "subject.ja": {"[title]の案内"}, "text.ja": {"[name] 様\r\n[link]"}, "do": {"preview"}, "key": {"p1"},
	}
	page := answerTo(t, director, "invite/mail", form, http.StatusOK)
	if !strings.Contains(page, "Dear Cy Example, you play") || !strings.Contains(page, "https://exercise.internal/in/…") || !strings.Contains(page, "Cy Example &lt;cy@desk.internal&gt;") {
		t.Errorf("preview\n%s", page)
	}
	for field, wrong := range map[string]string{"people": "cy@desk.internal\nnot an address", "text.en": "no link", "subject.ja": "", "role": "director"} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(field, wrong)
		bad.Set("do", "send")
		bad.Set("key", "bad-"+field)
		if page := answerTo(t, director, "invite/mail", bad, http.StatusUnprocessableEntity); !strings.Contains(page, "problem") {
			t.Errorf("%s: %s", field, page)
		}
	}
	if n := len(s.Mails(t, "cy", 0)); n > 0 {
		t.Fatalf("%d mails before anything was sent", n)
	}
	form.Set("do", "send")
	form.Set("key", "p2")
	director.post("invite/mail", form)
	link := regexp.MustCompile(`https://exercise\.internal/in/\S+`)
	first := s.Mails(t, "cy", 1)[0]
	text := plainMailText(t, first)
	if !strings.Contains(text, "Dear Cy Example, you play Borealis, to be announced:") || !strings.Contains(text, "EXERCISE") || !link.MatchString(text) {
		t.Errorf("invitation %q", text)
	}
	director.post("date", url.Values{"begins": {"2027-06-01T09:00"}, "ends": {"2027-06-01T12:00"}, "zone": {"UTC"}, "key": {"p3"}})
	moved := s.Mails(t, "cy", 2)[1]
	if !strings.Contains(plainMailText(t, moved), "New date: ") || !strings.Contains(moved, "text/calendar") || !strings.Contains(moved, "\nReferences: ") {
		t.Errorf("the new date\n%s", moved)
	}
	director.post("invite/mail", url.Values{"do": {"remind"}, "key": {"p4"}})
	again := plainMailText(t, s.Mails(t, "cy", 3)[2])
	if !strings.Contains(again, "Reminder: ") || link.FindString(again) != link.FindString(text) {
		t.Errorf("reminder %q", again)
	}
	for limit := time.Now().Add(time.Minute); ; <-time.After(500 * time.Millisecond) { // who asks too often is sent away
		page = director.get("invite")
		if strings.Contains(page, "The mailbox was closed") {
			break
		}
		if time.Now().After(limit) {
			t.Fatalf("that it came back is not told\n%s", page)
		}
	}
	visited := signIn(t, server.DemoLink{URL: "http://" + c.Addr + strings.TrimPrefix(link.FindString(text), "https://exercise.internal")})
	if visited.base == "" {
		t.Error("the link leads nowhere")
	}
	if page = director.get("invite"); !strings.Contains(page, "has come") || !strings.Contains(page, "reminded") || !strings.Contains(page, "not here yet: 1") {
		t.Errorf("page\n%s", page)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// answerTo posts a form, and wants a status.
func answerTo(t *testing.T, v *visitor, path string, form url.Values, want int) string {
	t.Helper()
	res := v.do(http.MethodPost, v.base+path, form)
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != want {
		t.Errorf("%s: %d, want %d, %v", path, res.StatusCode, want, err)
	}
	return string(raw)
}
