package desk

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// unitTask is what an inject asks of a unit, with what the unit made of it.
type unitTask struct {
	key, kind, prompt string
	inject            string
	reworded          bool // by EXCON, after the pack
	roles             string
	timing            pages.Timing
	open              bool
	answered          bool
	told              string // how it stands, in words
	tries             string // attempts left, in words
	points            string // where the unit may know them
	options           []taskOption
	several           bool // options may be chosen together
	parts             []taskPart
	maxSize           string
	maxBytes          int64
	hints             []string
	hintCost          string // of the next that can be asked for; "" for none
	versions          []turnIn
	share             shareTo
}

type taskOption struct{ key, text string }

// taskPart is a part of a report form.
type taskPart struct {
	key, title, kind, hint string
	required               bool
	options                []taskOption
}

// shareTo is to whom a share task leads.
type shareTo struct {
	room, name string
	relay      bool // it is done by relaying the inject
}

// turnIn is what a unit handed in for a task.
type turnIn struct {
	n      int
	task   string
	when   pages.Instant
	by     string
	late   bool
	text   string
	items  []string // as they were chosen or listed, in words
	chosen []string // keys of options, or indicators
	parts  []pages.PartText
	raw    map[string]string // of a form, as it was filled in
	file   *exercise.HandedIn
	size   string // of the file
	via    bool   // by a message or a call
}

// unitTaskOf says how a task stands for the request's unit.
func unitTaskOf(s *pages.Moment, v *exercise.TaskView, done []turnIn) unitTask {
	t := unitTask{
		key: v.Key, kind: v.Type, inject: v.Inject, open: v.Status == exercise.TaskStands && s.Plays(),
		timing: s.Timing(v.Due), answered: v.First != exercise.Never, versions: done,
	}
	t.prompt, t.reworded = prompt(s, v.Key)
	t.told, t.tries = standing(s, v, t.timing.Over), tries(s, v)
	if isTold(s, v) && v.Attempts > 0 {
		t.points = s.Request.T("task.points", i18n.Args{"N": web.Decimal(v.Points), "Max": web.Decimal(v.Max)})
	}
	if def, _, _ := s.State.Play().Pack.TaskByKey(v.Key); def != nil {
		fillTask(s, &t, v, def)
	}
	return t
}

// prompt is what a task asks, and whether EXCON has reworded it.
func prompt(s *pages.Moment, key string) (text string, reworded bool) {
	i, ok := s.State.TaskIndex(key)
	if !ok {
		return key, false
	}
	now := s.State.Prompt(i, s.Request.UnitIndex).In(s.Langs()...)
	if def, _, _ := s.State.Play().Pack.TaskByKey(key); def != nil {
		reworded = now != def.Prompt.In(s.Langs()...)
	}
	return s.Render(now, s.Request.UnitIndex), reworded
}

// fillTask adds what the pack says of a task.
func fillTask(s *pages.Moment, t *unitTask, v *exercise.TaskView, def *scenario.Task) {
	t.roles, t.options = roleNames(s, def.For), taskOptions(s, def.Options)
	right := 0
	for _, o := range def.Options {
		if o.Correct {
			right++
		}
	}
	t.several = right != 1
	for _, p := range def.Form {
		t.parts = append(t.parts, taskPart{
			key: p.Key, title: p.Title.In(s.Langs()...), kind: p.Kind, hint: p.Hint.In(s.Langs()...),
			required: p.Required, options: taskOptions(s, p.Options),
		})
	}
	for _, h := range def.Hints[:min(v.Hints, len(def.Hints))] {
		t.hints = append(t.hints, s.Render(h.Text.In(s.Langs()...), s.Request.UnitIndex))
	}
	if v.HintsLeft > 0 && v.Hints < len(def.Hints) {
		t.hintCost = web.Decimal(def.Hints[v.Hints].Cost)
	}
	if def.MaxSize > 0 {
		t.maxSize, t.maxBytes = s.Request.Bytes(def.MaxSize), def.MaxSize
	}
	t.share = shareToOf(s, def)
}

func taskOptions(s *pages.Moment, options []scenario.Option) []taskOption {
	var all []taskOption
	for _, o := range options {
		all = append(all, taskOption{o.Key, s.Render(o.Text.In(s.Langs()...), s.Request.UnitIndex)})
	}
	return all
}

