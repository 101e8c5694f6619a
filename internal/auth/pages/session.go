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
	login, device := auth.FoldLogin(r.PostFormValue("login")), deviceOf(r)
	if err := maySignIn(r, login, device); err != nil {
		return err
	}
	session, err := r.Server.Auth.SignIn(r.Context(), login, r.PostFormValue("password"), r.UserAgent())
	if errors.Is(err, auth.ErrSignIn) {
		logFailed(r, "password")
		return r.Show(http.StatusUnprocessableEntity, SignInPage(r, r.T("sign_in.wrong")))
	}
	var second *auth.SecondError
	if err != nil && !errors.As(err, &second) {
		return err
	}
	r.Server.Limits.Forget(limit.SignInLogin, strangerKey(r, login))
	r.Server.Limits.Forget(limit.SignInDevice, deviceKey(login, device))
	if second != nil {
		return askSecond(r, second.Step)
	}
	if err := enter(r, session); err != nil {
		return err
	}
	return r.Back(web.Local(r.PostFormValue("to")))
}

// maySignIn counts an attempt to sign in. A browser with which the owner of the
// login has signed in before has a limit of its own; after that it is counted as
// any other. So strangers who try passwords keep the owner out of new browsers
// at most, and from one network not even of those elsewhere: OWASP, "Slow Down
// Online Guessing Attacks with Device Cookies".
func maySignIn(r *web.Request, login, device string) error {
	known, err := r.Server.Auth.KnowsDevice(r.Context(), login, device)
	if err != nil {
		return err
	}
	if known && r.Allow(limit.SignInDevice, deviceKey(login, device)) == nil {
		return nil
	}
	err = r.Allow(limit.SignInAddress, r.RemoteAddr)
	if err == nil {
		err = r.Allow(limit.SignInLogin, strangerKey(r, login))
	}
	if err == nil { // after the others, so that one network alone does not use it up
		err = r.Allow(limit.SignInAnywhere, login)
	}
	if err != nil && r.Allow(limit.SignInLine, r.RemoteAddr) == nil {
		logFailed(r, "limit")
	}
	return err
}

func strangerKey(r *web.Request, login string) string {
	return limit.Network(r.RemoteAddr) + " " + login
}

func deviceKey(login, device string) string { return device + " " + login }

// logFailed writes the line after which a guard such as fail2ban bars addresses.
// deploy/fail2ban has its pattern: nothing of what somebody typed may stand in
// it.
func logFailed(r *web.Request, reason string) {
	r.Server.Log.Warn("sign_in_failed", "address", limit.Plain(r.RemoteAddr), "reason", reason)
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

// guestAge is how long a browser keeps the session of somebody without an
// account, in seconds. The server decides when it ends.
const guestAge = 180 * 24 * 3600

// enter lets somebody in with a new session, and has their browser known. The
// session that it had is over: its cookie is lost, and nobody could end it.
func enter(r *web.Request, session string) error {
	a, err := r.Server.Auth.Access(r.Context(), session)
	if err != nil {
		return err
	}
	age := 0           // until the browser closes
	if a.Login == "" { // who has no password comes back by it alone
		age = guestAge
	}
	r.SetCookie(r.Server.CookieName(), session, age)
	device, good, err := r.Server.Auth.Recognise(r.Context(), session, deviceOf(r))
	if err != nil {
		return err
	}
	if device != "" {
		r.SetCookie(deviceCookie(r), device, int(good.Seconds()))
	}
	old, err := r.Cookie(r.Server.CookieName())
	if err != nil {
		return nil //nolint:nilerr // there was none
	}
	return r.Server.Auth.SignOut(r.Context(), old.Value)
}

// deviceCookie is the name of the cookie by which a browser is known.
func deviceCookie(r *web.Request) string { return r.Server.CookieName() + "-device" }

// deviceOf is the secret by which the browser is known; "" where it is not.
func deviceOf(r *web.Request) string {
	c, err := r.Cookie(deviceCookie(r))
	if err != nil {
		return ""
	}
	return c.Value
}
