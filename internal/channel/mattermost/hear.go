package mattermost

import (
	"context"
	"maps"
	"slices"
)

// news is a batch while it grows.
type news struct {
	f     *follower
	known map[string]Seen
	batch Batch
	pos   map[string]*Position
	fresh int // events
}

// begin begins a batch about some posts.
func (f *follower) begin(ctx context.Context, posts []string) (*news, error) {
	slices.Sort(posts)
	known, err := f.Keeper.Known(ctx, slices.Compact(posts))
	if err != nil {
		return nil, err
	}
	return &news{f: f, known: known, batch: Batch{Exercise: f.exercise}, pos: map[string]*Position{}}, nil
}

func (n *news) position(ctx context.Context, room string) (*Position, error) {
	if p := n.pos[room]; p != nil {
		return p, nil
	}
	p, err := n.f.Keeper.Position(ctx, n.f.exercise, room)
	if err != nil {
		return nil, err
	}
	n.pos[room] = &p
	return &p, nil
}

// post looks at a post. A thread whose first post is deleted is deleted with it.
func (n *news) post(ctx context.Context, p *Post, whole bool) error {
	var was *Seen
	if k, ok := n.known[p.ID]; ok {
		was = &k
	}
	now, events := observe(n.f.place, was, p, whole)
	if now.Post == "" {
		return nil
	}
	pos, err := n.position(ctx, p.ChannelID)
	if err != nil {
		return err
	}
	pos.advance(p, !whole)
	if was == nil || len(events) > 0 || now.Updated != was.Updated {
		n.add(now, events)
	}
	if p.RootID != "" || now.Deleted == 0 || was != nil && was.Deleted > 0 {
		return nil
	}
	replies, err := n.f.Keeper.Replies(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, r := range replies {
		n.known[r.Post] = cmpSeen(n.known[r.Post], r)
	}
	for _, id := range slices.Sorted(maps.Keys(n.known)) {
		if r := n.known[id]; r.Root == p.ID && r.Deleted == 0 {
			gone, events := observe(n.f.place, &r, &Post{ID: r.Post, ChannelID: r.Room, RootID: r.Root, UserID: r.User, UpdateAt: r.Updated, DeleteAt: now.Deleted}, false)
			n.add(gone, events)
		}
	}
	return nil
}

// cmpSeen is the later of two states of a post.
func cmpSeen(a, b Seen) Seen {
	if a.Post == "" {
		return b
	}
	return a
}

// add takes what is known now of a post, and what has happened.
func (n *news) add(now Seen, events []Event) {
	n.known[now.Post] = now
	n.batch.Seen = append(n.batch.Seen, now)
	for i := range events {
		if events[i].Username == "" {
			events[i].Username = n.f.names[events[i].User]
		}
	}
	n.batch.Events = append(n.batch.Events, events...)
	n.fresh += len(events)
}

// keep keeps the batch.
func (n *news) keep(ctx context.Context) error {
	for _, room := range slices.Sorted(maps.Keys(n.pos)) {
		n.batch.Positions = append(n.batch.Positions, *n.pos[room])
	}
	return n.f.keep(ctx, &n.batch)
}

// advance notes that a post was read. live says that no change before it can be
// missing.
func (p *Position) advance(post *Post, live bool) {
	switch {
	case post.CreateAt > p.Created:
		p.Older, p.Post, p.Created = p.Post, post.ID, post.CreateAt
	case post.CreateAt < p.Created && p.Older == "":
		p.Older = post.ID
	}
	if live {
		p.Since = max(p.Since, post.UpdateAt, post.CreateAt) // of a deletion the time may be ours
	}
}

// take looks at what was heard.
func (f *follower) take(ctx context.Context, all []Message) error {
	heard := make([]heardPost, 0, len(all))
	var ids []string
	for i := range all {
		h := f.read(&all[i])
		heard = append(heard, h)
		if h.post.ID != "" {
			ids = append(ids, h.post.ID)
		}
	}
	n, err := f.begin(ctx, ids)
	if err != nil {
		return err
	}
	for i := range heard {
		h := &heard[i]
		switch h.event {
		case "posted", "post_edited", "post_deleted":
			err = n.post(ctx, &h.post, false)
		case "reaction_added", "reaction_removed":
			n.reacted(h)
		}
		if err != nil {
			return err
		}
	}
	if err := n.keep(ctx); err != nil {
		return err
	}
	for _, room := range slices.Sorted(maps.Keys(f.changed)) {
		delete(f.changed, room)
		if err := f.fill(ctx, room); err != nil {
			return err
		}
	}
	return nil
}

// heardPost is a message about a post.
type heardPost struct {
	event    string
	post     Post
	reaction Reaction
}

// read reads a message; what is about no channel of ours becomes nothing.
func (f *follower) read(m *Message) (h heardPost) {
	switch m.Event {
	case "posted", "post_edited", "post_deleted":
		if decode(m.text("post"), &h.post) != nil || f.place.Link(h.post.ChannelID) == nil {
			return heardPost{}
		}
		if m.Event == "post_deleted" && h.post.DeleteAt == 0 {
			h.post.DeleteAt = max(h.post.UpdateAt, f.Now().UnixMilli())
		}
		if name := m.text("sender_name"); name != "" && m.Event == "posted" {
			f.names[h.post.UserID] = trimAt(name)
		}
	case "reaction_added", "reaction_removed":
		if decode(m.text("reaction"), &h.reaction) != nil {
			return heardPost{}
		}
		h.post.ID = h.reaction.PostID
	case "user_removed", "channel_updated", "channel_deleted", "channel_restored", "channel_converted", "user_added":
		for _, room := range []string{m.To.ChannelID, m.text("channel_id")} {
			about := m.text("user_id")
			if about == "" {
				about = m.To.UserID
			}
			mine := about == "" || about == f.place.BotID || m.To.UserID == f.place.BotID
			if f.place.Link(room) != nil && (mine || m.Event[:4] == "chan") {
				f.changed[room] = true
			}
		}
		if r := (Room{}); decode(m.text("channel"), &r) == nil && f.place.Link(r.ID) != nil {
			f.changed[r.ID] = true
		}
		return heardPost{}
	default:
		return heardPost{}
	}
	h.event = m.Event
	return h
}

func trimAt(name string) string {
	if len(name) > 0 && name[0] == '@' {
		return name[1:]
	}
	return name
}

// reacted looks at a reaction to a post of ours.
func (n *news) reacted(h *heardPost) {
	known, ok := n.known[h.reaction.PostID]
	if !ok || n.f.place.Link(known.Room) == nil {
		return
	}
	known.Reactions = slices.Clone(known.Reactions)
	var events []Event
	if h.event == "reaction_added" {
		events = known.react(n.f.place, h.reaction)
	} else {
		events = known.unreact(n.f.place, h.reaction, n.f.Now().UTC())
	}
	if len(events) > 0 {
		n.add(known, events)
	}
}
