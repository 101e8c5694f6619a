package web

import (
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// alarmAfter is how long a question to a persona may wait, in exercise time: at
// the speed of real play five minutes without a word make a team doubt that
// anybody is there.
const alarmAfter = exercise.Time(5 * time.Minute / time.Microsecond)

// question is what a unit has asked a persona and nobody has answered yet.
type question struct {
	seq                  uint64
	unit, unitName       string
	persona, personaName string
	text                 string
	tlp                  scenario.TLP
	at                   exercise.Time
	waits                exercise.Time
	alarm                bool
	ready, readyText     string // key and text of the prepared answer that lies ready; "" for none
	readyTLP             scenario.TLP
	auto                 string // when that goes out by itself; "": it does not
	holder               string // who plays the persona towards the unit; "" for nobody
	mine                 bool   // the reader does
	lang                 string // in which the unit reads
	u                    int    // number of the unit
	indicators           []string
}

// openQuestions are those that nobody has answered or dismissed, the oldest
// first.
func (s *scene) openQuestions() []question {
	var all []question
	for v := range s.st.Questions() {
		q := question{
			seq: v.Message, unit: v.Unit, unitName: s.longName(v.Unit), persona: v.Persona, personaName: s.personaName(v.Persona),
			at: v.At, waits: max(0, s.now()-v.At), ready: v.Reply, readyText: v.ReplyText, readyTLP: v.ReplyTLP,
		}
		q.u, _ = s.st.Play().Cast.Index(v.Unit)
		q.alarm = q.waits >= alarmAfter && s.st.Phase() != exercise.Over
		q.lang = s.unitLang(q.u)
		if v.AutoDue != exercise.Never {
			q.auto = v.AutoDue.String()
		}
		if v.HeldBy != "" {
			q.holder, q.mine = s.actorName(v.HeldBy), v.HeldBy == s.r.access.Person
		}
		s.fillQuestion(&q)
		all = append(all, q)
	}
	return all
}

// fillQuestion puts in what was asked.
func (s *scene) fillQuestion(q *question) {
	e, ok := s.Event(exercise.Viewer{Control: true}, q.seq)
	if !ok {
		return
	}
	if b, is := e.Body.(*exercise.Shared); is {
		q.indicators = b.Indicators
	}
	if m := messageOf(&e); m != nil {
		q.text, q.tlp = m.Text, m.TLP
	}
}

// lateQuestions counts the questions that have waited too long.
func (s *scene) lateQuestions() (n int) {
	if s.st.Phase() == exercise.Over {
		return 0
	}
	for v := range s.st.Questions() {
		if s.now()-v.At >= alarmAfter {
			n++
		}
	}
	return n
}

// alarmCount is lateQuestions for the frame of a page.
func (r *request) alarmCount() (n int) {
	_ = r.look(func(s *scene) error { // a moment that cannot be shown has no alarms
		n = s.lateQuestions()
		return nil
	})
	return n
}

// threadLine is a message between a unit and a persona.
type threadLine struct {
	at, from, to, text string
	tlp                scenario.TLP
	own                bool // the persona's
}

// thread is what a unit and a persona have written to each other before an
// event (0: up to now), the latest first.
func (s *scene) thread(unit, persona string, before uint64, n int) []threadLine {
	end := exercise.EndPersona + persona
	between := func(e *exercise.Event) bool {
		m := messageOf(e)
		return m != nil && (m.From == unit && slices.Contains(m.Ends, end) ||
			m.From == end && slices.Contains(m.Ends, exercise.ToUnit(unit)))
	}
	var all []threadLine
	for _, e := range s.Events(exercise.ViewerOf(unit), before, n, between) {
		m := messageOf(&e)
		all = append(all, threadLine{
			at: e.At.String(), from: s.endName(m.From), to: s.endNames(m.Ends), text: m.Text, tlp: m.TLP, own: m.From == end,
		})
	}
	return all
}

// prepared is an answer that the pack has for a persona.
type prepared struct {
	key, asks, text string
	inject          string // it belongs to this inject; "" for always
	early           bool   // the unit has not received that inject
	ready           bool   // it is the one that lies ready
}

// preparedFor are the answers of a persona as a unit reads them, the one that
// lies ready first.
func (s *scene) preparedFor(q *question) []prepared {
	pack := s.st.Play().Pack
	var all []prepared
	add := func(inject string, replies []*scenario.Reply) {
		for _, r := range replies {
			all = append(all, s.preparedReply(q, inject, r))
		}
	}
	for _, in := range pack.Injects {
		if in.From == q.persona {
			add(in.Key, in.Replies)
		}
	}
	if p := pack.PersonaByKey(q.persona); p != nil {
		add("", p.Replies)
	}
	slices.SortStableFunc(all, func(a, b prepared) int { return rank(a) - rank(b) })
	return all
}

// rank puts what lies ready first, and what would come too early last.
func rank(p prepared) int {
	switch {
	case p.ready:
		return 0
	case p.early:
		return 2
	}
	return 1
}

func (s *scene) preparedReply(q *question, inject string, r *scenario.Reply) prepared {
	langs := append([]string{q.lang}, s.st.Play().Pack.Languages...)
	p := prepared{key: r.Key, inject: inject, ready: r.Key == q.ready}
	p.asks = strings.Join(append(slices.Clone(r.Ask[s.r.p.Lang()]), r.Ask[""]...), s.r.t("list.comma"))
	text, err := s.renderIn(r.Text.In(langs...), q.u, q.lang)
	if err != nil {
		text = r.Text.In(langs...)
	}
	if p.text = text; p.ready {
		p.text = q.readyText
	}
	if i, ok := s.st.InjectIndex(inject); ok {
		v, meant := s.st.Inject(i, q.u)
		p.early = !meant || v.Status != exercise.InjectOut
	}
	return p
}
