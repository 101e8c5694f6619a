package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/live"
	"renkei/internal/store"
)

// mostLinks is how many links a form makes at once.
const mostLinks = 30

// linkDays are how long a link may be good.
func linkDays() []int { return []int{1, 3, 7, 14} }

// handout is a link on paper, for one person.
type handout struct {
	n       int
	unit    string
	role    string
	address string
	until   string
}

// showCellPeople is the page on which a national controller invites the people
// of the own cells and deputies.
func showCellPeople(r *request) error {
	return r.show(http.StatusOK, cellPeoplePage(r, r.invitable(), nil))
}

// invitable are the units for which the asker may make links: the own cells,
// and the own team for deputies.
func (r *request) invitable() (all []end) {
	r.hall.Live.Now(func(m *live.Moment) { all = (&scene{m, m.State, r}).cellEnds(r.u) })
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
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil || days < 1 || days > linkDays()[len(linkDays())-1] {
		return errForm
	}
	role := auth.Player
	if !below {
		role = auth.National
	}
	good := time.Duration(days) * 24 * time.Hour
	var made []handout
	for n := range count {
		secret, err := r.s.Auth.Invite(r.Context(), r.access.Person, store.Grant{Exercise: r.hall.ID, Unit: to, Role: string(role)}, good)
		if err != nil {
			return err
		}
		made = append(made, handout{
			n: n + 1, unit: r.unitName(r.hall, to), role: r.t("role." + string(role)), address: r.origin() + "/in/" + secret,
			until: time.Now().Add(good).UTC().Format("2006-01-02 15:04"),
		})
	}
	return r.show(http.StatusOK, cellPeoplePage(r, r.invitable(), made))
}

// has reports whether the exercise has a unit.
func (r *request) has(unit string) (ok bool) {
	r.hall.Live.Now(func(m *live.Moment) { _, ok = m.State.Play().Cast.Index(unit) })
	return ok
}

// origin is where this server is, as the asker's browser called it.
func (r *request) origin() string {
	if r.s.Secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
