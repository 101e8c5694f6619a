package chat

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// answered does what a plain reply under an inject does: it answers its task or,
// where none is open, says something to who sent it.
func (h *hearing) answered(ctx context.Context, inject string, l line) error {
	open := h.openTasks(inject)
	if several := h.sections(l.text, open); len(several) > 1 || len(several) == 1 && h.place.ByMail {
		return h.submitAll(ctx, several)
	}
	if h.place.ByMail && onlyAck(l.bare) {
		return h.acknowledge(ctx, "", inject)
	}
	task, text := h.taskIn(l.text, inject)
	switch {
	case task != "":
		return h.submit(ctx, task, text)
	case len(open) > 1:
		return h.answer(ctx, "chat.which_task", i18n.Args{"Tasks": h.printer().List(open)})
	}
	end := exercise.EndExcon
	h.state(func(s *exercise.State, u int) {
		if i, ok := s.InjectIndex(inject); ok {
			if v, has := s.Inject(i, u); has && v.Relayed {
				end = exercise.ToUnit(s.Play().Cast.Units[u].Parent)
				return
			}
		}
		if persona := senderOf(s, inject); persona != "" {
			end = exercise.EndPersona + persona
		}
	})
	return h.quietly(ctx, exercise.Send{From: h.unit, Ends: []string{end}, Text: l.bare, TLP: l.tlp, Re: inject})
}

// senderOf is the persona that an inject is from; "" for none.
func senderOf(s *exercise.State, inject string) string {
	if inj := s.Play().Pack.InjectByKey(inject); inj != nil {
		return inj.From
	}
	if i, ok := s.InjectIndex(inject); ok && s.Added(i) != nil {
		return s.Added(i).From
	}
	return ""
}

// answerTask answers a task that is named, or the only one that is open.
func (h *hearing) answerTask(ctx context.Context, l line, inject string) error {
	task, text := h.taskIn(l.rest, inject)
	if task == "" {
		return h.answer(ctx, "chat.which_task", i18n.Args{"Tasks": h.printer().List(h.openTasks(inject))})
	}
	return h.submit(ctx, task, text)
}

// openTasks are the keys of what the unit can answer here: of an inject, or with
// "" of all.
func (h *hearing) openTasks(inject string) (keys []string) {
	h.state(func(s *exercise.State, u int) {
		for t := range s.Tasks(u) {
			if t.Status == exercise.TaskStands && t.Type != scenario.TaskShare && (inject == "" || t.Inject == inject) {
				keys = append(keys, t.Key)
			}
		}
	})
	return keys
}

// taskIn finds which task a text answers: the one whose key it begins with, else
// the only open one that was not answered yet, else the only open one.
func (h *hearing) taskIn(text, inject string) (task, answer string) {
	word, rest := firstWord(text)
	var named string
	var fresh, open []string
	h.state(func(s *exercise.State, u int) {
		for t := range s.Tasks(u) {
			if same(t.Key, word) {
				named = t.Key
			}
			if t.Status != exercise.TaskStands || t.Type == scenario.TaskShare || inject != "" && t.Inject != inject {
				continue
			}
			open = append(open, t.Key)
			if t.Attempts == 0 {
				fresh = append(fresh, t.Key)
			}
		}
	})
	switch {
	case named != "":
		return named, rest
	case len(open) == 1:
		return open[0], strings.TrimSpace(text)
	case len(fresh) == 1 && inject != "" && len(open) == 0:
		return fresh[0], strings.TrimSpace(text)
	}
	return "", text
}

// same compares keys and names as people type them.
func same(key, typed string) bool {
	fold := func(s string) string {
		return strings.ToLower(strings.Trim(norm.NFKC.String(s), " #`*_.,:;()[]「」"))
	}
	return typed != "" && fold(key) == fold(typed)
}

// formed hands in what was written in the form of a mail. A task that the unit
// does not have, or that another mail brought, is told.
func (h *hearing) formed(ctx context.Context, about string) error {
	kind, inject, _ := strings.Cut(about, "/")
	if kind != aboutInject {
		inject = ""
	}
	return h.submitAll(ctx, h.formTasks(inject))
}

