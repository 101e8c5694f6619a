package area

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"renkei/internal/calendar"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
	"renkei/internal/programme"
)

// invite puts the invitations that have to go out into the outbox, and notes each
// once it is there. Where the program ends between the two, the outbox knows it by
// its key.
func (j *jobs) invite(ctx context.Context, records *programme.Records, members []programme.Member) error {
	m := j.mailing
	if m.Organiser == "" {
		return nil
	}
	sent, err := j.store.Sent(ctx)
	if err != nil {
		return err
	}
	stamps, err := j.store.Stamps(ctx)
	if err != nil {
		return err
	}
	for _, next := range records.Invitations(stamps, members, sent, m.Texts, m.Base, j.now()) {
		msg, err := m.invitation(&next)
		if err != nil {
			return err
		}
		switch err := m.Outbox.Put(ctx, msg); {
		case errors.Is(err, outbox.ErrMessage), errors.Is(err, outbox.ErrKey): // it cannot go out as it is, also the next time
		case err != nil:
			return err
		}
		if err := j.store.KeepSent(ctx, &next); err != nil {
			return err
		}
	}
	return nil
}

// invitation puts an invitation into words, with the file that a calendar reads.
func (m Mailing) invitation(s *programme.Sent) (outbox.Message, error) {
	p := m.Texts.For(s.Lang)
	var file bytes.Buffer
	if err := calendar.Invite(&file, s.Entry, m.Organiser, s.Address); err != nil {
		return outbox.Message{}, err
	}
	kind := "programme.invite"
	if s.Entry.Cancelled {
		kind = "programme.invite.cancel"
	}
	when := programme.When(p, programme.DayOf(s.Entry.Begins), "")
	args := i18n.Args{"Title": line(s.Entry.Title), "When": when, "Place": line(s.Entry.Place), "Link": s.Entry.URL}
	return outbox.Message{
		Key: fmt.Sprintf("programme/invite/%s/%d/%d/%s", s.Event, s.Entry.Sequence, s.Entry.Changed.UnixMicro(), s.Box), Scope: "programme/" + s.Event,
		Conversation: "programme/invite/" + s.Event, Notice: true, Lang: p.Lang(), Subject: p.T(kind+".subject", args), Text: p.T(kind+".text", args),
		Files: []outbox.File{{Name: "invitation.ics", Media: calendar.MediaOf(&s.Entry), Data: file.Bytes()}},
		To:    []outbox.Recipient{{ID: s.Box, Channel: mail, Address: s.Address}},
	}, nil
}
