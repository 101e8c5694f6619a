//go:build unix

package mail_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/channel/mail"
	"renkei/internal/outbox"
	"renkei/internal/testkit/mailserver"
)

func pool(t *testing.T, file string) *x509.CertPool {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM(raw) {
		t.Fatal("no certificate")
	}
	return p
}

// options are those for a server.
func options(t *testing.T, s *mailserver.Server) mail.Options {
	t.Helper()
	return mail.Options{
		Host: s.Host, Port: s.Port, Security: mail.StartTLS, CA: pool(t, s.CA), User: mailserver.User, PasswordFile: s.PasswordFile,
		From: netmail.Address{Name: "Renkei, the secretariat", Address: "renkei@sender.internal"}, ReplyTo: "office@sender.internal",
		Mark: func(lang string) string { return map[string]string{"ja": "【演習】"}[lang] + "EXERCISE" },
	}
}

func outgoing(id, to string, change func(*outbox.Message)) *outbox.Outgoing {
	o := &outbox.Outgoing{ID: id, Message: outbox.Message{Subject: "Subject", Text: "Text\n", Lang: "en"}}
	o.Delivery.Recipient = outbox.Recipient{ID: "x", Name: "Somebody", Channel: "mail", Address: to}
	change(&o.Message)
	return o
}

func parsed(t *testing.T, raw string) *netmail.Message {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func decoded(t *testing.T, encoding string, r io.Reader) string {
	t.Helper()
	switch strings.ToLower(encoding) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(raw), "\r\n", "\n")
}

// word decodes a header.
func word(t *testing.T, m *netmail.Message, name string) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestMail sends to a real server, which takes it over both kinds of TLS.
func TestMail(t *testing.T) {
	t.Parallel()
	s := mailserver.Start(t)
	t.Run("plain", func(t *testing.T) { plainMail(t, s) })
	t.Run("files", func(t *testing.T) { mailWithFiles(t, s) })
	t.Run("injection", func(t *testing.T) { injection(t, s) })
	t.Run("refusals", func(t *testing.T) { refusals(t, s) })
	t.Run("trouble", func(t *testing.T) { trouble(t, s) })
}

