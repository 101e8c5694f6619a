package mattermost

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
)

// Bounds of reading what was missed.
const (
	// overlap, in milliseconds, is read again: changes are not always there at
	// the time that they carry.
	overlap = 60_000
	// capped is from how many changes on a server may have left some out.
	capped = 1000
	// maxHistory is how many pages are read of a channel that was never read.
	maxHistory = 100
	// maxForward is how many pages follow one another after an outage.
	maxForward = 1000
)

// fill reads what is new in a channel: what was said after the last that is
// known, and what was changed since.
func (f *follower) fill(ctx context.Context, room string) error {
	pos, err := f.Keeper.Position(ctx, f.exercise, room)
	if err != nil {
		return err
	}
	reason, err := f.state(ctx, room)
	if err != nil {
		return err
	}
	if reason != pos.Closed {
		if err := f.note(ctx, pos, reason); err != nil {
			return err
		}
	}
	if reason == GapRemoved || reason == GapArchived {
		return nil
	}
	since := pos.Since
	if since == 0 || f.since > 0 && f.since < since { // its clock may have gone back
		since = f.since
	}
	f.top = 0
	if pos.Post == "" {
		err = f.history(ctx, room)
	} else {
		err = f.forward(ctx, pos)
	}
	if err == nil && since != 0 {
		err = f.changes(ctx, room, since-overlap)
	}
	if err != nil {
		return f.left(err)
	}
	return f.filled(ctx, room)
}

// filled notes that no change is missing up to the latest that was read.
func (f *follower) filled(ctx context.Context, room string) error {
	pos, err := f.Keeper.Position(ctx, f.exercise, room)
	if err != nil || f.top <= pos.Since {
		return err
	}
	pos.Since = f.top
	return f.keep(ctx, &Batch{Exercise: f.exercise, Positions: []Position{pos}})
}

// left is nil for a refusal that comes of being removed meanwhile: the next look
// notes it.
func (f *follower) left(err error) error {
	if is(err, http.StatusForbidden) || is(err, http.StatusNotFound) {
		return nil
	}
	return err
}

// state is the reason why a channel cannot be read as it should; "" for none.
func (f *follower) state(ctx context.Context, room string) (string, error) {
	r, err := f.client.Room(ctx, room)
	switch {
	case is(err, http.StatusForbidden), is(err, http.StatusNotFound):
		return GapRemoved, nil
	case err != nil:
		return "", err
	case r.DeleteAt > 0:
		return GapArchived, nil
	case r.Type == "O":
		return GapPublic, nil
	}
	return "", nil
}

// note keeps that a channel is closed to us, or no longer.
func (f *follower) note(ctx context.Context, pos Position, reason string) error {
	b := &Batch{Exercise: f.exercise}
	from := pos.Heard
	pos.Closed = reason
	if reason != "" {
		pos.Heard = f.Now()
		b.Events = append(b.Events, f.gap(pos.Room, reason, from))
	}
	b.Positions = append(b.Positions, pos)
	return f.keep(ctx, b)
}

// history reads a channel that was never read.
func (f *follower) history(ctx context.Context, room string) error {
	var pages [][]Post
	for page := 0; ; page++ {
		all, err := f.client.Posts(ctx, room, page)
		if err != nil {
			return err
		}
		pages = append(pages, all)
		if len(all) < pageSize {
			break
		}
		if page == maxHistory-1 {
			if err := f.keep(ctx, &Batch{Exercise: f.exercise, Events: []Event{f.gap(room, GapHistory, f.Now())}}); err != nil {
				return err
			}
			break
		}
	}
	for _, all := range slices.Backward(pages) {
		if _, err := f.observe(ctx, all); err != nil {
			return err
		}
	}
	return nil
}

// forward reads page after page of what was said after the last that is known.
// Each page begins before that, for posts of the same millisecond. The newest
// page comes last: a clock that went back hides new posts behind old ones.
func (f *follower) forward(ctx context.Context, pos Position) error {
	after := pos.Older
	if after == "" {
		after = pos.Post
	}
	for range maxForward {
		all, err := f.client.PostsAfter(ctx, pos.Room, after)
		if err != nil && !is(err, http.StatusNotFound) && !is(err, http.StatusBadRequest) {
			return err
		}
		if _, err := f.observe(ctx, all); err != nil {
			return err
		}
		next := anchor(all)
		if len(all) < pageSize || next == after {
			break
		}
		after = next
	}
	all, err := f.client.Posts(ctx, pos.Room, 0)
	if err != nil {
		return err
	}
	_, err = f.observe(ctx, all)
	return err
}

// anchor is after which post the next page begins: the last that is older than
// the newest.
func anchor(all []Post) string {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].CreateAt < all[len(all)-1].CreateAt {
			return all[i].ID
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].ID
}

// changes reads what was edited, deleted or reacted to since a time. It asks
// twice: a server sometimes answers with nothing.
func (f *follower) changes(ctx context.Context, room string, since int64) error {
	most := 0
	for range 2 {
		all, err := f.client.PostsSince(ctx, room, max(1, since))
		if err != nil {
			return err
		}
		most = max(most, len(all))
		if _, err := f.observe(ctx, all); err != nil {
			return err
		}
	}
	if most < capped {
		return nil
	}
	return f.keep(ctx, &Batch{Exercise: f.exercise, Events: []Event{f.gap(room, GapCapped, moment(since))}})
}

// observe looks at posts that were read, in the order in which they happened.
func (f *follower) observe(ctx context.Context, all []Post) (fresh int, err error) {
	if len(all) == 0 {
		return 0, nil
	}
	ids := make([]string, len(all))
	var users []string
	for i := range all {
		ids[i] = all[i].ID
		f.top = max(f.top, all[i].UpdateAt, all[i].CreateAt)
		if id := all[i].UserID; f.names[id] == "" && !slices.Contains(users, id) {
			users = append(users, id)
		}
	}
	if err := f.learn(ctx, users); err != nil {
		return 0, err
	}
	n, err := f.begin(ctx, ids)
	if err != nil {
		return 0, err
	}
	happened := func(p *Post) int64 {
		if _, known := n.known[p.ID]; known {
			return max(p.UpdateAt, p.DeleteAt)
		}
		return p.CreateAt
	}
	slices.SortStableFunc(all, func(a, b Post) int {
		if x, y := happened(&a), happened(&b); x != y {
			return int(max(-1, min(1, x-y)))
		}
		return bytes.Compare([]byte(a.ID), []byte(b.ID))
	})
	for i := range all {
		if err := n.post(ctx, &all[i], true); err != nil {
			return 0, err
		}
	}
	if n.fresh == 0 && len(n.batch.Seen) == 0 {
		return 0, nil
	}
	return n.fresh, n.keep(ctx)
}

// maxNames bounds how many names are kept in memory.
const maxNames = 10_000

// learn finds out the names of users.
func (f *follower) learn(ctx context.Context, users []string) error {
	if len(f.names) > maxNames {
		clear(f.names)
	}
	names, err := f.client.Names(ctx, users)
	var refused *Error
	if errors.As(err, &refused) && refused.Status == http.StatusForbidden {
		return nil // they stay unknown
	}
	for id, name := range names {
		f.names[id] = name
	}
	return err
}
