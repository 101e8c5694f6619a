package pages

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"renkei/internal/auth"
	communitypages "renkei/internal/community/pages"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/schedule"
	"renkei/internal/web"
)

// homeView is what somebody takes part in.
type homeView struct {
	mine   []hosting.Summary
	others []hosting.Summary // for a secretary: those in which they do not
	fresh  []communitypages.MadeLink
	when   map[string]schedule.Date // by exercise, where something was said

	archive  bool // those that are archived are shown, and no others
	archived int  // how many there are for the reader
}

// ExerciseHome shows on the start page what one takes part in; a secretary also
// what they do not.
func ExerciseHome(r *Request) (*web.Home, error) {
	return r.Home(nil)
}

// Home returns what the start page shows of exercises, with links that were just made.
func (r *Request) Home(fresh []communitypages.MadeLink) (*web.Home, error) {
	v := homeView{fresh: fresh, archive: r.URL.Path == "/exercises" && r.URL.Query().Has("archived")}
	away, err := r.Deps.Archived.All(r.Context())
	if err != nil {
		return nil, err
	}
	shown := func(id string) bool { return away[id].IsZero() != v.archive }
	for id := range away {
		if r.Access.Takes(id) || r.Access.Secretary() {
			v.archived++
		}
	}
	if v.mine, err = r.Deps.Host.List(r.Context(), func(id string) bool { return shown(id) && r.Access.Takes(id) }); err != nil {
		return nil, err
	}
	v.when = map[string]schedule.Date{}
	for _, h := range v.mine {
		if v.when[h.ID], err = r.Deps.Dates.Date(r.Context(), h.ID); err != nil {
			return nil, err
		}
	}
	if r.Access.Secretary() {
		if v.others, err = r.Deps.Host.List(r.Context(), func(id string) bool { return shown(id) && !r.Access.Takes(id) }); err != nil {
			return nil, err
		}
	}
	h := &web.Home{Part: homePart(r, &v)}
	if len(v.mine) == 1 && len(r.Access.Grants) == 1 && r.Access.Login == "" {
		h.Only = ExercisePath(v.mine[0].ID)
	}
	return h, nil
}

// InviteDirector makes a link for a director of an exercise in which nobody may
// be left who could: as after a backup was restored.
func InviteDirector(r *Request) error {
	id := r.PostFormValue("exercise")
	all, err := r.Deps.Host.List(r.Context(), func(got string) bool { return got == id })
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return web.ErrNotFound
	}
	base, err := r.Base()
	if err != nil {
		return err
	}
	secret, err := r.Server.Auth.Invite(r.Context(), r.Access.Person, auth.Grant{Scope: access.In(id, ""), Role: string(access.Director)}, 24*time.Hour)
	if err != nil {
		return err
	}
	h, err := r.Home([]communitypages.MadeLink{{Role: communitypages.RoleWord(r.Request, access.Director), Name: r.ListedTitle(&all[0]), URL: base + "/in/" + secret}})
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, web.StartPage(r.Request, []*web.Home{h}))
}

// ExercisePath is the address at which an exercise leads everybody to their own
// place.
func ExercisePath(id string) string { return "/x/" + url.PathEscape(id) + "/" }

// Place leads to where somebody works.
func Place(r *Request) error {
	if k := r.kind(); k != nil {
		return r.Back(k.Home(r))
	}
	if r.Access.Observes(r.Exercise.ID) {
		return r.Back(r.Path("/board"))
	}
	for _, unit := range r.Access.Units(r.Exercise.ID) {
		if r.Access.Plays(r.Exercise.ID, unit) {
			return r.Back(r.Path("/desk/" + unit))
		}
	}
	if units := Evaluated(r.Access, r.Exercise.ID); len(units) == 1 {
		return r.Back(r.Path("/evaluate/" + units[0]))
	}
	return r.Back(r.Path("/evaluate"))
}

// ListedTitle is the title of an exercise in a list, in the reader's language.
func (r *Request) ListedTitle(l *hosting.Summary) string {
	if title := l.Title.In(r.Printer.Lang(), "en"); title != "" {
		return title
	}
	for _, lang := range slices.Sorted(maps.Keys(l.Title)) {
		return l.Title[lang]
	}
	return l.ID
}

// TitleOf is the title of an exercise in the reader's language.
func (r *Request) TitleOf(h *hosting.Exercise) (title string) {
	h.Live.Now(func(m *follow.Moment) { title = (&Moment{Moment: m, State: m.State, Request: r}).Title() })
	return title
}

// UnitName is the name of a unit in the reader's language, of a cell with its
// team; "" for none.
func (r *Request) UnitName(h *hosting.Exercise, key string) (name string) {
	h.Live.Now(func(m *follow.Moment) { name = (&Moment{Moment: m, State: m.State, Request: r}).FullName(key) })
	return name
}
