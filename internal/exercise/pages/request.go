package pages

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/archived"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/schedule"
	"renkei/internal/web"
)

// Deps are what the pages of exercises work with.
type Deps struct {
	Host Host
	// Joined is called when people have replaced a simulated team; nil for nothing.
	Joined Joined
	// Dates say when exercises are to take place.
	Dates *schedule.Store
	// Archived says which exercises are archived.
	Archived *archived.Store
	// Kinds are those of packs beside exercises.
	Kinds []Kind
	Chat  Chat // nil for none
	Mail  Mail // nil for none
	// Outbox sends what is to be said outside; nil for nothing.
	Outbox Outbox
}

// Request is one request about an exercise, or about exercises.
type Request struct {
	*web.Request
	Access    access.Access // what the asker may do in exercises
	Deps      *Deps
	Exercise  *hosting.Exercise // of a route below /x/{exercise}; the asker takes part in it
	Unit      string            // of a route with {unit}; the asker may read it
	UnitIndex int               // its number in the cast

	own    access.Access // what the asker may do when not looking as a unit
	viewAs string        // the unit as which a director looks; "" for none
	ofKind *Kind         // of the exercise; nil for an exercise as others are
}

// NewRequest returns a request about exercises, of none in particular.
func NewRequest(r *web.Request, d *Deps) *Request {
	a := access.Of(r.Access)
	return &Request{Request: r, Access: a, own: a, Deps: d, UnitIndex: -1}
}

// need decides whether somebody may use a route, of an exercise and a unit
// where its address names them. Without one anybody may, signed in or not.
type need func(a access.Access, exercise, unit string) bool

// Known lets everybody in who is signed in.
func Known(a access.Access, _, _ string) bool { return a.Known() }

// IsSecretary lets the secretariat in.
func IsSecretary(a access.Access, _, _ string) bool { return a.Secretary() }

// TakesPart lets in whoever has a role in the exercise.
func TakesPart(a access.Access, ex, _ string) bool { return a.Takes(ex) }

// Observes lets in whoever may read what EXCON reads.
func Observes(a access.Access, ex, _ string) bool { return a.Observes(ex) }

// Controls lets EXCON in.
func Controls(a access.Access, ex, _ string) bool { return a.Controls(ex) }

// Directs lets the director in.
func Directs(a access.Access, ex, _ string) bool { return a.Directs(ex) }

// ReadsUnit lets in whoever may read the unit's pages.
func ReadsUnit(a access.Access, ex, unit string) bool { return a.Reads(ex, unit) }

// PlaysUnit lets in whoever acts for the unit.
func PlaysUnit(a access.Access, ex, unit string) bool { return a.Plays(ex, unit) }

// ControlsCells lets in the national controller of the team.
func ControlsCells(a access.Access, ex, unit string) bool { return a.Has(access.National, ex, unit) }

// MarksUnit lets in evaluators of the unit, and those of EXCON who look at the marks.
func MarksUnit(a access.Access, ex, unit string) bool {
	return a.Evaluates(ex, unit) || a.Controls(ex)
}

// Route is an address of the exercise's pages, who may use it, and what it does.
type Route struct {
	Pattern  string
	Need     need
	Handle   func(*Request) error
	Limit    int64 // of the body in bytes; 0 for that of web.Route
	Upload   bool  // it takes a file
	Stream   bool  // as in web.Route
	Own      bool  // the asker is who they are, also while they look as a unit
	Replaced bool  // exercises of a kind of their own have no such page: it leads to their place, and nothing can be sent to it
}

// Register makes the routes those of the shell.
func Register(d *Deps, routes []Route) []web.Route {
	all := make([]web.Route, len(routes))
	for i, rt := range routes {
		if rt.Need == nil {
			all[i] = web.Route{Pattern: rt.Pattern, Handle: func(r *web.Request) error { return rt.Handle(NewRequest(r, d)) }}
			continue
		}
		all[i] = web.Route{
			Pattern: rt.Pattern, Limit: rt.Limit, Upload: rt.Upload, Stream: rt.Stream,
			Need: func(r *web.Request) error { return enterExercise(d, r, rt) },
			Handle: func(r *web.Request) error {
				x, ok := r.Place().(*Request)
				if !ok {
					return web.ErrNotFound
				}
				if rt.Replaced {
					if k := x.kind(); k != nil && r.Method == http.MethodGet {
						return x.Back(k.Home(x))
					} else if k != nil {
						return web.ErrNotFound
					}
				}
				return rt.Handle(x)
			},
		}
	}
	return all
}

