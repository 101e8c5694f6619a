package mattermost

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What is what happened in a channel.
type What string

// What can happen.
const (
	Posted    What = "posted"
	Edited    What = "edited"
	Deleted   What = "deleted"
	Reacted   What = "reacted"
	Unreacted What = "unreacted"
	Joined    What = "joined"
	Left      What = "left"
	// Gap means that something may be missing, or came later than it happened;
	// Reason says why.
	Gap What = "gap"
)

// Reasons of a gap.
const (
	// GapOutage: nothing was heard for a while. What could be read afterwards
	// follows; of several edits it has the last, of what was deleted no text.
	GapOutage = "outage"
	// GapRemoved: our bot may not read the channel any more.
	GapRemoved = "removed"
	// GapArchived: the channel was archived.
	GapArchived = "archived"
	// GapPublic: the whole team may read the channel.
	GapPublic = "public"
	// GapCapped: the server gave not all that was changed.
	GapCapped = "capped"
	// GapHistory: what is older than what could be read is not here.
	GapHistory = "history"
)

// Event is something that happened in a channel.
type Event struct {
	Number   int64 `json:"-"` // counts all, in the order in which they are given on
	Exercise string
	ID       string    // the same however often it is heard of
	What     What      //
	Room     string    // id of the channel; "" of a gap in all of them
	At       time.Time // by the server's clock; of a gap by ours

	Post     string   `json:",omitempty"` // id of what it is about
	Root     string   `json:",omitempty"` // of the thread; "" where it begins one
	User     string   `json:",omitempty"` // id on the server of who did it
	Username string   `json:",omitempty"` // "" where it is not known
	Text     string   `json:",omitempty"`
	Emoji    string   `json:",omitempty"`
	Files    []FileIn `json:",omitempty"`
	// Key is the ID of the delivery, where one of our bots has said it.
	Key string `json:",omitempty"`
	// About is what that is about.
	About string `json:",omitempty"`
	// Lost means that the text is not known: it was deleted before it was read.
	Lost bool `json:",omitempty"`
	// Changed means that the text was edited before it was read: what it was
	// before is not known.
	Changed bool `json:",omitempty"`

	Reason string    `json:",omitempty"` // of a gap
	From   time.Time `json:",omitzero"`  // of a gap: the last that was heard before, by our clock
}

// FileIn is a file that goes with a post. Its content stays on the server.
type FileIn struct {
	ID, Name, Media string
	Size            int64
}

// Seen is what was known last of a post.
type Seen struct {
	Post, Room, Root, User            string
	Created, Updated, Edited, Deleted int64 // by the server's clock
	Reactions                         []Reaction
}

// Position is up to where a channel was read.
type Position struct {
	Room    string
	Post    string // the newest that was read
	Created int64  // its time
	Older   string // one that is older than it, for those of the same millisecond
	Since   int64  // the latest change that was read
	Closed  string // the reason of a gap that goes on; "" for none
	Heard   time.Time
}

// Batch is what is kept together.
type Batch struct {
	Exercise  string
	Seen      []Seen
	Events    []Event
	Positions []Position
}

// Keeper keeps what was heard.
type Keeper interface {
	Places
	// Active returns the exercises that are on a server.
	Active(ctx context.Context) ([]Place, error)
	// Known returns what is known of posts.
	Known(ctx context.Context, posts []string) (map[string]Seen, error)
	// Replies returns what is known of the posts of a thread.
	Replies(ctx context.Context, root string) ([]Seen, error)
	// Position returns up to where a channel was read; all of zero for one that
	// never was.
	Position(ctx context.Context, exercise, room string) (Position, error)
	// Keep keeps a batch, all or nothing. Events that are kept already are left
	// as they are.
	Keep(ctx context.Context, b *Batch) error
	// Events returns at most most events of an exercise after a number, in order.
	Events(ctx context.Context, exercise string, after int64, most int) ([]Event, error)
	// Event returns one by its ID; of zero where there is none.
	Event(ctx context.Context, exercise, id string) (Event, error)
	// Cursor returns up to which number the events of an exercise were given on.
	Cursor(ctx context.Context, exercise string) (int64, error)
	// Move sets that.
	Move(ctx context.Context, exercise string, number int64) error
}

