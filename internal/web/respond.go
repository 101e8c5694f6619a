package web

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/review/report"
)

// elsewhere leads somebody on in place of an answer.
type elsewhere struct{ path string }

func (e *elsewhere) Error() string { return "web: it is at " + e.path }

// gone is what was there, and why it is no more.
type gone struct{ text string }

func (e *gone) Error() string { return "web: gone: " + e.text }

// show writes a page, packed for poor links.
func (r *request) show(status int, c templ.Component) error {
	r.said = r.hear()
	h := r.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding")
	if !r.takesGzip() {
		r.w.WriteHeader(status)
		return r.write(c, r.w)
	}
	h.Set("Content-Encoding", "gzip")
	r.w.WriteHeader(status)
	packed := r.s.packer()
	defer r.s.packers.Put(packed)
	packed.Reset(r.w)
	return errors.Join(r.write(c, packed), packed.Close())
}

func (r *request) write(c templ.Component, w io.Writer) error {
	if err := c.Render(r.Context(), w); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

func (r *request) takesGzip() bool { return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") }

// isPart reports whether htmx asks for the part of a page that changes.
func (r *request) isPart() bool { return strings.EqualFold(r.Header.Get("HX-Request"), "true") }

// byScript reports whether our script has sent a form, so that the page stays
// where it is: it wants a sentence, and where to go.
func (r *request) byScript() bool { return r.Header.Get("Renkei-Send") != "" }

// done answers a form that has done its work: the page at path confirms it with
// the sentence of that key, "" for none.
func (r *request) done(path, key string) error {
	text := ""
	if key != "" {
		text = r.t(key)
	}
	return r.doneText(path, text)
}

// doneText is done with a sentence.
func (r *request) doneText(path, text string) error {
	if r.byScript() {
		h := r.w.Header()
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("Renkei-To", path)
		_, err := io.WriteString(r.w, text)
		return err
	}
	if text != "" {
		r.setCookie(saidCookie, base64.RawURLEncoding.EncodeToString([]byte(text)), 60)
	}
	return r.back(path)
}

// hear reads what the form before has to confirm, once.
func (r *request) hear() string {
	c, err := r.Cookie(saidCookie)
	if err != nil || r.isPart() {
		return r.said
	}
	text, err := base64.RawURLEncoding.DecodeString(c.Value)
	r.setCookie(saidCookie, "", -1)
	if err != nil {
		return ""
	}
	return string(text)
}

// back leads to a page.
func (r *request) back(path string) error {
	http.Redirect(r.w, r.Request, path, http.StatusSeeOther)
	return nil
}

// fail answers with the page of an error.
func (r *request) fail(err error) {
	if errors.Is(err, errStranger) && r.Method == http.MethodGet && !r.isPart() {
		_ = r.back("/?to=" + escape(r.URL.RequestURI())) // a redirect cannot fail
		return
	}
	if errors.Is(err, context.Canceled) {
		return // nobody waits for the answer
	}
	if to := (*elsewhere)(nil); errors.As(err, &to) {
		_ = r.back(to.path) // a redirect cannot fail
		return
	}
	status, text := r.failure(err)
	r.failText(status, text)
}

// failure is the status and the sentence of an error.
func (r *request) failure(err error) (status int, text string) {
	var refused *exercise.Refusal
	var mend *problem
	var large *http.MaxBytesError
	var closed *hosting.ClosedError
	var often *tooOften
	var over *gone
	switch {
	case errors.As(err, &often):
		return r.wait(often)
	case errors.As(err, &over):
		return http.StatusGone, over.text
	case errors.Is(err, errStranger), errors.Is(err, errAbsent):
		return http.StatusNotFound, r.t("error.absent")
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge, r.t("error.large")
	case errors.Is(err, errCross):
		return http.StatusForbidden, r.t("error.cross")
	case errors.Is(err, errForm):
		return http.StatusBadRequest, r.t("error.form")
	case errors.As(err, &closed):
		r.s.Log.Warn("exercise_closed", "route", r.Pattern, "exercise", r.PathValue("exercise"), "code", closed.Code, "reason", closed.Err)
		return http.StatusServiceUnavailable, r.t("closed." + closed.Code)
	case errors.Is(err, report.ErrNoBrowser):
		return http.StatusServiceUnavailable, r.t("closed.no_pdf")
	case errors.Is(err, report.ErrNoFormat):
		return http.StatusNotFound, r.t("error.absent")
	case errors.Is(err, auth.ErrBusy):
		return http.StatusServiceUnavailable, r.t("error.busy")
	case errors.As(err, &mend):
		return http.StatusUnprocessableEntity, mend.text
	case errors.As(err, &refused):
		return http.StatusConflict, r.p.T("refusal."+refused.Code, refused.ArgsIn(r.p.Lang(), "en"))
	}
	r.s.Log.Error("request_failed", "route", r.Pattern, "exercise", r.PathValue("exercise"), "error", err) // an address may hold a secret
	return http.StatusInternalServerError, r.t("error.broken")
}

func (r *request) failText(status int, text string) {
	if r.byScript() {
		r.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		r.w.WriteHeader(status)
		_, _ = io.WriteString(r.w, text) // whoever has gone does not read it
		return
	}
	r.failed = true
	if status == http.StatusNotFound {
		r.hall, r.unit = nil, "" // what is foreign looks like what is not there
	}
	if err := r.show(status, errorPage(r, text)); err != nil {
		r.s.Log.Warn("error_page_failed", "error", err)
	}
}

// download answers with a file to be saved, which no browser shows or runs.
func (r *request) download(name, media string, data []byte) error {
	h := r.w.Header()
	h.Set("Content-Type", media)
	r.attach(name)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	_, err := r.w.Write(data)
	return err
}
