package area

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"renkei/internal/i18n"
	"renkei/internal/outbox"
	"renkei/internal/programme"
	"renkei/internal/programme/store"
)

// Mailing is what the programme needs to send mails.
type Mailing struct {
	Outbox Outbox
	Texts  *i18n.Catalogue
	Base   string // address of the program, as links begin
	// Organiser is the address that invitations are from; "" to send none.
	Organiser string
}

// Outbox is where notices are put.
type Outbox interface {
	Has(channel string) bool
	Put(ctx context.Context, all ...outbox.Message) error
}

// mail is the channel of notices.
const mail = "mail"

// jobs are what the programme does by itself: it adopts what has passed in
// silence, and tells members what they have to do.
type jobs struct {
	store     *store.Store
	directory programme.Directory
	mailing   Mailing
	now       func() time.Time

	mu   sync.Mutex
	told map[string]bool // keys of messages that are in the outbox; guarded by mu
}

// minute is called every minute.
func (j *jobs) minute(ctx context.Context) error {
	records, err := j.store.Records(ctx)
	if err != nil {
		return err
	}
	if records, err = j.adopt(ctx, records); err != nil {
		return err
	}
	return j.tell(ctx, records)
}

// adopt adopts records. What somebody changes in the same moment is looked at a
// minute later.
func (j *jobs) adopt(ctx context.Context, records *programme.Records) (*programme.Records, error) {
	if j.mailing.Texts == nil {
		return records, nil
	}
	for _, c := range records.Silent(j.now(), j.mailing.Texts.For().T("programme.minutes.silence")) {
		next, err := j.store.Apply(ctx, j.now(), c)
		var refused *programme.Refusal
		switch {
		case errors.As(err, &refused):
		case err != nil:
			return records, err
		default:
			records = next
		}
	}
	return records, nil
}

// tell puts the notices that are to be read into the outbox, each once.
func (j *jobs) tell(ctx context.Context, records *programme.Records) error {
	m := j.mailing
	if m.Outbox == nil || m.Texts == nil || m.Base == "" || !m.Outbox.Has(mail) {
		return nil
	}
	members, err := j.directory.Directory(ctx)
	if err != nil {
		return err
	}
	if err := j.invite(ctx, records, members); err != nil {
		return err
	}
	ids := make([]string, 0, len(members))
	byID := map[string]*programme.Member{}
	for i := range members {
		if members[i].Gone {
			continue
		}
		ids = append(ids, members[i].ID)
		byID[members[i].ID] = &members[i]
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	told := map[string]bool{}
	for _, n := range append(records.Notices(j.now(), ids), records.Renewals(j.now(), members)...) {
		member := byID[n.Member]
		if member == nil {
			continue
		}
		for _, box := range member.Recipients(n.Body) {
			msg := m.write(&n, box)
			if told[msg.Key] = true; j.told[msg.Key] {
				continue
			}
			// who was told of it under another title is not told again
			if err := m.Outbox.Put(ctx, msg); err != nil && !errors.Is(err, outbox.ErrKey) && !errors.Is(err, outbox.ErrMessage) {
				return err
			}
		}
	}
	j.told = told
	return nil
}

// write puts a notice into words, in a language of whom it is for.
func (m Mailing) write(n *programme.Notice, box programme.MailBox) outbox.Message {
	p := m.Texts.For(box.Languages...)
	args := i18n.Args{"Code": n.Code, "Title": line(n.Title.In(p.Lang())), "Until": n.Until, "Link": m.Base + n.Path}
	kind := "programme.notice." + string(n.Kind)
	return outbox.Message{
		Key: n.Key + "/" + box.ID, Scope: "programme/" + n.Code, Notice: true, Lang: p.Lang(),
		Subject: p.T(kind+".subject", args), Text: p.T(kind+".text", args),
		To: []outbox.Recipient{{ID: box.ID, Name: line(box.Body.In(p.Lang())), Channel: mail, Address: box.Address}},
	}
}

// longest bounds a name in a mail.
const longest = 120

// line is a text as it can stand in a head.
func line(s string) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	return string(runes[:min(len(runes), longest)])
}
