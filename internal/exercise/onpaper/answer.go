package onpaper

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/msel"
)

// answer takes the text as the task wants it: a form has its parts, options and
// indicators are lists, a file stands beside the sheet.
func (r *reader) answer(key string) exercise.Action {
	a := exercise.Submit{Task: key, Unit: r.unit("unit", r.text("unit"))}
	task, _, _ := r.play.Pack.TaskByKey(key)
	switch {
	case task == nil:
		a.Text = r.text("text")
	case task.Type == scenario.TaskFile:
		a.File = r.file(task)
	case task.Form != nil:
		a.Parts = r.form(task.Form)
	case task.Type == scenario.TaskChoice:
		for _, text := range r.list() {
			a.Items = append(a.Items, option(task.Options, text))
		}
	case task.Type == scenario.TaskIndicators:
		a.Items = r.list()
	default:
		a.Text = r.text("text")
	}
	return a
}

func (r *reader) list() []string {
	return strings.FieldsFunc(r.text("text"), func(c rune) bool { return strings.ContainsRune(",;、，\n ", c) })
}

// option finds the key of an option by how people write it: "b", "B", "ｂ)" or,
// where it is short, its text. What is none of them is left for the engine to
// refuse.
func option(options []scenario.Option, text string) string {
	said := strings.TrimRight(fold(text), ".:：")
	for i := range options {
		if o := &options[i]; fold(o.Key) == said || named(o.Text, text) {
			return o.Key
		}
	}
	return strings.TrimSpace(text)
}

// form reads lines such as "Severity: high". A part is named by its key or its
// title in any language; what follows without a name belongs to the part before
// it. Semicolons do for ends of lines where the next word names a part.
func (r *reader) form(form []scenario.FormPart) map[string]string {
	parts, last := map[string]string{}, ""
	for _, s := range segments(r.text("text")) {
		switch key, text := partOf(form, s.text); {
		case key != "" && strings.TrimSpace(parts[key]) != "":
			r.issues = append(r.issues, r.problem("text", "paper_part_twice", s.text, form))
		case key != "":
			parts[key], last = text, key
		case strings.TrimSpace(s.text) == "" && s.end == "\n":
		case last == "":
			r.issues = append(r.issues, r.problem("text", "paper_part", s.text, form))
			return nil
		default:
			parts[last] += s.end + s.text
		}
	}
	for i := range form {
		p := &form[i]
		parts[p.Key] = strings.TrimSpace(parts[p.Key])
		if p.Kind == scenario.PartChoice {
			parts[p.Key] = option(p.Options, parts[p.Key])
		}
	}
	return parts
}

// segment is a piece of a cell, with what stands before it.
type segment struct{ end, text string }

func segments(text string) (all []segment) {
	end := "\n"
	for {
		i := strings.IndexAny(text, "\n;；")
		if i < 0 {
			return append(all, segment{end, text})
		}
		all = append(all, segment{end, text[:i]})
		n := 1
		if text[i] >= 0x80 {
			n = len("；")
		}
		end, text = text[i:i+n], text[i+n:]
	}
}

// partOf splits "name: text"; the key is "" where no part is named.
func partOf(form []scenario.FormPart, line string) (key, text string) {
	for i, c := range line {
		if c != ':' && c != '：' && c != '=' {
			continue
		}
		for p := range form {
			if fold(form[p].Key) == fold(line[:i]) || named(form[p].Title, line[:i]) {
				return form[p].Key, strings.TrimSpace(line[i+len(string(c)):])
			}
		}
	}
	return "", ""
}

// problem is an issue of a form, with the names of its parts.
func (r *reader) problem(column, code, text string, form []scenario.FormPart) msel.Issue {
	keys := make([]string, len(form))
	for i := range form {
		keys[i] = form[i].Key
	}
	return msel.Issue{
		Ref: r.grid.Ref(r.row, r.cols[column]), Code: code,
		Args: map[string]any{"Text": strings.TrimSpace(text), "Parts": strings.Join(keys, ", ")},
	}
}
