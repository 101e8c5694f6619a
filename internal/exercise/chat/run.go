package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/group"
	"renkei/internal/outbox"
)

const (
	lookEvery = 30 * time.Second // for exercises that were set up meanwhile
	firstWait = time.Second
	longWait  = 30 * time.Second
	// atOnce is how many events are told together.
	atOnce = 100
)

// Run tells on the service what happens in the exercises that are on it, until
// ctx ends.
func (b *Bridge) Run(ctx context.Context) {
	group.Each(ctx, group.Names{Every: lookEvery, Again: b.Again, List: b.Service.Places, Failed: func(err error) {
		b.Log.Warn("chat_places_unknown", "error", err)
	}}, b.Follow)
}

// Follow tells what happens in one exercise until ctx ends.
func (b *Bridge) Follow(ctx context.Context, id string) {
	for pause := firstWait; ctx.Err() == nil; pause = min(2*pause, longWait) {
		began := b.Now()
		err := b.follow(ctx, id)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !errors.Is(err, hosting.ErrNotFound) {
			b.Log.Warn("chat_not_told", "exercise", id, "error", err)
		}
		if b.Now().Sub(began) > time.Minute {
			pause = firstWait
		}
		t := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		t.Stop()
	}
}

// follow tells until the exercise is closed or something fails.
func (b *Bridge) follow(ctx context.Context, id string) error {
	x, err := b.Host.Exercise(ctx, id)
	if err != nil {
		return err
	}
	news := x.Live.Watch(exercise.Viewer{Control: true})
	defer news.Close()
	t := &teller{b: b, x: x}
	if err := t.settleHold(ctx); err != nil {
		return err
	}
	for {
		more, err := t.some(ctx)
		if err != nil {
			return err
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-x.Closed():
			return nil
		case <-news.News():
		}
	}
}

// teller tells what happens in an exercise.
type teller struct {
	b     *Bridge
	x     *hosting.Exercise
	place *Place
}

// some tells the next events. Where it is broken off it tells them again: their
// messages have the same keys.
func (t *teller) some(ctx context.Context) (more bool, err error) {
	after, err := t.b.Service.Told(ctx, t.x.ID)
	if err != nil {
		return false, err
	}
	if t.place, err = t.b.Service.Place(ctx, t.x.ID); err != nil {
		return false, err
	}
	var events []exercise.Event
	last := after
	t.x.Live.Now(func(m *follow.Moment) {
		v := exercise.Viewer{Control: true}
		for last < m.State.Seq() && len(events) < atOnce {
			last++
			if e, ok := m.Event(v, last); ok {
				events = append(events, e)
			}
		}
	})
	if len(events) == 0 {
		return false, nil
	}
	var all []outbox.Message
	for i := range events {
		e := &events[i]
		if e.Wall < t.place.Since.UnixMicro() {
			continue
		}
		if err := t.hold(ctx, e); err != nil {
			return false, err
		}
		some, err := t.messages(ctx, e)
		if err != nil {
			return false, fmt.Errorf("event %d: %w", e.Seq, err)
		}
		all = append(all, some...)
	}
	if err := t.b.put(ctx, all...); err != nil {
		return false, err
	}
	return true, t.b.Service.Tell(ctx, t.x.ID, last)
}

// CatchUp tells a unit that comes onto the service the injects that it has already.
// It may be asked again: what was told is not told twice.
func (b *Bridge) CatchUp(ctx context.Context, id, unit string) error {
	x, err := b.Host.Exercise(ctx, id)
	if err != nil {
		return err
	}
	t := &teller{b: b, x: x}
	if t.place, err = b.Service.Place(ctx, id); err != nil {
		return err
	}
	var events []exercise.Event
	x.Live.Now(func(m *follow.Moment) {
		v := exercise.Viewer{Control: true}
		for seq := uint64(1); seq <= m.State.Seq(); seq++ {
			if e, ok := m.Event(v, seq); ok && t.has(m.State, &e, unit) {
				events = append(events, e)
			}
		}
	})
	for i := range events {
		some, err := t.messages(ctx, &events[i])
		if err == nil {
			err = b.put(ctx, some...)
		}
		if err != nil {
			return fmt.Errorf("event %d: %w", events[i].Seq, err)
		}
	}
	return nil
}

