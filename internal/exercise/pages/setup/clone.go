package setup

import (
	"errors"
	"slices"
	"strings"

	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/web"
)

// cloneForm is the form for a new exercise, filled in as another was made: its
// pack, title and teams. What the installation has no more is left out, and said.
func cloneForm(r *pages.Request, id string) (*newForm, error) {
	x, err := r.Deps.Host.Exercise(r.Context(), id)
	if errors.Is(err, hosting.ErrNotFound) {
		return nil, web.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	f := &newForm{title: map[string]string{}}
	var lacks []string
	x.Live.Now(func(m *follow.Moment) {
		play := m.State.Play()
		for lang, text := range m.State.Created().Title {
			f.title[lang] = text
		}
		if f.pack = library.KeyOf(play.Pack); !hasPack(r, f.pack) {
			lacks = append(lacks, r.T("new.lacks_pack", web.Args("Pack", f.pack)))
		}
		for _, u := range play.Cast.Units {
			switch {
			case !u.IsTeam():
			case hasTeam(r, u.Key):
				f.teams = append(f.teams, u.Key)
			default:
				lacks = append(lacks, r.T("new.lacks_team", web.Args("Team", u.Name.In(r.Printer.Lang(), "en"))))
			}
		}
	})
	f.lacks, f.from = lacks, r.TitleOf(x)
	if r.Access.Controls(id) {
		f.carry = id
	}
	return f, nil
}

func hasPack(r *pages.Request, key string) bool {
	return slices.ContainsFunc(r.Deps.Host.Packs(), func(p library.Entry) bool { return p.Key == key })
}

func hasTeam(r *pages.Request, key string) bool {
	return slices.ContainsFunc(r.Deps.Host.Teams(), func(u scenario.Unit) bool { return u.Key == key })
}

// listedTeams are the members that can take part: those of the form in its
// order, which is that of the ring, and then the others.
func listedTeams(r *pages.Request, f *newForm) []scenario.Unit {
	place := func(u scenario.Unit) int {
		if at := slices.Index(f.teams, u.Key); at >= 0 {
			return at
		}
		return len(f.teams)
	}
	all := r.Deps.Host.Teams()
	slices.SortStableFunc(all, func(a, b scenario.Unit) int { return place(a) - place(b) })
	return all
}

// otherTitles are the languages, beside those that the form asks for, in which
// the exercise before had a title.
func otherTitles(f *newForm) (langs []string) {
	for lang := range f.title {
		if lang != "en" && lang != "ja" && !strings.ContainsAny(lang, " \t") {
			langs = append(langs, lang)
		}
	}
	slices.Sort(langs)
	return langs
}
