package pages

import (
	"context"
	"slices"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/web"
)

// Programme keeps what delegations promise as actions with an owner and a date,
// and knows what became of them. Delegations are known by the code of their
// member.
type Programme interface {
	// Meetings are those of which somebody may enter actions, the latest first.
	Meetings(ctx context.Context, who *auth.Access) ([]Meeting, error)
	// Enter makes actions of a meeting out of commitments of an exercise, each once
	// whatever is sent twice. It returns how many are new and the codes that no
	// member has, whose commitments are left out.
	Enter(ctx context.Context, who *auth.Access, meeting string, all []Promise) (entered int, unknown []string, err error)
	// Entered returns the numbers of the actions that commitments of an exercise have
	// become, as far as somebody may read them, by number of the commitment.
	Entered(ctx context.Context, who *auth.Access, exercise string) (map[int]string, error)
	// Earlier returns what became of the commitments of other exercises, as far as
	// somebody may read it: those of the last tabletop, and what is open of those
	// before.
	Earlier(ctx context.Context, who *auth.Access, exercise string) ([]Earlier, error)
}

// Meeting is a numbered meeting of the programme.
type Meeting struct {
	ID, Code string
	Name     scenario.Text
}

// Promise is a commitment of an exercise.
type Promise struct {
	Exercise string // id
	Number   int    // among the commitments of the exercise, from 1
	Title    string // of the exercise
	Member   string // code
	What     string
	By       string // day
	Who      string
	TLP      scenario.TLP // of the exercise
}

// Earlier is a commitment of another exercise with its state in the programme.
type Earlier struct {
	Member string        // code
	Name   scenario.Text // of the member
	Item   exercise.RecalledCommitment
}

// actions is what becomes of the commitments of an exercise in the programme.
type actions struct {
	rows     []actionRow
	meetings []Meeting
	left     int // commitments that are no actions yet
}

type actionRow struct {
	promise Promise
	unit    string // name
	code    string // number of the action; "" for none
}

// actionsOf returns nil where there is nothing that the reader could do or see.
func (p *places) actionsOf(r *xpages.Request, promises []Promise, units []string) (*actions, error) {
	if p.programme == nil || len(promises) == 0 {
		return nil, nil //nolint:nilnil // nothing to show is no error
	}
	entered, err := p.programme.Entered(r.Context(), r.Request.Access, r.Exercise.ID)
	if err != nil {
		return nil, err
	}
	v := &actions{}
	if v.meetings, err = p.programme.Meetings(r.Context(), r.Request.Access); err != nil {
		return nil, err
	}
	for i, one := range promises {
		row := actionRow{promise: one, unit: units[i], code: entered[one.Number]}
		if row.code == "" {
			v.left++
		}
		v.rows = append(v.rows, row)
	}
	if len(v.meetings) == 0 && v.left == len(v.rows) {
		return nil, nil //nolint:nilnil // nothing to show is no error
	}
	return v, nil
}

// promisesOf are the commitments of the exercise, with the names of their
// delegations.
func promisesOf(s *xpages.Moment) (all []Promise, names []string) {
	play := s.State.Play()
	for i, c := range s.State.Commitments() {
		u, ok := play.Cast.Index(c.Unit)
		if !ok {
			continue
		}
		all = append(all, Promise{
			Exercise: s.Request.Exercise.ID, Number: i + 1, Title: s.Title(), Member: play.Cast.Units[u].Code,
			What: c.What, By: c.By, Who: c.Who, TLP: play.Pack.TLP,
		})
		names = append(names, s.UnitName(c.Unit))
	}
	return all, names
}

// enterActions makes actions out of the commitments of the exercise.
func (p *places) enterActions(r *xpages.Request) error {
	if p.programme == nil {
		return web.ErrNotFound
	}
	var promises []Promise
	_ = r.At(func(s *xpages.Moment) error { // it cannot fail
		promises, _ = promisesOf(s)
		return nil
	})
	_, unknown, err := p.programme.Enter(r.Context(), r.Request.Access, r.PostFormValue("meeting"), promises)
	if err == nil && len(unknown) > 0 {
		err = &web.UserError{Text: r.T("tabletop.actions_unknown", web.Args("Codes", r.List(unknown)))}
	}
	if err != nil {
		return r.Redisplay(err, "actions", r.Path("/outcome"), p.showOutcome)
	}
	return r.RedirectWith(r.Path("/outcome"), "tabletop.said.actions")
}

// earlierOf returns what became of earlier commitments, each with its delegation
// where that takes part now.
func (p *places) earlierOf(r *xpages.Request) ([]exercise.RecalledCommitment, error) {
	if p.programme == nil {
		return nil, nil
	}
	earlier, err := p.programme.Earlier(r.Context(), r.Request.Access, r.Exercise.ID)
	if err != nil {
		return nil, err
	}
	var items []exercise.RecalledCommitment
	_ = r.At(func(s *xpages.Moment) error { // it cannot fail
		for _, e := range earlier {
			units := s.State.Play().Cast.Units
			if u := slices.IndexFunc(units, func(u scenario.Unit) bool { return u.IsTeam() && u.Code == e.Member }); u >= 0 {
				e.Item.Unit = units[u].Key
			}
			e.Item.Name = text(s, e.Name)
			items = append(items, e.Item)
		}
		return nil
	})
	return items[:min(len(items), exercise.MaxRecalled)], nil
}

// recall shows the room what became of earlier commitments, or takes that from
// the screen.
func (p *places) recall(r *xpages.Request) error {
	var items []exercise.RecalledCommitment
	said := "tabletop.said.recall_off"
	if r.PostFormValue("do") == "show" {
		var err error
		if items, err = p.earlierOf(r); err != nil {
			return err
		}
		said = "tabletop.said.recalled"
		if len(items) == 0 {
			return r.Redisplay(&web.UserError{Text: r.T("tabletop.recall_none")}, "recall", tablePath(r), p.showTable)
		}
	}
	if err := r.Control(exercise.RecallCommitments{Items: items}); err != nil {
		return r.Redisplay(err, "recall", tablePath(r), p.showTable)
	}
	return r.RedirectWith(tablePath(r), said)
}

// recalledOf are the earlier commitments that the room was shown last.
func recalledOf(s *xpages.Moment, items []exercise.RecalledCommitment) *picture {
	t := s.Request.T
	p := &picture{kind: exercise.PollCommitment, columns: []string{t("tabletop.what"), t("tabletop.by"), t("tabletop.became")}}
	var rows []row
	for _, c := range items {
		rows = append(rows, row{recalledName(s, &c), []string{c.What, c.By, became(s.Request, &c)}})
	}
	p.rows, p.moreRows, p.dense = fitRows(rows, p.columns)
	return p
}

func recalledName(s *xpages.Moment, c *exercise.RecalledCommitment) string {
	if c.Unit != "" {
		return s.UnitName(c.Unit)
	}
	return c.Name
}

// became says what became of a commitment.
func became(r *xpages.Request, c *exercise.RecalledCommitment) string {
	state := r.T("tabletop.became." + c.Status)
	if c.Outcome == "" {
		return state
	}
	return r.T("tabletop.became_how", web.Args("State", state, "How", c.Outcome))
}
