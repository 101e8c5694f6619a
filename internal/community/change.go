package community

import (
	"slices"
	"strings"
)

// Change makes a record what it is to be, with who wants it and why.
type Change struct {
	Author string
	Reason string
	Of     Kind
	ID     string
	Record Record // nil to remove it
	// Base is the number of the revision that the author has seen, 0 for a new
	// record.
	Base int64
	// Restores is the revision whose record it brings back; 0 for none.
	Restores int64
}

// Check returns a Refusal where a change cannot be made: the record is not
// right by itself, refers to what is not there, is referred to by others, or was
// changed by somebody else meanwhile.
func (r *Registry) Check(c Change) error {
	if last := r.LastOf(c.Of, c.ID); last != c.Base {
		return refuse("changed")
	}
	if strings.TrimSpace(c.Reason) == "" || len([]rune(c.Reason)) > maxReason {
		return refuse("reason")
	}
	if p := r.Person(c.ID); c.Of == KindPerson && p != nil && p.Erased {
		return refuse("erased")
	}
	if c.Record == nil {
		return r.checkRemoval(c.Of, c.ID)
	}
	if c.Record.Kind() != c.Of || c.Record.Key() != c.ID {
		return refuse("id", "Value", c.ID)
	}
	if err := c.Record.check(); err != nil {
		return err
	}
	return r.checkReferences(c.Record)
}

func (r *Registry) checkReferences(rec Record) error {
	switch rec := rec.(type) {
	case *Member:
		for _, m := range r.Members() {
			if m.ID != rec.ID && m.Code == rec.Code {
				return refuse("code_twice", "Value", rec.Code)
			}
		}
	case *Organisation:
		return r.checkPlace(rec)
	case *Person:
		for _, post := range rec.Posts {
			if r.Organisation(post.Organisation) == nil {
				return refuse("no_organisation", "Value", post.Organisation)
			}
		}
	case *Contact:
		if r.Organisation(rec.Organisation) == nil {
			return refuse("no_organisation", "Value", rec.Organisation)
		}
		if p := r.Person(rec.Person); rec.Person != "" && (p == nil || p.Erased) {
			return refuse("no_person", "Value", rec.Person)
		}
	}
	return nil
}

// checkPlace wants an organisation to be of a member, and of no part of itself.
func (r *Registry) checkPlace(o *Organisation) error {
	if o.Member != "" && r.Member(o.Member) == nil {
		return refuse("no_member", "Value", o.Member)
	}
	for at := o.Parent; at != ""; {
		above := r.Organisation(at)
		if above == nil || at == o.ID {
			return refuse("no_organisation", "Value", at)
		}
		at = above.Parent
	}
	return nil
}

// checkRemoval wants nothing to refer to a record that goes.
func (r *Registry) checkRemoval(k Kind, id string) error {
	if r.Record(k, id) == nil {
		return refuse("changed")
	}
	used := false
	switch k {
	case KindMember:
		used = len(r.Organisations(id)) > 0
	case KindOrganisation:
		used = len(r.Contacts(id)) > 0
		for _, h := range r.records[KindOrganisation] {
			o, ok := h.record.(*Organisation)
			used = used || ok && o.Parent == id
		}
		for _, h := range r.records[KindPerson] {
			p, ok := h.record.(*Person)
			used = used || ok && slices.ContainsFunc(p.Posts, func(post Post) bool { return post.Organisation == id })
		}
	case KindPerson:
		for _, c := range r.AllContacts() {
			used = used || c.Person == id
		}
	}
	if used {
		return refuse("used." + string(k))
	}
	return nil
}

// ErasureOf returns what is left of a person, and of each contact that they
// were: a tombstone. All their revisions become that, so that nothing of them is
// kept.
func (r *Registry) ErasureOf(person string) []Record {
	all := []Record{&Person{ID: person, TLP: Red, Erased: true}}
	for _, c := range r.AllContacts() {
		if c.Person == person {
			all = append(all, c.WithoutPerson())
		}
	}
	return all
}

// WithoutPerson returns the contact as a desk that has no channel yet.
func (c *Contact) WithoutPerson() *Contact {
	return &Contact{ID: c.ID, Organisation: c.Organisation, Role: c.Role, Hours: c.Hours, Zone: c.Zone, Order: c.Order, TLP: c.TLP}
}
