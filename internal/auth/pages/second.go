package authpages

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/auth/totp"
	"renkei/internal/web"
)

// SecondRoutes are the addresses of second factors: one's own, and at sign-in.
func SecondRoutes() []web.Route {
	own := func(pattern string, handle func(*web.Request) error) web.Route {
		return web.Route{Pattern: pattern, Need: web.Known, Handle: handle, Early: true}
	}
	return []web.Route{
		own("GET /me/second", showSecond),
		own("POST /me/second/account", makeOwnAccount),
		own("GET /me/second/app", showApp),
		own("POST /me/second/app", addApp),
		own("GET /me/second/passkey", showPasskey),
		own("POST /me/second/passkey", addPasskey),
		own("POST /me/second/name", nameFactor),
		own("POST /me/second/drop", dropFactor),
		own("POST /me/second/codes", makeCodes),
		own("POST /me/second/seen", seeReset),
		{Pattern: "GET /sign-in/second", Handle: showSecondStep},
		{Pattern: "POST /sign-in/second", Handle: signInCode},
		{Pattern: "POST /sign-in/passkey", Handle: signInPasskey},
	}
}

// second is what somebody has beside their password.
type second struct {
	factors  []auth.Factor
	left     int // recovery codes
	passkeys bool
}

func showSecond(r *web.Request) error {
	s := second{passkeys: passkeysWork(siteOf(r))}
	var err error
	if s.factors, s.left, err = r.Server.Auth.Factors(r.Context(), r.Access.Person); err != nil {
		return err
	}
	return r.Show(r.Status(), secondPage(r, &s))
}

// siteOf is where passkeys of this address count: nowhere under an address of
// which it is not certain that it is ours.
func siteOf(r *web.Request) auth.Site {
	site := auth.Site{Name: r.T("name")}
	base, err := r.Base()
	if err != nil {
		return site
	}
	if u, err := url.Parse(base); err == nil {
		site.Origin, site.Host = base, u.Hostname()
	}
	return site
}

// passkeysWork reports whether browsers know passkeys of a site: it needs a name,
// and TLS unless it is this machine.
func passkeysWork(at auth.Site) bool {
	_, err := netip.ParseAddr(at.Host)
	local := at.Host == "localhost" || strings.HasSuffix(at.Host, ".localhost")
	return err != nil && at.Host != "" && (local || strings.HasPrefix(at.Origin, "https://"))
}

// makeOwnAccount gives somebody a login who came by a link, and has a role that
// requires a second factor.
func makeOwnAccount(r *web.Request) error {
	if !r.Access.MustSetUp || r.Access.Login != "" {
		return web.ErrNotFound
	}
	err := r.Server.Auth.MakeOwnAccount(r.Context(), r.Access.Person, r.PostFormValue("login"), r.PostFormValue("password"))
	if text := linkProblem(r, err); text != "" {
		return r.Redisplay(&web.UserError{Text: text}, "account", "/me/second", func() error { return showSecond(r) })
	}
	if err != nil {
		return err
	}
	return r.RedirectWith("/me/second", "said.account")
}

// app is an authenticator app that is being added.
type app struct {
	secret []byte
}

func (a app) text() string { return totp.Text(a.secret) }

// spelled is the secret as somebody types it, in fours.
func (a app) spelled() string {
	var parts []string
	for text := a.text(); text != ""; text = text[min(4, len(text)):] {
		parts = append(parts, text[:min(4, len(text))])
	}
	return strings.Join(parts, " ")
}

func (a app) url(r *web.Request) string {
	return totp.URL(a.secret, strings.TrimSpace(r.T("name")+" "+siteOf(r).Host), r.Access.Login)
}

func showApp(r *web.Request) error { return renderApp(r, app{totp.NewSecret()}) }

func renderApp(r *web.Request, a app) error {
	if r.Access.Login == "" {
		return &web.RedirectError{Path: "/me/second"}
	}
	return r.Show(r.Status(), appPage(r, a))
}

// addApp adds an authenticator app. The secret comes with the form: it is nobody
// else's to know, and kept once a code of it was shown.
func addApp(r *web.Request) error {
	secret, ok := totp.Parse(r.PostFormValue("secret"))
	if !ok {
		return web.ErrForm
	}
	codes, err := r.Server.Auth.AddTOTP(r.Context(), r.Access.Person, r.PostFormValue("name"), secret, r.PostFormValue("code"))
	if text := secondProblem(r, err); text != "" {
		return r.Redisplay(&web.UserError{Text: text}, "app", "/me/second/app", func() error { return renderApp(r, app{secret}) })
	}
	return added(r, codes, err)
}

