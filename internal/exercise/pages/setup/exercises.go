package setup

import (
	"errors"
	"net/http"
	"strings"

	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/web"
)

// maxPack is the most that a pack may weigh as a zip.
const maxPack = 64 << 20

// ExercisesRoutes are the addresses of exercises and packs outside play.
func ExercisesRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /exercises", Need: pages.Known, Handle: showExercises},
		{Pattern: "POST /exercises/archive", Need: pages.Archives, Handle: pages.Archive},
		{Pattern: "GET /new", Need: pages.IsSecretary, Handle: showNew},
		{Pattern: "POST /new", Need: pages.IsSecretary, Handle: makeExercise},
		{Pattern: "POST /director", Need: pages.IsSecretary, Handle: pages.InviteDirector},
		{Pattern: "GET /packs", Need: pages.IsSecretary, Handle: showPacks},
		{Pattern: "GET /packs/try", Need: pages.IsSecretary, Handle: showTry},
		{Pattern: "POST /packs/try", Need: pages.IsSecretary, Handle: tryAnswer},
		{Pattern: "POST /packs", Need: pages.IsSecretary, Handle: addPack, Limit: maxPack + web.MaxForm, Upload: true},
	}
}

// showExercises lists the exercises.
func showExercises(r *pages.Request) error {
	h, err := r.Home(nil)
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, web.StartPage(r.Request, []*web.Home{h}))
}

// newForm is what was typed into the form for a new exercise.
type newForm struct {
	pack    string
	title   map[string]string
	teams   []string
	bots    bool
	problem string
	from    string    // the title of the exercise that is cloned; "" for none
	lacks   []string  // what of it is no longer there, in sentences
	carry   string    // id of the exercise whose improvement plan goes on; "" for none
	plans   []planned // from which it can be chosen
}

func showNew(r *pages.Request) error {
	if id := r.URL.Query().Get("from"); id != "" {
		f, err := cloneForm(r, id)
		if err != nil {
			return err
		}
		return showForm(r, http.StatusOK, f)
	}
	f := &newForm{pack: r.FormValue("pack"), title: map[string]string{}}
	for _, t := range r.Deps.Host.Teams() {
		f.teams = append(f.teams, t.Key)
	}
	return showForm(r, http.StatusOK, f)
}

func showForm(r *pages.Request, status int, f *newForm) (err error) {
	if f.plans, err = plannedExercises(r); err != nil {
		return err
	}
	return r.Show(status, newPage(r, f))
}

// makeExercise makes an exercise, and leads to its people: who makes it invites
// next.
func makeExercise(r *pages.Request) error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(web.ErrForm, err)
	}
	f := &newForm{
		pack: r.PostFormValue("pack"), title: map[string]string{}, teams: r.PostForm["team"], bots: r.PostFormValue("bots") == "yes",
		carry: r.PostFormValue("carry"),
	}
	for name := range r.PostForm {
		if lang, ok := strings.CutPrefix(name, "title-"); ok && strings.TrimSpace(r.PostFormValue(name)) != "" {
			f.title[lang] = strings.TrimSpace(r.PostFormValue(name))
		}
	}
	if r.PostFormValue("key") == "" {
		return web.ErrForm
	}
	options := hosting.CreateOptions{
		Key: r.PostFormValue("key"), By: r.Access.Person, Title: scenario.Text(f.title), Pack: f.pack, Teams: f.teams, Bots: f.bots,
	}
	if err := carryPlan(r, f.carry, &options); err != nil {
		return err
	}
	id, err := r.Deps.Host.Create(r.Context(), options)
	if mend := (*hosting.CreateError)(nil); errors.As(err, &mend) {
		f.problem = r.T("create."+mend.Code, mend.Args)
		return showForm(r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return r.RedirectWith(pages.ExercisePath(id)+"invite", "said.made")
}

// packView is a pack as it can be chosen.
type packView struct {
	library.Entry

	title, summary, about string
}

func packs(r *pages.Request) []packView {
	var all []packView
	for _, p := range r.Deps.Host.Packs() {
		langs := append([]string{r.Printer.Lang()}, p.Pack.Languages...)
		injects, cells := len(p.Pack.Injects), len(p.Pack.Units.Cells)
		all = append(all, packView{
			Entry: p, title: p.Pack.Title.In(langs...), summary: p.Pack.Summary.In(langs...),
			about: r.T("pack.about", web.Args("Version", p.Pack.Version, "Minutes", int(p.Pack.Duration.Minutes()), "Injects", injects,
				"Cells", cells, "Teams", p.Pack.Units.Min, "Languages", strings.Join(p.Pack.Languages, r.T("list.comma")))),
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

func showPacks(r *pages.Request) error { return r.Show(http.StatusOK, packsPage(r, nil)) }

// addPack checks a pack and keeps it, or says everything that is wrong with it.
func addPack(r *pages.Request) error {
	raw, _, err := r.File("pack", maxPack, web.HeavyPack)
	if err != nil {
		return err
	}
	added, ds, err := r.Deps.Host.AddPack(r.Context(), raw)
	if mend := (*hosting.CreateError)(nil); errors.As(err, &mend) {
		return &web.UserError{Text: r.T("create."+mend.Code, mend.Args)}
	}
	if err != nil {
		return err
	}
	f := &findings{all: findingsOf(r, ds)}
	status := http.StatusUnprocessableEntity
	if !scenario.Failed(ds) {
		status, f.added = http.StatusOK, added.Pack.Title.In(append([]string{r.Printer.Lang()}, added.Pack.Languages...)...)
	}
	return r.Show(status, packsPage(r, f))
}

func findingsOf(r *pages.Request, ds []scenario.Diagnostic) (all []finding) {
	for _, d := range ds {
		f := finding{place: d.Pos.File, kind: r.Printer.T("cli.error_word"), text: r.Printer.T("check."+d.Code, d.Args), hint: r.Printer.T("check."+d.Code+".hint", d.Args)}
		if d.Pos.Line > 0 {
			f.place += ":" + web.Number(d.Pos.Line) + ":" + web.Number(d.Pos.Col)
		}
		if d.Warning {
			f.kind = r.Printer.T("cli.warning_word")
		}
		all = append(all, f)
	}
	return all
}