// shareToOf finds to whom the information of a share task is to go.
func shareToOf(s *pages.Moment, def *scenario.Task) shareTo {
	i, ok := s.State.Play().FlowIndex(def.Flow)
	if !ok {
		return shareTo{}
	}
	flow := s.State.Play().Pack.Flows[i]
	end := s.State.Play().End(flow.To, s.Request.UnitIndex)
	return shareTo{room: end, name: s.EndName(end), relay: flow.Relay != ""}
}

// isTold reports whether the reader is told at once what an answer is worth.
func isTold(s *pages.Moment, v *exercise.TaskView) bool {
	return v.Feedback && !s.Request.OnlyObserves()
}

// standing says how a task stands, as far as the unit may know.
func standing(s *pages.Moment, v *exercise.TaskView, over bool) string {
	switch {
	case v.Status == exercise.TaskVoid:
		return s.Request.T("task.void")
	case v.First == exercise.Never && over:
		return s.Request.T("task.overdue")
	case v.First == exercise.Never:
		return s.Request.T("task.open")
	case isTold(s, v) && v.Solved:
		return s.Request.T("task.solved")
	case isTold(s, v) && v.Type != scenario.TaskReport && v.Type != scenario.TaskShare:
		return s.Request.T("task.wrong")
	}
	return s.Request.T("task.handed_in")
}

// tries says how many attempts are left; "" where there is no limit or nothing
// to try.
func tries(s *pages.Moment, v *exercise.TaskView) string {
	lasts := v.Type == scenario.TaskReport || v.Type == scenario.TaskFile || v.Type == scenario.TaskShare
	if v.Limit == 0 || lasts || v.Solved || s.Request.OnlyObserves() {
		return ""
	}
	return s.Request.T("task.tries", i18n.Args{"N": max(0, v.Limit-v.Attempts), "Of": v.Limit})
}

// submissions are what the unit has handed in, by task, the first first.
func submissions(s *pages.Moment) map[string][]turnIn {
	all := s.Events(s.Request.Viewer(), 0, pages.MaxTalk, func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.Submitted)
		return ok && b.Unit == s.Request.Unit
	})
	by := map[string][]turnIn{}
	for i := range all {
		e := &all[len(all)-1-i]
		if b, ok := e.Body.(*exercise.Submitted); ok {
			by[b.Task] = append(by[b.Task], turnInOf(s, e, b))
		}
	}
	return by
}

func turnInOf(s *pages.Moment, e *exercise.Event, b *exercise.Submitted) turnIn {
	v := turnIn{
		n: b.N, task: b.Task, when: s.Instant(e.At), late: b.Late, text: b.Text, chosen: b.Items, items: b.Items,
		raw: b.Parts, file: b.File, via: b.Via > 0,
	}
	if !v.via {
		if v.by = s.ActedFor(e); v.by == "" {
			v.by = s.PersonOf(e)
		}
	}
	if b.File != nil {
		v.size = s.Request.Bytes(b.File.Size)
	}
	if def, _, _ := s.State.Play().Pack.TaskByKey(b.Task); def != nil {
		v.items = s.OptionTexts(def.Options, b.Items, s.Request.UnitIndex)
		v.parts = versionParts(s, def, b)
	}
	return v
}

func versionParts(s *pages.Moment, def *scenario.Task, b *exercise.Submitted) []pages.PartText {
	var parts []pages.PartText
	for _, p := range def.Form {
		text := b.Parts[p.Key]
		if text == "" {
			continue
		}
		parts = append(parts, pages.PartText{Title: p.Title.In(s.Langs()...), Text: strings.Join(s.OptionTexts(p.Options, []string{text}, s.Request.UnitIndex), "")})
	}
	return parts
}

// last is what was handed in last, as a form begins with; the zero value
// where there is none, or where each attempt stands for itself.
func (t *unitTask) last() turnIn {
	if len(t.versions) == 0 || t.kind == scenario.TaskAnswer || t.kind == scenario.TaskFlag {
		return turnIn{}
	}
	return t.versions[len(t.versions)-1]
}

// handInWord is what the button of a task says.
func handInWord(r *pages.Request, t *unitTask) string {
	lasts := t.kind == scenario.TaskReport || t.kind == scenario.TaskFile
	if lasts && len(t.versions) > 0 {
		return r.T("task.revise")
	}
	return r.T("task.hand_in")
}
