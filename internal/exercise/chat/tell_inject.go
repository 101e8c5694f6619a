package chat

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/outbox"
)

// injectKey is the key of the message that brought an inject: what belongs to it
// follows in its thread.
func (t *teller) injectKey(inject, unit string) string {
	return fmt.Sprint(t.b.keys(t.x.ID), "/i/", inject, "/", unit)
}

// inject brings an inject to the room of its unit: in the name of its simulated
// contact, or of the team that relays it.
func (t *teller) inject(ctx context.Context, e *exercise.Event, inject, unit string, relay *exercise.InjectRelayed) ([]outbox.Message, error) {
	m, ok := t.to(e, exercise.ToUnit(unit))
	if !ok {
		return nil, nil
	}
	m.Key, m.About = t.injectKey(inject, unit), aboutInject+"/"+inject
	released, ok := e.Body.(*exercise.InjectReleased)
	if relay != nil {
		released, ok = t.releaseOf(relay.Of)
	}
	if !ok {
		return nil, nil
	}
	var langs, tails, texts []string
	form := ""
	t.state(func(s *exercise.State) {
		play := s.Play()
		u, _ := play.Cast.Index(unit)
		langs = langsOf(play, u)
		m.Lang = langs[0]
		tlp := released.TLP
		if relay != nil {
			tlp = relay.TLP
			m.From = unitName(play, relay.From, m.Lang)
			if relay.Text != "" {
				texts = append(texts, relay.Text)
			}
		} else if c := play.Pack.PersonaByKey(senderOf(s, inject)); c != nil {
			m.From = c.Name.In(m.Lang, play.Pack.Languages[0])
		}
		m.Label = labelOf(tlp)
		for _, lang := range langs {
			tail, of := t.injectTail(s, t.b.Texts.For(lang), inject, u, lang)
			tails, form = append(tails, tail), of
		}
	})
	for i, lang := range langs {
		text, err := t.content(ctx, released.Texts, lang)
		if err != nil {
			return nil, err
		}
		subject, body, _ := strings.Cut(strings.TrimSpace(text), "\n")
		subject = strings.TrimSpace(strings.TrimLeft(subject, "# "))
		if i == 0 {
			m.Subject = subject
		} else {
			texts = append(texts, between(lang), subject)
		}
		texts = append(texts, strings.TrimSpace(body), tails[i])
	}
	m.Text = strings.TrimSpace(strings.Join(append(texts, form), "\n\n"))
	m.Actions = t.actions(inject, unit, m.Lang)
	var err error
	m.Files, err = t.filesIn(ctx, released, langs)
	return []outbox.Message{m}, err
}

// between is the line before a text in another language, with its own name.
func between(lang string) string {
	return strings.Repeat("─", 10) + " " + display.Self.Name(language.Make(lang))
}

// injectTail says which tasks come with an inject, and how to answer: by mail
// in a form too.
func (t *teller) injectTail(s *exercise.State, p *i18n.Printer, inject string, u int, lang string) (tail, form string) {
	i, ok := s.InjectIndex(inject)
	if !ok {
		return "", ""
	}
	var lines, answerable []string
	for task := range s.TasksOf(i, u) {
		n, _ := s.TaskIndex(task.Key)
		lines = append(lines, taskLine(s, p, n, u, lang, task.Opened))
		if task.Type != scenario.TaskShare {
			answerable = append(answerable, task.Key)
		}
	}
	how := "thread"
	if t.place.ByMail {
		how = "mail"
	}
	switch len(answerable) {
	case 0:
		how = "chat." + how + "_none"
	case 1:
		how = "chat." + how + "_one"
	default:
		how = "chat." + how + "_many"
	}
	lines = append(lines, p.T(how))
	if t.place.ByMail && len(answerable) > 0 {
		form = formOf(answerable)
	}
	return strings.Join(lines, "\n\n"), form
}

// actions are the buttons under an inject: to acknowledge it, and to answer each of
// its tasks.
func (t *teller) actions(inject, unit, lang string) (all []outbox.Action) {
	if t.place.ByMail {
		return nil
	}
	p := t.b.Texts.For(lang)
	all = append(all, outbox.Action{Do: DoAck + "/" + inject, Name: p.T("chat.button.ack")})
	t.state(func(s *exercise.State) {
		u, _ := s.Play().Cast.Index(unit)
		i, ok := s.InjectIndex(inject)
		if !ok {
			return
		}
		for task := range s.TasksOf(i, u) {
			if task.Type != scenario.TaskShare && task.Type != scenario.TaskFile && len(all) < outbox.MaxActions {
				all = append(all, outbox.Action{Do: DoAnswer + "/" + task.Key, Name: p.T("chat.button.answer", i18n.Args{"Task": task.Key})})
			}
		}
	})
	return all
}

// formOf is the form at the end of a mail: package mail reads it.
func formOf(tasks []string) string { return "[" + strings.Join(tasks, "] \n[") + "] \n[end]" }

// langOf is the language of a unit among those of the pack.
func langOf(play *exercise.Play, u int) string {
	if lang := play.Cast.Units[u].Locale; slices.Contains(play.Pack.Languages, lang) {
		return lang
	}
	return play.Pack.Languages[0]
}

// langsOf are the languages of the pack in which a unit reads, its own first.
func langsOf(play *exercise.Play, u int) []string {
	all := []string{langOf(play, u)}
	for _, lang := range play.Cast.Units[u].Also {
		if slices.Contains(play.Pack.Languages, lang) && !slices.Contains(all, lang) {
			all = append(all, lang)
		}
	}
	return all
}

