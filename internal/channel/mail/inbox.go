package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap"
	"github.com/emersion/go-imap/client"
)

// InboxOptions say where mail is read.
type InboxOptions struct {
	Host         string
	Port         int
	Security     Security
	CA           *x509.CertPool
	User         string
	PasswordFile string // read at every connection
	Mailbox      string // "" for INBOX
}

// Position is up to where a mailbox was read: mails of another Validity have other
// numbers (RFC 9051, section 2.3.1.1).
type Position struct{ Validity, UID uint32 }

// Positions keep it.
type Positions interface {
	// Position returns that of a mailbox; zero where it was never read.
	Position(ctx context.Context, mailbox string) (Position, error)
	SetPosition(ctx context.Context, mailbox string, p Position) error
}

// Taker takes mails in. It may be given one again. An error has it asked again.
type Taker interface {
	TakeMail(ctx context.Context, in *Incoming) error
}

// Inbox reads the mails that come. It changes nothing in the mailbox.
type Inbox struct {
	Options   InboxOptions
	Positions Positions
	Taker     Taker
	Log       *slog.Logger
	// Poll is how often a server is asked that cannot tell by itself; 0 for a
	// minute.
	Poll time.Duration

	standing standing
}

// Bounds of a connection, and pauses between two.
const (
	imapTime   = time.Minute
	idleFor    = 5 * time.Minute // then IDLE begins anew, which shows whether the server is there
	pollEvery  = time.Minute
	inboxPause = time.Second
	inboxLong  = 30 * time.Second
	fetchMost  = 50
)

// Run reads until ctx ends, over one connection at a time.
func (b *Inbox) Run(ctx context.Context) {
	for pause := inboxPause; ctx.Err() == nil; pause = min(2*pause, inboxLong) {
		began := time.Now()
		err := b.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if connected, _ := b.Standing(); connected {
			pause = inboxPause
		}
		reason := line(err.Error())
		if b.standing.set(false, reason) || time.Since(began) > inboxLong {
			b.Log.Warn("inbox_away", "reason", reason)
		}
		t := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		t.Stop()
	}
}

// Standing returns whether the mailbox is read, and if not, why.
func (b *Inbox) Standing() (connected bool, why string) { return b.standing.get() }

// session reads over one connection, until it breaks.
func (b *Inbox) session(ctx context.Context) error {
	c, err := b.connect(ctx)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = c.Terminate() })() // it may be closed already
	defer func() { _ = c.Terminate() }()
	status, err := c.Select(b.mailbox(), true)
	if err != nil {
		return fmt.Errorf("open mailbox %q: %w", b.mailbox(), err)
	}
	at, err := b.Positions.Position(ctx, b.mailbox())
	if err != nil {
		return err
	}
	switch {
	case at.Validity == 0: // what came before the first connection was not for us
		at = Position{status.UidValidity, max(status.UidNext, 1) - 1}
		err = b.Positions.SetPosition(ctx, b.mailbox(), at)
	case at.Validity != status.UidValidity: // all have new numbers: read them again
		at = Position{Validity: status.UidValidity}
	}
	if err != nil {
		return err
	}
	updates, news := make(chan client.Update), make(chan struct{}, 1)
	c.Updates = updates
	over := make(chan struct{})
	defer close(over)
	go heed(updates, news, over)
	b.standing.set(true, "")
	b.Log.Info("inbox_ready", "mailbox", b.mailbox())
	for {
		if err := b.read(ctx, c, &at); err != nil {
			return err
		}
		if err := b.await(ctx, c, news); err != nil {
			return err
		}
	}
}

func (b *Inbox) mailbox() string {
	if b.Options.Mailbox == "" {
		return imap.InboxName
	}
	return b.Options.Mailbox
}

// connect signs in, through TLS or to this machine.
func (b *Inbox) connect(ctx context.Context) (*client.Client, error) {
	o := &b.Options
	word, err := os.ReadFile(o.PasswordFile)
	if err != nil {
		return nil, fmt.Errorf("password for the mailbox: %w", err)
	}
	config := &tls.Config{ServerName: o.Host, MinVersion: tls.VersionTLS12, RootCAs: o.CA}
	at := net.JoinHostPort(o.Host, fmt.Sprint(o.Port))
	var conn net.Conn
	limited, cancel := context.WithTimeout(ctx, imapTime)
	defer cancel()
	if o.Security == TLS {
		conn, err = (&tls.Dialer{Config: config}).DialContext(limited, "tcp", at)
	} else {
		conn, err = (&net.Dialer{}).DialContext(limited, "tcp", at)
	}
	if err != nil {
		return nil, err
	}
	release := context.AfterFunc(limited, func() { _ = conn.Close() })
	c, err := client.New(conn)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	c.Timeout = imapTime
	c.ErrorLog = log.New(io.Discard, "", 0) // errors are returned too
	if o.Security == StartTLS {
		err = c.StartTLS(config)
	}
	if err == nil {
		err = c.Login(o.User, strings.TrimRight(string(word), "\r\n"))
	}
	if !release() && err == nil {
		err = limited.Err()
	}
	if err != nil {
		_ = c.Terminate()
		return nil, err
	}
	return c, nil
}