// formTasks are the answers of the form, under the keys as the pack writes them.
func (h *hearing) formTasks(inject string) []Answer {
	all := slices.Clone(h.said.Form)
	for i := range all {
		for _, key := range h.openTasks(inject) {
			if same(key, all[i].Task) {
				all[i].Task = key
			}
		}
	}
	return all
}

// sections are the parts of a text that begin, at the beginning of a line, with
// the key of an open task and a colon.
func (h *hearing) sections(text string, open []string) (all []Answer) {
	for ln := range strings.Lines(text) {
		word, rest := firstWord(strings.TrimSpace(ln))
		key := ""
		for _, k := range open {
			after := strings.TrimLeft(strings.TrimSpace(ln)[len(word):], " 　")
			if same(k, word) && (strings.HasPrefix(after, ":") || strings.HasPrefix(after, "：")) {
				key = k
			}
		}
		switch n := len(all); {
		case key != "":
			all = append(all, Answer{key, rest})
		case n > 0:
			all[n-1].Text += "\n" + strings.TrimRight(ln, "\r\n")
		}
	}
	for i := range all {
		all[i].Text = strings.TrimSpace(all[i].Text)
	}
	return all
}

// submitAll hands in several answers, and says what became of each.
func (h *hearing) submitAll(ctx context.Context, all []Answer) error {
	var said []string
	for _, a := range all {
		h.part = "/" + a.Task
		one, err := h.handIn(ctx, a.Task, a.Text)
		if err != nil {
			return err
		}
		if one != "" && len(all) > 1 && !strings.Contains(one, a.Task) {
			one = a.Task + ": " + one
		}
		if one != "" {
			said = append(said, one)
		}
	}
	if len(said) == 0 {
		return nil
	}
	return h.say(ctx, strings.Join(said, "\n"))
}

// submit hands in an answer, and says what became of it.
func (h *hearing) submit(ctx context.Context, task, text string) error {
	said, err := h.handIn(ctx, task, text)
	if err != nil || said == "" {
		return err
	}
	return h.say(ctx, said)
}

// handIn hands in an answer, and returns what became of it; "" where that was said
// before.
func (h *hearing) handIn(ctx context.Context, task, text string) (string, error) {
	a, problem, err := h.submission(ctx, task, text)
	if err != nil || problem != "" {
		return problem, err
	}
	res, err := h.do(ctx, a)
	if no := (*exercise.Refusal)(nil); errors.As(err, &no) {
		if no.Code == exercise.KeyReused { // it was done before a crash
			return "", nil
		}
		said, _ := h.printer().Explain(no)
		return said, nil
	}
	if err != nil {
		return "", err
	}
	args := i18n.Args{"Task": task, "N": 0, "Late": false}
	judged := ""
	viewer := exercise.ViewerOf(h.unit)
	h.x.Live.Now(func(m *follow.Moment) {
		for seq := res.First; seq <= res.Last; seq++ {
			e, ok := m.Event(viewer, seq)
			if !ok {
				continue
			}
			switch b := e.Body.(type) {
			case *exercise.Submitted:
				args["N"], args["Late"] = b.N, b.Late
			case *exercise.Scored:
				judged = "chat.wrong"
				if b.Correct {
					judged = "chat.correct"
				}
			}
		}
	})
	p := h.printer()
	said := p.T("chat.recorded", args)
	if judged != "" {
		said += " " + p.T(judged)
	}
	return said, nil
}

