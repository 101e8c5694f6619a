package programme

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// EntryID names an entry among those of the lists of all events.
func (a *Attendee) EntryID() string { return a.Event + "/" + a.ID }

// named is what says who somebody is. What else becomes of an entry, such as that
// they came, changes nobody's identity.
func (a *Attendee) named() [5]string { return [5]string{a.Event, a.Member, a.Name, a.Local, a.Mail} }

// Verdicts on two entries.
const (
	SamePerson   = "same"
	OtherPersons = "different"
)

// Identity is what somebody has decided of two entries: that they are one person,
// or are not.
type Identity struct {
	A, B   string // ids of entries, in their order
	Says   string
	At     time.Time
	Author string
}

// Pair orders the ids of two entries.
func Pair(a, b string) [2]string {
	if b < a {
		a, b = b, a
	}
	return [2]string{a, b}
}

// People are all who are on the lists of events, with what people have decided of
// who is whom. It is not changed: With returns the next. Who is one person is
// always worked out from all decisions anew, so that a decision that is taken back
// leaves nothing.
type People struct {
	entries    map[string]Attendee
	certified  map[string]string // by the code of a certificate that holds: whose it is
	identities map[[2]string]Identity

	held    map[string]bool // entries with a certificate that holds
	persons *persons        // who is who; that of others who have the same names and decisions
}

// NewPeople returns nobody.
func NewPeople() *People {
	return &People{entries: map[string]Attendee{}, certified: map[string]string{}, identities: map[[2]string]Identity{}, persons: &persons{}}
}

// PeopleChange is what has become of entries, certificates and decisions.
type PeopleChange struct {
	Attendees    map[string]*Attendee    // by EntryID; nil for one who is gone
	Certificates map[string]*Certificate // by code; nil for one that is gone
	Identities   map[[2]string]*Identity // nil for a decision that was taken back
}

// Empty reports whether nothing has changed.
func (c *PeopleChange) Empty() bool {
	return len(c.Attendees)+len(c.Certificates)+len(c.Identities) == 0
}

// With returns the people after a change.
func (p *People) With(c PeopleChange) *People {
	if c.Empty() {
		return p
	}
	next := &People{entries: maps.Clone(p.entries), certified: maps.Clone(p.certified), identities: maps.Clone(p.identities), held: p.held, persons: p.persons}
	if len(c.Identities) > 0 {
		next.persons = &persons{}
	}
	for id, a := range c.Attendees {
		if was, ok := p.entries[id]; a == nil || !ok || was.named() != a.named() {
			next.persons = &persons{}
		}
		if a == nil {
			delete(next.entries, id)
			continue
		}
		next.entries[id] = *a
	}
	for code, cert := range c.Certificates {
		delete(next.certified, code)
		if cert != nil && cert.Valid() {
			next.certified[code] = cert.Event + "/" + cert.Attendee
		}
	}
	if len(c.Certificates) > 0 {
		next.held = make(map[string]bool, len(next.certified))
		for _, entry := range next.certified {
			next.held[entry] = true
		}
	}
	for pair, says := range c.Identities {
		if says == nil {
			delete(next.identities, pair)
			continue
		}
		next.identities[pair] = *says
	}
	return next
}

// Identities returns all decisions, the last first.
func (p *People) Identities() []Identity {
	return slices.SortedFunc(maps.Values(p.identities), func(a, b Identity) int {
		return cmp.Or(b.At.Compare(a.At), strings.Compare(a.A, b.A), strings.Compare(a.B, b.B))
	})
}

// Entry is one of the list of an event; false where there is none.
func (p *People) Entry(id string) (Attendee, bool) {
	e, ok := p.entries[id]
	return e, ok
}

// Decide returns what becomes of two entries where somebody decides of them, or
// with says "" takes a decision back. It refuses to join those of whom it was
// decided that they are two persons, and to part those who are one by another
// decision or by their name: that has to be taken back, or corrected, first.
func (p *People) Decide(a, b, says, author string, now time.Time) (*Identity, error) {
	pair := Pair(a, b)
	if says == "" {
		if _, ok := p.identities[pair]; !ok {
			return nil, refuse("identity.absent", "")
		}
		return nil, nil //nolint:nilnil // there is no decision any more
	}
	if says != SamePerson && says != OtherPersons || a == b {
		return nil, refuse("identity", says)
	}
	all := p.worked()
	i, one := all.index[a]
	j, other := all.index[b]
	if !one || !other {
		return nil, refuse("identity.absent", "")
	}
	gi, gj := all.base.root(i), all.base.root(j)
	if says == OtherPersons && gi == gj {
		return nil, refuse("identity.one", p.entries[a].Name)
	}
	if says == SamePerson {
		for parted := range p.identities {
			if p.identities[parted].Says != OtherPersons {
				continue
			}
			k, known := all.index[parted[0]]
			l, too := all.index[parted[1]]
			if known && too && ordered(all.base.root(k), all.base.root(l)) == ordered(gi, gj) {
				return nil, refuse("identity.parted", p.entries[a].Name)
			}
		}
	}
	return &Identity{A: pair[0], B: pair[1], Says: says, At: now.UTC(), Author: author}, nil
}

// ordered orders two numbers.
func ordered(a, b int) [2]int { return [2]int{min(a, b), max(a, b)} }
