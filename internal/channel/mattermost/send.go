package mattermost

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"

	"renkei/internal/outbox"
)

// Name is that of the channel in the outbox.
const Name = "mattermost"

// Properties of our posts: the ID of the delivery, and which part of it a post
// is, from 1.
const (
	PropKey  = "renkei_key"
	PropPart = "renkei_part"
	// PropAbout is what the message is about.
	PropAbout = "renkei_about"
)

// Bounds of posting.
const (
	parallel = 8
	tryTime  = 3 * time.Minute
	// partSize leaves room for what stands before a part.
	partSize = MaxPost - 800
	// filesPerPost is the most that servers before version 6 take.
	filesPerPost = 5
	// lookBack is how many pages of a channel are read for a post that may be
	// there.
	lookBack = 25
)

// Options say how is posted.
type Options struct {
	Places Places
	Tokens *Tokens
	// Mark is what stands before the subject of a message of an exercise, in a
	// language.
	Mark func(lang string) string
	// Now is the time; nil for that of the machine.
	Now func() time.Time
}

// Channel posts what the outbox has. An address is the id of a channel that
// setting up has made or adopted. It is safe for use by many goroutines.
type Channel struct {
	o Options

	mu      sync.Mutex
	clients map[[2]string]*Client // by server and user
	away    map[string]*absence   // by server
}

// absence is how long a server that is away is not asked.
type absence struct {
	until time.Time
	pause time.Duration
	why   string
}

var _ outbox.Channel = (*Channel)(nil)

// New returns the channel.
func New(o Options) *Channel {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Channel{o: o, clients: map[[2]string]*Client{}, away: map[string]*absence{}}
}

// Name returns that of the channel.
func (c *Channel) Name() string { return Name }

// Limits returns how much may be posted: the server's own limit is obeyed as it
// says so.
func (c *Channel) Limits() outbox.Limits { return outbox.Limits{Parallel: parallel, Timeout: tryTime} }

var errAddress = errors.New(outbox.ReasonAddress)

// Check returns why an address can be no channel; nil where it may be one.
func (c *Channel) Check(address string) error {
	if !isID(address) {
		return errAddress
	}
	return nil
}

