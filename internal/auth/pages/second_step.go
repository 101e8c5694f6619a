package authpages

import (
	"errors"
	"net/http"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/web"
)

// stepCookie is the name of the cookie of who has given a password and is asked
// for more.
func stepCookie(r *web.Request) string { return r.Server.CookieName() + "-step" }

// stepAge is how long the cookie stays in seconds; the step itself ends by
// itself.
const stepAge = 600

// askSecond leads who has given the right password to the second factor.
func askSecond(r *web.Request, step string) error {
	r.SetCookie(stepCookie(r), step, stepAge)
	return r.Back("/sign-in/second?to=" + web.Escape(wanted(r)))
}

func stepOf(r *web.Request) string {
	c, err := r.Cookie(stepCookie(r))
	if err != nil {
		return ""
	}
	return c.Value
}

// secondStep is somebody at the second factor.
type secondStep struct {
	auth.Waiting
	ceremony
	problem string
}

func showSecondStep(r *web.Request) error { return renderStep(r, http.StatusOK, "") }

// renderStep asks for a second factor. Who has not given a password, or too long
// ago, begins anew.
func renderStep(r *web.Request, status int, problem string) error {
	s := secondStep{problem: problem}
	var err error
	s.Waiting, err = r.Server.Auth.Waiting(r.Context(), stepOf(r))
	if err == nil && s.Passkey && passkeysWork(siteOf(r)) {
		s.options, err = r.Server.Auth.OfferPasskey(r.Context(), stepOf(r), siteOf(r))
	}
	if errors.Is(err, auth.ErrStep) {
		return beginAnew(r)
	}
	if err != nil {
		return err
	}
	return r.Show(status, stepPage(r, &s))
}

func beginAnew(r *web.Request) error {
	return r.Show(http.StatusUnprocessableEntity, SignInPage(r, r.T("second.over")))
}

func signInCode(r *web.Request) error {
	return shown(r, func(step string) (string, error) {
		return r.Server.Auth.SignInCode(r.Context(), step, r.PostFormValue("code"), r.UserAgent())
	})
}

func signInPasskey(r *web.Request) error {
	return shown(r, func(step string) (string, error) {
		return r.Server.Auth.SignInPasskey(r.Context(), step, siteOf(r), []byte(r.PostFormValue("answer")), r.UserAgent())
	})
}

// shown begins the session of who shows a second factor. Attempts are counted by
// person, and of a browser that is known by itself: whoever has found out the
// password does not keep the owner out.
func shown(r *web.Request, signIn func(step string) (session string, err error)) error {
	step, device := stepOf(r), deviceOf(r)
	waiting, err := r.Server.Auth.Waiting(r.Context(), step)
	if errors.Is(err, auth.ErrStep) {
		return beginAnew(r)
	}
	if err != nil {
		return err
	}
	key := waiting.Person
	if known, err := r.Server.Auth.KnowsDeviceOf(r.Context(), waiting.Person, device); err != nil {
		return err
	} else if known {
		key = deviceKey(key, device)
	}
	if err := r.Allow(limit.SecondFactor, key); err != nil {
		return err
	}
	session, err := signIn(step)
	switch {
	case errors.Is(err, auth.ErrStep):
		return beginAnew(r)
	case errors.Is(err, auth.ErrCode):
		logFailed(r, "code")
		return renderStep(r, http.StatusUnprocessableEntity, r.T("second.wrong"))
	case err != nil:
		return err
	}
	r.Server.Limits.Forget(limit.SecondFactor, key)
	r.SetCookie(stepCookie(r), "", -1)
	if err := enter(r, session); err != nil {
		return err
	}
	return r.Back(wanted(r))
}

// codeHint says which codes are taken.
func codeHint(r *web.Request, s *secondStep) string {
	switch {
	case s.TOTP && s.Codes:
		return r.T("second.code_any")
	case s.TOTP:
		return r.T("second.code_app")
	}
	return r.T("second.code_recovery")
}
