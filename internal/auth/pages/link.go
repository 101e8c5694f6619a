package authpages

import (
	"errors"
	"net/http"

	"renkei/internal/auth"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// LinkRoutes are the addresses of links and of signing in and out.
func LinkRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /in/{link}", Handle: lookAtLink},
		{Pattern: "POST /in/{link}", Handle: takeLink},
		{Pattern: "POST /in/{link}/device", Handle: openDevice},
		{Pattern: "GET /in/{link}/exercise.ics", Handle: linkCalendar},
		{Pattern: "POST /sign-in", Handle: signIn},
		{Pattern: "POST /sign-out", Need: web.Known, Handle: signOut, Early: true},
	}
}

// invited is what a link is for, and what was typed into its form.
type invited struct {
	auth.Invitation
	to                string // to what it leads
	when              *web.When
	name, org, login  string
	account, required bool // an account can be made; has to be
	known             bool // it is for somebody who takes part already
	reset             bool
	problem           string
}

// lookAtLink shows what a link is for. It takes nothing: mail scanners open
// links too.
func lookAtLink(r *web.Request) error {
	in, err := invitation(r)
	if err != nil {
		return taken(r, err, "")
	}
	return r.Show(http.StatusOK, linkPage(r, in))
}

// invitation reads a link.
func invitation(r *web.Request) (*invited, error) {
	l, err := r.Server.Auth.LookAt(r.Context(), r.PathValue("link"))
	if errors.Is(err, auth.ErrLink) {
		if own, ok := r.Server.Auth.RedeemedBy(r.Context(), r.PathValue("link"), r.Access.Person); ok {
			if t, err := r.Target(own); t != nil || err != nil {
				return nil, errors.Join(err, joinAgain(r, t), leadOn(t))
			}
		}
		return nil, &web.GoneError{Text: r.T("link.gone")}
	}
	if err != nil {
		return nil, err
	}
	in := &invited{
		Invitation: l, name: l.For.Name, org: l.For.Organisation, login: l.For.Login,
		account: l.For.Account, reset: l.Role == auth.LinkReset,
	}
	in.known = l.For.Person != "" && !in.account && !in.reset
	in.required = l.Role == auth.LinkAccount || l.Role == auth.Secretary
	in.to, in.when, err = leadsTo(r, &l)
	return in, err
}

// joinAgain makes up for a form whose link was taken, and what had to come with
// it was not done: it is sent again. To look at a link one has taken does
// nothing.
func joinAgain(r *web.Request, t *web.Target) error {
	if t == nil || t.Join == nil || r.Method != http.MethodPost {
		return nil
	}
	_, err := t.Join(r.Context())
	return err
}

func leadOn(t *web.Target) error {
	if t == nil {
		return nil
	}
	return &web.RedirectError{Path: t.Path}
}

// leadsTo says to what a link leads.
func leadsTo(r *web.Request, l *auth.Invitation) (string, *web.When, error) {
	t, err := r.Target(auth.Grant{Scope: l.Scope, Role: string(l.Role)})
	if err != nil {
		return "", nil, err
	}
	if t != nil {
		return t.Text, t.When, nil
	}
	return r.T("link.community", i18n.Args{"Role": r.T("role." + string(l.Role))}), nil, nil
}

// linkCalendar gives whoever has a link that may be taken a file for their
// calendar. Who has taken it finds one in the exercise.
func linkCalendar(r *web.Request) error {
	in, err := invitation(r)
	if err != nil {
		return err
	}
	if in.when == nil {
		return web.ErrNotFound
	}
	return r.Download("exercise.ics", "text/calendar; charset=utf-8", in.when.Calendar)
}

// takeLink takes a link: as who one is already, with a new account, with a name
// alone, or to set a new password.
func takeLink(r *web.Request) error {
	in, err := invitation(r)
	if err != nil {
		return taken(r, err, "")
	}
	in.name, in.org = r.PostFormValue("name"), r.PostFormValue("organisation")
	if in.For.Login == "" {
		in.login = r.PostFormValue("login")
	}
	g, err := take(r, in)
	if text := linkProblem(r, err); text != "" {
		in.problem = text
		return r.Show(http.StatusUnprocessableEntity, linkPage(r, in))
	}
	if errors.Is(err, auth.ErrLink) { // somebody else has taken it since it was looked at
		if _, err := invitation(r); err != nil {
			return taken(r, err, "")
		}
		return &web.GoneError{Text: r.T("link.gone")}
	}
	if err != nil {
		return err
	}
	return welcome(r, g)
}

// take takes a link, and begins the session where there is none.
func take(r *web.Request, in *invited) (g auth.Grant, err error) {
	link, password := r.PathValue("link"), r.PostFormValue("password")
	var session string
	switch {
	case in.reset:
		return g, r.Server.Auth.SetPasswordBy(r.Context(), link, password)
	case r.Access.Known() && r.PostFormValue("as") == "me":
		return r.Server.Auth.TakeAs(r.Context(), link, r.Access.Person, r.UserAgent())
	case in.required || in.account && password != "":
		n := auth.NewAccount{Login: in.login, Name: in.name, Organisation: in.org, Password: password}
		session, g, err = r.Server.Auth.TakeAccount(r.Context(), link, n, r.UserAgent())
	default:
		session, g, err = r.Server.Auth.Take(r.Context(), link, in.name, r.UserAgent())
	}
	if err != nil {
		return g, err
	}
	return g, enter(r, session) // the link is taken, whatever comes now
}

// welcome leads to where a link has led.
func welcome(r *web.Request, g auth.Grant) error {
	t, err := r.Target(g)
	if err != nil {
		return err
	}
	switch {
	case t != nil && t.Join != nil:
		said, err := t.Join(r.Context())
		if err != nil {
			return err
		}
		return r.RedirectWith(t.Path, said)
	case t != nil:
		return r.RedirectWith(t.Path, "")
	case g.Person == "":
		return r.RedirectWith("/", "said.password")
	}
	return r.RedirectWith("/", "said.account")
}

// linkProblem is the sentence for what somebody can mend in the form of a link;
// "" for anything else.
func linkProblem(r *web.Request, err error) string {
	switch {
	case errors.Is(err, auth.ErrName):
		return r.T("link.name")
	case errors.Is(err, auth.ErrLogin):
		return r.T("link.login")
	case errors.Is(err, auth.ErrExists):
		return r.T("link.login_taken")
	case errors.Is(err, auth.ErrPasswordShort):
		return r.T("password.short", web.Args("Min", auth.MinPassword))
	case errors.Is(err, auth.ErrPasswordGuessable):
		return r.T("password.guessable")
	case errors.Is(err, auth.ErrPassword):
		return r.T("password.bad")
	}
	return ""
}
