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
	// AnotherPerson is said of an entry with itself: it is somebody else than those
	// of the same name and member.
	AnotherPerson = "another"
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
// with says "" takes a decision back. An entry with itself is parted from others of
// its name. It refuses to join those of whom it was
// decided that they are two persons, and to part those who are one by another
// decision or by their name: that has to be taken back, or corrected, first.
func (p *People) Decide(a, b, says, author string, now time.Time) (*Identity, error) {
	pair := Pair(a, b)
	if says == "" {
		return nil, p.takeBack(pair)
	}
	decided := &Identity{A: pair[0], B: pair[1], Says: says, At: now.UTC(), Author: author}
	if says == AnotherPerson && a == b {
		return decided, p.partName(a, decided)
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
	if says == SamePerson && all.parted[ordered(gi, gj)] {
		return nil, refuse("identity.parted", p.entries[a].Name)
	}
	return decided, nil
}

// partName refuses to part an entry from its name where nobody else has it, or
// where it is joined to those who have it by another decision.
func (p *People) partName(id string, decided *Identity) error {
	entry, ok := p.entries[id]
	if !ok {
		return refuse("identity.absent", "")
	}
	next := p.With(PeopleChange{Identities: map[[2]string]*Identity{{id, id}: decided}}).worked()
	i := next.index[id]
	first, others := next.first[entry.Person()]
	switch {
	case !others:
		return refuse("identity.alone", entry.Name)
	case next.base.root(i) == next.base.root(first):
		return refuse("identity.one", entry.Name)
	}
	return nil
}

// takeBack refuses to take a decision back that is not there, or without which
// those would be one person of whom it was decided that they are not.
func (p *People) takeBack(pair [2]string) error {
	was, ok := p.identities[pair]
	if !ok {
		return refuse("identity.absent", "")
	}
	if was.Says != AnotherPerson {
		return nil
	}
	next := p.With(PeopleChange{Identities: map[[2]string]*Identity{pair: nil}})
	all := next.worked()
	for other, d := range next.identities {
		i, one := all.index[other[0]]
		j, two := all.index[other[1]]
		if d.Says == AnotherPerson {
			j, two = all.first[next.personOf(other[0])]
		}
		if one && two && d.Says != SamePerson && all.base.root(i) == all.base.root(j) {
			return refuse("identity.parted", next.entries[other[0]].Name)
		}
	}
	return nil
}

// personOf names who an entry is by its name; "" for one that is gone.
func (p *People) personOf(id string) string {
	e, ok := p.entries[id]
	if !ok {
		return ""
	}
	return e.Person()
}

// Namesake is an entry with how many others have its name and member.
type Namesake struct {
	Attendee

	Others  int
	Another bool // it was decided that it is somebody else
}

// Find returns the entries whose name has a part of a name, in any script and
// however it is spaced, sorted by name: at most some of them.
func (p *People) Find(part string, most int) (all []Namesake) {
	want := strings.Join(nameWords(part), " ")
	if want == "" {
		return nil
	}
	same := map[string]int{}
	for _, e := range p.entries {
		same[e.Person()]++
		if strings.Contains(strings.Join(nameWords(e.Name), " "), want) || strings.Contains(strings.Join(nameWords(e.Local), " "), want) {
			id := e.EntryID()
			all = append(all, Namesake{Attendee: e, Another: p.identities[[2]string{id, id}].Says == AnotherPerson})
		}
	}
	for i := range all {
		all[i].Others = same[all[i].Person()] - 1
	}
	slices.SortFunc(all, func(a, b Namesake) int {
		return cmp.Or(strings.Compare(a.Person(), b.Person()), strings.Compare(a.EntryID(), b.EntryID()))
	})
	return all[:min(len(all), most)]
}

// ordered orders two numbers.
func ordered(a, b int) [2]int { return [2]int{min(a, b), max(a, b)} }
