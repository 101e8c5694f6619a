package report

import (
	"cmp"
	"slices"
	"strings"

	"renkei/internal/exercise/review"
)

// overviewRow is a line of the overview, or a few below each other.
type overviewRow struct {
	what  string
	lines []string
}

// overview are the rows of the exercise overview that have something to say, and
// for EXCON those that wait to be filled in.
func (pg *page) overview() []overviewRow {
	o, excon := &pg.r.Overview, pg.r.Reader.For == review.ForExcon
	var rows []overviewRow
	add := func(key string, always bool, lines ...string) {
		lines = slices.DeleteFunc(lines, func(s string) bool { return strings.TrimSpace(s) == "" })
		if len(lines) == 0 && always {
			lines = []string{pg.t("overview.open")}
		}
		if len(lines) > 0 {
			rows = append(rows, overviewRow{pg.t("overview." + key), lines})
		}
	}
	add("scenario", false, pg.scenario())
	add("scope", false, cmp.Or(clean(o.Scope), pg.t("overview.scope.is", pg.leadArgs())))
	var objectives []string
	for i := range pg.r.Evaluation.Objectives {
		objectives = append(objectives, pg.objectiveName(&pg.r.Evaluation.Objectives[i]))
	}
	add("objectives", false, objectives...)
	add("participants", false, pg.who(), pg.people())
	add("sponsor", excon, clean(o.Sponsor))
	add("contacts", excon, strings.Split(clean(o.Contacts), "\n")...)
	if pg.r.Result.Exercise.Pack != "" {
		add("pack", false, clean(pg.r.Result.Exercise.Pack)+" "+clean(pg.r.Result.Exercise.Version))
	}
	add("log", false, pg.t("log.events", args{"N": num(pg.r.Result.Log.Events)}))
	return rows
}

// scenario is the pack's title and summary, as far as the reader may know them.
func (pg *page) scenario() string {
	title, sep := clean(pg.r.Titles["scenario"]), pg.t("overview.sep")
	if strings.HasSuffix(title, "?") || strings.HasSuffix(title, "？") { // it ends a sentence by itself
		sep = strings.TrimLeft(sep, ".。")
	}
	return strings.TrimSpace(title + sep + clean(pg.r.Titles["scenario.summary"]))
}

// people counts those who were there, "" where nobody counted them.
func (pg *page) people() string {
	present, units := 0, 0
	for i := range pg.r.Result.Units {
		if n := pg.r.Result.Units[i].Present; n > 0 && !pg.r.Result.Units[i].Bot {
			present, units = present+n, units+1
		}
	}
	if present == 0 {
		return ""
	}
	return pg.t("overview.people", args{"N": present, "Units": units})
}

