package pages

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"slices"
	"time"

	"renkei/internal/exercise"
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/pdf"
	"renkei/internal/tabletop/report"
	"renkei/internal/web"
)

// outcome is what there is to take away.
type outcome struct {
	over     bool
	versions []version
	found    []report.Finding // for the facilitator
	actions  *actions         // what commitments have become; nil for nothing to show
}

type version struct{ key, name string }

// versionsOf are the versions that the reader may have: the facilitator all, a
// delegation the room's and its own, who looks on what the room saw and what is
// public.
func versionsOf(r *xpages.Request, s *xpages.Moment) (all []version) {
	add := func(key, name string) { all = append(all, version{key, name}) }
	controls := r.Access.Controls(r.Exercise.ID)
	add(report.ForRoom, r.T("tabletop.version.room"))
	if controls || r.Access.Observes(r.Exercise.ID) {
		add(report.ForPublic, r.T("tabletop.version.public"))
	}
	for _, u := range s.State.Play().Cast.Units {
		if u.IsTeam() && (controls || r.Access.Plays(r.Exercise.ID, u.Key)) {
			add(u.Key, s.UnitName(u.Key))
		}
	}
	return all
}

func (p *places) showOutcome(r *xpages.Request) error {
	v := &outcome{}
	var promises []Promise
	var units []string
	err := r.At(func(s *xpages.Moment) error {
		v.over = s.State.Phase() == exercise.Over
		v.versions = versionsOf(r, s)
		if r.Access.Controls(r.Exercise.ID) {
			promises, units = promisesOf(s)
			v.found = report.Check(report.Make(sourceOf(s), report.ForRoom, r.Printer), s.State)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if v.actions, err = p.actionsOf(r, promises, units); err != nil {
		return err
	}
	return show(r, r.T("tabletop.tab.outcome"), outcomePart(r, v))
}

// sourceOf is of what a report is made.
func sourceOf(s *xpages.Moment) report.Source {
	src := report.Source{State: s.State, Quotes: map[string][]string{}, Made: time.Now()}
	for v := range s.State.Polls() {
		src.Quotes[v.Key] = quotesOf(s, v.Key)
	}
	return src
}

// sendOutcome gives a version of the report: to the facilitator at any time, to
// others once play is over.
func sendOutcome(r *xpages.Request) error {
	format, ok := report.FormatOf(r.PathValue("form"))
	if !ok {
		return web.ErrNotFound
	}
	var made *report.Report
	key := r.PathValue("reader")
	err := r.At(func(s *xpages.Moment) error {
		if !slices.ContainsFunc(versionsOf(r, s), func(v version) bool { return v.key == key }) {
			return web.ErrNotFound
		}
		if s.State.Phase() != exercise.Over && !r.Access.Controls(r.Exercise.ID) {
			return &web.UserError{Text: r.T("tabletop.early")}
		}
		made = report.Make(sourceOf(s), key, r.Printer)
		return nil
	})
	if err != nil {
		return err
	}
	answer := web.Answer{Media: format.MediaType, Write: func(w io.Writer) error {
		err := format.Write(r.Context(), w, made, r.Printer)
		var failed *pdf.BrowserError
		switch {
		case errors.Is(err, pdf.ErrNoBrowser):
			return &web.UserError{Text: r.T("report.no_pdf")}
		case errors.As(err, &failed):
			r.Server.Log.Error("report_not_printed", "exercise", r.Exercise.ID, "error", err)
			return &web.UserError{Text: r.T("report.pdf_failed")}
		}
		return err
	}}
	if format.Ext == "html" && !r.URL.Query().Has("save") {
		return r.SendPage(answer, func(beginning []byte) {
			r.Writer.Header().Set("Content-Security-Policy", ownStyle(beginning))
		})
	}
	answer.Name = "renkei-" + r.Exercise.ID + "-" + key + "." + format.Ext
	return r.Send(answer)
}

// ownStyle is the policy of a page that holds its own style and nothing else; the
// hash says which.
func ownStyle(page []byte) string {
	_, rest, _ := bytes.Cut(page, []byte("<style>"))
	css, _, _ := bytes.Cut(rest, []byte("</style>"))
	sum := sha256.Sum256(css)
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
}

func outcomePath(r *xpages.Request, key, form string) string {
	return r.Path("/outcome/" + web.EscapePath(key) + "/" + form)
}
