package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/hosting"
)

// Take takes in what happened in an exercise's rooms, in order. It may be given
// the same again. An error has it asked again.
func (b *Bridge) Take(ctx context.Context, id string, all []Said) error {
	place, err := b.Service.Place(ctx, id)
	if errors.Is(err, ErrAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	x, err := b.Host.Exercise(ctx, id)
	if errors.Is(err, hosting.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for i := range all {
		h := &hearing{b: b, x: x, place: place, said: &all[i]}
		if err := h.take(ctx); err != nil {
			return fmt.Errorf("take %s: %w", all[i].ID, err)
		}
	}
	return nil
}

// clockSkew is how far the clock of a service may be behind ours for what is said
// there to count.
const clockSkew = 15 * time.Minute

// hearing is something that is taken in.
type hearing struct {
	b     *Bridge
	x     *hosting.Exercise
	place *Place
	said  *Said

	person string // whose account it is; "" for nobody's
	access access.Access
	unit   string // for which they act here; "" for none
	excon  bool   // they speak for EXCON
	about  string // what the post of ours is about that it answers
	part   string // which of several things that one post does
}

func (h *hearing) take(ctx context.Context) error {
	s := h.said
	if s.Ours && s.What != Deleted {
		return nil // what we said ourselves is in the log
	}
	if err := h.who(ctx); err != nil {
		return err
	}
	if err := h.keep(ctx); err != nil {
		return err
	}
	before := s.At.Add(clockSkew).Before(h.place.Since)
	switch {
	case s.Ours, s.Unheeded, s.Account == "", before:
		return nil
	case s.What == Posted && !s.Lost:
		return h.posted(ctx)
	case s.What == Reacted:
		return h.reacted(ctx)
	}
	return nil
}

// who finds out who did it, and for which unit they act in the room: by the same
// function as on the pages.
func (h *hearing) who(ctx context.Context) (err error) {
	s := h.said
	if s.Account == "" || s.Ours {
		h.access = access.Of(nil)
		return nil
	}
	if h.person, err = h.b.Service.Person(ctx, h.x.ID, s.Account); err != nil {
		return err
	}
	if h.person == "" && s.What != Left && s.What != Joined {
		if err := h.b.Service.Meet(ctx, h.x.ID, s.Account, s.Name); err != nil {
			return err
		}
	}
	if h.access, err = h.b.accessOf(ctx, h.person); err != nil {
		return err
	}
	h.unit, h.excon = actingIn(h.access, h.x.ID, s.Room)
	return nil
}

// actingIn is for whom somebody acts in a room.
func actingIn(a access.Access, id, room string) (unit string, excon bool) {
	control := a.Actor(id, "").Role == exercise.RoleControl
	if own := unitIn(room); own != "" {
		if a.Actor(id, own).Role == exercise.RolePlayer {
			return own, false
		}
		if team, _, below := strings.Cut(own, "/"); below && a.Has(access.National, id, team) {
			return team, false
		}
		return "", control
	}
	if one, other, ok := exercise.PairOf(room); ok {
		for _, u := range []string{one, other} {
			if a.Actor(id, u).Role == exercise.RolePlayer {
				return u, false
			}
		}
		return "", control
	}
	if control {
		return "", true
	}
	if room == exercise.RoomExcon {
		return "", false
	}
	units := slices.DeleteFunc(a.Units(id), func(u string) bool { return a.Actor(id, u).Role != exercise.RolePlayer })
	if len(units) == 0 {
		return "", false
	}
	return units[0], false
}

// on is where it was said, as events have it.
func (h *hearing) on() string { return h.b.Service.Name() + "/" + h.said.Room }

// keep has the log take it in as it was.
func (h *hearing) keep(ctx context.Context) error {
	body, files, err := h.body(ctx)
	if err != nil || body == nil {
		return err
	}
	actor := exercise.Actor{ID: h.person, Role: exercise.RoleClock}
	switch {
	case h.person != "":
	case h.said.Account != "" && !h.said.Ours:
		actor.ID = exercise.Account(h.said.Account)
	default:
		actor.ID = exercise.Clock().ID
	}
	res, err := h.x.Do(ctx, exercise.Command{
		Key: "chat/" + h.said.ID, Actor: actor, On: h.on(), Do: exercise.Hear{What: body, Files: files},
	})
	var refused *exercise.Refusal
	if errors.As(err, &refused) {
		if refused.Code != exercise.KeyReused { // it is in the log already
			h.b.Log.Warn("chat_not_kept", "exercise", h.x.ID, "code", refused.Code)
		}
		return nil
	}
	if err != nil {
		return err
	}
	return h.x.Live.Wait(ctx, res.Last)
}

// body is the event of it; nil where there is none.
func (h *hearing) body(ctx context.Context) (exercise.Body, []*exercise.Upload, error) {
	s, chat, sent := h.said, h.b.Service.Name(), h.said.At.UnixMicro()
	switch s.What {
	case Posted:
		files, uploads, err := h.files(ctx)
		if err != nil {
			return nil, nil, err
		}
		l := read(s.Text, h.place.Bot)
		return &exercise.ChatPost{
			Chat: chat, Room: s.Room, Post: s.Post, Root: s.Root, Account: s.Account, Unit: h.unit, Text: clip(s.Text, exercise.MaxChatText), TLP: l.tlp,
			Files: files, Sent: sent, Lost: s.Lost, Changed: s.Changed,
		}, uploads, nil
	case Edited, Deleted:
		return &exercise.ChatEdit{
			Chat: chat, Room: s.Room, Post: s.Post, Account: s.Account, Text: clip(s.Text, exercise.MaxChatText), Deleted: s.What == Deleted, Sent: sent,
		}, nil, nil
	case Reacted, Unreacted:
		return &exercise.ChatReaction{
			Chat: chat, Room: s.Room, Post: s.Post, Account: s.Account, Emoji: clip(s.Emoji, 100), Removed: s.What == Unreacted, Sent: sent,
		}, nil, nil
	case Joined, Left:
		return &exercise.ChatMember{Chat: chat, Room: s.Room, Account: s.Account, Left: s.What == Left, Sent: sent}, nil, nil
	case Gap:
		gap := &exercise.ChatGap{Chat: chat, Room: s.Room, Reason: s.Reason}
		if !s.From.IsZero() {
			gap.From = s.From.UnixMicro()
		}
		return gap, nil, nil
	}
	return nil, nil, nil
}

// clip cuts a text to at most n bytes, at the end of a letter.
func clip(text string, n int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return text[:n]
}

// files are those of a post, with the contents that are kept.
func (h *hearing) files(ctx context.Context) (kept []exercise.ChatFile, contents []*exercise.Upload, err error) {
	for i, f := range h.said.Files {
		if i == exercise.MaxChatFiles {
			break
		}
		one := exercise.ChatFile{Name: clip(f.Name, exercise.MaxFileName), Media: clip(f.Media, 100), Size: f.Size}
		if i == exercise.MaxChatFiles-1 && len(h.said.Files) > exercise.MaxChatFiles {
			one.Left = exercise.ChatFileMany
			kept = append(kept, one)
			break
		}
		if f.Size > exercise.MaxChatFileBytes {
			one.Left = exercise.ChatFileLarge
			kept = append(kept, one)
			continue
		}
		data, err := h.b.Service.File(ctx, h.x.ID, f.ID, exercise.MaxChatFileBytes)
		switch {
		case errors.Is(err, ErrGone):
			one.Left = exercise.ChatFileGone
		case err != nil:
			return nil, nil, err
		default:
			up := exercise.NewUpload(f.Name, data)
			one.Hash, one.Media, one.Size = up.Kept().Hash, up.Kept().Media, up.Kept().Size
			if one.Name == "" {
				one.Name = up.Kept().Name
			}
			contents = append(contents, up)
		}
		kept = append(kept, one)
	}
	return kept, contents, nil
}
