package pages

import (
	"context"
	"time"
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
