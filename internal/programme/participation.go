package programme

import "slices"

// Disclosure is how much members may see of who takes part in events, beside their
// own people. It is a setting of the community.
type Disclosure string

// Disclosures, each of which shows more than the one before.
const (
	Closed      Disclosure = "closed"    // nothing
	InNumbers   Disclosure = "numbers"   // how many people of each member
	ToThose     Disclosure = "event"     // also names, to members that take part in the event
	ToEverybody Disclosure = "community" // also names, to every member
)

// Disclosures lists all of them.
func Disclosures() []Disclosure { return []Disclosure{Closed, InNumbers, ToThose, ToEverybody} }

// KindSettings is the kind of the one record of settings.
const KindSettings Kind = "settings"

// SettingsID is the id of that record.
const SettingsID = "community"

// Settings are what a community has decided for all of its programme.
type Settings struct {
	Head

	Participation Disclosure `json:"participation"`
}

// Kind returns that of a record of this type.
func (s *Settings) Kind() Kind { return KindSettings }

func (s *Settings) check() error {
	if s.ID != SettingsID {
		return refuse("id", s.ID)
	}
	return first(s.Head.check(), among("participation", s.Participation, Disclosures()))
}

func (s *Settings) refers() []Reference { return nil }

// Participation is what the community has decided; Closed where it has not.
func (r *Records) Participation() Disclosure {
	if s := find[*Settings](r, KindSettings, SettingsID); s != nil {
		return s.Participation
	}
	return Closed
}

// Delegation is what a reader may see of the people of a member at an event.
type Delegation struct {
	Member string // "" for guests of the organisers
	Listed int
	Came   int
	Named  []Attendee // who may be named, without code, address and when they came
}

// Participants are what somebody of the community may see of who takes part in an
// event, by the setting r; ok is false where that is nothing. Names are those of
// people who have agreed to be named.
func (a Access) Participants(r *Records, e *Event, all []Attendee) (delegations []Delegation, ok bool) {
	may := r.Participation()
	if may == Closed || e == nil || e.Status == Drafted || !a.Takes() {
		return nil, false
	}
	named := may == ToEverybody || may == ToThose && slices.ContainsFunc(a.Members(), func(m string) bool { return e.has(m, all) })
	all = slices.Clone(all)
	InOrder(all)
	for i := range all {
		p := &all[i]
		if len(delegations) == 0 || delegations[len(delegations)-1].Member != p.Member {
			delegations = append(delegations, Delegation{Member: p.Member})
		}
		d := &delegations[len(delegations)-1]
		d.Listed++
		if !p.Came.IsZero() {
			d.Came++
		}
		if named && p.Consent {
			d.Named = append(d.Named, Attendee{Event: p.Event, Member: p.Member, Name: p.Name, Local: p.Local, Body: p.Body, Role: p.Role})
		}
	}
	return delegations, true
}

// has reports whether a member takes part: it is on record for the event, or has
// people on its list.
func (e *Event) has(member string, all []Attendee) bool {
	return slices.Contains(e.Members, member) || slices.ContainsFunc(all, func(p Attendee) bool { return p.Member == member })
}