// added shows recovery codes, where there are new ones, or confirms.
func added(r *web.Request, codes []string, err error) error {
	if err != nil {
		return err
	}
	if len(codes) > 0 {
		return r.Show(http.StatusOK, codesPage(r, codes))
	}
	return r.RedirectWith("/me/second", "said.second_added")
}

// secondProblem is the sentence for what somebody can mend who adds or shows a
// second factor; "" for anything else.
func secondProblem(r *web.Request, err error) string {
	switch {
	case errors.Is(err, auth.ErrName):
		return r.T("second.name_needed")
	case errors.Is(err, auth.ErrCode):
		return r.T("second.wrong")
	case errors.Is(err, auth.ErrFactors):
		return r.T("second.many")
	case errors.Is(err, auth.ErrAccount):
		return r.T("second.no_account")
	case errors.Is(err, auth.ErrStep):
		return r.T("second.over")
	}
	return ""
}

// ceremony is what a browser is asked to make or to sign with a passkey.
type ceremony struct {
	options []byte
	step    string
}

func showPasskey(r *web.Request) error {
	if r.Access.Login == "" || !passkeysWork(siteOf(r)) {
		return &web.RedirectError{Path: "/me/second"}
	}
	options, step, err := r.Server.Auth.BeginPasskey(r.Context(), r.Access.Person, siteOf(r))
	if err != nil {
		return err
	}
	return r.Show(r.Status(), passkeyPage(r, ceremony{options, step}))
}

func addPasskey(r *web.Request) error {
	codes, err := r.Server.Auth.AddPasskey(r.Context(), r.Access.Person, r.PostFormValue("name"), siteOf(r),
		r.PostFormValue("step"), []byte(r.PostFormValue("answer")))
	if text := secondProblem(r, err); text != "" {
		r.Server.Log.Info("passkey_refused", "error", err)
		return r.Redisplay(&web.UserError{Text: text}, "passkey", "/me/second/passkey", func() error { return showPasskey(r) })
	}
	return added(r, codes, err)
}

func nameFactor(r *web.Request) error {
	err := r.Server.Auth.NameFactor(r.Context(), r.Access.Person, r.PostFormValue("id"), r.PostFormValue("name"))
	return changed(r, err, "said.done")
}

// dropFactor ends a second factor, for who gives their password again.
func dropFactor(r *web.Request) error {
	if err := r.Allow(limit.Password, r.Access.Person); err != nil {
		return err
	}
	err := r.Server.Auth.DropFactor(r.Context(), r.Access.Person, r.PostFormValue("id"), r.PostFormValue("password"))
	return changed(r, err, "said.second_dropped")
}

// changed answers a form about a second factor.
func changed(r *web.Request, err error, said string) error {
	switch {
	case errors.Is(err, auth.ErrPassword):
		logFailed(r, "password")
		err = &web.UserError{Text: r.T("second.password_wrong")}
	case errors.Is(err, auth.ErrSecondNeeded):
		err = &web.UserError{Text: r.T("second.last")}
	case errors.Is(err, auth.ErrName):
		err = &web.UserError{Text: r.T("second.name_needed")}
	case errors.Is(err, auth.ErrNotFound):
		return web.ErrNotFound
	}
	if err != nil {
		return r.Redisplay(err, "change", "/me/second", func() error { return showSecond(r) })
	}
	return r.RedirectWith("/me/second", said)
}

// makeCodes shows new recovery codes to who gives their password again.
func makeCodes(r *web.Request) error {
	if err := r.Allow(limit.Password, r.Access.Person); err != nil {
		return err
	}
	codes, err := r.Server.Auth.NewCodes(r.Context(), r.Access.Person, r.PostFormValue("password"))
	if err != nil {
		return changed(r, err, "")
	}
	return r.Show(http.StatusOK, codesPage(r, codes))
}

func seeReset(r *web.Request) error {
	if err := r.Server.Auth.SeeReset(r.Context(), r.Access.Person); err != nil {
		return err
	}
	return r.RedirectWith("/me/second", "")
}
