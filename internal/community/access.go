package community

import (
	"slices"

	"renkei/internal/auth"
)

// Area is the area of scopes in the community: their object is the member.
const Area = "community"

// Roles that somebody has for a member. The secretariat is a role of package
// auth.
const (
	Owner    auth.Role = "owner"    // keeps what the member says up to date
	Approver auth.Role = "approver" // approves what the owner has drafted
	Deputy   auth.Role = "deputy"   // stands in for the owner
)

// Partner is somebody of a partner of the whole community, such as a development
// agency. The object of its scope is the organisation. A partner is not of the
// community: each area shows it what is meant for it.
const Partner auth.Role = "partner"

// Coordinator is somebody of the secretariat who keeps the community, and makes
// no accounts. The role counts for the whole area.
const Coordinator auth.Role = "coordinator"

// Everywhere is the scope of the whole community.
func Everywhere() auth.Scope { return auth.Scope{Area: Area} }

// Roles lists all roles for a member.
func Roles() []auth.Role { return []auth.Role{Owner, Approver, Deputy} }

// In is the scope of a member.
func In(member string) auth.Scope { return auth.Scope{Area: Area, Object: member} }

// Rules are what package auth has to know of the roles.
func Rules() auth.Area {
	return auth.Area{
		Name: Area,
		Fits: func(r auth.Role, s auth.Scope) bool {
			if r == Coordinator {
				return s == Everywhere()
			}
			return s.Object != "" && s.Part == "" && (r == Partner || slices.Contains(Roles(), r))
		},
		Needed: func(auth.Role) bool { return false },
	}
}

// Access is what somebody may do in the community.
type Access struct{ *auth.Access }

// Of returns what somebody may do in the community; of nil, what a stranger may.
func Of(a *auth.Access) Access {
	if a == nil {
		a = &auth.Access{}
	}
	return Access{a}
}

// Members returns the ids of the members for which the person has a role.
func (a Access) Members() []string {
	return a.objects(func(r auth.Role) bool { return r != Partner })
}

// Partners returns the ids of the organisations for which the person is a partner.
func (a Access) Partners() []string {
	return a.objects(func(r auth.Role) bool { return r == Partner })
}

// IsPartner reports whether the person is of one of some partners.
func (a Access) IsPartner(of ...string) bool {
	return slices.ContainsFunc(a.Partners(), func(id string) bool { return slices.Contains(of, id) })
}

// objects are those for which the person has a role of some.
func (a Access) objects(is func(auth.Role) bool) []string {
	var all []string
	for _, g := range a.Grants {
		if g.Area == Area && g.Object != "" && is(auth.Role(g.Role)) && !slices.Contains(all, g.Object) {
			all = append(all, g.Object)
		}
	}
	return all
}

// Helps reports whether the person is of the secretariat.
func (a Access) Helps() bool { return a.Secretary() || a.Has(Coordinator, Everywhere()) }

// Takes reports whether the person is of the community: of a member, or of the
// secretariat.
func (a Access) Takes() bool { return a.Helps() || len(a.Members()) > 0 }

// BelongsTo reports whether the person has a role for a member.
func (a Access) BelongsTo(member string) bool {
	return member != "" && slices.Contains(a.Members(), member)
}

// Edits reports whether the person may change what a member says about itself:
// its owner, the owner's deputy, and the secretariat. What belongs to no member
// the secretariat alone may change.
func (a Access) Edits(member string) bool {
	switch {
	case a.ReadOnly:
		return false
	case a.Helps():
		return true
	}
	return member != "" && (a.Has(Owner, In(member)) || a.Has(Deputy, In(member)))
}

// Approves reports whether the person approves what a member has drafted.
func (a Access) Approves(member string) bool {
	return !a.ReadOnly && member != "" && a.Has(Approver, In(member))
}

// Sees reports whether the person may be told what a member has given a label:
// CLEAR and GREEN who has signed in, AMBER who is of the community, anything
// stricter the member's own people and the secretariat.
func (a Access) Sees(t TLP, member string) bool {
	switch t {
	case Clear, Green:
		return a.Known()
	case Amber:
		return a.Takes()
	}
	return a.Helps() || a.BelongsTo(member)
}

// SeesRecord reports whether the person may read a record: by its label, for the
// members to which it belongs.
func (a Access) SeesRecord(r *Registry, rec Record) bool {
	if !a.Takes() {
		return false
	}
	switch rec := rec.(type) {
	case *Organisation:
		return a.Sees(rec.TLP, rec.Member)
	case *Contact:
		return a.Sees(rec.TLP, r.MemberOf(rec))
	case *Person:
		return slices.ContainsFunc(append(r.MembersOf(rec), ""), func(m string) bool { return a.Sees(rec.TLP, m) })
	}
	return rec != nil
}

// MayChange reports whether the person may make a change: it has to be theirs
// before and after. When a member joins and leaves, and what its code is, the
// secretariat says, and so it does of somebody who works for two members.
func (a Access) MayChange(r *Registry, c Change) bool {
	if a.ReadOnly || a.Helps() {
		return !a.ReadOnly
	}
	before := r.Record(c.Of, c.ID)
	if before != nil && !a.editsAll(r, before) || c.Record != nil && !a.editsAll(r, c.Record) {
		return false
	}
	if c.Of != KindMember {
		return before != nil || c.Record != nil
	}
	was, _ := before.(*Member)
	is, _ := c.Record.(*Member)
	return was != nil && is != nil && was.Code == is.Code && was.Joined == is.Joined && was.Left == is.Left
}

// editsAll reports whether the person may edit everything to which a record
// belongs.
func (a Access) editsAll(r *Registry, rec Record) bool {
	if p, ok := rec.(*Person); ok {
		all := r.MembersOf(p)
		return len(all) > 0 && !slices.ContainsFunc(all, func(m string) bool { return !a.Edits(m) })
	}
	return a.Edits(r.MemberOf(rec))
}
