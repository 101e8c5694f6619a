package web

import (
	"net/http"
	"slices"
	"strings"
)

// inPlace reports whether the answer goes into a page that stands open, which
// wants a sentence in place of a page.
func (r *Request) inPlace() bool {
	return r.ByScript() || r.IsPart() || strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}

// signInPath is where somebody signs in to come back to the page.
func (r *Request) signInPath() string { return "/?to=" + Escape(r.Here()) }

// kept is a field of a form that nobody has taken.
type kept struct {
	name, value string
	written     bool // somebody may have written it
}

// signedOut answers somebody who is not signed in: who reads is led to sign in,
// and who has sent a form gets it back with all that stood in it.
func (r *Request) signedOut() {
	if r.Method == http.MethodGet {
		_ = r.Back("/?to=" + Escape(r.URL.RequestURI())) // a redirect cannot fail
		return
	}
	r.failed = true
	if err := r.Show(http.StatusUnauthorized, signedOutPage(r, r.keptFields())); err != nil {
		r.Server.Log.Warn("error_page_failed", "error", err)
	}
}

// keptFields are those of a form that can be sent once more as it is: not of one
// with a file, which no page can fill in, nor with a password.
func (r *Request) keptFields() (all []kept) {
	if r.readWhole() != nil {
		return nil
	}
	secret := []string{"password", "old", "code", "answer"}
	for name, values := range r.PostForm {
		if slices.Contains(secret, name) {
			return nil
		}
		for _, v := range values {
			all = append(all, kept{name, v, name != "key" && strings.ContainsAny(strings.TrimSpace(v), " \n\t　、。")})
		}
	}
	slices.SortFunc(all, func(a, b kept) int { return strings.Compare(a.name, b.name) })
	return all
}
