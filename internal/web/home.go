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
	"unicode"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
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
	if len(mine) == 1 && len(r.access.Grants) == 1 && r.access.Login == "" {
		return r.back(exercisePath(mine[0].ID))
	}
	return r.showHome(mine, nil)
}

// showHome shows what one takes part in; a secretary also what they do not,
// with a link that was just made.
func (r *request) showHome(mine []Listed, fresh []madeLink) error {
	var others []Listed
	if r.access.Secretary() {
		var err error
		if others, err = r.s.House.List(r.Context(), func(id string) bool { return !r.access.Takes(id) }); err != nil {
			return err
		}
	}
	return r.show(http.StatusOK, homePage(r, mine, others, fresh))
}

// inviteDirector makes a link for a director of an exercise in which nobody may
// be left who could: as after a backup was restored.
func inviteDirector(r *request) error {
	id := r.PostFormValue("exercise")
	all, err := r.s.House.List(r.Context(), func(got string) bool { return got == id })
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errAbsent
	}
	secret, err := r.s.Auth.Invite(r.Context(), r.access.Person, auth.Grant{Scope: access.In(id, ""), Role: string(access.Director)}, 24*time.Hour)
	if err != nil {
		return err
	}
	mine, err := r.s.House.List(r.Context(), r.access.Takes)
	if err != nil {
		return err
	}
	return r.showHome(mine, []madeLink{{role: roleWord(r, access.Director), name: r.listedTitle(&all[0]), url: r.base() + "/in/" + secret}})
}

// exercisePath is the address at which an exercise leads everybody to their own
// place.
func exercisePath(id string) string { return "/x/" + url.PathEscape(id) + "/" }

// wanted is where somebody wanted to go before signing in.
func (r *request) wanted() string { return local(r.FormValue("to")) }

// signIn begins a session with login and password.
func signIn(r *request) error {
	if err := r.allow(limit.SignInAddress, r.RemoteAddr); err != nil {
		return err
	}
	login := auth.FoldLogin(r.PostFormValue("login"))
	if err := r.allow(limit.SignInLogin, login); err != nil {
		return err
	}
	session, err := r.s.Auth.SignIn(r.Context(), r.PostFormValue("login"), r.PostFormValue("password"), r.UserAgent())
	if errors.Is(err, auth.ErrSignIn) {
		return r.show(http.StatusUnprocessableEntity, signInPage(r, r.t("sign_in.wrong")))
	}
	if err != nil {
		return err
	}
	r.s.Limits.Forget(limit.SignInLogin, login)
	if err := r.enter(session); err != nil {
		return err
	}
	return r.back(local(r.PostFormValue("to")))
}

// local is an address of ours; the start page in place of any other. Browsers
// drop tabs and line ends from an address, so that what holds one may become
// another's.
func local(to string) string {
	foreign := !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`)
	if foreign || strings.ContainsFunc(to, unicode.IsControl) {
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

// enter lets somebody in with a new session. The one that their browser had is
// over: its cookie is lost, and nobody could end it.
func (r *request) enter(session string) error {
	r.setCookie(r.s.cookieName(), session, 0)
	old, err := r.Cookie(r.s.cookieName())
	if err != nil {
		return nil //nolint:nilerr // there was none
	}
	return r.s.Auth.SignOut(r.Context(), old.Value)
}

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
	if r.access.Known() {
		if err := r.s.Auth.SetLanguage(r.Context(), r.access.Person, lang); err != nil {
			return err
		}
	}
	r.setCookie(languageCookie, lang, int((365 * 24 * time.Hour).Seconds()))
	return r.back(local(r.PostFormValue("back")))
}

// place leads to where somebody works.
func place(r *request) error {
	if r.access.Observes(r.hall.ID) {
		return r.back(r.path("/board"))
	}
	for _, unit := range r.access.Units(r.hall.ID) {
		if r.access.Plays(r.hall.ID, unit) {
			return r.back(r.path("/desk/" + unit))
		}
	}
	if units := evaluated(r.access, r.hall.ID); len(units) == 1 {
		return r.back(r.path("/evaluate/" + units[0]))
	}
	return r.back(r.path("/evaluate"))
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
	h.Live.Now(func(m *follow.Moment) { title = (&scene{m, m.State, r}).title() })
	return title
}

// unitName is the name of a unit in the reader's language; "" for none.
func (r *request) unitName(h *Hall, key string) (name string) {
	h.Live.Now(func(m *follow.Moment) { name = (&scene{m, m.State, r}).unitName(key) })
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
