package area

import (
	"context"
	"strings"
	"time"

	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	"renkei/internal/community/store"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
)

// Mailing is what the community needs to send mails.
type Mailing struct {
	Outbox *outbox.Outbox
	Texts  *i18n.Catalogue
	Base   string // address of the program, as links begin
}

// comcheck is how rounds are mailed; nothing is where there is no outbox.
func (m Mailing) comcheck() comcheck.Mailing {
	if m.Outbox == nil || m.Base == "" {
		return comcheck.Mailing{}
	}
	return comcheck.Mailing{Outbox: m.Outbox, Write: m.write}
}

// write puts an ask into words, in a language of the contact.
func (m Mailing) write(reg *community.Registry, r *comcheck.Round, a comcheck.Ask, reminder bool) outbox.Message {
	var role, body string
	c, o := reg.Contact(a.Contact), reg.Organisation(a.Organisation)
	p := m.Texts.For()
	if c != nil {
		p = m.Texts.For(c.Languages...)
		role = line(c.Role.In(p.Lang()))
	}
	if o != nil {
		body = line(o.Names.At(r.Begun).Full.In(p.Lang()))
	}
	args := i18n.Args{
		"Round": r.ID, "Role": role, "Organisation": body, "Link": m.Base + "/check/" + r.Token(a.Key()),
		"Until": r.Begun.Add(r.Plan.Due).UTC().Format("2006-01-02 15:04"),
	}
	subject := p.T("community.comcheck.mail.subject", args)
	if reminder {
		subject = p.T("community.comcheck.mail.reminder", args)
	}
	return outbox.Message{
		Lang: p.Lang(), Subject: subject, Text: p.T("community.comcheck.mail.text", args), To: []outbox.Recipient{{Name: role}},
	}
}

// longest bounds a name in a mail.
const longest = 120

// line is a name as it can stand in a head.
func line(s string) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	return string(runes[:min(len(runes), longest)])
}

// erasing is a store that has the outbox forget whom it erases.
type erasing struct {
	*store.Store
	outbox *outbox.Outbox
}

// Erase takes the contacts that the person was out of the outbox first: broken
// off in between, it can be done again.
func (e erasing) Erase(ctx context.Context, at time.Time, author, reason, person string) (*community.Registry, error) {
	contacts, err := e.ContactsOf(ctx, person)
	if err != nil {
		return nil, err
	}
	for _, id := range contacts {
		if e.outbox == nil {
			break
		}
		if err := e.outbox.Forget(ctx, community.Area, id); err != nil {
			return nil, err
		}
	}
	return e.Store.Erase(ctx, at, author, reason, person)
}
