package web

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"renkei/internal/exercise/scenario"
)

// maxPack is the most that a pack may weigh as a zip.
const maxPack = 64 << 20

func houseRoutes() []route {
	return []route{
		{pattern: "GET /new", need: keepsHouse, handle: showNew},
		{pattern: "POST /new", need: keepsHouse, handle: makeExercise},
		{pattern: "POST /director", need: keepsHouse, handle: inviteDirector},
		{pattern: "GET /packs", need: keepsHouse, handle: showPacks},
		{pattern: "POST /packs", need: keepsHouse, handle: addPack, limit: maxPack + maxForm, upload: true},
		{pattern: "GET /people", need: keepsHouse, handle: showPeople},
		{pattern: "POST /people/account", need: keepsHouse, handle: changeAccount},
		{pattern: "POST /people/invite", need: keepsHouse, handle: inviteMember},
		{pattern: "POST /people/import", need: keepsHouse, handle: importMembers, limit: maxRoster, upload: true},
		{pattern: "GET /people/example", need: known, handle: exampleRoster},
		{pattern: "GET /audit", need: keepsHouse, handle: showAudit},
	}
}

// newForm is what was typed into the form for a new exercise.
type newForm struct {
	pack    string
	title   map[string]string
	teams   []string
	bots    bool
	problem string
}

func showNew(r *request) error {
	f := &newForm{pack: r.FormValue("pack"), title: map[string]string{}}
	for _, t := range r.s.House.Teams() {
		f.teams = append(f.teams, t.Key)
	}
	return r.show(http.StatusOK, newPage(r, f))
}

// makeExercise makes an exercise, and leads to its people: who makes it invites
// next.
func makeExercise(r *request) error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(errForm, err)
	}
	f := &newForm{pack: r.PostFormValue("pack"), title: map[string]string{}, teams: r.PostForm["team"], bots: r.PostFormValue("bots") == "yes"}
	for name := range r.PostForm {
		if lang, ok := strings.CutPrefix(name, "title-"); ok && strings.TrimSpace(r.PostFormValue(name)) != "" {
			f.title[lang] = strings.TrimSpace(r.PostFormValue(name))
		}
	}
	if r.PostFormValue("key") == "" {
		return errForm
	}
	id, err := r.s.House.Create(r.Context(), NewExercise{
		Key: r.PostFormValue("key"), By: r.access.Person, Title: scenario.Text(f.title), Pack: f.pack, Teams: f.teams, Bots: f.bots,
	})
	if mend := (*CreateError)(nil); errors.As(err, &mend) {
		f.problem = r.t("create."+mend.Code, mend.Args)
		return r.show(http.StatusUnprocessableEntity, newPage(r, f))
	}
	if err != nil {
		return err
	}
	return r.done(exercisePath(id)+"invite", "said.made")
}

// packView is a pack as it can be chosen.
type packView struct {
	Pack

	title, summary, about string
}

func (r *request) packs() []packView {
	var all []packView
	for _, p := range r.s.House.Packs() {
		langs := append([]string{r.p.Lang()}, p.Pack.Languages...)
		injects, cells := len(p.Pack.Injects), len(p.Pack.Units.Cells)
		all = append(all, packView{
			Pack: p, title: p.Pack.Title.In(langs...), summary: p.Pack.Summary.In(langs...),
			about: r.t("pack.about", args("Version", p.Pack.Version, "Minutes", int(p.Pack.Duration.Minutes()), "Injects", injects,
				"Cells", cells, "Teams", p.Pack.Units.Min, "Languages", strings.Join(p.Pack.Languages, r.t("list.comma")))),
		})
	}
	return all
}

// findings are what a check says of a pack.
type findings struct {
	added string // the title, when it was kept
	all   []finding
}

type finding struct{ place, kind, text, hint string }

func showPacks(r *request) error { return r.show(http.StatusOK, packsPage(r, nil)) }

// addPack checks a pack and keeps it, or says everything that is wrong with it.
func addPack(r *request) error {
	raw, _, err := r.file("pack", maxPack, heavyPack)
	if err != nil {
		return err
	}
	added, ds, err := r.s.House.AddPack(r.Context(), raw)
	if mend := (*CreateError)(nil); errors.As(err, &mend) {
		return &problem{r.t("create."+mend.Code, mend.Args)}
	}
	if err != nil {
		return err
	}
	f := &findings{all: r.findings(ds)}
	status := http.StatusUnprocessableEntity
	if !scenario.Failed(ds) {
		status, f.added = http.StatusOK, added.Pack.Title.In(append([]string{r.p.Lang()}, added.Pack.Languages...)...)
	}
	return r.show(status, packsPage(r, f))
}

func (r *request) findings(ds []scenario.Diagnostic) (all []finding) {
	for _, d := range ds {
		f := finding{place: d.Pos.File, kind: r.p.T("cli.error_word"), text: r.p.T("check."+d.Code, d.Args), hint: r.p.T("check."+d.Code+".hint", d.Args)}
		if d.Pos.Line > 0 {
			f.place += ":" + number(d.Pos.Line) + ":" + number(d.Pos.Col)
		}
		if d.Warning {
			f.kind = r.p.T("cli.warning_word")
		}
		all = append(all, f)
	}
	return all
}

// file reads a file that was handed in, of at most so many bytes. What then
// becomes of it takes so much memory.
func (r *request) file(field string, most, heavy int64) (raw []byte, name string, err error) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, "", uploadError(err)
	}
	f, head, err := r.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) {
		return nil, "", &problem{r.t("file.missing")}
	}
	if err != nil {
		return nil, "", errors.Join(errForm, err)
	}
	defer f.Close() //nolint:errcheck // only read
	if err := r.heavy(heavy); err != nil {
		return nil, "", err
	}
	raw, err = io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, "", errors.Join(errForm, err)
	case len(raw) == 0:
		return nil, "", &problem{r.t("file.empty")}
	case int64(len(raw)) > most:
		return nil, "", &problem{r.t("error.large")}
	}
	return raw, head.Filename, nil
}
