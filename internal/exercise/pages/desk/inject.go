package desk

import (
	"maps"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// injectView is an inject with all that goes with it.
type injectView struct {
	pages.UnitInject
	clock     pages.ClockView
	acts      bool
	hold      string
	ackedAt   string
	ackedFor  string // that EXCON did so for the unit, in words; "" where it did itself
	roles     string
	relayFrom string
	original  pages.Instant // of what was relayed
	lang      string        // of the text
	langs     []string
	letter    pages.RenderedText
	files     []pages.Attachment
	tasks     []unitTask
	messages  []numberedLine
	unit      string               // its name
	actsFor   bool                 // EXCON may do for the unit what it was told
	relayTo   []pages.End          // cells to which EXCON may relay it for the unit
	beside    [2]*pages.UnitInject // what came before it and after it; nil for nothing
}

// InjectRoutes are the addresses of the injects of a unit.
func InjectRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/inject/{inject}/{unit...}", Need: pages.ReadsUnit, Handle: showInject, Replaced: true},
		{Pattern: "POST /x/{exercise}/acknowledge/{unit...}", Need: pages.PlaysUnit, Handle: acknowledge, Replaced: true},
	}
}

// read fills in the subject of an inject. It is not for a look.
func read(r *pages.Request, in *pages.UnitInject) error {
	l, _, err := r.Letter(in.Key, in.Release, r.Printer.Lang())
	in.Subject = l.Subject
	return err
}

// showInject is an inject as a thread: what came, what it asks, what the unit
// did about it.
func showInject(r *pages.Request) error {
	if err := r.At(func(s *pages.Moment) error { return s.HasInject() }); err != nil {
		return err
	}
	part := func() (templ.Component, error) {
		v, err := readInject(r)
		return injectPart(r, v), err
	}
	title := r.T("inject.title", map[string]any{"Inject": r.PathValue("inject"), "Unit": r.UnitName(r.Exercise, r.Unit)})
	return r.ShowUnit(title, part)
}

func readInject(r *pages.Request) (*injectView, error) {
	v := &injectView{acts: r.Acts(), actsFor: r.ActsFor(), unit: r.UnitName(r.Exercise, r.Unit)}
	err := r.At(func(s *pages.Moment) error {
		if err := s.HasInject(); err != nil {
			return err
		}
		i, _ := s.State.InjectIndex(r.PathValue("inject"))
		fillInject(s, v, i)
		v.beside = besides(s, v.Key)
		return nil
	})
	for _, in := range v.beside {
		if err == nil && in != nil {
			err = read(r, in)
		}
	}
	if err != nil {
		return nil, err
	}
	return v, fillLetter(r, v)
}

// besides are the injects that the unit got before one and after it.
func besides(s *pages.Moment, key string) (beside [2]*pages.UnitInject) {
	all := s.Received()
	at := slices.IndexFunc(all, func(in pages.UnitInject) bool { return in.Key == key })
	if at < 0 {
		return beside
	}
	if at+1 < len(all) {
		beside[0] = &all[at+1]
	}
	if at > 0 {
		beside[1] = &all[at-1]
	}
	return beside
}

func fillInject(s *pages.Moment, v *injectView, i int) {
	in, _ := s.State.Inject(i, s.Request.UnitIndex)
	v.UnitInject = s.UnitInject(i, &in)
	v.clock, v.hold = s.Clock(s.Zone()), s.Hold()
	if v.Acked {
		v.ackedAt, v.ackedFor = in.Acked.String(), ackedFor(s, v.Key)
	}
	if def := s.State.Play().Pack.InjectByKey(v.Key); def != nil {
		v.roles = roleNames(s, def.For)
	}
	if v.Relay != nil {
		v.relayFrom = s.UnitName(v.Relay.From)
		if e, ok := s.Event(exercise.Viewer{Control: true}, v.Relay.Of); ok {
			v.original = s.Instant(e.At)
		}
	}
	done := submissions(s)
	for t := range s.State.TasksOf(i, s.Request.UnitIndex) {
		v.tasks = append(v.tasks, unitTaskOf(s, &t, done[t.Key]))
	}
	if v.actsFor = v.actsFor && s.Plays() && !v.Withdrawn; v.actsFor {
		v.relayTo = relayableTo(s, i)
	}
	v.messages = threadOf(s, v)
}

// roleNames are for whom within the unit something is.
func roleNames(s *pages.Moment, keys []string) string {
	var names []string
	for _, key := range keys {
		for _, role := range s.State.Play().Pack.Roles {
			if role.Key == key {
				names = append(names, role.Title.In(s.Langs()...))
			}
		}
	}
	return strings.Join(names, s.Request.T("list.comma"))
}

// threadOf are the messages between the unit and the sender of an inject about
// it: those that name it or one of its tasks, and what answers these.
func threadOf(s *pages.Moment, v *injectView) []numberedLine {
	about := map[string]bool{v.Key: true}
	for _, t := range v.tasks {
		about[t.key] = true
	}
	room := exercise.EndPersona + v.Persona
	all := s.Events(s.Request.Viewer(), 0, pages.MaxTalk, func(e *exercise.Event) bool {
		m := pages.MessageOf(e)
		return m != nil && s.RoomOf(m, room)
	})
	slices.Reverse(all)
	var thread []numberedLine
	for i := range all {
		if m := pages.MessageOf(&all[i]); about[m.Re] {
			about["#"+web.Number(all[i].Seq)] = true
			thread = append(thread, talkLine(s, &all[i]))
		}
	}
	return thread
}

// fillLetter reads what the event names by hash.
func fillLetter(r *pages.Request, v *injectView) (err error) {
	wish := r.URL.Query().Get("lang")
	if wish == "" {
		wish = r.Printer.Lang()
	}
	if v.letter, v.lang, err = r.Letter(v.Key, v.Release, wish); err != nil {
		return err
	}
	v.Subject = v.letter.Subject
	if v.Release == nil {
		return nil
	}
	v.langs = slices.Sorted(maps.Keys(v.Release.Texts))
	v.files, err = r.Attachments(v.Release, v.lang)
	return err
}

// acknowledge is the unit's "received", from the desk or from the inject.
func acknowledge(r *pages.Request) error {
	key := r.PostFormValue("inject")
	err := r.Act(exercise.Acknowledge{Inject: key, Unit: r.Unit})
	switch {
	case err != nil:
		return err
	case r.PostFormValue("back") == "desk":
		return r.RedirectWith(r.UnitPath("desk"), "said.acknowledged")
	}
	return r.RedirectWith(r.InjectPath(key), "said.acknowledged")
}
