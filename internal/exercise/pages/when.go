package pages

import (
	"cmp"
	"time"

	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/schedule"
	"renkei/internal/web"
)

// When is when an exercise is to take place, in the zone of a unit or, with "",
// as it was said; nil where nothing was.
func (r *Request) When(x *hosting.Exercise, unit string) (*web.When, error) {
	d, err := r.Deps.Dates.Date(r.Context(), x.ID)
	if err != nil || !d.IsSet() {
		return nil, err
	}
	zone := d.Zone
	x.Live.Now(func(m *follow.Moment) {
		if u, ok := m.State.Play().Cast.Index(unit); ok {
			zone = cmp.Or(m.State.Play().Cast.Units[u].Zone, zone)
		}
	})
	e := schedule.Entry{Exercise: x.ID, Title: r.T("marking") + ": " + r.TitleOf(x), Description: r.UnitName(x, unit)}
	if base, err := r.Base(); err == nil {
		e.URL = base + ExercisePath(x.ID)
	}
	return &web.When{Begins: d.Begins, Ends: d.Ends, Zone: zoneOf(zone), Calendar: d.Calendar(e)}, nil
}

// whenText is a date in the zone in which it was said, and in UTC.
func whenText(r *Request, d schedule.Date) string {
	return (&web.When{Begins: d.Begins, Ends: d.Ends, Zone: zoneOf(d.Zone)}).Text(r.Request)
}

// zoneOf is a time zone; UTC where this machine does not know it.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// ownWhen is when the exercise is to take place, in the zone of the reader's
// unit.
func (r *Request) ownWhen(x *hosting.Exercise) (*web.When, error) {
	unit := ""
	if units := r.Access.Units(x.ID); len(units) > 0 {
		unit = units[0]
	}
	return r.When(x, unit)
}

// Calendar gives who takes part a file for their calendar.
func Calendar(r *Request) error {
	w, err := r.ownWhen(r.Exercise)
	if err != nil {
		return err
	}
	if w == nil {
		return web.ErrNotFound
	}
	return r.Download("exercise.ics", "text/calendar; charset=utf-8", w.Calendar)
}
