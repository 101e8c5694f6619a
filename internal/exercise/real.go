package exercise

import (
	"iter"
	"strconv"
)

// report is a report of something REAL.
type report struct {
	seq  uint64
	unit string // "" where it came from none
	seen int64  // wall time at which EXCON had seen it; 0: not yet
	open bool   // EXCON has not dealt with it
}

// SeeReal tells the unit that reported something REAL that EXCON has seen it.
type SeeReal struct{ Report uint64 } // its seq

func (a SeeReal) decide(d *decision) error {
	if err := d.control(); err != nil {
		return err
	}
	for i := range d.s.reports {
		if r := &d.s.reports[i]; r.seq == a.Report {
			if r.seen != 0 {
				return refuse(RealSeenAlready)
			}
			d.seen(r)
			return nil
		}
	}
	return refuse(UnknownReport)
}

// seen tells that EXCON has seen a report, where that was not told before.
func (d *decision) seen(r *report) {
	if r.seen != 0 {
		return
	}
	to := toControl
	if u, ok := d.s.play.Cast.Index(r.unit); ok {
		to = d.s.play.toUnit[u]
	}
	d.emit(to, &RealSeen{Unit: r.unit, Re: reportName(r.seq)})
}

// dealt tells of the open report to which a note refers, of all with "", that
// EXCON has seen it: who deals with it has.
func (d *decision) dealt(re string) {
	for i := range d.s.reports {
		if r := &d.s.reports[i]; r.open && (re == "" || re == reportName(r.seq)) {
			d.seen(r)
		}
	}
}

// reportName is how events and notes name a report.
func reportName(seq uint64) string { return "#" + strconv.FormatUint(seq, 10) }

// foldReport folds what reports something REAL, and what EXCON does about it.
func (s *State) foldReport(e *Event) {
	switch b := e.Body.(type) {
	case *RealRaised:
		s.reports = append(s.reports, report{seq: e.Seq, unit: b.Unit, open: true})
	case *RealSeen:
		s.changeReports(b.Re, func(r *report) { r.seen = e.Wall })
	case *Note:
		if b.Re != "" && !b.Own {
			s.changeReports(b.Re, func(r *report) { r.open = false })
		}
	case *Stopped:
		s.changeReports("", func(r *report) { r.open = false })
	}
}

func (s *State) changeReports(re string, change func(*report)) {
	for i := range s.reports {
		if r := &s.reports[i]; re == "" || re == reportName(r.seq) {
			change(r)
		}
	}
}

// ReportView is a report of something REAL.
type ReportView struct {
	Seq  uint64
	Unit string // "" where it came from none
	Seen int64  // wall time at which EXCON had seen it, unix microseconds; 0: not yet
	Open bool   // EXCON has neither dealt with it in a note nor stopped play
}

// Reports yields the reports of something REAL, in their order.
func (s *State) Reports() iter.Seq[ReportView] {
	return func(yield func(ReportView) bool) {
		for _, r := range s.reports {
			if !yield(ReportView{r.seq, r.unit, r.seen, r.open}) {
				return
			}
		}
	}
}
