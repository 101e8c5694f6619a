package web

import (
	"errors"
	"net/http"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
	"renkei/internal/i18n"
)

func linkRoutes() []route {
	return []route{
		{pattern: "GET /in/{link}", handle: lookAtLink},
		{pattern: "POST /in/{link}", handle: takeLink},
	}
}

// invited is what a link is for, and what was typed into its form.
type invited struct {
	auth.Invitation
	to                string // to what it leads
	name, org, login  string
	account, required bool // an account can be made; has to be
	reset             bool
	problem           string
}

// lookAtLink shows what a link is for. It takes nothing: mail scanners open
// links too.
func lookAtLink(r *request) error {
	in, err := r.invitation()
	if err != nil {
		return err
	}
	return r.show(http.StatusOK, linkPage(r, in))
}

// invitation reads a link.
func (r *request) invitation() (*invited, error) {
	l, err := r.s.Auth.LookAt(r.Context(), r.PathValue("link"))
	if errors.Is(err, auth.ErrLink) {
		if own, ok := r.s.Auth.Took(r.Context(), r.PathValue("link"), r.access.Person); ok && own.Area == access.Area {
			return nil, &elsewhere{exercisePath(own.Object)}
		}
		return nil, &gone{r.t("link.gone")}
	}
	if err != nil {
		return nil, err
	}
	in := &invited{
		Invitation: l, name: l.For.Name, org: l.For.Organisation, login: l.For.Login,
		account: l.For.Account, reset: l.Role == auth.LinkReset,
	}
	in.required = l.Role == auth.LinkAccount || l.Role == auth.Secretary
	in.to, err = r.leadsTo(&l)
	return in, err
}

// leadsTo says to what a link leads.
func (r *request) leadsTo(l *auth.Invitation) (string, error) {
	role := i18n.Args{"Role": r.t("role." + string(l.Role))}
	if l.Area == "" {
		return r.t("link.community", role), nil
	}
	hall, err := r.s.House.Hall(r.Context(), l.Object)
	if errors.Is(err, ErrNoHall) {
		return "", errAbsent
	}
	if err != nil {
		return "", err
	}
	role["Exercise"], role["Unit"] = r.titleOf(hall), r.unitName(hall, l.Part)
	return r.t("link.to", role), nil
}

// takeLink takes a link: as who one is already, with a new account, with a name
// alone, or to set a new password.
func takeLink(r *request) error {
	in, err := r.invitation()
	if err != nil {
		return err
	}
	in.name, in.org = r.PostFormValue("name"), r.PostFormValue("organisation")
	if in.For.Login == "" {
		in.login = r.PostFormValue("login")
	}
	g, err := r.take(in)
	if text := r.linkProblem(err); text != "" {
		in.problem = text
		return r.show(http.StatusUnprocessableEntity, linkPage(r, in))
	}
	if err != nil {
		return err
	}
	return r.welcome(g)
}

// take takes a link, and begins the session where there is none.
func (r *request) take(in *invited) (g auth.Grant, err error) {
	link, password := r.PathValue("link"), r.PostFormValue("password")
	session := ""
	switch {
	case in.reset:
		return g, r.s.Auth.SetPasswordBy(r.Context(), link, password)
	case r.access.Known() && r.PostFormValue("as") == "me":
		return r.s.Auth.TakeAs(r.Context(), link, r.access.Person, r.UserAgent())
	case in.required || in.account && password != "":
		n := auth.NewAccount{Login: in.login, Name: in.name, Organisation: in.org, Password: password}
		session, g, err = r.s.Auth.TakeAccount(r.Context(), link, n, r.UserAgent())
	default:
		session, g, err = r.s.Auth.Take(r.Context(), link, in.name, r.UserAgent())
	}
	if err != nil {
		return g, err
	}
	return g, r.enter(session) // the link is taken, whatever comes now
}

// welcome leads to where a link has led.
func (r *request) welcome(g auth.Grant) error {
	switch {
	case g.Area == access.Area && r.s.Joined != nil:
		said, err := r.s.Joined(r.Context(), auth.Role(g.Role), g.Object, g.Part)
		if err != nil {
			return err
		}
		return r.done(exercisePath(g.Object), said)
	case g.Area == access.Area:
		return r.done(exercisePath(g.Object), "")
	case g.Person == "":
		return r.done("/", "said.password")
	}
	return r.done("/", "said.account")
}

// linkProblem is the sentence for what somebody can mend in the form of a link;
// "" for anything else.
func (r *request) linkProblem(err error) string {
	switch {
	case errors.Is(err, auth.ErrName):
		return r.t("link.name")
	case errors.Is(err, auth.ErrLogin):
		return r.t("link.login")
	case errors.Is(err, auth.ErrExists):
		return r.t("link.login_taken")
	case errors.Is(err, auth.ErrPasswordShort):
		return r.t("password.short", args("Min", auth.MinPassword))
	case errors.Is(err, auth.ErrPasswordGuessable):
		return r.t("password.guessable")
	case errors.Is(err, auth.ErrPassword):
		return r.t("password.bad")
	}
	return ""
}
