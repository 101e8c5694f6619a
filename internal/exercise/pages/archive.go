package pages

import (
	"errors"
	"slices"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/web"
)

// Archives lets in whoever may archive an exercise: the secretariat, and
// directors. Which one it is stands in the form.
func Archives(a access.Access, _, _ string) bool {
	return a.Secretary() || slices.ContainsFunc(a.Grants, func(g auth.Grant) bool {
		return g.Area == access.Area && g.Role == string(access.Director)
	})
}

// mayArchive reports whether somebody may archive an exercise.
func mayArchive(a access.Access, id string) bool { return a.Secretary() || a.Directs(id) }

// Archive takes an exercise out of the lists, or brings it back. What it holds
// stays, and whoever takes part in it reads it as before.
func Archive(r *Request) error {
	id, do := r.PostFormValue("exercise"), r.PostFormValue("do")
	if id == "" || do != "archive" && do != "restore" {
		return web.ErrForm
	}
	if !mayArchive(r.Access, id) {
		return web.ErrNotFound
	}
	if do == "restore" {
		changed, err := r.Deps.Archived.Restore(r.Context(), id)
		return r.archived(id, changed, err, auth.ExerciseRestored, "said.restored")
	}
	if err := r.archivable(id); err != nil {
		return err
	}
	changed, err := r.Deps.Archived.Archive(r.Context(), id, r.Access.Person, time.Now())
	return r.archived(id, changed, err, auth.ExerciseArchived, "said.archived")
}

// archivable refuses an exercise that is being played. One that cannot be opened
// is not.
func (r *Request) archivable(id string) error {
	x, err := r.Deps.Host.Exercise(r.Context(), id)
	if errors.Is(err, hosting.ErrNotFound) {
		return web.ErrNotFound
	}
	if closed := (*hosting.ClosedError)(nil); errors.As(err, &closed) && (closed.Code == hosting.ClosedDamaged || closed.Code == hosting.ClosedRedacted) {
		return nil
	}
	if err != nil {
		return err
	}
	var phase exercise.Phase
	x.Live.Now(func(m *follow.Moment) { phase = m.State.Phase() })
	if phase == exercise.Running || phase == exercise.OnHold {
		return &web.UserError{Text: r.T("home.archive_running")}
	}
	return nil
}

// archived writes down what was done, and goes back to the lists.
func (r *Request) archived(id string, changed bool, err error, what auth.Deed, said string) error {
	if err == nil && changed {
		err = r.Server.Auth.Record(r.Context(), r.Access.Person, what, id)
	}
	if err != nil {
		return err
	}
	return r.RedirectWith("/exercises", said)
}
