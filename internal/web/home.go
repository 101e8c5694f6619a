package web

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/i18n"
	"renkei/internal/live"
)

// home asks who one is, or shows what one takes part in.
func home(r *request) error {
	if !r.access.Known() {
		return r.show(http.StatusOK, signInPage(r, ""))
	}
	mine, err := r.s.House.List(r.Context(), r.access.Takes)
	if err != nil {
		return err
	}
	if len(mine) == 1 && len(r.access.Grants) == 1 {
		return r.back("/x/" + url.PathEscape(mine[0].ID) + "/")
	}
	return r.show(http.StatusOK, homePage(r, mine))
}

// wanted is where somebody wanted to go before signing in.
func (r *request) wanted() string { return local(r.FormValue("to")) }

// signIn begins a session with login and password.
func signIn(r *request) error {
	session, err := r.s.Auth.SignIn(r.Context(), r.PostFormValue("login"), r.PostFormValue("password"), r.UserAgent())
	if errors.Is(err, auth.ErrSignIn) {
		return r.show(http.StatusUnprocessableEntity, signInPage(r, r.t("sign_in.wrong")))
	}
	if err != nil {
		return err
	}
	r.setSession(session)
	return r.back(local(r.PostFormValue("to")))
}

// local is an address of ours; the start page in place of any other.
func local(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`) {
		return "/"
	}
	return to
}

func signOut(r *request) error {
	c, err := r.Cookie(r.s.cookieName())
	if err != nil {
		return errForm // known people have one
	}
	if err := r.s.Auth.SignOut(r.Context(), c.Value); err != nil {
		return err
	}
	r.setCookie(r.s.cookieName(), "", -1)
	return r.back("/")
}

// lookAtLink shows what a link is for. It takes nothing: mail scanners open
// links too.
func lookAtLink(r *request) error {
	g, err := r.s.Auth.Look(r.Context(), r.PathValue("link"))
	if errors.Is(err, auth.ErrLink) {
		if own, ok := r.s.Auth.Took(r.Context(), r.PathValue("link"), r.access.Person); ok {
			return r.back("/x/" + url.PathEscape(own.Exercise) + "/") // they open it once more
		}
		return r.show(http.StatusNotFound, errorPage(r, r.t("link.gone")))
	}
	if err != nil {
		return err
	}
	hall, err := r.s.House.Hall(r.Context(), g.Exercise)
	if errors.Is(err, ErrNoHall) {
		return errAbsent
	}
	if err != nil {
		return err
	}
	return r.show(http.StatusOK, linkPage(r, r.invitation(hall, auth.Role(g.Role), g.Unit), ""))
}

// invitation says to what a link leads.
func (r *request) invitation(h *Hall, role auth.Role, unit string) string {
	return r.t("link.to", i18n.Args{"Exercise": r.titleOf(h), "Role": r.t("role." + string(role)), "Unit": r.unitName(h, unit)})
}

func takeLink(r *request) error {
	session, g, err := r.s.Auth.Take(r.Context(), r.PathValue("link"), r.PostFormValue("name"), r.UserAgent())
	switch {
	case errors.Is(err, auth.ErrLink):
		return r.show(http.StatusNotFound, errorPage(r, r.t("link.gone")))
	case errors.Is(err, auth.ErrName):
		return r.show(http.StatusUnprocessableEntity, linkPage(r, "", r.t("link.name")))
	case err != nil:
		return err
	}
	r.setSession(session) // the link is taken, whatever comes now
	said := ""
	if r.s.Joined != nil {
		if said, err = r.s.Joined(r.Context(), auth.Role(g.Role), g.Exercise, g.Unit); err != nil {
			return err
		}
	}
	return r.done("/x/"+url.PathEscape(g.Exercise)+"/", said)
}

func (r *request) setSession(secret string) { r.setCookie(r.s.cookieName(), secret, 0) }

// setCookie keeps a value in the browser: until it closes with age 0, not at
// all with an age below that.
func (r *request) setCookie(name, value string, age int) {
	http.SetCookie(r.w, &http.Cookie{ //nolint:gosec // without TLS, as on one's own machine, a secure cookie would be lost
		Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: r.s.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// setLanguage keeps the language that somebody chose, and goes back.
func setLanguage(r *request) error {
	lang := r.s.Texts.For(r.PostFormValue("lang")).Lang()
	r.setCookie(languageCookie, lang, int((365 * 24 * time.Hour).Seconds()))
	return r.back(local(r.PostFormValue("back")))
}

// place leads to where somebody works.
func place(r *request) error {
	if r.access.Observes(r.hall.ID) {
		return r.back(r.path("/board"))
	}
	unit := r.access.Units(r.hall.ID)[0]
	if !r.access.Plays(r.hall.ID, unit) {
		return r.back(r.path("/evaluate/" + unit))
	}
	return r.back(r.path("/desk/" + unit))
}

func healthy(r *request) error {
	r.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := r.w.Write([]byte("ok\n"))
	return err
}

// listedTitle is the title of an exercise in a list, in the reader's language.
func (r *request) listedTitle(l *Listed) string {
	if title := l.Title.In(r.p.Lang(), "en"); title != "" {
		return title
	}
	for _, lang := range slices.Sorted(maps.Keys(l.Title)) {
		return l.Title[lang]
	}
	return l.ID
}

// titleOf is the title of an exercise in the reader's language.
func (r *request) titleOf(h *Hall) (title string) {
	h.Live.Now(func(m *live.Moment) { title = (&scene{m, m.State, r}).title() })
	return title
}

// unitName is the name of a unit in the reader's language; "" for none.
func (r *request) unitName(h *Hall, key string) (name string) {
	h.Live.Now(func(m *live.Moment) { name = (&scene{m, m.State, r}).unitName(key) })
	return name
}

// ready says whether every exercise can be used: a load balancer asks.
func ready(r *request) error {
	r.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	ok, waiting := r.s.House.Ready()
	if !ok {
		r.w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, err := fmt.Fprintf(r.w, "ready: %v, exercises being opened: %d\n", ok, waiting)
	return err
}
