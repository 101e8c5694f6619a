package mattermost

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// Sink takes what happened in the channels, in order. It may get an event again
// after a crash, with the same number.
type Sink interface {
	// Take has kept the events when it returns nil. An error has it asked again.
	Take(ctx context.Context, events []Event) error
}

// Capture hears what is said in the channels of all exercises that are on a
// server, and keeps it.
type Capture struct {
	Keeper Keeper
	Tokens *Tokens
	Sink   Sink // nil for none yet
	Log    *slog.Logger
	Now    func() time.Time
	// Kept is called after something was kept; nil for nothing.
	Kept func()
}

// Pauses.
const (
	lookEvery = 30 * time.Second // for exercises that were set up meanwhile
	firstWait = time.Second      // before a server is asked again
	longWaits = 30 * time.Second
	maxBatch  = 200 // messages that are kept together
)

// Run captures until ctx ends.
func (c *Capture) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	running := map[string]func(){}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		timer.Reset(lookEvery)
		places, err := c.Keeper.Active(ctx)
		if err != nil {
			if ctx.Err() == nil {
				c.Log.Warn("capture_failed", "error", err)
			}
			continue
		}
		wanted := map[string]bool{}
		for i := range places {
			p := places[i]
			wanted[p.Exercise] = true
			if running[p.Exercise] == nil {
				limited, stop := context.WithCancel(ctx)
				running[p.Exercise] = stop
				all.Go(func() { c.Follow(limited, p.Exercise) })
			}
		}
		for id, stop := range running {
			if !wanted[id] {
				stop()
				delete(running, id)
			}
		}
	}
}

// Follow captures one exercise until ctx ends.
func (c *Capture) Follow(ctx context.Context, exercise string) {
	f := &follower{Capture: c, exercise: exercise, wake: make(chan struct{}, 1)}
	var giving sync.WaitGroup
	if c.Sink != nil {
		giving.Go(func() { f.give(ctx) })
	}
	defer giving.Wait()
	away := time.Time{}
	for pause := firstWait; ctx.Err() == nil; pause = min(2*pause, longWaits) {
		began := c.Now()
		heard, err := f.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if heard {
			away, pause = time.Time{}, firstWait
		}
		if away.IsZero() {
			away = began
			c.Log.Warn("capture_away", "exercise", exercise, "error", err)
		}
		wait := pause
		var refused *Error
		if errors.As(err, &refused) {
			wait = max(wait, refused.After)
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		t.Stop()
	}
}

// follower captures an exercise.
type follower struct {
	*Capture
	exercise string
	wake     chan struct{} // something was kept
	place    *Place
	client   *Client
	names    map[string]string // of users, by id
	changed  map[string]bool   // channels that have to be looked at again
	// since is when something was heard last, by the server's clock as it is now;
	// 0 where that is not known.
	since int64
	// caught says that everything was read that was missed: from then on, what
	// comes later is known to be the next.
	caught bool
	top    int64 // the latest change that a fill has read
}

// session listens until the connection breaks. heard reports whether it had
// caught up.
func (f *follower) session(ctx context.Context) (heard bool, err error) {
	if f.place, err = f.Keeper.Place(ctx, f.exercise); err != nil {
		return false, err
	}
	if f.client, err = NewClient(f.place.Server, f.Tokens.Of(f.place.Server, f.place.BotID)); err != nil {
		return false, err
	}
	f.names, f.changed, f.caught = map[string]string{}, map[string]bool{}, false
	s, err := f.client.Listen(ctx)
	if err != nil {
		return false, err
	}
	defer s.Close()
	if err := f.outage(ctx); err != nil {
		return false, err
	}
	for _, l := range f.place.Links {
		if err := f.fill(ctx, l.RoomID); err != nil {
			return false, err
		}
	}
	f.caught = true
	if err := f.keep(ctx, &Batch{Exercise: f.exercise}); err != nil {
		return false, err
	}
	f.Log.Info("capture_ready", "exercise", f.exercise, "channels", len(f.place.Links))
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		var first Message
		select {
		case <-look.C:
			if err := f.lookAgain(ctx); err != nil {
				return true, err
			}
			continue
		case m, ok := <-s.Heard:
			if !ok {
				return true, s.Err()
			}
			first = m
		}
		batch := []Message{first}
		for more := true; more && len(batch) < maxBatch; {
			select {
			case m, ok := <-s.Heard:
				if more = ok; ok {
					batch = append(batch, m)
				}
			default:
				more = false
			}
		}
		if err := f.take(ctx, batch); err != nil {
			return true, err
		}
	}
}

