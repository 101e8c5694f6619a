package web

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"renkei/internal/i18n"
)

// newKey is the idempotency key of a form.
func newKey() string { return uuid.Must(uuid.NewV7()).String() }

// Args are the arguments of a text: name, value, name, value.
func Args(pairs ...any) i18n.Args {
	a := make(i18n.Args, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			a[name] = pairs[i+1]
		}
	}
	return a
}

// Number writes a number.
func Number[T ~int | ~int64 | ~uint64](n T) string { return fmt.Sprint(n) }

// Decimal writes a number with as many places as it needs.
func Decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// Here is where the reader is, to come back to.
func (r *Request) Here() string {
	if r.failed || r.Method != http.MethodGet {
		return "/"
	}
	return r.URL.RequestURI()
}

// Escape writes a text as part of a query.
func Escape(s string) string { return url.QueryEscape(s) }

// OneOf reads a number that must be one of a list's.
func (r *Request) OneOf(name string, list []int) (int, error) {
	n, err := strconv.Atoi(r.PostFormValue(name))
	if err != nil || !slices.Contains(list, n) {
		return 0, ErrForm
	}
	return n, nil
}

// Position reads a position in a list from the address; 0 for none.
func (r *Request) Position(name string) (uint64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 62)
	if err != nil {
		return 0, ErrNotFound
	}
	return n, nil
}

// Stamp writes a moment of the world's clock, in UTC.
func Stamp(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04") + " UTC"
}

// JoinLines writes texts one a line.
func JoinLines(all []string) string { return strings.Join(all, "\n") }

// Days says for how many days something is good.
func (r *Request) Days(n int) string {
	if n == 1 {
		return r.T("field.day")
	}
	return r.T("field.days", Args("N", n))
}

// With is the reader's address within the page, with some of its query changed;
// "" takes a parameter away.
func (r *Request) With(changes ...string) string {
	q := r.URL.Query()
	for i := 0; i+1 < len(changes); i += 2 {
		if q.Del(changes[i]); changes[i+1] != "" {
			q.Set(changes[i], changes[i+1])
		}
	}
	if len(q) == 0 {
		return r.URL.Path
	}
	return r.URL.Path + "?" + q.Encode()
}

// List joins names.
func (r *Request) List(names []string) string { return strings.Join(names, r.T("list.comma")) }

// Query is the reader's query with some of it changed, as with does.
func (r *Request) Query(changes ...string) string {
	return strings.TrimPrefix(r.With(changes...), r.URL.Path)
}

// File reads a file that was handed in, of at most so many bytes. What then
// becomes of it takes so much memory.
func (r *Request) File(field string, most, heavy int64) (raw []byte, name string, err error) {
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, "", UploadError(err)
	}
	f, head, err := r.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) {
		return nil, "", &UserError{r.T("file.missing")}
	}
	if err != nil {
		return nil, "", errors.Join(ErrForm, err)
	}
	defer f.Close() //nolint:errcheck // only read
	if err := r.Heavy(heavy); err != nil {
		return nil, "", err
	}
	raw, err = io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, "", errors.Join(ErrForm, err)
	case len(raw) == 0:
		return nil, "", &UserError{r.T("file.empty")}
	case int64(len(raw)) > most:
		return nil, "", &UserError{r.T("error.large")}
	}
	return raw, head.Filename, nil
}

// Bytes words a size.
func (r *Request) Bytes(n int64) string {
	switch {
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MiB"
	case n >= 1<<10:
		return strconv.FormatFloat(float64(n)/(1<<10), 'f', 1, 64) + " KiB"
	}
	return r.T("file.bytes", map[string]any{"N": n})
}

// Base is the address of the program, as links begin. Where the operator has
// named none, it is what the browser says, as far as that can be true: a
// UserError else, before a link is made that leads to somebody else.
func (r *Request) Base() (string, error) {
	if r.Server.Base != "" {
		return r.Server.Base, nil
	}
	if !r.atOwnHost() {
		return "", &UserError{r.T("error.host")}
	}
	scheme := "http"
	if r.URL.Scheme == "https" || r.TLS != nil || r.Server.Secure {
		scheme = "https"
	}
	return scheme + "://" + r.Host, nil
}

// atOwnHost reports whether the browser names an address that is this machine's
// for certain: one on it alone, the one at which the connection came, that which
// a certificate has proved, or the machine's name.
func (r *Request) atOwnHost() bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		at, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		return addr.IsLoopback() || at != nil && sameHost(at, addr)
	}
	if r.TLS != nil && strings.EqualFold(r.TLS.ServerName, host) {
		return true
	}
	name, err := os.Hostname()
	return strings.EqualFold(host, "localhost") || err == nil && strings.EqualFold(host, name)
}

func sameHost(at net.Addr, addr netip.Addr) bool {
	local, err := netip.ParseAddrPort(at.String())
	return err == nil && local.Addr().Unmap().WithZone("") == addr.Unmap()
}

// Local is an address of ours; the start page in place of any other. Browsers
// drop tabs and line ends from an address, so that what holds one may become
// another's.
func Local(to string) string {
	foreign := !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`)
	if foreign || strings.ContainsFunc(to, unicode.IsControl) {
		return "/"
	}
	return to
}

// ReadForm reads a form, so that what is wrong with it is told.
func (r *Request) ReadForm() error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(ErrForm, err)
	}
	return nil
}

// EscapePath writes a text as part of a path.
func EscapePath(s string) string { return url.PathEscape(s) }

// UploadError is a form that cannot be read: too large, or none of ours.
func UploadError(err error) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return err
	}
	return errors.Join(ErrForm, err)
}
