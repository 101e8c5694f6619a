package web

import (
	"errors"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/journal"
	"renkei/internal/markdown"
	"renkei/internal/scenario"
)

// desk is a unit's place: what it has received and what it owes.
type desk struct {
	clock   clockView
	unit    string
	name    string
	acts    bool // the reader acts for the unit
	injects []deskInject
	talk    []deskMessage
	ends    []end
}

// deskInject is an inject that the unit has received, with its tasks.
type deskInject struct {
	key, from, at  string
	subject, html  string
	tlp            scenario.TLP
	acked, waiting bool // acknowledged; asks for it
	tasks          []deskTask
	seq            uint64
	release        *exercise.InjectReleased
}

// deskTask is what an inject asks of the unit.
type deskTask struct {
	key, kind, prompt, due string
	open, late, answered   bool
	told                   string // how it stands, in words
	options                []deskOption
}

type deskOption struct{ key, text string }

// deskMessage is a line of chat.
type deskMessage struct {
	at, from, to, text string
	tlp                scenario.TLP
	own                bool
}

// end is somebody to write to.
type end struct{ key, name string }

func deskRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/desk/{unit...}", need: readsUnit, handle: showDesk},
		{pattern: "POST /x/{exercise}/acknowledge/{unit...}", need: playsUnit, handle: acknowledge},
		{pattern: "POST /x/{exercise}/answer/{unit...}", need: playsUnit, handle: answer},
		{pattern: "POST /x/{exercise}/message/{unit...}", need: playsUnit, handle: sendMessage},
	}
}

// showDesk is the page of a unit, or the part of it that changes.
func showDesk(r *request) error {
	var d *desk
	return r.showView(&view{
		key:    r.unitKey(),
		viewer: r.viewer(),
		part: func() (c templ.Component, err error) {
			d, err = r.deskOf()
			return deskPart(r, d), err
		},
		page: func(part templ.Component) templ.Component { return deskPage(r, part) },
	})
}

// unitKey is whether the reader acts for the unit, for a view.
func (r *request) unitKey() string {
	if r.acts() {
		return "acts"
	}
	return "reads"
}

// acts reports whether the reader acts for the request's unit.
func (r *request) acts() bool { return r.access.Plays(r.hall.ID, r.unit) && !r.URL.Query().Has("at") }

