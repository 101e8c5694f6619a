package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

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
	local   string // scenario time in the unit's zone
	zone    string
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

// showDesk is the page of a unit, or the part of it that changes.
func showDesk(r *request) error {
	d, err := r.deskOf()
	if err != nil {
		return err
	}
	if r.isPart() {
		return r.show(http.StatusOK, deskPart(r, d))
	}
	return r.show(http.StatusOK, deskPage(r, d))
}

func (r *request) deskOf() (*desk, error) {
	u, lang := r.unitIndex(), r.p.Lang()
	d := &desk{unit: r.unit, acts: r.access.Plays(r.hall.ID, r.unit)}
	releases := r.releases()
	r.hall.Live.View(func(st *exercise.State) {
		unit := &st.Play().Cast.Units[u]
		d.clock, d.name, d.zone = r.clockOf(st), unit.Name.In(lang), unit.Zone
		d.local = localTime(st, unit.Zone)
		d.ends = r.ends(st, u)
		for i := range st.InjectCount() {
			if v, ok := st.Inject(i, u); ok && v.Status == exercise.InjectOut {
				d.injects = append(d.injects, r.deskInject(st, i, u, &v, releases[st.InjectKey(i)]))
			}
		}
	})
	slices.SortFunc(d.injects, func(a, b deskInject) int { return int(b.seq) - int(a.seq) })
	for i := range d.injects {
		if err := r.fill(&d.injects[i]); err != nil {
			return nil, err
		}
	}
	d.talk = r.talk(50)
	return d, nil
}

// localTime is the scenario's time in a unit's zone.
func localTime(st *exercise.State, zone string) string {
	at := time.UnixMicro(st.Created().Startex + int64(st.Now(time.Now().UnixMicro())))
	if loc, err := time.LoadLocation(zone); err == nil {
		at = at.In(loc)
	}
	return at.Format("15:04")
}

// viewer is as whom the unit's desk is filled: with what the unit sees, who-
// ever looks at it.
func (r *request) viewer() exercise.Viewer { return exercise.ViewerOf(r.unit) }

// releases are what the unit was given, by inject.
func (r *request) releases() map[string]*exercise.InjectReleased {
	by := map[string]*exercise.InjectReleased{}
	for _, e := range r.hall.Live.Events(r.viewer(), 1000, func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.InjectReleased)
		return ok && b.Unit == r.unit
	}) {
		if b, ok := e.Body.(*exercise.InjectReleased); ok && by[b.Inject] == nil {
			by[b.Inject] = b
		}
	}
	return by
}

func (r *request) deskInject(st *exercise.State, i, u int, v *exercise.InjectView, release *exercise.InjectReleased) deskInject {
	d := deskInject{
		key: v.Key, at: v.Released.String(), tlp: v.TLP, seq: v.Seq, acked: v.Acked != exercise.Never,
		from: r.sender(st, i), release: release,
	}
	d.waiting = !d.acked
	for t := range st.Tasks(u) {
		if t.Inject == v.Key {
			d.tasks = append(d.tasks, r.deskTask(st, u, &t))
		}
	}
	return d
}

// sender is the name of the persona from whom an inject comes.
func (r *request) sender(st *exercise.State, i int) string {
	var from string
	if added := st.Added(i); added != nil {
		from = added.From
	} else {
		from = st.Play().Pack.Injects[i].From
	}
	if p := st.Play().Pack.PersonaByKey(from); p != nil {
		return p.Name.In(r.p.Lang())
	}
	return from
}

func (r *request) deskTask(st *exercise.State, u int, v *exercise.TaskView) deskTask {
	lang := r.p.Lang()
	t := deskTask{
		key: v.Key, kind: v.Type, due: v.Due.String(), open: v.Status == exercise.TaskStands,
		answered: v.First != exercise.Never, late: v.Late || v.First == exercise.Never && st.At() > v.Due,
	}
	if i, ok := st.TaskIndex(v.Key); ok {
		t.prompt = r.render(st, st.Prompt(i, u).In(lang), u)
	}
	if def, _, _ := st.Play().Pack.TaskByKey(v.Key); def != nil {
		for _, o := range def.Options {
			t.options = append(t.options, deskOption{o.Key, r.render(st, o.Text.In(lang), u)})
		}
	}
	t.told = r.standing(v, t.late)
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

// render fills a template in for a unit; one that cannot be filled in stands
// as it is.
func (r *request) render(st *exercise.State, tmpl string, u int) string {
	at := time.UnixMicro(st.Created().Startex + int64(st.At()))
	text, _, err := st.Play().Cast.Render(tmpl, u, r.p.Lang(), at)
	if err != nil {
		return tmpl
	}
	return text
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
func (r *request) ends(st *exercise.State, u int) []end {
	lang, units := r.p.Lang(), st.Play().Cast.Units
	all := []end{{"excon", r.t("end.excon")}}
	if units[u].IsTeam() {
		all = append(all, end{"liaison", r.t("end.liaison")})
	}
	for i := range units {
		near := units[i].Parent == units[u].Key || units[u].Parent == units[i].Key
		if i != u && (near || units[i].IsTeam() && units[u].IsTeam()) {
			all = append(all, end{exercise.ToUnit(units[i].Key), units[i].Name.In(lang)})
		}
	}
	for _, p := range st.Play().Pack.Personas {
		all = append(all, end{"persona:" + p.Key, p.Name.In(lang)})
	}
	return all
}

// talk are the last messages from and to the unit, the latest first.
func (r *request) talk(n int) []deskMessage {
	var all []deskMessage
	for _, e := range r.hall.Live.Events(r.viewer(), n, func(e *exercise.Event) bool { return messageOf(e) != nil }) {
		m := messageOf(&e)
		all = append(all, deskMessage{
			at: e.At.String(), from: r.endName(m.From), to: r.endNames(m.Ends), text: m.Text, tlp: m.TLP, own: m.From == r.unit,
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

func (r *request) endNames(ends []string) string {
	names := make([]string, len(ends))
	for i, e := range ends {
		names[i] = r.endName(e)
	}
	return strings.Join(names, r.t("list.comma"))
}

func (r *request) endName(key string) (name string) {
	if key == "excon" || key == "liaison" {
		return r.t("end." + key)
	}
	if persona, ok := strings.CutPrefix(key, "persona:"); ok {
		r.hall.Live.View(func(st *exercise.State) {
			if p := st.Play().Pack.PersonaByKey(persona); p != nil {
				name = p.Name.In(r.p.Lang())
			}
		})
		return name
	}
	return r.unitName(r.hall, strings.TrimPrefix(key, "unit:"))
}

// act gives a command of the unit, and goes back to its desk.
func (r *request) act(action exercise.Action) error {
	if err := r.do(r.access.Actor(r.hall.ID, r.unit), action); err != nil {
		return err
	}
	return r.back(r.path("/desk/" + r.unit))
}

func acknowledge(r *request) error {
	return r.act(exercise.Acknowledge{Inject: r.PostFormValue("inject"), Unit: r.unit})
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
	return r.act(exercise.Submit{Task: r.PostFormValue("task"), Unit: r.unit, Text: strings.TrimSpace(r.PostFormValue("text")), Items: items})
}

func sendMessage(r *request) error {
	var tlp scenario.TLP
	if err := tlp.UnmarshalText([]byte(r.PostFormValue("tlp"))); err != nil {
		return errors.Join(errForm, err)
	}
	return r.act(exercise.Send{From: r.unit, Ends: []string{r.PostFormValue("to")}, Text: r.PostFormValue("text"), TLP: tlp})
}
