package desk

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// desk is a unit's place: what is new, what it owes, and what it was given.
type desk struct {
	clock   pages.ClockView
	acts    bool
	hold    string
	brief   *brief // before STARTEX; nil after it
	ready   exercise.UnitView
	calls   []unitCall // that wait for the unit's word
	fresh   []pages.UnitInject
	news    []numberedLine
	more    int // new messages beyond those
	tasks   []unitTask
	injects []pages.UnitInject
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

// Routes are the addresses of a unit's desk.
func Routes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/desk/{unit...}", Need: pages.ReadsUnit, Handle: showDesk, Replaced: true},
		{Pattern: "POST /x/{exercise}/ready/{unit...}", Need: pages.PlaysUnit, Handle: setReady, Replaced: true},
		{Pattern: "POST /x/{exercise}/attend/{unit...}", Need: pages.PlaysUnit, Handle: attend, Replaced: true},
	}
}

func showDesk(r *pages.Request) error {
	return r.ShowUnit(r.UnitName(r.Exercise, r.Unit), func() (templ.Component, error) {
		d, err := Of(r)
		return DeskPart(r, d), err
	})
}

// Of returns the desk of the request's unit, with the texts of what it received.
func Of(r *pages.Request) (*desk, error) {
	d := &desk{acts: r.Acts()}
	err := r.At(func(s *pages.Moment) error {
		fillDesk(s, d)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range d.injects {
		if err := read(r, &d.injects[i]); err != nil {
			return nil, err
		}
		if in := &d.injects[i]; !in.Acked && !in.Withdrawn {
			d.fresh = append(d.fresh, *in)
		}
	}
	return d, nil
}

func fillDesk(s *pages.Moment, d *desk) {
	d.clock, d.hold, d.ready = s.Clock(s.Zone()), s.Hold(), s.State.Unit(s.Request.UnitIndex)
	if s.State.Phase() == exercise.Preparing {
		d.brief = briefOf(s)
	}
	d.calls = slices.DeleteFunc(unitCalls(s), func(c unitCall) bool { return !c.asks })
	d.injects = s.Received()
	for t := range s.State.Tasks(s.Request.UnitIndex) {
		if t.Status == exercise.TaskStands && (t.First == exercise.Never || t.Limit > 0 && isTold(s, &t) && !t.Solved) && s.Plays() {
			d.tasks = append(d.tasks, unitTaskOf(s, &t, nil))
		}
	}
	slices.SortStableFunc(d.tasks, func(a, b unitTask) int { return cmp.Compare(a.timing.Micros, b.timing.Micros) })
	fillNews(s, d)
}

// fillNews adds the messages that have come since the unit last did something.
func fillNews(s *pages.Moment, d *desk) {
	last := s.Events(s.Request.Viewer(), 0, 1, func(e *exercise.Event) bool { return isOwnAct(s, e) })
	all := s.Events(s.Request.Viewer(), 0, pages.MaxTalk, func(e *exercise.Event) bool {
		m := pages.MessageOf(e)
		return m != nil && m.From != s.Request.Unit && len(s.RoomsOf(m)) > 0
	})
	for i := range all {
		if len(last) > 0 && all[i].Seq < last[0].Seq {
			return
		}
		if len(d.news) == maxNews {
			d.more++
			continue
		}
		d.news = append(d.news, talkLine(s, &all[i]))
	}
}

// isOwnAct reports whether an event is something that the unit's people did.
func isOwnAct(s *pages.Moment, e *exercise.Event) bool {
	own := s.Request.Unit
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
	m := pages.MessageOf(e)
	return m != nil && m.From == own
}

// briefOf says what will come, and nothing of the storyline.
func briefOf(s *pages.Moment) *brief {
	play, created := s.State.Play(), s.State.Created()
	start := s.Instant(0)
	b := &brief{
		title: created.Title.In(s.Langs()...), length: s.State.End().String(), start: start.Utc, local: start.Local, zone: s.Zone(),
	}
	for i := range play.Cast.Units {
		unit := &play.Cast.Units[i]
		if unit.IsTeam() {
			b.teams++
		}
		if unit.Parent == s.Request.Unit {
			b.cells = append(b.cells, briefLine{name: s.UnitName(unit.Key)})
		}
	}
	for _, p := range play.Pack.Phases {
		b.phases = append(b.phases, briefLine{name: p.Title.In(s.Langs()...)})
	}
	for _, role := range play.Pack.Roles {
		b.roles = append(b.roles, briefLine{role.Title.In(s.Langs()...), role.About.In(s.Langs()...)})
	}
	return b
}

// injectState says how far the unit is with an inject, in words.
func injectState(r *pages.Request, in *pages.UnitInject) string {
	switch p := in.Tasks; {
	case in.Withdrawn:
		return r.T("state.withdrawn")
	case p.Late > 0:
		return r.T("state.late", i18n.Args{"N": p.Late})
	case p.Asked > p.Answered:
		return r.T("state.open", i18n.Args{"N": p.Asked - p.Answered})
	case !in.Acked:
		return r.T("state.new")
	case p.Asked > 0:
		return r.T("state.done")
	}
	return r.T("state.read")
}

// onDesk gives a command of the unit, and goes back to its desk.
func onDesk(r *pages.Request, form string, action exercise.Action, said string) error {
	if err := r.Act(action); err != nil {
		return r.Redisplay(err, form, r.UnitPath("desk"), showDesk)
	}
	return r.RedirectWith(r.UnitPath("desk"), said)
}

func setReady(r *pages.Request) error {
	ready := r.PostFormValue("ready") == "yes"
	said := "said.ready"
	if !ready {
		said = "said.not_ready"
	}
	return onDesk(r, "ready", exercise.SetReady{Unit: r.Unit, Ready: ready}, said)
}

// attend says how many of the unit's people are there.
func attend(r *pages.Request) error {
	var n [2]int
	for i, name := range []string{"present", "expected"} {
		got, err := strconv.Atoi(r.PostFormValue(name))
		if err != nil || got < 0 {
			return r.Redisplay(&web.UserError{Text: r.T("desk.attend_bad")}, "attend", r.UnitPath("desk"), showDesk)
		}
		n[i] = got
	}
	return onDesk(r, "attend", exercise.Attend{Unit: r.Unit, Present: n[0], Expected: n[1]}, "said.attended")
}
