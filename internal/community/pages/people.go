package communitypages

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/roster"
	"renkei/internal/sheet"
	"renkei/internal/web"
)

// peopleView is who has an account, and who is asked to make one.
type peopleView struct {
	accounts []auth.Account
	open     []auth.Invitation
	made     []MadeLink // shown once
}

func showPeople(r *web.Request) error { return renderPeople(r, nil) }

func renderPeople(r *web.Request, fresh []MadeLink) error {
	v := peopleView{made: fresh}
	var err error
	if v.accounts, err = r.Server.Auth.Accounts(r.Context()); err != nil {
		return err
	}
	all, err := r.Server.Auth.Links(r.Context(), auth.Scope{})
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.Taken.IsZero() && l.Role != auth.LinkReset {
			v.open = append(v.open, l)
		}
	}
	return r.Show(http.StatusOK, peoplePage(r, &v))
}

// changeAccount does something to somebody's account.
func changeAccount(r *web.Request) error {
	person := r.PostFormValue("person")
	var err error
	switch r.PostFormValue("do") {
	case "disable":
		err = r.Server.Auth.SetDisabled(r.Context(), r.Access.Person, person, true)
	case "enable":
		err = r.Server.Auth.SetDisabled(r.Context(), r.Access.Person, person, false)
	case "sessions":
		err = r.Server.Auth.EndSessions(r.Context(), r.Access.Person, person)
	case "second":
		err = r.Server.Auth.ResetSecond(r.Context(), r.Access.Person, person)
	case "secretary":
		err = r.Server.Auth.Grant(r.Context(), r.Access.Person, auth.Grant{Person: person, Role: string(auth.Secretary)})
	case "no-secretary":
		err = r.Server.Auth.Revoke(r.Context(), r.Access.Person, auth.Grant{Person: person, Role: string(auth.Secretary)})
	case "erase":
		return erasePerson(r, person)
	case "reset":
		return resetLink(r, person)
	case "revoke":
		err = r.Server.Auth.RevokeLink(r.Context(), r.Access.Person, auth.Scope{}, r.PostFormValue("id"))
	default:
		return web.ErrForm
	}
	switch {
	case errors.Is(err, auth.ErrLast):
		return &web.UserError{Text: r.T("people.last")}
	case errors.Is(err, auth.ErrNotFound):
		return web.ErrNotFound
	case err != nil:
		return err
	}
	return r.RedirectWith("/people", "said.done")
}

// erasePerson forgets somebody, who must not be a secretary any more.
func erasePerson(r *web.Request, person string) error {
	access, err := r.Server.Auth.AccessOf(r.Context(), person)
	if err != nil {
		return err
	}
	secretary := slices.ContainsFunc(access.Grants, func(g auth.Grant) bool { return g.Role == string(auth.Secretary) && g.Area == "" })
	switch {
	case r.PostFormValue("sure") != "yes":
		return &web.UserError{Text: r.T("people.erase_sure")}
	case person == r.Access.Person || secretary:
		return &web.UserError{Text: r.T("people.erase_secretary")}
	}
	err = r.Server.Erase(r.Context(), r.Access.Person, person)
	switch {
	case errors.Is(err, auth.ErrLast):
		return &web.UserError{Text: r.T("people.erase_last")}
	case errors.Is(err, auth.ErrNotFound):
		return web.ErrNotFound
	case err != nil:
		return err
	}
	return r.RedirectWith("/people", "people.erased")
}

// resetLink makes a link by which somebody sets a new password.
func resetLink(r *web.Request, person string) error {
	base, err := r.Base()
	if err != nil {
		return err
	}
	secret, err := r.Server.Auth.ResetLink(r.Context(), r.Access.Person, person)
	if errors.Is(err, auth.ErrNotFound) {
		return web.ErrNotFound
	}
	if err != nil {
		return err
	}
	return renderPeople(r, []MadeLink{{Role: r.T("role.reset"), Name: r.Server.Auth.Name(r.Context(), person), URL: base + "/in/" + secret}})
}