// isID reports whether a text is an id as the server makes them.
func isID(text string) bool {
	return len(text) == 26 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// client returns that of a user.
func (c *Channel) client(server, user string) (*Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := [2]string{server, user}
	if known := c.clients[key]; known != nil {
		return known, nil
	}
	made, err := NewClient(server, c.o.Tokens.Of(server, user))
	if err == nil {
		c.clients[key] = made
	}
	return made, err
}

// Send posts a message and returns the id of its first post.
func (c *Channel) Send(ctx context.Context, out *outbox.Outgoing) (remote string, err error) {
	place, err := c.o.Places.Holding(ctx, out.Delivery.Address)
	switch {
	case errors.Is(err, ErrAbsent):
		return "", &outbox.Failure{Reason: outbox.ReasonAddress, Final: true}
	case err != nil:
		return "", err
	}
	reader, err := c.client(place.Server, place.BotID)
	if err != nil {
		return "", failure(err, false)
	}
	if f := c.absent(place.Server); f != nil {
		return "", f
	}
	s := &sending{c: c, place: place, reader: reader, out: out, there: map[int]string{}}
	if out.Delivery.Doubt {
		if err := s.look(ctx, out.ID, len(s.parts(false)), s.there); err != nil {
			return "", c.partly(place.Server, inDoubt(failure(err, false)))
		}
	}
	remote, err = s.send(ctx)
	return remote, c.partly(place.Server, err)
}

// Pauses before a server that is away is asked again.
const (
	firstAway = time.Second
	longAway  = 30 * time.Second
)

// absent is the failure of what goes to a server that is away; nil where it may
// be asked.
func (c *Channel) absent(server string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.away[server]
	if a != nil {
		if wait := a.until.Sub(c.o.Now()); wait > 0 {
			return &outbox.Failure{Reason: a.why, Part: true, After: wait}
		}
		a.until = c.o.Now().Add(a.pause) // one asks, the others wait
	}
	return nil
}

// partly makes the failure of one server no failure of the others.
func (c *Channel) partly(server string, err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var f *outbox.Failure
	if !errors.As(err, &f) || !f.Channel {
		delete(c.away, server)
		return err
	}
	if f.Channel, f.Part = false, true; f.After == refusedPause { // of one token only
		return f
	}
	a := c.away[server]
	if a == nil {
		a = &absence{}
		c.away[server] = a
	}
	a.pause, a.why = min(longAway, max(firstAway, 2*a.pause)), f.Reason
	wait := max(a.pause, f.After)
	a.until = c.o.Now().Add(wait)
	f.After = wait
	return f
}

// inDoubt keeps a doubt that a failure would not tell of.
func inDoubt(f *outbox.Failure) *outbox.Failure {
	f.Doubt = true
	return f
}

// sending is a message on its way.
type sending struct {
	c      *Channel
	place  *Place
	reader *Client
	out    *outbox.Outgoing
	there  map[int]string // posts of parts that are there already
}

// look finds the posts of a key, by their parts, until it has n. Only those of
// our bots count: anybody may write such a property.
func (s *sending) look(ctx context.Context, key string, n int, into map[int]string) error {
	for page := range lookBack {
		all, err := s.reader.Posts(ctx, s.out.Delivery.Address, page)
		if err != nil {
			return err
		}
		for i := range all {
			p := &all[i]
			part, _ := p.Props[PropPart].(float64)
			if p.prop(PropKey) == key && s.place.ours(p.UserID) && p.Original == "" {
				into[int(part)] = p.ID
			}
		}
		if len(all) < pageSize || len(into) >= n {
			return nil
		}
	}
	return nil
}

// part is one post of a message.
type part struct {
	text  string
	files []outbox.File
	last  bool // with text
}

// parts are the posts of a message. named says that the name of who writes is
// to be said first.
func (s *sending) parts(named bool) []part {
	m := &s.out.Message
	subject := m.Subject
	if m.Exercise {
		subject = s.c.o.Mark(m.Lang) + " " + subject
	}
	if m.Label != "" {
		subject = m.Label + " " + subject
	}
	head := "**" + plain(subject) + "**\n\n"
	if named && m.From != "" {
		head = plain(m.From) + "\n" + head
	}
	var all []part
	texts := split(plain(strings.TrimRight(m.Text, "\n")), partSize)
	for i, text := range texts {
		before := head
		if len(texts) > 1 {
			before = fmt.Sprintf("(%d/%d)\n", i+1, len(texts))
			if i == 0 {
				before = head + before
			}
		}
		all = append(all, part{text: strings.TrimSpace(before + text)})
	}
	all[len(all)-1].last = true
	for i, files := 0, m.Files; len(files) > 0; i++ {
		n := min(filesPerPost, len(files))
		if i == 0 {
			all[len(all)-1].files = files[:n]
		} else {
			all = append(all, part{files: files[:n]})
		}
		files = files[n:]
	}
	return all
}

// send posts the parts that are not there. The bot of a simulated contact that
// the server does not let in leaves it to ours, with the name as the first line.
func (s *sending) send(ctx context.Context) (remote string, err error) {
	root, err := s.root(ctx)
	if err != nil {
		return "", failure(err, false)
	}
	author, named := s.reader, s.out.Message.From != ""
	if who := s.place.speaker(s.out.Message.From); who != nil && s.c.o.Tokens.Has(s.place.Server, who.UserID) {
		if author, err = s.c.client(s.place.Server, who.UserID); err != nil {
			return "", failure(err, false)
		}
		named = false
	}
	for i := range s.parts(named) {
		if s.there[i+1] == "" {
			posting, err := s.post(ctx, author, named, i, root)
			if author != s.reader && (is(err, http.StatusForbidden) || is(err, http.StatusUnauthorized)) {
				author, named = s.reader, true
				posting, err = s.post(ctx, author, named, i, root)
			}
			if root != "" && noRoot(err) { // it was deleted: what follows it stands by itself
				root = ""
				posting, err = s.post(ctx, author, named, i, root)
			}
			if err != nil {
				f := failure(err, posting)
				f.Doubt = f.Doubt || len(s.there) > 0
				return "", f
			}
		}
		if root == "" {
			root = s.there[1]
		}
	}
	return s.there[1], nil
}

// noRoot reports whether the post that is to be answered is not there any more.
func noRoot(err error) bool {
	var e *Error
	return errors.As(err, &e) && strings.HasPrefix(e.ID, "api.post.create_post.root_id")
}

// post posts a part. posting says that an error is of the call that posts, not
// of one before it.
func (s *sending) post(ctx context.Context, author *Client, named bool, i int, root string) (posting bool, err error) {
	one := s.parts(named)[i]
	p := &Post{
		ChannelID: s.out.Delivery.Address, RootID: root, Message: one.text, Pending: fmt.Sprint(s.out.ID, ":", i+1),
		Props: map[string]any{PropKey: s.out.ID, PropPart: i + 1},
	}
	if s.out.Message.About != "" {
		p.Props[PropAbout] = s.out.Message.About
	}
	if one.last {
		buttons, err := s.buttons()
		if err != nil {
			return false, err
		}
		if buttons != nil {
			p.Props["attachments"] = buttons
		}
	}
	for _, f := range one.files {
		if len(f.Data) == 0 { // the server takes none
			p.Message = strings.TrimPrefix(p.Message+"\n"+plain(f.Name)+" (0 B)", "\n")
			continue
		}
		id, err := author.Upload(ctx, p.ChannelID, f.Name, f.Data)
		if err != nil {
			return false, err
		}
		p.FileIDs = append(p.FileIDs, id)
	}
	made, err := author.CreatePost(ctx, p)
	if err != nil {
		return true, err
	}
	s.there[i+1] = made.ID
	return true, nil
}

// root is the post that begins the thread; "" where there is none.
func (s *sending) root(ctx context.Context) (string, error) {
	switch {
	case s.out.ThreadID == "" && isID(s.out.Message.Under):
		return s.out.Message.Under, nil
	case s.out.ThreadID == "":
		return "", nil
	case isID(s.out.ThreadRemote):
		return s.out.ThreadRemote, nil
	}
	found := map[int]string{}
	err := s.look(ctx, s.out.ThreadID, math.MaxInt, found)
	return found[1], err
}
