package setup

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"renkei/internal/auth"
	authpages "renkei/internal/auth/pages"
	communitypages "renkei/internal/community/pages"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// personView is somebody who takes part, and how they come in.
type personView struct {
	id      string
	access  *auth.Access
	roles   []auth.Grant // in the exercise
	helps   bool         // the reader may let them in again
	opens   bool         // a link of theirs opens on one more device
	devices []auth.Session
	code    *authpages.DeviceCode     // shown once
	made    []communitypages.MadeLink // shown once
}

// personOf reads somebody who takes part in the exercise.
func personOf(r *pages.Request) (*personView, error) {
	v := personView{id: r.PathValue("person")}
	var err error
	if v.access, err = r.Server.Auth.AccessOf(r.Context(), v.id); err != nil {
		return nil, err
	}
	for _, g := range v.access.Grants {
		if g.Whole() == access.In(r.Exercise.ID, "") {
			v.roles = append(v.roles, g)
		}
	}
	if len(v.roles) == 0 {
		return nil, web.ErrNotFound
	}
	v.helps = r.Access.MayHelp(r.Exercise.ID, v.access)
	if !v.helps {
		return &v, nil
	}
	if v.devices, err = r.Server.Auth.Sessions(r.Context(), v.id); err != nil {
		return nil, err
	}
	v.opens, err = r.Server.Auth.OpensFor(r.Context(), v.id)
	return &v, err
}

func personPath(r *pages.Request, person string) string {
	return r.Path("/invite/" + url.PathEscape(person))
}

func showPerson(r *pages.Request) error {
	v, err := personOf(r)
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, personPage(r, v))
}

// changePerson lets somebody in again, or no longer.
func changePerson(r *pages.Request) error {
	v, err := personOf(r)
	if err != nil {
		return err
	}
	if !v.helps {
		return &web.UserError{Text: r.T("person.not_yours")}
	}
	here := access.In(r.Exercise.ID, "")
	switch r.PostFormValue("do") {
	case "code":
		if v.code, err = authpages.NewDeviceCode(r.Request, v.id); err != nil {
			return err
		}
		return r.Show(http.StatusOK, personPage(r, v))
	case "renew":
		return renewLink(r, v)
	case "close":
		err = r.Server.Auth.CloseLinks(r.Context(), r.Access.Person, v.id, here)
	case "out":
		err = r.Server.Auth.EndSessions(r.Context(), r.Access.Person, v.id)
	case "":
		err = r.Server.Auth.EndSession(r.Context(), r.Access.Person, v.id, r.PostFormValue("id"))
		if errors.Is(err, auth.ErrNotFound) { // over already
			err = nil
		}
	default:
		return web.ErrForm
	}
	if err != nil {
		return err
	}
	return r.RedirectWith(personPath(r, v.id), "said.done")
}

// renewLink makes the link of somebody anew, and shows it once.
func renewLink(r *pages.Request, v *personView) error {
	base, err := r.Base()
	if err != nil {
		return err
	}
	secret, g, err := r.Server.Auth.RenewLink(r.Context(), r.Access.Person, v.id, access.In(r.Exercise.ID, ""))
	if errors.Is(err, auth.ErrAccount) || errors.Is(err, auth.ErrRole) { // meanwhile
		return &web.UserError{Text: r.T("person.not_yours")}
	}
	if err != nil {
		return err
	}
	l, err := madeLink(r, auth.Role(g.Role), g.Part, v.access.Name, base+"/in/"+secret)
	if err != nil {
		return err
	}
	v.made, v.opens = []communitypages.MadeLink{l}, false
	return r.Show(http.StatusOK, personPage(r, v))
}

// replaceLink makes a link anew that nobody has taken, and shows it once.
func replaceLink(r *pages.Request) error {
	base, err := r.Base()
	if err != nil {
		return err
	}
	secret, l, err := r.Server.Auth.ReplaceLink(r.Context(), r.Access.Person, access.In(r.Exercise.ID, ""), r.PostFormValue("id"))
	if errors.Is(err, auth.ErrNotFound) {
		return &web.UserError{Text: r.T("invite.taken_meanwhile")}
	}
	if err != nil {
		return err
	}
	made, err := madeLink(r, l.Role, l.Part, l.For.Name, base+"/in/"+secret)
	if err != nil {
		return err
	}
	return renderInvite(r, []communitypages.MadeLink{made})
}

// rolesOf are somebody's roles in words.
func rolesOf(r *pages.Request, v *personView) []string {
	units := cast(r)
	var all []string
	for _, g := range v.roles {
		word := r.Printer.T("roster.role." + g.Role)
		if name := r.CastName(units, g.Part); name != "" {
			word += " – " + name
		}
		if !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	return all
}
