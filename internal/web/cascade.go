package web

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/markdown"
)

// cells reads a team's cells.
func (s *scene) cells(team int) *cellsView {
	family := s.st.Play().Family(team)
	within := map[string]bool{}
	for _, u := range family {
		within[s.st.Play().Cast.Units[u].Key] = true
	}
	rec := s.record(func(unit string) bool { return within[unit] })
	v := &cellsView{clock: s.clock(s.st.Play().Cast.Units[team].Zone)}
	v.acts = s.r.acts() && (s.st.Phase() == exercise.Running || s.st.Phase() == exercise.OnHold)
	for _, u := range family[1:] {
		v.cells = append(v.cells, s.cell(u, team, rec))
	}
	for i := range s.st.InjectCount() {
		if x, ok := s.relay(i, team, family[1:]); ok {
			v.relays = append(v.relays, x)
		}
	}
	slices.Reverse(v.relays) // the latest first
	v.done = s.relaysOf(rec.deeds[s.st.Play().Cast.Units[team].Key])
	return v
}

// cell is one cell with its work.
func (s *scene) cell(u, team int, rec *record) cellView {
	unit, view := &s.st.Play().Cast.Units[u], s.st.Unit(u)
	c := cellView{
		key: unit.Key, name: s.unitName(unit.Key), bot: view.Bot, ready: view.Ready, present: view.Present, expected: view.Expected,
		life: s.lastLife(unit.Key),
	}
	if view.Status != exercise.Present {
		c.status = s.r.t("status." + view.Status)
	}
	for i := range s.st.InjectCount() {
		if in, ok := s.st.Inject(i, u); ok && in.Status == exercise.InjectOut {
			x := cellInject{key: in.Key, title: s.subjectOf(i, u), at: in.Released.String(), relayed: in.Relayed}
			if in.Acked != exercise.Never {
				x.acked = in.Acked.String()
			}
			c.injects = append(c.injects, x)
		}
	}
	for t := range s.st.TaskCount() {
		if task, ok := s.st.Task(t, u); ok && task.Status != exercise.TaskVoid {
			c.addTask(s.cellTask(t, u, &task, rec), &task)
		}
	}
	c.wrote = s.wroteTo(rec.deeds[unit.Key], s.st.Play().Cast.Units[team].Key)
	return c
}

func (c *cellView) addTask(t cellTask, v *exercise.TaskView) {
	c.tasks = append(c.tasks, t)
	if v.First == exercise.Never {
		c.open++
	}
	if t.overdue {
		c.overdue++
	}
}

// cellTask is a task of a cell as its team sees it: with the answers, and no
// score that the cell does not see.
func (s *scene) cellTask(t, u int, v *exercise.TaskView, rec *record) cellTask {
	x := cellTask{
		key: v.Key, prompt: s.said(s.st.Prompt(t, u), u), due: v.Due.String(), late: v.Late && v.Attempts > 0,
		overdue: v.First == exercise.Never && s.now() > v.Due, state: s.r.t("cells.open"),
	}
	for _, e := range rec.versions[workKey{v.Key, s.st.Play().Cast.Units[u].Key}] {
		x.versions = append(x.versions, s.version(&e))
	}
	switch {
	case len(x.versions) > 0:
		x.state = s.r.t("task.handed_in")
	case x.overdue:
		x.state = s.r.t("task.overdue")
	}
	return x
}

// subjectOf is the first line of an inject for a unit, as it stands in the
// pack or was amended.
func (s *scene) subjectOf(i, u int) string {
	text, _ := s.st.Text(i, u, s.r.p.Lang())
	subject, _, _ := strings.Cut(text, "\n")
	return s.render(strings.TrimSpace(strings.TrimPrefix(subject, "#")), u)
}

// lastLife is when a unit last did something of its own; "" for never.
func (s *scene) lastLife(key string) string {
	last := s.Events(exercise.ViewerOf(key), 0, 1, func(e *exercise.Event) bool {
		return doer(e) == key || signOfLife(e) == key
	})
	if len(last) == 0 {
		return ""
	}
	return last[0].At.String()
}

// signOfLife is the unit that shows by an event that it is there, without work
// that proves anything.
func signOfLife(e *exercise.Event) string {
	if e.Actor == exercise.Clock().ID || e.Actor == exercise.Excon().ID {
		return ""
	}
	switch b := e.Body.(type) {
	case *exercise.UnitReady:
		return b.Unit
	case *exercise.Attendance:
		return b.Unit
	case *exercise.HintTaken:
		return b.Unit
	case *exercise.CallConfirmed:
		return b.Unit
	case *exercise.RealRaised:
		return b.Unit
	case *exercise.Note:
		if b.Own {
			return b.Unit
		}
	}
	return ""
}

