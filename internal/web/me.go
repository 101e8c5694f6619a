package web

import (
	"errors"
	"net/http"
	"time"

	"renkei/internal/auth"
	"renkei/internal/store"
)

func meRoutes() []route {
	return []route{
		{pattern: "GET /me", need: known, handle: showMe},
		{pattern: "POST /me/password", need: known, handle: setPassword},
		{pattern: "POST /me/session", need: known, handle: endSession},
		{pattern: "POST /me/token", need: known, handle: makeToken},
		{pattern: "POST /me/token/drop", need: known, handle: dropToken},
	}
}

// me is what somebody can do about their own access.
type me struct {
	sessions []auth.Session
	tokens   []auth.Token
	secret   string // of a token just made
}

func showMe(r *request) error { return r.showMe("") }

// showMe shows the page of one's own account, with the secret of a new token,
// which is shown this once.
func (r *request) showMe(secret string) error {
	m := me{secret: secret}
	var err error
	if m.sessions, err = r.s.Auth.Sessions(r.Context(), r.access.Person); err != nil {
		return err
	}
	if m.tokens, err = r.s.Auth.Tokens(r.Context(), r.access.Person); err != nil {
		return err
	}
	return r.show(http.StatusOK, mePage(r, &m))
}

func setPassword(r *request) error {
	c, err := r.Cookie(r.s.cookieName())
	if err != nil {
		return errForm // known people have one
	}
	err = r.s.Auth.SetPassword(r.Context(), r.access.Person, r.PostFormValue("old"), r.PostFormValue("password"), c.Value)
	if errors.Is(err, auth.ErrPassword) {
		return &problem{r.t("password.old_wrong")}
	}
	if errors.Is(err, store.ErrNotFound) { // whoever came by a link has none
		return errAbsent
	}
	if text := r.linkProblem(err); text != "" {
		return &problem{text}
	}
	if err != nil {
		return err
	}
	return r.done("/me", "said.password")
}

// endSession ends one session, or all but the asker's own.
func endSession(r *request) error {
	if id := r.PostFormValue("id"); id != "" {
		err := r.s.Auth.EndSession(r.Context(), r.access.Person, r.access.Person, id)
		if err != nil && !errors.Is(err, store.ErrNotFound) { // over already
			return err
		}
		return r.done("/me", "said.session")
	}
	all, err := r.s.Auth.Sessions(r.Context(), r.access.Person)
	for _, s := range all {
		if s.ID != r.access.Session && err == nil {
			err = r.s.Auth.EndSession(r.Context(), r.access.Person, r.access.Person, s.ID)
		}
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return r.done("/me", "said.session")
}

// tokenTimes are how long a token may be good, in days.
func tokenTimes() []int { return []int{7, 30, 90, 365} }

func makeToken(r *request) error {
	days, err := r.oneOf("days", tokenTimes())
	if err != nil {
		return err
	}
	secret, err := r.s.Auth.NewToken(r.Context(), r.access.Person, r.PostFormValue("name"), time.Duration(days)*24*time.Hour)
	switch {
	case errors.Is(err, auth.ErrName):
		return &problem{r.t("token.name_needed")}
	case errors.Is(err, auth.ErrAccount):
		return &problem{r.t("token.account_needed")}
	case errors.Is(err, auth.ErrTokens):
		return &problem{r.t("token.many")}
	case err != nil:
		return err
	}
	return r.showMe(secret)
}

func dropToken(r *request) error {
	err := r.s.Auth.DropToken(r.Context(), r.access.Person, r.access.Person, r.PostFormValue("id"))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return r.done("/me", "said.token")
}
