package conduct

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
)

// markdown is the media type of an inject's text.
const markdown = "text/markdown"

// answer fills in a prepared answer as the unit reads it, at the time at which
// it is to be sent.
func answer(s *exercise.State, e *exercise.Event, b *exercise.ReplyReady) error {
	unit, known := s.Play().Cast.Index(b.Unit)
	reply := s.Play().Reply(b.Reply)
	if !known || reply == nil {
		return fmt.Errorf("reply %s to %s: unknown", b.Reply, b.Unit)
	}
	r := renderer{s: s, unit: unit, now: scenarioTime(s, e.At).Add(reply.Delay)}
	b.Lang = r.locale()
	tmpl := reply.Text.In(append([]string{b.Lang}, s.Play().Pack.Languages...)...)
	text, _, err := s.Play().Cast.Render(tmpl, unit, b.Lang, r.now)
	if err != nil {
		return fmt.Errorf("text of reply %s: %w", b.Reply, err)
	}
	b.Text = text
	return nil
}

// scenarioTime is what the clocks of the storyline show.
func scenarioTime(s *exercise.State, at exercise.Time) time.Time {
	return time.UnixMicro(s.Created().Startex).Add(at.Duration()).UTC()
}

// render fills a release in with what the unit is shown: the variables, and
// the hashes of texts and attachments, whose contents it returns.
func render(s *exercise.State, e *exercise.Event, b *exercise.InjectReleased) ([]journal.Content, error) {
	inject, ok := s.InjectIndex(b.Inject)
	unit, known := s.Play().Cast.Index(b.Unit)
	if !ok || !known {
		return nil, fmt.Errorf("release of %s to %s: unknown", b.Inject, b.Unit)
	}
	r := renderer{
		s: s, inject: inject, unit: unit,
		now: scenarioTime(s, e.At),
	}
	b.Lang = r.locale()
	b.Texts, b.Files, b.Vars = map[string]string{}, map[string]exercise.File{}, map[string]string{}
	if err := r.texts(b); err != nil {
		return nil, err
	}
	if err := r.files(b); err != nil {
		return nil, err
	}
	return r.contents, nil
}

type renderer struct {
	s            *exercise.State
	inject, unit int
	now          time.Time
	contents     []journal.Content
}

func (r *renderer) locale() string {
	locale := r.s.Play().Cast.Units[r.unit].Locale
	for _, l := range r.s.Play().Pack.Languages {
		if l == locale {
			return l
		}
	}
	return r.s.Play().Pack.Languages[0]
}

func (r *renderer) texts(b *exercise.InjectReleased) error {
	for _, lang := range r.s.Play().Pack.Languages {
		tmpl, ok := r.s.Text(r.inject, r.unit, lang)
		if !ok {
			return fmt.Errorf("inject %s has no text in %s", b.Inject, lang)
		}
		text, err := r.one(tmpl, lang, b.Vars)
		if err != nil {
			return fmt.Errorf("text of inject %s in %s: %w", b.Inject, lang, err)
		}
		b.Texts[lang] = r.keep(markdown, []byte(text))
	}
	return nil
}

// one renders a template and notes the variables of the unit's own language.
func (r *renderer) one(tmpl, lang string, vars map[string]string) (string, error) {
	text, used, err := r.s.Play().Cast.Render(tmpl, r.unit, lang, r.now)
	if err == nil && lang == r.locale() {
		maps.Copy(vars, used)
	}
	return text, err
}

func (r *renderer) files(b *exercise.InjectReleased) error {
	pack := r.s.Play().Pack
	inj := pack.InjectByKey(b.Inject)
	if inj == nil {
		return nil // made up during play: no attachments
	}
	for _, name := range inj.Attachments {
		for _, lang := range pack.Languages {
			id := lang + "/" + name
			if _, own := pack.Files["attachments/"+id]; !own {
				if lang != r.locale() {
					continue
				}
				id = name
			}
			if err := r.file(b, id, name, lang); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *renderer) file(b *exercise.InjectReleased, id, name, lang string) error {
	data, isTemplate, ok := r.s.Play().Pack.Attachment(name, lang)
	if !ok {
		return fmt.Errorf("inject %s: attachment %s is missing", b.Inject, id)
	}
	if isTemplate {
		text, err := r.one(string(data), lang, b.Vars)
		if err != nil {
			return fmt.Errorf("attachment %s of inject %s: %w", id, b.Inject, err)
		}
		data = []byte(text)
	}
	media := scenario.MediaType(name)
	b.Files[id] = exercise.File{Hash: r.keep(media, data), Media: media}
	return nil
}

func (r *renderer) keep(media string, data []byte) string {
	c := journal.Content{Hash: journal.HashOf(data), Media: media, Data: data}
	r.contents = append(r.contents, c)
	return c.Hash.String()
}

// tryTexts refuses a command whose texts could not be rendered at release.
func tryTexts(s *exercise.State, do exercise.Action) error {
	var texts []scenario.Text
	switch a := do.(type) {
	case exercise.AddInject:
		texts = append(texts, a.Texts)
		for _, t := range a.Tasks {
			texts = append(texts, t.Prompt)
		}
	case exercise.AmendInject:
		texts = append(texts, a.Texts)
	case exercise.AmendTask:
		texts = append(texts, a.Prompt)
	default:
		return nil
	}
	var errs error
	for _, text := range texts {
		for lang, tmpl := range text {
			_, _, err := s.Play().Cast.Render(tmpl, 0, lang, time.UnixMicro(0))
			errs = errors.Join(errs, err)
		}
	}
	if errs != nil {
		return &exercise.Refusal{Code: exercise.BadTemplate, Args: map[string]any{"Cause": errs.Error()}}
	}
	return nil
}
