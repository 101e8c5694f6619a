package mattermost

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Kind is what a channel of an exercise is for.
type Kind string

// Kinds of channels.
const (
	ForUnit    Kind = "unit"
	ForLiaison Kind = "liaison" // of all units
	ForHelp    Kind = "help"    // with questions about the exercise itself
	ForControl Kind = "excon"
	ForPair    Kind = "pair" // of two units; Unit has both keys, with a plus between
)

// Place is an exercise on a server: what was made or adopted there.
type Place struct {
	Exercise string
	Server   string // its address
	TeamID   string
	TeamMade bool   // by us; else adopted
	BotID    string // reads everything, and posts what has no bot of its own
	BotName  string
	Archived bool
	Since    time.Time // when it was set up
	Callback string    // the address of ours that the server reaches; "" for none
	Links    []Link
	Bots     []Identity
}

// Link is a channel of an exercise.
type Link struct {
	Kind   Kind
	Unit   string // its key, or those of two; "" where it is no unit's
	RoomID string
	Made   bool // by us; else adopted
}

// Identity is the bot that speaks as a simulated contact.
type Identity struct {
	Contact  string // its key
	UserID   string
	Username string
	Names    []string // as they stand in Message.From, in all languages
}

// Room returns the channel of a kind, or of a unit; "" where there is none.
func (p *Place) Room(k Kind, unit string) string {
	for _, l := range p.Links {
		if l.Kind == k && l.Unit == unit {
			return l.RoomID
		}
	}
	return ""
}

// Link returns what a channel is for; nil for one that is not of the exercise.
func (p *Place) Link(room string) *Link {
	i := slices.IndexFunc(p.Links, func(l Link) bool { return l.RoomID == room })
	if i < 0 {
		return nil
	}
	return &p.Links[i]
}

// speaker returns the bot that speaks under a name; nil where there is none.
func (p *Place) speaker(name string) *Identity {
	i := slices.IndexFunc(p.Bots, func(b Identity) bool { return name != "" && slices.Contains(b.Names, name) })
	if i < 0 {
		return nil
	}
	return &p.Bots[i]
}

// Ours reports whether a user is one of our bots.
func (p *Place) Ours(user string) bool { return p.ours(user) }

func (p *Place) ours(user string) bool {
	return user == p.BotID || slices.ContainsFunc(p.Bots, func(b Identity) bool { return b.UserID == user })
}

// ErrAbsent means that an exercise, or a channel, is on no server.
var ErrAbsent = errors.New("mattermost: not set up")

// Places keeps where exercises are.
type Places interface {
	// Place returns where an exercise is, or ErrAbsent.
	Place(ctx context.Context, exercise string) (*Place, error)
	// Holding returns the exercise that has a channel, or ErrAbsent.
	Holding(ctx context.Context, room string) (*Place, error)
	// Save writes where an exercise is, in place of what was known.
	Save(ctx context.Context, p *Place) error
}
