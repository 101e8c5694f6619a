// Package comcheck asks points of contact whether they can be reached: in
// rounds, on every channel on file, with a link for each that is answered
// without an account. It is domain, and knows no SQL and no HTTP.
//
// Start reading at [Round] and [Begin].
package comcheck

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"

	"renkei/internal/community"
)

// Scope is which contacts of an organisation a round asks at its beginning.
type Scope string

// Scopes.
const (
	// First asks the first in the order of escalation; the next is asked where
	// nobody answers in time.
	First Scope = "first"
	All   Scope = "all"
)

// Plan says how a round goes.
type Plan struct {
	Scope   Scope
	Members []string // ids; none for all
	// Remind, Escalate and Due are how long after its beginning a contact that
	// has not answered is reminded, the next one is asked, and the round is over.
	Remind, Escalate, Due time.Duration
}

// DefaultPlan is a round over three days.
func DefaultPlan() Plan {
	return Plan{Scope: First, Remind: 24 * time.Hour, Escalate: 48 * time.Hour, Due: 72 * time.Hour}
}

// ErrPlan is a plan whose times do not follow one another, or are longer than 60
// days.
var ErrPlan = errors.New("comcheck: the times of the plan are not in order")

// ErrNobody is a round in which nobody would be asked.
var ErrNobody = errors.New("comcheck: there is no contact with a channel")

// longest is how long a round may be.
const longest = 60 * 24 * time.Hour

// Check returns ErrPlan where a plan cannot be followed.
func (p *Plan) Check() error {
	if p.Scope != First && p.Scope != All || p.Remind <= 0 || p.Escalate < p.Remind || p.Due < p.Escalate || p.Due > longest {
		return ErrPlan
	}
	return nil
}

// Round is one pass over the contacts.
type Round struct {
	ID     string
	Plan   Plan
	Begun  time.Time
	Author string // id of a person; "" for the schedule or the command line
	Secret []byte // from which the links are made
}

// How somebody has answered.
type How string

// Ways to answer.
const (
	ByLink How = "link" // themselves
	ByHand How = "hand" // somebody of the secretariat has noted it, after a call
)

// Ask is the question to a contact on one channel.
type Ask struct {
	Round        string
	Organisation string
	Contact      string
	Channel      community.ChannelKind
	Address      string
	Order        int       // of the contact, in the escalation
	Asked        time.Time // when it could first be handed out
	Answered     time.Time // zero: not yet
	How          How
	Word         string // what the contact said, in a few words
	Noted        string // id of the person who noted it, with ByHand
	Bounced      bool   // what was sent there did not arrive
}

// Key tells the asks of a round apart.
type Key struct {
	Contact string
	Channel community.ChannelKind
	Address string
}

// Key returns that of the ask.
func (a *Ask) Key() Key { return Key{a.Contact, a.Channel, a.Address} }

