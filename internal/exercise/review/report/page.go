package report

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"unicode"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

//go:embed style.css
var ownStyle string

// HTML writes the report as one page in the printer's language: no script, no
// reference to anything outside itself. The same report gives the same bytes.
func HTML(w io.Writer, r *review.Report, p *i18n.Printer) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := layout(newPage(r, p)).Render(context.Background(), b); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// Bounds of what is shown one by one. Above them the page counts, folds and
// shows groups, so that it stays readable and small with 500 teams.
const (
	maxRing   = 24    // teams in the picture of the flow
	maxOpen   = 40    // units whose sections are unfolded and whose marks are links
	maxEvents = 20000 // cited events that are embedded
	maxRows   = 400   // rows of a list; the spreadsheet has all
)

// page is a report with what its parts look up again and again.
type page struct {
	*words
	r         *review.Report
	units     map[string]*review.UnitResult
	measures  map[string]*review.UnitMeasure
	timelines map[string]*review.Timeline
	teams     []*review.UnitResult
	cells     map[string][]*review.UnitResult // by team
	flowTitle map[string]string
	shown     map[uint64]bool // events that are embedded
	rated     map[string][]ratedTask
	ofTask    map[string]review.MeasureSet // by task
	trails    map[trailOf]review.Evidence
	end       review.Span // right end of every time axis
}

func newPage(r *review.Report, p *i18n.Printer) *page {
	pg := &page{
		words: newWords(r, p), r: r,
		units: map[string]*review.UnitResult{}, measures: map[string]*review.UnitMeasure{},
		timelines: map[string]*review.Timeline{}, cells: map[string][]*review.UnitResult{},
		flowTitle: map[string]string{}, shown: map[uint64]bool{},
	}
	for i := range r.Result.Units {
		u := &r.Result.Units[i]
		pg.units[u.Key] = u
		if u.Parent == "" {
			pg.teams = append(pg.teams, u)
		} else {
			pg.cells[u.Parent] = append(pg.cells[u.Parent], u)
		}
	}
	for i := range r.Measures.Units {
		pg.measures[r.Measures.Units[i].Unit] = &r.Measures.Units[i]
	}
	for i := range r.Timelines {
		pg.timelines[r.Timelines[i].Unit] = &r.Timelines[i]
	}
	for key, title := range r.Titles {
		if flow, ok := strings.CutPrefix(key, "flow:"); ok {
			pg.flowTitle[flow] = clean(title)
		}
	}
	pg.rate()
	pg.follow()
	pg.embed()
	pg.end = pg.lastMoment()
	return pg
}

// lastMoment is where the exercise or its log ended, at least a minute.
func (pg *page) lastMoment() review.Span {
	end := review.Span(60 * exercise.Second)
	if m := pg.r.Result.Exercise.Last; m != nil {
		end = max(end, m.Seconds)
	}
	if e := pg.r.Result.Exercise.Ended; e != nil {
		end = max(end, e.Seconds)
	}
	return end
}

// many reports whether there are too many units to show each at length.
func (pg *page) many() bool { return len(pg.r.Result.Units) > maxOpen }

// forUnit is the unit for which the report is, "" for the other readers.
func (pg *page) forUnit() string {
	switch pg.r.Reader.For {
	case review.ForExcon, review.ForPublic, "":
		return ""
	}
	return pg.r.Reader.For
}

// words says things in the reader's language.
type words struct {
	p      *i18n.Printer
	r      *review.Report
	texts  map[string]string // those without arguments, looked up once
	unitNo map[string]int    // for anchors, which must hold no free text
}

func newWords(r *review.Report, p *i18n.Printer) *words {
	w := &words{p: p, r: r, texts: map[string]string{}, unitNo: map[string]int{}}
	for i := range r.Result.Units {
		w.unitNo[r.Result.Units[i].Key] = i + 1
	}
	return w
}

