package excon

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
	"renkei/internal/markdown"
	"renkei/internal/web"
)

// injectText is what a unit reads in one language.
type injectText struct {
	lang, subject, html string
	own                 bool   // the language of the unit
	raw                 string // the template
	problem             string // why it cannot be filled in
}

// textSource is where the texts of an inject come from: as they would be given
// now, or, once they were, as they were.
type textSource struct {
	texts []injectText
	given exercise.Time
	hash  map[string]string // by language, of what was given
}

// textSourceOf finds the texts of inject number i for unit u.
func textSourceOf(s *pages.Moment, i, u int) textSource {
	src := textSource{given: exercise.Never}
	if b, at := releaseOf(s, i, u); b != nil {
		src.given, src.hash = at, b.Texts
	}
	for _, lang := range s.State.Play().Pack.Languages {
		t := injectText{lang: lang, own: lang == unitLang(s, u)}
		t.raw, _ = s.State.Text(i, u, lang)
		fillText(s, &t, u)
		src.texts = append(src.texts, t)
	}
	return src
}

// fillText fills the template of a text in.
func fillText(s *pages.Moment, t *injectText, u int) {
	text, err := renderIn(s, t.raw, u, t.lang)
	if err != nil {
		t.problem, text = err.Error(), t.raw
	}
	t.subject, t.html = splitText(text)
}

// releaseOf finds the event that gave inject number i to unit u; nil where it
// has none, or got it by a relay.
func releaseOf(s *pages.Moment, i, u int) (*exercise.InjectReleased, exercise.Time) {
	v, ok := s.State.Inject(i, u)
	if !ok || v.Status != exercise.InjectOut || v.Relayed {
		return nil, exercise.Never
	}
	e, ok := s.Event(exercise.Viewer{Control: true}, v.Seq)
	if !ok {
		return nil, exercise.Never
	}
	b, _ := e.Body.(*exercise.InjectReleased)
	return b, e.At
}

// readTexts makes pages of texts, of those that were given as they were.
func readTexts(r *pages.Request, src *textSource) ([]injectText, error) {
	for i := range src.texts {
		t := &src.texts[i]
		if hash := src.hash[t.lang]; hash != "" {
			text, err := readContent(r, hash)
			if err != nil {
				return nil, err
			}
			t.subject, t.html = splitText(text)
		}
		html, err := markdown.HTML(t.html)
		if err != nil {
			return nil, err
		}
		t.html = html
	}
	return src.texts, nil
}

// readContent reads a text of the log by its hash.
func readContent(r *pages.Request, hash string) (string, error) {
	var h journal.Hash
	if err := h.UnmarshalText([]byte(hash)); err != nil {
		return "", err
	}
	content, err := r.Exercise.Content(r.Context(), h)
	return string(content.Data), err
}

// mselFile is a file of an inject.
type mselFile struct {
	name, size, path string
	text             string // of text files
}

// maxFileShown is the most of a text file that a page shows, in bytes.
const maxFileShown = 20_000

// attachments lists the files of inject number i as unit u gets them.
func attachments(s *pages.Moment, i, u int) []mselFile {
	in := s.State.Play().Pack.InjectByKey(s.State.InjectKey(i))
	if in == nil {
		return nil
	}
	var all []mselFile
	for _, name := range in.Attachments {
		data, media, ok := mselFileOf(s, in, name, u)
		if !ok {
			continue
		}
		a := mselFile{
			name: name, size: scenario.FormatSize(int64(len(data))),
			path: mselPath(s.Request, in.Key) + "/file?name=" + web.Escape(name) + "&unit=" + web.Escape(s.State.Play().Cast.Units[u].Key),
		}
		if isText(media) {
			a.text = strings.ToValidUTF8(string(data[:min(maxFileShown, len(data))]), "\ufffd")
		}
		all = append(all, a)
	}
	return all
}

func isText(media string) bool {
	return strings.HasPrefix(media, "text/") || media == "application/json" || media == "application/xml" || media == "message/rfc822"
}

// mselFileOf gives the bytes of a file of an inject as unit u gets them.
func mselFileOf(s *pages.Moment, in *scenario.Inject, name string, u int) (data []byte, media string, ok bool) {
	if !slices.Contains(in.Attachments, name) {
		return nil, "", false
	}
	lang := unitLang(s, u)
	data, isTemplate, ok := s.State.Play().Pack.Attachment(name, lang)
	if ok && isTemplate {
		if text, err := renderIn(s, string(data), u, lang); err == nil {
			data = []byte(text)
		}
	}
	return data, scenario.MediaType(name), ok
}

// downloadAttachment gives a file of an inject as a unit gets it. It is never
// shown by the browser: what an exercise hands out may look like anything.
func downloadAttachment(r *pages.Request) error {
	var data []byte
	var media string
	name := r.URL.Query().Get("name")
	err := r.At(func(s *pages.Moment) error {
		in := s.State.Play().Pack.InjectByKey(r.PathValue("inject"))
		u, known := s.State.Play().Cast.Index(r.URL.Query().Get("unit"))
		if in == nil || !known {
			return web.ErrNotFound
		}
		var ok bool
		if data, media, ok = mselFileOf(s, in, name, u); !ok {
			return web.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.Download(path.Base(name), media, data)
}

// change is one step in the history of an inject and its tasks.
type change struct {
	at, by, what string
	seq          uint64
	texts        []changeText
}

type changeText struct{ lang, text string }

// history tells what EXCON has changed about an inject, the latest first.
func history(s *pages.Moment, key string, tasks []injectTask) []change {
	isTask := func(k string) bool { return slices.ContainsFunc(tasks, func(t injectTask) bool { return t.key == k }) }
	var all []change
	for _, e := range s.Events(exercise.Viewer{Control: true}, 0, 50, func(e *exercise.Event) bool {
		inject, task := changed(e)
		return inject == key || task != "" && isTask(task)
	}) {
		c := change{at: e.At.String(), by: s.ActorName(e.Actor), seq: e.Seq}
		c.what, c.texts = changeWords(s, &e)
		all = append(all, c)
	}
	return all
}

// changed names the inject or the task that an event changes.
func changed(e *exercise.Event) (inject, task string) {
	switch b := e.Body.(type) {
	case *exercise.InjectAmended:
		return b.Inject, ""
	case *exercise.InjectHeld:
		return b.Inject, ""
	case *exercise.InjectRetracted:
		return b.Inject, ""
	case *exercise.TaskAmended:
		return "", b.Task
	}
	return "", ""
}

func sortTexts(t scenario.Text) []changeText {
	var all []changeText
	for lang, text := range t {
		all = append(all, changeText{lang, text})
	}
	slices.SortFunc(all, func(a, b changeText) int { return cmp.Compare(a.lang, b.lang) })
	return all
}
