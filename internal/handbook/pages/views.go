package handbookpages

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"renkei/internal/handbook/store"
	"renkei/internal/web"
)

// viewable are the pages that can be saved with what is chosen on them.
func viewable() []string {
	return []string{home + "/find", home + "/compare", home + "/plans", needsHome + "/list"}
}

// Bounds of a saved view.
const (
	maxViewName = 100
	maxViewPath = 2000
)

// changeView saves a view, or forgets one.
func (p *Pages) changeView(r *request) error {
	path := r.PostFormValue("path")
	page, _, _ := strings.Cut(path, "?")
	if !slices.Contains(viewable(), page) || len(path) > maxViewPath || web.Local(path) != path {
		return web.ErrForm
	}
	if id := r.PostFormValue("drop"); id != "" {
		if err := p.store.DropView(r.Context(), r.Access.Person, id); err != nil {
			return err
		}
		return r.RedirectWith(path, "handbook.view.said.dropped")
	}
	key, err := uuid.Parse(r.PostFormValue("key"))
	if err != nil {
		return web.ErrForm
	}
	v := store.View{ID: key.String(), Name: strings.TrimSpace(r.PostFormValue("name")), Path: path}
	if v.Name == "" || utf8.RuneCountInString(v.Name) > maxViewName {
		return &web.UserError{Text: r.T("handbook.view.name_bad")}
	}
	if err := p.store.SaveView(r.Context(), r.Access.Person, v); err != nil {
		return err
	}
	return r.RedirectWith(path, "handbook.view.said.saved")
}

// saved are the reader's views; none where they cannot be read now.
func (r *request) saved() []store.View {
	all, err := r.pages.store.Views(r.Context(), r.Access.Person)
	if err != nil {
		return nil // the page is worth more than its short cuts
	}
	return all
}
