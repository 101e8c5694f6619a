package review_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"testing"

	"renkei/internal/exercise/review"
	forms "renkei/internal/exercise/review/report"
	"renkei/internal/i18n"
)

// sheet is a table of figures: rows of cells by the key of their column.
type sheet []map[string]any

// TestTablesAgreeWithANaiveRecount recounts the figures that the spreadsheet
// and the first screen print, those that they add up themselves too.
func TestTablesAgreeWithANaiveRecount(t *testing.T) {
	t.Parallel()
	logs := plays(t)
	for _, name := range []string{"small", "bots 3", "random 5", "meddled 1", "meddled 6", "torn 2", "story 1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, p := readLedger(t, logs[name]), printer(t, "en")
			sheets := sheetsOf(t, load(t, logs[name]), p)
			for key, want := range l.sheets() {
				checkSheet(t, key, sheets[key], want, p)
			}
			checkFacts(t, sheets["summary"], l.facts(), p)
		})
	}
}

// sheetsOf reads the tables of a report from its CSV files, first the heads.
func sheetsOf(tb testing.TB, l *review.Log, p *i18n.Printer) map[string][][]string {
	tb.Helper()
	raw := written(tb, func(w io.Writer) error {
		return forms.CSVZip(w, report(tb, l, review.Reader{For: review.ForExcon}, "en"), p)
	})
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string][][]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		all, err := io.ReadAll(r)
		if err != nil {
			tb.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(all, []byte("\ufeff")))).ReadAll()
		if err != nil {
			tb.Fatal(err)
		}
		out[f.Name[:len(f.Name)-len(".csv")]] = rows
	}
	return out
}

func checkSheet(t *testing.T, name string, got [][]string, want sheet, p *i18n.Printer) {
	t.Helper()
	if len(got) != len(want)+1 {
		t.Errorf("%s has %d rows with its head, want %d", name, len(got), len(want)+1)
		return
	}
	for i, row := range want {
		for key, value := range row {
			at := -1
			for j, head := range got[0] {
				if head == p.T("report.x."+key) {
					at = j
				}
			}
			if at < 0 || !sameFigure(got[i+1][at], value) {
				t.Errorf("%s row %d %s: %v, by the log %v", name, i+1, key, got[i+1], value)
			}
		}
	}
}

// sameFigure compares a cell with a figure, to the millisecond.
func sameFigure(cell string, figure any) bool {
	if figure == nil {
		return cell == ""
	}
	got, err := strconv.ParseFloat(cell, 64)
	want, _ := strconv.ParseFloat(fmt.Sprint(figure), 64)
	return err == nil && math.Abs(got-want) < 0.0011
}

func checkFacts(t *testing.T, got [][]string, want map[string]string, p *i18n.Printer) {
	t.Helper()
	for key, figure := range want {
		found := false
		for _, row := range got {
			found = found || row[0] == p.T("report.fact."+key) && row[1] == figure
		}
		if !found {
			t.Errorf("the first screen lacks %s %s: %v", key, figure, got)
		}
	}
}

// middle is the median of a spread; nil for none.
func middle(spread any) any {
	if s, ok := spread.(obj); ok {
		return s["median"]
	}
	return nil
}

// work counts one unit's injects and tasks, or those of all, as tables show
// them: what is void is left out, and a report is not solved but judged.
type work struct{ out, acked, asked, answered, keyed, solved, late, missing int }

func (w *work) add(u *recounted) {
	for _, g := range u.standing() {
		w.out++
		w.acked += one(g.ack != nil)
	}
	for _, j := range u.jobs {
		answered := j.state() == "answered"
		w.asked += one(!j.void)
		w.answered += one(answered)
		w.keyed += one(answered && j.kind != "report" && j.kind != "file")
		w.solved += one(answered && j.kind != "report" && j.kind != "file" && j.solved)
		w.late += one(answered && j.late)
		w.missing += one(j.state() == "missing")
	}
}

// facts are the figures of the first screen.
func (l *ledger) facts() map[string]string {
	var w work
	made, flows := 0, 0
	for _, u := range l.units {
		w.add(u)
		for _, f := range u.flows {
			flows += one(!f.void)
			made += one(f.status() == "made")
		}
	}
	part := func(n, all int) string {
		if all == 0 {
			return "–"
		}
		return fmt.Sprintf("%d/%d", n, all)
	}
	return map[string]string{
		"acked": part(w.acked, w.out), "answered": part(w.answered, w.asked), "solved": part(w.solved, w.keyed),
		"flows": part(made, flows), "broken": fmt.Sprint(len(l.breaks())),
	}
}

// sheets are the tables' figures.
func (l *ledger) sheets() map[string]sheet {
	out := map[string]sheet{}
	add := func(name string, row map[string]any) { out[name] = append(out[name], row) }
	tree, measures := l.result(), l.measures()["units"].(list)
	for i, u := range l.units {
		result := tree["units"].(list)[i].(fields)
		add("units", l.unitRow(u, result, measures[i].(fields)))
		for _, row := range result["tasks"].(list) {
			f := row.(fields)
			add("tasks", pickFigures(f, "opened", "opened", "due", "due", "first", "first", "took", "first_seconds",
				"attempts", "attempts", "hints", "hints", "points", "points", "max", "max"))
		}
		for _, row := range result["injects"].(list) {
			add("injects", pickFigures(row.(fields), "at", "released", "ackat", "acknowledged", "took", "ack_seconds"))
		}
		for _, p := range l.unitPhases(u) {
			add("phases", pickFigures(p.(fields), "begin", "first", "last", "last", "answered", "done", "asked", "asked"))
		}
	}
	for _, line := range l.expected() {
		for _, s := range line.(obj)["senders"].(list) {
			add("flows", pickFigures(s.(fields), "due", "due", "made", "made", "took", "made_seconds", "via", "via"))
		}
	}
	for _, e := range l.edges() {
		f := e.(obj)
		if f["calls"] == nil {
			f["calls"] = 0
		}
		add("edges", pickFigures(f, "calls", "calls", "messages", "messages", "shares", "shares", "relays", "relays", "begin", "first", "last", "last"))
	}
	for _, s := range l.indicators() {
		row := map[string]any{"reached": len(s.reached), "teams": len(s.teams), "begin": nil, "last": nil}
		if n := len(s.reached); n > 0 {
			row["begin"], row["last"] = seconds(s.reached[0].by.At), seconds(s.reached[n-1].by.At)
		}
		add("indicators", row)
	}
	for _, o := range l.evaluation()["objectives"].(list) {
		for _, c := range o.(obj)["critical_tasks"].(list) {
			for _, r := range c.(obj)["ratings"].(list) {
				add("ratings", pickFigures(r.(fields), "points", "points", "max", "max"))
			}
		}
	}
	return out
}

func (l *ledger) unitRow(u *recounted, result, m fields) map[string]any {
	var w work
	w.add(u)
	return map[string]any{
		"released": w.out, "acked": w.acked, "asked": w.asked, "answered": w.answered, "solved": w.solved, "late": w.late,
		"missing": w.missing, "points": result["points"], "max": result["max"], "ack": middle(m["ack_seconds"]), "reply": middle(m["first_reply_seconds"]),
		"report": middle(m["report_seconds"]), "load": m["load_most"],
	}
}

// pickFigures gives columns the figures of fields: pairs of column and field.
func pickFigures(from map[string]any, pairs ...string) map[string]any {
	row := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		value := from[pairs[i+1]]
		if m, ok := value.(obj); ok {
			value = m["seconds"]
		}
		row[pairs[i]] = value
	}
	return row
}
