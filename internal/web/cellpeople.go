package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
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
	to    []end
	made  []linkCard
	links []auth.Invitation // not taken yet
	there []auth.Holder
}

// showCellPeople is the page on which a national controller invites and manages
// the people of the own cells and deputies.
func showCellPeople(r *request) error { return r.showCellPeople(nil) }

func (r *request) showCellPeople(made []linkCard) error {
	v := cellPeople{to: r.invitable(), made: made}
	var err error
	if v.links, err = r.ownLinks(); err != nil {
		return err
	}
	if v.there, err = r.ownPeople(); err != nil {
		return err
	}
	return r.show(http.StatusOK, cellPeoplePage(r, &v))
}

// manages reports whether a grant is a player's of an own cell, or a deputy's.
func (r *request) manages(unit, role string) bool {
	team, _, below := strings.Cut(unit, "/")
	return team == r.unit && (below && role == string(access.Player) || !below && role == string(access.National))
}

// ownLinks are the links to the own cells and for deputies that nobody has
// taken.
func (r *request) ownLinks() ([]auth.Invitation, error) {
	all, err := r.s.Auth.Links(r.Context(), access.In(r.hall.ID, ""))
	return slices.DeleteFunc(all, func(l auth.Invitation) bool {
		return !l.Taken.IsZero() || l.Expires.Before(time.Now()) || !r.manages(l.Part, string(l.Role))
	}), err
}

// ownPeople are the players of the own cells and the deputies, but for the
// asker.
func (r *request) ownPeople() ([]auth.Holder, error) {
	all, err := r.s.Auth.GrantsIn(r.Context(), access.In(r.hall.ID, ""))
	return slices.DeleteFunc(all, func(g auth.Holder) bool {
		return g.Person == r.access.Person || !r.manages(g.Part, g.Role)
	}), err
}

// revokeInCells makes a link good for nothing, or takes somebody's part in a
// cell away. What is not the asker's to manage is absent.
func revokeInCells(r *request) error {
	link, person, unit := r.PostFormValue("link"), r.PostFormValue("person"), r.PostFormValue("of")
	if link == "" && person == "" {
		return errForm
	}
	links, err := r.ownLinks()
	if err != nil {
		return err
	}
	people, err := r.ownPeople()
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.ID == link {
			err = r.s.Auth.RevokeLink(r.Context(), r.access.Person, access.In(r.hall.ID, ""), link)
			return r.revoked(err)
		}
	}
	for _, g := range people {
		if g.Person == person && g.Part == unit {
			return r.revoked(r.s.Auth.Revoke(r.Context(), r.access.Person, g.Grant))
		}
	}
	return errAbsent
}

// revoked goes back to the people. Who was quicker has done the same.
func (r *request) revoked(err error) error {
	if err != nil && !errors.Is(err, auth.ErrNotFound) {
		return err
	}
	return r.done(r.path("/cell-people/"+r.unit), "said.revoked")
}

// invitable are the units for which the asker may make links: the own cells,
// and the own team for deputies.
func (r *request) invitable() (all []end) {
	r.hall.Live.Now(func(m *follow.Moment) { all = (&scene{m, m.State, r}).cellEnds(r.u) })
	return append(all, end{r.unit, r.t("cells.deputy")})
}

// inviteToCells makes links for a cell, or for deputies, and shows them once.
// They are known to nobody afterwards.
func inviteToCells(r *request) error {
	to := r.PostFormValue("to")
	team, _, below := strings.Cut(to, "/")
	if team != r.unit || !r.has(to) {
		return errForm
	}
	count, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue("count")))
	if err != nil || count < 1 || count > mostLinks {
		return &problem{r.t("cells.count")}
	}
	days, err := r.oneOf("days", linkDays())
	if err != nil {
		return err
	}
	role := access.Player
	if !below {
		role = access.National
	}
	good := time.Duration(days) * 24 * time.Hour
	var made []linkCard
	for n := range count {
		secret, err := r.s.Auth.Invite(r.Context(), r.access.Person, auth.Grant{Scope: access.In(r.hall.ID, to), Role: string(role)}, good)
		if err != nil {
			return err
		}
		made = append(made, linkCard{
			n: n + 1, unit: r.unitName(r.hall, to), role: r.t("role." + string(role)), address: r.base() + "/in/" + secret,
			until: time.Now().Add(good).UTC().Format("2006-01-02 15:04"),
		})
	}
	return r.showCellPeople(made)
}

// has reports whether the exercise has a unit.
func (r *request) has(unit string) (ok bool) {
	r.hall.Live.Now(func(m *follow.Moment) { _, ok = m.State.Play().Cast.Index(unit) })
	return ok
}