func plainMail(t *testing.T, s *mailserver.Server) {
	t.Helper()
	o := options(t, s)
	c := mail.New(o)
	text := strings.Repeat("日本語の本文です。", 60) + "\n.\n\nFrom here\n" + strings.Repeat("x", 1200) + "\n"
	first := outgoing("first", "ann@desk.internal", func(m *outbox.Message) {
		m.Subject, m.Text, m.Lang, m.Exercise, m.From = "病院のランサムウェア: 状況付与 "+strings.Repeat("長い件名", 20), text, "ja", true, "病院, IT"
	})
	remote, err := c.Send(t.Context(), first)
	if err != nil || remote != "<first@sender.internal>" {
		t.Fatalf("%q, %v", remote, err)
	}
	s.Mails(t, "ann", 1)
	o.Port, o.Security = s.TLS, mail.TLS
	second := outgoing("second", "ann@bücher.internal", func(m *outbox.Message) { m.Notice = true })
	second.ThreadID = "first"
	if _, err := mail.New(o).Send(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	all := s.Mails(t, "ann", 2)
	m := parsed(t, all[0])
	if got := decoded(t, m.Header.Get("Content-Transfer-Encoding"), m.Body); got != text {
		t.Errorf("the text is %q", got)
	}
	for name, want := range map[string]string{
		"Subject": "【演習】EXERCISE " + first.Message.Subject, "From": `"病院, IT" <renkei@sender.internal>`, "To": `"Somebody" <ann@desk.internal>`,
		"Reply-To": "<office@sender.internal>", "Message-Id": "<first@sender.internal>", "Auto-Submitted": "auto-generated",
		"Content-Language": "ja", "References": "", "List-Unsubscribe": "", "Return-Path": "<renkei@sender.internal>",
	} {
		if got := word(t, m, name); got != want && !strings.Contains(got, strings.ReplaceAll(want, `"`, "")) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if media, _, err := mime.ParseMediaType(m.Header.Get("Content-Type")); err != nil || media != "text/plain" {
		t.Errorf("%s, %v", media, err)
	}
	for _, l := range strings.Split(all[0], "\n") {
		if len(l) > 998 {
			t.Errorf("a line of %d bytes", len(l))
		}
	}
	m = parsed(t, all[1])
	for name, want := range map[string]string{
		"References": "<first@sender.internal>", "In-Reply-To": "<first@sender.internal>", "List-Unsubscribe": "<mailto:office@sender.internal?subject=unsubscribe>",
		"To": `"Somebody" <ann@xn--bcher-kva.internal>`, "Subject": "Subject",
	} {
		if got := word(t, m, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func mailWithFiles(t *testing.T, s *mailserver.Server) {
	t.Helper()
	large := bytes.Repeat([]byte{0, 255, '\r', '\n', '.'}, 1_000_000)
	out := outgoing("files", "bo@desk.internal", func(m *outbox.Message) {
		m.Files = []outbox.File{{Name: "ログ \"1\".txt", Media: "text/plain", Data: []byte("a\nb\n")}, {Name: "large.bin", Media: "application/octet-stream", Data: large}, {Name: "invitation.ics", Media: "text/calendar; charset=utf-8; method=REQUEST", Data: []byte("BEGIN")}}
	})
	if _, err := mail.New(options(t, s)).Send(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	m := parsed(t, s.Mails(t, "bo", 1)[0])
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	r := multipart.NewReader(m.Body, params["boundary"])
	var names, texts []string
	var method string
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		name, err := new(mime.WordDecoder).DecodeHeader(p.FileName())
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
		if _, params, err := mime.ParseMediaType(p.Header.Get("Content-Type")); err == nil {
			method += params["method"]
		}
		raw, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		if p.Header.Get("Content-Transfer-Encoding") == "base64" {
			if raw, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(raw))); err != nil {
				t.Fatal(err)
			}
		}
		texts = append(texts, string(raw))
	}
	if strings.Join(names, "|") != `|ログ _1_.txt|large.bin|invitation.ics` || method != "REQUEST" || texts[1] != "a\nb\n" || texts[2] != string(large) {
		t.Errorf("%q, %d bytes", names, len(texts[2]))
	}
}

// injection tries to write headers and commands through every field. What Check
// of the outbox refuses is sent all the same: no layer trusts the other.
func injection(t *testing.T, s *mailserver.Server) {
	t.Helper()
	c := mail.New(options(t, s))
	evil := "x\r\nBcc: eve@desk.internal\r\nX-Evil: yes\r\n\r\nbody"
	for name, change := range map[string]func(*outbox.Outgoing){
		"subject": func(o *outbox.Outgoing) { o.Message.Subject = evil },
		"sender":  func(o *outbox.Outgoing) { o.Message.From = evil },
		"name":    func(o *outbox.Outgoing) { o.Delivery.Name = evil },
		"file":    func(o *outbox.Outgoing) { o.Message.Files = []outbox.File{{Name: evil, Media: "text/plain"}} },
		"media": func(o *outbox.Outgoing) {
			o.Message.Files = []outbox.File{{Name: "x", Media: "text/plain\r\nX-Evil: yes"}}
		},
		"language": func(o *outbox.Outgoing) { o.Message.Lang = evil },
		"text": func(o *outbox.Outgoing) {
			o.Message.Text = "a\r\n.\r\nMAIL FROM:<eve@desk.internal>\r\nRCPT TO:<eve@desk.internal>\r\n"
		},
		"thread": func(o *outbox.Outgoing) { o.ThreadID = evil },
	} {
		out := outgoing("evil-"+name, name+"@desk.internal", func(*outbox.Message) {})
		change(out)
		if _, err := c.Send(t.Context(), out); err != nil {
			continue // refused is as good
		}
		raw := s.Mails(t, name, 1)[0]
		m := parsed(t, raw)
		if m.Header.Get("X-Evil") != "" || m.Header.Get("Bcc") != "" || strings.Contains(raw, "\nX-Evil: yes") {
			t.Errorf("%s:\n%s", name, raw)
		}
	}
	for _, address := range []string{evil, "a@desk.internal\r\nRCPT TO:<eve@desk.internal>", "<a@desk.internal>", "A <a@desk.internal>", "a@desk.internal, eve@desk.internal", "a b@desk.internal", "a", "a@", "@b.internal", "a@b", "a@[127.0.0.1]", "é@desk.internal", "a@" + strings.Repeat("x.", 140) + "internal"} {
		var f *outbox.Failure
		if _, err := c.Send(t.Context(), outgoing("e", address, func(*outbox.Message) {})); !errors.As(err, &f) || !f.Final {
			t.Errorf("%q: %v", address, err)
		}
		if err := c.Check(address); err == nil || err.Error() != outbox.ReasonAddress {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, address := range []string{"duty@kh-csirt.example", "a@example.org", "a@mail.EXAMPLE.com", "a@x.test", "a@localhost.localhost"} {
		if err := c.Check(address); err == nil || err.Error() != outbox.ReasonReserved {
			t.Errorf("%q: %v", address, err)
		}
	}
	if all := s.Mails(t, "eve", 0); len(all) > 0 {
		t.Errorf("eve has got %v", all)
	}
}

// refusals are what the server says of addresses.
func refusals(t *testing.T, s *mailserver.Server) {
	t.Helper()
	c := mail.New(options(t, s))
	send := func(to string) *outbox.Failure {
		t.Helper()
		var f *outbox.Failure
		_, err := c.Send(t.Context(), outgoing("r-"+to, to+"@desk.internal", func(*outbox.Message) {}))
		if err != nil && !errors.As(err, &f) {
			t.Fatal(err)
		}
		return f
	}
	if f := send("gone"); f == nil || !f.Final || f.Channel || !strings.HasPrefix(f.Reason, "550 5.1.1") || !strings.HasSuffix(f.Reason, "No such user") {
		t.Errorf("%+v", f)
	}
	if f := send("full"); f == nil || !f.Final {
		t.Errorf("%+v", f)
	}
	if f := send("later"); f == nil || f.Final || f.Channel || f.Doubt || !strings.Contains(f.Reason, "Greylisted") {
		t.Errorf("%+v", f)
	}
	s.Accept(t)
	deadline := time.Now().Add(30 * time.Second)
	for send("later") != nil { // the server reads its settings again in its own time
		if time.Now().After(deadline) {
			t.Fatal("still refused")
		}
	}
}

// trouble is what ends no delivery: the server is away, or does not take us.
func trouble(t *testing.T, s *mailserver.Server) {
	t.Helper()
	wrong := filepath.Join(t.TempDir(), "wrong")
	if err := os.WriteFile(wrong, []byte("wrong"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*mail.Options){
		"a wrong password":          func(o *mail.Options) { o.PasswordFile = wrong },
		"no password file":          func(o *mail.Options) { o.PasswordFile = wrong + "er" },
		"an unknown certificate":    func(o *mail.Options) { o.CA = x509.NewCertPool() },
		"another host's":            func(o *mail.Options) { o.Host = "localhost" },
		"TLS where STARTTLS is due": func(o *mail.Options) { o.Security = mail.TLS },
		"no protection":             func(o *mail.Options) { o.Security = mail.None },
	} {
		o := options(t, s)
		change(&o)
		var f *outbox.Failure
		_, err := mail.New(o).Send(t.Context(), outgoing("t", "cy@desk.internal", func(*outbox.Message) {}))
		if !errors.As(err, &f) || f.Final || !f.Channel || f.Doubt {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	s.Stop(t)
	var f *outbox.Failure
	if _, err := mail.New(options(t, s)).Send(t.Context(), outgoing("t", "cy@desk.internal", func(*outbox.Message) {})); !errors.As(err, &f) || !f.Channel || f.Doubt {
		t.Errorf("a server that is away: %+v, %v", f, err)
	}
	s.Start(t)
	if _, err := mail.New(options(t, s)).Send(t.Context(), outgoing("t", "cy@desk.internal", func(*outbox.Message) {})); err != nil {
		t.Error(err)
	}
}