// inviteMember makes a link for an account.
func inviteMember(r *web.Request) error {
	role := auth.LinkAccount
	if r.PostFormValue("secretary") == "yes" {
		role = auth.Secretary
	}
	base, err := r.Base()
	if err != nil {
		return err
	}
	name := r.PostFormValue("for")
	secret, err := r.Server.Auth.InviteFor(r.Context(), r.Access.Person, auth.Grant{Role: string(role)}, auth.For{Name: name}, 14*24*time.Hour)
	if err != nil {
		return err
	}
	return renderPeople(r, []MadeLink{{Role: r.Printer.T("roster.role." + string(role)), Name: name, URL: base + "/in/" + secret}})
}

func importMembers(r *web.Request) error {
	return ImportPeople(r, &Intake{Path: "/people/import", Back: "/people"})
}

// auditPage is how many lines of the audit log a page has.
const auditPage = 100

// showAudit shows what was done to people's access.
func showAudit(r *web.Request) error {
	before, err := r.Position("before")
	if err != nil {
		return err
	}
	all, err := r.Server.Auth.Audit(r.Context(), int64(before), auditPage)
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, auditLog(r, all))
}

func nameOr(name, id string) string {
	if name != "" {
		return name
	}
	return id
}

// RoleWord is the word for a role as a table has it; for none an account.
func RoleWord(r *web.Request, role auth.Role) string {
	if role == "" {
		role = auth.LinkAccount
	}
	return r.Printer.T("roster.role." + string(role))
}

func rosterSay(r *web.Request, p auth.Problem) string { return roster.Say(r.Printer, p) }

// RolesIn are the words for what the reader is somewhere, whatever the part.
func RolesIn(r *web.Request, scope auth.Scope) (words []string) {
	for _, g := range r.Access.Grants {
		if word := RoleWord(r, auth.Role(g.Role)); g.Area == scope.Area && g.Object == scope.Object && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

// PeopleRoutes are the addresses of people, their accounts and the audit log.
func PeopleRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /people", Need: web.Secretary, Handle: showPeople},
		{Pattern: "POST /people/account", Need: web.Secretary, Handle: changeAccount},
		{Pattern: "POST /people/invite", Need: web.Secretary, Handle: inviteMember},
		{Pattern: "POST /people/import", Need: web.Secretary, Handle: importMembers, Limit: MaxRoster, Upload: true},
		{Pattern: "GET /people/example", Need: web.Known, Handle: exampleRoster},
		{Pattern: "GET /audit", Need: web.Secretary, Handle: showAudit},
	}
}

// LinkDays is how long a link is good unless something else is chosen, and what
// can be chosen.
func LinkDays() []int { return []int{1, 3, 7, 14, 60} }

// MadeLink is a link that was just made.
type MadeLink struct {
	Role, Unit, Name, URL string
	Title, When           string // what it leads to, and when that takes place; "" where nothing was said
}

// maxCodes is how many links are shown with a picture for a camera at once.
const maxCodes = 200

// handoutTable is links as a table to be copied into a spreadsheet.
func handoutTable(r *web.Request, links []MadeLink) string {
	t := sheet.Table{Head: []string{
		r.Printer.T("roster.column.name"), r.Printer.T("roster.column.role"), r.Printer.T("roster.column.unit"), r.T("fresh.link"), r.T("when.title"),
	}}
	for _, l := range links {
		t.Add(l.Name, l.Role, l.Unit, l.URL, l.When)
	}
	var b strings.Builder
	if err := t.WriteTabs(&b); err != nil {
		return "" // a builder does not fail
	}
	return b.String()
}

// linkUntil says until when a link is good.
func linkUntil(r *web.Request, l auth.Invitation) string {
	if l.Lasting {
		return r.T("links.lasting", web.Args("Days", r.Days(auth.DaysAfterEnd)))
	}
	return web.Stamp(l.Expires)
}
