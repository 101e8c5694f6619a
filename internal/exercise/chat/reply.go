package chat

import (
	"context"
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
)

// lang is the language of who is answered.
func (h *hearing) lang() string {
	if h.access.Access != nil && h.access.Lang != "" {
		return h.access.Lang
	}
	lang := ""
	unit := h.unit
	if unit == "" {
		unit = unitIn(h.said.Room)
	}
	h.x.Live.Now(func(m *follow.Moment) {
		play := m.State.Play()
		lang = play.Pack.Languages[0]
		if u, ok := play.Cast.Index(unit); ok {
			lang = play.Cast.Units[u].Locale
		}
	})
	return lang
}

func (h *hearing) printer() *i18n.Printer { return h.b.Texts.For(h.lang()) }

// answer says a sentence under what was said.
func (h *hearing) answer(ctx context.Context, key string, args ...i18n.Args) error {
	return h.say(ctx, h.printer().T(key, args...))
}

// answerOnce says it once, however often there is a reason.
func (h *hearing) answerOnce(ctx context.Context, once, key string) error {
	return h.put(ctx, once, h.printer().T(key))
}

func (h *hearing) say(ctx context.Context, text string) error {
	return h.put(ctx, "said/"+h.said.ID, text)
}

// maxSubject is how much of an answer stands in its first, bold line.
const maxSubject = 250

func (h *hearing) put(ctx context.Context, key, text string) error {
	to := h.place.to(h.said.Room, h.b.Service.Name(), "")
	under := h.said.Root
	if under == "" {
		under = h.said.Post
	}
	if h.said.Alone {
		under = ""
	}
	if h.place.ByMail { // to who wrote, and to nobody of whom that is not sure
		to, under = h.place.only(h.person, h.b.Service.Name()), h.said.Reply
	}
	if len(to) == 0 {
		return nil
	}
	about := ""
	if h.place.ByMail { // who answers the answer is still about it
		about = h.about
	}
	first, rest, _ := strings.Cut(text, "\n")
	m := outbox.Message{
		Key: h.b.keys(h.x.ID) + "/" + key, Scope: Scope(h.x.ID), Lang: h.lang(), Subject: clip(first, maxSubject), Text: strings.TrimSpace(rest), Under: under,
		To: to, Exercise: h.place.ByMail, About: about,
	}
	return h.b.put(ctx, m)
}

func (h *hearing) unitName(key string) (name string) {
	lang := h.lang()
	h.x.Live.Now(func(m *follow.Moment) { name = unitName(m.State.Play(), key, lang) })
	return name
}

// unitName is the name of a unit, of a cell after that of its team.
func unitName(play *exercise.Play, key, lang string) string {
	u, ok := play.Cast.Index(key)
	if !ok {
		return key
	}
	langs := append([]string{lang}, play.Pack.Languages...)
	name := play.Cast.Units[u].Name.In(langs...)
	if t, ok := play.Cast.Index(play.Cast.Units[u].Parent); ok && !play.Cast.Units[u].IsTeam() {
		name = play.Cast.Units[t].Name.In(langs...) + " / " + name
	}
	return name
}

// endName is what people call an end of a message.
func endName(play *exercise.Play, end, lang string, p *i18n.Printer) string {
	if persona, ok := strings.CutPrefix(end, exercise.EndPersona); ok {
		if c := play.Pack.PersonaByKey(persona); c != nil {
			return c.Name.In(append([]string{lang}, play.Pack.Languages...)...)
		}
		return persona
	}
	switch end {
	case exercise.EndExcon:
		return "EXCON"
	case exercise.EndLiaison:
		return p.T("chat.liaison")
	}
	return unitName(play, strings.TrimPrefix(end, exercise.EndUnit), lang)
}

func (h *hearing) endNames(ends []string) string {
	var names []string
	p, lang := h.printer(), h.lang()
	h.x.Live.Now(func(m *follow.Moment) {
		for _, end := range ends {
			names = append(names, endName(m.State.Play(), end, lang, p))
		}
	})
	return p.List(names)
}

