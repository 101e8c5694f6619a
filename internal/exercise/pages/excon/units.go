package excon

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// unitsView is how all units take part.
type unitsView struct {
	clock  pages.ClockView
	rows   []unitRow
	chosen *unitRow // whose forms are shown; nil: none
	all    []pages.ExconUnit
	notes  []pages.LogLine
	waits  []waiting // what the chosen unit has not done
}

// waiting is an inject with which a unit is not done.
type waiting struct {
	key, name string
	unacked   bool
	tasks     int // not answered
}

// unitRow is how a unit takes part.
type unitRow struct {
	key, name, full   string
	code, csirt, zone string
	cell, ready, bot  bool
	present, expected int
	status, reason    string
	since             string // of the status; "" where it never changed
	late              int
	there             pages.Presence
}

// maxUnitNotes is how many notes stand on the page of units.
const maxUnitNotes = 20

// showUnits is the page on which EXCON sees who takes part.
func showUnits(r *pages.Request) error {
	return r.ShowView(&pages.View{
		Key:    r.ExconKey(),
		Viewer: r.Access.Viewer(r.Exercise.ID),
		Part: func() (templ.Component, error) {
			var v unitsView
			err := r.At(func(s *pages.Moment) error {
				v = unitsViewOf(s)
				return nil
			})
			nameLines(r, v.notes)
			return unitsPart(r, &v), err
		},
		Page: func(part templ.Component) templ.Component { return pages.LivePage(r, r.T("tab.units"), part) },
	})
}

func unitsViewOf(s *pages.Moment) unitsView {
	v := unitsView{clock: s.Clock(""), all: s.ExconUnits()}
	changes := statusChanges(s)
	for u := range s.State.Play().Cast.Units {
		v.rows = append(v.rows, unitRowOf(s, u, changes))
	}
	if i := slices.IndexFunc(v.rows, func(x unitRow) bool { return x.key == s.Request.URL.Query().Get("unit") }); i >= 0 {
		v.chosen = &v.rows[i]
	}
	about := ""
	if v.chosen != nil {
		about = v.chosen.key
		v.waits = waitsFor(s, about)
	}
	isNote := func(e *exercise.Event) bool {
		b, is := e.Body.(*exercise.Note)
		return is && (about == "" || b.Unit == about)
	}
	for _, e := range s.ExconEvents(0, maxUnitNotes, isNote) {
		v.notes = append(v.notes, s.LogLine(&e))
	}
	return v
}

// waitsFor are the injects with which a unit is not done, in the order of the
// MSEL.
func waitsFor(s *pages.Moment, unit string) (all []waiting) {
	u, _ := s.State.Play().Cast.Index(unit)
	for i := range s.State.InjectCount() {
		in, ok := s.State.Inject(i, u)
		if !ok || in.Status != exercise.InjectOut {
			continue
		}
		w := waiting{key: in.Key, name: s.InjectName(in.Key), unacked: in.Acked == exercise.Never}
		for t := range s.State.TasksOf(i, u) {
			if t.Status == exercise.TaskStands && t.First == exercise.Never {
				w.tasks++
			}
		}
		if w.unacked || w.tasks > 0 {
			all = append(all, w)
		}
	}
	return all
}

// statusChanges are the latest changes of how each unit takes part.
func statusChanges(s *pages.Moment) map[string]exercise.Event {
	latest := map[string]exercise.Event{}
	for _, e := range s.ExconEvents(0, wholeLog, func(e *exercise.Event) bool { _, is := e.Body.(*exercise.UnitStatus); return is }) {
		b, ok := e.Body.(*exercise.UnitStatus)
		if _, known := latest[b.Unit]; ok && !known {
			latest[b.Unit] = e
		}
	}
	return latest
}

func unitRowOf(s *pages.Moment, u int, changes map[string]exercise.Event) unitRow {
	unit, v := &s.State.Play().Cast.Units[u], s.State.Unit(u)
	x := unitRow{
		key: unit.Key, name: s.UnitName(unit.Key), full: s.FullName(unit.Key), code: unit.Code, csirt: unit.CSIRT.In(s.Request.Printer.Lang(), "en"),
		zone: unit.Zone, cell: !unit.IsTeam(), ready: v.Ready, bot: v.Bot, present: v.Present, expected: v.Expected, status: v.Status, there: s.Presence(u),
	}
	if e, ok := changes[unit.Key]; ok {
		if b, is := e.Body.(*exercise.UnitStatus); is {
			x.since, x.reason = e.At.String(), b.Reason
		}
	}
	for t := range s.State.Tasks(u) {
		if overdue(&t) {
			x.late++
		}
	}
	return x
}

// statuses are those that EXCON may give a unit, but for withdrawn, which is
// for good and has a form of its own.
func statuses() []string {
	return []string{exercise.Present, exercise.Late, exercise.Absent, exercise.UnitPause}
}

func setStatus(r *pages.Request) error {
	unit, status := r.PostFormValue("unit"), r.PostFormValue("status")
	if status == exercise.Withdrawn && r.PostFormValue("sure") == "" {
		return &web.UserError{Text: r.T("steer.say_sure")}
	}
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	if len(reason) > maxReason {
		return &web.UserError{Text: r.T("steer.long_reason")}
	}
	return steer(r, exercise.SetStatus{Unit: unit, Status: status, Reason: reason}, "said.status")
}

// setAttendance notes what a unit told EXCON: how many are there and, before
// STARTEX, whether it is ready.
func setAttendance(r *pages.Request) error {
	unit := r.PostFormValue("unit")
	if ready := r.PostFormValue("ready"); ready != "" {
		if err := r.ActFor("", unit, exercise.SetReady{Unit: unit, Ready: ready == "yes"}); err != nil {
			return err
		}
		return r.RedirectWith(formPage(r), "said.readiness")
	}
	present, err := strconv.ParseUint(r.PostFormValue("present"), 10, 16)
	if err != nil {
		return &web.UserError{Text: r.T("units.count")}
	}
	expected, err := strconv.ParseUint(r.PostFormValue("expected"), 10, 16)
	if err != nil {
		return &web.UserError{Text: r.T("units.count")}
	}
	return steer(r, exercise.Attend{Unit: unit, Present: int(present), Expected: int(expected)}, "said.attendance")
}