func (r *request) deskOf() (*desk, error) {
	d := &desk{unit: r.unit, acts: r.acts()}
	err := r.look(func(s *scene) error {
		unit := &s.st.Play().Cast.Units[r.u]
		d.clock, d.name = s.clock(unit.Zone), s.unitName(unit.Key)
		d.ends = s.ends(r.u)
		releases := s.releases()
		for i := range s.st.InjectCount() {
			if v, ok := s.st.Inject(i, r.u); ok && v.Status == exercise.InjectOut {
				d.injects = append(d.injects, s.deskInject(i, r.u, &v, releases[s.st.InjectKey(i)]))
			}
		}
		d.talk = s.talk(50)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(d.injects, func(a, b deskInject) int { return int(b.seq) - int(a.seq) })
	for i := range d.injects {
		if err := r.fill(&d.injects[i]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// viewer is as whom the unit's desk is filled: with what the unit sees, who-
// ever looks at it.
func (r *request) viewer() exercise.Viewer { return exercise.ViewerOf(r.unit) }

// releases are what the unit was given, by inject.
func (s *scene) releases() map[string]*exercise.InjectReleased {
	by := map[string]*exercise.InjectReleased{}
	for _, e := range s.Events(s.r.viewer(), 0, 1000, func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.InjectReleased)
		return ok && b.Unit == s.r.unit
	}) {
		if b, ok := e.Body.(*exercise.InjectReleased); ok && by[b.Inject] == nil {
			by[b.Inject] = b
		}
	}
	return by
}

func (s *scene) deskInject(i, u int, v *exercise.InjectView, release *exercise.InjectReleased) deskInject {
	d := deskInject{
		key: v.Key, at: v.Released.String(), tlp: v.TLP, seq: v.Seq, acked: v.Acked != exercise.Never,
		from: s.sender(i), release: release,
	}
	d.waiting = !d.acked
	for t := range s.st.Tasks(u) {
		if t.Inject == v.Key {
			d.tasks = append(d.tasks, s.deskTask(u, &t))
		}
	}
	return d
}

// sender is the name of the persona from whom an inject comes.
func (s *scene) sender(i int) string {
	if added := s.st.Added(i); added != nil {
		return s.personaName(added.From)
	}
	return s.personaName(s.st.Play().Pack.Injects[i].From)
}

func (s *scene) deskTask(u int, v *exercise.TaskView) deskTask {
	lang, st := s.r.p.Lang(), s.st
	t := deskTask{
		key: v.Key, kind: v.Type, due: v.Due.String(), open: v.Status == exercise.TaskStands,
		answered: v.First != exercise.Never, late: v.Late || v.First == exercise.Never && st.At() > v.Due,
	}
	if i, ok := st.TaskIndex(v.Key); ok {
		t.prompt = s.render(st.Prompt(i, u).In(lang), u)
	}
	if def, _, _ := st.Play().Pack.TaskByKey(v.Key); def != nil {
		for _, o := range def.Options {
			t.options = append(t.options, deskOption{o.Key, s.render(o.Text.In(lang), u)})
		}
	}
	t.told = s.r.standing(v, t.late)
	return t
}

// standing says how a task stands, as far as the unit may know.
func (r *request) standing(v *exercise.TaskView, late bool) string {
	switch {
	case v.Status == exercise.TaskVoid:
		return r.t("task.void")
	case v.First == exercise.Never && late:
		return r.t("task.overdue")
	case v.First == exercise.Never:
		return ""
	case v.Feedback && v.Solved:
		return r.t("task.solved")
	case v.Feedback && v.Type != scenario.TaskReport && v.Type != scenario.TaskShare:
		return r.t("task.wrong")
	}
	return r.t("task.handed_in")
}

// fill reads the text of an inject as the unit got it.
func (r *request) fill(d *deskInject) error {
	if d.release == nil {
		return nil // relayed: its text came with the relay
	}
	hash := ""
	for _, lang := range []string{r.p.Lang(), d.release.Lang} {
		if hash = d.release.Texts[lang]; hash != "" {
			break
		}
	}
	for lang := range d.release.Texts {
		if hash == "" {
			hash = d.release.Texts[lang]
		}
	}
	var h journal.Hash
	if err := h.UnmarshalText([]byte(hash)); err != nil {
		return err
	}
	content, err := r.hall.Content(r.Context(), h)
	if err != nil {
		return err
	}
	subject, body, _ := strings.Cut(string(content.Data), "\n")
	d.subject = strings.TrimPrefix(subject, "# ")
	d.html, err = markdown.HTML(body)
	return err
}

// ends are whom a unit may write to.
func (s *scene) ends(u int) []end {
	units := s.st.Play().Cast.Units
	all := []end{{exercise.EndExcon, s.endName(exercise.EndExcon)}}
	if units[u].IsTeam() {
		all = append(all, end{exercise.EndLiaison, s.endName(exercise.EndLiaison)})
	}
	for i := range units {
		near := units[i].Parent == units[u].Key || units[u].Parent == units[i].Key
		if i != u && (near || units[i].IsTeam() && units[u].IsTeam()) {
			all = append(all, end{exercise.ToUnit(units[i].Key), s.unitName(units[i].Key)})
		}
	}
	for _, p := range s.st.Play().Pack.Personas {
		all = append(all, end{exercise.EndPersona + p.Key, s.personaName(p.Key)})
	}
	return all
}

// talk are the last messages from and to the unit, the latest first.
func (s *scene) talk(n int) []deskMessage {
	var all []deskMessage
	for _, e := range s.Events(s.r.viewer(), 0, n, func(e *exercise.Event) bool { return messageOf(e) != nil }) {
		m := messageOf(&e)
		all = append(all, deskMessage{
			at: e.At.String(), from: s.endName(m.From), to: s.endNames(m.Ends), text: m.Text, tlp: m.TLP, own: m.From == s.r.unit,
		})
	}
	return all
}

func messageOf(e *exercise.Event) *exercise.Message {
	switch b := e.Body.(type) {
	case *exercise.Message:
		return b
	case *exercise.Shared:
		return &b.Message
	}
	return nil
}

// onDesk gives a command of the unit, and goes back to its desk.
func (r *request) onDesk(action exercise.Action, said string) error {
	if err := r.act(action); err != nil {
		return err
	}
	return r.done(r.path("/desk/"+r.unit), said)
}

func acknowledge(r *request) error {
	return r.onDesk(exercise.Acknowledge{Inject: r.PostFormValue("inject"), Unit: r.unit}, "said.acknowledged")
}

func answer(r *request) error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(errForm, err)
	}
	items := r.PostForm["option"]
	for _, line := range strings.Split(r.PostFormValue("items"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			items = append(items, line)
		}
	}
	return r.onDesk(exercise.Submit{
		Task: r.PostFormValue("task"), Unit: r.unit, Text: strings.TrimSpace(r.PostFormValue("text")), Items: items,
	}, "said.handed_in")
}

func sendMessage(r *request) error {
	var tlp scenario.TLP
	if err := tlp.UnmarshalText([]byte(r.PostFormValue("tlp"))); err != nil {
		return errors.Join(errForm, err)
	}
	return r.onDesk(exercise.Send{From: r.unit, Ends: []string{r.PostFormValue("to")}, Text: r.PostFormValue("text"), TLP: tlp}, "said.sent")
}