// Token returns the secret of the link of an ask: 128 bits that nobody can make
// who does not have the round's secret.
func (r *Round) Token(k Key) string {
	mac := hmac.New(sha256.New, r.Secret)
	mac.Write([]byte(strings.Join([]string{r.ID, k.Contact, string(k.Channel), k.Address}, "\x00")))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// Hash is how a token is stored.
func Hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Begin returns a round and whom it asks at first. It returns ErrPlan and
// ErrNobody.
func Begin(reg *community.Registry, id string, plan Plan, author string, now time.Time) (*Round, []Ask, error) {
	if err := plan.Check(); err != nil {
		return nil, nil, err
	}
	r := &Round{ID: id, Plan: plan, Begun: now, Author: author, Secret: make([]byte, 32)}
	_, _ = rand.Read(r.Secret) // never fails
	var asks []Ask
	for _, o := range organisations(reg, plan, now) {
		for i, c := range withChannel(reg, o.ID) {
			if plan.Scope == All || i == 0 {
				asks = append(asks, r.asks(c, now)...)
			}
		}
	}
	if len(asks) == 0 {
		return nil, nil, ErrNobody
	}
	return r, asks, nil
}

// organisations are those of active members, and the partners of all where the
// plan names no members.
func organisations(reg *community.Registry, plan Plan, now time.Time) []*community.Organisation {
	var all []*community.Organisation
	add := func(member string) {
		for _, o := range reg.Organisations(member) {
			if o.Active(now) {
				all = append(all, o)
			}
		}
	}
	for _, m := range reg.Members() {
		if m.Active(now) && (len(plan.Members) == 0 || slices.Contains(plan.Members, m.ID)) {
			add(m.ID)
		}
	}
	if len(plan.Members) == 0 {
		add("")
	}
	return all
}

// withChannel are the contacts of an organisation that have a channel, in the
// order of escalation.
func withChannel(reg *community.Registry, organisation string) []*community.Contact {
	return slices.DeleteFunc(slices.Clone(reg.Contacts(organisation)), func(c *community.Contact) bool { return len(c.Channels) == 0 })
}

// asks are the questions to a contact, one for each channel on which somebody can
// answer.
func (r *Round) asks(c *community.Contact, now time.Time) []Ask {
	var all []Ask
	for _, ch := range c.Channels {
		a := Ask{Round: r.ID, Organisation: c.Organisation, Contact: c.ID, Channel: ch.Kind, Address: ch.Value, Order: c.Order, Asked: now}
		if ch.Kind != "web" && !slices.ContainsFunc(all, func(b Ask) bool { return b.Key() == a.Key() }) {
			all = append(all, a)
		}
	}
	return all
}

// Over reports whether the time for answers has passed.
func (r *Round) Over(now time.Time) bool { return !now.Before(r.Begun.Add(r.Plan.Due)) }

// Next returns whom the round asks now beside those that it has asked: where
// nobody of an organisation has answered and the last who was asked had their
// time, or nothing that was sent has arrived, the next in the order.
func (r *Round) Next(reg *community.Registry, asks []Ask, now time.Time) []Ask {
	if r.Over(now) {
		return nil
	}
	var more []Ask
	for organisation, theirs := range byOrganisation(asks) {
		last := theirs[0].Asked
		asked := map[string]bool{}
		answered, reachable := false, false
		for _, a := range theirs {
			answered = answered || !a.Answered.IsZero()
			reachable = reachable || !a.Bounced
			asked[a.Contact] = true
			if a.Asked.After(last) {
				last = a.Asked
			}
		}
		if answered || reachable && now.Before(last.Add(r.Plan.Escalate)) {
			continue
		}
		for _, c := range withChannel(reg, organisation) {
			if !asked[c.ID] {
				more = append(more, r.asks(c, now)...)
				break
			}
		}
	}
	slices.SortFunc(more, func(a, b Ask) int { return strings.Compare(a.Contact, b.Contact) })
	return more
}

func byOrganisation(asks []Ask) map[string][]Ask {
	all := map[string][]Ask{}
	for _, a := range asks {
		all[a.Organisation] = append(all[a.Organisation], a)
	}
	return all
}

// State is where a contact stands in a round.
type State string

// States, the best first.
const (
	Answered State = "answered"
	Waiting  State = "waiting"
	Remind   State = "remind" // waiting, and to be reminded
	Bounced  State = "bounced"
	Missed   State = "missed" // the round is over
)

// Result is how it went with one contact.
type Result struct {
	Contact      string
	Organisation string
	Order        int
	Asks         []Ask // by channel
	State        State
	First        time.Time // of the answers; zero where there is none
	Late         bool      // the first answer came after the round was over
	Escalated    bool      // it was asked because another had not answered
}

// Results returns how it goes with each contact that was asked, in the order of
// the organisations' ids and of escalation.
func (r *Round) Results(asks []Ask, now time.Time) []Result {
	at := map[string]int{}
	var all []Result
	for _, a := range asks {
		i, ok := at[a.Contact]
		if !ok {
			i = len(all)
			at[a.Contact] = i
			all = append(all, Result{Contact: a.Contact, Organisation: a.Organisation, Order: a.Order, Escalated: a.Asked.After(r.Begun)})
		}
		all[i].Asks = append(all[i].Asks, a)
		if !a.Answered.IsZero() && (all[i].First.IsZero() || a.Answered.Before(all[i].First)) {
			all[i].First = a.Answered
		}
	}
	for i := range all {
		all[i].State = r.state(&all[i], now)
		all[i].Late = !all[i].First.IsZero() && r.Over(all[i].First)
	}
	slices.SortFunc(all, func(a, b Result) int {
		return cmp.Or(strings.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Order, b.Order), strings.Compare(a.Contact, b.Contact))
	})
	return all
}

func (r *Round) state(res *Result, now time.Time) State {
	switch {
	case !res.First.IsZero():
		return Answered
	case r.Over(now):
		return Missed
	case !slices.ContainsFunc(res.Asks, func(a Ask) bool { return !a.Bounced }):
		return Bounced
	case !now.Before(res.Asks[0].Asked.Add(r.Plan.Remind)):
		return Remind
	}
	return Waiting
}

// Figures are a round in numbers: what a report and its evidence hold.
type Figures struct {
	Contacts, Answered, Late, Missed int
	Channels, Verified, Bounced      int
	Organisations, Reached           int
}

// Count counts results.
func Count(results []Result) Figures {
	var f Figures
	reached := map[string]bool{}
	for _, res := range results {
		f.Contacts++
		reached[res.Organisation] = reached[res.Organisation] || res.State == Answered
		switch {
		case res.State == Answered && res.Late:
			f.Late++
			f.Answered++
		case res.State == Answered:
			f.Answered++
		case res.State == Missed:
			f.Missed++
		}
		for _, a := range res.Asks {
			f.Channels++
			if !a.Answered.IsZero() {
				f.Verified++
			}
			if a.Bounced {
				f.Bounced++
			}
		}
	}
	f.Organisations = len(reached)
	for _, yes := range reached {
		if yes {
			f.Reached++
		}
	}
	return f
}

// StaleAfter is how long an answer vouches for a contact.
const StaleAfter = 92 * 24 * time.Hour

// Stale reports whether a contact that last answered then is not known to be
// right: never, or longer ago than StaleAfter.
func Stale(last, now time.Time) bool { return last.IsZero() || now.Sub(last) > StaleAfter }

// Schedule says when a round begins by itself each month.
type Schedule struct {
	On   bool
	Day  int // 1 to 28
	Hour int // UTC
	Plan Plan
}

// Check returns ErrPlan where there is no such day or hour.
func (s *Schedule) Check() error {
	if s.Day < 1 || s.Day > 28 || s.Hour < 0 || s.Hour > 23 {
		return ErrPlan
	}
	return s.Plan.Check()
}

// Owed returns the id of the round that the schedule owes at a moment, such as
// "2026-12"; "" while this month's time has not come.
func (s *Schedule) Owed(now time.Time) string {
	now = now.UTC()
	if !s.On || now.Before(time.Date(now.Year(), now.Month(), s.Day, s.Hour, 0, 0, 0, time.UTC)) {
		return ""
	}
	return now.Format("2006-01")
}
