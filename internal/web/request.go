package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/i18n"
)

// request is one request with who asks, in which language, and about what.
type request struct {
	*http.Request
	s      *server
	w      http.ResponseWriter
	access access.Access
	p      *i18n.Printer
	hall   *Hall  // of a route below /x/{exercise}; the asker takes part in it
	unit   string // of a route with {unit}; the asker may read it
	u      int    // its number in the cast
	said   string // what the next page confirms
	failed bool   // the answer is an error page: there is no coming back to it
	typed  *typed // what a form held that was refused; nil for none
}

// Errors that become a page.
var (
	// errAbsent is what is not there, and what is not the asker's.
	errAbsent = errors.New("web: absent")
	// errStranger means that one must sign in first.
	errStranger = errors.New("web: not signed in")
	// errForm is a form that this program did not make.
	errForm = errors.New("web: bad form")
	// errCross is a form that another site sent.
	errCross = errors.New("web: from another site")
)

// problem is what somebody can mend, in a sentence of theirs.
type problem struct{ text string }

func (p *problem) Error() string { return p.text }

const (
	sessionCookie  = "renkei"
	languageCookie = "lang"
	saidCookie     = "said"
)

// guard finds out who asks, refuses what is not theirs, and turns errors into
// pages.
func (s *server) guard(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		limit := rt.limit
		if limit == 0 {
			limit = maxForm
		}
		hr.Body = http.MaxBytesReader(w, hr.Body, limit)
		r := &request{Request: hr, s: s, w: w, p: s.Texts.For(wishes(hr)...), access: access.Of(nil)}
		if err := r.admit(rt); err != nil {
			r.fail(err)
			return
		}
		if err := rt.handle(r); err != nil {
			r.fail(err)
		}
	})
}

// wishes are the languages that somebody wants, the chosen one first.
func wishes(r *http.Request) []string {
	var all []string
	if c, err := r.Cookie(languageCookie); err == nil {
		all = append(all, c.Value)
	}
	return append(all, r.Header.Get("Accept-Language"))
}

// speak takes the language of who asks, where the browser says none.
func (r *request) speak() {
	if _, err := r.Cookie(languageCookie); err != nil && r.access.Lang != "" {
		r.p = r.s.Texts.For(r.access.Lang)
	}
}

// admit looks who asks and whether the route is theirs.
func (r *request) admit(rt route) error {
	if c, err := r.Cookie(r.s.cookieName()); err == nil {
		if r.access, err = access.From(r.s.Auth.Access(r.Context(), c.Value)); err != nil {
			return err
		}
		r.speak()
	}
	if err := r.count(rt); err != nil {
		return err
	}
	if rt.need == nil {
		return nil
	}
	if !r.access.Known() {
		return errStranger
	}
	if err := r.findPlace(); err != nil {
		return err
	}
	noUnit := strings.Contains(rt.pattern, "{unit...}") && r.u < 0
	if noUnit || !rt.need(r.access, r.PathValue("exercise"), r.unit) {
		return errAbsent
	}
	return nil
}

// findPlace finds the exercise and the unit that the address names.
func (r *request) findPlace() error {
	id := r.PathValue("exercise")
	if id == "" {
		return nil
	}
	if !r.access.Takes(id) {
		return errAbsent
	}
	hall, err := r.s.House.Hall(r.Context(), id)
	if errors.Is(err, ErrNoHall) {
		return errAbsent
	}
	if err != nil {
		return fmt.Errorf("find exercise: %w", err)
	}
	r.hall, r.unit, r.u = hall, r.PathValue("unit"), -1
	if r.unit != "" {
		r.hall.Live.Now(func(m *follow.Moment) {
			if u, ok := m.State.Play().Cast.Index(r.unit); ok {
				r.u = u
			}
		})
	}
	return nil
}

// cookieName is that of the session. Over TLS its prefix keeps other hosts
// from setting it.
func (s *server) cookieName() string {
	if s.Secure {
		return "__Host-" + sessionCookie
	}
	return sessionCookie
}

// t is a text of the pages.
func (r *request) t(key string, args ...i18n.Args) string { return r.p.T("web."+key, args...) }

// path is an address within the exercise; words are escaped, slashes of a unit
// stay.
func (r *request) path(rest string) string { return "/x/" + url.PathEscape(r.hall.ID) + rest }

// do gives a command in the asker's name, and returns when the pages show it.
// The form's key makes a form that was sent twice work once.
func (r *request) do(actor exercise.Actor, action exercise.Action) error {
	key := r.PostFormValue("key")
	if key == "" || len(key) > 100 {
		return errForm
	}
	return r.doAs(key, actor, action)
}

// doAs is do with a key of its own, for a form that gives several commands:
// each gets the form's key and a suffix.
func (r *request) doAs(key string, actor exercise.Actor, action exercise.Action) error {
	res, err := r.hall.Do(r.Context(), exercise.Command{Key: key, Actor: actor, Do: action})
	if err != nil {
		return err
	}
	return r.hall.Live.Wait(r.Context(), res.Last)
}

// control gives a command of EXCON.
func (r *request) control(action exercise.Action) error {
	return r.do(r.access.Actor(r.hall.ID, ""), action)
}

// act gives a command of the request's unit.
func (r *request) act(action exercise.Action) error {
	return r.do(r.access.Actor(r.hall.ID, r.unit), action)
}
