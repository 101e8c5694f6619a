package communitypages

import (
	"errors"
	"slices"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/web"
)

// rolesView is who has a role for a member, or is of a partner.
type rolesView struct {
	of       community.Record
	roles    []auth.Role // that may be given
	holders  []auth.Holder
	accounts []auth.Account
	open     []auth.Invitation
}

// rolesOf finds who has a role for a record; for the secretariat also what it
// needs to give one.
func (r *request) rolesOf(of community.Record, roles []auth.Role) (*rolesView, error) {
	v := &rolesView{of: of, roles: roles}
	scope := community.In(of.Key())
	holders, err := r.Server.Auth.GrantsIn(r.Context(), scope)
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		if v.gives(auth.Role(h.Role)) {
			v.holders = append(v.holders, h)
		}
	}
	slices.SortStableFunc(v.holders, func(a, b auth.Holder) int { return roleOrder(a.Role) - roleOrder(b.Role) })
	if !r.access.Helps() {
		return v, nil
	}
	if v.accounts, err = r.Server.Auth.Accounts(r.Context()); err != nil {
		return nil, err
	}
	links, err := r.Server.Auth.Links(r.Context(), scope)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		if l.Taken.IsZero() && v.gives(l.Role) {
			v.open = append(v.open, l)
		}
	}
	return v, nil
}

func (v *rolesView) gives(role auth.Role) bool { return slices.Contains(v.roles, role) }

func (v *rolesView) path() string { return pathOf(v.of) + "/role" }

// none says that nobody has a role.
func (v *rolesView) none(r *request) string {
	if v.gives(community.Partner) {
		return r.T("community.roles_partner_none")
	}
	return r.T("community.roles_none")
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
	return r.give(m, community.Roles(), m.Names, r.member)
}

// givePartner has somebody be of a partner of all members, or no longer.
func givePartner(r *request) error {
	o := r.reg.Organisation(r.PathValue("id"))
	if o == nil || !o.IsPartner() {
		return web.ErrNotFound
	}
	return r.give(o, []auth.Role{community.Partner}, o.Names, r.organisation)
}

// give gives one of some roles for a record, or takes it back; show is its page
// with a link that was just made.
func (r *request) give(of community.Record, roles []auth.Role, names community.Names, show func([]MadeLink) error) error {
	g := auth.Grant{Person: r.PostFormValue("person"), Scope: community.In(of.Key()), Role: r.PostFormValue("role")}
	if r.PostFormValue("do") != "unlink" && !slices.Contains(roles, auth.Role(g.Role)) {
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
		var link MadeLink
		if link, err = r.inviteFor(names, g); err != nil {
			return err
		}
		return show([]MadeLink{link})
	}
	if errors.Is(err, auth.ErrNotFound) {
		return web.ErrNotFound
	}
	if err != nil {
		return err
	}
	return r.RedirectWith(pathOf(of), "said.done")
}

// inviteFor makes a link with which somebody takes a role.
func (r *request) inviteFor(of community.Names, g auth.Grant) (MadeLink, error) {
	base, err := r.Base()
	if err != nil {
		return MadeLink{}, err
	}
	name := r.PostFormValue("for")
	secret, err := r.Server.Auth.InviteFor(r.Context(), r.Access.Person, g, auth.For{Name: name, Account: true}, invitationGood)
	if err != nil {
		return MadeLink{}, err
	}
	return MadeLink{Role: r.Printer.T("roster.role." + g.Role), Unit: r.called(of), Name: name, URL: base + "/in/" + secret}, nil
}