// ends are the units that a text names first, with commas between.
func (h *hearing) ends(text string) (ends []string, rest string) {
	rest = text
	for {
		word, more := firstWord(strings.TrimLeft(rest, ",、，&+ "))
		clean := strings.TrimRight(word, ",、，")
		end := ""
		if same("all", clean) || same("liaison", clean) || same("全員", clean) || same("連絡室", clean) {
			end = exercise.EndLiaison
		} else if unit := h.unitNamed(clean); unit != "" && unit != h.unit {
			end = exercise.ToUnit(unit)
		} else if same(exercise.EndExcon, clean) {
			end = exercise.EndExcon
		}
		if end == "" || slices.Contains(ends, end) {
			return ends, strings.TrimSpace(rest)
		}
		ends, rest = append(ends, end), more
	}
}

func (h *hearing) unitNamed(word string) (key string) {
	h.x.Live.Now(func(m *follow.Moment) {
		for _, u := range m.State.Play().Cast.Units {
			if same(u.Key, word) {
				key = u.Key
			}
			for _, name := range u.Name {
				if key == "" && u.IsTeam() && same(name, word) {
					key = u.Key
				}
			}
		}
	})
	return key
}

func (h *hearing) cells() (names []string) {
	h.state(func(s *exercise.State, u int) {
		for _, f := range s.Play().Family(u) {
			if f != u {
				_, own, _ := strings.Cut(s.Play().Cast.Units[f].Key, "/")
				names = append(names, own)
			}
		}
	})
	return names
}

// cellNamed finds a cell of the unit, by its key with or without the team's, or
// its name.
func (h *hearing) cellNamed(word string) (key string) {
	h.state(func(s *exercise.State, u int) {
		for _, f := range s.Play().Family(u) {
			c := &s.Play().Cast.Units[f]
			_, own, _ := strings.Cut(c.Key, "/")
			found := f != u && (same(c.Key, word) || same(own, word))
			for _, name := range c.Name {
				found = found || f != u && same(name, word)
			}
			if found {
				key = c.Key
			}
		}
	})
	return key
}

func (h *hearing) personas() (names []string) {
	lang := h.lang()
	h.state(func(s *exercise.State, _ int) {
		for _, c := range s.Play().Pack.Personas {
			names = append(names, c.Key+" ("+c.Name.In(append([]string{lang}, s.Play().Pack.Languages...)...)+")")
		}
	})
	return names
}

// personaNamed finds the persona with whose key or name a text begins.
func (h *hearing) personaNamed(text string) (key, rest string) {
	word, after := firstWord(text)
	h.state(func(s *exercise.State, _ int) {
		for _, c := range s.Play().Pack.Personas {
			if same(c.Key, word) {
				key, rest = c.Key, after
				return
			}
			for _, name := range c.Name {
				if more, ok := cutWord(text, name); ok {
					key, rest = c.Key, more
					return
				}
			}
		}
	})
	return key, rest
}

// injectNamed is the key of an inject that the unit has, as somebody types it.
func (h *hearing) injectNamed(word string) (key string) {
	h.state(func(s *exercise.State, u int) {
		for v := range s.Injects(u) {
			if v.Status == exercise.InjectOut && same(v.Key, word) {
				key = v.Key
			}
		}
	})
	return key
}

func (h *hearing) unacknowledged() (keys []string) {
	h.state(func(s *exercise.State, u int) {
		for v := range s.Injects(u) {
			if v.Status == exercise.InjectOut && v.Acked == exercise.Never {
				keys = append(keys, v.Key)
			}
		}
	})
	return keys
}

func (h *hearing) rendered(text scenario.Text) (out string) {
	lang := h.lang()
	h.state(func(s *exercise.State, u int) { out = rendered(s, text, u, lang) })
	return out
}

