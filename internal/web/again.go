package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"renkei/internal/exercise"
)

// typed is what a form held that was refused, so that its page can show it
// again: who writes on a poor link, or without a script, loses nothing.
type typed struct {
	form   string // id of the form
	values url.Values
	text   string // why not
	status int
}

// again answers a form that was refused with the page from which it came, what
// was typed in it, and why not beside it. What cannot be mended there becomes
// an error page, and our script gets the sentence alone.
func (r *request) again(err error, form, to string, show func(*request) error) error {
	var refused *exercise.Refusal
	var mend *problem
	if r.byScript() || !errors.As(err, &refused) && !errors.As(err, &mend) {
		return err
	}
	address, bad := url.Parse(to)
	if bad != nil {
		return errors.Join(err, bad)
	}
	status, text := r.failure(err)
	r.typed = &typed{form: form, values: r.PostForm, text: text, status: status}
	page := r.Clone(r.Context())
	page.Method, page.URL = http.MethodGet, address
	r.Request = page
	return show(r)
}

// status is that of a page: of a refused form where it shows one again.
func (r *request) status() int {
	if r.typed != nil {
		return r.typed.status
	}
	return http.StatusOK
}

// refused reports whether the page shows a form of that id again.
func (r *request) refused(form string) bool { return r.typed != nil && r.typed.form == form }

// was is what a field of a form holds: what was typed, or else otherwise.
func (r *request) was(form, field, otherwise string) string {
	if r.refused(form) {
		return r.typed.values.Get(field)
	}
	return otherwise
}

// chose reports whether a value of a field of a form is chosen.
func (r *request) chose(form, field, value string, otherwise bool) bool {
	if r.refused(form) {
		return slices.Contains(r.typed.values[field], value)
	}
	return otherwise
}
