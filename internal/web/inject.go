package web

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// unitInject is an inject that a unit has received, as its desk lists it.
type unitInject struct {
	key, from, role  string
	persona          string // key of the sender
	subject          string
	when             moment
	tlp              scenario.TLP
	acked, withdrawn bool
	reason           string // why it was withdrawn
	tasks            progress
	seq              uint64
	release          *exercise.InjectReleased
	relay            *exercise.InjectRelayed // nil: it came directly
}

// injectView is an inject with all that goes with it.
type injectView struct {
	unitInject
	clock     clockView
	acts      bool
	hold      string
	ackedAt   string
	roles     string
	relayFrom string
	original  moment // of what was relayed
	lang      string // of the text
	langs     []string
	letter    letter
	files     []attachment
	tasks     []unitTask
	messages  []talkLine
}

func injectRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/inject/{inject}/{unit...}", need: readsUnit, handle: showInject},
		{pattern: "POST /x/{exercise}/acknowledge/{unit...}", need: playsUnit, handle: acknowledge},
	}
}

// received lists what a unit has been given, the latest first.
func (s *scene) received() []unitInject {
	var all []unitInject
	for i := range s.st.InjectCount() {
		if v, ok := s.st.Inject(i, s.r.u); ok && v.Seq > 0 {
			all = append(all, s.unitInject(i, &v))
		}
	}
	slices.SortFunc(all, func(a, b unitInject) int { return cmp.Compare(b.seq, a.seq) })
	return all
}

func (s *scene) unitInject(i int, v *exercise.InjectView) unitInject {
	in := unitInject{
		key: v.Key, when: s.moment(v.Released), tlp: v.TLP, seq: v.Seq, acked: v.Acked != exercise.Never,
		withdrawn: v.Status == exercise.InjectWithdrawn, persona: s.personaOf(i),
	}
	if p := s.st.Play().Pack.PersonaByKey(in.persona); p != nil {
		in.from, in.role = p.Name.In(s.langs()...), p.Role.In(s.langs()...)
	}
	// What was passed on to the unit is the unit's to read, its original too.
	excon := exercise.Viewer{Control: true}
	e, _ := s.Event(excon, v.Seq)
	if b, ok := e.Body.(*exercise.InjectRelayed); ok {
		in.relay = b
		e, _ = s.Event(excon, b.Of)
	}
	in.release, _ = e.Body.(*exercise.InjectReleased)
	if in.withdrawn {
		in.reason = s.whyWithdrawn(v.Key)
	}
	for t := range s.st.TasksOf(i, s.r.u) {
		in.tasks.count(&t, s.now())
	}
	return in
}

// count adds a task to the progress with an inject.
func (p *progress) count(t *exercise.TaskView, now exercise.Time) {
	switch {
	case t.Status == exercise.TaskVoid:
		return
	case t.First != exercise.Never:
		p.answered++
	case now > t.Due:
		p.late++
	}
	p.asked++
}

// personaOf is the key of the persona from whom an inject comes.
func (s *scene) personaOf(i int) string {
	if added := s.st.Added(i); added != nil {
		return added.From
	}
	return s.st.Play().Pack.Injects[i].From
}

// whyWithdrawn is the reason for which EXCON took an inject back.
func (s *scene) whyWithdrawn(key string) string {
	for _, e := range s.Events(s.r.viewer(), 0, 1, func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.InjectRetracted)
		return ok && b.Inject == key && b.Unit == s.r.unit
	}) {
		if b, ok := e.Body.(*exercise.InjectRetracted); ok {
			return b.Reason
		}
	}
	return ""
}

// read fills in the subject of an inject. It is not for a look.
func (r *request) read(in *unitInject) error {
	l, _, err := r.letterOf(in, r.p.Lang())
	in.subject = l.subject
	return err
}

// letterOf reads the text of an inject in a language or else in the one that
// the unit has, and says in which.
func (r *request) letterOf(in *unitInject, lang string) (letter, string, error) {
	if in.release == nil || len(in.release.Texts) == 0 {
		return letter{subject: in.key}, "", nil
	}
	if in.release.Texts[lang] == "" {
		lang = in.release.Lang
	}
	if in.release.Texts[lang] == "" {
		lang = slices.Sorted(maps.Keys(in.release.Texts))[0]
	}
	l, err := r.letter(in.release.Texts[lang])
	return l, lang, err
}