// wroteTo are the messages of a unit to another.
func (s *scene) wroteTo(deeds []exercise.Event, to string) (all []deed) {
	for i := range deeds {
		if m := messageOf(&deeds[i]); m != nil && slices.Contains(m.Ends, exercise.ToUnit(to)) {
			all = append(all, deed{deeds[i].At.String(), m.Text, m.TLP})
		}
	}
	return all
}

// relay is inject number i where the team has it and its cells may get it from
// there.
func (s *scene) relay(i, team int, cells []int) (x relayView, ok bool) {
	got, out := s.st.Inject(i, team)
	if !out || got.Status != exercise.InjectOut {
		return x, false
	}
	x = relayView{key: got.Key, original: s.original(i, &got)}
	for _, u := range cells {
		if !s.st.Relayable(i, u) {
			continue
		}
		c := s.relayTo(i, u)
		x.open = x.open || c.can
		x.cells = append(x.cells, c)
	}
	if in := s.st.Play().Pack.InjectByKey(got.Key); in != nil && in.Relay != nil && len(x.cells) > 0 {
		for _, t := range in.Relay.Tasks {
			u, _ := s.st.Play().Cast.Index(x.cells[0].key)
			x.tasks = append(x.tasks, s.r.t("cells.asked", i18n.Args{"Prompt": s.said(t.Prompt, u), "Within": minutes(t.Due)}))
		}
	}
	return x, len(x.cells) > 0
}

// minutes are how many a due time is, to one decimal.
func minutes(d time.Duration) string {
	return strconv.FormatFloat(math.Round(d.Minutes()*10)/10, 'f', -1, 64)
}

func (s *scene) relayTo(i, u int) relayCell {
	unit := &s.st.Play().Cast.Units[u]
	c := relayCell{key: unit.Key, name: s.unitName(unit.Key), can: true, state: s.r.t("cells.not_relayed")}
	status := s.st.Unit(u).Status
	got, ok := s.st.Inject(i, u)
	switch {
	case ok && got.Status == exercise.InjectOut && got.Acked != exercise.Never:
		c.can, c.state = false, s.r.t("cells.acked", i18n.Args{"At": got.Released.String(), "Acked": got.Acked.String()})
	case ok && got.Status == exercise.InjectOut:
		c.can, c.state = false, s.r.t("cells.relayed", i18n.Args{"At": got.Released.String()})
	case ok && got.Status == exercise.InjectWithdrawn:
		c.can, c.state = false, s.r.t("mark.retracted")
	case status == exercise.Absent || status == exercise.Withdrawn:
		c.can, c.state = false, s.r.t("status."+status)
	}
	return c
}

// original is an inject as the team got it.
func (s *scene) original(i int, got *exercise.InjectView) original {
	o := original{at: got.Released.String(), tlp: got.TLP, from: s.personaName(s.fromPersona(i))}
	if e, ok := s.Event(s.r.viewer(), got.Seq); ok {
		if b, ok := e.Body.(*exercise.InjectReleased); ok {
			o.texts, o.lang = b.Texts, b.Lang
		}
	}
	return o
}

// fromPersona is the key of the persona from whom an inject comes.
func (s *scene) fromPersona(i int) string {
	if added := s.st.Added(i); added != nil {
		return added.From
	}
	return s.st.Play().Pack.Injects[i].From
}

// relaysOf are the relays among the deeds of a team.
func (s *scene) relaysOf(deeds []exercise.Event) (all []relayed) {
	for i := range deeds {
		if b, ok := deeds[i].Body.(*exercise.InjectRelayed); ok {
			all = append(all, relayed{deeds[i].At.String(), b.Inject, s.unitName(b.Unit), b.Text, b.TLP})
		}
	}
	return all
}

// readOriginal reads the text of an inject as the team got it.
func (r *request) readOriginal(o *original) error {
	hash := ""
	for _, lang := range []string{r.p.Lang(), o.lang} {
		if hash == "" {
			hash = o.texts[lang]
		}
	}
	for _, other := range o.texts {
		if hash == "" {
			hash = other
		}
	}
	if hash == "" {
		return nil // it has no text
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
	o.subject = strings.TrimPrefix(subject, "# ")
	o.html, err = markdown.HTML(body)
	return err
}
