package communitypages

import (
	"errors"
	"strconv"

	"renkei/internal/community"
	"renkei/internal/web"
)

// editing is the form of a record, new or not.
type editing struct {
	rec    community.Record
	title  string
	path   string // to which the form goes
	back   string
	base   int64
	groups []group
	fresh  bool
	remove bool // the record can be removed
}

// blank is a new record as it is before somebody fills it in, and the member to
// which it belongs. of is the record below which it is made, "" for none.
func (r *request) blank(k community.Kind, of string) (rec community.Record, member string, err error) {
	switch k {
	case community.KindMember:
		return &community.Member{}, "", nil
	case community.KindOrganisation:
		if of != "" && r.reg.Member(of) == nil {
			return nil, "", web.ErrNotFound
		}
		return &community.Organisation{Member: of, Type: community.CSIRT, TLP: community.Clear}, of, nil
	case community.KindPerson:
		p := &community.Person{TLP: community.Amber}
		if o := r.reg.Organisation(of); o != nil {
			p.Posts, member = []community.Post{{Organisation: of}}, o.Member
		}
		return p, member, nil
	case community.KindContact:
		o := r.reg.Organisation(of)
		if o == nil {
			return nil, "", web.ErrNotFound
		}
		return &community.Contact{Organisation: of, Order: len(r.reg.Contacts(of)) + 1, TLP: community.Amber}, o.Member, nil
	}
	return nil, "", web.ErrNotFound
}

// mayMake reports whether the reader may make a new record of a member.
func (r *request) mayMake(k community.Kind, member string) bool {
	return r.access.Helps() && !r.access.ReadOnly || k != community.KindMember && r.access.Edits(member)
}

func showNew(r *request) error {
	k := community.Kind(r.PathValue("kind"))
	rec, member, err := r.blank(k, r.URL.Query().Get("of"))
	if err != nil {
		return err
	}
	if !r.mayMake(k, member) {
		return web.ErrNotFound
	}
	e := &editing{
		rec: rec, title: r.T("community.new." + string(k)), path: "/community/new/" + string(k) + "?of=" + web.Escape(r.URL.Query().Get("of")),
		back: "/community", groups: r.groups(rec, member), fresh: true,
	}
	if o := r.reg.Organisation(r.URL.Query().Get("of")); o != nil {
		e.back = pathOf(o)
	} else if m := r.reg.Member(member); m != nil {
		e.back = pathOf(m)
	}
	return r.Show(r.Status(), editPage(r, e))
}

func create(r *request) error {
	k := community.Kind(r.PathValue("kind"))
	rec, member, err := r.blank(k, r.URL.Query().Get("of"))
	if err != nil {
		return err
	}
	if !r.mayMake(k, member) {
		return web.ErrNotFound
	}
	if err := r.ReadForm(); err != nil {
		return err
	}
	named(rec, r.PostFormValue("key"))
	return r.save(rec, 0, r.URL.RequestURI(), showNew)
}

// named gives a new record its id: that of its form, so that a form that is sent
// twice makes one. A member is named by its code.
func named(rec community.Record, id string) {
	switch rec := rec.(type) {
	case *community.Organisation:
		rec.ID = id
	case *community.Person:
		rec.ID = id
	case *community.Contact:
		rec.ID = id
	}
}

func showEdit(r *request) error {
	rec, err := r.record()
	if err != nil {
		return err
	}
	if !r.edits(rec) {
		return web.ErrNotFound
	}
	e := &editing{
		rec: rec, title: r.T("community.edit", web.Args("Name", r.nameOf(rec))), path: about("edit", rec), back: pathOf(rec),
		base: r.reg.LastOf(rec.Kind(), rec.Key()), groups: r.groups(rec, r.reg.MemberOf(rec)),
		remove: rec.Kind() != community.KindPerson,
	}
	return r.Show(r.Status(), editPage(r, e))
}

func edit(r *request) error {
	rec, err := r.record()
	if err != nil {
		return err
	}
	if err := r.ReadForm(); err != nil {
		return err
	}
	base, err := strconv.ParseInt(r.PostFormValue("base"), 10, 64)
	if err != nil {
		return web.ErrForm
	}
	return r.save(rec, base, about("edit", rec), showEdit)
}

