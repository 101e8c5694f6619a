package web

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// request is one request with who asks, in which language, and about what.
type request struct {
	*http.Request
	s      *server
	w      http.ResponseWriter
	access *auth.Access
	p      *i18n.Printer
	hall   *Hall  // of a route below /x/{exercise}; the asker takes part in it
	unit   string // of a route with {unit}; the asker may read it
	failed bool   // the answer is an error page: there is no coming back to it
}

// Errors that become a page.
var (
	// errAbsent is what is not there, and what is not the asker's.
	errAbsent = errors.New("web: absent")
	// errStranger means that one must sign in first.
	errStranger = errors.New("web: not signed in")
	// errForm is a form that this program did not make.
	errForm = errors.New("web: bad form")
)

const (
	sessionCookie  = "renkei"
	languageCookie = "lang"
)

// guard finds out who asks, refuses what is not theirs, and turns errors into
// pages.
func (s *server) guard(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r := &request{Request: hr, s: s, w: w, p: s.Texts.For(wishes(hr)...), access: &auth.Access{}}
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

// admit looks who asks and whether the route is theirs.
func (r *request) admit(rt route) error {
	if c, err := r.Cookie(r.s.cookieName()); err == nil {
		if r.access, err = r.s.Auth.Access(r.Context(), c.Value); err != nil {
			r.access = &auth.Access{}
			return err
		}
	}
	if rt.need == nil {
		return nil
	}
	if !r.access.Known() {
		return errStranger
	}
	if id := r.PathValue("exercise"); id != "" {
		hall, ok := r.s.Hall(id)
		if !ok || !r.access.Takes(id) {
			return errAbsent
		}
		r.hall, r.unit = hall, r.PathValue("unit")
	}
	if !rt.need(r.access, r.PathValue("exercise"), r.unit) || r.unit != "" && r.unitIndex() < 0 {
		return errAbsent
	}
	return nil
}

// unitIndex is the number of the request's unit in the cast; -1 for none.
func (r *request) unitIndex() int {
	index := -1
	r.hall.Live.View(func(st *exercise.State) {
		for i, u := range st.Play().Cast.Units {
			if u.Key == r.unit {
				index = i
			}
		}
	})
	return index
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

// show writes a page or a part of one, packed for poor links.
func (r *request) show(status int, c templ.Component) error {
	h := r.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding")
	if !r.takesGzip() {
		r.w.WriteHeader(status)
		return r.write(c, r.w)
	}
	h.Set("Content-Encoding", "gzip")
	r.w.WriteHeader(status)
	packed := gzip.NewWriter(r.w)
	return errors.Join(r.write(c, packed), packed.Close())
}

func (r *request) write(c templ.Component, w io.Writer) error {
	if err := c.Render(r.Context(), w); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

func (r *request) takesGzip() bool { return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") }

// back leads to a page after a form has done its work.
func (r *request) back(path string) error {
	http.Redirect(r.w, r.Request, path, http.StatusSeeOther)
	return nil
}

// do gives a command in the asker's name, and returns when the pages show it.
// The form's key makes a form that was sent twice work once.
func (r *request) do(actor exercise.Actor, action exercise.Action) error {
	key := r.PostFormValue("key")
	if key == "" || len(key) > 100 {
		return errForm
	}
	res, err := r.hall.Do(r.Context(), exercise.Command{Key: key, Actor: actor, Do: action})
	if err != nil {
		return err
	}
	return r.hall.Live.Wait(r.Context(), res.Last)
}

// fail answers with the page of an error.
func (r *request) fail(err error) {
	status, key := http.StatusInternalServerError, "broken"
	var refused *exercise.Refusal
	switch {
	case errors.Is(err, errStranger) && r.Method == http.MethodGet && !r.isPart():
		_ = r.back("/") // a redirect cannot fail
		return
	case errors.Is(err, errStranger), errors.Is(err, errAbsent):
		status, key = http.StatusNotFound, "absent"
	case errors.Is(err, errForm):
		status, key = http.StatusBadRequest, "form"
	case errors.Is(err, auth.ErrBusy):
		status, key = http.StatusServiceUnavailable, "busy"
	case errors.As(err, &refused):
		r.failText(http.StatusConflict, r.p.T("refusal."+refused.Code, refused.Args))
		return
	case errors.Is(err, context.Canceled):
		return // nobody waits for the answer
	default:
		r.s.Log.Error("request_failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	r.failText(status, r.t("error."+key))
}

func (r *request) failText(status int, text string) {
	r.failed = true
	if err := r.show(status, errorPage(r, text)); err != nil {
		r.s.Log.Warn("error_page_failed", "error", err)
	}
}

// isPart reports whether htmx asks for a part of a page.
func (r *request) isPart() bool { return strings.EqualFold(r.Header.Get("HX-Request"), "true") }
