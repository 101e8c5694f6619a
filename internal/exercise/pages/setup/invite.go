package setup

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/auth"
	communitypages "renkei/internal/community/pages"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/web"
)

// maxLinks bounds how many links one form makes.
const maxLinks = 100

// InviteRoutes are the addresses at which people are invited to an exercise.
func InviteRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/invite", Need: pages.Controls, Handle: showInvite},
		{Pattern: "GET /x/{exercise}/invite/{person}", Need: pages.Controls, Handle: showPerson},
		{Pattern: "POST /x/{exercise}/invite/{person}", Need: pages.Controls, Handle: changePerson},
		{Pattern: "POST /x/{exercise}/invite/replace", Need: pages.Directs, Handle: replaceLink},
		{Pattern: "POST /x/{exercise}/invite", Need: pages.Directs, Handle: invite},
		{Pattern: "POST /x/{exercise}/invite/mail", Need: pages.Directs, Handle: inviteByMail},
		{Pattern: "POST /x/{exercise}/date", Need: pages.Directs, Handle: planDate},
		{Pattern: "POST /x/{exercise}/invite/revoke", Need: pages.Directs, Handle: revokeLink},
		{Pattern: "POST /x/{exercise}/invite/grant", Need: pages.Directs, Handle: revokeGrant},
		{Pattern: "POST /x/{exercise}/invite/import", Need: pages.Directs, Handle: importPlayers, Limit: communitypages.MaxRoster, Upload: true},
		{Pattern: "POST /handout", Need: invites, Handle: saveHandout, Limit: communitypages.MaxHandout, Upload: true},
		{Pattern: "POST /x/{exercise}/hand-over", Need: pages.Controls, Handle: handOver},
	}
}

// invitePage is who takes part, and who is asked to.
type inviteView struct {
	units   []scenario.Unit
	holders []auth.Holder
	bots    map[string]bool // units in whose place a simulated team stands
	open    []auth.Invitation
	made    []communitypages.MadeLink // shown once
	when    *web.When                 // when the exercise is to take place; nil where nothing was said
	mail    *mailView                 // nil where no mail can be sent
}

func showInvite(r *pages.Request) error { return renderInvite(r, nil) }

func renderInvite(r *pages.Request, fresh []communitypages.MadeLink) error {
	return renderInviteWith(r, fresh, nil, 0)
}

// renderInviteWith shows links that were made, and the mails that would be sent to
// so many.
func renderInviteWith(r *pages.Request, fresh []communitypages.MadeLink, preview []mailText, people int) error {
	v := inviteView{units: cast(r), bots: unitsOfBots(r), made: fresh}
	var err error
	if v.holders, err = r.Server.Auth.GrantsIn(r.Context(), access.In(r.Exercise.ID, "")); err != nil {
		return err
	}
	all, err := r.Server.Auth.Links(r.Context(), access.In(r.Exercise.ID, ""))
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.Taken.IsZero() {
			v.open = append(v.open, l)
		}
	}
	if v.when, err = r.When(r.Exercise, ""); err != nil {
		return err
	}
	if v.mail, err = mailOf(r); err != nil {
		return err
	}
	if v.mail != nil {
		v.mail.preview, v.mail.people = preview, people
	}
	return r.Show(r.Status(), invitePage(r, &v))
}

// chosen is what the address says of the form of links, such as for a unit that
// lacks somebody; otherwise where it says nothing.
func chosen(r *pages.Request, name, otherwise string) string {
	return cmp.Or(r.URL.Query().Get(name), otherwise)
}

// cast are the units of the exercise, each team before its cells.
func cast(r *pages.Request) (units []scenario.Unit) {
	r.Exercise.Live.Now(func(m *follow.Moment) { units = m.State.Play().Cast.Units })
	return units
}

// unitsOfBots are the units that simulated teams play.
func unitsOfBots(r *pages.Request) map[string]bool {
	bots := map[string]bool{}
	r.Exercise.Live.Now(func(m *follow.Moment) {
		for u, unit := range m.State.Play().Cast.Units {
			if m.State.Unit(u).Bot {
				bots[unit.Key] = true
			}
		}
	})
	return bots
}

// invite makes links: for one unit or none, for every team, or for every unit.
func invite(r *pages.Request) error {
	days, err := r.OneOf("days", linkDays())
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(r.PostFormValue("count"))
	if err != nil || count < 1 || count > maxLinks {
		return &web.UserError{Text: r.T("invite.count_bad", web.Args("Max", maxLinks))}
	}
	role := auth.Role(r.PostFormValue("role"))
	units, err := invitedUnits(r, role, r.PostFormValue("unit"))
	if err != nil {
		return err
	}
	var fresh []communitypages.MadeLink
	for _, unit := range units {
		for range count {
			l, err := link(r, role, unit, strings.TrimSpace(r.PostFormValue("for")), days)
			if err != nil {
				return err
			}
			fresh = append(fresh, l)
		}
	}
	return renderInvite(r, fresh)
}