// save makes a record what was sent. again shows the form again where it is
// refused.
func (r *request) save(rec community.Record, base int64, form string, again func(*request) error) error {
	next, err := sent(r.PostForm).into(r, rec)
	if err == nil {
		err = r.apply(community.Change{
			Author: r.Access.Person, Reason: cleaned(r.PostFormValue("reason")), Of: next.Kind(), ID: next.Key(), Record: next, Base: base,
		})
	}
	if err != nil {
		return r.Redisplay(err, formID, form, func() error { return again(r) })
	}
	return r.RedirectWith(pathOf(next), "community.said.saved")
}

// apply makes a change that the reader may make. One that was made already, by
// the same form, is made.
func (r *request) apply(c community.Change) error {
	if !r.access.MayChange(r.reg, c) {
		return web.ErrNotFound
	}
	_, err := r.pages.Store.Apply(r.Context(), r.now, c)
	var refused *community.Refusal
	if !errors.As(err, &refused) || refused.Code != "changed" || c.Record == nil {
		return err
	}
	history, failed := r.pages.Store.History(r.Context(), c.Of, c.ID)
	if failed != nil {
		return failed
	}
	if len(history) > 0 && history[0].Author == c.Author && history[0].Reason == c.Reason && history[0].Record != nil {
		if differ, failed := community.Differences(history[0].Record, c.Record); failed == nil && len(differ) == 0 {
			return nil
		}
	}
	return err
}

func remove(r *request) error {
	rec, err := r.record()
	if err != nil {
		return err
	}
	base, err := strconv.ParseInt(r.PostFormValue("base"), 10, 64)
	if err != nil {
		return web.ErrForm
	}
	c := community.Change{Author: r.Access.Person, Reason: cleaned(r.PostFormValue("reason")), Of: rec.Kind(), ID: rec.Key(), Base: base}
	if !r.edits(rec) {
		return web.ErrNotFound
	}
	if err := r.apply(c); err != nil {
		return err
	}
	return r.RedirectWith(r.above(rec), "community.said.removed")
}

// above is the page of that to which a record belongs.
func (r *request) above(rec community.Record) string {
	if c, ok := rec.(*community.Contact); ok {
		return "/community/o/" + c.Organisation
	}
	if m := r.reg.MemberOf(rec); m != "" && rec.Kind() != community.KindMember {
		return "/community/m/" + m
	}
	return "/community"
}

// erase leaves a tombstone of a person.
func erase(r *request) error {
	p := r.reg.Person(r.PathValue("id"))
	if p == nil || p.Erased {
		return web.ErrNotFound
	}
	_, err := r.pages.Store.Erase(r.Context(), r.now, r.Access.Person, r.T("community.erase.reason"), p.ID)
	if err != nil {
		return err
	}
	return r.RedirectWith("/community", "community.said.erased")
}

// describe takes a description of a CSIRT by RFC 2350 as a plain text.
func describe(r *request) error {
	o := r.reg.Organisation(r.PathValue("id"))
	if o == nil || !r.sees(o) || !r.edits(o) {
		return web.ErrNotFound
	}
	text, err := r.description()
	if err != nil {
		return err
	}
	base, err := strconv.ParseInt(r.PostFormValue("base"), 10, 64)
	if err != nil {
		return web.ErrForm
	}
	next := *o
	next.RFC2350, err = community.ReadRFC2350(text)
	if err == nil {
		err = r.apply(community.Change{
			Author: r.Access.Person, Reason: cleaned(r.PostFormValue("reason")), Of: community.KindOrganisation, ID: o.ID, Record: &next, Base: base,
		})
	}
	if err != nil {
		return r.Redisplay(err, "describe", pathOf(o), func() error { return showOrganisation(r) })
	}
	return r.RedirectWith(pathOf(o), "community.said.saved")
}

// maxDescription bounds the form of a description.
const maxDescription = 512 << 10

// description is the file that was handed in, else what was written.
func (r *request) description() (string, error) {
	var none *web.UserError
	raw, _, err := r.File("file", maxDescription, maxDescription)
	if err != nil && !errors.As(err, &none) {
		return "", err
	}
	if err == nil {
		return string(raw), nil
	}
	return cleaned(r.PostFormValue("text")), nil
}

// start takes over the members of ASEAN and Japan with their bodies, where there
// is no member yet.
func start(r *request) error {
	if len(r.reg.Members()) > 0 {
		return r.RedirectWith("/community", "")
	}
	changes, err := r.pages.Beginning(r.Access.Person, r.T("community.start.reason"))
	if err != nil {
		return err
	}
	if _, err := r.pages.Store.Apply(r.Context(), r.now, changes...); err != nil {
		return err
	}
	return r.RedirectWith("/community", "community.said.started")
}
