package pages

import (
	"math"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// WorkKey names the work of a unit on a task.
type WorkKey struct{ Task, Unit string }

// UnitHistory is what the log holds of the work of some units, the latest first.
type UnitHistory struct {
	Versions map[WorkKey][]exercise.Event // what was handed in
	Marks    map[WorkKey][]exercise.Event // the latest of each evaluator, those taken back too
	Settled  map[WorkKey]exercise.Event
	Deeds    map[string][]exercise.Event // by unit: what it wrote, answered, relayed and acknowledged
	Notes    []exercise.Event            // of controllers and evaluators
}

// UnitHistory reads the log about some units. It is filled with what EXCON sees:
// whoever shows it minds who reads.
func (s *Moment) UnitHistory(about func(unit string) bool) *UnitHistory {
	r := &UnitHistory{
		Versions: map[WorkKey][]exercise.Event{}, Marks: map[WorkKey][]exercise.Event{},
		Settled: map[WorkKey]exercise.Event{}, Deeds: map[string][]exercise.Event{},
	}
	for _, e := range s.Events(exercise.Viewer{Control: true}, 0, math.MaxInt32, func(e *exercise.Event) bool {
		return about(recorded(e))
	}) {
		r.add(&e)
	}
	return r
}

// recorded is the unit whose record an event belongs to; "" for none.
func recorded(e *exercise.Event) string {
	switch b := e.Body.(type) {
	case *exercise.Marked:
		return b.Unit
	case *exercise.Settled:
		return b.Unit
	case *exercise.Note:
		return b.Unit
	}
	return ActingUnit(e)
}

// ActingUnit is the unit that did what an event tells, where that can prove how it
// worked; "" for anything else.
func ActingUnit(e *exercise.Event) string {
	switch b := e.Body.(type) {
	case *exercise.Message:
		return b.From
	case *exercise.Shared:
		return b.From
	case *exercise.Submitted:
		return b.Unit
	case *exercise.InjectRelayed:
		return b.From
	case *exercise.InjectAcknowledged:
		return b.Unit
	case *exercise.CallNoted:
		return b.Unit
	}
	return ""
}

// add takes an event in that is older than those before it.
func (r *UnitHistory) add(e *exercise.Event) {
	switch b := e.Body.(type) {
	case *exercise.Marked:
		k := WorkKey{b.Task, b.Unit}
		if !slices.ContainsFunc(r.Marks[k], func(old exercise.Event) bool { return old.Actor == e.Actor }) {
			r.Marks[k] = append(r.Marks[k], *e)
		}
		return
	case *exercise.Settled:
		if k := (WorkKey{b.Task, b.Unit}); r.Settled[k].Body == nil {
			r.Settled[k] = *e
		}
		return
	case *exercise.Note:
		if !b.Own {
			r.Notes = append(r.Notes, *e)
		}
		return
	case *exercise.Submitted:
		k := WorkKey{b.Task, b.Unit}
		r.Versions[k] = append(r.Versions[k], *e)
	}
	r.Deeds[ActingUnit(e)] = append(r.Deeds[ActingUnit(e)], *e)
}

// Action says what a unit did, in a line.
func (s *Moment) Action(e *exercise.Event) string {
	r := s.Request
	switch b := e.Body.(type) {
	case *exercise.Message:
		return r.T("deed.message", i18n.Args{"To": s.EndNames(b.Ends), "Text": Short(b.Text)})
	case *exercise.Shared:
		return r.T("deed.share", i18n.Args{"To": s.EndNames(b.Ends), "Text": Short(b.Text)})
	case *exercise.Submitted:
		return r.T("deed.submitted", i18n.Args{"Task": b.Task, "N": b.N, "Text": Short(s.Version(e).Plain())})
	case *exercise.InjectRelayed:
		return r.T("deed.relayed", i18n.Args{"Inject": b.Inject, "Unit": s.UnitName(b.Unit), "Text": Short(b.Text)})
	case *exercise.CallNoted:
		return r.T("deed.call", i18n.Args{"To": s.EndName(b.With), "Text": Short(b.Text)})
	case *exercise.InjectAcknowledged:
		return r.T("deed.acknowledged", i18n.Args{"Inject": b.Inject})
	}
	return string(e.Body.Type())
}

// shortest is how much of a text stands in a line.
const shortest = 160

// Short is a text in one line, cut where it is long.
func Short(text string) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) > shortest {
		return string(line[:shortest-1]) + "…"
	}
	return string(line)
}

// Version is what a unit handed in once, for people to read.
type Version struct {
	unit  string
	task  string
	n     int
	At    string
	late  bool
	text  string
	Items []string   // chosen options, or indicators
	Parts []PartText // of a form
	file  *exercise.HandedIn
	via   string // what did it: a message, or a relay
	acted string // that EXCON did it for the unit, in words; "" where the unit did
}

// PartText is a part of a form that was filled in.
type PartText struct{ Title, Text string }

// Version reads a submission.
func (s *Moment) Version(e *exercise.Event) Version {
	b, ok := e.Body.(*exercise.Submitted)
	if !ok {
		return Version{}
	}
	v := Version{unit: b.Unit, task: b.Task, n: b.N, At: e.At.String(), late: b.Late, text: b.Text, Items: b.Items, file: b.File, acted: s.ActedFor(e)}
	def, _, _ := s.State.Play().Pack.TaskByKey(b.Task)
	u, _ := s.State.Play().Cast.Index(b.Unit)
	if def != nil {
		v.Items = s.OptionTexts(def.Options, b.Items, u)
		for i := range def.Form {
			if text := b.Parts[def.Form[i].Key]; text != "" {
				v.Parts = append(v.Parts, PartText{s.Said(def.Form[i].Title, u), s.partAnswer(&def.Form[i], text, u)})
			}
		}
	}
	if by, ok := s.Event(exercise.Viewer{Control: true}, b.Via); ok {
		v.via = s.Action(&by)
	}
	return v
}

// Said is a text of the pack in the reader's language, filled in for a unit.
func (s *Moment) Said(text scenario.Text, u int) string {
	return s.Render(text.In(append([]string{s.Request.Printer.Lang()}, s.State.Play().Pack.Languages...)...), u)
}

// OptionTexts are the texts of options; what is none stands as it is.
func (s *Moment) OptionTexts(options []scenario.Option, items []string, u int) []string {
	out := make([]string, len(items))
	for i, it := range items {
		out[i] = it
		for j := range options {
			if options[j].Key == it {
				out[i] = s.Said(options[j].Text, u)
			}
		}
	}
	return out
}

func (s *Moment) partAnswer(part *scenario.FormPart, text string, u int) string {
	if part.Kind == scenario.PartChoice {
		return s.OptionTexts(part.Options, []string{strings.TrimSpace(text)}, u)[0]
	}
	return text
}

// Plain is all of it as text.
func (v Version) Plain() string {
	lines := []string{v.text}
	lines = append(lines, v.Items...)
	for _, p := range v.Parts {
		lines = append(lines, p.Title+": "+p.Text)
	}
	if v.file != nil {
		lines = append(lines, v.file.Name)
	}
	if v.via != "" {
		lines = append(lines, v.via)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
