package setup

import (
	"net/http"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/web"
)

// tryView is the page on which an author tries an answer against a key.
type tryView struct {
	pack   packView
	places []tryPlace
	units  []scenario.Unit

	place, unit, text string
	judged            bool
	asked             string // name of the unit for which it was judged
	right             bool
	notes             []string
}

// tryPlace is a task or a flow whose key judges words.
type tryPlace struct{ key, name string }

// showTry shows the form for a pack.
func showTry(r *pages.Request) error {
	v, _, err := tryOf(r, r.URL.Query().Get("pack"))
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, tryPage(r, v))
}

// tryAnswer judges what was written and says why. Nothing is kept of it; it comes
// by POST so that no address or log holds an answer.
func tryAnswer(r *pages.Request) error {
	v, cast, err := tryOf(r, r.PostFormValue("pack"))
	if err != nil {
		return err
	}
	v.place, v.unit, v.text = r.PostFormValue("place"), r.PostFormValue("unit"), strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n")
	place, ok := cast.PlaceOf(v.place)
	if !ok || len(v.text) > exercise.MaxText {
		return web.ErrForm
	}
	if v.unit != "" {
		if place.Unit, ok = cast.Index(v.unit); !ok {
			return web.ErrForm
		}
	}
	verdict, err := cast.TryAt(place, v.text)
	if err != nil {
		return err
	}
	v.judged, v.right, v.asked = true, verdict.Right, cast.Units[place.Unit].Key
	for _, n := range verdict.Notes {
		v.notes = append(v.notes, r.Printer.T("try."+n.Code, n.Args))
	}
	return r.Show(http.StatusOK, tryPage(r, v))
}

// tryOf is the page of a pack, and the pack with the members of the installation.
// It answers web.ErrNotFound to whoever plays the pack: the page tells its keys.
func tryOf(r *pages.Request, key string) (*tryView, *scenario.Cast, error) {
	all := packs(r)
	i := slices.IndexFunc(all, func(p packView) bool { return p.Key == key || p.Pack.Key == key })
	if i < 0 {
		return nil, nil, web.ErrNotFound
	}
	if plays, err := playsPack(r, all[i].Key); err != nil || plays {
		if err == nil {
			err = &web.UserError{Text: r.T("try.plays")}
		}
		return nil, nil, err
	}
	v := &tryView{pack: all[i], places: tryPlaces(r, all[i].Pack)}
	teams := r.Deps.Host.Teams()
	cast, err := scenario.NewCast(v.pack.Pack, teams[:min(len(teams), max(2, v.pack.Pack.Units.Min))])
	if err != nil {
		return nil, nil, err
	}
	v.units = cast.Units
	return v, cast, nil
}

// playsPack reports whether the asker plays a unit in an exercise of the pack that
// is not over.
func playsPack(r *pages.Request, key string) (bool, error) {
	all, err := r.Deps.Host.List(r.Context(), func(id string) bool { return len(r.Access.Units(id)) > 0 })
	if err != nil {
		return false, err
	}
	for _, s := range all {
		if s.Over {
			continue
		}
		x, err := r.Deps.Host.Exercise(r.Context(), s.ID)
		if err != nil {
			return false, err
		}
		same := false
		x.Live.Now(func(m *follow.Moment) { same = library.KeyOf(m.State.Play().Pack) == key })
		if same {
			return true, nil
		}
	}
	return false, nil
}

// tryPlaces are the tasks and flows that words decide, in the order of the pack.
func tryPlaces(r *pages.Request, pack *scenario.Pack) (all []tryPlace) {
	langs := append([]string{r.Printer.Lang()}, pack.Languages...)
	for _, in := range pack.Injects {
		tasks := in.Tasks
		if in.Relay != nil {
			tasks = slices.Concat(tasks, in.Relay.Tasks)
		}
		for _, t := range tasks {
			switch t.Type {
			case scenario.TaskAnswer, scenario.TaskIndicators, scenario.TaskReport, scenario.TaskShare, scenario.TaskFlag:
				all = append(all, tryPlace{t.Key, t.Key + " " + r.Printer.T("review.type."+t.Type) + " · " + in.Title.In(langs...)})
			}
		}
	}
	for _, f := range pack.Flows {
		if f.In == "" && len(f.What) > 0 {
			all = append(all, tryPlace{f.Key, f.Key + " · " + f.Title.In(langs...)})
		}
	}
	return all
}
