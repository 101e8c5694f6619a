package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/markdown"
)

// maxComposed is how many tasks an inject that is made up can have.
const maxComposed = 3

// composition is an inject as it is being written.
type composition struct {
	clock    clockView
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
	personas []end
	everyone []end
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

func composeRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/compose", need: controls, handle: showComposer},
		{pattern: "POST /x/{exercise}/compose", need: controls, handle: compose},
	}
}

func showComposer(r *request) error {
	if r.isPart() {
		return r.showView(r.composeView())
	}
	c, err := r.newComposition()
	if err != nil {
		return err
	}
	return r.showComposition(c)
}

// composeView is the clock above the form.
func (r *request) composeView() *view {
	return &view{
		key: r.exconKey(), viewer: r.access.Viewer(r.hall.ID),
		part: func() (templ.Component, error) {
			var c clockView
			err := r.look(func(s *scene) error {
				c = s.clock("")
				return nil
			})
			return clockPart(r, c), err
		},
	}
}

func (r *request) showComposition(c *composition) error {
	part, err := r.partOf(r.composeView())
	if err != nil {
		return err
	}
	return r.show(http.StatusOK, composePage(r, c, templ.Raw(string(part.plain))))
}

// newComposition is the empty form, with what there is to choose from.
func (r *request) newComposition() (*composition, error) {
	c := &composition{to: scenario.AudTeams, when: "now", tlp: scenario.TLPAmber}
	err := r.look(func(s *scene) error {
		pack := s.st.Play().Pack
		c.clock = s.clock("")
		for _, p := range pack.Personas {
			c.personas = append(c.personas, end{p.Key, s.personaName(p.Key)})
		}
		for i := range s.st.Play().Cast.Units {
			key := s.st.Play().Cast.Units[i].Key
			c.everyone = append(c.everyone, end{key, s.longName(key)})
		}
		words := s.wording()
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
func compose(r *request) error {
	c, err := r.readComposition()
	if err != nil {
		return err
	}
	action, bad := r.composed(c)
	var mend *problem
	if bad != nil && !errors.As(bad, &mend) {
		return bad
	}
	sum := c.sum()
	if r.PostFormValue("step") == "give" && bad == nil && c.seen == sum {
		return r.giveComposed(action)
	}
	if r.byScript() {
		if mend != nil {
			return mend
		}
		return &problem{r.t("inject.look_first")}
	}
	c.seen = ""
	if mend != nil { // nothing of what was written is lost
		c.problem = mend.text
	} else if err := r.previewComposed(c); err != nil {
		return err
	} else if c.problem == "" {
		c.seen = sum
	}
	return r.showComposition(c)
}

// previewComposed fills texts and tasks in as the chosen unit will see them.
func (r *request) previewComposed(c *composition) error {
	err := r.look(func(s *scene) error {
		u := s.previewUnit(c)
		c.unit = s.st.Play().Cast.Units[u].Key
		for _, t := range c.texts {
			x := injectText{lang: t.lang, own: t.lang == s.unitLang(u), raw: joinText(t.subject, t.body)}
			if x.raw == "" { // it will be read in another language
				continue
			}
			s.fillText(&x, u)
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
			c.problem = r.t("inject.bad_template", i18n.Args{"Cause": t.problem})
		}
	}
	return nil
}

// askAs fills the prompts in as unit u reads them.
func (c *composition) askAs(s *scene, u int) {
	for _, t := range c.tasks {
		var prompts []string
		for _, p := range t.prompts {
			if t.kind == "" || p.text == "" {
				continue
			}
			text, err := s.renderIn(p.text, u, p.lang)
			if err != nil {
				c.problem = s.r.t("inject.bad_template", i18n.Args{"Cause": err.Error()})
				text = p.text
			}
			prompts = append(prompts, text)
		}
		c.asked = append(c.asked, prompts)
	}
}

// previewUnit is as whom it is shown: the unit that was chosen, or the first
// that gets it.
func (s *scene) previewUnit(c *composition) int {
	if u, ok := s.st.Play().Cast.Index(c.unit); ok {
		return u
	}
	for u := range s.st.Play().Cast.Units {
		unit := &s.st.Play().Cast.Units[u]
		if c.to == scenario.AudCells && !unit.IsTeam() || c.to == "units" && slices.Contains(c.units, unit.Key) {
			return u
		}
	}
	return 0
}

// giveComposed gives it, and leads to its page.
func (r *request) giveComposed(action exercise.AddInject) error {
	if !r.wasDone() { // sent again, "in five minutes" would be another command
		if err := r.control(action); err != nil {
			return r.named(err)
		}
	}
	key, inject := r.PostFormValue("key"), ""
	err := r.look(func(s *scene) error {
		for _, e := range s.Events(exercise.Viewer{Control: true}, 0, 1, func(e *exercise.Event) bool {
			_, is := e.Body.(*exercise.InjectAdded)
			return is && e.Cmd == key && e.Actor == r.access.Person
		}) {
			inject = "#" + number(e.Seq)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.doneText(r.mselPath(inject), r.t("compose.said", i18n.Args{"Inject": inject}))
}

// nameOf is the name of a unit among those to choose from.
func (c *composition) nameOf(unit string) string {
	for _, u := range c.everyone {
		if u.key == unit {
			return u.name
		}
	}
	return unit
}
