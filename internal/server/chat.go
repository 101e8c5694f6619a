package server

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"renkei/internal/channel/mattermost"
	mattermoststore "renkei/internal/channel/mattermost/store"
	"renkei/internal/exercise"
	"renkei/internal/exercise/chat"
	chattexts "renkei/internal/exercise/chat/texts"
	"renkei/internal/exercise/pages"
	"renkei/internal/outbox"
	"renkei/internal/web"
)

// chatArea registers what is said on chat services during exercises.
func chatArea() web.Area { return web.Area{Name: "chat", Texts: chattexts.Area()} }

// mattermostChat is Mattermost as exercises know it.
type mattermostChat struct {
	kept   *mattermoststore.Store
	tokens *mattermost.Tokens
}

var _ chat.Service = (*mattermostChat)(nil)

// Name is that of the service, and of its channel in the outbox.
func (c *mattermostChat) Name() string { return mattermost.Name }

// Places returns the exercises that are on a server.
func (c *mattermostChat) Places(ctx context.Context) (ids []string, err error) {
	all, err := c.kept.Active(ctx)
	for i := range all {
		ids = append(ids, all[i].Exercise)
	}
	return ids, err
}

// Place returns where an exercise is, or chat.ErrAbsent.
func (c *mattermostChat) Place(ctx context.Context, exercise string) (*chat.Place, error) {
	p, err := c.kept.Place(ctx, exercise)
	if errors.Is(err, mattermost.ErrAbsent) || err == nil && p.Archived {
		return nil, chat.ErrAbsent
	}
	if err != nil {
		return nil, err
	}
	place := &chat.Place{Bot: p.BotName, Since: p.Since}
	for i := range p.Links {
		place.Rooms = append(place.Rooms, chat.Room{Name: chatRoom(&p.Links[i]), Address: p.Links[i].RoomID})
	}
	return place, nil
}

// chatRoom is what exercises call a channel.
func chatRoom(l *mattermost.Link) string {
	switch l.Kind {
	case mattermost.ForUnit:
		return exercise.RoomUnit + l.Unit
	case mattermost.ForPair:
		return exercise.RoomPair + l.Unit
	case mattermost.ForLiaison:
		return exercise.RoomLiaison
	case mattermost.ForHelp:
		return exercise.RoomHelp
	}
	return exercise.RoomExcon
}

// Person returns whose an account is; "" where nobody has said so.
func (c *mattermostChat) Person(ctx context.Context, exercise, account string) (string, error) {
	a, err := c.kept.Account(ctx, exercise, account)
	return a.Person, err
}

// Meet notes an account of which nobody knows whose it is.
func (c *mattermostChat) Meet(ctx context.Context, exercise, account, name string) error {
	return c.kept.Meet(ctx, exercise, account, name)
}

// About returns what a post of ours was said to be about.
func (c *mattermostChat) About(ctx context.Context, exercise, post string) (string, error) {
	e, err := c.kept.Event(ctx, exercise, "p/"+post)
	return e.About, err
}

// File returns a file of a post, or chat.ErrGone.
func (c *mattermostChat) File(ctx context.Context, exercise, id string, most int64) ([]byte, error) {
	p, err := c.kept.Place(ctx, exercise)
	if err != nil {
		return nil, err
	}
	client, err := mattermost.NewClient(p.Server, c.tokens.Of(p.Server, p.BotID))
	if err != nil {
		return nil, err
	}
	data, err := client.File(ctx, id, most)
	var refused *mattermost.Error
	if errors.As(err, &refused) && refused.Status < http.StatusInternalServerError && refused.Status != http.StatusTooManyRequests {
		return nil, chat.ErrGone
	}
	return data, err
}

// Told returns up to which event an exercise was told in its channels.
func (c *mattermostChat) Told(ctx context.Context, exercise string) (uint64, error) {
	return c.kept.Told(ctx, exercise)
}

// Tell notes that.
func (c *mattermostChat) Tell(ctx context.Context, exercise string, seq uint64) error {
	return c.kept.Tell(ctx, exercise, seq)
}

// chatSink gives what was captured to the exercises.
type chatSink struct {
	bridge *chat.Bridge
	kept   *mattermoststore.Store
}

