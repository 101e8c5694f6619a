package setup

import (
	"errors"
	"slices"
	"strings"

	"renkei/internal/exercise/access"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// deleteForm names the form of the page.
const deleteForm = "delete"

// deleteView is an exercise that is to be deleted.
type deleteView struct {
	id, title string
	people    int // who have a role in it
}

// showDelete asks whether an archived exercise is to be deleted.
func showDelete(r *pages.Request) error {
	v, err := archivedView(r, r.FormValue("exercise"))
	if err != nil {
		return err
	}
	return r.Show(r.Status(), deletePage(r, v))
}

// archivedView is an archived exercise. One that is not is none: deletion comes
// after archiving.
func archivedView(r *pages.Request, id string) (*deleteView, error) {
	since, err := r.Deps.Archived.All(r.Context())
	if err != nil {
		return nil, err
	}
	if since[id].IsZero() {
		return nil, web.ErrNotFound
	}
	all, err := r.Deps.Host.List(r.Context(), func(got string) bool { return got == id })
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, web.ErrNotFound
	}
	holders, err := r.Server.Auth.GrantsIn(r.Context(), access.In(id, ""))
	if err != nil {
		return nil, err
	}
	v := &deleteView{id: id, title: r.ListedTitle(&all[0])}
	var people []string
	for _, h := range holders {
		people = append(people, h.Person)
	}
	slices.Sort(people)
	v.people = len(slices.Compact(people))
	return v, nil
}

// deleteExercise deletes an archived exercise whose id was typed.
func deleteExercise(r *pages.Request) error {
	v, err := archivedView(r, r.PostFormValue("exercise"))
	if err != nil {
		return err
	}
	back := "/exercises/delete?exercise=" + web.Escape(v.id)
	if strings.TrimSpace(r.PostFormValue("typed")) != v.id {
		return r.Redisplay(&web.UserError{Text: r.T("exercise.delete.mistyped", web.Args("ID", v.id))}, deleteForm, back, showDelete)
	}
	err = r.Deps.Host.Delete(r.Context(), v.id, r.Access.Person)
	if mend := (*hosting.CreateError)(nil); errors.As(err, &mend) {
		return r.Redisplay(&web.UserError{Text: r.T("create."+mend.Code, mend.Args)}, deleteForm, back, showDelete)
	}
	if err != nil {
		return err
	}
	return r.RedirectWith("/exercises?archived=yes", "said.deleted")
}
