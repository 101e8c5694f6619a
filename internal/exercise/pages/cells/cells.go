package cells

import (
	"errors"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// Routes are the addresses of the national controller of a team, and those of who
// plays a team without one.
func Routes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/cells/{unit...}", Need: pages.PlaysUnit, Handle: ofTeam(showCells), Replaced: true},
		{Pattern: "POST /x/{exercise}/cascade/{unit...}", Need: pages.PlaysUnit, Handle: ofTeam(cascade), Replaced: true},
		{Pattern: "POST /x/{exercise}/cell-message/{unit...}", Need: pages.PlaysUnit, Handle: ofTeam(writeToCells), Replaced: true},
		{Pattern: "POST /x/{exercise}/region/{unit...}", Need: pages.PlaysUnit, Handle: ofTeam(tellRegion), Replaced: true},
		{Pattern: "GET /x/{exercise}/cell-people/{unit...}", Need: pages.ControlsCells, Handle: showCellPeople, Replaced: true},
		{Pattern: "POST /x/{exercise}/cell-people/{unit...}", Need: pages.ControlsCells, Handle: inviteToCells, Replaced: true},
		{Pattern: "POST /x/{exercise}/cell-revoke/{unit...}", Need: pages.ControlsCells, Handle: revokeInCells, Replaced: true},
	}
}

// ofTeam lets in who passes on to the cells of the team: its national controller,
// or who plays it where it has none.
func ofTeam(handle func(*pages.Request) error) func(*pages.Request) error {
	return func(r *pages.Request) error {
		relays, err := r.RelaysToCells(r.Unit)
		if err != nil {
			return err
		}
		if !relays {
			return web.ErrNotFound
		}
		return handle(r)
	}
}

// isNational reports whether the reader is the national controller of the team,
// who invites people to its cells too.
func isNational(r *pages.Request) bool { return pages.ControlsCells(r.Access, r.Exercise.ID, r.Unit) }

// viewKey names for a view what of the team the reader is.
func viewKey(r *pages.Request) string {
	if isNational(r) {
		return r.UnitKey() + " national"
	}
	return r.UnitKey()
}

// showCells is the page of a national controller: the own cells, and what can
// be relayed to them. What is being written stands outside the part that
// changes.
func showCells(r *pages.Request) error {
	var sum *summaryForm
	var ends []pages.End
	if err := r.At(func(s *pages.Moment) error {
		ends = cellEnds(s, r.UnitIndex)
		if r.URL.Query().Has("sum") && !s.Past {
			sum = summaryFormOf(s, r.UnitIndex)
		}
		return nil
	}); err != nil {
		return err
	}
	return r.ShowView(&pages.View{
		Key:    viewKey(r),
		Viewer: r.Viewer(),
		Part: func() (templ.Component, error) {
			v, err := readCells(r)
			return cellsPart(r, v), err
		},
		Page: func(part templ.Component) templ.Component {
			return cellsPage(r, part, sum, ends)
		},
	})
}

func readCells(r *pages.Request) (*cellsView, error) {
	var v *cellsView
	if err := r.At(func(s *pages.Moment) error {
		v = cells(s, r.UnitIndex)
		return nil
	}); err != nil {
		return nil, err
	}
	for i := range v.relays {
		if err := readOriginal(r, &v.relays[i].original); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// chosenCells reads which of the own cells a form names.
func chosenCells(r *pages.Request) ([]string, error) {
	if err := r.ParseForm(); err != nil {
		return nil, errors.Join(web.ErrForm, err)
	}
	cells := r.PostForm["cell"]
	if len(cells) == 0 {
		return nil, &web.UserError{Text: r.T("cells.choose")}
	}
	for _, c := range cells {
		if team, _, below := strings.Cut(c, "/"); !below || team != r.Unit {
			return nil, web.ErrForm
		}
	}
	slices.Sort(cells)
	return slices.Compact(cells), nil
}

// cascade relays an inject to cells, each by a command of its own. Where some
// refuse, it says which got it.
func cascade(r *pages.Request) error {
	cells, err := chosenCells(r)
	if err != nil {
		return err
	}
	tlp, err := r.ReadTLP()
	if err != nil {
		return err
	}
	var done []string
	for _, c := range cells {
		relay := exercise.RelayTo{
			Inject: r.PostFormValue("inject"), From: r.Unit, Unit: c, Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp,
		}
		if err := r.Do("/"+c, r.Unit, relay); err != nil {
			return partly(r, done, c, err)
		}
		done = append(done, c)
	}
	return r.RedirectText(r.Path("/cells/"+r.Unit), r.T("said.relayed", i18n.Args{"Cells": unitNames(r, done)}))
}

// partly is the error of a relay that some cells have got already.
func partly(r *pages.Request, done []string, cell string, err error) error {
	var refused *exercise.Refusal
	if len(done) == 0 || !errors.As(err, &refused) {
		return err
	}
	_, why := r.Failure(err)
	return &web.UserError{Text: r.T("cells.partly", i18n.Args{"Done": unitNames(r, done), "Cell": r.UnitName(r.Exercise, cell), "Why": why})}
}

func unitNames(r *pages.Request, keys []string) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = r.UnitName(r.Exercise, k)
	}
	return strings.Join(names, r.T("list.comma"))
}

// writeToCells sends a message of the team to its cells.
func writeToCells(r *pages.Request) error {
	cells, err := chosenCells(r)
	if err != nil {
		return err
	}
	tlp, err := r.ReadTLP()
	if err != nil {
		return err
	}
	send := exercise.Send{From: r.Unit, Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp}
	for _, c := range cells {
		send.Ends = append(send.Ends, exercise.ToUnit(c))
	}
	if err := r.Act(send); err != nil {
		return err
	}
	return r.RedirectWith(r.Path("/cells/"+r.Unit), "said.sent")
}

// tellRegion sends the summary of the cells to the liaison room or to EXCON.
func tellRegion(r *pages.Request) error {
	to := r.PostFormValue("to")
	if to != exercise.EndLiaison && to != exercise.EndExcon {
		return web.ErrForm
	}
	tlp, err := r.ReadTLP()
	if err != nil {
		return err
	}
	send := exercise.Send{From: r.Unit, Ends: []string{to}, Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp}
	var action exercise.Action = send
	if marks := pages.Lines(r.PostFormValue("indicators")); len(marks) > 0 {
		action = exercise.Share{Send: send, Indicators: marks}
	}
	if err := r.Act(action); err != nil {
		return err
	}
	return r.RedirectWith(r.Path("/cells/"+r.Unit), "said.sent")
}

// cellEnds are the cells of a team.
func cellEnds(s *pages.Moment, team int) (all []pages.End) {
	for _, u := range s.State.Play().Family(team)[1:] {
		key := s.State.Play().Cast.Units[u].Key
		all = append(all, pages.End{Key: key, Name: s.UnitName(key)})
	}
	return all
}

// labelsFrom are the labels that are as tight as one, or tighter.
func labelsFrom(least scenario.TLP) []scenario.TLP {
	return slices.DeleteFunc(pages.Labels(), func(l scenario.TLP) bool { return l < least })
}
