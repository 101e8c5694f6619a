// Package printed gives the papers of an exercise as pages to read and print:
// the briefing of players, and the handbook of controllers and evaluators. It
// imports what other pages of exercises do; what stands on the papers is in
// package paper. Start with Routes.
package printed

import (
	"fmt"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/paper"
	"renkei/internal/web"
)

// Routes are the addresses of the papers.
func Routes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/briefing", Need: pages.Observes, Handle: sendBriefing, Replaced: true},
		{Pattern: "GET /x/{exercise}/briefing/{unit...}", Need: pages.ReadsUnit, Handle: sendBriefing, Replaced: true},
		{Pattern: "GET /x/{exercise}/handbook", Need: readsHandbook, Handle: sendHandbook, Replaced: true},
	}
}

// readsHandbook lets in whoever may see all keys.
func readsHandbook(a access.Access, ex, _ string) bool { return a.ReadsAllKeys(ex) }

// sendBriefing is for everybody, or for a unit that the address names.
func sendBriefing(r *pages.Request) error {
	return send(r, paper.Options{Edition: paper.Briefing, For: r.Unit})
}

func sendHandbook(r *pages.Request) error {
	return send(r, paper.Options{Edition: paper.Handbook})
}

// send shows a paper as a page of its own, filled from the pack as it is played.
func send(r *pages.Request, o paper.Options) error {
	var play *exercise.Play
	r.Exercise.Live.Now(func(m *follow.Moment) {
		play, o.Startex = m.State.Play(), time.UnixMicro(m.State.Created().Startex).UTC()
	})
	o.Title = r.TitleOf(r.Exercise)
	if play.Pack.Kind == scenario.KindTTX {
		return web.ErrNotFound // its pages are of their own
	}
	when, err := r.When(r.Exercise, r.Unit)
	if err != nil {
		return err
	}
	if when != nil {
		o.When = when.Text(r.Request)
	}
	book, err := paper.Make(play.Pack, play.Cast, o, r.Printer)
	if err != nil {
		return fmt.Errorf("print %s of %s: %w", o.Edition, r.Exercise.ID, err)
	}
	answer := web.Answer{Media: "text/html; charset=utf-8", Write: book.HTML}
	return r.SendPage(answer, func(beginning []byte) {
		r.Writer.Header().Set("Content-Security-Policy", pages.OwnStylePolicy(beginning))
	})
}
