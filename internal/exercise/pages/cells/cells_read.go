package cells

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/markdown"
)

// cells reads a team's cells.
func cells(s *pages.Moment, team int) *cellsView {
	family := s.State.Play().Family(team)
	within := map[string]bool{}
	for _, u := range family {
		within[s.State.Play().Cast.Units[u].Key] = true
	}
	rec := s.UnitHistory(func(unit string) bool { return within[unit] })
	v := &cellsView{clock: s.Clock(s.State.Play().Cast.Units[team].Zone)}
	v.acts = s.Request.Acts() && (s.State.Phase() == exercise.Running || s.State.Phase() == exercise.OnHold)
	for _, u := range family[1:] {
		v.cells = append(v.cells, cell(s, u, team, rec))
	}
	for i := range s.State.InjectCount() {
		if x, ok := relay(s, i, team, family[1:]); ok {
			v.relays = append(v.relays, x)
		}
	}
	slices.Reverse(v.relays) // the latest first
	v.done = relaysOf(s, rec.Deeds[s.State.Play().Cast.Units[team].Key])
	return v
}

// cell is one cell with its work.
func cell(s *pages.Moment, u, team int, rec *pages.UnitHistory) cellView {
	unit, view := &s.State.Play().Cast.Units[u], s.State.Unit(u)
	c := cellView{
		key: unit.Key, name: s.UnitName(unit.Key), bot: view.Bot, ready: view.Ready, present: view.Present, expected: view.Expected,
		life: lastLife(s, unit.Key),
	}
	if view.Status != exercise.Present {
		c.status = s.Request.T("status." + view.Status)
	}
	for i := range s.State.InjectCount() {
		if in, ok := s.State.Inject(i, u); ok && in.Status == exercise.InjectOut {
			x := cellInject{key: in.Key, title: subjectOf(s, i, u), at: in.Released.String(), relayed: in.Relayed}
			if in.Acked != exercise.Never {
				x.acked = in.Acked.String()
			}
			c.injects = append(c.injects, x)
		}
	}
	for t := range s.State.TaskCount() {
		if task, ok := s.State.Task(t, u); ok && task.Status != exercise.TaskVoid {
			c.addTask(cellTaskOf(s, t, u, &task, rec), &task)
		}
	}
	c.wrote = wroteTo(rec.Deeds[unit.Key], s.State.Play().Cast.Units[team].Key)
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

// cellTaskOf is a task of a cell as its team sees it: with the answers, and no
// score that the cell does not see.
func cellTaskOf(s *pages.Moment, t, u int, v *exercise.TaskView, rec *pages.UnitHistory) cellTask {
	x := cellTask{
		key: v.Key, prompt: s.Said(s.State.Prompt(t, u), u), due: v.Due.String(), late: v.Late && v.Attempts > 0,
		overdue: v.First == exercise.Never && s.Now() > v.Due, state: s.Request.T("cells.open"),
	}
	for _, e := range rec.Versions[pages.WorkKey{Task: v.Key, Unit: s.State.Play().Cast.Units[u].Key}] {
		x.versions = append(x.versions, s.Version(&e))
	}
	switch {
	case len(x.versions) > 0:
		x.state = s.Request.T("task.handed_in")
	case x.overdue:
		x.state = s.Request.T("task.overdue")
	}
	return x
}

// subjectOf is the first line of an inject for a unit, as it stands in the
// pack or was amended.
func subjectOf(s *pages.Moment, i, u int) string {
	text, _ := s.State.Text(i, u, s.Request.Printer.Lang())
	subject, _, _ := strings.Cut(text, "\n")
	return s.Render(strings.TrimSpace(strings.TrimPrefix(subject, "#")), u)
}

// lastLife is when a unit last did something of its own; "" for never.
func lastLife(s *pages.Moment, key string) string {
	last := s.Events(exercise.ViewerOf(key), 0, 1, func(e *exercise.Event) bool {
		return pages.ActingUnit(e) == key || signOfLife(e) == key
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
func wroteTo(deeds []exercise.Event, to string) (all []deed) {
	for i := range deeds {
		if m := pages.MessageOf(&deeds[i]); m != nil && slices.Contains(m.Ends, exercise.ToUnit(to)) {
			all = append(all, deed{deeds[i].At.String(), m.Text, m.TLP})
		}
	}
	return all
}

// relay is inject number i where the team has it and its cells may get it from
// there.
func relay(s *pages.Moment, i, team int, cells []int) (x relayView, ok bool) {
	got, out := s.State.Inject(i, team)
	if !out || got.Status != exercise.InjectOut {
		return x, false
	}
	x = relayView{key: got.Key, original: originalOf(s, i, &got)}
	for _, u := range cells {
		if !s.State.Relayable(i, u) {
			continue
		}
		c := relayTo(s, i, u)
		x.open = x.open || c.can
		x.cells = append(x.cells, c)
	}
	if in := s.State.Play().Pack.InjectByKey(got.Key); in != nil && in.Relay != nil && len(x.cells) > 0 {
		for _, t := range in.Relay.Tasks {
			u, _ := s.State.Play().Cast.Index(x.cells[0].key)
			x.tasks = append(x.tasks, s.Request.T("cells.asked", i18n.Args{"Prompt": s.Said(t.Prompt, u), "Within": minutes(t.Due)}))
		}
	}
	return x, len(x.cells) > 0
}

// minutes are how many a due time is, to one decimal.
func minutes(d time.Duration) string {
	return strconv.FormatFloat(math.Round(d.Minutes()*10)/10, 'f', -1, 64)
}

func relayTo(s *pages.Moment, i, u int) relayCell {
	unit := &s.State.Play().Cast.Units[u]
	c := relayCell{key: unit.Key, name: s.UnitName(unit.Key), can: true, state: s.Request.T("cells.not_relayed")}
	status := s.State.Unit(u).Status
	got, ok := s.State.Inject(i, u)
	switch {
	case ok && got.Status == exercise.InjectOut && got.Acked != exercise.Never:
		c.can, c.state = false, s.Request.T("cells.acked", i18n.Args{"At": got.Released.String(), "Acked": got.Acked.String()})
	case ok && got.Status == exercise.InjectOut:
		c.can, c.state = false, s.Request.T("cells.relayed", i18n.Args{"At": got.Released.String()})
	case ok && got.Status == exercise.InjectWithdrawn:
		c.can, c.state = false, s.Request.T("mark.retracted")
	case status == exercise.Absent || status == exercise.Withdrawn:
		c.can, c.state = false, s.Request.T("status."+status)
	}
	return c
}

// originalOf is an inject as the team got it.
func originalOf(s *pages.Moment, i int, got *exercise.InjectView) original {
	o := original{at: got.Released.String(), tlp: got.TLP, from: s.PersonaName(fromPersona(s, i))}
	if e, ok := s.Event(s.Request.Viewer(), got.Seq); ok {
		if b, ok := e.Body.(*exercise.InjectReleased); ok {
			o.texts, o.lang = b.Texts, b.Lang
		}
	}
	return o
}

// fromPersona is the key of the persona from whom an inject comes.
func fromPersona(s *pages.Moment, i int) string {
	if added := s.State.Added(i); added != nil {
		return added.From
	}
	return s.State.Play().Pack.Injects[i].From
}

// relaysOf are the relays among the deeds of a team.
func relaysOf(s *pages.Moment, deeds []exercise.Event) (all []relayed) {
	for i := range deeds {
		if b, ok := deeds[i].Body.(*exercise.InjectRelayed); ok {
			all = append(all, relayed{deeds[i].At.String(), b.Inject, s.UnitName(b.Unit), b.Text, b.TLP})
		}
	}
	return all
}

// readOriginal reads the text of an inject as the team got it.
func readOriginal(r *pages.Request, o *original) error {
	hash := ""
	for _, lang := range []string{r.Printer.Lang(), o.lang} {
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
	content, err := r.Exercise.Content(r.Context(), h)
	if err != nil {
		return err
	}
	subject, body, _ := strings.Cut(string(content.Data), "\n")
	o.subject = strings.TrimPrefix(subject, "# ")
	o.html, err = markdown.HTML(body)
	return err
}