// rendered is a text of the pack for a unit; one that cannot be filled in stands
// as it is.
func rendered(s *exercise.State, text scenario.Text, u int, lang string) string {
	tmpl := text.In(append([]string{lang}, s.Play().Pack.Languages...)...)
	now := time.UnixMicro(s.Created().Startex).Add(s.At().Duration())
	if out, _, err := s.Play().Cast.Render(tmpl, u, lang, now); err == nil {
		return out
	}
	return tmpl
}

// status says how the unit stands.
func (h *hearing) status() string {
	p := h.printer()
	out := ""
	h.state(func(s *exercise.State, u int) {
		open, overdue, acks := 0, 0, 0
		now := s.Now(h.b.Now().UnixMicro())
		for t := range s.Tasks(u) {
			if t.Status == exercise.TaskStands && t.Attempts == 0 {
				open++
				if t.Due < now {
					overdue++
				}
			}
		}
		for v := range s.Injects(u) {
			if v.Status == exercise.InjectOut && v.Acked == exercise.Never {
				acks++
			}
		}
		out = p.T("chat.status", i18n.Args{
			"Clock": now.String(), "Phase": p.T("chat.phase." + s.Phase().String()), "Open": open, "Overdue": overdue, "Acks": acks,
		})
		if s.RealStop() {
			out += "\n" + p.T("chat.stopped")
		}
	})
	return out
}

// maxTasks is how many tasks a list has.
const maxTasks = 30

// tasks lists what is open.
func (h *hearing) tasks() string {
	p, lang := h.printer(), h.lang()
	var lines []string
	h.state(func(s *exercise.State, u int) {
		now := s.Now(h.b.Now().UnixMicro())
		for t := range s.Tasks(u) {
			if t.Status != exercise.TaskStands || len(lines) == maxTasks {
				continue
			}
			i, _ := s.TaskIndex(t.Key)
			lines = append(lines, taskLine(s, p, i, u, lang, now))
		}
	})
	if len(lines) == 0 {
		return p.T("chat.no_tasks")
	}
	return p.T("chat.tasks", i18n.Args{"N": len(lines)}) + "\n" + strings.Join(lines, "\n")
}

// taskLine says what a task asks, until when, and how it is answered.
func taskLine(s *exercise.State, p *i18n.Printer, task, u int, lang string, now exercise.Time) string {
	t, ok := s.Task(task, u)
	if !ok {
		return ""
	}
	out := p.T("chat.task", i18n.Args{
		"Key": t.Key, "Prompt": rendered(s, s.Prompt(task, u), u, lang), "Due": dueText(s, u, t.Due), "Overdue": t.Due < now && t.Attempts == 0,
		"Done": t.Attempts > 0, "How": p.T("chat.how." + t.Type),
	})
	if def, _, _ := s.Play().Pack.TaskByKey(t.Key); def != nil {
		for i, o := range def.Options {
			out += "\n   " + string(rune('a'+i)) + ") " + rendered(s, o.Text, u, lang)
		}
		for _, part := range def.Form {
			out += "\n   " + part.Title.In(lang, "en") + ":"
		}
	}
	return out
}

// dueText is a time of the storyline, in the unit's zone and UTC.
func dueText(s *exercise.State, u int, at exercise.Time) string {
	when := time.UnixMicro(s.Created().Startex).Add(at.Duration()).UTC()
	zone, err := time.LoadLocation(s.Play().Cast.Units[u].Zone)
	if err != nil || zone == time.UTC {
		return when.Format("15:04") + " UTC"
	}
	return when.In(zone).Format("15:04") + " (" + when.Format("15:04") + " UTC)"
}

func (h *hearing) help(asked bool, word string) string {
	p := h.printer()
	out := p.T("chat.help")
	if !asked {
		out = p.T("chat.unknown", i18n.Args{"Word": clip(word, 60)}) + "\n" + out
	}
	return out
}
