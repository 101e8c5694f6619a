package communitypages

import (
	"context"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	"renkei/internal/web"
)

// Store keeps the community.
type Store interface {
	Registry(ctx context.Context) (*community.Registry, error)
	History(ctx context.Context, k community.Kind, id string) ([]community.Revision, error)
	Recent(ctx context.Context, n int) ([]community.Revision, error)
	Apply(ctx context.Context, at time.Time, changes ...community.Change) (*community.Registry, error)
	Erase(ctx context.Context, at time.Time, author, reason, person string) (*community.Registry, error)
}

// Pages are those of members, organisations, people and contacts.
type Pages struct {
	Store  Store
	Rounds *comcheck.Service
	Kept   RoundStore
	Now    func() time.Time
	// Beginning returns what an empty installation may begin with.
	Beginning func(author, reason string) ([]community.Change, error)
}

// request is one for a page of the community: what is known, and what the reader
// may see and do.
type request struct {
	*web.Request
	pages  *Pages
	reg    *community.Registry
	access community.Access
	now    time.Time
}

// on returns the handler of a page.
func (p *Pages) on(do func(*request) error) func(*web.Request) error {
	return func(r *web.Request) error {
		reg, err := p.Store.Registry(r.Context())
		if err != nil {
			return err
		}
		return do(&request{Request: r, pages: p, reg: reg, access: community.Of(r.Access), now: p.Now()})
	}
}

// takes lets in who is of the community.
func takes(r *web.Request) error {
	if !community.Of(r.Access).Takes() {
		return web.ErrNotFound
	}
	return nil
}

// helps lets the secretariat in.
func helps(r *web.Request) error {
	if a := community.Of(r.Access); !a.Helps() || a.ReadOnly {
		return web.ErrNotFound
	}
	return nil
}

// Routes are the addresses of the community.
func (p *Pages) Routes() []web.Route {
	get := func(path string, do func(*request) error) web.Route {
		return web.Route{Pattern: "GET /community" + path, Need: takes, Handle: p.on(do)}
	}
	post := func(path string, need func(*web.Request) error, do func(*request) error) web.Route {
		return web.Route{Pattern: "POST /community" + path, Need: need, Handle: p.on(do)}
	}
	describe := post("/rfc2350/{id}", takes, describe)
	describe.Limit, describe.Upload = maxDescription, true
	return []web.Route{
		{Pattern: "GET /check/{token}", Handle: p.on(showAsk)},
		{Pattern: "POST /check/{token}", Handle: p.on(answer)},
		get("/comcheck", showRounds),
		get("/comcheck/{round}", showRound),
		get("/comcheck/{round}/results.csv", roundCSV),
		{Pattern: "GET /community/comcheck/{round}/links", Need: helps, Handle: p.on(showLinks)},
		post("/comcheck", helps, beginRound),
		post("/comcheck/{round}/note", helps, noteAnswer),
		post("/comcheck-schedule", helps, setSchedule),
		get("", showMembers),
		get("/changes", showChanges),
		get("/contacts", showContacts),
		get("/contacts.csv", contactsCSV),
		get("/contacts.vcf", contactsVCard),
		get("/players.csv", playersCSV),
		get("/m/{id}", showMember),
		get("/o/{id}", showOrganisation),
		get("/p/{id}", showPerson),
		get("/c/{id}", showContact),
		get("/rfc2350/{id}", showDescription),
		get("/new/{kind}", showNew),
		get("/edit/{kind}/{id}", showEdit),
		get("/history/{kind}/{id}", showHistory),
		post("/start", helps, start),
		post("/new/{kind}", takes, create),
		post("/edit/{kind}/{id}", takes, edit),
		post("/remove/{kind}/{id}", takes, remove),
		post("/history/{kind}/{id}", takes, restore),
		post("/erase/{id}", helps, erase),
		post("/m/{id}/role", helps, giveRole),
		post("/o/{id}/role", helps, givePartner),
		describe,
	}
}

