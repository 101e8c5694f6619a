package desk

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/web"
)

// ActRoutes are the addresses at which EXCON does for a unit what it was told.
func ActRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "POST /x/{exercise}/act/{unit...}", Need: pages.Controls, Handle: actFor, Replaced: true},
		{Pattern: "POST /x/{exercise}/act-file/{unit...}", Need: pages.Controls, Handle: fileFor, Limit: maxUpload, Upload: true, Replaced: true},
	}
}

// actFor acknowledges, answers or relays for the unit.
func actFor(r *pages.Request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	switch r.PostFormValue("do") {
	case "acknowledge":
		return acknowledgeFor(r)
	case "answer":
		a := answerOf(r)
		return handIn(r, forUnit(r), a.Task, a, "said.handed_in")
	case "relay":
		return relayFor(r)
	}
	return web.ErrForm
}

// fileFor hands a file in for the unit.
func fileFor(r *pages.Request) error {
	return withUpload(r, func(a exercise.Submit) error { return handIn(r, forUnit(r), a.Task, a, "said.handed_in") })
}

// forUnit gives commands of EXCON for the request's unit.
func forUnit(r *pages.Request) func(exercise.Action) error {
	return func(do exercise.Action) error { return r.ActFor("", r.Unit, do) }
}

func acknowledgeFor(r *pages.Request) error {
	key := r.PostFormValue("inject")
	if err := r.ActFor("", r.Unit, exercise.Acknowledge{Inject: key, Unit: r.Unit}); err != nil {
		return againAtInject(r, key, "act-ack", err)
	}
	return r.RedirectWith(r.InjectPath(key), "said.acknowledged")
}

// relayFor relays an inject of the unit, a team, to its cells, each by a command
// of its own.
func relayFor(r *pages.Request) error {
	tlp, err := r.ReadTLP()
	if err != nil {
		return err
	}
	key, cells := r.PostFormValue("inject"), r.PostForm["cell"]
	if len(cells) == 0 {
		return againAtInject(r, key, "act-relay", &web.UserError{Text: r.T("cells.choose")})
	}
	for _, c := range cells {
		relay := exercise.RelayTo{Inject: key, From: r.Unit, Unit: c, Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp}
		if err := r.ActFor("/"+c, r.Unit, relay); err != nil {
			return againAtInject(r, key, "act-relay", err)
		}
	}
	return r.RedirectWith(r.InjectPath(key), "said.relayed_for")
}

// againAtInject answers a form about an inject that was refused with its page.
func againAtInject(r *pages.Request, key, form string, err error) error {
	r.SetPathValue("inject", key)
	if r.At(func(s *pages.Moment) error { return s.HasInject() }) != nil {
		return err
	}
	return r.Redisplay(err, form, r.InjectPath(key), showInject)
}

// relayableTo are the cells to which the request's unit can still relay an
// inject.
func relayableTo(s *pages.Moment, inject int) (cells []pages.End) {
	play := s.State.Play()
	team := s.Request.UnitIndex
	if !play.Cast.Units[team].IsTeam() {
		return nil
	}
	for _, u := range play.Family(team)[1:] {
		v, ok := s.State.Inject(inject, u)
		done := ok && (v.Status == exercise.InjectOut || v.Status == exercise.InjectWithdrawn)
		if s.State.Relayable(inject, u) && !done {
			key := play.Cast.Units[u].Key
			cells = append(cells, pages.End{Key: key, Name: s.UnitName(key)})
		}
	}
	return cells
}

// ackedFor says in words that EXCON acknowledged an inject for the unit; "" where
// the unit did so itself.
func ackedFor(s *pages.Moment, inject string) string {
	acks := s.Events(s.Request.Viewer(), 0, 1, func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.InjectAcknowledged)
		return ok && b.Inject == inject && b.Unit == s.Request.Unit
	})
	if len(acks) == 0 {
		return ""
	}
	return s.ActedFor(&acks[0])
}

// labelsFrom are the labels that are as tight as one, or tighter.
func labelsFrom(least scenario.TLP) (all []scenario.TLP) {
	for _, l := range pages.Labels() {
		if l >= least {
			all = append(all, l)
		}
	}
	return all
}
