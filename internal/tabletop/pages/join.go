package pages

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/tabletop/joining"
	"renkei/internal/web"
)

// Joining keeps which tabletops let people in with a code, and who heads a
// delegation.
type Joining interface {
	Open(ctx context.Context, exercise, person string) error
	Lock(ctx context.Context, exercise string) error
	Of(ctx context.Context, exercise string) (joining.Open, bool, error)
	With(ctx context.Context, code string) (joining.Open, bool, error)
	SetHead(ctx context.Context, exercise, unit, person string) error
	Heads(ctx context.Context, exercise string) (map[string]string, error)
}

// joinGood is how long somebody has for their name after they have chosen their
// delegation.
const joinGood = 15 * time.Minute

// joinView is what somebody sees who comes with a code.
type joinView struct {
	code    string // as it was typed
	title   string // of the tabletop; "" while no code leads to one
	problem string
	units   []unit
}

// joins are for the facilitator: whether people are let in, and who is there.
type joins struct {
	open   bool
	code   string
	people []seat
}

// seat is somebody who answers for a delegation.
type seat struct {
	person, name, unit, unitName string
	head                         bool
}

// askCode asks for the code on the projector.
func (p *places) askCode(r *xpages.Request) error {
	if code := joining.Clean(r.URL.Query().Get("code")); code != "" {
		return r.Back("/join/" + code)
	}
	return r.Show(http.StatusOK, joinPage(r, &joinView{}))
}

// showJoin lets who has the code choose a delegation. Who takes part already is
// led to their place.
func (p *places) showJoin(r *xpages.Request) error {
	v := &joinView{code: r.PathValue("code")}
	open, found, err := p.joinable(r, v)
	if err != nil {
		return err
	}
	if !found {
		v.problem = r.T("tabletop.join_bad")
		return r.Show(http.StatusNotFound, joinPage(r, v))
	}
	if r.Access.Takes(open.Exercise) {
		return r.Back(xpages.ExercisePath(open.Exercise))
	}
	return r.Show(r.Status(), joinPage(r, v))
}

// joinable finds the tabletop of a code and its delegations; false where there is
// none, or play is over.
func (p *places) joinable(r *xpages.Request, v *joinView) (open joining.Open, found bool, err error) {
	open, found, err = p.joining.With(r.Context(), v.code)
	if err != nil || !found {
		return open, false, err
	}
	hosted, err := r.Deps.Host.Exercise(r.Context(), open.Exercise)
	if errors.Is(err, hosting.ErrNotFound) {
		return open, false, nil
	}
	if err != nil {
		return open, false, err
	}
	over := false
	hosted.Live.Now(func(m *follow.Moment) {
		over = m.State.Phase() == exercise.Over
		langs := append([]string{r.Printer.Lang()}, m.State.Play().Pack.Languages...)
		for u, c := range m.State.Play().Cast.Units {
			if status := m.State.Unit(u).Status; c.IsTeam() && status != exercise.Absent && status != exercise.Withdrawn {
				v.units = append(v.units, unit{key: c.Key, name: c.Name.In(append(langs, "en")...)})
			}
		}
	})
	v.title = r.TitleOf(hosted)
	return open, !over, nil
}

// join makes a link for a seat in a delegation, and leads to it: from there on
// everything is as with a link that was handed out.
func (p *places) join(r *xpages.Request) error {
	v := &joinView{code: r.PathValue("code")}
	open, found, err := p.joinable(r, v)
	if err != nil {
		return err
	}
	key := r.PostFormValue("unit")
	switch {
	case !found:
		v.problem = r.T("tabletop.join_bad")
		return r.Show(http.StatusNotFound, joinPage(r, v))
	case r.Access.Takes(open.Exercise):
		return r.Back(xpages.ExercisePath(open.Exercise))
	case !slices.ContainsFunc(v.units, func(u unit) bool { return u.key == key }):
		v.problem = r.T("tabletop.join_choose")
		return r.Show(http.StatusUnprocessableEntity, joinPage(r, v))
	}
	seat := auth.Grant{Scope: access.In(open.Exercise, key), Role: string(access.Player)}
	link, err := r.Server.Auth.Invite(r.Context(), open.Person, seat, joinGood)
	if err != nil {
		return err
	}
	return r.Back("/in/" + link)
}

// joinsOf is who answers for which delegation.
func (p *places) joinsOf(r *xpages.Request) (*joins, error) {
	open, is, err := p.joining.Of(r.Context(), r.Exercise.ID)
	if err != nil {
		return nil, err
	}
	v := &joins{open: is}
	if is {
		v.code = open.Spaced()
	}
	heads, err := p.joining.Heads(r.Context(), r.Exercise.ID)
	if err != nil {
		return nil, err
	}
	holders, err := r.Server.Auth.GrantsIn(r.Context(), access.In(r.Exercise.ID, ""))
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		if h.Role == string(access.Player) {
			v.people = append(v.people, seat{
				person: h.Person, name: h.Name, unit: h.Part, unitName: r.UnitName(r.Exercise, h.Part), head: heads[h.Part] == h.Person,
			})
		}
	}
	return v, nil
}

// steerJoining lets people in or no more, makes somebody head of their delegation,
// and takes a seat back.
func (p *places) steerJoining(r *xpages.Request) error {
	var err error
	said := "tabletop.said.joining"
	switch person, key := r.PostFormValue("person"), r.PostFormValue("unit"); r.PostFormValue("do") {
	case "open":
		err = p.joining.Open(r.Context(), r.Exercise.ID, r.Access.Person)
	case "lock":
		err, said = p.joining.Lock(r.Context(), r.Exercise.ID), "tabletop.said.joining_locked"
	case "head", "plain", "remove":
		said = "tabletop.said.seat"
		err = p.steerSeat(r, r.PostFormValue("do"), person, key)
	default:
		return web.ErrForm
	}
	if err != nil {
		return r.Redisplay(err, "joining", tablePath(r), p.showTable)
	}
	return r.RedirectWith(tablePath(r), said)
}

// steerSeat changes the seat of somebody who answers for a delegation.
func (p *places) steerSeat(r *xpages.Request, do, person, key string) error {
	now, err := p.joinsOf(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(now.people, func(s seat) bool { return s.person == person && s.unit == key })
	if i < 0 {
		return &web.UserError{Text: r.T("tabletop.seat_gone")}
	}
	if do == "head" {
		return p.joining.SetHead(r.Context(), r.Exercise.ID, key, person)
	}
	if now.people[i].head {
		err = p.joining.SetHead(r.Context(), r.Exercise.ID, key, "")
	}
	if do == "remove" && err == nil {
		err = r.Server.Auth.Revoke(r.Context(), r.Access.Person, auth.Grant{Person: person, Scope: access.In(r.Exercise.ID, key), Role: string(access.Player)})
	}
	return err
}

// mayConfirm reports whether the reader confirms answers of their delegation: its
// head where it has one, else everybody.
func (p *places) mayConfirm(r *xpages.Request) (bool, error) {
	heads, err := p.joining.Heads(r.Context(), r.Exercise.ID)
	head := heads[r.Unit]
	return head == "" || head == r.Access.Person, err
}