// Target says to what a grant of the community leads; nil for one of another
// area.
func (p *Pages) Target(r *web.Request, g auth.Grant) (*web.Target, error) {
	var none *web.Target
	if g.Area != community.Area {
		return none, nil
	}
	t := &web.Target{Path: "/community", Text: r.T("community.link.everywhere", web.Args("Role", r.Printer.T("roster.role."+g.Role)))}
	if g.Object == "" {
		return t, nil
	}
	reg, err := p.Store.Registry(r.Context())
	if err != nil {
		return none, err
	}
	args := func(n community.Names) map[string]any {
		return web.Args("Role", r.Printer.T("roster.role."+g.Role), "Member", n.At(p.Now()).Full.In(r.Printer.Lang()))
	}
	if o := reg.Organisation(g.Object); g.Role == string(community.Partner) && o != nil {
		return &web.Target{Path: "/", Text: r.T("community.link.partner", args(o.Names))}, nil
	}
	m := reg.Member(g.Object)
	if m == nil || g.Role == string(community.Partner) {
		return none, web.ErrNotFound
	}
	t.Path = pathOf(m)
	t.Text = r.T("community.link.member", args(m.Names))
	return t, nil
}

// letters are the kinds as they stand in addresses.
func letters() map[community.Kind]string {
	return map[community.Kind]string{
		community.KindMember: "m", community.KindOrganisation: "o", community.KindPerson: "p", community.KindContact: "c",
	}
}

// pathOf is the address of a record.
func pathOf(rec community.Record) string {
	return "/community/" + letters()[rec.Kind()] + "/" + rec.Key()
}

// about is the address of a page about a record: edit, history.
func about(page string, rec community.Record) string {
	return "/community/" + page + "/" + string(rec.Kind()) + "/" + rec.Key()
}

// in is a text in the reader's language.
func (r *request) in(t community.Text) string { return t.In(r.Printer.Lang()) }

// called is what something is called today.
func (r *request) called(n community.Names) string { return r.in(n.At(r.now).Full) }

// short is what something is called in tables.
func (r *request) short(n community.Names) string {
	if name := n.At(r.now); name.Short != "" {
		return name.Short
	}
	return r.called(n)
}

// nameOf names a record.
func (r *request) nameOf(rec community.Record) string {
	switch rec := rec.(type) {
	case *community.Member:
		return r.called(rec.Names)
	case *community.Organisation:
		return r.called(rec.Names)
	case *community.Person:
		if rec.Erased {
			return r.T("community.erased")
		}
		return r.in(rec.Name)
	case *community.Contact:
		return r.in(rec.Role)
	}
	return ""
}

// sees reports whether the reader may read a record.
func (r *request) sees(rec community.Record) bool { return r.access.SeesRecord(r.reg, rec) }

// edits reports whether the reader may change a record as it is.
func (r *request) edits(rec community.Record) bool {
	return r.access.MayChange(r.reg, community.Change{Of: rec.Kind(), ID: rec.Key(), Record: rec})
}

// found returns a record of an address that the reader may read.
func found[T community.Record](r *request, rec T, there bool) (T, error) {
	if !there || !r.sees(rec) {
		var none T
		return none, web.ErrNotFound
	}
	return rec, nil
}

// record returns the record that an address names by its kind and id.
func (r *request) record() (community.Record, error) {
	rec := r.reg.Record(community.Kind(r.PathValue("kind")), r.PathValue("id"))
	return found(r, rec, rec != nil)
}

// contacts are those of an organisation that the reader may read.
func (r *request) contacts(organisation string) []*community.Contact {
	var all []*community.Contact
	for _, c := range r.reg.Contacts(organisation) {
		if r.sees(c) {
			all = append(all, c)
		}
	}
	return all
}

// organisations are those of a member that the reader may read.
func (r *request) organisations(member string) []*community.Organisation {
	var all []*community.Organisation
	for _, o := range r.reg.Organisations(member) {
		if r.sees(o) {
			all = append(all, o)
		}
	}
	return all
}

// people are those of a member that the reader may read.
func (r *request) people(member string) []*community.Person {
	var all []*community.Person
	for _, p := range r.reg.People(member) {
		if r.sees(p) {
			all = append(all, p)
		}
	}
	return all
}
