package programmepages

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"renkei/internal/programme"
	"renkei/internal/programme/exchange"
	"renkei/internal/sheet"
	"renkei/internal/web"
)

// maxTables is the most that the tables of an event may weigh as a file.
const maxTables = 4 << 20

// exchangeRoutes are the addresses of the tables of an event.
func (p *Pages) exchangeRoutes() []web.Route {
	const tables = home + "/event/{id}/tables"
	return []web.Route{
		{Pattern: "GET " + tables + "/{file}", Need: takes, Handle: p.on(sendTables)},
		{Pattern: "POST " + tables, Need: acts, Handle: p.on(takeTables), Limit: 2*maxTables + web.MaxForm, Upload: true},
	}
}

func tablesPath(event string) string { return home + "/event/" + web.Escape(event) + "/tables" }

// book is what the reader may see of the event of the address as tables, and
// which of them.
func (r *request) book() (*exchange.Book, *exchange.May, []exchange.List, error) {
	b := &exchange.Book{Records: r.records, Event: r.records.Event(r.PathValue("id"))}
	if b.Event == nil {
		return nil, nil, nil, web.ErrNotFound
	}
	may := &exchange.May{
		Author: r.Access.Person, Reason: strings.TrimSpace(r.PostFormValue("reason")), Now: r.now, Conducts: r.may.Conducts(b.Event),
	}
	if may.Reason == "" {
		may.Reason = r.p("done.tables")
	}
	if r.lists(b.Event) {
		v, err := r.attendance()
		if err != nil {
			return nil, nil, nil, err
		}
		b.People, may.Members = v.all, v.own
	}
	return b, may, r.listsOf(b.Event), nil
}

// sendTables sends all tables of an event as a workbook, or one as CSV.
func sendTables(r *request) error {
	b, _, lists, err := r.book()
	if err != nil {
		return err
	}
	name, kind, _ := strings.Cut(r.PathValue("file"), ".")
	if kind == "csv" {
		lists = slices.DeleteFunc(lists, func(l exchange.List) bool { return strings.ToLower(string(l)) != name })
	}
	if len(lists) == 0 || kind != "csv" && (kind != "xlsx" || name != "event") {
		return web.ErrNotFound
	}
	tables := exchange.Tables(b, lists...)
	if kind == "csv" {
		return r.Send(web.Answer{
			Name: b.Event.ID + "-" + name + ".csv", Media: "text/csv; charset=utf-8", Heavy: web.HeavyExport,
			Write: func(w io.Writer) error { return tables[0].WriteCSV(w, true) },
		})
	}
	return r.Send(web.Answer{
		Name: b.Event.ID + ".xlsx", Media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Heavy: web.HeavyExport,
		Write: func(w io.Writer) error { return sheet.WriteXLSX(w, tables...) },
	})
}

// tablesView is what a file changes of an event.
type tablesView struct {
	event  *programme.Event
	plan   exchange.Plan
	file   string // the file in base64, to be taken over
	reason string
}

// takeTables says what a file changes of an event, or changes it.
func takeTables(r *request) error {
	raw, bad := r.tables()
	b, may, lists, err := r.book()
	if err != nil {
		return err
	}
	if !may.Conducts && len(may.Members) == 0 {
		return web.ErrNotFound
	}
	back := pathOf(refer(b.Event))
	again := func(err error) error {
		return r.Redisplay(err, "tables", back, func() error {
			r.SetPathValue("kind", string(programme.KindEvent))
			return showRecord(r)
		})
	}
	if bad != nil {
		return again(bad)
	}
	v := &tablesView{event: b.Event, file: base64.StdEncoding.EncodeToString(raw), reason: may.Reason}
	if v.plan, err = exchange.Open(raw, b, *may); err != nil {
		return again(r.tablesError(err, lists))
	}
	if len(v.plan.Problems) > 0 {
		return r.Show(http.StatusUnprocessableEntity, tablesPage(r, v))
	}
	if r.PostFormValue("do") != "take" || v.plan.N() == 0 {
		return r.Show(http.StatusOK, tablesPage(r, v))
	}
	if err := r.pages.store.TakeTables(r.Context(), r.now, r.Access.Person, b.Event.ID, v.plan.Changes, v.plan.People); err != nil {
		return again(err)
	}
	return r.RedirectText(back, r.T("programme.tables.taken", web.Args("N", v.plan.N())))
}

// tables is the file that was handed in, or that was tried before.
func (r *request) tables() ([]byte, error) {
	if text := r.PostFormValue("tried"); text != "" {
		if err := r.Heavy(web.HeavyTable); err != nil {
			return nil, err
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(raw) > maxTables {
			return nil, web.ErrForm
		}
		return raw, nil
	}
	raw, _, err := r.File("file", maxTables, web.HeavyTable)
	return raw, err
}

// tablesError words why a file cannot be read.
func (r *request) tablesError(err error, lists []exchange.List) error {
	switch {
	case errors.Is(err, exchange.ErrColumns):
		var names []string
		for _, l := range lists {
			names = append(names, string(l))
		}
		return &web.UserError{Text: r.T("programme.tables.columns", web.Args("Lists", r.List(names)))}
	case errors.Is(err, sheet.ErrLarge):
		return &web.UserError{Text: r.T("error.large")}
	case errors.Is(err, sheet.ErrWorkbook), errors.Is(err, sheet.ErrOld), errors.Is(err, sheet.ErrText):
		return &web.UserError{Text: r.T("programme.tables.broken")}
	}
	return err
}

// shownProblems is how many of them, and of people, a page lists.
const shownProblems = 200

// listsOf are the tables of an event that the reader gets.
func (r *request) listsOf(e *programme.Event) (all []exchange.List) {
	if e.Session != nil {
		if r.may.Conducts(e) || r.records.MinutesOf(e.ID) != nil {
			all = append(all, exchange.Minutes)
		}
		all = append(all, exchange.Papers)
	}
	if r.lists(e) {
		all = append(all, exchange.People)
	}
	return all
}

// changeName says what a change is of.
func (r *request) changeName(c *programme.Change) string {
	name := r.say(c.Record.Name())
	switch rec := c.Record.(type) {
	case *programme.Decision:
		name = rec.Code + " " + name
	case *programme.Action:
		name = rec.Code + " " + name
	}
	return r.p("kind."+string(c.Of)) + ": " + name
}
