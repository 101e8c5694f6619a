package server

import (
	"context"
	"slices"
	"time"

	"renkei/internal/channel/mail"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/pages"
)

// mailPages is how pages see mail; nil where no mailbox is configured.
func (s *server) mailPages() pages.Mail {
	if s.mail == nil {
		return nil
	}
	return s.mail
}

// MailOf returns how an exercise is played by mail.
func (p *mailPlay) MailOf(ctx context.Context, id string) (v pages.MailStanding, err error) {
	v.Address = p.s.o.answersTo
	v.Connected, v.Why = p.inbox.Standing()
	kept, err := p.kept.Place(ctx, id)
	if err != nil {
		return v, err
	}
	kept.Exercise = id
	people, err := p.people(ctx, &kept)
	if err != nil {
		return v, err
	}
	x, err := p.s.host.Exercise(ctx, id)
	if err != nil {
		return v, err
	}
	x.Live.Now(func(m *follow.Moment) {
		for _, u := range m.State.Play().Cast.Units {
			one := pages.MailUnit{Unit: u.Key, On: slices.Contains(kept.Units, u.Key)}
			for _, r := range people[u.Key] {
				one.People = append(one.People, pages.MailPerson{Person: r.Person, Name: r.Name, Address: r.Address})
			}
			v.Units = append(v.Units, one)
		}
	})
	accounts, err := p.kept.Accounts(ctx, id)
	for _, a := range accounts {
		if a.Person == "" {
			v.Accounts = append(v.Accounts, pages.ChatAccount{ID: a.ID, Name: a.Name})
		}
	}
	return v, err
}

// SetMail says the people of which units get mail. Those that come on are sent the
// injects that they have.
func (p *mailPlay) SetMail(ctx context.Context, id string, units []string) error {
	x, err := p.s.host.Exercise(ctx, id)
	if err != nil {
		return err
	}
	before, err := p.kept.Place(ctx, id)
	if err != nil {
		return err
	}
	var told uint64
	x.Live.Now(func(m *follow.Moment) { told = m.State.Seq() })
	if err := p.kept.Set(ctx, id, units, time.Now(), told); err != nil {
		return err
	}
	for _, unit := range units {
		if !slices.Contains(before.Units, unit) {
			if err := p.bridge.CatchUp(ctx, id, unit); err != nil {
				return err
			}
		}
	}
	select {
	case p.again <- struct{}{}:
	default: // it is about to look
	}
	return nil
}

// SetAddress says where a person gets mail; false for what is no address.
func (p *mailPlay) SetAddress(ctx context.Context, id, person, address string) (bool, error) {
	if address != "" && mail.New(mail.Options{}).Check(address) != nil {
		return false, nil
	}
	return true, p.kept.SetAddress(ctx, id, person, address)
}

// AssignMail says whose an account is, and makes a new player for a unit.
func (p *mailPlay) AssignMail(ctx context.Context, id, account, person, unit, by string) (string, error) {
	known, err := p.kept.Account(ctx, id, account)
	if err != nil {
		return "", err
	}
	if person == "" {
		if person, err = newPlayer(ctx, p.s.auth, by, id, unit, known.Name); err != nil {
			return "", err
		}
		if err := p.kept.SetAddress(ctx, id, person, known.Name); err != nil {
			return "", err
		}
	}
	return person, p.kept.Assign(ctx, id, account, known.Name, person)
}

var _ pages.Mail = (*mailPlay)(nil)
