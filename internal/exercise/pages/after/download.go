package after

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/eventrows"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	"renkei/internal/pdf"
	"renkei/internal/web"
)

// DownloadRoutes are what people take away: reports and logs.
func DownloadRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/report", Need: pages.Observes, Handle: sendReport, Replaced: true},
		{Pattern: "GET /x/{exercise}/report/{unit...}", Need: pages.ReadsUnit, Handle: sendUnitReport, Replaced: true},
		{Pattern: "GET /x/{exercise}/log.jsonl", Need: pages.Controls, Handle: sendLog},
		{Pattern: "GET /x/{exercise}/extract/{unit...}", Need: pages.ReadsUnit, Handle: sendExtract, Replaced: true},
	}
}

// sendReport gives the whole report to EXCON, at any time, or the public one,
// without names, to who watches play.
func sendReport(r *pages.Request) error {
	reader := r.FormValue("for")
	if !slices.Contains(wholeReaders(r), reader) {
		return web.ErrNotFound
	}
	if reader == review.ForPublic && !r.IsOver() {
		return &web.UserError{Text: r.T("report.early")}
	}
	return sendReportFor(r, reader)
}

// sendUnitReport gives a unit its own, once play is over.
func sendUnitReport(r *pages.Request) error {
	may := false
	r.Exercise.Live.Now(func(m *follow.Moment) { may = r.Access.ReadsReport(r.Exercise.ID, m.State, r.UnitIndex) })
	switch {
	case !may && r.Access.Evaluates(r.Exercise.ID, r.Unit):
		return &web.UserError{Text: r.T("report.blind")}
	case !may:
		return web.ErrNotFound
	case !r.IsOver() && !r.Access.Controls(r.Exercise.ID):
		return &web.UserError{Text: r.T("report.early")}
	}
	return sendReportFor(r, r.Unit)
}

func sendReportFor(r *pages.Request, reader string) error {
	format, ok := report.FormatOf(cmp.Or(r.FormValue("form"), report.HTMLFormat), reader)
	if !ok {
		return web.ErrNotFound
	}
	answer := web.Answer{Media: format.MediaType, Write: func(w io.Writer) error {
		err := r.Exercise.Report(r.Context(), w, hosting.ReportOptions{For: reader, Format: format.Name, Printer: r.Printer})
		var failed *pdf.BrowserError
		switch {
		case errors.As(err, &failed):
			r.Server.Log.Error("report_not_printed", "exercise", r.Exercise.ID, "error", err)
			return &web.UserError{Text: r.T("report.pdf_failed")}
		case errors.Is(err, pdf.ErrNoBrowser):
			return &web.UserError{Text: r.T("report.no_pdf")}
		case err != nil:
			return fmt.Errorf("report for %s: %w", reader, err)
		}
		return nil
	}}
	if format.Name == report.HTMLFormat && !r.URL.Query().Has("save") {
		return r.SendPage(answer, func(beginning []byte) {
			r.Writer.Header().Set("Content-Security-Policy", pages.OwnStylePolicy(beginning))
		})
	}
	what := "report-" + reader
	if format.ExconOnly {
		what = format.Name
	}
	answer.Name = fileName(r, what, format.Ext)
	return r.Send(answer)
}

// fileName is the name of a downloaded file.
func fileName(r *pages.Request, what, ending string) string {
	return strings.ReplaceAll("renkei-"+r.Exercise.ID+"-"+what, "/", "-") + "." + ending
}

// sendLog gives the log as its file form. What went wrong on the way breaks the
// download off: half a log must not look whole.
func sendLog(r *pages.Request) error {
	r.Attach(fileName(r, "log", "jsonl"))
	r.Writer.Header().Set("Content-Type", web.MediaJSONL)
	out := &web.Counted{ResponseWriter: r.Writer}
	err := r.Exercise.WriteLog(r.Context(), out, 0)
	if err == nil || out.Bytes == 0 {
		return err
	}
	r.Server.Log.Error("log_broken_off", "exercise", r.Exercise.ID, "error", err)
	panic(http.ErrAbortHandler)
}

// sendExtract gives what a unit saw, and nothing else.
func sendExtract(r *pages.Request) error {
	read := func() (rows []eventrows.Row) {
		r.Exercise.Live.Now(func(m *follow.Moment) {
			rows, _ = eventrows.Rows(m, eventrows.Options{Viewer: r.Viewer(), Plain: r.OnlyObserves()})
		})
		return rows
	}
	switch cmp.Or(r.FormValue("form"), "csv") {
	case "json":
		return r.Send(web.Answer{Name: fileName(r, "log-"+r.Unit, "json"), Media: web.MediaJSON, Heavy: web.HeavyExport, Write: func(w io.Writer) error {
			data, err := json.MarshalIndent(read(), "", "  ")
			if err == nil {
				_, err = w.Write(data)
			}
			return err
		}})
	case "csv":
		return r.SendRows(fileName(r, "log-"+r.Unit, "csv"), func() ([][]string, error) { return extractTable(r, read()), nil })
	}
	return web.ErrNotFound
}

func extractTable(r *pages.Request, rows []eventrows.Row) [][]string {
	head := []string{}
	for _, c := range []string{"n", "clock", "wall", "type", "unit", "inject", "task", "flow", "from", "to", "tlp", "text", "items", "points", "by"} {
		head = append(head, r.T("extract."+c))
	}
	table := [][]string{head}
	for i := range rows {
		x := &rows[i]
		by := ""
		if x.Actor != "" {
			by = actorOf(r, x.Actor)
		}
		table = append(table, []string{
			strconv.FormatUint(x.N, 10), x.Clock, x.Wall.Format(time.RFC3339), string(x.Type), x.Unit, x.Inject, x.Task, x.Flow, x.From,
			strings.Join(x.To, " "), x.TLP, x.Text, strings.Join(append(slices.Clone(x.Items), pairs(x.Parts)...), "\n"), points(x.Points), by,
		})
	}
	return table
}

// pairs are the parts of a form as lines.
func pairs(parts map[string]string) (lines []string) {
	for k, v := range parts {
		lines = append(lines, k+": "+v)
	}
	slices.Sort(lines)
	return lines
}

func points(p *float64) string {
	if p == nil {
		return ""
	}
	return web.Decimal(*p)
}

// actorOf is who did something, outside a look.
func actorOf(r *pages.Request, id string) string {
	if exercise.IsPerson(id) {
		return r.Server.Auth.Name(r.Context(), id)
	}
	name := ""
	r.Exercise.Live.Now(func(m *follow.Moment) { name = (&pages.Moment{Moment: m, State: m.State, Request: r}).ActorName(id) })
	return name
}
