package communitypages

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"

	"renkei/internal/auth"
	"renkei/internal/auth/roster"
	"renkei/internal/exercise/scenario"
	"renkei/internal/sheet"
	"renkei/internal/web"
)

// MaxRoster bounds a list of people with what its form adds: the list comes
// back in the form that confirms it, a third longer.
const MaxRoster = 2*roster.MaxBytes + web.MaxForm

// MaxHandout bounds the table of links, as it comes back in a form: 8,000 people
// are 2 MB.
const MaxHandout = 2 << 20

// Intake is a list of people on its way in: first tried, then confirmed.
type Intake struct {
	Scope    auth.Scope // to what they are invited; none: the community
	Path     string     // of the form
	Back     string
	Units    []scenario.Unit
	UnitName func(key string) string // of a unit, as its readers know it; nil where there are none
	When     func(key string) (string, error)
	Title    string // of what they are invited to; "" for the community
	file     string // as it comes back to be confirmed
	plan     auth.Plan
	issued   []auth.Issued
	table    *sheet.Table
	made     []MadeLink // as many as fit on a sheet
}

// ImportPeople tries a list of people, which invites nobody, and shows all that
// is wrong with it or all that would be done; confirmed, it does that.
func ImportPeople(r *web.Request, in *Intake) error {
	if r.PostFormValue("do") == "invite" {
		return importNow(r, in)
	}
	raw, _, err := r.File("people", roster.MaxBytes, web.HeavyTable)
	if err != nil {
		return err
	}
	if in.plan, err = readRoster(r, in, raw); err != nil && !errors.Is(err, auth.ErrPlan) {
		return err
	}
	in.file = base64.StdEncoding.EncodeToString(raw)
	status := http.StatusOK
	if len(in.plan.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return r.Show(status, intakePage(r, in))
}

func readRoster(r *web.Request, in *Intake, raw []byte) (auth.Plan, error) {
	known := roster.Known{Exercise: in.Scope != (auth.Scope{}), Units: in.Units, Accounts: map[string]string{}}
	all, err := r.Server.Auth.Accounts(r.Context())
	if err != nil {
		return auth.Plan{}, err
	}
	for _, a := range all {
		known.Accounts[a.Login] = a.Name
	}
	return roster.Read(raw, known)
}

// importNow invites everybody of a list that was tried.
func importNow(r *web.Request, in *Intake) error {
	if err := r.Heavy(web.HeavyTable); err != nil {
		return err
	}
	base, err := r.Base()
	if err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(r.PostFormValue("file"))
	if err != nil {
		return errors.Join(web.ErrForm, err)
	}
	in.plan, err = readRoster(r, in, raw)
	if errors.Is(err, auth.ErrPlan) { // somebody has come in meanwhile
		return r.Show(http.StatusUnprocessableEntity, intakePage(r, in))
	}
	if err != nil {
		return err
	}
	if in.issued, err = r.Server.Auth.Import(r.Context(), r.Access.Person, in.Scope, in.plan); err != nil {
		return err
	}
	if err := joinGranted(r, in); err != nil {
		return err
	}
	table := roster.Handout(r.Printer, base, in.issued, in.nameOf)
	in.table = &table
	if in.made, err = in.handed(r, base); err != nil {
		return err
	}
	return r.Show(http.StatusOK, intakePage(r, in))
}

// handed are the new links, to be cut out; none where they are too many for one
// page.
func (in *Intake) handed(r *web.Request, base string) (all []MadeLink, err error) {
	for _, row := range in.issued {
		if row.Link == "" {
			continue
		}
		l := MadeLink{Title: in.Title, Role: RoleWord(r, row.Role), Unit: in.nameOf(row.Part), Name: row.Name, URL: base + "/in/" + row.Link}
		if in.When != nil {
			if l.When, err = in.When(row.Part); err != nil {
				return nil, err
			}
		}
		all = append(all, l)
	}
	if len(all) > maxCodes {
		return nil, nil
	}
	return all, nil
}

// joinGranted does what comes with a role for those who have it at once.
func joinGranted(r *web.Request, in *Intake) error {
	var failed error
	for _, row := range in.issued {
		if row.State != auth.StateGranted {
			continue
		}
		g := auth.Grant{Scope: in.Scope, Role: string(row.Role)}
		g.Part = row.Part
		t, err := r.Target(g)
		if err == nil && t != nil && t.Join != nil {
			_, err = t.Join(r.Context())
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// csv is the table of links, to be saved.
func (in *Intake) csv() (string, error) {
	var b bytes.Buffer
	err := in.table.WriteCSV(&b, true)
	return base64.StdEncoding.EncodeToString(b.Bytes()), err
}

// SaveHandout gives back, as a file, the table of links that the page has shown:
// the program itself does not know the links any more.
func SaveHandout(r *web.Request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(r.PostFormValue("file"))
	if err != nil {
		return errors.Join(web.ErrForm, err)
	}
	return r.Download("links.csv", "text/csv; charset=utf-8", raw)
}

// exampleRoster is a list to begin with.
func exampleRoster(r *web.Request) error {
	raw, err := roster.Example(r.Printer.Lang())
	if err != nil {
		return err
	}
	return r.Download("people.csv", "text/csv; charset=utf-8", raw)
}

// nameOf is the name of a unit; its key where there is none.
func (in *Intake) nameOf(key string) string {
	if in.UnitName == nil {
		return key
	}
	return in.UnitName(key)
}