// link makes one link.
func link(r *pages.Request, role auth.Role, unit, name string, days int) (communitypages.MadeLink, error) {
	base, err := r.Base()
	if err != nil {
		return communitypages.MadeLink{}, err
	}
	secret, err := r.Server.Auth.InviteFor(r.Context(), r.Access.Person,
		auth.Grant{Scope: access.In(r.Exercise.ID, unit), Role: string(role)}, auth.For{Name: name}, time.Duration(days)*24*time.Hour)
	if errors.Is(err, auth.ErrRole) {
		return communitypages.MadeLink{}, &web.UserError{Text: r.T("invite.role_bad")}
	}
	if err != nil {
		return communitypages.MadeLink{}, err
	}
	return madeLink(r, role, unit, name, base+"/in/"+secret)
}

// madeLink is a link as it is handed out.
func madeLink(r *pages.Request, role auth.Role, unit, name, url string) (communitypages.MadeLink, error) {
	l := communitypages.MadeLink{Title: r.TitleOf(r.Exercise), Role: r.Printer.T("roster.role." + string(role)), Unit: r.CastName(cast(r), unit), Name: name, URL: url}
	when, err := whenText(r, unit)
	l.When = when
	return l, err
}

// whenText says when the exercise is to take place, in the zone of a unit; ""
// where nothing was said.
func whenText(r *pages.Request, unit string) (string, error) {
	w, err := r.When(r.Exercise, unit)
	if err != nil || w == nil {
		return "", err
	}
	return w.Text(r.Request), nil
}

// invitedUnits are the units that a choice stands for.
func invitedUnits(r *pages.Request, role auth.Role, choice string) (units []string, err error) {
	for _, u := range cast(r) {
		all := choice == "*" || choice == "teams" && u.IsTeam()
		if all && access.Fits(role, r.Exercise.ID, u.Key) || choice == u.Key {
			units = append(units, u.Key)
		}
	}
	if choice == "" {
		units = []string{""}
	}
	if len(units) == 0 || !access.Fits(role, r.Exercise.ID, units[0]) {
		return nil, &web.UserError{Text: r.T("invite.role_bad")}
	}
	return units, nil
}

func revokeLink(r *pages.Request) error {
	err := r.Server.Auth.RevokeLink(r.Context(), r.Access.Person, access.In(r.Exercise.ID, ""), r.PostFormValue("id"))
	if errors.Is(err, auth.ErrNotFound) {
		return &web.UserError{Text: r.T("invite.taken_meanwhile")}
	}
	if err != nil {
		return err
	}
	return r.RedirectWith(r.Path("/invite"), "said.revoked")
}

func revokeGrant(r *pages.Request) error {
	g := auth.Grant{
		Person: r.PostFormValue("person"), Scope: access.In(r.Exercise.ID, r.PostFormValue("unit")), Role: r.PostFormValue("role"),
	}
	err := r.Server.Auth.Revoke(r.Context(), r.Access.Person, g)
	if errors.Is(err, auth.ErrLast) {
		return &web.UserError{Text: r.T("invite.last")}
	}
	if err != nil && !errors.Is(err, auth.ErrNotFound) { // has gone meanwhile
		return err
	}
	return r.RedirectWith(r.Path("/invite"), "said.revoked")
}

func importPlayers(r *pages.Request) error {
	return communitypages.ImportPeople(r.Request, &communitypages.Intake{Scope: access.In(r.Exercise.ID, ""), Title: r.TitleOf(r.Exercise), Path: r.Path("/invite/import"), Back: r.Path("/invite"), Units: cast(r), UnitName: func(key string) string { return r.CastName(cast(r), key) }, When: func(key string) (string, error) { return whenText(r, key) }})
}

// invites lets in whoever imports people, and so gets a table of their links.
func invites(a access.Access, _, _ string) bool {
	directs := func(g auth.Grant) bool { return g.Area == access.Area && g.Role == string(access.Director) }
	return a.Secretary() || slices.ContainsFunc(a.Grants, directs)
}

func saveHandout(r *pages.Request) error { return communitypages.SaveHandout(r.Request) }

// linkDays is how long a link is good, in days: 0 until a while after ENDEX.
func linkDays() []int { return append([]int{0}, communitypages.LinkDays()...) }

func goodFor(r *pages.Request, days int) string {
	if days == 0 {
		return r.T("invite.good_lasting", web.Args("Days", r.Days(auth.DaysAfterEnd)))
	}
	return r.Days(days)
}