// has reports whether an event brought a unit an inject that it still has.
func (t *teller) has(s *exercise.State, e *exercise.Event, unit string) bool {
	inject := ""
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		if b.Unit == unit {
			inject = b.Inject
		}
	case *exercise.InjectRelayed:
		if b.Unit == unit {
			inject = b.Inject
		}
	}
	u, known := s.Play().Cast.Index(unit)
	i, there := s.InjectIndex(inject)
	if inject == "" || !known || !there {
		return false
	}
	v, ok := s.Inject(i, u)
	return ok && v.Status == exercise.InjectOut
}

// put puts messages in. One that no channel would take is left out and logged: it
// must not hold back what follows.
func (b *Bridge) put(ctx context.Context, all ...outbox.Message) error {
	if len(all) == 0 {
		return nil
	}
	for i := range all {
		tidy(&all[i])
	}
	err := b.Outbox.Put(ctx, all...)
	if !errors.Is(err, outbox.ErrMessage) && !errors.Is(err, outbox.ErrKey) {
		return err
	}
	for i := range all {
		err := b.Outbox.Put(ctx, all[i])
		switch {
		case errors.Is(err, outbox.ErrKey): // it was put in, in other words
		case errors.Is(err, outbox.ErrMessage):
			b.Log.Warn("chat_message_left_out", "key", all[i].Key, "error", err)
		case err != nil:
			return err
		}
	}
	return nil
}

// tidy makes a message one that can be put in.
func tidy(m *outbox.Message) {
	plain := func(r rune) rune {
		if r != '\n' && r != '\t' && (r < ' ' || r >= 0x7f && r < 0xa0) {
			return -1
		}
		return r
	}
	oneLine := func(s string) string {
		return strings.TrimSpace(strings.Map(plain, strings.NewReplacer("\n", " ", "\t", " ", "\u2028", " ", "\u2029", " ").Replace(s)))
	}
	m.Subject = clip(oneLine(m.Subject), maxSubject)
	if m.Subject == "" {
		m.Subject = "…"
	}
	m.From = clip(oneLine(m.From), outbox.MaxKey)
	m.Text = clip(strings.Map(plain, strings.ReplaceAll(m.Text, "\r\n", "\n")), outbox.MaxText)
	bytes := 0
	kept := m.Files[:0]
	for _, f := range m.Files {
		if bytes += len(f.Data); len(kept) == outbox.MaxFiles || bytes > outbox.MaxFileBytes {
			bytes -= len(f.Data)
			continue
		}
		kept = append(kept, f)
	}
	m.Files = kept
}

// heldFor is the reason of the hold of a REAL stop.
const heldFor = "real"

// hold holds what waits to go out at a REAL stop, and lets it go afterwards.
func (t *teller) hold(ctx context.Context, e *exercise.Event) error {
	switch e.Body.(type) {
	case *exercise.Stopped:
		return t.b.Outbox.Hold(ctx, Scope(t.x.ID), e.Actor, heldFor)
	case *exercise.Resumed, *exercise.Ended:
		return t.release(ctx)
	}
	return nil
}

// release ends a hold of ours; one of the director's stays.
func (t *teller) release(ctx context.Context) error {
	holds, err := t.b.Outbox.Holds(ctx)
	if err != nil {
		return err
	}
	ours := func(h outbox.Hold) bool { return h.Scope == Scope(t.x.ID) && h.Reason == heldFor }
	if slices.ContainsFunc(holds, ours) {
		return t.b.Outbox.Release(ctx, Scope(t.x.ID))
	}
	return nil
}

// settleHold makes the hold what the log says, as after a crash.
func (t *teller) settleHold(ctx context.Context) error {
	stopped := false
	t.x.Live.Now(func(m *follow.Moment) { stopped = m.State.RealStop() })
	if stopped {
		return t.b.Outbox.Hold(ctx, Scope(t.x.ID), "", heldFor)
	}
	return t.release(ctx)
}