// observe compares a post with what was known of it, and returns what is known
// now and what has happened. whole means that its reactions are all there.
func observe(place *Place, known *Seen, p *Post, whole bool) (now Seen, events []Event) {
	if p.Original != "" || p.ID == "" {
		return now, nil // an old version, which the server keeps as a deleted post
	}
	e := Event{Exercise: place.Exercise, Room: p.ChannelID, Post: p.ID, Root: p.RootID, User: p.UserID}
	if place.ours(p.UserID) {
		e.Key, e.About = p.prop(PropKey), p.prop(PropAbout)
	}
	if known == nil {
		now = Seen{Post: p.ID, Room: p.ChannelID, Root: p.RootID, User: p.UserID, Created: p.CreateAt}
		events = append(events, first(e, p)...)
		now.Edited = p.EditAt
	} else {
		now = *known
		now.Reactions = slices.Clone(known.Reactions)
	}
	now.Updated = max(now.Updated, p.UpdateAt)
	if p.EditAt > now.Edited && p.DeleteAt == 0 && now.Deleted == 0 {
		now.Edited = p.EditAt
		edit := e
		edit.What, edit.ID, edit.At, edit.Text, edit.Files = Edited, fmt.Sprint("e/", p.ID, "/", p.EditAt), moment(p.EditAt), p.Message, filesOf(p)
		events = append(events, edit)
	}
	if p.DeleteAt > 0 && now.Deleted == 0 {
		now.Deleted = p.DeleteAt
		gone := e
		gone.What, gone.ID, gone.At = Deleted, "d/"+p.ID, moment(p.DeleteAt)
		events = append(events, gone)
	}
	if whole && p.DeleteAt == 0 && now.Deleted == 0 {
		var there []Reaction
		if p.Metadata != nil {
			there = p.Metadata.Reactions
		}
		for _, r := range slices.Clone(now.Reactions) {
			if !slices.ContainsFunc(there, r.same) {
				events = append(events, now.unreact(place, r, moment(p.UpdateAt))...)
			}
		}
		for _, r := range there {
			events = append(events, now.react(place, r)...)
		}
	}
	return now, events
}

// first are the events of a post that was not known.
func first(e Event, p *Post) []Event {
	e.At = moment(p.CreateAt)
	switch {
	case p.Type == "":
		e.What, e.ID, e.Text, e.Files = Posted, "p/"+p.ID, p.Message, filesOf(p)
		e.Lost, e.Changed = p.DeleteAt > 0 && p.Message == "", p.EditAt > 0
	case p.Type == "system_join_channel", p.Type == "system_add_to_channel", p.Type == "system_join_team", p.Type == "system_add_to_team":
		e.What, e.ID = Joined, "j/"+p.ID
	case p.Type == "system_leave_channel", p.Type == "system_remove_from_channel", p.Type == "system_leave_team", p.Type == "system_remove_from_team":
		e.What, e.ID = Left, "l/"+p.ID
	case strings.HasPrefix(p.Type, "system_"):
		return nil // such as a new header
	default:
		e.What, e.ID, e.Text, e.Files = Posted, "p/"+p.ID, p.Message, filesOf(p) // of a plugin, or an answer to a command
	}
	if e.What != Posted {
		for _, name := range []string{"addedUserId", "removedUserId"} {
			if id := p.prop(name); id != "" {
				e.User = id
			}
		}
		for _, name := range []string{"username", "addedUsername", "removedUsername"} {
			if text := p.prop(name); text != "" {
				e.Username = text
			}
		}
	}
	return []Event{e}
}

func filesOf(p *Post) (all []FileIn) {
	if p.Metadata != nil && len(p.Metadata.Files) > 0 {
		for _, f := range p.Metadata.Files {
			all = append(all, FileIn{f.ID, f.Name, f.Media, f.Size})
		}
		return all
	}
	for _, id := range p.FileIDs {
		all = append(all, FileIn{ID: id})
	}
	return all
}

func (r Reaction) same(o Reaction) bool { return r.UserID == o.UserID && r.Emoji == o.Emoji }

// react puts a reaction to a post; nil where it is there.
func (s *Seen) react(place *Place, r Reaction) []Event {
	if slices.ContainsFunc(s.Reactions, r.same) || s.Deleted > 0 {
		return nil
	}
	s.Reactions = append(s.Reactions, r)
	return []Event{s.reaction(place, Reacted, r, moment(r.CreateAt))}
}

// unreact takes a reaction away; nil where it is not there.
func (s *Seen) unreact(place *Place, r Reaction, at time.Time) []Event {
	i := slices.IndexFunc(s.Reactions, r.same)
	if i < 0 {
		return nil
	}
	was := s.Reactions[i]
	s.Reactions = slices.Delete(s.Reactions, i, i+1)
	return []Event{s.reaction(place, Unreacted, was, at)}
}

func (s *Seen) reaction(place *Place, what What, r Reaction, at time.Time) Event {
	return Event{
		Exercise: place.Exercise, What: what, ID: fmt.Sprint(what, "/", s.Post, "/", r.UserID, "/", r.Emoji, "/", r.CreateAt), Room: s.Room, At: at,
		Post: s.Post, Root: s.Root, User: r.UserID, Emoji: r.Emoji,
	}
}
