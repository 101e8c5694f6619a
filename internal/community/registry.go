package community

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Revision is a step in the history of a record: who made it what it was then,
// when, and why.
type Revision struct {
	Number int64 // counts all revisions of the community
	At     time.Time
	Author string // id of a person of package auth; "" for the program
	Reason string
	Of     Kind
	ID     string
	// Record is what it was from then on; nil where it was removed.
	Record Record
	// Restores is the revision whose record this one brought back; 0 for none.
	Restores int64
}

// Registry is everything that is known at one moment. It is not changed: With
// returns the next.
type Registry struct {
	Last    int64 // number of the last revision
	records map[Kind]map[string]held

	once  sync.Once
	index *index // made by sorted
}

type held struct {
	record Record
	last   int64 // number of its last revision
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	r := &Registry{records: map[Kind]map[string]held{}}
	for _, k := range Kinds() {
		r.records[k] = map[string]held{}
	}
	return r
}

// With returns the registry after more revisions.
func (r *Registry) With(revisions ...Revision) *Registry {
	next := &Registry{Last: r.Last, records: maps.Clone(r.records)}
	cloned := map[Kind]bool{}
	for _, rev := range revisions {
		if !cloned[rev.Of] {
			next.records[rev.Of] = maps.Clone(next.records[rev.Of])
			cloned[rev.Of] = true
		}
		next.Last = max(next.Last, rev.Number)
		if rev.Record == nil {
			delete(next.records[rev.Of], rev.ID)
			continue
		}
		next.records[rev.Of][rev.ID] = held{rev.Record, rev.Number}
	}
	return next
}

// find returns a record of a type; nil where there is none.
func find[T Record](r *Registry, k Kind, id string) (none T) {
	if found, ok := r.records[k][id].record.(T); ok {
		return found
	}
	return none
}

// Member returns a member; nil where there is none.
func (r *Registry) Member(id string) *Member { return find[*Member](r, KindMember, id) }

// Organisation returns an organisation; nil where there is none.
func (r *Registry) Organisation(id string) *Organisation {
	return find[*Organisation](r, KindOrganisation, id)
}

// Person returns a person; nil where there is none.
func (r *Registry) Person(id string) *Person { return find[*Person](r, KindPerson, id) }

// Contact returns a contact; nil where there is none.
func (r *Registry) Contact(id string) *Contact { return find[*Contact](r, KindContact, id) }

// Record returns a record of a kind; nil where there is none.
func (r *Registry) Record(k Kind, id string) Record { return r.records[k][id].record }

// LastOf returns the number of the last revision of a record; 0 where there is
// none.
func (r *Registry) LastOf(k Kind, id string) int64 { return r.records[k][id].last }

// list returns the records of a kind in an order.
func list[T Record](r *Registry, k Kind, order func(a, b T) int) []T {
	var all []T
	for _, h := range r.records[k] {
		if rec, ok := h.record.(T); ok {
			all = append(all, rec)
		}
	}
	slices.SortFunc(all, func(a, b T) int { return cmp.Or(order(a, b), strings.Compare(a.Key(), b.Key())) })
	return all
}

// Members returns all members by code, those that have left too.
func (r *Registry) Members() []*Member {
	return list(r, KindMember, func(a, b *Member) int { return strings.Compare(a.Code, b.Code) })
}

// Organisations returns those of a member, or with "" the partners of all: by
// type, then by id.
func (r *Registry) Organisations(member string) []*Organisation {
	return r.sorted().organisations[member]
}

// People returns who has or had a post in one of a member's organisations, or
// with "" in one of no member, by name. Erased people have none.
func (r *Registry) People(member string) []*Person { return r.sorted().people[member] }

// MembersOf returns the members in whose organisations a person has or had a
// post.
func (r *Registry) MembersOf(p *Person) []string {
	var all []string
	for _, post := range p.Posts {
		if o := r.Organisation(post.Organisation); o != nil && !slices.Contains(all, o.Member) {
			all = append(all, o.Member)
		}
	}
	return all
}

// Contacts returns those of an organisation in the order of escalation.
func (r *Registry) Contacts(organisation string) []*Contact { return r.sorted().contacts[organisation] }

// AllContacts returns every contact by organisation, in the order of
// escalation.
func (r *Registry) AllContacts() []*Contact { return r.sorted().allContacts }

// index is the records of a registry in the orders in which pages ask for them.
// Nobody changes its lists.
type index struct {
	organisations map[string][]*Organisation // by member
	people        map[string][]*Person       // by member
	contacts      map[string][]*Contact      // by organisation
	allContacts   []*Contact
}

// sorted returns the index, which is made when it is first asked for.
func (r *Registry) sorted() *index {
	r.once.Do(func() {
		x := &index{organisations: map[string][]*Organisation{}, people: map[string][]*Person{}, contacts: map[string][]*Contact{}}
		types := Types()
		for _, o := range list(r, KindOrganisation, func(a, b *Organisation) int {
			return cmp.Compare(slices.Index(types, a.Type), slices.Index(types, b.Type))
		}) {
			x.organisations[o.Member] = append(x.organisations[o.Member], o)
		}
		for _, p := range list(r, KindPerson, func(a, b *Person) int { return strings.Compare(a.Name.In(), b.Name.In()) }) {
			for _, m := range r.MembersOf(p) {
				x.people[m] = append(x.people[m], p)
			}
		}
		x.allContacts = list(r, KindContact, func(a, b *Contact) int {
			return cmp.Or(strings.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Order, b.Order))
		})
		for _, c := range x.allContacts {
			x.contacts[c.Organisation] = append(x.contacts[c.Organisation], c)
		}
		r.index = x
	})
	return r.index
}

// MemberOf returns the id of the member to which a record belongs; "" for none.
// A person belongs to the member of their first post.
func (r *Registry) MemberOf(rec Record) string {
	switch rec := rec.(type) {
	case *Member:
		return rec.ID
	case *Organisation:
		return rec.Member
	case *Contact:
		if o := r.Organisation(rec.Organisation); o != nil {
			return o.Member
		}
	case *Person:
		if all := r.MembersOf(rec); len(all) > 0 {
			return all[0]
		}
	}
	return ""
}