// summary is the executive summary, a paragraph each.
func (pg *page) summary() []string {
	joined := func(list ...string) string {
		list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
		return strings.Join(list, pg.t("summary.sep"))
	}
	out := []string{pg.r.Overview.Summary, joined(pg.bots(), pg.played(), joined(pg.outcomes()...))}
	if pg.r.Result.Exercise.Started != nil {
		out = append(out, joined(pg.ratingText(), pg.keyText("strengths", review.FindingStrength)), pg.keyText("improve", review.FindingImprove), pg.planText())
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// ratingText sums up the ratings over all objectives.
func (pg *page) ratingText() string {
	n, all := map[review.Rating]int{}, 0
	for _, o := range pg.objectives() {
		for r, count := range o.n {
			if r != review.NotRated {
				n[r], all = n[r]+count, all+count
			}
		}
	}
	if all == 0 {
		return ""
	}
	return pg.t("summary.ratings", args{"All": all, "Objectives": len(pg.objectives()), "P": n["P"], "S": n["S"], "M": n["M"], "U": n["U"]})
}

// keyText are the findings of the first screen in one paragraph.
func (pg *page) keyText(key, kind string) string {
	var list []string
	for _, f := range pg.keys(kind) {
		list = append(list, pg.short(f))
		if follows := pg.consequence(f.Finding); follows != "" {
			list = append(list, follows)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return pg.t("summary."+key) + pg.t("summary.sep") + strings.Join(list, pg.t("summary.sep"))
}

// planText says how far the improvement plan is.
func (pg *page) planText() string {
	if len(pg.r.Plan) == 0 {
		return ""
	}
	named, dated := 0, 0
	for i := range pg.r.Plan {
		named += one(pg.r.Plan[i].Responsible != "")
		dated += one(pg.r.Plan[i].Completion != "")
	}
	text := pg.t("summary.plan", args{"N": len(pg.r.Plan), "Named": named, "Dated": dated})
	if len(pg.r.LastPlan.Issues) > 0 {
		text += pg.t("summary.sep") + pg.lastAbout()
	}
	return text
}

// lastAbout counts what became of the plan before.
func (pg *page) lastAbout() string {
	last, n := &pg.r.LastPlan, map[string]int{}
	for i := range last.Issues {
		n[last.Issues[i].Status]++
	}
	date, _, _ := strings.Cut(minute(last.Ended), " ")
	return pg.t("last.about", args{
		"Title": clean(cmp.Or(last.Title, last.From)), "Date": date, "N": len(last.Issues), "Done": n["done"], "Begun": n["begun"], "Open": n["open"], "Dropped": n["dropped"],
	})
}

// aboutObjective is one objective with its findings and issues.
type aboutObjective struct {
	title, rated string
	strengths    []indexed
	issues       []issueView
}

type issueView struct{ *review.PlanRow }

// analysis groups findings and issues by objective; what belongs to none stands
// last.
func (pg *page) analysis() []aboutObjective {
	var out []aboutObjective
	group := func(key string, o aboutObjective) {
		for _, f := range pg.ranked(review.FindingStrength) {
			if pg.objectiveOr(f.Objective) == key {
				o.strengths = append(o.strengths, f)
			}
		}
		for i := range pg.r.Plan {
			if pg.objectiveOr(pg.r.Plan[i].Objective) == key {
				o.issues = append(o.issues, issueView{&pg.r.Plan[i]})
			}
		}
		if len(o.strengths)+len(o.issues) > 0 {
			out = append(out, o)
		}
	}
	for i := range pg.r.Evaluation.Objectives {
		o := &pg.r.Evaluation.Objectives[i]
		group(o.Key, aboutObjective{title: pg.objectiveName(o), rated: pg.rating(o)})
	}
	group("", aboutObjective{title: pg.t("analysis.others")})
	return out
}

// objectiveOr is the key of an objective of the report, "" for any other.
func (pg *page) objectiveOr(key string) string {
	if slices.ContainsFunc(pg.r.Evaluation.Objectives, func(o review.ObjectiveResult) bool { return o.Key == key }) {
		return key
	}
	return ""
}

// rating counts the ratings of an objective in words.
func (pg *page) rating(o *review.ObjectiveResult) string {
	n := map[review.Rating]int{}
	for i := range o.Critical {
		for j := range o.Critical[i].Ratings {
			n[o.Critical[i].Ratings[j].Rating]++
		}
	}
	if len(n) == 0 {
		return ""
	}
	return pg.t("analysis.rated", args{"P": n["P"], "S": n["S"], "M": n["M"], "U": n["U"], "None": n[""]})
}

// analysed is what follows from an issue: the harm that the pack names, and how
// the critical task was rated that it belongs to.
func (pg *page) analysed(row *review.PlanRow) string {
	var out []string
	for _, c := range row.Concerns {
		if follows := pg.consequence(&pg.r.Findings[c.Finding]); follows != "" && !slices.Contains(out, follows) {
			out = append(out, follows)
		}
	}
	if text := pg.ratedBadly(row); text != "" {
		out = append(out, text)
	}
	return strings.Join(out, pg.t("summary.sep"))
}

// ratedBadly says in how many teams the critical task of an issue was rated M or U.
func (pg *page) ratedBadly(row *review.PlanRow) string {
	if pg.forUnit() != "" {
		return ""
	}
	for i := range pg.r.Evaluation.Objectives {
		for j := range pg.r.Evaluation.Objectives[i].Critical {
			ct := &pg.r.Evaluation.Objectives[i].Critical[j]
			if !slices.Contains(ct.Tasks, row.Key) && !slices.Contains(ct.Flows, row.Key) {
				continue
			}
			bad, all := 0, 0
			for _, r := range ct.Ratings {
				bad += one(r.Rating == review.RatedM || r.Rating == review.RatedU)
				all += one(r.Rating != review.NotRated)
			}
			if all > 0 {
				return pg.t("analysis.critical", args{"Key": clean(ct.Key), "N": bad, "Of": all})
			}
		}
	}
	return ""
}

// capability names a capability element.
func (w *words) capability(key string) string {
	if key == "" {
		return nought
	}
	return w.t("capability." + key)
}

// responsible is the organisation with its contact.
func (w *words) responsible(row review.PlanRow) string {
	if row.Contact == "" {
		return clean(row.Responsible)
	}
	return w.t("plan.contact", args{"Organisation": clean(row.Responsible), "Contact": clean(row.Contact)})
}

// hasFeedback reports whether anybody answered the hot wash, as the reader may know.
func (pg *page) hasFeedback() bool { return pg.r.Feedback.Answered > 0 }

// feedbackText counts who answered what.
func (pg *page) feedbackText() string {
	f := &pg.r.Feedback
	return pg.t("feedback.about", args{
		"N": f.Answered, "Of": f.Teams, "Very": f.Useful["very"], "Rather": f.Useful["rather"], "Little": f.Useful["little"], "Not": f.Useful["not"],
	})
}

// maxQuotes is how many answers to a question stand in the report's body; all
// stand among the notes.
const maxQuotes = 3

// quotes are the first answers to each question that is answered in words.
func (pg *page) quotes() []overviewRow {
	by := map[string]*overviewRow{}
	var order []string
	for i := range pg.r.Notes {
		n := &pg.r.Notes[i]
		if n.Kind != "hotwash" || n.Re == "useful" {
			continue
		}
		row := by[n.Re]
		if row == nil {
			row = &overviewRow{what: pg.noteAbout(n)}
			by[n.Re], order = row, append(order, n.Re)
		}
		if len(row.lines) < maxQuotes {
			row.lines = append(row.lines, pg.t("feedback.quote", args{"Text": cut(pg.noteText(n), 200), "Unit": pg.unitOrNone(n.Unit)}))
		}
	}
	out := make([]overviewRow, len(order))
	for i, re := range order {
		out[i] = *by[re]
	}
	return out
}
