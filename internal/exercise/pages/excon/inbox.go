package excon

import (
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// inbox is what players have written to personas.
type inbox struct {
	clock    pages.ClockView
	cards    []inboxCard
	alarms   int
	hands    []hand
	answered []answeredLine
	personas []pages.End
	units    []pages.End
	acts     bool // what is shown is now
}

// inboxCard is a question with what is at hand to answer it.
type inboxCard struct {
	question
	thread   []threadLine
	prepared []prepared
	use      string // key of the prepared answer that fills the text; "" for the one that lies ready
	fill     string // that answer
	answers  scenario.TLP
}

// hand is a persona that somebody plays towards units.
type hand struct {
	persona, personaName string
	units                []pages.End
	holder               string
	mine                 bool
}

// answeredLine is a question that has been answered or dismissed.
type answeredLine struct {
	at, by, persona, unit string
	asked, answer         string
	dismissed             bool
}

// InboxRoutes are the addresses of what units wrote to simulated contacts.
func InboxRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/inbox", Need: pages.Controls, Handle: showInbox, Replaced: true},
		{Pattern: "POST /x/{exercise}/inbox/claim", Need: pages.Controls, Handle: claimPersona, Replaced: true},
		{Pattern: "POST /x/{exercise}/inbox/answer", Need: pages.Controls, Handle: answerQuestion, Replaced: true},
		{Pattern: "POST /x/{exercise}/inbox/dismiss", Need: pages.Controls, Handle: dismissQuestion, Replaced: true},
		{Pattern: "POST /x/{exercise}/inbox/write", Need: pages.Controls, Handle: writeAsPersona, Replaced: true},
	}
}

func showInbox(r *pages.Request) error {
	return r.ShowView(&pages.View{
		Key:    "inbox " + r.Access.Person, // what one plays oneself has forms
		Viewer: r.Access.Viewer(r.Exercise.ID),
		Part: func() (templ.Component, error) {
			var v inbox
			err := r.At(func(s *pages.Moment) error {
				v = inboxOf(s)
				return nil
			})
			return inboxPart(r, &v), err
		},
		Page: func(part templ.Component) templ.Component { return inboxPage(r, part) },
	})
}

// lastAnswered is how many answered questions stay in sight.
const lastAnswered = 20

func inboxOf(s *pages.Moment) inbox {
	v := inbox{clock: s.Clock(""), alarms: s.LateQuestions(), acts: !s.Past, hands: hands(s), answered: answered(s, lastAnswered)}
	chosen, use := s.Request.URL.Query().Get("q"), s.Request.URL.Query().Get("use")
	for _, q := range openQuestions(s) {
		c := inboxCard{question: q, thread: thread(s, q.unit, q.persona, q.seq, 10), fill: q.readyText, answers: max(q.tlp, q.readyTLP)}
		if q.mine {
			c.prepared = preparedFor(s, &q)
		}
		if chosen == web.Number(q.seq)+"-"+q.persona {
			c.take(use)
		}
		v.cards = append(v.cards, c)
	}
	for _, p := range s.State.Play().Pack.Personas {
		v.personas = append(v.personas, pages.End{Key: p.Key, Name: s.PersonaName(p.Key)})
	}
	for i := range s.State.Play().Cast.Units {
		key := s.State.Play().Cast.Units[i].Key
		v.units = append(v.units, pages.End{Key: key, Name: s.LongName(key)})
	}
	return v
}

// take fills the text with a prepared answer.
func (c *inboxCard) take(use string) {
	for _, p := range c.prepared {
		if p.key == use {
			c.use, c.fill = p.key, p.text
		}
	}
}

// reply is the key of the prepared answer that the text began as.
func (c *inboxCard) reply() string {
	if c.use != "" {
		return c.use
	}
	return c.ready
}

// id names the card: one message may be to several personas.
func (q *question) id() string { return web.Number(q.seq) + "-" + q.persona }

// hands are the personas that somebody plays.
func hands(s *pages.Moment) []hand {
	var all []hand
	at := map[string]int{}
	for _, p := range s.State.Play().Pack.Personas {
		for u := range s.State.Play().Cast.Units {
			by := s.State.HeldBy(p.Key, u)
			if by == "" {
				continue
			}
			n, ok := at[p.Key+" "+by]
			if !ok {
				n = len(all)
				at[p.Key+" "+by] = n
				all = append(all, hand{
					persona: p.Key, personaName: s.PersonaName(p.Key), holder: s.ActorName(by), mine: by == s.Request.Access.Person,
				})
			}
			key := s.State.Play().Cast.Units[u].Key
			all[n].units = append(all[n].units, pages.End{Key: key, Name: s.LongName(key)})
		}
	}
	return all
}

// answered are the last n answers of personas and dismissals.
func answered(s *pages.Moment, n int) []answeredLine {
	var all []answeredLine
	for _, e := range s.Events(exercise.Viewer{Control: true}, 0, n, settles) {
		l := answeredLine{at: e.At.String(), by: s.ActorName(e.Actor)}
		if e.Actor == exercise.Clock().ID {
			l.by = s.Request.T("inbox.by_itself")
		}
		switch b := e.Body.(type) {
		case *exercise.Message:
			l.persona, l.unit, l.answer, l.asked = s.EndName(b.From), longEnds(s, b.Ends), b.Text, askedIn(s, b.Re)
		case *exercise.QuestionDismissed:
			l.persona, l.unit, l.answer, l.dismissed = s.PersonaName(b.Persona), s.LongName(b.Unit), b.Reason, true
			l.asked = askedIn(s, "#"+web.Number(b.Message))
		}
		all = append(all, l)
	}
	return all
}

// longEnds names the ends of a message, cells with their teams.
func longEnds(s *pages.Moment, ends []string) string {
	names := make([]string, len(ends))
	for i, e := range ends {
		if key, is := strings.CutPrefix(e, exercise.EndUnit); is {
			names[i] = s.LongName(key)
		} else {
			names[i] = s.EndName(e)
		}
	}
	return strings.Join(names, s.Request.T("list.comma"))
}

// settles reports whether an event answers a unit in a persona's name, or says
// that it needs no answer.
func settles(e *exercise.Event) bool {
	switch b := e.Body.(type) {
	case *exercise.Message:
		return strings.HasPrefix(b.From, exercise.EndPersona)
	case *exercise.QuestionDismissed:
		return true
	}
	return false
}

// askedIn is the text of the message that another refers to; "" for none.
func askedIn(s *pages.Moment, re string) string {
	seq, is := strings.CutPrefix(re, "#")
	n, ok := readSeq(seq)
	if !is || !ok {
		return ""
	}
	if e, found := s.Event(exercise.Viewer{Control: true}, n); found {
		if m := pages.MessageOf(&e); m != nil {
			return m.Text
		}
	}
	return ""
}

// inboxTitle is the title of the page in the browser's tab, with its alarms.
func inboxTitle(r *pages.Request, alarms int) string {
	if alarms == 0 {
		return r.T("tab.inbox")
	}
	return r.T("inbox.alarm_title", i18n.Args{"N": alarms, "Title": r.T("tab.inbox")})
}

// waitText says how long a question waits.
func waitText(r *pages.Request, t exercise.Time) string {
	return r.T("inbox.waits", i18n.Args{"Time": t.String()})
}

// claimText says what taking a persona over does: where an answer would go out
// by itself, it stops that.
func claimText(r *pages.Request, c *inboxCard) string {
	if c.auto != "" {
		return r.T("inbox.stop")
	}
	return r.T("inbox.claim")
}
