package web

import (
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// inbox is what players have written to personas.
type inbox struct {
	clock    clockView
	cards    []inboxCard
	alarms   int
	hands    []hand
	answered []answeredLine
	personas []end
	units    []end
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
	units                []end
	holder               string
	mine                 bool
}

// answeredLine is a question that has been answered or dismissed.
type answeredLine struct {
	at, by, persona, unit string
	asked, answer         string
	dismissed             bool
}

func inboxRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/inbox", need: controls, handle: showInbox},
		{pattern: "POST /x/{exercise}/inbox/claim", need: controls, handle: claimPersona},
		{pattern: "POST /x/{exercise}/inbox/answer", need: controls, handle: answerQuestion},
		{pattern: "POST /x/{exercise}/inbox/dismiss", need: controls, handle: dismissQuestion},
		{pattern: "POST /x/{exercise}/inbox/write", need: controls, handle: writeAsPersona},
	}
}

func showInbox(r *request) error {
	return r.showView(&view{
		key:    "inbox " + r.access.Person, // what one plays oneself has forms
		viewer: r.access.Viewer(r.hall.ID),
		part: func() (templ.Component, error) {
			var v inbox
			err := r.look(func(s *scene) error {
				v = s.inbox()
				return nil
			})
			return inboxPart(r, &v), err
		},
		page: func(part templ.Component) templ.Component { return inboxPage(r, part) },
	})
}

// lastAnswered is how many answered questions stay in sight.
const lastAnswered = 20

func (s *scene) inbox() inbox {
	v := inbox{clock: s.clock(""), alarms: s.lateQuestions(), acts: !s.Past, hands: s.hands(), answered: s.answered(lastAnswered)}
	chosen, use := s.r.URL.Query().Get("q"), s.r.URL.Query().Get("use")
	for _, q := range s.openQuestions() {
		c := inboxCard{question: q, thread: s.thread(q.unit, q.persona, q.seq, 10), fill: q.readyText, answers: max(q.tlp, q.readyTLP)}
		if q.mine {
			c.prepared = s.preparedFor(&q)
		}
		if chosen == number(q.seq)+"-"+q.persona {
			c.take(use)
		}
		v.cards = append(v.cards, c)
	}
	for _, p := range s.st.Play().Pack.Personas {
		v.personas = append(v.personas, end{p.Key, s.personaName(p.Key)})
	}
	for i := range s.st.Play().Cast.Units {
		key := s.st.Play().Cast.Units[i].Key
		v.units = append(v.units, end{key, s.longName(key)})
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
func (q *question) id() string { return number(q.seq) + "-" + q.persona }

// hands are the personas that somebody plays.
func (s *scene) hands() []hand {
	var all []hand
	at := map[string]int{}
	for _, p := range s.st.Play().Pack.Personas {
		for u := range s.st.Play().Cast.Units {
			by := s.st.HeldBy(p.Key, u)
			if by == "" {
				continue
			}
			n, ok := at[p.Key+" "+by]
			if !ok {
				n = len(all)
				at[p.Key+" "+by] = n
				all = append(all, hand{
					persona: p.Key, personaName: s.personaName(p.Key), holder: s.actorName(by), mine: by == s.r.access.Person,
				})
			}
			key := s.st.Play().Cast.Units[u].Key
			all[n].units = append(all[n].units, end{key, s.longName(key)})
		}
	}
	return all
}

// answered are the last n answers of personas and dismissals.
func (s *scene) answered(n int) []answeredLine {
	var all []answeredLine
	for _, e := range s.Events(exercise.Viewer{Control: true}, 0, n, settles) {
		l := answeredLine{at: e.At.String(), by: s.actorName(e.Actor)}
		if e.Actor == exercise.Clock().ID {
			l.by = s.r.t("inbox.by_itself")
		}
		switch b := e.Body.(type) {
		case *exercise.Message:
			l.persona, l.unit, l.answer, l.asked = s.endName(b.From), s.longEnds(b.Ends), b.Text, s.askedIn(b.Re)
		case *exercise.QuestionDismissed:
			l.persona, l.unit, l.answer, l.dismissed = s.personaName(b.Persona), s.longName(b.Unit), b.Reason, true
			l.asked = s.askedIn("#" + number(b.Message))
		}
		all = append(all, l)
	}
	return all
}

// longEnds names the ends of a message, cells with their teams.
func (s *scene) longEnds(ends []string) string {
	names := make([]string, len(ends))
	for i, e := range ends {
		if key, is := strings.CutPrefix(e, exercise.EndUnit); is {
			names[i] = s.longName(key)
		} else {
			names[i] = s.endName(e)
		}
	}
	return strings.Join(names, s.r.t("list.comma"))
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
func (s *scene) askedIn(re string) string {
	seq, is := strings.CutPrefix(re, "#")
	n, ok := readSeq(seq)
	if !is || !ok {
		return ""
	}
	if e, found := s.Event(exercise.Viewer{Control: true}, n); found {
		if m := messageOf(&e); m != nil {
			return m.Text
		}
	}
	return ""
}

// inboxTitle is the title of the page in the browser's tab, with its alarms.
func (r *request) inboxTitle(alarms int) string {
	if alarms == 0 {
		return r.t("tab.inbox")
	}
	return r.t("inbox.alarm_title", i18n.Args{"N": alarms, "Title": r.t("tab.inbox")})
}

// waitText says how long a question waits.
func (r *request) waitText(t exercise.Time) string {
	return r.t("inbox.waits", i18n.Args{"Time": t.String()})
}

// claimText says what taking a persona over does: where an answer would go out
// by itself, it stops that.
func (r *request) claimText(c *inboxCard) string {
	if c.auto != "" {
		return r.t("inbox.stop")
	}
	return r.t("inbox.claim")
}
