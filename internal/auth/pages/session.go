package authpages

import (
	"errors"
	"net/http"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/web"
)

// wanted is where somebody wanted to go before signing in.
func wanted(r *web.Request) string { return web.Local(r.FormValue("to")) }

// signIn begins a session with login and password.
func signIn(r *web.Request) error {
	if err := r.Allow(limit.SignInAddress, r.RemoteAddr); err != nil {
		return err
	}
	login := auth.FoldLogin(r.PostFormValue("login"))
	if err := r.Allow(limit.SignInLogin, login); err != nil {
		return err
	}
	session, err := r.Server.Auth.SignIn(r.Context(), r.PostFormValue("login"), r.PostFormValue("password"), r.UserAgent())
	if errors.Is(err, auth.ErrSignIn) {
		return r.Show(http.StatusUnprocessableEntity, SignInPage(r, r.T("sign_in.wrong")))
	}
	if err != nil {
		return err
	}
	r.Server.Limits.Forget(limit.SignInLogin, login)
	if err := enter(r, session); err != nil {
		return err
	}
	return r.Back(web.Local(r.PostFormValue("to")))
}

func signOut(r *web.Request) error {
	c, err := r.Cookie(r.Server.CookieName())
	if err != nil {
		return web.ErrForm // known people have one
	}
	if err := r.Server.Auth.SignOut(r.Context(), c.Value); err != nil {
		return err
	}
	r.SetCookie(r.Server.CookieName(), "", -1)
	return r.Back("/")
}

// enter lets somebody in with a new session. The one that their browser had is
// over: its cookie is lost, and nobody could end it.
func enter(r *web.Request, session string) error {
	r.SetCookie(r.Server.CookieName(), session, 0)
	old, err := r.Cookie(r.Server.CookieName())
	if err != nil {
		return nil //nolint:nilerr // there was none
	}
	return r.Server.Auth.SignOut(r.Context(), old.Value)
}
