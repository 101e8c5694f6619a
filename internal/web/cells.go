package web

import (
	"errors"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

func cellsRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/cells/{unit...}", need: leadsCells, handle: showCells},
		{pattern: "POST /x/{exercise}/cascade/{unit...}", need: leadsCells, handle: cascade},
		{pattern: "POST /x/{exercise}/cell-message/{unit...}", need: leadsCells, handle: writeToCells},
		{pattern: "POST /x/{exercise}/region/{unit...}", need: leadsCells, handle: tellRegion},
		{pattern: "GET /x/{exercise}/cell-people/{unit...}", need: leadsCells, handle: showCellPeople},
		{pattern: "POST /x/{exercise}/cell-people/{unit...}", need: leadsCells, handle: inviteToCells},
		{pattern: "POST /x/{exercise}/cell-revoke/{unit...}", need: leadsCells, handle: revokeInCells},
	}
}

// showCells is the page of a national controller: the own cells, and what can
// be relayed to them. What is being written stands outside the part that
// changes.
func showCells(r *request) error {
	var sum *summaryForm
	var ends []end
	if err := r.look(func(s *scene) error {
		ends = s.cellEnds(r.u)
		if r.URL.Query().Has("sum") && !s.Past {
			sum = s.summaryForm(r.u)
		}
		return nil
	}); err != nil {
		return err
	}
	return r.showView(&view{
		key:    r.unitKey(),
		viewer: r.viewer(),
		part: func() (templ.Component, error) {
			v, err := r.cellsView()
			return cellsPart(r, v), err
		},
		page: func(part templ.Component) templ.Component {
			return cellsPage(r, part, sum, ends)
		},
	})
}

func (r *request) cellsView() (*cellsView, error) {
	var v *cellsView
	if err := r.look(func(s *scene) error {
		v = s.cells(r.u)
		return nil
	}); err != nil {
		return nil, err
	}
	for i := range v.relays {
		if err := r.readOriginal(&v.relays[i].original); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// chosenCells reads which of the own cells a form names.
func (r *request) chosenCells() ([]string, error) {
	if err := r.ParseForm(); err != nil {
		return nil, errors.Join(errForm, err)
	}
	cells := r.PostForm["cell"]
	if len(cells) == 0 {
		return nil, &problem{r.t("cells.choose")}
	}
	for _, c := range cells {
		if team, _, below := strings.Cut(c, "/"); !below || team != r.unit {
			return nil, errForm
		}
	}
	slices.Sort(cells)
	return slices.Compact(cells), nil
}

// cascade relays an inject to cells, each by a command of its own. Where some
// refuse, it says which got it.
func cascade(r *request) error {
	cells, err := r.chosenCells()
	if err != nil {
		return err
	}
	tlp, err := r.readTLP()
	if err != nil {
		return err
	}
	key, done := r.PostFormValue("key"), []string(nil)
	if key == "" || len(key) > 60 {
		return errForm
	}
	for _, c := range cells {
		relay := exercise.RelayTo{
			Inject: r.PostFormValue("inject"), From: r.unit, Unit: c, Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp,
		}
		if err := r.doAs(key+"/"+c, r.actor(), relay); err != nil {
			return r.partly(done, c, err)
		}
		done = append(done, c)
	}
	return r.doneText(r.path("/cells/"+r.unit), r.t("said.relayed", i18n.Args{"Cells": r.unitNames(done)}))
}

// partly is the error of a relay that some cells have got already.
func (r *request) partly(done []string, cell string, err error) error {
	var refused *exercise.Refusal
	if len(done) == 0 || !errors.As(err, &refused) {
		return err
	}
	_, why := r.failure(err)
	return &problem{r.t("cells.partly", i18n.Args{"Done": r.unitNames(done), "Cell": r.unitName(r.hall, cell), "Why": why})}
}

func (r *request) unitNames(keys []string) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = r.unitName(r.hall, k)
	}
	return strings.Join(names, r.t("list.comma"))
}

// writeToCells sends a message of the team to its cells.
func writeToCells(r *request) error {
	cells, err := r.chosenCells()
	if err != nil {
		return err
	}
	tlp, err := r.readTLP()
	if err != nil {
		return err
	}
	send := exercise.Send{From: r.unit, Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp}
	for _, c := range cells {
		send.Ends = append(send.Ends, exercise.ToUnit(c))
	}
	if err := r.act(send); err != nil {
		return err
	}
	return r.done(r.path("/cells/"+r.unit), "said.sent")
}

// tellRegion sends the summary of the cells to the liaison room or to EXCON.
func tellRegion(r *request) error {
	to := r.PostFormValue("to")
	if to != exercise.EndLiaison && to != exercise.EndExcon {
		return errForm
	}
	tlp, err := r.readTLP()
	if err != nil {
		return err
	}
	send := exercise.Send{From: r.unit, Ends: []string{to}, Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp}
	var action exercise.Action = send
	if marks := lines(r.PostFormValue("indicators")); len(marks) > 0 {
		action = exercise.Share{Send: send, Indicators: marks}
	}
	if err := r.act(action); err != nil {
		return err
	}
	return r.done(r.path("/cells/"+r.unit), "said.sent")
}

// cellEnds are the cells of a team.
func (s *scene) cellEnds(team int) (all []end) {
	for _, u := range s.st.Play().Family(team)[1:] {
		key := s.st.Play().Cast.Units[u].Key
		all = append(all, end{key, s.unitName(key)})
	}
	return all
}

// labelsFrom are the labels that are as tight as one, or tighter.
func labelsFrom(least scenario.TLP) []scenario.TLP {
	return slices.DeleteFunc(labels(), func(l scenario.TLP) bool { return l < least })
}
