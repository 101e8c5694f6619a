package authpages

import (
	"errors"
	"net/http"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/web"
)

// MeRoutes are the addresses of one's own account.
func MeRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /me", Need: web.Known, Handle: showMe},
		{Pattern: "POST /me/password", Need: web.Known, Handle: setPassword},
		{Pattern: "POST /me/code", Need: web.Known, Handle: showCode},
		{Pattern: "POST /me/session", Need: web.Known, Handle: endSession},
		{Pattern: "POST /me/token", Need: web.Known, Handle: makeToken},
		{Pattern: "POST /me/token/drop", Need: web.Known, Handle: dropToken},
	}
}

// me is what somebody can do about their own access.
type me struct {
	sessions []auth.Session
	tokens   []auth.Token
	secret   string // of a token just made
	opens    bool   // a link of theirs opens on one more device
	code     *DeviceCode
}

func showMe(r *web.Request) error { return renderMe(r, "") }

// renderMe shows the page of one's own account, with the secret of a new token,
// which is shown this once.
func renderMe(r *web.Request, secret string) error {
	m, err := meOf(r)
	if err != nil {
		return err
	}
	m.secret = secret
	return r.Show(http.StatusOK, mePage(r, m))
}

// meOf reads what somebody can do about their own access.
func meOf(r *web.Request) (*me, error) {
	var m me
	var err error
	if m.sessions, err = r.Server.Auth.Sessions(r.Context(), r.Access.Person); err != nil {
		return nil, err
	}
	if m.tokens, err = r.Server.Auth.Tokens(r.Context(), r.Access.Person); err != nil {
		return nil, err
	}
	m.opens, err = r.Server.Auth.OpensFor(r.Context(), r.Access.Person)
	return &m, err
}

func setPassword(r *web.Request) error {
	c, err := r.Cookie(r.Server.CookieName())
	if err != nil {
		return web.ErrForm // known people have one
	}
	if err := r.Allow(limit.Password, r.Access.Person); err != nil {
		return err
	}
	err = r.Server.Auth.SetPassword(r.Context(), r.Access.Person, r.PostFormValue("old"), r.PostFormValue("password"), c.Value)
	if errors.Is(err, auth.ErrPassword) {
		logFailed(r, "password")
		return &web.UserError{Text: r.T("password.old_wrong")}
	}
	if errors.Is(err, auth.ErrNotFound) { // whoever came by a link has none
		return web.ErrNotFound
	}
	if text := linkProblem(r, err); text != "" {
		return &web.UserError{Text: text}
	}
	if err != nil {
		return err
	}
	return r.RedirectWith("/me", "said.password")
}

// endSession ends one session, or all but the asker's own.
func endSession(r *web.Request) error {
	if id := r.PostFormValue("id"); id != "" {
		err := r.Server.Auth.EndSession(r.Context(), r.Access.Person, r.Access.Person, id)
		if err != nil && !errors.Is(err, auth.ErrNotFound) { // over already
			return err
		}
		return r.RedirectWith("/me", "said.session")
	}
	all, err := r.Server.Auth.Sessions(r.Context(), r.Access.Person)
	for _, s := range all {
		if s.ID != r.Access.Session && err == nil {
			err = r.Server.Auth.EndSession(r.Context(), r.Access.Person, r.Access.Person, s.ID)
		}
	}
	if err != nil && !errors.Is(err, auth.ErrNotFound) {
		return err
	}
	return r.RedirectWith("/me", "said.session")
}

// tokenTimes are how long a token may be good, in days.
func tokenTimes() []int { return []int{7, 30, 90, 365} }

func makeToken(r *web.Request) error {
	days, err := r.OneOf("days", tokenTimes())
	if err != nil {
		return err
	}
	secret, err := r.Server.Auth.NewToken(r.Context(), r.Access.Person, r.PostFormValue("name"), time.Duration(days)*24*time.Hour)
	switch {
	case errors.Is(err, auth.ErrName):
		return &web.UserError{Text: r.T("token.name_needed")}
	case errors.Is(err, auth.ErrAccount):
		return &web.UserError{Text: r.T("token.account_needed")}
	case errors.Is(err, auth.ErrTokens):
		return &web.UserError{Text: r.T("token.many")}
	case err != nil:
		return err
	}
	return renderMe(r, secret)
}

func dropToken(r *web.Request) error {
	err := r.Server.Auth.DropToken(r.Context(), r.Access.Person, r.Access.Person, r.PostFormValue("id"))
	if err != nil && !errors.Is(err, auth.ErrNotFound) {
		return err
	}
	return r.RedirectWith("/me", "said.token")
}