// errSetUp ends a session because another bot reads the channels.
var errSetUp = errors.New("mattermost: another bot reads the channels")

// lookAgain takes up what setting up has changed.
func (f *follower) lookAgain(ctx context.Context) error {
	p, err := f.Keeper.Place(ctx, f.exercise)
	if err != nil {
		return err
	}
	was := f.place
	if p.BotID != was.BotID || p.Server != was.Server {
		return errSetUp
	}
	f.place = p
	for _, l := range p.Links {
		if was.Link(l.RoomID) == nil {
			if err := f.fill(ctx, l.RoomID); err != nil {
				return err
			}
		}
	}
	return nil
}

// outage notes that nothing was heard for a while.
func (f *follower) outage(ctx context.Context) error {
	pos, err := f.Keeper.Position(ctx, f.exercise, "")
	if err != nil {
		return err
	}
	at, err := f.client.Clock(ctx)
	if err != nil {
		return err
	}
	b := &Batch{Exercise: f.exercise}
	f.since = 0
	if pos.Heard.IsZero() { // what is older is history
		b.Positions = append(b.Positions, Position{Heard: f.Now()})
	} else {
		b.Events = append(b.Events, f.gap("", GapOutage, pos.Heard))
		if !at.IsZero() {
			f.since = at.Add(-max(0, f.Now().Sub(pos.Heard))).UnixMilli()
		}
	}
	return f.keep(ctx, b)
}

func (f *follower) gap(room, reason string, from time.Time) Event {
	now := f.Now().UTC()
	return Event{
		Exercise: f.exercise, What: Gap, ID: "g/" + reason + "/" + room + "/" + now.Format(time.RFC3339Nano), Room: room, At: now,
		Reason: reason, From: from.UTC(),
	}
}

// keep keeps a batch, with when something was heard last once nothing before is
// missing.
func (f *follower) keep(ctx context.Context, b *Batch) error {
	if f.caught {
		b.Positions = append(b.Positions, Position{Heard: f.Now()})
	}
	if err := f.Keeper.Keep(ctx, b); err != nil {
		return err
	}
	if len(b.Events) > 0 {
		select {
		case f.wake <- struct{}{}:
		default:
		}
		if f.Kept != nil {
			f.Kept()
		}
	}
	return nil
}

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

// givenAtOnce is how many events a sink gets.
const givenAtOnce = 200

// give gives the sink what was kept.
func (f *follower) give(ctx context.Context) {
	for pause := firstWait; ; {
		more, err := f.giveSome(ctx)
		if ctx.Err() != nil {
			return
		}
		if more && err == nil {
			pause = firstWait
			continue
		}
		var again <-chan time.Time
		if err != nil {
			f.Log.Warn("capture_sink_failed", "exercise", f.exercise, "error", err)
			t := time.NewTimer(pause)
			defer t.Stop()
			again, pause = t.C, min(2*pause, longWaits)
		}
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		case <-again:
		}
	}
}

func (f *follower) giveSome(ctx context.Context) (more bool, err error) {
	at, err := f.Keeper.Cursor(ctx, f.exercise)
	if err != nil {
		return false, err
	}
	events, err := f.Keeper.Events(ctx, f.exercise, at, givenAtOnce)
	if err != nil || len(events) == 0 {
		return false, err
	}
	if err := f.Sink.Take(ctx, events); err != nil {
		return false, err
	}
	return true, f.Keeper.Move(ctx, f.exercise, events[len(events)-1].Number)
}
