package pages

import (
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise"
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/markdown"
	"renkei/internal/tabletop"
)

// question is a question as a screen shows it.
type question struct {
	poll     exercise.Poll
	title    string
	module   string
	status   exercise.PollStatus
	round    int
	due      xpages.Timing // while it is open
	took, of int           // delegations that took part, and those there are
	options  []option
	picture  *picture // nil while nothing is to be seen
	quotes   []string
	columns  bool // on the projector: options stand in columns
	// moreQuotes are those that the projector has no room for.
	moreQuotes int
	withheld   bool // the last round showed nothing
	voided     bool
}

type option struct{ key, text string }

// brief is the text of a module.
type brief struct {
	title, html string
	pictures    []string // addresses
	size        string   // class of its type on the projector
}

// speech is who speaks, and who wishes to.
type speech struct {
	speaker string // name; "" for nobody
	key     string
	due     xpages.Timing
	queue   []unit
	spoken  []unit // every delegation, with how long it has spoken
}

// unit is a delegation in a list.
type unit struct {
	key, name string
	spoken    string
	took      string // how it took part in the question that is open: "", phone, paper, bot
	confirmed bool
	waits     bool // it wishes to speak
	online    int
}

// text is a text of the pack in the reader's language.
func text(s *xpages.Moment, t scenario.Text) string { return t.In(s.Langs()...) }

// questionOf makes the view of a question for everybody in the room: what only
// the facilitator knows is not in it, but for how many took part, which is 0
// where the reader is not told.
func questionOf(s *xpages.Moment, v *exercise.PollView) *question {
	q := &question{poll: v.Poll, title: text(s, v.Title), status: v.Status, round: v.Round, of: len(delegations(s))}
	if m, ok := tableOf(s.Request).ModuleOf(v.Key); ok {
		q.module = text(s, m.Title)
	}
	for _, o := range v.Options {
		q.options = append(q.options, option{o.Key, text(s, o.Text)})
	}
	if v.Status == exercise.PollIsOpen {
		q.due = dueAt(s, v.Until)
	}
	if s.Request.Access.Observes(s.Request.Exercise.ID) {
		q.took = len(v.Took)
	}
	q.withheld, q.voided = v.Status == exercise.PollIsWithheld, v.Status == exercise.PollIsVoided
	q.quotes = quotesOf(s, v.Key)
	if !v.Sealed() {
		q.picture = pictureOf(s, v)
	}
	return q
}

// dueAt is how far away a deadline is.
func dueAt(s *xpages.Moment, due exercise.Time) xpages.Timing {
	left := due - s.Now()
	return xpages.Timing{Due: due.String(), Micros: int64(due), Span: max(left, -left).String(), Over: left < 0}
}

// delegations are the teams that take part, in the order of the cast.
func delegations(s *xpages.Moment) (all []unit) {
	for u, c := range s.State.Play().Cast.Units {
		status := s.State.Unit(u).Status
		if c.IsTeam() && status != exercise.Absent && status != exercise.Withdrawn {
			all = append(all, unit{key: c.Key, name: s.UnitName(c.Key)})
		}
	}
	return all
}

// quotesOf are the texts that the facilitator has shown the room.
func quotesOf(s *xpages.Moment, poll string) (texts []string) {
	room := exercise.Viewer{Person: s.Request.Access.Person}
	for _, e := range s.Events(room, 0, s.All(), func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.PollQuoted)
		return ok && b.Poll == poll
	}) {
		if b, ok := e.Body.(*exercise.PollQuoted); ok {
			texts = append(slices.Clone(b.Texts), texts...)
		}
	}
	return texts
}

// briefPictures is how many pictures the projector shows beside a brief; phones
// have them all.
const briefPictures = 2

// briefOf is the brief of a module.
func briefOf(s *xpages.Moment, m *tabletop.Module) *brief {
	_, body, _ := strings.Cut(m.Brief(s.State.Play().Pack, s.Request.Printer.Lang()), "\n")
	html, err := markdown.HTML(body)
	if err != nil {
		html = ""
	}
	b := &brief{title: text(s, m.Title), html: html}
	for _, name := range m.Pictures[:min(len(m.Pictures), briefPictures)] {
		b.pictures = append(b.pictures, materialPath(s.Request, m.Key, name))
	}
	b.size = sizeOf(html, len(b.pictures), 0)
	return b
}

// speechOf is who speaks now.
func speechOf(s *xpages.Moment) *speech {
	f := s.State.Floor()
	v := &speech{key: f.Speaker}
	if f.Speaker != "" {
		v.speaker, v.due = s.UnitName(f.Speaker), dueAt(s, f.Until)
	}
	for _, key := range f.Queue {
		v.queue = append(v.queue, unit{key: key, name: s.UnitName(key)})
	}
	for _, d := range delegations(s) {
		spoken := f.Spoken[d.key]
		if d.key == f.Speaker {
			spoken += max(0, s.Now()-f.Since)
		}
		d.spoken, d.waits = spoken.String(), slices.Contains(f.Queue, d.key)
		v.spoken = append(v.spoken, d)
	}
	return v
}

// textOf is the text of an option.
func (q *question) textOf(key string) string {
	for _, o := range q.options {
		if o.key == key {
			return o.text
		}
	}
	return key
}

// most is how many options may be chosen.
func most(q *question) int {
	if q.poll.Most > 0 {
		return q.poll.Most
	}
	return len(q.options)
}

// statusText says how far a question has come.
func statusText(r *xpages.Request, q *question) string {
	if q.round > 1 && q.status == exercise.PollIsOpen {
		return r.T("tabletop.status.again")
	}
	return r.T("tabletop.status." + q.status.String())
}

func names(all []unit) (names []string) {
	for _, u := range all {
		names = append(names, u.name)
	}
	return names
}

// wallMillis is the time of the server's clock.
func wallMillis() int64 { return time.Now().UnixMilli() }
