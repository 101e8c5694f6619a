//go:build unix

package mail_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/channel/mail"
	"renkei/internal/outbox"
	"renkei/internal/testkit/mailserver"
)

// box keeps what was taken, and where.
type box struct {
	mu    sync.Mutex
	at    mail.Position
	taken chan *mail.Incoming
	fail  int // how often taking fails first
}

func (b *box) Position(context.Context, string) (mail.Position, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.at, nil
}

func (b *box) SetPosition(_ context.Context, _ string, p mail.Position) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = p
	return nil
}

func (b *box) TakeMail(_ context.Context, in *mail.Incoming) error {
	b.mu.Lock()
	failing := b.fail > 0
	b.fail--
	b.mu.Unlock()
	if failing {
		return errors.New("the database is away")
	}
	b.taken <- in
	return nil
}

// next is the next mail that is taken.
func (b *box) next(t *testing.T) *mail.Incoming {
	t.Helper()
	select {
	case in := <-b.taken:
		return in
	case <-time.After(time.Minute):
		t.Fatal("no mail comes")
		return nil
	}
}

// ready waits until a mailbox was opened for the first time.
func (b *box) ready(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		if p, _ := b.Position(t.Context(), ""); p.Validity > 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the mailbox is not opened")
		}
	}
}

// open reads the mailbox of a server until the test ends, or stop is called.
func open(t *testing.T, s *mailserver.Server, b *box, poll time.Duration) (stop func()) {
	t.Helper()
	in := &mail.Inbox{
		Options:   mail.InboxOptions{Host: s.Host, Port: s.IMAP, Security: mail.StartTLS, CA: pool(t, s.CA), User: mailserver.User, PasswordFile: s.PasswordFile},
		Positions: b, Taker: b, Log: slog.New(slog.DiscardHandler), Poll: poll,
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var done sync.WaitGroup
	done.Go(func() { in.Run(ctx) })
	stop = func() {
		cancel()
		done.Wait()
	}
	t.Cleanup(stop)
	return stop
}

func letter(n int) string {
	return fmt.Sprintf("From: Ann <ann@desk.internal>\r\nTo: renkei+tag@sender.internal\r\nSubject: %d\r\nMessage-ID: <%d@desk.internal>\r\n\r\nText %d\r\n", n, n, n)
}

// TestInbox reads from a real server, before and after it was away, and again what
// could not be taken.
func TestInbox(t *testing.T) {
	t.Parallel()
	s := mailserver.Start(t)
	s.Deliver(t, "ann@desk.internal", "renkei@sender.internal", letter(0)) // before the first connection: not for us
	b := &box{taken: make(chan *mail.Incoming, 100)}
	stop := open(t, s, b, 0)
	b.ready(t)
	n := 1
	if first := deliverAndTake(t, s, b, n); first.Subject == "0" { // it came as the mailbox was opened
		b.next(t)
	}
	b.mu.Lock()
	b.fail = 2
	b.mu.Unlock()
	n++
	if in := deliverAndTake(t, s, b, n); in.Subject != "2" || in.To[0] != "renkei+tag@sender.internal" || in.Said != "Text 2" {
		t.Errorf("%+v", in)
	}
	s.StopIMAP(t)
	s.Deliver(t, "ann@desk.internal", "renkei+tag@sender.internal", letter(3))
	s.Deliver(t, "ann@desk.internal", "renkei+tag@sender.internal", "Subject: x\r\n"+strings.Repeat("X-Long: "+strings.Repeat("x", 900)+"\r\n", 400)+"\r\nunreadable\r\n")
	s.StartIMAP(t)
	if in := b.next(t); in.Subject != "3" {
		t.Errorf("%+v", in)
	}
	stop()
	for n = 4; n < 14; n++ {
		s.Deliver(t, "ann@desk.internal", "renkei+tag@sender.internal", letter(n))
	}
	open(t, s, b, 0)
	for n = 4; n < 14; n++ {
		if in := b.next(t); in.Subject != fmt.Sprint(n) {
			t.Errorf("%s in place of %d", in.Subject, n)
		}
	}
}

func deliverAndTake(t *testing.T, s *mailserver.Server, b *box, n int) *mail.Incoming {
	t.Helper()
	s.Deliver(t, "ann@desk.internal", "renkei+tag@sender.internal", letter(n))
	return b.next(t)
}

// TestInboxPolled reads from a server that cannot tell by itself.
func TestInboxPolled(t *testing.T) {
	t.Parallel()
	s := mailserver.StartPolled(t)
	b := &box{taken: make(chan *mail.Incoming, 10)}
	open(t, s, b, 50*time.Millisecond)
	b.ready(t)
	for n := range 3 {
		if in := deliverAndTake(t, s, b, n); in.Subject != fmt.Sprint(n) {
			t.Errorf("%+v", in)
		}
	}
}

// TestBounce has a real server report of a mail that it took and could not
// deliver.
func TestBounce(t *testing.T) {
	t.Parallel()
	s := mailserver.Start(t)
	b := &box{taken: make(chan *mail.Incoming, 10)}
	open(t, s, b, 0)
	b.ready(t)
	remote, err := mail.New(options(t, s)).Send(t.Context(), outgoing("back", "bounce@desk.internal", func(*outbox.Message) {}))
	if err != nil {
		t.Fatal(err)
	}
	in := b.next(t)
	if len(in.Returned) != 1 || !in.Returned[0].Failed || "<"+in.Returned[0].ID+">" != remote || !strings.Contains(in.Returned[0].Reason, "The mailbox was closed") || in.Automatic == "" {
		t.Errorf("%+v", in)
	}
}

// TestTag has the address to which somebody replies say who it was.
func TestTag(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), mail.FileKey)
	key, err := mail.OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := mail.OpenKey(path)
	if err != nil || string(again) != string(key) {
		t.Fatal(err)
	}
	tag := key.Tag("x1", "ann")
	for _, other := range []string{key.Tag("x1", "bo"), key.Tag("x2", "ann"), key.Tag("x1a", "nn"), mail.Key("another").Tag("x1", "ann")} {
		if other == tag || len(other) != 16 {
			t.Errorf("%q, %q", tag, other)
		}
	}
	if got := mail.TagOf(strings.ToUpper(mail.Tagged("renkei@sender.internal", tag)), "Renkei@Sender.internal"); got != tag {
		t.Errorf("%q, want %q", got, tag)
	}
	for _, address := range []string{"renkei@sender.internal", "other+" + tag + "@sender.internal", "renkei+" + tag + "@else.internal", "", "@", "+@"} {
		if got := mail.TagOf(address, "renkei@sender.internal"); got != "" {
			t.Errorf("%q: %q", address, got)
		}
	}
}
