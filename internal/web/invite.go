package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/store"
)

// linkDays is how long a link is good unless something else is chosen, and what
// can be chosen.
func linkDays() []int { return []int{1, 3, 7, 14, 60} }

// maxLinks bounds how many links one form makes.
const maxLinks = 100

func inviteRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/invite", need: directs, handle: showInvite},
		{pattern: "POST /x/{exercise}/invite", need: directs, handle: invite},
		{pattern: "POST /x/{exercise}/invite/revoke", need: directs, handle: revokeLink},
		{pattern: "POST /x/{exercise}/invite/grant", need: directs, handle: revokeGrant},
		{pattern: "POST /x/{exercise}/invite/import", need: directs, handle: importPlayers, limit: maxRoster, upload: true},
		{pattern: "POST /x/{exercise}/hand-over", need: controls, handle: handOver},
		{pattern: "POST /handout", need: invites, handle: saveHandout, limit: maxHandout, upload: true},
	}
}

// invites: who imports people gets a table of their links.
func invites(a *auth.Access, _, _ string) bool {
	return a.Secretary() || slices.ContainsFunc(a.Grants, func(g store.Grant) bool { return g.Role == string(auth.Director) })
}

// invitePage is who takes part, and who is asked to.
type inviteView struct {
	units   []scenario.Unit
	holders []store.Holder
	open    []auth.Invitation
	made    []madeLink // shown once
}

// madeLink is a link that was just made.
type madeLink struct{ role, unit, name, url string }

func showInvite(r *request) error { return r.showInvite(nil) }

func (r *request) showInvite(fresh []madeLink) error {
	v := inviteView{units: r.cast(), made: fresh}
	var err error
	if v.holders, err = r.s.Auth.GrantsIn(r.Context(), r.hall.ID); err != nil {
		return err
	}
	all, err := r.s.Auth.Links(r.Context(), r.hall.ID)
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.Taken.IsZero() {
			v.open = append(v.open, l)
		}
	}
	return r.show(http.StatusOK, invitePage(r, &v))
}

// cast are the units of the exercise, each team before its cells.
func (r *request) cast() (units []scenario.Unit) {
	r.hall.Live.Now(func(m *follow.Moment) { units = m.State.Play().Cast.Units })
	return units
}

// invite makes links: for one unit or none, for every team, or for every unit.
func invite(r *request) error {
	days, err := r.oneOf("days", linkDays())
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(r.PostFormValue("count"))
	if err != nil || count < 1 || count > maxLinks {
		return &problem{r.t("invite.count_bad", args("Max", maxLinks))}
	}
	role := auth.Role(r.PostFormValue("role"))
	units, err := r.invitedUnits(role, r.PostFormValue("unit"))
	if err != nil {
		return err
	}
	var fresh []madeLink
	for _, unit := range units {
		for range count {
			l, err := r.link(role, unit, strings.TrimSpace(r.PostFormValue("for")), days)
			if err != nil {
				return err
			}
			fresh = append(fresh, l)
		}
	}
	return r.showInvite(fresh)
}

// link makes one link.
func (r *request) link(role auth.Role, unit, name string, days int) (madeLink, error) {
	secret, err := r.s.Auth.InviteFor(r.Context(), r.access.Person,
		store.Grant{Exercise: r.hall.ID, Unit: unit, Role: string(role)}, auth.For{Name: name}, time.Duration(days)*24*time.Hour)
	if errors.Is(err, auth.ErrRole) {
		return madeLink{}, &problem{r.t("invite.role_bad")}
	}
	return madeLink{
		role: r.p.T("roster.role." + string(role)), unit: r.castName(r.cast(), unit), name: name, url: r.base() + "/in/" + secret,
	}, err
}

// invitedUnits are the units that a choice stands for.
func (r *request) invitedUnits(role auth.Role, choice string) (units []string, err error) {
	for _, u := range r.cast() {
		all := choice == "*" || choice == "teams" && u.IsTeam()
		if all && role.Fits(r.hall.ID, u.Key) || choice == u.Key {
			units = append(units, u.Key)
		}
	}
	if choice == "" {
		units = []string{""}
	}
	if len(units) == 0 || !role.Fits(r.hall.ID, units[0]) {
		return nil, &problem{r.t("invite.role_bad")}
	}
	return units, nil
}

func revokeLink(r *request) error {
	err := r.s.Auth.RevokeLink(r.Context(), r.access.Person, r.hall.ID, r.PostFormValue("id"))
	if errors.Is(err, store.ErrNotFound) {
		return &problem{r.t("invite.taken_meanwhile")}
	}
	if err != nil {
		return err
	}
	return r.done(r.path("/invite"), "said.revoked")
}

func revokeGrant(r *request) error {
	g := store.Grant{
		Person: r.PostFormValue("person"), Exercise: r.hall.ID, Unit: r.PostFormValue("unit"), Role: r.PostFormValue("role"),
	}
	err := r.s.Auth.Revoke(r.Context(), r.access.Person, g)
	if errors.Is(err, auth.ErrLast) {
		return &problem{r.t("invite.last")}
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) { // has gone meanwhile
		return err
	}
	return r.done(r.path("/invite"), "said.revoked")
}

func importPlayers(r *request) error {
	return r.importPeople(&intake{exercise: r.hall.ID, path: r.path("/invite/import"), back: r.path("/invite"), units: r.cast()})
}
