package communitypages

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/web"
)

// memberRow is a member in the list.
type memberRow struct {
	*community.Member
	csirts   []*community.Organisation
	policy   []*community.Organisation
	contacts int
	holders  map[string][]string // names by role
	mine     bool
}

// membersView is the list of members.
type membersView struct {
	rows     []memberRow
	former   []memberRow
	partners []*community.Organisation
	first    *firstSteps // nil where they are done, or for who cannot do them
}

// firstSteps are what an installation needs before members can work with it.
type firstSteps struct {
	secretaries []string
	members     int
	without     []*community.Member // that have no owner yet
	silent      []*community.Member // of whose contacts none is on file
}

// done reports whether there is nothing left to do.
func (f *firstSteps) done() bool { return f.members > 0 && len(f.without) == 0 && len(f.silent) == 0 }

func showMembers(r *request) error {
	v := &membersView{partners: r.organisations("")}
	var holders []auth.Holder
	if r.access.Helps() {
		var err error
		if holders, err = r.Server.Auth.GrantsOf(r.Context(), community.Area); err != nil {
			return err
		}
	}
	for _, m := range r.reg.Members() {
		row := r.row(m, holders)
		if m.Left.Over(r.now) {
			v.former = append(v.former, row)
		} else {
			v.rows = append(v.rows, row)
		}
	}
	if r.access.Helps() {
		first, err := r.firstSteps(v.rows)
		if err != nil {
			return err
		}
		if !first.done() {
			v.first = first
		}
	}
	return r.Show(http.StatusOK, membersPage(r, v))
}

// row is a member in the list, with those of some who have a role for it.
func (r *request) row(m *community.Member, holders []auth.Holder) memberRow {
	row := memberRow{Member: m, holders: map[string][]string{}, mine: r.access.BelongsTo(m.ID)}
	for _, o := range r.organisations(m.ID) {
		if !o.Active(r.now) {
			continue
		}
		row.contacts += len(r.reg.Contacts(o.ID))
		switch o.Type {
		case community.CSIRT:
			row.csirts = append(row.csirts, o)
		case "policy", "ministry":
			row.policy = append(row.policy, o)
		}
	}
	for _, h := range holders {
		if h.Object == m.ID {
			row.holders[h.Role] = append(row.holders[h.Role], h.Name)
		}
	}
	return row
}

func (r *request) firstSteps(rows []memberRow) (*firstSteps, error) {
	f := &firstSteps{members: len(rows)}
	holders, err := r.Server.Auth.GrantsIn(r.Context(), auth.Scope{})
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		if h.Role == string(auth.Secretary) {
			f.secretaries = append(f.secretaries, h.Name)
		}
	}
	for _, row := range rows {
		if len(row.holders[string(community.Owner)]) == 0 {
			f.without = append(f.without, row.Member)
		}
		if row.contacts == 0 {
			f.silent = append(f.silent, row.Member)
		}
	}
	return f, nil
}

// memberView is the page of a member.
type memberView struct {
	*community.Member
	organisations []*community.Organisation
	people        []*community.Person
	holders       []auth.Holder
	accounts      []auth.Account
	open          []auth.Invitation
	made          []MadeLink
}

func showMember(r *request) error { return r.member(nil) }

func (r *request) member(made []MadeLink) error {
	m, err := found(r, r.reg.Member(r.PathValue("id")), r.reg.Member(r.PathValue("id")) != nil)
	if err != nil {
		return err
	}
	v := &memberView{Member: m, organisations: r.organisations(m.ID), people: r.people(m.ID), made: made}
	scope := community.In(m.ID)
	if v.holders, err = r.Server.Auth.GrantsIn(r.Context(), scope); err != nil {
		return err
	}
	slices.SortStableFunc(v.holders, func(a, b auth.Holder) int { return roleOrder(a.Role) - roleOrder(b.Role) })
	if r.access.Helps() {
		if v.accounts, err = r.Server.Auth.Accounts(r.Context()); err != nil {
			return err
		}
		links, err := r.Server.Auth.Links(r.Context(), scope)
		if err != nil {
			return err
		}
		for _, l := range links {
			if l.Taken.IsZero() {
				v.open = append(v.open, l)
			}
		}
	}
	return r.Show(r.Status(), memberPage(r, v))
}

func roleOrder(role string) int { return slices.Index(community.Roles(), auth.Role(role)) }

// invitationGood is how long a link to a role lasts.
const invitationGood = 14 * 24 * time.Hour

// giveRole has somebody be owner, approver or deputy of a member, by an account
// or by a link, or no longer.
func giveRole(r *request) error {
	m := r.reg.Member(r.PathValue("id"))
	if m == nil {
		return web.ErrNotFound
	}
	g := auth.Grant{Person: r.PostFormValue("person"), Scope: community.In(m.ID), Role: r.PostFormValue("role")}
	if r.PostFormValue("do") != "unlink" && !slices.Contains(community.Roles(), auth.Role(g.Role)) {
		return web.ErrForm
	}
	var err error
	switch do := r.PostFormValue("do"); {
	case do == "revoke":
		err = r.Server.Auth.Revoke(r.Context(), r.Access.Person, g)
	case do == "unlink":
		err = r.Server.Auth.RevokeLink(r.Context(), r.Access.Person, g.Scope, r.PostFormValue("id"))
	case g.Person != "":
		err = r.Server.Auth.Grant(r.Context(), r.Access.Person, g)
	default:
		return r.inviteFor(m, g)
	}
	if errors.Is(err, auth.ErrNotFound) {
		return web.ErrNotFound
	}
	if err != nil {
		return err
	}
	return r.RedirectWith(pathOf(m), "said.done")
}

// inviteFor makes a link with which somebody takes a role.
func (r *request) inviteFor(m *community.Member, g auth.Grant) error {
	base, err := r.Base()
	if err != nil {
		return err
	}
	name := r.PostFormValue("for")
	secret, err := r.Server.Auth.InviteFor(r.Context(), r.Access.Person, g, auth.For{Name: name, Account: true}, invitationGood)
	if err != nil {
		return err
	}
	return r.member([]MadeLink{{
		Role: r.Printer.T("roster.role." + g.Role), Unit: r.called(m.Names), Name: name, URL: base + "/in/" + secret,
	}})
}
