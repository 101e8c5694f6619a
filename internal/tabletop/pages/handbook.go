package pages

import (
	"context"
	"slices"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/tabletop"
	"renkei/internal/web"
)

// Handbook says how things are in the country of a delegation, and takes what a
// delegation says of it as a draft for the owner there, who alone brings it on
// the way to be published. Delegations are known by the code of their member.
type Handbook interface {
	// Known returns what the last edition says on rows of the matrix, by key of the
	// topic, in a language where it can. Nothing is known of a code that no member
	// has.
	Known(ctx context.Context, lang, member string, rows []HandbookRow) (map[string]string, error)
	// Drafted reports whether the draft of a member has what rows say, and whether
	// there is such a member.
	Drafted(ctx context.Context, member string, rows []HandbookRow) (drafted, known bool, err error)
	// Draft puts what rows say into the draft of a member. title is that of the
	// tabletop.
	Draft(ctx context.Context, who *auth.Access, member, title string, rows []HandbookRow) error
}

// HandbookRow is a row of the country matrix with its place in the handbook.
type HandbookRow struct {
	Topic tabletop.Topic
	Label scenario.Text // what the row asks
	Text  string        // what the delegation says; "" for nothing
}

// handover is what a delegation can hand to the owner of its page.
type handover struct {
	poll    string
	rows    []HandbookRow
	drafted bool // it was handed over
}

// rowsOf are the rows of a matrix that have a place in the handbook, with what an
// answer says; a nil answer says nothing.
func rowsOf(s *xpages.Moment, v *exercise.PollView, a *exercise.PollAnswer) (rows []HandbookRow) {
	q, ok := tableOf(s.Request).Question(v.Key)
	if !ok || v.Kind != exercise.PollMatrix {
		return nil
	}
	for _, o := range v.Options {
		topic, ok := q.Topics[o.Key]
		if ok && (a == nil || a.Row[o.Key] != "") {
			rows = append(rows, HandbookRow{Topic: topic, Label: o.Text, Text: or(a).Row[o.Key]})
		}
	}
	return rows
}

// codeOf is the code of the member of the delegation.
func codeOf(s *xpages.Moment) string { return s.State.Play().Cast.Units[s.Request.UnitIndex].Code }

// withHandbook fills in what the handbook knows, and what can be handed to it.
func (p *places) withHandbook(r *xpages.Request, v *phone) error {
	if p.handbook == nil {
		return nil
	}
	var open []HandbookRow
	var member string
	_ = r.At(func(s *xpages.Moment) error { // it cannot fail
		member = codeOf(s)
		for poll := range s.State.Polls() {
			if poll.Status == exercise.PollIsOpen && v.own == nil && !v.took {
				open = rowsOf(s, &poll, nil)
			}
			if rows := revealedRows(s, &poll); len(rows) > 0 {
				v.handovers = append(v.handovers, handover{poll: poll.Key, rows: rows})
			}
		}
		return nil
	})
	for i := range v.handovers {
		drafted, known, err := p.handbook.Drafted(r.Context(), member, v.handovers[i].rows)
		if err != nil {
			return err
		}
		if !known {
			v.handovers = nil
			break
		}
		v.handovers[i].drafted = drafted
	}
	if len(open) == 0 {
		return nil
	}
	known, err := p.handbook.Known(r.Context(), r.Printer.Lang(), member, open)
	if err != nil || len(known) == 0 {
		return err
	}
	v.prefilled = &exercise.PollAnswer{Row: map[string]string{}}
	for option, topic := range topicsOf(r, v.current.poll.Key) {
		v.prefilled.Row[option] = known[topic.Key]
	}
	return nil
}

func topicsOf(r *xpages.Request, poll string) map[string]tabletop.Topic {
	q, ok := tableOf(r).Question(poll)
	if !ok {
		return nil
	}
	return q.Topics
}

// revealedRows are what the delegation said to a matrix that was revealed.
func revealedRows(s *xpages.Moment, v *exercise.PollView) []HandbookRow {
	if v.Kind != exercise.PollMatrix || len(v.Shown) == 0 {
		return nil
	}
	last := v.Shown[len(v.Shown)-1]
	i := slices.IndexFunc(last.Answers, func(a exercise.PollAnswer) bool { return a.Unit == s.Request.Unit })
	if i < 0 {
		return nil
	}
	return rowsOf(s, v, &last.Answers[i])
}

// handOver puts what the delegation said into the draft of its page.
func (p *places) handOver(r *xpages.Request) error {
	if p.handbook == nil {
		return web.ErrNotFound
	}
	key := r.PostFormValue("poll")
	var rows []HandbookRow
	var member, title string
	_ = r.At(func(s *xpages.Moment) error { // it cannot fail
		member, title = codeOf(s), s.Title()
		if v, ok := s.State.PollByKey(key); ok {
			rows = revealedRows(s, &v)
		}
		return nil
	})
	if len(rows) == 0 {
		return r.Redisplay(web.ErrForm, "handover-"+key, phonePath(r), p.showPhone)
	}
	if err := p.handbook.Draft(r.Context(), r.Request.Access, member, title, rows); err != nil {
		return r.Redisplay(err, "handover-"+key, phonePath(r), p.showPhone)
	}
	return r.RedirectWith(phonePath(r), "tabletop.said.handed_over")
}
