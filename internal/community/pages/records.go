package communitypages

import (
	"net/http"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	"renkei/internal/web"
)

// organisationView is the page of an organisation.
type organisationView struct {
	*community.Organisation
	member   *community.Member // nil for a partner of all
	parent   *community.Organisation
	parts    []*community.Organisation
	contacts []*community.Contact
	people   []*community.Person
	base     int64
	roles    *rolesView // who is of a partner, for the secretariat; nil for others
	made     []MadeLink
}

func showOrganisation(r *request) error { return r.organisation(nil) }

func (r *request) organisation(made []MadeLink) (err error) {
	o := r.reg.Organisation(r.PathValue("id"))
	if o == nil || !r.sees(o) {
		return web.ErrNotFound
	}
	v := &organisationView{Organisation: o, member: r.reg.Member(o.Member), contacts: r.contacts(o.ID), base: r.reg.LastOf(o.Kind(), o.ID), made: made}
	if above := r.reg.Organisation(o.Parent); above != nil && r.sees(above) {
		v.parent = above
	}
	for _, other := range r.organisations(o.Member) {
		if other.Parent == o.ID {
			v.parts = append(v.parts, other)
		}
	}
	for _, p := range r.people(o.Member) {
		for _, post := range p.Posts {
			if post.Organisation == o.ID {
				v.people = append(v.people, p)
				break
			}
		}
	}
	if o.IsPartner() && r.access.Helps() {
		if v.roles, err = r.rolesOf(o, []auth.Role{community.Partner}); err != nil {
			return err
		}
	}
	return r.Show(r.Status(), organisationPage(r, v))
}

func showPerson(r *request) error {
	p := r.reg.Person(r.PathValue("id"))
	if p == nil || !r.sees(p) {
		return web.ErrNotFound
	}
	return r.Show(http.StatusOK, personPage(r, p))
}

// contactView is a point of contact with what belongs to it.
type contactView struct {
	*community.Contact
	organisation *community.Organisation
	asked        []comcheck.Ask    // in the last year, on its own page
	person       *community.Person // nil where there is none, or the reader may not see
}

func (r *request) contact(c *community.Contact) contactView {
	v := contactView{Contact: c, organisation: r.reg.Organisation(c.Organisation)}
	if p := r.reg.Person(c.Person); p != nil && r.sees(p) {
		v.person = p
	}
	return v
}

func showContact(r *request) error {
	c := r.reg.Contact(r.PathValue("id"))
	if c == nil || !r.sees(c) {
		return web.ErrNotFound
	}
	v := r.contact(c)
	var err error
	if v.asked, err = r.pages.Kept.AsksOf(r.Context(), c.ID, r.now.AddDate(-1, 0, 0)); err != nil {
		return err
	}
	return r.Show(http.StatusOK, contactPage(r, v))
}

// zoneOf is the time zone of a contact, or of its member.
func (r *request) zoneOf(c *community.Contact) string {
	if m := r.reg.Member(r.reg.MemberOf(c)); c.Zone == "" && m != nil {
		return m.Zone
	}
	return c.Zone
}

// memberContacts are the contacts of a member.
type memberContacts struct {
	*community.Member // nil for partners of all
	contacts          []contactView
}

// allContacts are the contacts that the reader may see, by member; only those of
// one where the address asks for it.
func (r *request) allContacts() []memberContacts {
	members := append(r.reg.Members(), nil)
	only := r.URL.Query().Get("member")
	var all []memberContacts
	for _, m := range members {
		id := ""
		if m != nil {
			id = m.ID
		}
		if only != "" && id != only || m != nil && m.Left.Over(r.now) {
			continue
		}
		group := memberContacts{Member: m}
		for _, o := range r.organisations(id) {
			if !o.Active(r.now) {
				continue
			}
			for _, c := range r.contacts(o.ID) {
				group.contacts = append(group.contacts, r.contact(c))
			}
		}
		if len(group.contacts) > 0 {
			all = append(all, group)
		}
	}
	return all
}

func showContacts(r *request) error {
	return r.Show(http.StatusOK, contactsPage(r, r.allContacts()))
}