// submission reads an answer as its task wants it. problem is a sentence for who
// wrote it, where it cannot be read.
func (h *hearing) submission(ctx context.Context, task, text string) (a exercise.Submit, problem string, err error) {
	a = exercise.Submit{Task: task, Unit: h.unit}
	var def *scenario.Task
	kind := scenario.TaskReport
	h.state(func(s *exercise.State, u int) {
		def, _, _ = s.Play().Pack.TaskByKey(task)
		if i, ok := s.TaskIndex(task); ok {
			if v, has := s.Task(i, u); has {
				kind = v.Type
			}
		}
	})
	if h.place.ByMail && kind != scenario.TaskReport {
		text = bareAnswer(text)
	}
	p := h.printer()
	switch {
	case kind == scenario.TaskFile:
		if len(h.said.Files) != 1 {
			return a, p.T("chat.one_file", i18n.Args{"Task": task}), nil
		}
		f := h.said.Files[0]
		data, err := h.b.Service.File(ctx, h.x.ID, f.ID, maxAnswerFile)
		if err != nil {
			return a, "", err
		}
		a.File = exercise.NewUpload(f.Name, data)
	case kind == scenario.TaskChoice && def != nil:
		if a.Items, problem = h.chosen(def, text); problem != "" {
			return a, problem, nil
		}
	case kind == scenario.TaskIndicators:
		a.Items = indicators(text)
	case def != nil && len(def.Form) > 0:
		parts, ok := h.filledIn(def, text)
		if !ok {
			return a, p.T("chat.form", i18n.Args{"Task": task, "Parts": h.partLines(def)}), nil
		}
		a.Parts = parts
	default:
		a.Text = text
	}
	return a, "", nil
}

// maxAnswerFile is the largest file that a task may ask for.
const maxAnswerFile = 25 << 20

// indicators are what stands apart in a text.
func indicators(text string) (all []string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;、，；`|<>", r) }) {
		if word = strings.Trim(word, ".*_\"'「」()"); word != "" {
			all = append(all, word)
		}
	}
	return all
}

// chosen are the options that a text names: by key, by letter or number, or by
// their words.
func (h *hearing) chosen(def *scenario.Task, text string) (keys []string, problem string) {
	p := h.printer()
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;、，；\n", r) })
	if len(words) == 1 && len(strings.Fields(text)) <= len(def.Options) && !h.isOption(def, text) {
		words = strings.Fields(text)
	}
	for _, word := range words {
		key := h.optionNamed(def, strings.TrimSpace(word))
		if key == "" {
			return nil, p.T("chat.options", i18n.Args{"Task": def.Key, "Word": clip(strings.TrimSpace(word), 80), "Options": h.optionLines(def)})
		}
		keys = append(keys, key)
	}
	return keys, ""
}

func (h *hearing) isOption(def *scenario.Task, text string) bool {
	return h.optionNamed(def, text) != ""
}

func (h *hearing) optionNamed(def *scenario.Task, word string) string {
	for _, o := range def.Options {
		if same(o.Key, word) {
			return o.Key
		}
		for _, text := range o.Text {
			if same(text, word) {
				return o.Key
			}
		}
	}
	for i, o := range def.Options { // no key is taken for a letter
		if same(string(rune('a'+i)), word) || same(string(rune('1'+i)), word) {
			return o.Key
		}
	}
	return ""
}

func (h *hearing) optionLines(def *scenario.Task) string {
	var lines []string
	for i, o := range def.Options {
		lines = append(lines, string(rune('a'+i))+") "+h.rendered(o.Text))
	}
	return strings.Join(lines, "\n")
}

// filledIn are the parts of a form, of lines such as "key: value". A line without
// a name belongs to the part before it.
func (h *hearing) filledIn(def *scenario.Task, text string) (map[string]string, bool) {
	parts, last := map[string]string{}, ""
	for ln := range strings.Lines(text) {
		name, value, named := strings.Cut(strings.Replace(strings.TrimSpace(ln), "：", ":", 1), ":")
		key := ""
		for _, part := range def.Form {
			found := same(part.Key, name)
			for _, title := range part.Title {
				found = found || same(title, name)
			}
			if named && found {
				key = part.Key
			}
		}
		switch {
		case key != "":
			parts[key], last = strings.TrimSpace(value), key
		case last != "":
			parts[last] = strings.TrimSpace(parts[last] + "\n" + strings.TrimSpace(ln))
		case strings.TrimSpace(ln) != "":
			return nil, false
		}
	}
	return parts, len(parts) > 0
}

func (h *hearing) partLines(def *scenario.Task) string {
	var lines []string
	for _, part := range def.Form {
		lines = append(lines, part.Title.In(h.lang(), "en")+":")
	}
	return strings.Join(lines, "\n")
}
