package auth

import (
	"slices"
	"time"
)

// Role is what somebody is somewhere. But for those of the community, which
// stand here, roles are the areas' own (Area).
type Role string

// Secretary makes accounts and what belongs to the community.
const Secretary Role = "secretary"

// Area is what this package has to know of the roles of an area.
type Area struct {
	Name string // as in Scope.Area
	// Fits reports whether a role can be granted somewhere in the area.
	Fits func(r Role, s Scope) bool
	// Needed reports whether somebody must have a role wherever it was granted.
	Needed func(r Role) bool
	// Ends says that its objects come to an end, as exercises do: who takes part
	// in one without an account comes back by their link until then.
	Ends bool
}

// fits reports whether a role can be granted there.
func (s *Service) fits(r Role, where Scope) bool {
	if where.Area == "" {
		return r == Secretary && where == Scope{}
	}
	for _, a := range s.areas {
		if a.Name == where.Area {
			return a.Fits(r, where)
		}
	}
	return false
}

// ends reports whether the objects of an area come to an end.
func (s *Service) ends(area string) bool {
	return slices.ContainsFunc(s.areas, func(a Area) bool { return a.Name == area && a.Ends })
}

// needed reports whether somebody must have a role of an area.
func (s *Service) needed(r Role, area string) bool {
	return slices.ContainsFunc(s.areas, func(a Area) bool { return a.Name == area && a.Needed(r) })
}

// Access is who somebody is, and what they have been granted. What that allows
// is for each area to decide. The zero value is a stranger.
type Access struct {
	Person       string
	Name         string
	Organisation string
	Login        string // "" without an account
	Lang         string // in which the person wants to read; "" leaves it to the browser
	Session      string // the ID of the session, "" for a program
	ReadOnly     bool   // a program with a token: it may read and change nothing
	Grants       []Grant
	Second       bool      // they have a second factor
	MustSetUp    bool      // they have to have one, and may do nothing else before
	SecondReset  time.Time // when theirs were ended by somebody else; zero: no, or they know
}

// Known reports whether somebody has signed in.
func (a *Access) Known() bool { return a.Person != "" }

// Has reports whether the person has a role just there.
func (a *Access) Has(r Role, where Scope) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == string(r) && g.Scope == where })
}

// Secretary reports whether the person makes accounts, and what belongs to the
// community.
func (a *Access) Secretary() bool { return a.Has(Secretary, Scope{}) }
