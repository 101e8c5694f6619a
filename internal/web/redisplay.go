package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"renkei/internal/i18n"
)

// rejectedForm is what a form held that was refused, so that its page can show it
// again: who writes on a poor link, or without a script, loses nothing.
type rejectedForm struct {
	form   string // id of the form
	Values url.Values
	text   string // why not
	status int
	shown  bool // the form stands on the page
}

// Redisplay answers a form that was refused with the page from which it came, what
// was typed in it, and why not beside it. What cannot be corrected there becomes
// an error page, and our script gets the sentence alone.
func (r *Request) Redisplay(err error, form, to string, show func() error) error {
	if r.ByScript() || !correctable(err) {
		return err
	}
	address, bad := url.Parse(to)
	if bad != nil {
		return errors.Join(err, bad)
	}
	status, text := r.Failure(err)
	r.Rejected = &rejectedForm{form: form, Values: r.PostForm, text: text, status: status}
	page := r.Clone(r.Context())
	page.Method, page.URL = http.MethodGet, address
	r.Request = page
	return show()
}

// correctable reports whether somebody can mend in the form what is wrong.
func correctable(err error) bool {
	var mend *UserError
	if errors.As(err, &mend) {
		return true
	}
	var said i18n.UserTexter
	if !errors.As(err, &said) {
		return false
	}
	return !isUnavailable(said)
}

// Status is that of a page: of a refused form where it shows one again.
func (r *Request) Status() int {
	if r.Rejected != nil {
		return r.Rejected.status
	}
	return http.StatusOK
}

// Refused reports whether the page shows a form of that id again.
func (r *Request) Refused(form string) bool { return r.Rejected != nil && r.Rejected.form == form }

// refusedHere is why a form was refused that stands here; "" for another.
func (r *Request) refusedHere(form string) string {
	if !r.Refused(form) {
		return ""
	}
	r.Rejected.shown = true
	return r.Rejected.text
}

// left is what was typed into a form that the page no longer has, such as that
// of a task after ENDEX.
func (f *rejectedForm) left() (values []string) {
	names := slices.Sorted(maps.Keys(f.Values))
	for _, name := range names {
		if !slices.Contains([]string{"key", "task", "unit", "inject", "back", "do", "to", "tlp"}, name) {
			values = append(values, f.Values[name]...)
		}
	}
	return slices.DeleteFunc(values, func(v string) bool { return strings.TrimSpace(v) == "" })
}

// FieldValue is what a field of a form holds: what was typed, or else otherwise.
func (r *Request) FieldValue(form, field, otherwise string) string {
	if r.Refused(form) {
		return r.Rejected.Values.Get(field)
	}
	return otherwise
}

// FieldChecked reports whether a value of a field of a form is chosen.
func (r *Request) FieldChecked(form, field, value string, otherwise bool) bool {
	if r.Refused(form) {
		return slices.Contains(r.Rejected.Values[field], value)
	}
	return otherwise
}
