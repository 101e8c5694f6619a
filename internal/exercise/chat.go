package exercise

import (
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// Chats are rooms of an exercise on a chat service beside the program, such as
// Mattermost. What is said there comes into the log as it was said; what it does,
// as an answer or a message, is an event of its own that follows.

// Rooms on a chat service: that of a unit is RoomUnit and its key, that of two
// RoomPair and their keys with a plus between.
const (
	RoomUnit    = "unit:"
	RoomPair    = "pair:"
	RoomLiaison = "liaison"
	RoomHelp    = "help"
	RoomExcon   = "excon"
)

// PairRoom is the room of two units, in whatever order.
func PairRoom(a, b string) string { return RoomPair + min(a, b) + "+" + max(a, b) }

// PairOf are the units whose room it is; false for another room.
func PairOf(room string) (a, b string, ok bool) {
	keys, ok := strings.CutPrefix(room, RoomPair)
	a, b, both := strings.Cut(keys, "+")
	return a, b, ok && both
}

// ChatPost is something that was said on a chat service.
type ChatPost struct {
	Chat    string       `json:"chat"`              // the service: "mattermost"
	Room    string       `json:"room"`              // "unit:<key>", "liaison", "help", "excon"
	Post    string       `json:"post"`              // its id there
	Root    string       `json:"root,omitempty"`    // of the post that began the thread
	Account string       `json:"account"`           // id there of who said it
	Unit    string       `json:"unit,omitempty"`    // for which they act, as known then
	Text    string       `json:"text,omitempty"`    // as it was written
	TLP     scenario.TLP `json:"tlp"`               // the label with which it begins
	Files   []ChatFile   `json:"files,omitempty"`   // what came with it
	Sent    int64        `json:"sent"`              // by the service's clock, unix microseconds
	Lost    bool         `json:"lost,omitempty"`    // deleted before it was read: there is no text
	Changed bool         `json:"changed,omitempty"` // edited before it was read
}

// ChatFile is a file that came with a post.
type ChatFile struct {
	Name  string `json:"name"`
	Media string `json:"media"`
	Size  int64  `json:"size"`
	Hash  string `json:"hash,omitempty"` // of its content, which the log has; none where it was left out
	Left  string `json:"left,omitempty"` // why: ChatFileLarge, ChatFileGone, ChatFileMany
}

// Why a file was left on the service.
const (
	ChatFileLarge = "large"
	ChatFileGone  = "gone"
	ChatFileMany  = "many"
)

// Bounds of what is kept of a post.
const (
	MaxChatFiles     = 10
	MaxChatFileBytes = 8 << 20  // of one
	MaxChatText      = 64 << 10 // bytes
)

// ChatEdit is a post that was changed, or deleted.
type ChatEdit struct {
	Chat    string `json:"chat"`
	Room    string `json:"room"`
	Post    string `json:"post"`
	Account string `json:"account,omitempty"` // who had said it
	Text    string `json:"text,omitempty"`    // as it reads now
	Deleted bool   `json:"deleted,omitempty"`
	Sent    int64  `json:"sent"`
}

// ChatReaction is an emoji that somebody put to a post, or took away.
type ChatReaction struct {
	Chat    string `json:"chat"`
	Room    string `json:"room"`
	Post    string `json:"post"`
	Account string `json:"account"`
	Emoji   string `json:"emoji"`
	Removed bool   `json:"removed,omitempty"`
	Sent    int64  `json:"sent"`
}

// ChatMember is somebody who came into a room of the service, or left it.
type ChatMember struct {
	Chat    string `json:"chat"`
	Room    string `json:"room"`
	Account string `json:"account"`
	Left    bool   `json:"left,omitempty"`
	Sent    int64  `json:"sent"`
}

// ChatGap tells that something said on the service may be missing from the log.
type ChatGap struct {
	Chat   string `json:"chat"`
	Room   string `json:"room,omitempty"` // "" for all
	Reason string `json:"reason"`
	From   int64  `json:"from,omitempty"` // unix microseconds; when the last was heard before
}

// ChatAssigned tells who an account of the service is.
type ChatAssigned struct {
	Chat    string `json:"chat"`
	Account string `json:"account"`
	Person  string `json:"person"` // person id
}

// Type names the event.
func (*ChatPost) Type() Type { return "chat.posted" }

// Type names the event.
func (*ChatEdit) Type() Type { return "chat.edited" }

// Type names the event.
func (*ChatReaction) Type() Type { return "chat.reacted" }

// Type names the event.
func (*ChatMember) Type() Type { return "chat.member" }

// Type names the event.
func (*ChatGap) Type() Type { return "chat.gap" }

// Type names the event.
func (*ChatAssigned) Type() Type { return "chat.assigned" }

func chatBodies() []Body {
	return []Body{&ChatPost{}, &ChatEdit{}, &ChatReaction{}, &ChatMember{}, &ChatGap{}, &ChatAssigned{}}
}

// ChatOf is the chat service on which something was said, of the On of an event;
// "" for our own pages.
func ChatOf(on string) string {
	chat, _, _ := strings.Cut(on, "/")
	return chat
}

// RoomOf is the room of the service in which it was said.
func RoomOf(on string) string {
	_, room, _ := strings.Cut(on, "/")
	return room
}

// chatPrefix begins the id of an actor of whom nothing is known but an account on
// a chat service.
const chatPrefix = "chat/"

// Account returns the actor that an account is of which nobody knows whose it is.
func Account(id string) string { return chatPrefix + id }

// IsAccount reports whether the id of an actor is such an account.
func IsAccount(id string) bool { return strings.HasPrefix(id, chatPrefix) }

// Hear takes into the log what happened on a chat service: one of the chat
// events. Only the program itself says it, in the name of who did it.
type Hear struct {
	What  Body
	Files []*Upload `json:",omitempty"` // the contents that a post cites
}

func (a Hear) decide(d *decision) error {
	if d.c.Actor.Role != RoleClock {
		return refuse(NotAllowed)
	}
	var room string
	switch b := a.What.(type) {
	case *ChatPost:
		if len(b.Text) > MaxChatText || len(b.Files) > MaxChatFiles {
			return refuse(TooLong, "Limit", MaxChars)
		}
		room = b.Room
	case *ChatEdit:
		if len(b.Text) > MaxChatText {
			return refuse(TooLong, "Limit", MaxChars)
		}
		room = b.Room
	case *ChatReaction:
		room = b.Room
	case *ChatMember:
		room = b.Room
	case *ChatGap, *ChatAssigned:
		d.emit(toControl, a.What)
		return nil
	default:
		return refuse(NotAllowed)
	}
	to, err := d.hearers(room)
	if err != nil {
		return err
	}
	d.emit(to, a.What)
	return nil
}

// hearers are who may read what was said in a room.
func (d *decision) hearers(room string) (Audience, error) {
	if unit, ok := strings.CutPrefix(room, RoomUnit); ok {
		u, known := d.s.play.Cast.Index(unit)
		if !known {
			return nil, refuse(UnknownUnit, "Unit", unit)
		}
		return d.s.play.toUnit[u], nil
	}
	if a, b, ok := PairOf(room); ok {
		one, known := d.s.play.Cast.Index(a)
		other, too := d.s.play.Cast.Index(b)
		if !known || !too {
			return nil, refuse(UnknownUnit, "Unit", a+", "+b)
		}
		return slices.Concat(d.s.play.toUnit[one], d.s.play.toUnit[other]), nil
	}
	switch room {
	case RoomLiaison:
		return Audience{ToLiaison}, nil
	case RoomHelp:
		return toAll, nil
	}
	return toControl, nil
}
