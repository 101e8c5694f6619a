package programmepages

import (
	"net/http"
	"strconv"
	"time"

	"renkei/internal/programme"
	"renkei/internal/web"
)

// yearView is what is due in a year, by month.
type yearView struct {
	year   int
	months [12][]programme.Due
}

// showYear shows what is due in this year, or in another.
func showYear(r *request) error {
	year, err := r.yearOf()
	if err != nil {
		return err
	}
	v := &yearView{year: year}
	v.months = r.records.Year(v.year, r.now)
	return r.Show(http.StatusOK, yearPage(r, v))
}

func yearPath(year int) string { return home + "/year?y=" + strconv.Itoa(year) }

// monthName is a month in words.
func (r *request) monthName(i int) string {
	return r.T("programme.month." + strconv.Itoa(i+1))
}

// dueText says what is due.
func (r *request) dueText(d *programme.Due) string {
	return r.T("programme.due."+string(d.Kind), web.Args("Title", r.say(d.Of.Name()), "Code", codeOf(d.Of), "Days", d.Days))
}

// codeOf is the number of a record; "" where it has none.
func codeOf(rec programme.Record) string {
	switch rec := rec.(type) {
	case *programme.Action:
		return rec.Code
	case *programme.Event:
		if rec.Session != nil {
			return rec.Session.Code
		}
	}
	return ""
}

// isNow reports whether a month of the shown year is the present one.
func (v *yearView) isNow(r *request, month int) bool {
	return v.year == r.now.Year() && time.Month(month+1) == r.now.Month()
}
