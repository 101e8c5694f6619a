package web

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// unitTask is what an inject asks of a unit, with what the unit made of it.
type unitTask struct {
	key, kind, prompt string
	inject            string
	reworded          bool // by EXCON, after the pack
	roles             string
	timing            timing
	open              bool
	answered          bool
	told              string // how it stands, in words
	tries             string // attempts left, in words
	points            string // where the unit may know them
	options           []taskOption
	several           bool // options may be chosen together
	parts             []taskPart
	maxSize           string
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
	seq    uint64
	when   moment
	by     string
	late   bool
	text   string
	items  []string // as they were chosen or listed, in words
	chosen []string // keys of options, or indicators
	parts  []partText
	raw    map[string]string // of a form, as it was filled in
	file   *exercise.HandedIn
	size   string // of the file
	via    bool   // by a message or a call
}

// unitTask says how a task stands for the request's unit.
func (s *scene) unitTask(v *exercise.TaskView, done []turnIn) unitTask {
	t := unitTask{
		key: v.Key, kind: v.Type, inject: v.Inject, open: v.Status == exercise.TaskStands && s.plays(),
		timing: s.timing(v.Due), answered: v.First != exercise.Never, versions: done,
	}
	t.prompt, t.reworded = s.prompt(v.Key)
	t.told, t.tries = s.standing(v, t.timing.over), s.tries(v)
	if s.isTold(v) && v.Attempts > 0 {
		t.points = s.r.t("task.points", i18n.Args{"N": decimal(v.Points), "Max": decimal(v.Max)})
	}
	if def, _, _ := s.st.Play().Pack.TaskByKey(v.Key); def != nil {
		s.fillTask(&t, v, def)
	}
	return t
}

// prompt is what a task asks, and whether EXCON has reworded it.
func (s *scene) prompt(key string) (text string, reworded bool) {
	i, ok := s.st.TaskIndex(key)
	if !ok {
		return key, false
	}
	now := s.st.Prompt(i, s.r.u).In(s.langs()...)
	if def, _, _ := s.st.Play().Pack.TaskByKey(key); def != nil {
		reworded = now != def.Prompt.In(s.langs()...)
	}
	return s.render(now, s.r.u), reworded
}

// fillTask adds what the pack says of a task.
func (s *scene) fillTask(t *unitTask, v *exercise.TaskView, def *scenario.Task) {
	t.roles, t.options = s.roleNames(def.For), s.taskOptions(def.Options)
	right := 0
	for _, o := range def.Options {
		if o.Correct {
			right++
		}
	}
	t.several = right != 1
	for _, p := range def.Form {
		t.parts = append(t.parts, taskPart{
			key: p.Key, title: p.Title.In(s.langs()...), kind: p.Kind, hint: p.Hint.In(s.langs()...),
			required: p.Required, options: s.taskOptions(p.Options),
		})
	}
	for _, h := range def.Hints[:min(v.Hints, len(def.Hints))] {
		t.hints = append(t.hints, s.render(h.Text.In(s.langs()...), s.r.u))
	}
	if v.HintsLeft > 0 && v.Hints < len(def.Hints) {
		t.hintCost = decimal(def.Hints[v.Hints].Cost)
	}
	if def.MaxSize > 0 {
		t.maxSize = s.r.bytes(def.MaxSize)
	}
	t.share = s.shareTo(def)
}

func (s *scene) taskOptions(options []scenario.Option) []taskOption {
	var all []taskOption
	for _, o := range options {
		all = append(all, taskOption{o.Key, s.render(o.Text.In(s.langs()...), s.r.u)})
	}
	return all
}

// shareTo finds to whom the information of a share task is to go.
func (s *scene) shareTo(def *scenario.Task) shareTo {
	i, ok := s.st.Play().FlowIndex(def.Flow)
	if !ok {
		return shareTo{}
	}
	flow := s.st.Play().Pack.Flows[i]
	end := s.st.Play().End(flow.To, s.r.u)
	return shareTo{room: end, name: s.endName(end), relay: flow.Relay != ""}
}

// isTold reports whether the reader is told at once what an answer is worth.
func (s *scene) isTold(v *exercise.TaskView) bool { return v.Feedback && !s.r.onlyObserves() }

// standing says how a task stands, as far as the unit may know.
func (s *scene) standing(v *exercise.TaskView, over bool) string {
	switch {
	case v.Status == exercise.TaskVoid:
		return s.r.t("task.void")
	case v.First == exercise.Never && over:
		return s.r.t("task.overdue")
	case v.First == exercise.Never:
		return s.r.t("task.open")
	case s.isTold(v) && v.Solved:
		return s.r.t("task.solved")
	case s.isTold(v) && v.Type != scenario.TaskReport && v.Type != scenario.TaskShare:
		return s.r.t("task.wrong")
	}
	return s.r.t("task.handed_in")
}

// tries says how many attempts are left; "" where there is no limit or nothing
// to try.
func (s *scene) tries(v *exercise.TaskView) string {
	lasts := v.Type == scenario.TaskReport || v.Type == scenario.TaskFile || v.Type == scenario.TaskShare
	if v.Limit == 0 || lasts || v.Solved || s.r.onlyObserves() {
		return ""
	}
	return s.r.t("task.tries", i18n.Args{"N": max(0, v.Limit-v.Attempts), "Of": v.Limit})
}

// submissions are what the unit has handed in, by task, the first first.
func (s *scene) submissions() map[string][]turnIn {
	all := s.Events(s.r.viewer(), 0, maxTalk, func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.Submitted)
		return ok && b.Unit == s.r.unit
	})
	by := map[string][]turnIn{}
	for i := range all {
		e := &all[len(all)-1-i]
		if b, ok := e.Body.(*exercise.Submitted); ok {
			by[b.Task] = append(by[b.Task], s.turnIn(e, b))
		}
	}
	return by
}

func (s *scene) turnIn(e *exercise.Event, b *exercise.Submitted) turnIn {
	v := turnIn{
		n: b.N, seq: e.Seq, when: s.moment(e.At), late: b.Late, text: b.Text, chosen: b.Items, items: b.Items,
		raw: b.Parts, file: b.File, via: b.Via > 0,
	}
	if !v.via {
		v.by = s.personOf(e)
	}
	if b.File != nil {
		v.size = s.r.bytes(b.File.Size)
	}
	if def, _, _ := s.st.Play().Pack.TaskByKey(b.Task); def != nil {
		v.items = s.optionTexts(def.Options, b.Items, s.r.u)
		v.parts = s.versionParts(def, b)
	}
	return v
}

func (s *scene) versionParts(def *scenario.Task, b *exercise.Submitted) []partText {
	var parts []partText
	for _, p := range def.Form {
		text := b.Parts[p.Key]
		if text == "" {
			continue
		}
		parts = append(parts, partText{p.Title.In(s.langs()...), strings.Join(s.optionTexts(p.Options, []string{text}, s.r.u), "")})
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
func (r *request) handInWord(t *unitTask) string {
	lasts := t.kind == scenario.TaskReport || t.kind == scenario.TaskFile
	if lasts && len(t.versions) > 0 {
		return r.t("task.revise")
	}
	return r.t("task.hand_in")
}
