package web

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/roster"
)

// peopleView is who has an account, and who is asked to make one.
type peopleView struct {
	accounts []auth.Account
	open     []auth.Invitation
	made     []madeLink // shown once
}

func showPeople(r *request) error { return r.showPeople(nil) }

func (r *request) showPeople(fresh []madeLink) error {
	v := peopleView{made: fresh}
	var err error
	if v.accounts, err = r.s.Auth.Accounts(r.Context()); err != nil {
		return err
	}
	all, err := r.s.Auth.Links(r.Context(), auth.Scope{})
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.Taken.IsZero() && l.Role != auth.LinkReset {
			v.open = append(v.open, l)
		}
	}
	return r.show(http.StatusOK, peoplePage(r, &v))
}

// changeAccount does something to somebody's account.
func changeAccount(r *request) error {
	person := r.PostFormValue("person")
	var err error
	switch r.PostFormValue("do") {
	case "disable":
		err = r.s.Auth.SetDisabled(r.Context(), r.access.Person, person, true)
	case "enable":
		err = r.s.Auth.SetDisabled(r.Context(), r.access.Person, person, false)
	case "sessions":
		err = r.s.Auth.EndSessions(r.Context(), r.access.Person, person)
	case "secretary":
		err = r.s.Auth.Grant(r.Context(), r.access.Person, auth.Grant{Person: person, Role: string(auth.Secretary)})
	case "no-secretary":
		err = r.s.Auth.Revoke(r.Context(), r.access.Person, auth.Grant{Person: person, Role: string(auth.Secretary)})
	case "reset":
		return r.resetLink(person)
	case "revoke":
		err = r.s.Auth.RevokeLink(r.Context(), r.access.Person, auth.Scope{}, r.PostFormValue("id"))
	default:
		return errForm
	}
	switch {
	case errors.Is(err, auth.ErrLast):
		return &problem{r.t("people.last")}
	case errors.Is(err, auth.ErrNotFound):
		return errAbsent
	case err != nil:
		return err
	}
	return r.done("/people", "said.done")
}

// resetLink makes a link by which somebody sets a new password.
func (r *request) resetLink(person string) error {
	secret, err := r.s.Auth.ResetLink(r.Context(), r.access.Person, person)
	if errors.Is(err, auth.ErrNotFound) {
		return errAbsent
	}
	if err != nil {
		return err
	}
	return r.showPeople([]madeLink{{role: r.t("role.reset"), name: r.s.Auth.Name(r.Context(), person), url: r.base() + "/in/" + secret}})
}

// inviteMember makes a link for an account.
func inviteMember(r *request) error {
	role := auth.LinkAccount
	if r.PostFormValue("secretary") == "yes" {
		role = auth.Secretary
	}
	name := r.PostFormValue("for")
	secret, err := r.s.Auth.InviteFor(r.Context(), r.access.Person, auth.Grant{Role: string(role)}, auth.For{Name: name}, 14*24*time.Hour)
	if err != nil {
		return err
	}
	return r.showPeople([]madeLink{{role: r.p.T("roster.role." + string(role)), name: name, url: r.base() + "/in/" + secret}})
}

func importMembers(r *request) error {
	return r.importPeople(&intake{path: "/people/import", back: "/people"})
}

// auditPage is how many lines of the audit log a page has.
const auditPage = 100

// showAudit shows what was done to people's access.
func showAudit(r *request) error {
	before, err := r.position("before")
	if err != nil {
		return err
	}
	all, err := r.s.Auth.Audit(r.Context(), int64(before), auditPage)
	if err != nil {
		return err
	}
	return r.show(http.StatusOK, auditLog(r, all))
}

func nameOr(name, id string) string {
	if name != "" {
		return name
	}
	return id
}

// roleWord is the word for a role as a table has it; for none an account.
func roleWord(r *request, role auth.Role) string {
	if role == "" {
		role = auth.LinkAccount
	}
	return r.p.T("roster.role." + string(role))
}

func rosterSay(r *request, p auth.Problem) string { return roster.Say(r.p, p) }

// rolesIn are the words for what the reader is in an exercise.
func (r *request) rolesIn(exercise string) (words []string) {
	for _, g := range r.access.Grants {
		if word := roleWord(r, auth.Role(g.Role)); g.Object == exercise && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}
