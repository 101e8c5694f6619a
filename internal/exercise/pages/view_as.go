package pages

import (
	"net/http"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/web"
)

// A director may look at an exercise as a unit: they get the pages of a player of
// it, filled as for one, and can change nothing. As which unit is kept in a cookie
// of the exercise, which ends by itself, so that nobody forgets to be EXCON.
const (
	viewAsCookie = "view-as"
	viewAsTime   = 15 * time.Minute
)

// nobody is the person as whom a director looks: what is one person's own is not
// shown.
const nobody = "-"

// ViewAsRoutes are the addresses of looking as a unit.
func ViewAsRoutes() []Route {
	return []Route{{Pattern: "POST /x/{exercise}/view-as", Need: Directs, Handle: viewAs, Own: true, Replaced: true}}
}

// lookAsUnit makes the request that of a player of the unit as which the director
// looks, where they do. Nothing is done then.
func (r *Request) lookAsUnit() error {
	if r.Exercise == nil {
		return nil
	}
	c, err := r.Cookie(viewAsCookie)
	if err != nil || r.unitIndex(c.Value) < 0 || !r.own.Directs(r.Exercise.ID) || r.kind() != nil {
		return nil //nolint:nilerr // nobody looks as a unit; where answers are sealed nobody may
	}
	r.viewAs = c.Value
	r.Access = r.seenAs(r.own)
	if r.Method == http.MethodPost {
		return &web.UserError{Text: r.T("excon.as_read_only")}
	}
	return nil
}

// seenAs is what somebody sees who may do so much: a director who looks as a unit
// sees what a player of it does.
func (r *Request) seenAs(a access.Access) access.Access {
	if r.viewAs == "" || !a.Directs(r.Exercise.ID) {
		return a
	}
	player := auth.Grant{Person: nobody, Scope: access.In(r.Exercise.ID, r.viewAs), Role: string(access.Player)}
	return access.Of(&auth.Access{Person: nobody, Name: a.Name, Lang: a.Lang, ReadOnly: true, Grants: []auth.Grant{player}})
}

// viewAs begins to look as a unit, or ends it where the form names none.
func viewAs(r *Request) error {
	unit := r.PostFormValue("unit")
	if unit == "" {
		r.setViewAs("", -1)
		return r.RedirectWith(r.Path("/units"), "excon.as_ended")
	}
	if r.unitIndex(unit) < 0 || r.kind() != nil {
		return web.ErrNotFound
	}
	if err := r.Server.Auth.Record(r.Context(), r.own.Person, auth.ViewedAsUnit, r.Exercise.ID+" "+unit); err != nil {
		return err
	}
	r.setViewAs(unit, int(viewAsTime.Seconds()))
	return r.RedirectWith(r.Path("/desk/"+unit), "")
}

func (r *Request) setViewAs(unit string, age int) {
	http.SetCookie(r.Writer, &http.Cookie{ //nolint:gosec // as web.Request.SetCookie
		Name: viewAsCookie, Value: unit, Path: r.Path("/"), MaxAge: age, HttpOnly: true, Secure: r.Server.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// openAlarms is how many reports of something REAL wait for EXCON.
func (r *Request) openAlarms() (n int) {
	r.Exercise.Live.Now(func(m *follow.Moment) {
		for v := range m.State.Reports() {
			if v.Open {
				n++
			}
		}
	})
	return n
}
