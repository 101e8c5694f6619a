package web

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/eventrows"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/review"
	"renkei/internal/sheet"
)

// downloadRoutes are what people take away: reports and logs.
func downloadRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/report", need: observes, handle: sendReport},
		{pattern: "GET /x/{exercise}/report/{unit...}", need: readsUnit, handle: sendUnitReport},
		{pattern: "GET /x/{exercise}/log.jsonl", need: controls, handle: sendLog},
		{pattern: "GET /x/{exercise}/extract/{unit...}", need: readsUnit, handle: sendExtract},
	}
}

// sendReport gives the whole report to EXCON, at any time, or the public one,
// without names, to who watches play.
func sendReport(r *request) error {
	reader := r.FormValue("for")
	if !slices.Contains(r.wholeReaders(), reader) {
		return errAbsent
	}
	if reader == review.ForPublic && !r.isOver() {
		return &problem{r.t("report.early")}
	}
	return r.sendReportFor(reader)
}

// sendUnitReport gives a unit its own, once play is over.
func sendUnitReport(r *request) error {
	may := false
	r.hall.Live.Now(func(m *follow.Moment) { may = r.access.ReadsReport(r.hall.ID, m.State, r.u) })
	switch {
	case !may && r.access.Evaluates(r.hall.ID, r.unit):
		return &problem{r.t("report.blind")}
	case !may:
		return errAbsent
	case !r.isOver() && !r.access.Controls(r.hall.ID):
		return &problem{r.t("report.early")}
	}
	return r.sendReportFor(r.unit)
}

// media are the types of what is handed out.
func media(form string) string {
	switch form {
	case "html":
		return "text/html; charset=utf-8"
	case "pdf":
		return "application/pdf"
	case "xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case "csv":
		return "text/csv; charset=utf-8"
	case "csv.zip":
		return "application/zip"
	case "json", "results":
		return "application/json"
	case "jsonl":
		return "application/jsonl"
	case "summary":
		return "text/markdown; charset=utf-8"
	}
	return ""
}

// endings are the names of files of a form, where they are not the form's.
func endings(form string) string {
	switch form {
	case "results":
		return "json"
	case "summary":
		return "md"
	}
	return form
}

func (r *request) sendReportFor(reader string) error {
	form := cmp.Or(r.FormValue("form"), "html")
	if media(form) == "" || form == "jsonl" || r.hall.Report == nil {
		return errAbsent
	}
	var b bytes.Buffer
	err := r.hall.Report(r.Context(), &b, ReportOptions{For: reader, Form: form, Printer: r.p})
	switch {
	case errors.Is(err, ErrNoPDF):
		return &problem{r.t("report.no_pdf")}
	case errors.Is(err, ErrNoForm):
		return errAbsent
	case err != nil:
		return fmt.Errorf("report for %s: %w", reader, err)
	}
	what := "report-" + reader
	if form == "results" || form == "summary" {
		what = form
	}
	if form == "html" && !r.URL.Query().Has("save") {
		r.w.Header().Set("Content-Security-Policy", reportPolicy(b.Bytes()))
	} else {
		r.attach(r.fileName(what, endings(form)))
	}
	return r.sendBytes(media(form), b.Bytes())
}

// reportPolicy is that of a report as a page: it holds its own style and
// nothing else, and the hash says which.
func reportPolicy(page []byte) string {
	style := "'none'"
	if _, rest, ok := bytes.Cut(page, []byte("<style>")); ok {
		css, _, _ := bytes.Cut(rest, []byte("</style>"))
		sum := sha256.Sum256(css)
		style = "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + style + "; img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
}

// fileName is how a file is called that leaves the house.
func (r *request) fileName(what, ending string) string {
	return strings.ReplaceAll("renkei-"+r.hall.ID+"-"+what, "/", "-") + "." + ending
}

// attach makes the answer a file.
func (r *request) attach(name string) {
	r.w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// sendBytes answers with what is made already, packed where that helps.
func (r *request) sendBytes(kind string, data []byte) error {
	h := r.w.Header()
	h.Set("Content-Type", kind)
	h.Set("Vary", "Accept-Encoding")
	var out io.Writer = r.w
	if r.takesGzip() && !strings.Contains(kind, "zip") && !strings.Contains(kind, "spreadsheet") {
		h.Set("Content-Encoding", "gzip")
		packed := r.s.packer()
		defer r.s.packers.Put(packed)
		packed.Reset(r.w)
		defer packed.Close() //nolint:errcheck // the reader has gone
		out = packed
	}
	_, err := out.Write(data)
	return err
}

// sendCSV answers with a table for spreadsheets; the first row has the headings.
func (r *request) sendCSV(name string, rows [][]string) error {
	table := sheet.Table{Head: rows[0], Rows: rows[1:]}
	var b bytes.Buffer
	if err := table.WriteCSV(&b, true); err != nil {
		return err
	}
	r.attach(name)
	return r.sendBytes(media("csv"), b.Bytes())
}

// sendLog gives the log as its file form. What went wrong on the way breaks the
// download off: half a log must not look whole.
func sendLog(r *request) error {
	if r.hall.WriteLog == nil {
		return errAbsent
	}
	r.attach(r.fileName("log", "jsonl"))
	r.w.Header().Set("Content-Type", media("jsonl"))
	out := &counted{ResponseWriter: r.w}
	err := r.hall.WriteLog(r.Context(), out, 0)
	if err == nil || out.bytes == 0 {
		return err
	}
	r.s.Log.Error("log_broken_off", "exercise", r.hall.ID, "error", err)
	panic(http.ErrAbortHandler)
}

// sendExtract gives what a unit saw, and nothing else.
func sendExtract(r *request) error {
	var rows []eventrows.Row
	r.hall.Live.Now(func(m *follow.Moment) {
		rows, _ = eventrows.Rows(m, eventrows.Options{Viewer: r.viewer(), Plain: r.onlyObserves()})
	})
	switch cmp.Or(r.FormValue("form"), "csv") {
	case "json":
		data, err := json.MarshalIndent(rows, "", "  ")
		if err != nil {
			return fmt.Errorf("write extract: %w", err)
		}
		r.attach(r.fileName("log-"+r.unit, "json"))
		return r.sendBytes(media("json"), data)
	case "csv":
		return r.sendCSV(r.fileName("log-"+r.unit, "csv"), r.extractTable(rows))
	}
	return errAbsent
}

func (r *request) extractTable(rows []eventrows.Row) [][]string {
	head := []string{}
	for _, c := range []string{"n", "clock", "wall", "type", "unit", "inject", "task", "flow", "from", "to", "tlp", "text", "items", "points", "by"} {
		head = append(head, r.t("extract."+c))
	}
	table := [][]string{head}
	for i := range rows {
		x := &rows[i]
		by := ""
		if x.Actor != "" {
			by = r.actorOf(x.Actor)
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
	return decimal(*p)
}

// actorOf is who did something, outside a look.
func (r *request) actorOf(id string) string {
	if !strings.HasPrefix(id, "bot/") && id != exercise.Clock().ID && id != exercise.Excon().ID {
		return r.s.Auth.Name(r.Context(), id)
	}
	name := ""
	r.hall.Live.Now(func(m *follow.Moment) { name = (&scene{m, m.State, r}).actorName(id) })
	return name
}
