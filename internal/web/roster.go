package web

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"

	"renkei/internal/auth"
	"renkei/internal/auth/roster"
	"renkei/internal/exercise/scenario"
	"renkei/internal/sheet"
)

// maxRoster bounds a list of people with what its form adds: the list comes
// back in the form that confirms it, a third longer.
const maxRoster = 2*roster.MaxBytes + maxForm

// maxHandout bounds the table of links, as it comes back in a form: 8,000 people
// are 2 MB.
const maxHandout = 2 << 20

// intake is a list of people on its way in: first tried, then confirmed.
type intake struct {
	exercise string // "": the community
	path     string // of the form
	back     string
	units    []scenario.Unit
	file     string // as it comes back to be confirmed
	plan     auth.Plan
	issued   []auth.Issued
	table    *sheet.Table
}

// importPeople tries a list of people, which invites nobody, and shows all that
// is wrong with it or all that would be done; confirmed, it does that.
func (r *request) importPeople(in *intake) error {
	if r.PostFormValue("do") == "invite" {
		return r.importNow(in)
	}
	raw, _, err := r.file("people", roster.MaxBytes, heavyTable)
	if err != nil {
		return err
	}
	if in.plan, err = r.readRoster(in, raw); err != nil && !errors.Is(err, auth.ErrPlan) {
		return err
	}
	in.file = base64.StdEncoding.EncodeToString(raw)
	status := http.StatusOK
	if len(in.plan.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return r.show(status, intakePage(r, in))
}

func (r *request) readRoster(in *intake, raw []byte) (auth.Plan, error) {
	known := roster.Known{Exercise: in.exercise != "", Units: in.units, Accounts: map[string]string{}}
	all, err := r.s.Auth.Accounts(r.Context())
	if err != nil {
		return auth.Plan{}, err
	}
	for _, a := range all {
		known.Accounts[a.Login] = a.Name
	}
	return roster.Read(raw, known)
}

// importNow invites everybody of a list that was tried.
func (r *request) importNow(in *intake) error {
	raw, err := base64.StdEncoding.DecodeString(r.PostFormValue("file"))
	if err != nil {
		return errors.Join(errForm, err)
	}
	if err := r.heavy(heavyTable); err != nil {
		return err
	}
	in.plan, err = r.readRoster(in, raw)
	if errors.Is(err, auth.ErrPlan) { // somebody has come in meanwhile
		return r.show(http.StatusUnprocessableEntity, intakePage(r, in))
	}
	if err != nil {
		return err
	}
	if in.issued, err = r.s.Auth.Import(r.Context(), r.access.Person, in.exercise, in.plan); err != nil {
		return err
	}
	table := roster.Handout(r.p, r.base(), in.issued, func(key string) string { return r.castName(in.units, key) })
	in.table = &table
	return r.show(http.StatusOK, intakePage(r, in))
}

// base is the address of the program, as links begin.
func (r *request) base() string {
	if r.s.Base != "" {
		return r.s.Base
	}
	scheme := "http"
	if r.URL.Scheme == "https" || r.TLS != nil || r.s.Secure {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// csv is the table of links, to be saved.
func (in *intake) csv() (string, error) {
	var b bytes.Buffer
	err := in.table.WriteCSV(&b, true)
	return base64.StdEncoding.EncodeToString(b.Bytes()), err
}

// saveHandout gives back, as a file, the table of links that the page has shown:
// the program itself does not know the links any more.
func saveHandout(r *request) error {
	if err := r.readForm(); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(r.PostFormValue("file"))
	if err != nil {
		return errors.Join(errForm, err)
	}
	return r.download("links.csv", "text/csv; charset=utf-8", raw)
}

// exampleRoster is a list to begin with.
func exampleRoster(r *request) error {
	raw, err := roster.Example(r.p.Lang())
	if err != nil {
		return err
	}
	return r.download("people.csv", "text/csv; charset=utf-8", raw)
}

// castName is the name of a unit; of a cell with its team's.
func (r *request) castName(units []scenario.Unit, key string) string {
	names := map[string]string{}
	for _, u := range units {
		names[u.Key] = u.Name.In(r.p.Lang(), "en")
		if team, ok := names[u.Parent]; ok && u.Parent != "" {
			names[u.Key] = r.t("unit.of_team", args("Team", team, "Cell", names[u.Key]))
		}
	}
	if name, ok := names[key]; ok {
		return name
	}
	return key
}
