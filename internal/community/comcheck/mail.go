package comcheck

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"renkei/internal/community"
	"renkei/internal/outbox"
)

// Outbox is where the mails of rounds are put.
type Outbox interface {
	Has(channel string) bool
	Put(ctx context.Context, all ...outbox.Message) error
	Of(ctx context.Context, scope string) ([]outbox.Delivery, error)
	Cancel(ctx context.Context, reason string, keys ...string) error
	Report(ctx context.Context, n outbox.News) error
}

// Mailing is how a Service sends mails.
type Mailing struct {
	Outbox Outbox
	// Write puts an ask, or its reminder, into words: sender, language, subject and
	// text.
	Write func(reg *community.Registry, r *Round, a Ask, reminder bool) outbox.Message
}

// freshFor is how long ago a mail may have failed for its address to be noted as
// one that does not work: later, somebody may have noted otherwise.
const freshFor = time.Hour

// Scope is that of a round's messages in the outbox.
func (r *Round) Scope() string { return "community/comcheck/" + r.ID }

// MessageKey is that of the mail of an ask. It does not tell the link.
func (r *Round) MessageKey(k Key) string {
	return r.Scope() + "/" + hex.EncodeToString(Hash(r.Token(k))[:8])
}

// reminderKey is that of the reminder that follows it.
func reminderKey(ask string) string { return ask + "/reminder" }

// Through is the channel of the outbox by which asks of a kind are sent; "" where
// they are handed out by people.
func (s *Service) Through(k community.ChannelKind) string {
	name := map[community.ChannelKind]string{community.Mail: "mail", community.Mattermost: "mattermost-direct"}[k]
	if name == "" || s.Mailing.Outbox == nil || !s.Mailing.Outbox.Has(name) {
		return ""
	}
	return name
}

// Sends reports whether anything goes out.
func (s *Service) Sends() bool {
	return s.Through(community.Mail) != "" || s.Through(community.Mattermost) != ""
}

// Mails returns the last mail of each ask of a round, by the key of the ask.
func (s *Service) Mails(ctx context.Context, r *Round, asks []Ask) (map[Key]outbox.Delivery, error) {
	all := map[Key]outbox.Delivery{}
	if s.Mailing.Outbox == nil {
		return all, nil
	}
	deliveries, err := s.Mailing.Outbox.Of(ctx, r.Scope())
	if err != nil {
		return nil, err
	}
	byKey := make(map[string]outbox.Delivery, len(deliveries))
	for _, d := range deliveries {
		byKey[d.Key] = d
	}
	for _, a := range asks {
		key := r.MessageKey(a.Key())
		if d, ok := byKey[key]; ok {
			all[a.Key()] = d
		}
		if d, ok := byKey[reminderKey(key)]; ok {
			all[a.Key()] = d
		}
	}
	return all, nil
}

// post is what is to be done about the mails of a round.
type post struct {
	put     []outbox.Message
	cancel  []string
	bounced []Ask
	news    []outbox.News
}

// mail asks those of a round whose channel the program reaches, by mail or chat, reminds them, notes
// which addresses do not work, and takes back what is of no use any more. What
// it did before it does not do again.
func (s *Service) mail(ctx context.Context, r *Round, asks []Ask, reg *community.Registry) error {
	if !s.Sends() {
		return nil
	}
	deliveries, err := s.Mailing.Outbox.Of(ctx, r.Scope())
	if err != nil {
		return err
	}
	byKey := make(map[string]outbox.Delivery, len(deliveries))
	for _, d := range deliveries {
		byKey[d.Key] = d
	}
	var p post
	now := s.Now()
	for _, res := range r.Results(asks, now) {
		for _, a := range res.Asks {
			if s.Through(a.Channel) != "" {
				s.consider(&p, reg, r, a, &res, byKey)
			}
		}
	}
	for _, a := range p.bounced {
		a.Bounced = true
		if err := s.Store.Bounce(ctx, a); err != nil {
			return err
		}
	}
	for _, n := range p.news {
		if err := s.Mailing.Outbox.Report(ctx, n); err != nil {
			return err
		}
	}
	for _, m := range p.put { // each by itself: one that cannot be sent keeps nobody else from being asked
		if bad := s.Mailing.Outbox.Put(ctx, m); !errors.Is(bad, outbox.ErrKey) { // another process was quicker
			err = errors.Join(err, bad)
		}
	}
	return errors.Join(err, s.Mailing.Outbox.Cancel(ctx, outbox.ReasonOver, p.cancel...))
}

// consider says what is to be done about one ask.
func (s *Service) consider(p *post, reg *community.Registry, r *Round, a Ask, res *Result, byKey map[string]outbox.Delivery) {
	now, key := s.Now(), r.MessageKey(a.Key())
	first, asked := byKey[key]
	reminder, reminded := byKey[reminderKey(key)]
	over := !res.First.IsZero() || r.Over(now)
	for _, d := range []outbox.Delivery{first, reminder} {
		switch {
		case d.State == outbox.Queued && over:
			p.cancel = append(p.cancel, d.Key)
		case d.State == outbox.Failed && !a.Bounced && now.Sub(d.Changed) < freshFor && s.unheard(d):
			p.bounced = append(p.bounced, a)
		case d.Remote != "" && d.State != outbox.Answered && a.How == ByLink:
			p.news = append(p.news, outbox.News{Channel: d.Channel, Remote: d.Remote, State: outbox.Answered, At: a.Answered})
		}
	}
	switch {
	case over || a.Bounced:
	case !asked:
		p.put = append(p.put, s.message(reg, r, a, key, ""))
	case !reminded && first.State == outbox.Sent && !now.Before(first.Put.Add(r.Plan.Remind)):
		p.put = append(p.put, s.message(reg, r, a, reminderKey(key), key))
	}
}

// unheard reports whether a failure is news to this process: who notes that an
// address works after all is not overruled a minute later.
func (s *Service) unheard(d outbox.Delivery) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.heard[d.Number].Equal(d.Changed) {
		return false
	}
	if s.heard == nil || len(s.heard) > maxHeard {
		s.heard = map[int64]time.Time{}
	}
	s.heard[d.Number] = d.Changed
	return true
}

// maxHeard bounds what a process remembers of failures.
const maxHeard = 10_000

// message is the mail of an ask.
func (s *Service) message(reg *community.Registry, r *Round, a Ask, key, thread string) outbox.Message {
	m := s.Mailing.Write(reg, r, a, thread != "")
	m.Key, m.Scope, m.Conversation, m.Thread = key, r.Scope(), string(a.Channel)+" "+a.Address, thread
	m.Expires = r.Begun.Add(r.Plan.Due)
	m.To[0].ID, m.To[0].Channel, m.To[0].Address = a.Contact, s.Through(a.Channel), a.Address
	return m
}

// mailRound does so for the round of an id.
func (s *Service) mailRound(ctx context.Context, id string) error {
	if !s.Sends() {
		return nil
	}
	r, asks, err := s.Store.Round(ctx, id)
	if err != nil {
		return err
	}
	reg, err := s.Store.Registry(ctx)
	if err != nil {
		return err
	}
	return s.mail(ctx, r, asks, reg)
}

// goOn asks whoever is next in a round, and sends its mails.
func (s *Service) goOn(ctx context.Context, r *Round) error {
	switch now := s.Now(); {
	case !r.Over(now):
		return errors.Join(s.escalate(ctx, r.ID), s.mailRound(ctx, r.ID))
	case now.Before(r.Begun.Add(r.Plan.Due + freshFor)): // what is over is taken back
		return s.mailRound(ctx, r.ID)
	}
	return nil
}
