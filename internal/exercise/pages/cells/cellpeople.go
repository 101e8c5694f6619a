package cells

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/auth"
	communitypages "renkei/internal/community/pages"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// mostLinks is how many links a form makes at once.
const mostLinks = 30

// linkCard is a link on paper, for one person.
type linkCard struct {
	n       int
	unit    string
	role    string
	address string
	until   string
}

// cellPeople are the people of the own cells and the deputies, with the links
// that wait for one.
type cellPeople struct {
	to    []pages.End
	made  []linkCard
	links []auth.Invitation // not taken yet
	there []auth.Holder
}

// showCellPeople is the page on which a national controller invites and manages
// the people of the own cells and deputies.
func showCellPeople(r *pages.Request) error { return renderCellPeople(r, nil) }

func renderCellPeople(r *pages.Request, made []linkCard) error {
	v := cellPeople{to: invitable(r), made: made}
	var err error
	if v.links, err = ownLinks(r); err != nil {
		return err
	}
	if v.there, err = ownPeople(r); err != nil {
		return err
	}
	return r.Show(http.StatusOK, cellPeoplePage(r, &v))
}

// manages reports whether a grant is a player's of an own cell, or a deputy's.
func manages(r *pages.Request, unit, role string) bool {
	team, _, below := strings.Cut(unit, "/")
	return team == r.Unit && (below && role == string(access.Player) || !below && role == string(access.National))
}

// ownLinks are the links to the own cells and for deputies that nobody has
// taken.
func ownLinks(r *pages.Request) ([]auth.Invitation, error) {
	all, err := r.Server.Auth.Links(r.Context(), access.In(r.Exercise.ID, ""))
	return slices.DeleteFunc(all, func(l auth.Invitation) bool {
		return !l.Taken.IsZero() || l.Expires.Before(time.Now()) || !manages(r, l.Part, string(l.Role))
	}), err
}

// ownPeople are the players of the own cells and the deputies, but for the
// asker.
func ownPeople(r *pages.Request) ([]auth.Holder, error) {
	all, err := r.Server.Auth.GrantsIn(r.Context(), access.In(r.Exercise.ID, ""))
	return slices.DeleteFunc(all, func(g auth.Holder) bool {
		return g.Person == r.Access.Person || !manages(r, g.Part, g.Role)
	}), err
}

// revokeInCells makes a link good for nothing, or takes somebody's part in a
// cell away. What is not the asker's to manage is absent.
func revokeInCells(r *pages.Request) error {
	link, person, unit := r.PostFormValue("link"), r.PostFormValue("person"), r.PostFormValue("of")
	if link == "" && person == "" {
		return web.ErrForm
	}
	links, err := ownLinks(r)
	if err != nil {
		return err
	}
	people, err := ownPeople(r)
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.ID == link {
			err = r.Server.Auth.RevokeLink(r.Context(), r.Access.Person, access.In(r.Exercise.ID, ""), link)
			return revoked(r, err)
		}
	}
	for _, g := range people {
		if g.Person == person && g.Part == unit {
			return revoked(r, r.Server.Auth.Revoke(r.Context(), r.Access.Person, g.Grant))
		}
	}
	return web.ErrNotFound
}

// revoked goes back to the people. Who was quicker has done the same.
func revoked(r *pages.Request, err error) error {
	if err != nil && !errors.Is(err, auth.ErrNotFound) {
		return err
	}
	return r.RedirectWith(r.Path("/cell-people/"+r.Unit), "said.revoked")
}

// invitable are the units for which the asker may make links: the own cells,
// and the own team for deputies.
func invitable(r *pages.Request) (all []pages.End) {
	r.Exercise.Live.Now(func(m *follow.Moment) {
		all = cellEnds((&pages.Moment{Moment: m, State: m.State, Request: r}), r.UnitIndex)
	})
	return append(all, pages.End{Key: r.Unit, Name: r.T("cells.deputy")})
}

// inviteToCells makes links for a cell, or for deputies, and shows them once.
// They are known to nobody afterwards.
func inviteToCells(r *pages.Request) error {
	to := r.PostFormValue("to")
	team, _, below := strings.Cut(to, "/")
	if team != r.Unit || !has(r, to) {
		return web.ErrForm
	}
	count, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue("count")))
	if err != nil || count < 1 || count > mostLinks {
		return &web.UserError{Text: r.T("cells.count")}
	}
	days, err := r.OneOf("days", communitypages.LinkDays())
	if err != nil {
		return err
	}
	role := access.Player
	if !below {
		role = access.National
	}
	good := time.Duration(days) * 24 * time.Hour
	base, err := r.Base()
	if err != nil {
		return err
	}
	var made []linkCard
	for n := range count {
		secret, err := r.Server.Auth.Invite(r.Context(), r.Access.Person, auth.Grant{Scope: access.In(r.Exercise.ID, to), Role: string(role)}, good)
		if err != nil {
			return err
		}
		made = append(made, linkCard{
			n: n + 1, unit: r.UnitName(r.Exercise, to), role: r.T("role." + string(role)), address: base + "/in/" + secret,
			until: time.Now().Add(good).UTC().Format("2006-01-02 15:04"),
		})
	}
	return renderCellPeople(r, made)
}

// has reports whether the exercise has a unit.
func has(r *pages.Request, unit string) (ok bool) {
	r.Exercise.Live.Now(func(m *follow.Moment) { _, ok = m.State.Play().Cast.Index(unit) })
	return ok
}