// t gives a text of the interface catalogue below "report.".
func (w *words) t(key string, args ...i18n.Args) string {
	if len(args) > 0 {
		return w.p.T("report."+key, args...)
	}
	s, ok := w.texts[key]
	if !ok {
		s = w.p.T("report." + key)
		w.texts[key] = s
	}
	return s
}

// pick gives a text in the reader's language, else in English, else in
// whichever comes first.
func (w *words) pick(t scenario.Text) string {
	if s := t.In(w.p.Lang(), "en"); s != "" {
		return clean(s)
	}
	first := ""
	for lang, s := range t {
		if s != "" && (first == "" || lang < first) {
			first = lang
		}
	}
	return clean(t[first])
}

// title is what the exercise is called, or that it was one.
func (pg *page) title() string {
	if s := pg.pick(pg.r.Result.Exercise.Title); s != "" {
		return s
	}
	date := ""
	if pg.r.Result.Exercise.Started != nil {
		date, _, _ = strings.Cut(minute(pg.r.Result.Exercise.Started.Wall), " ")
	}
	return pg.t("untitled", args{"Date": date})
}

// unit names a unit; cells stand with their team's name before them.
func (w *words) unit(key string) string {
	if name := w.r.Names[key]; name != "" {
		return clean(name)
	}
	return clean(key)
}

// endName names a sender or receiver.
func (w *words) endName(end string) string {
	key := strings.TrimPrefix(end, exercise.EndUnit)
	if name, ok := w.r.Names[key]; ok {
		return clean(name)
	}
	if name := w.r.Titles[end]; name != "" {
		return clean(name)
	}
	return clean(strings.TrimPrefix(key, exercise.EndPersona))
}

func (w *words) endNames(ends []string) string {
	names := make([]string, len(ends))
	for i, e := range ends {
		names[i] = w.endName(e)
	}
	return strings.Join(names, w.t("sep"))
}

// phase names a phase.
func (w *words) phase(key string) string {
	if s := w.r.Titles["phase:"+key]; s != "" {
		return clean(s)
	}
	return clean(key)
}

// inject names an inject: its key alone where the reader may not know more.
func (w *words) inject(key string) string { return clean(w.r.Titles["inject:"+key]) }

// length says how long something took: "3 min 5 s".
func (w *words) length(s review.Span) string {
	sec := int64(s) / int64(exercise.Second)
	args := i18n.Args{"H": sec / 3600, "M": sec / 60 % 60, "S": sec % 60}
	switch {
	case sec >= 3600:
		return w.p.T("review.span.h", args)
	case sec >= 60:
		return w.p.T("review.span.m", args)
	}
	return w.p.T("review.span.s", args)
}

const nought = "–" // nothing to count

// median says a spread's middle, short.
func median(s *review.Spread) string {
	if s == nil {
		return nought
	}
	return shortClock(s.Median)
}

func spanClock(s *review.Span) string {
	if s == nil {
		return nought
	}
	return shortClock(*s)
}

// shortClock gives "m:ss", or "h:mm:ss" from an hour on.
func shortClock(s review.Span) string {
	sec := int64(s) / int64(exercise.Second)
	if sec >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", sec/3600, sec/60%60, sec%60)
	}
	return fmt.Sprintf("%d:%02d", sec/60, sec%60)
}

func clockOf(m *review.Moment) string {
	if m == nil {
		return nought
	}
	return m.Clock
}

// num writes a count with a comma between thousands.
func num(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// share says "n of all" in figures; a dash where there is nothing.
func share(n, all int) string {
	if all == 0 {
		return nought
	}
	return num(n) + "/" + num(all)
}

// clean drops what a text could disturb the page with: control characters,
// marks that turn the direction of writing, and bytes that are not UTF-8.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069,
			r == 0x200e, r == 0x200f, r == 0x061c, r == 0xfeff:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	rs := []rune(s)
	if len(rs) <= n {
		return s
	}
	return string(rs[:n-1]) + "…"
}
