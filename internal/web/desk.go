package web

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// desk is a unit's place: what is new, what it owes, and what it was given.
type desk struct {
	clock   clockView
	acts    bool
	hold    string
	brief   *brief // before STARTEX; nil after it
	ready   exercise.UnitView
	calls   []unitCall // that wait for the unit's word
	fresh   []unitInject
	news    []talkLine
	more    int // new messages beyond those
	tasks   []unitTask
	injects []unitInject
}

// brief is what a unit is told before STARTEX.
type brief struct {
	title, length, start string
	local, zone          string
	teams                int
	cells, phases, roles []briefLine
}

type briefLine struct{ name, about string }

// maxNews is how many new messages a desk shows.
const maxNews = 5

func deskRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/desk/{unit...}", need: readsUnit, handle: showDesk},
		{pattern: "POST /x/{exercise}/ready/{unit...}", need: playsUnit, handle: setReady},
		{pattern: "POST /x/{exercise}/attend/{unit...}", need: playsUnit, handle: attend},
	}
}

func showDesk(r *request) error {
	return r.showUnit(r.unitName(r.hall, r.unit), func() (templ.Component, error) {
		d, err := r.deskOf()
		return deskPart(r, d), err
	})
}

func (r *request) deskOf() (*desk, error) {
	d := &desk{acts: r.acts()}
	err := r.look(func(s *scene) error {
		s.fillDesk(d)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range d.injects {
		if err := r.read(&d.injects[i]); err != nil {
			return nil, err
		}
		if in := &d.injects[i]; !in.acked && !in.withdrawn {
			d.fresh = append(d.fresh, *in)
		}
	}
	return d, nil
}

func (s *scene) fillDesk(d *desk) {
	d.clock, d.hold, d.ready = s.clock(s.zone()), s.hold(), s.st.Unit(s.r.u)
	if s.st.Phase() == exercise.Preparing {
		d.brief = s.brief()
	}
	d.calls = slices.DeleteFunc(s.unitCalls(), func(c unitCall) bool { return !c.asks })
	d.injects = s.received()
	for t := range s.st.Tasks(s.r.u) {
		if t.Status == exercise.TaskStands && (t.First == exercise.Never || t.Limit > 0 && s.isTold(&t) && !t.Solved) && s.plays() {
			d.tasks = append(d.tasks, s.unitTask(&t, nil))
		}
	}
	slices.SortStableFunc(d.tasks, func(a, b unitTask) int { return cmp.Compare(a.timing.micros, b.timing.micros) })
	s.fillNews(d)
}

// fillNews adds the messages that have come since the unit last did something.
func (s *scene) fillNews(d *desk) {
	last := s.Events(s.r.viewer(), 0, 1, s.isOwnAct)
	all := s.Events(s.r.viewer(), 0, maxTalk, func(e *exercise.Event) bool {
		m := messageOf(e)
		return m != nil && m.From != s.r.unit && len(s.roomsOf(m)) > 0
	})
	for i := range all {
		if len(last) > 0 && all[i].Seq < last[0].Seq {
			return
		}
		if len(d.news) == maxNews {
			d.more++
			continue
		}
		d.news = append(d.news, s.talkLine(&all[i]))
	}
}

// isOwnAct reports whether an event is something that the unit's people did.
func (s *scene) isOwnAct(e *exercise.Event) bool {
	own := s.r.unit
	switch b := e.Body.(type) {
	case *exercise.InjectAcknowledged:
		return b.Unit == own
	case *exercise.Submitted:
		return b.Unit == own
	case *exercise.HintTaken:
		return b.Unit == own
	case *exercise.InjectRelayed:
		return b.From == own
	case *exercise.Note:
		return b.Own && b.Unit == own
	case *exercise.CallNoted:
		return b.Unit == own
	}
	m := messageOf(e)
	return m != nil && m.From == own
}

// brief says what will come, and nothing of the storyline.
func (s *scene) brief() *brief {
	play, created := s.st.Play(), s.st.Created()
	start := s.moment(0)
	b := &brief{
		title: created.Title.In(s.langs()...), length: s.st.End().String(), start: start.utc, local: start.local, zone: s.zone(),
	}
	for i := range play.Cast.Units {
		unit := &play.Cast.Units[i]
		if unit.IsTeam() {
			b.teams++
		}
		if unit.Parent == s.r.unit {
			b.cells = append(b.cells, briefLine{name: s.unitName(unit.Key)})
		}
	}
	for _, p := range play.Pack.Phases {
		b.phases = append(b.phases, briefLine{name: p.Title.In(s.langs()...)})
	}
	for _, role := range play.Pack.Roles {
		b.roles = append(b.roles, briefLine{role.Title.In(s.langs()...), role.About.In(s.langs()...)})
	}
	return b
}

// injectState says how far the unit is with an inject, in words.
func (r *request) injectState(in *unitInject) string {
	switch p := in.tasks; {
	case in.withdrawn:
		return r.t("state.withdrawn")
	case p.late > 0:
		return r.t("state.late", i18n.Args{"N": p.late})
	case p.asked > p.answered:
		return r.t("state.open", i18n.Args{"N": p.asked - p.answered})
	case !in.acked:
		return r.t("state.new")
	case p.asked > 0:
		return r.t("state.done")
	}
	return r.t("state.read")
}

// onDesk gives a command of the unit, and goes back to its desk.
func (r *request) onDesk(form string, action exercise.Action, said string) error {
	if err := r.act(action); err != nil {
		return r.again(err, form, r.unitPath("desk"), showDesk)
	}
	return r.done(r.unitPath("desk"), said)
}

func setReady(r *request) error {
	ready := r.PostFormValue("ready") == "yes"
	said := "said.ready"
	if !ready {
		said = "said.not_ready"
	}
	return r.onDesk("ready", exercise.SetReady{Unit: r.unit, Ready: ready}, said)
}

// attend says how many of the unit's people are there.
func attend(r *request) error {
	var n [2]int
	for i, name := range []string{"present", "expected"} {
		got, err := strconv.Atoi(r.PostFormValue(name))
		if err != nil || got < 0 {
			return r.again(&problem{r.t("desk.attend_bad")}, "attend", r.unitPath("desk"), showDesk)
		}
		n[i] = got
	}
	return r.onDesk("attend", exercise.Attend{Unit: r.unit, Present: n[0], Expected: n[1]}, "said.attended")
}