// enterExercise finds the exercise and the unit that the address names, and
// whether the route is the asker's.
func enterExercise(d *Deps, r *web.Request, rt Route) error {
	x := NewRequest(r, d)
	if err := x.findPlace(); err != nil {
		return err
	}
	x.findKind()
	if !rt.Own {
		if err := x.lookAsUnit(); err != nil {
			return err
		}
	}
	noUnit := strings.Contains(rt.Pattern, "{unit...}") && x.UnitIndex < 0
	if noUnit || !rt.Need(x.Access, r.PathValue("exercise"), x.Unit) {
		return web.ErrNotFound
	}
	r.Enter(x)
	if x.Exercise != nil {
		if !rt.Stream {
			x.arrive()
		}
		if !rt.Stream && !x.IsPart() && !x.ByScript() { // those have no frame
			r.SetFrame(x.frameOf())
		}
	}
	return nil
}

// findPlace finds the exercise and the unit that the address names.
func (r *Request) findPlace() error {
	id := r.PathValue("exercise")
	if id == "" {
		return nil
	}
	if !r.Access.Takes(id) {
		return web.ErrNotFound
	}
	hosted, err := r.Deps.Host.Exercise(r.Context(), id)
	if errors.Is(err, hosting.ErrNotFound) {
		return web.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("find exercise: %w", err)
	}
	r.Exercise, r.Unit = hosted, r.PathValue("unit")
	if r.Unit != "" {
		r.UnitIndex = r.unitIndex(r.Unit)
	}
	return nil
}

// unitIndex is the number of a unit in the cast; -1 for none.
func (r *Request) unitIndex(key string) (index int) {
	r.Exercise.Live.Now(func(m *follow.Moment) {
		u, ok := m.State.Play().Cast.Index(key)
		if index = u; !ok {
			index = -1
		}
	})
	return index
}

// Path is an address within the exercise; words are escaped, slashes of a unit
// stay.
func (r *Request) Path(rest string) string { return "/x/" + url.PathEscape(r.Exercise.ID) + rest }

// Do gives a command in the asker's name, for the unit or, with "", as who the
// asker is by role, and returns when the pages show it. The form's key makes a
// form that was sent twice work once; one that gives several commands gives
// each a suffix of its own.
func (r *Request) Do(suffix, unit string, action exercise.Action) error {
	key := r.PostFormValue("key")
	if key == "" || len(key) > 100 {
		return web.ErrForm
	}
	actor := r.Access.Actor(r.Exercise.ID, unit)
	res, err := r.Exercise.Do(r.Context(), exercise.Command{Key: key + suffix, Actor: actor, Do: action})
	if err != nil {
		return err
	}
	return r.Exercise.Live.Wait(r.Context(), res.Last)
}

// Control gives a command of EXCON.
func (r *Request) Control(action exercise.Action) error { return r.Do("", "", action) }

// Act gives a command of the request's unit.
func (r *Request) Act(action exercise.Action) error { return r.Do("", r.Unit, action) }

// Redisplay answers a form that was refused with the page from which it came; see
// [Request.again].
func (r *Request) Redisplay(err error, form, to string, show func(*Request) error) error {
	return r.Request.Redisplay(err, form, to, func() error { return show(r) })
}

// ExerciseTarget says to what a grant leads; nil for one that is of no exercise.
func ExerciseTarget(r *Request, g auth.Grant) (*web.Target, error) {
	if g.Area != access.Area {
		return nil, nil //nolint:nilnil // no grant of an exercise
	}
	x, err := r.Deps.Host.Exercise(r.Context(), g.Object)
	if errors.Is(err, hosting.ErrNotFound) {
		return nil, web.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	t := &web.Target{Path: ExercisePath(g.Object), Text: r.T("link.to", web.Args(
		"Role", r.T("role."+g.Role), "Exercise", r.TitleOf(x), "Unit", r.UnitName(x, g.Part)))}
	if t.When, err = r.When(x, g.Part); err != nil {
		return nil, err
	}
	if g.Role == string(access.Player) {
		t.Join = func(ctx context.Context) (string, error) { return replaceBot(ctx, r.Deps, x, g.Part) }
	}
	return t, nil
}

// replaceBot gives a unit to somebody who has come to play it.
func replaceBot(ctx context.Context, d *Deps, x *hosting.Exercise, unit string) (said string, err error) {
	replaced, err := x.ReplaceBot(ctx, unit)
	if err != nil || !replaced {
		return "", err
	}
	if d.Joined != nil {
		return d.Joined(ctx, x, unit)
	}
	return "said.replaced_bot", nil
}
