package paper

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// answerKey says what makes an answer to a task right. fill fills in
// templates.
func (w *words) answerKey(t *scenario.Task, fill func(string) string) []string {
	var out []string
	add := func(key string, args i18n.Args) { out = append(out, w.t("key."+key, args)) }
	list := func(key string, f scenario.Forms) {
		if all := w.forms(f, fill); len(all) > 0 {
			add(key, i18n.Args{"Forms": strings.Join(all, w.t("or"))})
		}
	}
	if t.Type == scenario.TaskIndicators {
		list("indicators", t.Accept)
		add("solved", i18n.Args{"Share": number(t.SolvedAt * 100)})
	} else {
		list("accept", t.Accept)
	}
	list("match", t.Match)
	out = append(out, w.want(&t.Want, fill)...)
	for i := range t.Parts {
		add("part", i18n.Args{"N": i + 1, "Key": strings.Join(w.want(&t.Parts[i], fill), "; ")})
	}
	for _, o := range t.Options {
		if o.Correct {
			add("option", i18n.Args{"Key": o.Key, "Text": fill(w.in(o.Text))})
		}
	}
	if t.Flag != "" {
		add("flag", i18n.Args{"Flag": fill(t.Flag)})
	}
	for _, r := range t.Files {
		add("file", i18n.Args{"Rule": fill(fileRule(r))})
	}
	for i, group := range t.Mentions {
		add("mention", i18n.Args{"N": i + 1, "Forms": strings.Join(w.forms(group, fill), w.t("or"))})
	}
	list("avoid", t.Avoid)
	if f := w.pack.FlowByKey(t.Flow); f != nil {
		add("flow", i18n.Args{"Key": f.Key, "Title": w.in(f.Title)})
	}
	if len(out) == 0 {
		add("human", nil)
	}
	return out
}

// want says what an answer, or a part of it, must contain.
func (w *words) want(k *scenario.Want, fill func(string) string) (out []string) {
	add := func(key string, args i18n.Args) { out = append(out, w.t("key."+key, args)) }
	if all := w.forms(k.Contains, fill); len(all) > 0 {
		add("contains", i18n.Args{"Forms": strings.Join(all, w.t("or"))})
	}
	if all := w.forms(k.Refuse, fill); len(all) > 0 {
		add("refuse", i18n.Args{"Forms": strings.Join(all, w.t("or"))})
	}
	if k.Number != "" {
		tolerance := number(k.Tolerance.Value)
		if k.Tolerance.Percent {
			tolerance += " %"
		}
		unit := ""
		if len(k.Unit) > 0 {
			unit = " " + k.Unit[0]
		}
		add("number", i18n.Args{"Number": fill(k.Number) + unit, "Tolerance": tolerance})
	}
	if k.Time != "" {
		add("time", i18n.Args{"Time": w.instant(k.Time, "2006-01-02 15:04 UTC"), "Tolerance": k.Room.String()})
	}
	if k.Date != "" {
		add("date", i18n.Args{"Date": w.instant(k.Date, time.DateOnly)})
	}
	return out
}

// instant writes the moment that a key names.
func (w *words) instant(key, layout string) string {
	at, _ := scenario.ParseInstant(key, w.pack.Startex)
	return at.UTC().Format(layout)
}

// forms lists accepted forms of all languages, the reader's first.
func (w *words) forms(f scenario.Forms, fill func(string) string) []string {
	var all []string
	for _, lang := range append([]string{"", w.lang}, w.pack.Languages...) {
		for _, form := range f[lang] {
			if s := fill(form); !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

// fileRule writes one rule as the pack does.
func fileRule(r scenario.FileRule) string {
	var parts []string
	for _, p := range []struct{ name, value string }{{"sha256", r.SHA256}, {"name", r.Name}, {"media", r.Media}} {
		if p.value != "" {
			parts = append(parts, p.name+" "+p.value)
		}
	}
	if r.Min > 0 {
		parts = append(parts, fmt.Sprintf(">= %d B", r.Min))
	}
	if r.Max > 0 {
		parts = append(parts, fmt.Sprintf("<= %d B", r.Max))
	}
	return strings.Join(parts, ", ")
}

// parts lists the fields of a report form, as the unit has to fill them in.
func (w *words) parts(t *scenario.Task, fill func(string) string) []string {
	var out []string
	for _, p := range t.Form {
		line := fill(w.in(p.Title))
		if p.Required {
			line = w.t("required", i18n.Args{"Part": line})
		}
		if hint := w.in(p.Hint); hint != "" {
			line += " – " + fill(hint)
		}
		var options []string
		for _, o := range p.Options {
			options = append(options, fill(w.in(o.Text)))
		}
		if len(options) > 0 {
			line += ": " + strings.Join(options, " / ")
		}
		out = append(out, line)
	}
	return out
}
