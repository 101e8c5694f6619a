package programme

import (
	"context"
	"slices"
	"strings"

	"renkei/internal/community"
	"renkei/internal/i18n"
)

// Played is what came of an exercise that is over, as everybody of the community
// may read it: without names of who did what, in the language of the reader.
type Played struct {
	On    community.Date // ENDEX
	Facts []OutsideFact
	Parts []PlayedPart
}

// PlayedPart is a part of what came of an exercise: findings, corrective actions,
// positions.
type PlayedPart struct {
	Title string
	Text  string
	List  []string
	Head  []string // of the table
	Rows  [][]string
}

// PlayedName is an exercise as a form offers it.
type PlayedName struct {
	ID   string
	Name community.Text
}

// kindExercise is what the record of another area is called behind a figure.
const kindExercise Kind = "exercise"

// gatherPlayed reads what came of the exercises that an edition shows.
func gatherPlayed(ctx context.Context, records *Records, from ChapterSource, e *Edition, p *i18n.Printer) (map[string]*Played, error) {
	all := map[string]*Played{}
	for at := range e.all() {
		for _, b := range at.Blocks {
			if b.Show != ShowExercises {
				continue
			}
			for _, event := range records.playedAt(b.Of, Year(e.AsOf)) {
				if _, known := all[event.Exercise]; known {
					continue
				}
				played, err := from.Played(ctx, event.Exercise, p)
				if err != nil {
					return nil, err
				}
				all[event.Exercise] = played
			}
		}
	}
	return all, nil
}

// playedAt are the events of a year at which exercises were played: of activities
// and events, or with none of them all.
func (r *Records) playedAt(of []string, year string) []*Event {
	return slices.DeleteFunc(r.Events(""), func(e *Event) bool {
		named := len(of) == 0 || slices.Contains(of, e.ID) || e.Activity != "" && slices.Contains(of, e.Activity)
		return e.Exercise == "" || !named || Year(e.Begin) != year
	})
}

// exercises are what came of the exercises of the year: their numbers with rule and
// record, and below them what was found.
func (c *composer) exercises(of []string) (all []Piece) {
	for _, e := range c.from.Records.playedAt(of, Year(c.r.AsOf)) {
		played := c.from.Played[e.Exercise]
		if played == nil {
			all = append(all, Piece{State: Missing, Title: c.say(e.Title), Text: []Span{{Text: c.t("exercise.not_over")}}, Records: []Reference{refer1(e)}})
			continue
		}
		all = append(all, c.exercise(e, played)...)
	}
	if len(all) == 0 {
		all = append(all, c.none(ShowExercises))
	}
	return all
}

func (c *composer) exercise(e *Event, played *Played) (all []Piece) {
	name := c.say(e.Title)
	at := Reference{kindExercise, e.Exercise}
	behind := []Reference{refer1(e), at}
	facts := &Table{}
	for _, f := range played.Facts {
		facts.Rows = append(facts.Rows, [][]Span{{{Text: c.t("outside." + f.Key)}}, {c.cite(at, name, played.On, f)}})
	}
	facts.Rows = append(facts.Rows, c.contacts(e)...)
	title := strings.Join(nonEmpty(name, When(c.p, played.On, "")), c.t("comma"))
	all = append(all, Piece{State: Machine, Title: title, Table: facts, Records: behind})
	for i := range played.Parts {
		part := &played.Parts[i]
		piece := Piece{State: Machine, Title: part.Title, List: part.List, Records: behind}
		if part.Text != "" {
			piece.Text = []Span{{Text: part.Text}}
		}
		if len(part.Rows) > 0 {
			piece.Table = &Table{Head: part.Head}
			for _, row := range part.Rows {
				cells := make([][]Span, len(row))
				for i, text := range row {
					cells[i] = []Span{{Text: text}}
				}
				piece.Table.Rows = append(piece.Table.Rows, cells)
			}
		}
		all = append(all, piece)
	}
	return all
}

// none says of a block for which the year has no records that it has none: that is
// known, and nothing is missing.
func (c *composer) none(s Show) Piece {
	return Piece{State: Machine, untitled: true, Title: c.t("show." + string(s)), Text: []Span{{Text: c.t("outside.none", i18n.Args{"Year": Year(c.r.AsOf)})}}}
}
