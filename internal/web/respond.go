package web

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"

	"github.com/a-h/templ"

	"renkei/internal/auth"
	"renkei/internal/bounds"
	"renkei/internal/i18n"
)

// RedirectError leads somebody on in place of an answer.
type RedirectError struct{ Path string }

func (e *RedirectError) Error() string { return "web: it is at " + e.Path }

// GoneError is what was there, and why it is no more.
type GoneError struct{ Text string }

func (e *GoneError) Error() string { return "web: gone: " + e.Text }

// Show writes a page, packed for poor links.
func (r *Request) Show(status int, c templ.Component) error {
	r.flash = r.takeFlash()
	h := r.Writer.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding")
	if !r.takesGzip() {
		r.Writer.WriteHeader(status)
		return r.write(c, r.Writer)
	}
	h.Set("Content-Encoding", "gzip")
	r.Writer.WriteHeader(status)
	packed := r.Server.packer()
	defer r.Server.packers.Put(packed)
	packed.Reset(r.Writer)
	return errors.Join(r.write(c, packed), packed.Close())
}

func (r *Request) write(c templ.Component, w io.Writer) error {
	if err := c.Render(r.Context(), w); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

func (r *Request) takesGzip() bool { return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") }

// IsPart reports whether htmx asks for the part of a page that changes.
func (r *Request) IsPart() bool { return strings.EqualFold(r.Header.Get("HX-Request"), "true") }

// ByScript reports whether our script has sent a form, so that the page stays
// where it is: it wants a sentence, and where to go.
func (r *Request) ByScript() bool { return r.Header.Get("Renkei-Send") != "" }

// RedirectWith answers a form that has done its work: the page at path confirms it with
// the sentence of that key, "" for none.
func (r *Request) RedirectWith(path, key string) error {
	text := ""
	if key != "" {
		text = r.T(key)
	}
	return r.RedirectText(path, text)
}

// RedirectText is done with a sentence.
func (r *Request) RedirectText(path, text string) error {
	if r.ByScript() {
		h := r.Writer.Header()
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("Renkei-To", path)
		_, err := io.WriteString(r.Writer, text)
		return err
	}
	if text != "" {
		r.SetCookie(saidCookie, base64.RawURLEncoding.EncodeToString([]byte(text)), 60)
	}
	return r.Back(path)
}

// takeFlash reads what the form before has to confirm, once.
func (r *Request) takeFlash() string {
	c, err := r.Cookie(saidCookie)
	if err != nil || r.IsPart() {
		return r.flash
	}
	text, err := base64.RawURLEncoding.DecodeString(c.Value)
	r.SetCookie(saidCookie, "", -1)
	if err != nil {
		return ""
	}
	return string(text)
}

// Back leads to a page.
func (r *Request) Back(path string) error {
	http.Redirect(r.Writer, r.Request, path, http.StatusSeeOther)
	return nil
}

// fail answers with the page of an error.
func (r *Request) fail(err error) {
	if errors.Is(err, errSignIn) && !r.inPlace() {
		r.signedOut()
		return
	}
	if errors.Is(err, context.Canceled) {
		return // nobody waits for the answer
	}
	if to := (*RedirectError)(nil); errors.As(err, &to) {
		_ = r.Back(to.Path) // a redirect cannot fail
		return
	}
	if full := (*bounds.FullError)(nil); errors.Is(err, errSlow) || errors.As(err, &full) {
		r.Request = r.WithContext(context.WithoutCancel(r.Context())) // it ended with the body, and somebody waits for the answer
	}
	status, text := r.Failure(err)
	r.failText(status, text)
}

// Failure is the status and the sentence of an error.
func (r *Request) Failure(err error) (status int, text string) {
	var mend *UserError
	var large *http.MaxBytesError
	var often *tooOften
	var over *GoneError
	var full *bounds.FullError
	var said i18n.UserTexter
	switch {
	case errors.As(err, &often):
		return r.wait(often)
	case errors.As(err, &over):
		return http.StatusGone, over.Text
	case errors.Is(err, errOther):
		return http.StatusUnauthorized, r.T("outbox.stranger")
	case errors.Is(err, errSignIn):
		return http.StatusUnauthorized, r.T("outbox.stranger")
	case errors.Is(err, ErrNotFound):
		return http.StatusNotFound, r.T("error.absent")
	case errors.As(err, &full):
		return r.Server.Admission.refusal(r.Writer, r.Printer, full)
	case errors.Is(err, errSlow):
		return http.StatusRequestTimeout, r.T("error.slow")
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT): // of a file that was handed in
		r.Server.Log.Warn("request_unavailable", "route", r.Pattern, "exercise", r.PathValue("exercise"), "reason", err)
		return http.StatusServiceUnavailable, r.T("error.disk_full")
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge, r.T("error.large")
	case errors.Is(err, errCross):
		return http.StatusForbidden, r.T("error.cross")
	case errors.Is(err, ErrForm):
		return http.StatusBadRequest, r.T("error.form")
	case errors.Is(err, auth.ErrBusy):
		return http.StatusServiceUnavailable, r.T("error.busy")
	case errors.As(err, &mend):
		return http.StatusUnprocessableEntity, mend.Text
	case errors.As(err, &said):
		text, _ = r.Printer.Explain(said)
		if !isUnavailable(said) {
			return http.StatusConflict, text
		}
		r.Server.Log.Warn("request_unavailable", "route", r.Pattern, "exercise", r.PathValue("exercise"), "reason", err)
		return http.StatusServiceUnavailable, text
	}
	r.Server.Log.Error("request_failed", "route", r.Pattern, "exercise", r.PathValue("exercise"), "error", err) // an address may hold a secret
	return http.StatusInternalServerError, r.T("error.broken")
}

func isUnavailable(err error) bool {
	temporary, ok := err.(interface{ Unavailable() bool })
	return ok && temporary.Unavailable()
}

func (r *Request) failText(status int, text string) {
	if r.inPlace() {
		r.Writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
		r.Writer.WriteHeader(status)
		_, _ = io.WriteString(r.Writer, text) // whoever has gone does not read it
		return
	}
	r.failed = true
	if status == http.StatusNotFound {
		r.frame = Frame{} // what is foreign looks like what is not there
	}
	if err := r.Show(status, errorPage(r, text)); err != nil {
		r.Server.Log.Warn("error_page_failed", "error", err)
	}
}

// Download answers with a file to be saved, which no browser shows or runs.
func (r *Request) Download(name, media string, data []byte) error {
	return r.DownloadRead(name, media, 0, func() ([]byte, error) { return data, nil })
}

// DownloadRead is Download for what takes so much memory while it is read.
func (r *Request) DownloadRead(name, media string, heavy int64, read func() ([]byte, error)) error {
	sealed := func([]byte) { r.Writer.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox") }
	return r.SendPage(Answer{Name: name, Media: media, Heavy: heavy, Write: func(w io.Writer) error {
		data, err := read()
		if err == nil {
			_, err = w.Write(data)
		}
		return err
	}}, sealed)
}