// read takes in what is new, in order. A mail counts as read once it was taken.
func (b *Inbox) read(ctx context.Context, c *client.Client, at *Position) error {
	for {
		uids, err := b.after(c, at.UID)
		if err != nil || len(uids) == 0 {
			return err
		}
		for _, uid := range uids[:min(len(uids), fetchMost)] {
			in, err := b.fetch(c, uid)
			if err != nil {
				return err
			}
			if in != nil {
				if err := b.Taker.TakeMail(ctx, in); err != nil {
					return err
				}
			}
			at.UID = uid
			if err := b.Positions.SetPosition(ctx, b.mailbox(), *at); err != nil {
				return err
			}
		}
	}
}

// after are the numbers of mails behind one, in order.
func (b *Inbox) after(c *client.Client, uid uint32) ([]uint32, error) {
	criteria := imap.NewSearchCriteria()
	criteria.Uid = new(imap.SeqSet)
	criteria.Uid.AddRange(uid+1, 0)
	found, err := c.UidSearch(criteria)
	if err != nil {
		return nil, err
	}
	var all []uint32
	for _, n := range found { // "*" names the last one, even where it is not new
		if n > uid {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all, nil
}

// fetch reads one mail; nil where it is gone, or cannot be read, which is logged.
func (b *Inbox) fetch(c *client.Client, uid uint32) (*Incoming, error) {
	set := new(imap.SeqSet)
	set.AddNum(uid)
	size, err := one(c, set, imap.FetchRFC822Size, imap.FetchInternalDate)
	if err != nil || size == nil {
		return nil, err
	}
	if size.Size > MaxMail {
		b.Log.Warn("mail_unreadable", "uid", uid, "error", errTooLarge)
		return nil, nil //nolint:nilnil // it is none that can be taken
	}
	section := &imap.BodySectionName{Peek: true}
	m, err := one(c, set, section.FetchItem())
	if err != nil || m == nil {
		return nil, err
	}
	body := m.GetBody(section)
	if body == nil {
		return nil, errors.New("the server sends no body")
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	in, err := Read(bytes.NewReader(raw))
	if err != nil {
		b.Log.Warn("mail_unreadable", "uid", uid, "error", err)
		return nil, nil //nolint:nilnil // likewise
	}
	in.Arrived = size.InternalDate.UTC()
	return in, nil
}

// one fetches something of one mail; nil where there is none.
func one(c *client.Client, set *imap.SeqSet, items ...imap.FetchItem) (found *imap.Message, err error) {
	got := make(chan *imap.Message, 1)
	done := make(chan error, 1)
	go func() { done <- c.UidFetch(set, append(items, imap.FetchUid), got) }()
	for m := range got {
		if found == nil {
			found = m
		}
	}
	return found, <-done
}

// heed notes that a mailbox has news. The client waits for whoever takes them.
func heed(updates <-chan client.Update, news chan<- struct{}, over <-chan struct{}) {
	for {
		select {
		case <-over:
			return
		case u := <-updates:
			if _, ok := u.(*client.MailboxUpdate); !ok {
				continue
			}
			select {
			case news <- struct{}{}:
			default: // it is about to look
			}
		}
	}
}

// await waits until something has come, by IDLE where the server has it.
func (b *Inbox) await(ctx context.Context, c *client.Client, news <-chan struct{}) error {
	stop, done := make(chan struct{}), make(chan error, 1)
	poll := b.Poll
	if poll == 0 {
		poll = pollEvery
	}
	c.Timeout = idleFor + imapTime
	defer func() { c.Timeout = imapTime }()
	go func() { done <- c.Idle(stop, &client.IdleOptions{LogoutTimeout: idleFor, PollInterval: poll}) }()
	for stopped := false; ; {
		select {
		case <-ctx.Done():
			_ = c.Terminate() // Idle ends with it
			return errors.Join(ctx.Err(), <-done)
		case <-news:
			if !stopped {
				close(stop)
				stopped = true
			}
		case err := <-done:
			return err
		}
	}
}
