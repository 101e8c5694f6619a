package programmepages

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"

	"renkei/internal/database"
	"renkei/internal/pdf"
	"renkei/internal/programme"
	"renkei/internal/programme/report"
	"renkei/internal/programme/store"
	"renkei/internal/web"
)

// homeView is the activities over the years.
type homeView struct {
	years      []string
	rows       []activityRow
	agreements []*programme.Agreement
	decisions  []*programme.Decision
	awards     []*programme.Award
}

// activityRow is an activity with what it had in each year.
type activityRow struct {
	*programme.Activity
	cells []cell
}

// cell is a year of an activity.
type cell struct {
	runs   bool // the activity had begun and had not ended
	events []*programme.Event
}

func showHome(r *request) error {
	v := &homeView{agreements: r.records.Agreements(), decisions: r.records.Decisions(""), awards: r.records.Awards()}
	for _, e := range r.records.Events("") {
		if y := programme.Year(e.Begin); y != "" && e.Activity != "" && !slices.Contains(v.years, y) {
			v.years = append(v.years, y)
		}
	}
	slices.Sort(v.years)
	for _, a := range r.records.Activities() {
		row := activityRow{Activity: a, cells: make([]cell, len(v.years))}
		for i, y := range v.years {
			row.cells[i].runs = runs(a, y)
		}
		for _, e := range r.records.Events(a.ID) {
			if i := slices.Index(v.years, programme.Year(e.Begin)); i >= 0 {
				row.cells[i].events = append(row.cells[i].events, e)
			}
		}
		v.rows = append(v.rows, row)
	}
	return r.Show(http.StatusOK, homePage(r, v))
}

// runs reports whether an activity ran in a year.
func runs(a *programme.Activity, year string) bool {
	begun, ended := programme.Year(a.Begun), programme.Year(a.Ended)
	return (begun != "" || ended != "") && begun <= year && (ended == "" || year <= ended)
}

// mark shows at a glance what became of an event.
func mark(s programme.Status) string {
	switch s {
	case programme.Planned, programme.Drafted:
		return "○"
	case programme.Cancelled:
		return "×"
	}
	return "●"
}

// yearEvents are the events of a year, "" for those without a date.
type yearEvents struct {
	year   string
	events []*programme.Event
}

func showEvents(r *request) error {
	var years []yearEvents
	for _, e := range slices.Backward(r.records.Events("")) {
		y := programme.Year(e.Begin)
		if y == "" {
			y = programme.Year(e.End)
		}
		i := slices.IndexFunc(years, func(v yearEvents) bool { return v.year == y })
		if i < 0 {
			i, years = len(years), append(years, yearEvents{year: y})
		}
		years[i].events = append(years[i].events, e)
	}
	slices.SortStableFunc(years, func(a, b yearEvents) int { return strings.Compare(b.year, a.year) })
	return r.Show(http.StatusOK, eventsPage(r, years))
}

func showFigures(r *request) error {
	var all []programme.Count
	for _, f := range r.records.Figures("") {
		all = append(all, r.records.Count(f))
	}
	return r.Show(http.StatusOK, figuresPage(r, all))
}

// recordView is a record with everything that belongs to it.
type recordView struct {
	rec       programme.Record
	events    []*programme.Event
	figures   []programme.Count
	decisions []*programme.Decision
	history   []store.Step
	duty      *dutyView // of a decision or action with a number; nil for others

	improvements []programme.Improvement // of the exercise played at an event
}

func showRecord(r *request) error {
	rec, err := r.record()
	if err != nil {
		return err
	}
	switch rec := rec.(type) {
	case *programme.Paper:
		return r.Back(meetingPath(rec.Meeting) + "#papers")
	case *programme.Minutes:
		return r.Back(meetingPath(rec.Meeting) + "#record")
	}
	v := &recordView{rec: rec, duty: r.dutyOf(rec)}
	if err := r.improve(v); err != nil {
		return err
	}
	switch rec.Kind() {
	case programme.KindActivity:
		v.events, v.decisions = r.records.Events(rec.Key()), r.records.Decisions(rec.Key())
	case programme.KindAgreement: // what came of it
		if a, ok := rec.(*programme.Agreement); ok && a.Activity != "" {
			v.events = r.records.Events(a.Activity)
		}
	case programme.KindFigure:
		v.figures = []programme.Count{r.records.Count(r.records.Figure(rec.Key()))}
	}
	if rec.Kind() != programme.KindFigure {
		for _, f := range r.records.Figures(rec.Key()) {
			v.figures = append(v.figures, r.records.Count(f))
		}
	}
	revisions, err := r.pages.store.History(r.Context(), rec.Kind(), rec.Key())
	if err != nil {
		return err
	}
	for _, rev := range revisions {
		v.history = append(v.history, store.Step{Revision: rev, By: r.author(rev.Author)})
	}
	return r.Show(r.Status(), recordPage(r, v))
}

