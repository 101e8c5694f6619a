package review

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// MakeReport makes the after-action report for a reader: first the whole
// report, then what the reader may have of it, then its words; p speaks the
// reader's language. The error for an unknown unit is an *UnknownUnitError;
// any other means that the log does not fit its pack.
func MakeReport(l *Log, reader Reader, p *i18n.Printer) (*Report, error) {
	if err := l.checkReader(reader.For); err != nil {
		return nil, err
	}
	if reader.TLP == scenario.TLPNone {
		reader.TLP = scenario.TLPRed
	}
	reader.Lang = p.Lang()
	state, _, err := l.StateAt(exercise.Never)
	if err != nil {
		return nil, err
	}
	c := &counter{log: l, state: state, index: newIndex(l)}
	d := &builder{
		eventPass: newSurvey(c), play: l.Play, counter: c, result: c.result(), namer: namer{Printer: p, play: l.Play},
	}
	d.unasked = d.unexpectedSeqs()
	r := d.draft(reader)
	v := newView(d, reader)
	v.restrict(r)
	d.word(r, v)
	return r, nil
}

func (l *Log) checkReader(reader string) error {
	if _, ok := l.Play.Cast.Index(reader); ok || reader == ForExcon || reader == ForPublic {
		return nil
	}
	e := &UnknownUnitError{Unit: reader}
	for _, u := range l.Play.Cast.Units {
		e.Known = append(e.Known, u.Key)
	}
	return e
}

// draft makes the whole report, but for its words and its lists of messages
// and indicators, which only the view of a reader can make.
func (d *builder) draft(reader Reader) *Report {
	r := &Report{
		Format: ReportFormat, Reader: reader, Result: d.result,
		Measures: d.measures(), Flow: d.informationFlow(), Evaluation: d.evaluation(),
		Plan: []PlanRow{}, LastPlan: LastPlan{Issues: []PlanRow{}}, Timelines: d.timelines(),
	}
	r.Findings = d.findings(&r.Measures)
	d.aim(r)
	return r
}

// Name gives a unit's name for the reader, its key where it has none.
func (r *Report) Name(unit string) string {
	if name := r.Names[unit]; name != "" {
		return name
	}
	return unit
}
