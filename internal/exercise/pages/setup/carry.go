package setup

import (
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/pages"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// planned is an exercise whose improvement plan can go on in another.
type planned struct{ id, title string }

// plannedExercises are those that are over and that the asker controls, the latest
// first.
func plannedExercises(r *pages.Request) ([]planned, error) {
	all, err := r.Deps.Host.List(r.Context(), r.Access.Controls)
	if err != nil {
		return nil, err
	}
	var out []planned
	for _, s := range all {
		if s.Over {
			out = append(out, planned{s.ID, s.Title.In(r.Printer.Lang(), "en") + " · " + s.ID})
		}
	}
	return out, nil
}

// carryPlan puts into the options what goes on of the plan of an exercise, nothing
// where id is "". Whoever does not control that exercise learns nothing of it.
func carryPlan(r *pages.Request, id string, n *hosting.CreateOptions) error {
	if id == "" {
		return nil
	}
	if !r.Access.Controls(id) {
		return web.ErrNotFound
	}
	x, err := r.Deps.Host.Exercise(r.Context(), id)
	if err != nil {
		return err
	}
	var printers []*i18n.Printer
	for _, lang := range i18n.Languages() {
		printers = append(printers, r.Server.Texts.For(lang))
	}
	plan, ok, err := x.ImprovementPlan(r.Context(), printers)
	if ok && err == nil {
		n.Carry = &plan
	}
	return err
}
