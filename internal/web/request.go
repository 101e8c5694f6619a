package web

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/auth"
	"renkei/internal/i18n"
)

// Request is one request with who asks and in which language. Areas embed it in
// a request of their own.
type Request struct {
	*http.Request
	Server   *server
	Writer   http.ResponseWriter
	Access   *auth.Access
	Printer  *i18n.Printer
	frame    Frame
	place    any           // what the route's Need found, for its handler
	flash    string        // what the next page confirms
	failed   bool          // the answer is an error page: there is no coming back to it
	Rejected *rejectedForm // what a form held that was refused; nil for none
}

// Frame is what an area puts around the pages of one of its places, such as an
// exercise.
type Frame struct {
	Marking string // stands above everything; "" for none
	Title   string // names the navigation inside the place
	New     int    // how much the reader has not seen, for the title
	Reader  string // names the reader in what their browser keeps of the place, at Path
	Path    string
	Sign    string          // stands before the title of each page, such as of an alarm; "" for none
	Groups  []TabGroup      // the pages of the place that are the reader's
	Class   string          // of the page's main part, for the style sheet of an area; "" for people's
	Bar     templ.Component // stands above each page, such as of whose eyes it is seen with; nil for none
	Help    string          // where help is, of the page that is shown; "" for none
}

// Errors that become a page.
var (
	// ErrNotFound is what is not there, and what is not the asker's.
	ErrNotFound = errors.New("web: absent")
	// errSignIn means that one must sign in first.
	errSignIn = errors.New("web: not signed in")
	// ErrForm is a form that this program did not make.
	ErrForm = errors.New("web: bad form")
	// errOther is a form that somebody wrote who is no longer signed in here.
	errOther = errors.New("web: written by somebody else")
	// errCross is a form that another site sent.
	errCross = errors.New("web: from another site")
)

// UserError is what somebody can correct, in a sentence of theirs.
type UserError struct{ Text string }

func (p *UserError) Error() string { return p.Text }

const (
	sessionCookie  = "renkei"
	languageCookie = "lang"
	saidCookie     = "said"
)

// whoHeader names who wrote what our script sends: it may have waited while
// others signed in on the same machine.
const whoHeader = "Renkei-Who"

// secondPath is where somebody sets up a second factor.
const secondPath = "/me/second"

// guard finds out who asks, refuses what is not theirs, and turns errors into
// pages.
func (s *server) guard(rt Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		limit := rt.Limit
		if limit == 0 {
			limit = MaxForm
		}
		hr = hr.WithContext(auth.WithAddress(hr.Context(), hr.RemoteAddr))
		hr.Body = http.MaxBytesReader(w, hr.Body, limit)
		r := &Request{Request: hr, Server: s, Writer: w, Printer: s.Texts.For(preferredLanguages(hr)...), Access: &auth.Access{}}
		if err := r.admit(rt); err != nil {
			r.fail(err)
			return
		}
		if err := r.readWhole(); err != nil {
			r.fail(err)
			return
		}
		handle := rt.Handle
		if rt.Stream {
			handle = streaming(rt.Handle)
		}
		if err := handle(r); err != nil {
			r.fail(err)
		}
	})
}

// preferredLanguages are the languages that somebody wants, the chosen one first.
func preferredLanguages(r *http.Request) []string {
	var all []string
	if c, err := r.Cookie(languageCookie); err == nil {
		all = append(all, c.Value)
	}
	return append(all, r.Header.Get("Accept-Language"))
}

// useAccountLanguage takes the language of who asks, where the browser says none.
func (r *Request) useAccountLanguage() {
	if _, err := r.Cookie(languageCookie); err != nil && r.Access.Lang != "" {
		r.Printer = r.Server.Texts.For(r.Access.Lang)
	}
}

// admit looks who asks and whether the route is theirs.
func (r *Request) admit(rt Route) error {
	if c, err := r.Cookie(r.Server.CookieName()); err == nil {
		if r.Access, err = r.Server.Auth.Access(r.Context(), c.Value); err != nil {
			r.Access = &auth.Access{}
			return err
		}
		r.useAccountLanguage()
	}
	if err := r.count(rt); err != nil {
		return err
	}
	if who := r.Header.Get(whoHeader); who != "" && who != r.Access.Person {
		return errOther
	}
	if r.Access.MustSetUp && !rt.Early {
		return &RedirectError{Path: secondPath}
	}
	if rt.Need == nil {
		return nil
	}
	if !r.Access.Known() {
		return errSignIn
	}
	return rt.Need(r)
}

// readWhole reads a form, so that none does anything of which a part is missing:
// that would be an empty field to its handler. Files are read by theirs.
func (r *Request) readWhole() error {
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if r.Method != http.MethodPost || !strings.EqualFold(strings.TrimSpace(media), "application/x-www-form-urlencoded") {
		return nil
	}
	return r.ReadForm()
}

// CookieName is that of the session. Over TLS its prefix keeps other hosts
// from setting it.
func (s *server) CookieName() string { return cookieName(s.Secure) }

func cookieName(secure bool) string {
	if secure {
		return "__Host-" + sessionCookie
	}
	return sessionCookie
}

// Place is what the route's Need found.
func (r *Request) Place() any { return r.place }

// Enter keeps what the route's Need found, for its handler, and what stands
// around its pages.
func (r *Request) Enter(place any) { r.place = place }

// SetFrame says what stands around the page.
func (r *Request) SetFrame(f Frame) { r.frame = f }

// T is a text of the pages.
func (r *Request) T(key string, args ...i18n.Args) string { return r.Printer.T("web."+key, args...) }

// class is that of the page's main part.
func (r *Request) class() string { return cmp.Or(r.frame.Class, "people") }
