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

// Roles lists all roles for a member.
func Roles() []auth.Role { return []auth.Role{Owner, Approver, Deputy} }

// In is the scope of a member.
func In(member string) auth.Scope { return auth.Scope{Area: Area, Object: member} }

// Rules are what package auth has to know of the roles.
func Rules() auth.Area {
	return auth.Area{
		Name: Area,
		Fits: func(r auth.Role, s auth.Scope) bool {
			return s.Object != "" && s.Part == "" && slices.Contains(Roles(), r)
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
	var all []string
	for _, g := range a.Grants {
		if g.Area == Area && g.Object != "" && !slices.Contains(all, g.Object) {
			all = append(all, g.Object)
		}
	}
	return all
}

// Takes reports whether the person is of the community: of a member, or of the
// secretariat.
func (a Access) Takes() bool { return a.Secretary() || len(a.Members()) > 0 }

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
	case a.Secretary():
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
	return a.Secretary() || a.BelongsTo(member)
}
