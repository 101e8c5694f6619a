package excon

import (
	"errors"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/markdown"
	"renkei/internal/web"
)

// maxComposed is how many tasks an inject that is made up can have.
const maxComposed = 3

// composition is an inject as it is being written.
type composition struct {
	clock    pages.ClockView
	title    string
	from     string
	to       string // teams, cells, all, or "units"
	units    []string
	phase    string
	tlp      scenario.TLP
	when     string // now, at, in
	at, in   string
	texts    []amendText
	tasks    []composedTask
	unit     string // as whom it is previewed
	personas []pages.End
	everyone []pages.End
	phases   []phaseChoice
	preview  []injectText
	asked    [][]string // by task: its prompt in each language of the preview
	problem  string
	seen     string
}

// composedTask is a task of it.
type composedTask struct {
	kind           string // "", answer or report
	prompts        []changeText
	accept         []string
	within, points string
}

// ComposeRoutes are the addresses at which an inject is made up during play.
func ComposeRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/compose", Need: pages.Controls, Handle: showComposer},
		{Pattern: "POST /x/{exercise}/compose", Need: pages.Controls, Handle: compose},
	}
}

func showComposer(r *pages.Request) error {
	if r.IsPart() {
		return r.ShowView(composeView(r))
	}
	c, err := newComposition(r)
	if err != nil {
		return err
	}
	return showComposition(r, c)
}

// composeView is the clock above the form.
func composeView(r *pages.Request) *pages.View {
	return &pages.View{
		Key: r.ExconKey(), Viewer: r.Access.Viewer(r.Exercise.ID),
		Part: func() (templ.Component, error) {
			var c pages.ClockView
			err := r.At(func(s *pages.Moment) error {
				c = s.Clock("")
				return nil
			})
			return clockPart(r, c), err
		},
	}
}

func showComposition(r *pages.Request, c *composition) error {
	part, err := r.PartOf(composeView(r))
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, composePage(r, c, templ.Raw(string(part.Plain))))
}

// newComposition is the empty form, with what there is to choose from.
func newComposition(r *pages.Request) (*composition, error) {
	c := &composition{to: scenario.AudTeams, when: "now", tlp: scenario.TLPAmber}
	err := r.At(func(s *pages.Moment) error {
		pack := s.State.Play().Pack
		c.clock = s.Clock("")
		for _, p := range pack.Personas {
			c.personas = append(c.personas, pages.End{Key: p.Key, Name: s.PersonaName(p.Key)})
		}
		for i := range s.State.Play().Cast.Units {
			key := s.State.Play().Cast.Units[i].Key
			c.everyone = append(c.everyone, pages.End{Key: key, Name: s.LongName(key)})
		}
		words := wording(s)
		for _, p := range pack.Phases {
			c.phases = append(c.phases, phaseChoice{p.Key, words.Phase(p.Key)})
		}
		for _, lang := range pack.Languages {
			c.texts = append(c.texts, amendText{lang: lang})
		}
		return nil
	})
	for range maxComposed {
		t := composedTask{within: "5", points: "10"}
		for _, text := range c.texts {
			t.prompts = append(t.prompts, changeText{lang: text.lang})
		}
		c.tasks = append(c.tasks, t)
	}
	return c, err
}

// compose shows what is being written as a unit will see it, and gives it once
// that has been looked at.
func compose(r *pages.Request) error {
	c, err := readComposition(r)
	if err != nil {
		return err
	}
	action, bad := composed(r, c)
	var mend *web.UserError
	if bad != nil && !errors.As(bad, &mend) {
		return bad
	}
	sum := c.sum()
	if r.PostFormValue("step") == "give" && bad == nil && c.seen == sum {
		return giveComposed(r, action)
	}
	if r.ByScript() {
		if mend != nil {
			return mend
		}
		return &web.UserError{Text: r.T("inject.look_first")}
	}
	c.seen = ""
	if mend != nil { // nothing of what was written is lost
		c.problem = mend.Text
	} else if err := previewComposed(r, c); err != nil {
		return err
	} else if c.problem == "" {
		c.seen = sum
	}
	return showComposition(r, c)
}

// previewComposed fills texts and tasks in as the chosen unit will see them.
func previewComposed(r *pages.Request, c *composition) error {
	err := r.At(func(s *pages.Moment) error {
		u := previewUnit(s, c)
		c.unit = s.State.Play().Cast.Units[u].Key
		for _, t := range c.texts {
			x := injectText{lang: t.lang, own: t.lang == unitLang(s, u), raw: joinText(t.subject, t.body)}
			if x.raw == "" { // it will be read in another language
				continue
			}
			fillText(s, &x, u)
			c.preview = append(c.preview, x)
		}
		c.askAs(s, u)
		return nil
	})
	if err != nil {
		return err
	}
	for i := range c.preview {
		t := &c.preview[i]
		if t.html, err = markdown.HTML(t.html); err != nil {
			return err
		}
		if t.problem != "" {
			c.problem = r.T("inject.bad_template", i18n.Args{"Cause": t.problem})
		}
	}
	return nil
}

// askAs fills the prompts in as unit u reads them.
func (c *composition) askAs(s *pages.Moment, u int) {
	for _, t := range c.tasks {
		var prompts []string
		for _, p := range t.prompts {
			if t.kind == "" || p.text == "" {
				continue
			}
			text, err := renderIn(s, p.text, u, p.lang)
			if err != nil {
				c.problem = s.Request.T("inject.bad_template", i18n.Args{"Cause": err.Error()})
				text = p.text
			}
			prompts = append(prompts, text)
		}
		c.asked = append(c.asked, prompts)
	}
}

// previewUnit is as whom it is shown: the unit that was chosen, or the first
// that gets it.
func previewUnit(s *pages.Moment, c *composition) int {
	if u, ok := s.State.Play().Cast.Index(c.unit); ok {
		return u
	}
	for u := range s.State.Play().Cast.Units {
		unit := &s.State.Play().Cast.Units[u]
		if c.to == scenario.AudCells && !unit.IsTeam() || c.to == "units" && slices.Contains(c.units, unit.Key) {
			return u
		}
	}
	return 0
}

// giveComposed gives it, and leads to its page.
func giveComposed(r *pages.Request, action exercise.AddInject) error {
	if !wasDone(r) { // sent again, "in five minutes" would be another command
		if err := r.Control(action); err != nil {
			return named(r, err)
		}
	}
	key, inject := r.PostFormValue("key"), ""
	err := r.At(func(s *pages.Moment) error {
		for _, e := range s.Events(exercise.Viewer{Control: true}, 0, 1, func(e *exercise.Event) bool {
			_, is := e.Body.(*exercise.InjectAdded)
			return is && e.Cmd == key && e.Actor == r.Access.Person
		}) {
			inject = "#" + web.Number(e.Seq)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.RedirectText(mselPath(r, inject), r.T("compose.said", i18n.Args{"Inject": inject}))
}

// nameOf is the name of a unit among those to choose from.
func (c *composition) nameOf(unit string) string {
	for _, u := range c.everyone {
		if u.Key == unit {
			return u.Name
		}
	}
	return unit
}
