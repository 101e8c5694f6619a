package web

import (
	"math"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// workKey names the work of a unit on a task.
type workKey struct{ task, unit string }

// record is what the log holds of the work of some units, the latest first.
type record struct {
	versions map[workKey][]exercise.Event // what was handed in
	marks    map[workKey][]exercise.Event // the latest of each evaluator, those taken back too
	settled  map[workKey]exercise.Event
	deeds    map[string][]exercise.Event // by unit: what it wrote, answered, relayed and acknowledged
	notes    []exercise.Event            // of controllers and evaluators
}

// record reads the log about some units. It is filled with what EXCON sees:
// whoever shows it minds who reads.
func (s *scene) record(about func(unit string) bool) *record {
	r := &record{
		versions: map[workKey][]exercise.Event{}, marks: map[workKey][]exercise.Event{},
		settled: map[workKey]exercise.Event{}, deeds: map[string][]exercise.Event{},
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
	return doer(e)
}

// doer is the unit that did what an event tells, where that can prove how it
// worked; "" for anything else.
func doer(e *exercise.Event) string {
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
func (r *record) add(e *exercise.Event) {
	switch b := e.Body.(type) {
	case *exercise.Marked:
		k := workKey{b.Task, b.Unit}
		if !slices.ContainsFunc(r.marks[k], func(old exercise.Event) bool { return old.Actor == e.Actor }) {
			r.marks[k] = append(r.marks[k], *e)
		}
		return
	case *exercise.Settled:
		if k := (workKey{b.Task, b.Unit}); r.settled[k].Body == nil {
			r.settled[k] = *e
		}
		return
	case *exercise.Note:
		if !b.Own {
			r.notes = append(r.notes, *e)
		}
		return
	case *exercise.Submitted:
		k := workKey{b.Task, b.Unit}
		r.versions[k] = append(r.versions[k], *e)
	}
	r.deeds[doer(e)] = append(r.deeds[doer(e)], *e)
}

// deed says what a unit did, in a line.
func (s *scene) deed(e *exercise.Event) string {
	r := s.r
	switch b := e.Body.(type) {
	case *exercise.Message:
		return r.t("deed.message", i18n.Args{"To": s.endNames(b.Ends), "Text": short(b.Text)})
	case *exercise.Shared:
		return r.t("deed.share", i18n.Args{"To": s.endNames(b.Ends), "Text": short(b.Text)})
	case *exercise.Submitted:
		return r.t("deed.submitted", i18n.Args{"Task": b.Task, "N": b.N, "Text": short(s.version(e).plain())})
	case *exercise.InjectRelayed:
		return r.t("deed.relayed", i18n.Args{"Inject": b.Inject, "Unit": s.unitName(b.Unit), "Text": short(b.Text)})
	case *exercise.CallNoted:
		return r.t("deed.call", i18n.Args{"To": s.endName(b.With), "Text": short(b.Text)})
	case *exercise.InjectAcknowledged:
		return r.t("deed.acknowledged", i18n.Args{"Inject": b.Inject})
	}
	return string(e.Body.Type())
}

// shortest is how much of a text stands in a line.
const shortest = 160

// short is a text in one line, cut where it is long.
func short(text string) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) > shortest {
		return string(line[:shortest-1]) + "…"
	}
	return string(line)
}

// version is what a unit handed in once, for people to read.
type version struct {
	unit  string
	seq   uint64
	n     int
	at    string
	late  bool
	text  string
	items []string   // chosen options, or indicators
	parts []partText // of a form
	file  *exercise.HandedIn
	via   string // what did it: a message, or a relay
}

// partText is a part of a form that was filled in.
type partText struct{ title, text string }

// version reads a submission.
func (s *scene) version(e *exercise.Event) version {
	b, ok := e.Body.(*exercise.Submitted)
	if !ok {
		return version{}
	}
	v := version{unit: b.Unit, seq: e.Seq, n: b.N, at: e.At.String(), late: b.Late, text: b.Text, items: b.Items, file: b.File}
	def, _, _ := s.st.Play().Pack.TaskByKey(b.Task)
	u, _ := s.st.Play().Cast.Index(b.Unit)
	if def != nil {
		v.items = s.optionTexts(def.Options, b.Items, u)
		for i := range def.Form {
			if text := b.Parts[def.Form[i].Key]; text != "" {
				v.parts = append(v.parts, partText{s.said(def.Form[i].Title, u), s.partAnswer(&def.Form[i], text, u)})
			}
		}
	}
	if by, ok := s.Event(exercise.Viewer{Control: true}, b.Via); ok {
		v.via = s.deed(&by)
	}
	return v
}

// said is a text of the pack in the reader's language, filled in for a unit.
func (s *scene) said(text scenario.Text, u int) string {
	return s.render(text.In(append([]string{s.r.p.Lang()}, s.st.Play().Pack.Languages...)...), u)
}

// optionTexts are the texts of options; what is none stands as it is.
func (s *scene) optionTexts(options []scenario.Option, items []string, u int) []string {
	out := make([]string, len(items))
	for i, it := range items {
		out[i] = it
		for j := range options {
			if options[j].Key == it {
				out[i] = s.said(options[j].Text, u)
			}
		}
	}
	return out
}

func (s *scene) partAnswer(part *scenario.FormPart, text string, u int) string {
	if part.Kind == scenario.PartChoice {
		return s.optionTexts(part.Options, []string{strings.TrimSpace(text)}, u)[0]
	}
	return text
}

// plain is all of it as text.
func (v version) plain() string {
	lines := []string{v.text}
	lines = append(lines, v.items...)
	for _, p := range v.parts {
		lines = append(lines, p.title+": "+p.text)
	}
	if v.file != nil {
		lines = append(lines, v.file.Name)
	}
	if v.via != "" {
		lines = append(lines, v.via)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
