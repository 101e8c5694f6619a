package setup

import (
	"errors"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/web"
)

// Names of the forms of the page.
const (
	titleForm = "title"
	teamsForm = "teams"
)

// ChangeRoutes are the addresses at which an exercise is changed before STARTEX,
// and deleted.
func ChangeRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/change", Need: pages.Directs, Handle: showChange},
		{Pattern: "POST /x/{exercise}/title", Need: pages.Directs, Handle: rename},
		{Pattern: "POST /x/{exercise}/teams", Need: pages.Directs, Handle: recast},
		{Pattern: "GET /exercises/delete", Need: pages.IsSecretary, Handle: showDelete},
		{Pattern: "POST /exercises/delete", Need: pages.IsSecretary, Handle: deleteExercise},
	}
}

// changeView is what of an exercise can be changed before STARTEX.
type changeView struct {
	open  bool // it can
	title scenario.Text
	langs []string // in which a title can be given
	teams []scenario.Unit
	plays map[string]bool // teams that do
	lost  []string        // names of teams that play and that the installation no longer has
	left  int             // events that do not go along
}

func showChange(r *pages.Request) error {
	var v changeView
	r.Exercise.Live.Now(func(m *follow.Moment) {
		v.open = m.State.Phase() == exercise.Preparing
		v.title, v.langs = m.State.Created().Title, titleLangs(m)
		v.plays, v.left = map[string]bool{}, hosting.Left(m)
		for _, u := range m.State.Play().Cast.Units {
			switch {
			case !u.IsTeam():
			case hasTeam(r, u.Key):
				v.plays[u.Key] = true
				v.teams = append(v.teams, u)
			default:
				v.lost = append(v.lost, u.Name.In(r.Printer.Lang(), "en"))
			}
		}
	})
	for _, u := range r.Deps.Host.Teams() {
		if !v.plays[u.Key] {
			v.teams = append(v.teams, u)
		}
	}
	return r.Show(r.Status(), changePage(r, &v))
}

// titleLangs are the languages in which an exercise has a title or is read: English
// and Japanese first.
func titleLangs(m *follow.Moment) []string {
	langs := []string{"en", "ja"}
	add := func(lang string) {
		if base, _, _ := strings.Cut(lang, "-"); base != "" && !slices.Contains(langs, base) {
			langs = append(langs, base)
		}
	}
	for lang := range m.State.Created().Title {
		add(lang)
	}
	for _, u := range m.State.Play().Cast.Units {
		add(u.Locale)
	}
	slices.Sort(langs[2:])
	return langs
}

// rename gives the exercise another title.
func rename(r *pages.Request) error {
	title := scenario.Text{}
	var langs []string
	r.Exercise.Live.Now(func(m *follow.Moment) { langs = titleLangs(m) })
	for _, lang := range langs {
		if text := strings.Join(strings.Fields(r.PostFormValue("title-"+lang)), " "); text != "" {
			title[lang] = text
		}
	}
	if err := r.Control(exercise.Rename{Title: title}); err != nil {
		return r.Redisplay(err, titleForm, r.Path("/change"), showChange)
	}
	return r.RedirectWith(r.Path("/change"), "said.done")
}

// recast has other teams play, and leads to the exercise that takes the place of
// this one.
func recast(r *pages.Request) error {
	if r.PostFormValue("key") == "" {
		return web.ErrForm
	}
	id, err := r.Deps.Host.Recast(r.Context(), hosting.RecastOptions{
		ID: r.Exercise.ID, Key: r.PostFormValue("key"), By: r.Access.Person, Teams: r.PostForm["team"],
	})
	if mend := (*hosting.CreateError)(nil); errors.As(err, &mend) {
		return r.Redisplay(&web.UserError{Text: r.T("create."+mend.Code, mend.Args)}, teamsForm, r.Path("/change"), showChange)
	}
	if err != nil {
		return err
	}
	return r.RedirectWith(pages.ExercisePath(id)+"change", "said.recast")
}
