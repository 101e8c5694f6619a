package pages

import (
	"context"
	"time"

	"renkei/internal/outbox"
)

// Chat tells of the chat services on which exercises are, and takes what the
// director decides there. Nil for none.
type Chat interface {
	// ChatOf returns how an exercise is on a service; false where it is on none.
	ChatOf(ctx context.Context, exercise string) (ChatStanding, bool, error)
	// AssignChat says whose an account is: a person who has a role in the exercise
	// or, with a unit in place of one, a new player of it. It returns the person.
	AssignChat(ctx context.Context, exercise, account, person, unit, by string) (string, error)
}

// ChatStanding is how an exercise is on a chat service.
type ChatStanding struct {
	Name, Server, Bot string
	Connected         bool
	Why               string    // not connected: what the service said
	Heard             time.Time // when anything was heard last; zero for never
	Rooms             []ChatRoom
	Accounts          []ChatAccount
	Waiting, Failed   int // messages that wait to go out, and that could not
	Held              bool
}

// ChatRoom is a room of the exercise; Gap is why it is not heard, "" where it is.
type ChatRoom struct{ Room, Gap string }

// ChatAccount is somebody who was met in the rooms.
type ChatAccount struct {
	ID, Name string
	Person   string // whose it is; "" where nobody has said so
}

// Mail has units of exercises play by mail.
type Mail interface {
	// MailOf returns how an exercise is played by mail.
	MailOf(ctx context.Context, exercise string) (MailStanding, error)
	// SetMail says the people of which units get mail.
	SetMail(ctx context.Context, exercise string, units []string) error
	// SetAddress says where a person gets it; "" for at their login. It returns
	// false for what is no address.
	SetAddress(ctx context.Context, exercise, person, address string) (bool, error)
	// AssignMail is as Chat.AssignChat.
	AssignMail(ctx context.Context, exercise, account, person, unit, by string) (string, error)
}

// MailStanding is how an exercise is played by mail.
type MailStanding struct {
	Address   string // to which people write
	Connected bool
	Why       string // not connected: what the server said
	Units     []MailUnit
	Accounts  []ChatAccount // that wrote and are not of who was sent what they answer
}

// MailUnit is a unit, and who of it can get mail.
type MailUnit struct {
	Unit   string
	On     bool
	People []MailPerson
}

// MailPerson is somebody of a unit.
type MailPerson struct {
	Person, Name, Address string // Address is "" where nothing can be sent
}

// Outbox sends messages: an *outbox.Outbox.
type Outbox interface {
	Has(channel string) bool
	Put(ctx context.Context, all ...outbox.Message) error
	Of(ctx context.Context, scope string) ([]outbox.Delivery, error)
	Get(ctx context.Context, number int64) (*outbox.Message, *outbox.Delivery, []outbox.Step, error)
}
