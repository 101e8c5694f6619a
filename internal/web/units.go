package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
)

// unitsView is how all units take part.
type unitsView struct {
	clock  clockView
	rows   []unitRow
	chosen *unitRow // whose forms are shown; nil: none
	all    []exconUnit
	notes  []logLine
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
}

// maxUnitNotes is how many notes stand on the page of units.
const maxUnitNotes = 20

// showUnits is the page on which EXCON sees who takes part.
func showUnits(r *request) error {
	return r.showView(&view{
		key:    r.exconKey(),
		viewer: r.access.Viewer(r.hall.ID),
		part: func() (templ.Component, error) {
			var v unitsView
			err := r.look(func(s *scene) error {
				v = s.unitsView()
				return nil
			})
			r.nameLines(v.notes)
			return unitsPart(r, &v), err
		},
		page: func(part templ.Component) templ.Component { return livePage(r, r.t("tab.units"), part) },
	})
}

func (s *scene) unitsView() unitsView {
	v := unitsView{clock: s.clock(""), all: s.exconUnits()}
	changes := s.statusChanges()
	for u := range s.st.Play().Cast.Units {
		v.rows = append(v.rows, s.unitRow(u, changes))
	}
	if i := slices.IndexFunc(v.rows, func(x unitRow) bool { return x.key == s.r.URL.Query().Get("unit") }); i >= 0 {
		v.chosen = &v.rows[i]
	}
	about := ""
	if v.chosen != nil {
		about = v.chosen.key
	}
	isNote := func(e *exercise.Event) bool {
		b, is := e.Body.(*exercise.Note)
		return is && (about == "" || b.Unit == about)
	}
	for _, e := range s.exconEvents(0, maxUnitNotes, isNote) {
		v.notes = append(v.notes, s.logLine(&e))
	}
	return v
}

// statusChanges are the latest changes of how each unit takes part.
func (s *scene) statusChanges() map[string]exercise.Event {
	latest := map[string]exercise.Event{}
	for _, e := range s.exconEvents(0, wholeLog, func(e *exercise.Event) bool { _, is := e.Body.(*exercise.UnitStatus); return is }) {
		b, ok := e.Body.(*exercise.UnitStatus)
		if _, known := latest[b.Unit]; ok && !known {
			latest[b.Unit] = e
		}
	}
	return latest
}

func (s *scene) unitRow(u int, changes map[string]exercise.Event) unitRow {
	unit, v := &s.st.Play().Cast.Units[u], s.st.Unit(u)
	x := unitRow{
		key: unit.Key, name: s.unitName(unit.Key), full: s.fullName(unit.Key), code: unit.Code, csirt: unit.CSIRT.In(s.r.p.Lang(), "en"),
		zone: unit.Zone, cell: !unit.IsTeam(), ready: v.Ready, bot: v.Bot, present: v.Present, expected: v.Expected, status: v.Status,
	}
	if e, ok := changes[unit.Key]; ok {
		if b, is := e.Body.(*exercise.UnitStatus); is {
			x.since, x.reason = e.At.String(), b.Reason
		}
	}
	for t := range s.st.Tasks(u) {
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

func setStatus(r *request) error {
	unit, status := r.PostFormValue("unit"), r.PostFormValue("status")
	if status == exercise.Withdrawn && r.PostFormValue("sure") == "" {
		return &problem{r.t("steer.say_sure")}
	}
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	if len(reason) > maxReason {
		return &problem{r.t("steer.long_reason")}
	}
	return r.steer(exercise.SetStatus{Unit: unit, Status: status, Reason: reason}, "said.status")
}

// setAttendance notes what a unit told EXCON: how many are there and, before
// STARTEX, whether it is ready.
func setAttendance(r *request) error {
	unit := r.PostFormValue("unit")
	if ready := r.PostFormValue("ready"); ready != "" {
		return r.steer(exercise.SetReady{Unit: unit, Ready: ready == "yes"}, "said.readiness")
	}
	present, err := strconv.ParseUint(r.PostFormValue("present"), 10, 16)
	if err != nil {
		return &problem{r.t("units.count")}
	}
	expected, err := strconv.ParseUint(r.PostFormValue("expected"), 10, 16)
	if err != nil {
		return &problem{r.t("units.count")}
	}
	return r.steer(exercise.Attend{Unit: unit, Present: int(present), Expected: int(expected)}, "said.attendance")
}
