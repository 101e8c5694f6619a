package excon

import (
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
)

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
func openQuestions(s *pages.Moment) []question {
	var all []question
	for v := range s.State.Questions() {
		q := question{
			seq: v.Message, unit: v.Unit, unitName: s.LongName(v.Unit), persona: v.Persona, personaName: s.PersonaName(v.Persona),
			at: v.At, waits: max(0, s.Now()-v.At), ready: v.Reply, readyText: v.ReplyText, readyTLP: v.ReplyTLP,
		}
		q.u, _ = s.State.Play().Cast.Index(v.Unit)
		q.alarm = q.waits >= pages.AlarmAfter && s.State.Phase() != exercise.Over
		q.lang = unitLang(s, q.u)
		if v.AutoDue != exercise.Never {
			q.auto = v.AutoDue.String()
		}
		if v.HeldBy != "" {
			q.holder, q.mine = s.ActorName(v.HeldBy), v.HeldBy == s.Request.Access.Person
		}
		fillQuestion(s, &q)
		all = append(all, q)
	}
	return all
}

// fillQuestion puts in what was asked.
func fillQuestion(s *pages.Moment, q *question) {
	e, ok := s.Event(exercise.Viewer{Control: true}, q.seq)
	if !ok {
		return
	}
	if b, is := e.Body.(*exercise.Shared); is {
		q.indicators = b.Indicators
	}
	if m := pages.MessageOf(&e); m != nil {
		q.text, q.tlp = m.Text, m.TLP
	}
}

// threadLine is a message between a unit and a persona.
type threadLine struct {
	at, from, to, text string
	tlp                scenario.TLP
	own                bool // the persona's
}

// thread is what a unit and a persona have written to each other before an
// event (0: up to now), the latest first.
func thread(s *pages.Moment, unit, persona string, before uint64, n int) []threadLine {
	end := exercise.EndPersona + persona
	between := func(e *exercise.Event) bool {
		m := pages.MessageOf(e)
		return m != nil && (m.From == unit && slices.Contains(m.Ends, end) ||
			m.From == end && slices.Contains(m.Ends, exercise.ToUnit(unit)))
	}
	var all []threadLine
	for _, e := range s.Events(exercise.ViewerOf(unit), before, n, between) {
		m := pages.MessageOf(&e)
		all = append(all, threadLine{
			at: e.At.String(), from: s.EndName(m.From), to: s.EndNames(m.Ends), text: m.Text, tlp: m.TLP, own: m.From == end,
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
func preparedFor(s *pages.Moment, q *question) []prepared {
	pack := s.State.Play().Pack
	var all []prepared
	add := func(inject string, replies []*scenario.Reply) {
		for _, r := range replies {
			all = append(all, preparedReply(s, q, inject, r))
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

func preparedReply(s *pages.Moment, q *question, inject string, r *scenario.Reply) prepared {
	langs := append([]string{q.lang}, s.State.Play().Pack.Languages...)
	p := prepared{key: r.Key, inject: inject, ready: r.Key == q.ready}
	p.asks = strings.Join(append(slices.Clone(r.Ask[s.Request.Printer.Lang()]), r.Ask[""]...), s.Request.T("list.comma"))
	text, err := renderIn(s, r.Text.In(langs...), q.u, q.lang)
	if err != nil {
		text = r.Text.In(langs...)
	}
	if p.text = text; p.ready {
		p.text = q.readyText
	}
	if i, ok := s.State.InjectIndex(inject); ok {
		v, meant := s.State.Inject(i, q.u)
		p.early = !meant || v.Status != exercise.InjectOut
	}
	return p
}