// author is what somebody is called who changed a record.
func (r *request) author(id string) string {
	if id == "" {
		return r.T("programme.history.program")
	}
	return r.Server.Auth.Name(r.Context(), id)
}

// piece is what is known of a record, as the report shows it.
func (r *request) piece(rec programme.Record) (*programme.Report, error) {
	e := &programme.Edition{Head: programme.Head{ID: "record"}, Sections: []programme.Section{
		{ID: "record", Blocks: []programme.Block{{Show: programme.ShowFacts, Of: []string{rec.Key()}}}},
	}}
	from, err := programme.Gather(r.Context(), r.records, r.pages.from, e, r.Printer)
	if err != nil {
		return nil, err
	}
	from.Drafts = true
	return programme.Compose(e, from, r.Printer)
}

func showReports(r *request) error {
	editions := r.records.Editions()
	slices.Reverse(editions)
	return r.Show(http.StatusOK, reportsPage(r, editions))
}

// reportView is a report on a page.
type reportView struct {
	edition *programme.Edition
	report  *programme.Report
	frozen  *store.Frozen // nil where it follows the records
}

// report is the report of the edition of the address, frozen or as it is now.
func (r *request) report() (*reportView, error) {
	v := &reportView{edition: r.records.Edition(r.PathValue("edition"))}
	if v.edition == nil {
		return nil, web.ErrNotFound
	}
	var err error
	if v.frozen, err = r.pages.store.Frozen(r.Context(), v.edition.ID, r.Printer.Lang()); err != nil {
		return nil, err
	}
	if v.frozen != nil {
		v.report = v.frozen.Report.Corrected(r.records.Errata(v.edition.ID))
		return v, nil
	}
	v.report, err = r.pages.compose(r.Context(), r.records, v.edition, r.Printer)
	return v, err
}

func showReport(r *request) error {
	v, err := r.report()
	if err != nil {
		return err
	}
	if err := v.report.Illustrate(r.records, nil); err != nil {
		return err
	}
	return r.Show(http.StatusOK, reportPage(r, v))
}

// sendReport sends the report as a file: report.html, report.pdf or report.json.
func sendReport(r *request) error {
	form, ok := strings.CutPrefix(r.PathValue("file"), "report.")
	if !ok || !slices.Contains(report.Formats(), form) {
		return web.ErrNotFound
	}
	v, err := r.report()
	if err != nil {
		return err
	}
	if err := r.Heavy(heavyReport); err != nil {
		return err
	}
	if err := v.report.Illustrate(r.records, func(hash string) ([]byte, error) { return r.pages.store.ReadFile(r.Context(), hash) }); err != nil {
		return err
	}
	var b bytes.Buffer
	media := "text/html; charset=utf-8"
	switch form {
	case "json":
		media = "application/json"
		err = report.JSON(&b, v.report)
	case "docx":
		media = report.MediaDOCX
		err = report.DOCX(&b, v.report, r.Printer)
	case "pdf":
		media = "application/pdf"
		err = report.PDF(r.Context(), &b, v.report, r.Printer)
	default:
		err = report.HTML(&b, v.report, r.Printer)
	}
	var failed *pdf.BrowserError
	switch {
	case errors.Is(err, pdf.ErrNoBrowser):
		return &web.UserError{Text: r.Printer.T("web.report.no_pdf")}
	case errors.As(err, &failed):
		r.Server.Log.Error("report_not_printed", "edition", v.edition.ID, "error", err)
		return &web.UserError{Text: r.Printer.T("web.report.pdf_failed")}
	case err != nil:
		return err
	}
	return r.Download("report-"+v.edition.ID+"-"+r.Printer.Lang()+"."+form, media, b.Bytes())
}

// heavyReport is the memory that making a report may take, in bytes.
const heavyReport = 64 << 20

// freeze keeps the report of an edition in all languages as it is.
func freeze(r *request) error {
	e := r.records.Edition(r.PathValue("edition"))
	if e == nil {
		return web.ErrNotFound
	}
	var all []*programme.Report
	for _, lang := range languages() {
		made, err := r.pages.compose(r.Context(), r.records, e, r.Server.Texts.For(lang))
		if err != nil {
			return err
		}
		all = append(all, made)
	}
	said := "programme.report.froze"
	err := r.pages.store.Freeze(r.Context(), r.now, r.Access.Person, all...)
	if errors.Is(err, database.ErrExists) {
		said, err = "programme.report.frozen.already", nil
	}
	if err != nil {
		return err
	}
	return r.RedirectWith(home+"/report/"+web.Escape(e.ID), said)
}