// showInject is an inject as a thread: what came, what it asks, what the unit
// did about it.
func showInject(r *request) error {
	if err := r.look(func(s *scene) error { return s.hasInject() }); err != nil {
		return err
	}
	part := func() (templ.Component, error) {
		v, err := r.injectView()
		return injectPart(r, v), err
	}
	title := r.t("inject.title", map[string]any{"Inject": r.PathValue("inject"), "Unit": r.unitName(r.hall, r.unit)})
	return r.showUnit(title, part)
}

// hasInject refuses what the unit has not received as what does not exist.
func (s *scene) hasInject() error {
	i, ok := s.st.InjectIndex(s.r.PathValue("inject"))
	if !ok {
		return errAbsent
	}
	if v, ok := s.st.Inject(i, s.r.u); !ok || v.Seq == 0 {
		return errAbsent
	}
	return nil
}

func (r *request) injectView() (*injectView, error) {
	v := &injectView{acts: r.acts()}
	err := r.look(func(s *scene) error {
		if err := s.hasInject(); err != nil {
			return err
		}
		i, _ := s.st.InjectIndex(r.PathValue("inject"))
		s.fillInject(v, i)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return v, r.fillLetter(v)
}

func (s *scene) fillInject(v *injectView, i int) {
	in, _ := s.st.Inject(i, s.r.u)
	v.unitInject = s.unitInject(i, &in)
	v.clock, v.hold = s.clock(s.zone()), s.hold()
	if v.acked {
		v.ackedAt = in.Acked.String()
	}
	if def := s.st.Play().Pack.InjectByKey(v.key); def != nil {
		v.roles = s.roleNames(def.For)
	}
	if v.relay != nil {
		v.relayFrom = s.unitName(v.relay.From)
		if e, ok := s.Event(exercise.Viewer{Control: true}, v.relay.Of); ok {
			v.original = s.moment(e.At)
		}
	}
	done := s.submissions()
	for t := range s.st.TasksOf(i, s.r.u) {
		v.tasks = append(v.tasks, s.unitTask(&t, done[t.Key]))
	}
	v.messages = s.threadOf(v)
}

// roleNames are for whom within the unit something is.
func (s *scene) roleNames(keys []string) string {
	var names []string
	for _, key := range keys {
		for _, role := range s.st.Play().Pack.Roles {
			if role.Key == key {
				names = append(names, role.Title.In(s.langs()...))
			}
		}
	}
	return strings.Join(names, s.r.t("list.comma"))
}

// threadOf are the messages between the unit and the sender of an inject about
// it: those that name it or one of its tasks, and what answers these.
func (s *scene) threadOf(v *injectView) []talkLine {
	about := map[string]bool{v.key: true}
	for _, t := range v.tasks {
		about[t.key] = true
	}
	room := exercise.EndPersona + v.persona
	all := s.Events(s.r.viewer(), 0, maxTalk, func(e *exercise.Event) bool {
		m := messageOf(e)
		return m != nil && s.roomOf(m, room)
	})
	slices.Reverse(all)
	var thread []talkLine
	for i := range all {
		if m := messageOf(&all[i]); about[m.Re] {
			about["#"+number(all[i].Seq)] = true
			thread = append(thread, s.talkLine(&all[i]))
		}
	}
	return thread
}

// fillLetter reads what the event names by hash.
func (r *request) fillLetter(v *injectView) (err error) {
	wish := r.URL.Query().Get("lang")
	if wish == "" {
		wish = r.p.Lang()
	}
	if v.letter, v.lang, err = r.letterOf(&v.unitInject, wish); err != nil {
		return err
	}
	v.subject = v.letter.subject
	if v.release == nil {
		return nil
	}
	v.langs = slices.Sorted(maps.Keys(v.release.Texts))
	v.files, err = r.attachments(v.release, v.lang)
	return err
}

// acknowledge is the unit's "received", from the desk or from the inject.
func acknowledge(r *request) error {
	key := r.PostFormValue("inject")
	err := r.act(exercise.Acknowledge{Inject: key, Unit: r.unit})
	switch {
	case err != nil:
		return err
	case r.PostFormValue("back") == "desk":
		return r.done(r.unitPath("desk"), "said.acknowledged")
	}
	return r.done(r.injectPath(key), "said.acknowledged")
}