// Take takes captured events in, in order.
func (s *chatSink) Take(ctx context.Context, events []mattermost.Event) error {
	for len(events) > 0 {
		id, n := events[0].Exercise, 0
		place, err := s.kept.Place(ctx, id)
		if err != nil && !errors.Is(err, mattermost.ErrAbsent) {
			return err
		}
		var all []chat.Said
		for n < len(events) && events[n].Exercise == id {
			if err == nil {
				all = append(all, saidOf(place, &events[n]))
			}
			n++
		}
		if len(all) > 0 {
			if err := s.bridge.Take(ctx, id, all); err != nil {
				return err
			}
		}
		events = events[n:]
	}
	return nil
}

func saidOf(p *mattermost.Place, e *mattermost.Event) chat.Said {
	s := chat.Said{
		ID: e.ID, What: string(e.What), At: e.At, Post: e.Post, Root: e.Root, Account: e.User, Name: e.Username,
		Text: e.Text, Emoji: e.Emoji, Ours: p.Ours(e.User), Lost: e.Lost, Changed: e.Changed, Reason: e.Reason, From: e.From,
	}
	if l := p.Link(e.Room); l != nil {
		s.Room = chatRoom(l)
	}
	for _, f := range e.Files {
		s.Files = append(s.Files, chat.File{ID: f.ID, Name: f.Name, Media: f.Media, Size: f.Size})
	}
	return s
}

// chat is how pages see the chat service; nil where there is none.
func (s *server) chat() pages.Chat {
	if s.bridge == nil {
		return nil
	}
	return &chatPages{s}
}

// chatPages tell the pages of exercises of their chat service.
type chatPages struct{ s *server }

// ChatOf returns how an exercise is on Mattermost.
func (c *chatPages) ChatOf(ctx context.Context, id string) (v pages.ChatStanding, on bool, err error) {
	kept := mattermoststore.New(c.s.db.Database)
	p, err := kept.Place(ctx, id)
	if errors.Is(err, mattermost.ErrAbsent) || err == nil && p.Archived {
		return v, false, nil
	}
	if err != nil {
		return v, false, err
	}
	now := c.s.capture.Standing(id)
	v = pages.ChatStanding{Name: "Mattermost", Server: p.Server, Bot: p.BotName, Connected: now.Connected, Why: now.Why}
	all, err := kept.Position(ctx, id, "")
	if err != nil {
		return v, false, err
	}
	v.Heard = all.Heard
	for i := range p.Links {
		pos, err := kept.Position(ctx, id, p.Links[i].RoomID)
		if err != nil {
			return v, false, err
		}
		v.Rooms = append(v.Rooms, pages.ChatRoom{Room: chatRoom(&p.Links[i]), Gap: pos.Closed})
	}
	accounts, err := kept.Accounts(ctx, id)
	if err != nil {
		return v, false, err
	}
	for _, a := range accounts {
		v.Accounts = append(v.Accounts, pages.ChatAccount{ID: a.ID, Name: a.Name, Person: a.Person})
	}
	counts, err := c.s.outbox.Count(ctx, []string{chat.Scope(id), chat.UrgentScope(id)})
	if err != nil {
		return v, false, err
	}
	v.Waiting, v.Failed = counts[outbox.Queued]+counts[outbox.Sending], counts[outbox.Failed]
	holds, err := c.s.outbox.Holds(ctx)
	v.Held = slices.ContainsFunc(holds, func(h outbox.Hold) bool { return h.Scope == "" || h.Scope == chat.Scope(id) })
	return v, true, err
}

// AssignChat says whose an account is, and makes a new player for a unit.
func (c *chatPages) AssignChat(ctx context.Context, id, account, person, unit, by string) (string, error) {
	kept := mattermoststore.New(c.s.db.Database)
	known, err := kept.Account(ctx, id, account)
	if err != nil {
		return "", err
	}
	name := known.Name
	if name == "" {
		name = account
	}
	if person == "" {
		if person, err = newPlayer(ctx, c.s.auth, by, id, unit, name); err != nil {
			return "", err
		}
	}
	return person, kept.Assign(ctx, id, account, name, person)
}
