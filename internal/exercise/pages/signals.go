package pages

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// Signals are what everybody has to see wherever they are in the exercise:
// something REAL.
type signals struct {
	stop    *stopSignal // nil: play is not stopped
	alarms  []realAlarm // for EXCON, the latest first
	reports []ownReport // of the unit whose page it is, the latest first
	news    *news       // nil where the reader hears of nothing
}

// stopSignal is a REAL stop, as everybody is told of it.
type stopSignal struct{ at, text string }

// realAlarm is a report of something REAL with which EXCON has not dealt.
type realAlarm struct {
	seq                  uint64
	at, unit, text, seen string // seen: "" for not yet
}

// ownReport is what a unit reported, and whether EXCON has seen it.
type ownReport struct {
	number         uint64 // the unit's own, of the event
	at, text, seen string // seen: "" for not yet
}

// seenFor is how long a unit is told that EXCON has seen what it reported, once
// EXCON has dealt with it.
const seenFor = 30 * time.Minute

// maxReports is how many reports a unit sees at once.
const maxReports = 3

// SignalRoutes are the addresses of the signals by themselves, for pages that do
// not change otherwise.
func SignalRoutes() []Route {
	return []Route{{Pattern: "GET /x/{exercise}/signals", Need: TakesPart, Handle: showSignals}}
}

// signalsPath is the address of the signals that stand on the page.
func (r *Request) signalsPath() string {
	q := url.Values{"back": {r.Here()}}
	if r.Unit != "" {
		q.Set("unit", r.Unit)
	}
	return r.Path("/signals") + "?" + q.Encode()
}

// showSignals answers with the signals of a page: ?unit= is the unit whose page
// it is, ?back= the page.
func showSignals(r *Request) error {
	v := &View{
		Viewer: exercise.Viewer{Person: "-"}, // who sees what everybody sees
		Part:   func() (templ.Component, error) { return LivePart(r), nil },
		Page:   func(part templ.Component) templ.Component { return LivePage(r, r.T("signals.title"), part) },
	}
	if r.Access.Observes(r.Exercise.ID) {
		v.Viewer = r.Access.Viewer(r.Exercise.ID)
	}
	if unit := r.URL.Query().Get("unit"); unit != "" {
		if r.UnitIndex = r.unitIndex(unit); r.UnitIndex < 0 || !ReadsUnit(r.Access, r.Exercise.ID, unit) {
			return web.ErrNotFound
		}
		r.Unit = unit
		if !r.Access.Observes(r.Exercise.ID) {
			v.Viewer = r.Viewer()
		}
	}
	return r.ShowView(v)
}

// formBack is the page to which a form among the signals leads back.
func (r *Request) formBack() string {
	if back := r.URL.Query().Get("back"); r.URL.Path == r.Path("/signals") && back != "" {
		return web.Local(back)
	}
	return r.Here()
}

// signalsKey is on what the signals depend beside what a page depends on.
func (r *Request) signalsKey() string {
	if r.Access.Observes(r.Exercise.ID) {
		return r.ExconKey()
	}
	return r.newsPlace()
}

// signalsPosition grows with what EXCON is told beside what a page is filled
// with: signals, and who comes and goes.
func (r *Request) signalsPosition() (n uint64) {
	if !r.Access.Observes(r.Exercise.ID) {
		return 0
	}
	n = r.Exercise.Presence.Version()
	r.Exercise.Live.Now(func(m *follow.Moment) {
		n += (&Moment{Moment: m, State: m.State, Request: r}).newsTotal()
		for v := range m.State.Reports() {
			n++
			if v.Seen != 0 {
				n++
			}
			if !v.Open {
				n++
			}
		}
	})
	return n
}

// signals are those of the page.
func (r *Request) signals() *signals {
	v := &signals{}
	r.Exercise.Live.Now(func(m *follow.Moment) {
		s := &Moment{Moment: m, State: m.State, Request: r}
		if s.State.RealStop() && (r.IsPast() || r.URL.Path != r.Path("/board")) { // which says more of it
			v.stop = s.realStop()
		}
		v.news = s.news()
		for rep := range s.State.Reports() {
			switch {
			case r.Access.Observes(r.Exercise.ID):
				if rep.Open {
					v.alarms = append(v.alarms, s.realAlarm(&rep))
				}
			case rep.Unit != "" && rep.Unit == r.Unit && isShown(&rep):
				e, _ := s.Event(r.Viewer(), rep.Seq)
				if b, ok := e.Body.(*exercise.RealRaised); ok {
					v.reports = append(v.reports, ownReport{s.Number(rep.Seq), s.WallText(e.Wall), b.Text, s.seenText(&rep)})
				}
			}
		}
	})
	slices.Reverse(v.alarms)
	slices.Reverse(v.reports)
	v.reports = v.reports[:min(maxReports, len(v.reports))]
	return v
}

// alarm names what is alarming, so that the script knows what is new of it.
func (v *signals) alarm() string {
	var all []string
	if v.stop != nil {
		all = append(all, "stop "+v.stop.at)
	}
	for _, a := range v.alarms {
		all = append(all, web.Number(a.seq))
	}
	return strings.Join(all, ",")
}

// isShown reports whether a report still stands on the pages of its unit.
func isShown(v *exercise.ReportView) bool {
	return v.Open || time.Since(time.UnixMicro(v.Seen)) < seenFor
}

// seenText is when EXCON had seen a report; "" where it has not.
func (s *Moment) seenText(v *exercise.ReportView) string {
	if v.Seen == 0 {
		return ""
	}
	return s.Request.T("signals.seen", i18n.Args{"At": s.WallText(v.Seen)})
}

func (s *Moment) realAlarm(v *exercise.ReportView) realAlarm {
	a := realAlarm{seq: v.Seq, unit: s.FullName(v.Unit), seen: s.seenText(v)}
	e, _ := s.Event(exercise.Viewer{Control: true}, v.Seq)
	if b, ok := e.Body.(*exercise.RealRaised); ok {
		a.at, a.text = s.WallText(e.Wall), b.Text
	}
	return a
}

// realStop is the REAL stop that holds play.
func (s *Moment) realStop() *stopSignal {
	v := &stopSignal{}
	isStop := func(e *exercise.Event) bool { _, is := e.Body.(*exercise.Stopped); return is }
	for _, e := range s.Events(exercise.Viewer{Person: "-"}, 0, 1, isStop) {
		if b, ok := e.Body.(*exercise.Stopped); ok {
			v.at, v.text = s.WallText(e.Wall), b.Text
		}
	}
	return v
}

// sign stands before the title of every page while something is REAL.
func (r *Request) sign() (sign string) {
	r.Exercise.Live.Now(func(m *follow.Moment) {
		is := m.State.RealStop()
		if r.Access.Observes(r.Exercise.ID) {
			for v := range m.State.Reports() {
				is = is || v.Open
			}
		}
		if is {
			sign = r.T("signals.sign")
		}
	})
	return sign
}