// releaseOf is the release with a seq.
func (t *teller) releaseOf(seq uint64) (b *exercise.InjectReleased, ok bool) {
	t.x.Live.Now(func(m *follow.Moment) {
		if e, found := m.Event(exercise.Viewer{Control: true}, seq); found {
			b, ok = e.Body.(*exercise.InjectReleased)
		}
	})
	return b, ok
}

// content is a text as the unit was given it.
func (t *teller) content(ctx context.Context, texts map[string]string, lang string) (string, error) {
	hash, ok := texts[lang]
	if !ok {
		for _, other := range slices.Sorted(maps.Keys(texts)) {
			hash = texts[other]
			break
		}
	}
	data, err := t.bytes(ctx, hash)
	return string(data), err
}

func (t *teller) bytes(ctx context.Context, hash string) ([]byte, error) {
	var h journal.Hash
	if err := h.UnmarshalText([]byte(hash)); err != nil {
		return nil, err
	}
	c, err := t.x.Content(ctx, h)
	return c.Data, err
}

// files are the attachments of an inject in a language.
func (t *teller) files(ctx context.Context, b *exercise.InjectReleased, lang string) (all []outbox.File, err error) {
	for _, id := range slices.Sorted(maps.Keys(b.Files)) {
		in, _, hasLang := strings.Cut(id, "/")
		if hasLang && in != lang {
			continue
		}
		data, err := t.bytes(ctx, b.Files[id].Hash)
		if err != nil {
			return nil, err
		}
		all = append(all, outbox.File{Name: path.Base(id), Media: b.Files[id].Media, Data: data})
	}
	return all, nil
}

// filesIn are the attachments of an inject in several languages. One that is another
// in the second language has that in its name.
func (t *teller) filesIn(ctx context.Context, b *exercise.InjectReleased, langs []string) ([]outbox.File, error) {
	var all []outbox.File
	for _, lang := range langs {
		some, err := t.files(ctx, b, lang)
		if err != nil {
			return nil, err
		}
		for _, f := range some {
			i := slices.IndexFunc(all, func(o outbox.File) bool { return o.Name == f.Name })
			if i >= 0 && bytes.Equal(all[i].Data, f.Data) {
				continue
			}
			if i >= 0 {
				ext := path.Ext(f.Name)
				f.Name = strings.TrimSuffix(f.Name, ext) + "-" + lang + ext
			}
			all = append(all, f)
		}
	}
	return all, nil
}

func (t *teller) retracted(e *exercise.Event, b *exercise.InjectRetracted) []outbox.Message {
	if !slices.Contains(e.To, exercise.ToUnit(b.Unit)) {
		return nil // it never came
	}
	m, ok := t.to(e, exercise.ToUnit(b.Unit))
	if !ok {
		return nil
	}
	m.Thread = t.injectKey(b.Inject, b.Unit)
	t.state(func(s *exercise.State) {
		u, _ := s.Play().Cast.Index(b.Unit)
		langs := langsOf(s.Play(), u)
		m.Lang, m.Text = langs[0], b.Reason
		m.Subject = t.inEach(langs, func(p *i18n.Printer) string { return p.T("chat.retracted", i18n.Args{"Inject": b.Inject}) })
	})
	return []outbox.Message{m}
}

// inEach is a short text in each language.
func (t *teller) inEach(langs []string, text func(p *i18n.Printer) string) string {
	var all []string
	for _, lang := range langs {
		all = append(all, text(t.b.Texts.For(lang)))
	}
	return strings.Join(all, " / ")
}

func (t *teller) hinted(e *exercise.Event, task, unit string, n int) []outbox.Message {
	m, ok := t.to(e, exercise.ToUnit(unit))
	if !ok {
		return nil
	}
	t.state(func(s *exercise.State) {
		u, _ := s.Play().Cast.Index(unit)
		m.Lang = langOf(s.Play(), u)
		def, _, _ := s.Play().Pack.TaskByKey(task)
		i, known := s.TaskIndex(task)
		if ok = def != nil && known && n >= 1 && n <= len(def.Hints); !ok {
			return
		}
		if v, has := s.Task(i, u); has {
			m.Thread = t.injectKey(v.Inject, unit)
		}
		langs := langsOf(s.Play(), u)
		m.Subject = t.inEach(langs, func(p *i18n.Printer) string { return p.T("chat.hint", i18n.Args{"Task": task, "N": n}) })
		var hints []string
		for _, lang := range langs {
			hints = append(hints, rendered(s, def.Hints[n-1].Text, u, lang))
		}
		m.Text = strings.Join(hints, "\n\n")
	})
	if !ok {
		return nil
	}
	return []outbox.Message{m}
}

// injectAbout is the inject that a message is about, where the unit has it.
func (t *teller) injectAbout(re, unit string) (inject string) {
	t.state(func(s *exercise.State) {
		u, ok := s.Play().Cast.Index(unit)
		if !ok {
			return
		}
		if i, known := s.TaskIndex(re); known {
			if v, has := s.Task(i, u); has {
				re = v.Inject
			}
		}
		if i, known := s.InjectIndex(re); known {
			if v, has := s.Inject(i, u); has && v.Status == exercise.InjectOut {
				inject = re
			}
		}
	})
	return inject
}
