package report

import (
	"cmp"
	"slices"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// sums are the counts of the first screen, over what the report holds.
type sums struct {
	out, acked                         int // injects
	asked, answered, late, missing     int // tasks, void ones left out
	judged, solved                     int // of those answered that the engine can judge
	flows, flowMade, flowLate, flowNot int
}

func (pg *page) sums() sums {
	if pg.forUnit() != "" {
		return pg.unitSums()
	}
	return pg.allSums()
}

// allSums are those over all units, whoever reads.
func (pg *page) allSums() sums {
	var s sums
	t := &pg.r.Result.Totals
	for i := range t.Injects {
		s.out += t.Injects[i].Released
		s.acked += t.Injects[i].Acknowledged
	}
	for i := range t.Tasks {
		k := &t.Tasks[i]
		s.asked += k.Asked - k.Void
		s.answered += k.Answered
		s.late += k.Late
		s.missing += k.Missing
		if !handedIn(k.Type) {
			s.judged += k.Answered
			s.solved += k.Solved
		}
	}
	for i := range t.Flows {
		f := &t.Flows[i]
		s.flows += f.Made + f.Late + f.Missing + f.Expected
		s.flowMade += f.Made
		s.flowLate += f.Late
		s.flowNot += f.Missing
	}
	return s
}

// unitSums are those of the units that the report shows: the unit and its cells.
func (pg *page) unitSums() sums {
	var s sums
	for u := range pg.r.Result.Units {
		unit := &pg.r.Result.Units[u]
		for i := range unit.Injects {
			if in := &unit.Injects[i]; in.Status == exercise.InjectOut {
				s.out++
				s.acked += one(in.Acknowledged != nil)
			}
		}
		for i := range unit.Tasks {
			s.addTask(&unit.Tasks[i])
		}
		for i := range unit.Flows {
			s.addFlow(&unit.Flows[i])
		}
	}
	return s
}

func (s *sums) addTask(t *review.TaskResult) {
	if t.Status == review.TaskVoid {
		return
	}
	s.asked++
	s.missing += one(t.Status == review.TaskMissing)
	if t.Status != review.TaskAnswered {
		return
	}
	s.answered++
	s.late += one(t.Late)
	if !handedIn(t.Type) {
		s.judged++
		s.solved += one(t.Solved)
	}
}

func (s *sums) addFlow(f *review.FlowResult) {
	if f.Status == exercise.FlowIsVoid {
		return
	}
	s.flows++
	s.flowMade += one(f.Status == exercise.FlowIsMade)
	s.flowLate += one(f.Status == exercise.FlowIsLate)
	s.flowNot += one(f.Status == exercise.FlowIsMissed)
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// fact is one of the key figures: a large figure, what it counts, and more; for
// one unit the same of all, and where the figure comes from.
type fact struct{ figure, what, more, all, to string }

// played says who played for how long.
func (pg *page) played() string {
	if pg.r.Result.Exercise.Started == nil {
		return pg.t("lead.never")
	}
	if pg.forUnit() != "" {
		return pg.t("lead.unit", pg.leadArgs())
	}
	return pg.t("lead.played", pg.leadArgs())
}

// lead are the counts in one sentence; a unit's own stand with who it is.
func (pg *page) lead() string {
	if pg.r.Result.Exercise.Started == nil || pg.forUnit() != "" {
		return ""
	}
	return pg.t("lead.counts", pg.leadArgs())
}

func (pg *page) leadArgs() i18n.Args {
	s, cells := pg.sums(), 0
	for _, c := range pg.cells {
		cells += len(c)
	}
	return i18n.Args{
		"Teams": len(pg.teams), "Cells": cells, "Length": pg.length(pg.end), "Flows": s.flows, "Made": s.flowMade,
		"Late": s.flowLate, "Missing": s.flowNot, "Name": pg.unit(pg.forUnit()), "Asked": s.asked, "Answered": s.answered,
		"InTime": s.answered - s.late, "Acked": s.acked, "Out": s.out,
	}
}

// when says when it was, in UTC and exercise time.
func (pg *page) when() string {
	f := &pg.r.Result.Exercise
	if f.Started == nil {
		return pg.t("when.never")
	}
	args := i18n.Args{"Start": minute(f.Started.Wall), "Length": pg.length(pg.end)}
	if f.Ended == nil {
		return pg.t("when.unended", args)
	}
	args["End"] = until(f.Started.Wall, f.Ended.Wall)
	args["Early"] = f.Early
	return pg.t("when.ended", args)
}

// minute gives "2026-11-22 19:30" of an RFC 3339 time.
func minute(wall string) string {
	t, err := time.Parse(time.RFC3339, wall)
	if err != nil {
		return clean(wall)
	}
	return t.UTC().Format("2006-01-02 15:04")
}

// until gives the end of a span: without the date where that is the same.
func until(start, end string) string {
	from, to := minute(start), minute(end)
	if len(to) == 16 && len(from) == 16 && from[:10] == to[:10] {
		return to[11:]
	}
	return to
}

// who says who took part.
func (pg *page) who() string {
	names := make([]string, 0, len(pg.teams))
	cells := 0
	for _, u := range pg.teams {
		names = append(names, pg.unit(u.Key))
		cells += len(pg.cells[u.Key])
	}
	if pg.r.Reader.For == review.ForPublic {
		names = nil // they would say nothing
	}
	args := i18n.Args{"Teams": len(pg.teams), "Cells": cells, "Names": pg.list(names)}
	if unit := pg.forUnit(); unit != "" {
		args["Names"] = pg.unit(unit)
		return pg.t("who.unit", args)
	}
	return pg.t("who.all", args)
}

// list joins names, at most twelve.
func (w *words) list(names []string) string {
	const most = 12
	out := ""
	for i, n := range names {
		if i == most && len(names) > most+1 {
			return w.t("list.more", i18n.Args{"Names": out, "N": len(names) - most})
		}
		if i > 0 {
			out += w.t("sep")
		}
		out += n
	}
	return out
}

// bots says where simulated teams played, "" where none did.
func (pg *page) bots() string {
	n := 0
	for i := range pg.r.Result.Units {
		n += one(pg.r.Result.Units[i].Bot)
	}
	switch {
	case n == 0:
		return ""
	case n == len(pg.r.Result.Units):
		return pg.t("bots.all")
	}
	return pg.t("bots.some", i18n.Args{"N": n})
}

// logState says how far the log can be trusted: a key of the catalogue.
func (pg *page) logState() string {
	log := &pg.r.Result.Log
	switch {
	case log.Torn:
		return "torn"
	case !log.Complete:
		return "incomplete"
	case !log.Verified:
		return "unverified"
	}
	return "verified"
}

// label is the TLP label of the report with its prefix.
func (pg *page) label() string {
	if pg.r.Label == scenario.TLPNone {
		return ""
	}
	return "TLP:" + pg.r.Label.String()
}

// labelClass is the label's CSS class: its colour (FIRST, TLP 2.0).
func labelClass(t scenario.TLP) string {
	switch t {
	case scenario.TLPRed:
		return "tlp tlp-red"
	case scenario.TLPAmber, scenario.TLPAmberStrict:
		return "tlp tlp-amber"
	case scenario.TLPGreen:
		return "tlp tlp-green"
	}
	return "tlp"
}

// readerLine says for whom the report is.
func (pg *page) readerLine() string {
	switch pg.r.Reader.For {
	case review.ForExcon:
		return pg.t("reader.excon")
	case review.ForPublic:
		return pg.t("reader.public")
	}
	return pg.t("reader.unit", i18n.Args{"Name": pg.unit(pg.r.Reader.For)})
}

// indexed is a finding with its number on the page.
type indexed struct {
	n int // index in Findings
	*review.Finding
}

// findings are those of a kind, at most limit of them; 0 gives all.
func (pg *page) findings(kind string, limit int) []indexed {
	var out []indexed
	for i := range pg.r.Findings {
		if pg.r.Findings[i].Kind == kind && (limit == 0 || len(out) < limit) {
			out = append(out, indexed{i, &pg.r.Findings[i]})
		}
	}
	return out
}

// ranked are all findings of a kind, what most depends on first.
func (pg *page) ranked(kind string) []indexed {
	list := pg.findings(kind, 0)
	if kind == review.FindingImprove {
		slices.SortStableFunc(list, func(a, b indexed) int { return cmp.Compare(b.Weight, a.Weight) })
	}
	return list
}

// keyFindings are the five sentences of the first screen: two or more of the
// strengths, the rest of what to improve. Of each rule only the strength about
// the most units stands there, so that the sentences say different things; what
// to improve stands in the order of what depends on it, each subject once.
func (pg *page) keyFindings() (well, improve []indexed) {
	const all = 5
	well, improve = widest(pg.findings(review.FindingStrength, 0)), gravest(pg.findings(review.FindingImprove, 0))
	n := min(len(well), max(2, all-len(improve)))
	return well[:n], improve[:min(len(improve), all-n)]
}

// gravest puts what most depends on first, then what concerns most units, and of
// each subject, or of each rule that has none, the first before all others.
func gravest(list []indexed) []indexed {
	slices.SortStableFunc(list, func(a, b indexed) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(len(b.Units), len(a.Units)))
	})
	seen := map[string]bool{}
	var first, rest []indexed
	for _, f := range list {
		if key := cmp.Or(f.Subject, "rule "+f.Key); !seen[key] {
			seen[key] = true
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
	}
	return append(first, rest...)
}

// widest leaves of each rule the finding about the most units, and puts the
// others of that rule behind them all.
func widest(list []indexed) []indexed {
	best := map[string]int{}
	for i, f := range list {
		if j, ok := best[f.Key]; !ok || len(f.Units) > len(list[j].Units) {
			best[f.Key] = i
		}
	}
	var first, rest []indexed
	for i, f := range list {
		if best[f.Key] == i {
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
	}
	return append(first, rest...)
}

// ratingCount counts the ratings of one objective.
type ratingCount struct {
	title  string
	anchor string
	n      map[review.Rating]int
	all    int
}

var ratings = []review.Rating{review.RatedP, review.RatedS, review.RatedM, review.RatedU, review.NotRated}

// objectives are the ratings over each objective's critical tasks, of those
// objectives for which the report has any.
func (pg *page) objectives() []ratingCount {
	var out []ratingCount
	for i := range pg.r.Evaluation.Objectives {
		o := &pg.r.Evaluation.Objectives[i]
		c := ratingCount{title: pg.objectiveName(o), anchor: pg.objectiveAnchor(o.Key), n: map[review.Rating]int{}}
		for j := range o.Critical {
			c.add(o.Critical[j].Ratings)
		}
		if c.all > 0 {
			out = append(out, c)
		}
	}
	return out
}

// objectiveName names an objective, by its key alone where the reader may not
// know more.
func (pg *page) objectiveName(o *review.ObjectiveResult) string {
	if title := pg.pick(o.Title); title != "" {
		return clean(o.Key) + " " + title
	}
	return pg.t("objective", args{"Key": clean(o.Key)})
}

// objectiveAnchor is the id of an objective's table.
func (pg *page) objectiveAnchor(key string) string {
	for i := range pg.r.Evaluation.Objectives {
		if pg.r.Evaluation.Objectives[i].Key == key {
			return "o" + count(i+1)
		}
	}
	return ""
}

func (c *ratingCount) add(rs []review.UnitRating) {
	for i := range rs {
		c.n[rs[i].Rating]++
		c.all++
	}
}

// letter is how a rating is written.
func letter(r review.Rating) string {
	if r == review.NotRated {
		return nought
	}
	return string(r)
}
