package chat

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/hosting"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
)

// Service is a chat service, with what is kept of it.
type Service interface {
	// Name is that of the service, and of its channel in the outbox.
	Name() string
	// Places returns the exercises that are on it.
	Places(ctx context.Context) ([]string, error)
	// Place returns where an exercise is, or ErrAbsent.
	Place(ctx context.Context, exercise string) (*Place, error)
	// Person returns whose an account is; "" where nobody has said so.
	Person(ctx context.Context, exercise, account string) (string, error)
	// Meet notes an account of which nobody knows whose it is.
	Meet(ctx context.Context, exercise, account, name string) error
	// About returns what a post of ours was said to be about; "" for a post of
	// others, or of which nothing is known.
	About(ctx context.Context, exercise, post string) (string, error)
	// File returns a file of a post, or ErrGone.
	File(ctx context.Context, exercise, id string, most int64) ([]byte, error)
	// Told returns up to which event the exercise was told on the service.
	Told(ctx context.Context, exercise string) (uint64, error)
	// Tell notes that.
	Tell(ctx context.Context, exercise string, seq uint64) error
}

// Errors of services.
var (
	// ErrAbsent means that an exercise is not on the service.
	ErrAbsent = errors.New("chat: the exercise is not there")
	// ErrGone means that a file cannot be had any more.
	ErrGone = errors.New("chat: the file is gone")
)

// Place is where an exercise is on a service.
type Place struct {
	Bot   string    // name of ours, as people mention it
	Since time.Time // what is older was not meant for the exercise
	Rooms []Room
	// ByMail means that a room is no place but its people, each of whom gets a mail.
	ByMail bool
}

// Room is a room of an exercise: Name is as in exercise.ChatPost. By mail it has
// people in place of an address.
type Room struct {
	Name, Address string
	People        []Reader
}

// Reader is somebody who gets mail.
type Reader struct {
	Person, Name, Address string
}

// to are the recipients of what is said in a room, but for somebody; none where
// the room is not there.
func (p *Place) to(room, channel, but string) (all []outbox.Recipient) {
	for _, r := range p.Rooms {
		if r.Name != room {
			continue
		}
		if !p.ByMail && r.Address != "" {
			return []outbox.Recipient{{ID: room, Name: room, Channel: channel, Address: r.Address}}
		}
		for _, who := range r.People {
			if who.Person != but {
				all = append(all, outbox.Recipient{ID: who.Person, Name: who.Name, Channel: channel, Address: who.Address})
			}
		}
	}
	return all
}

// only is somebody as the only recipient; none where they get no mail.
func (p *Place) only(person, channel string) []outbox.Recipient {
	for _, r := range p.Rooms {
		for _, who := range r.People {
			if who.Person == person && person != "" {
				return []outbox.Recipient{{ID: who.Person, Name: who.Name, Channel: channel, Address: who.Address}}
			}
		}
	}
	return nil
}

// What happened.
const (
	Posted    = "posted"
	Edited    = "edited"
	Deleted   = "deleted"
	Reacted   = "reacted"
	Unreacted = "unreacted"
	Joined    = "joined"
	Left      = "left"
	Gap       = "gap"
)

// Said is something that happened on a service.
type Said struct {
	ID            string // the same however often it is told
	What          string
	Room          string // as in exercise.ChatPost; "" of a gap in all of them
	At            time.Time
	Post, Root    string
	Account, Name string
	Text, Emoji   string
	Files         []File
	Reply         string // what the service calls the post, where an answer is to stand under it; "" for Post
	Form          []Answer
	Ours          bool // a bot of ours did it
	Unheeded      bool // it is kept, and does nothing
	Alone         bool // it stands nowhere on the service: no answer can stand under it
	Lost, Changed bool
	Reason        string
	From          time.Time
}

// Answer is what somebody wrote in a form, after the key of a task.
type Answer struct{ Task, Text string }

// File is a file that came with a post.
type File struct {
	ID, Name, Media string
	Size            int64
}

// Host opens exercises: a *hosting.Host.
type Host interface {
	Exercise(ctx context.Context, id string) (*hosting.Exercise, error)
}

// Outbox takes what is to be said: an *outbox.Outbox.
type Outbox interface {
	Put(ctx context.Context, all ...outbox.Message) error
	Holds(ctx context.Context) ([]outbox.Hold, error)
	Hold(ctx context.Context, scope, by, reason string) error
	Release(ctx context.Context, scope string) error
}

// People tells who somebody is: an *auth.Service.
type People interface {
	AccessOf(ctx context.Context, person string) (*auth.Access, error)
	Name(ctx context.Context, person string) string
}

// Bridge connects exercises with a service.
type Bridge struct {
	Service Service
	Host    Host
	Outbox  Outbox
	People  People
	Texts   *i18n.Catalogue
	Log     *slog.Logger
	Now     func() time.Time
	// Base is the address of the program, for links; "" for none.
	Base string
	// Keys begins the keys of what it says, beside another service; "" for the first.
	Keys string
	// Again has it look for exercises at once; nil for never.
	Again <-chan struct{}
}

// Scope is that of what is said in an exercise. A REAL stop holds it.
func Scope(id string) string { return "x/" + id }

// UrgentScope is that of what a REAL stop does not hold: that there is one.
func UrgentScope(id string) string { return "x-now/" + id }

// keys begin the keys of what is said in an exercise.
func (b *Bridge) keys(id string) string { return Scope(id) + b.Keys }

// unitIn is the unit whose room it is; "" for another.
func unitIn(room string) string {
	unit, ok := strings.CutPrefix(room, exercise.RoomUnit)
	if !ok {
		return ""
	}
	return unit
}

// accessOf is what a person may do in exercises.
func (b *Bridge) accessOf(ctx context.Context, person string) (access.Access, error) {
	if person == "" {
		return access.Of(nil), nil
	}
	return access.From(b.People.AccessOf(ctx, person))
}
