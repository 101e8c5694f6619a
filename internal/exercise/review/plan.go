package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// aim says of every finding to which objective it belongs: to that of the task or
// flow that it is about, or of the first task of the inject.
func (d *builder) aim(r *Report) {
	critical := map[string]string{}
	for _, o := range d.play.Pack.Objectives {
		for _, ct := range o.CriticalTasks {
			critical[ct.Key] = o.Key
		}
	}
	for i := range r.Findings {
		r.Findings[i].Objective = critical[d.criticalOf(r.Findings[i].Subject)]
	}
}

// criticalOf is the critical task that a task, a flow or an inject is evidence of.
func (d *builder) criticalOf(subject string) string {
	if f := d.play.Pack.FlowByKey(subject); f != nil {
		if critical := cmp.Or(f.Critical, d.criticalOfTasks(f.Key)); critical != "" {
			return critical
		}
	}
	if t, _, _ := d.play.Pack.TaskByKey(d.flowName(subject)); t != nil {
		return t.Critical
	}
	if in := d.play.Pack.InjectByKey(subject); in != nil {
		for i := range in.Tasks {
			if in.Tasks[i].Critical != "" {
				return in.Tasks[i].Critical
			}
		}
	}
	return ""
}

// criticalOfTasks is the critical task of the first task that asks for a flow.
func (d *builder) criticalOfTasks(flow string) string {
	for _, in := range d.play.Pack.Injects {
		for _, t := range in.Tasks {
			if t.Flow == flow && t.Critical != "" {
				return t.Critical
			}
		}
	}
	return ""
}

// issueOf names the issue that a finding is about. A flow that stands in a task is
// one issue with it.
func (d *builder) issueOf(f *Finding) string {
	if f.Subject == "" {
		return exercise.IssueOfRule + f.Key
	}
	return d.flowName(f.Subject)
}

// plan answers to what is to improve: a row for each issue, the gravest first,
// then those that people added.
func (d *builder) plan(r *Report, v *view) {
	at := map[string]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Kind != FindingImprove {
			continue
		}
		key := d.issueOf(f)
		n, ok := at[key]
		if !ok {
			n = len(r.Plan)
			at[key] = n
			r.Plan = append(r.Plan, d.proposed(key, f, v))
		}
		row := &r.Plan[n]
		row.Weight = max(row.Weight, f.Weight)
		row.Concerns = append(row.Concerns, Concern{Finding: i, Text: d.T("review.concern", f.Args)})
	}
	slices.SortStableFunc(r.Plan, func(a, b PlanRow) int { return cmp.Compare(b.Weight, a.Weight) })
	d.enter(r, v)
	for i := range r.Plan {
		r.Plan[i].N = i + 1
	}
	d.lastPlan(r, v)
	d.overviewOf(r, v)
	d.feedback(r)
}

// proposed is the row of an issue before anybody entered anything.
func (d *builder) proposed(key string, f *Finding, v *view) PlanRow {
	row := PlanRow{
		Key: key, Title: d.T("finding." + f.Key + ".plan"), Objective: f.Objective, Action: d.T("finding." + f.Key + ".action"),
		Capability: capabilityOf(f.Key), Status: exercise.PlanStatuses()[0],
	}
	if about, ok := f.Args["Subject"].(string); ok && f.Subject != "" && about != "" {
		row.Title = d.T("review.issue", i18n.Args{"What": about, "Title": row.Title})
	}
	row.ProposedTitle, row.ProposedAction = row.Title, row.Action
	for _, o := range d.play.Pack.Objectives {
		if o.Key == f.Objective && v.knowsPack() {
			row.Reference = d.pick(o.Reference)
			row.ProposedReference = row.Reference
		}
	}
	return row
}

// capabilityOf is the capability element (POETE) that a rule mostly points at: a
// proposal for whoever analyses the issue.
func capabilityOf(rule string) string {
	switch rule {
	case "flow_missing", "could_not", "spread_slow":
		return "planning"
	case "never_acked", "silent", "relay_slow", "load_peak", "flow_slow":
		return "organisation"
	case "marks_open", "hint_came":
		return "exercises"
	}
	return "training"
}

// enter puts what people entered over what was proposed.
func (d *builder) enter(r *Report, v *view) {
	var added []uint64
	for key, seq := range d.entered {
		b, ok := d.event(seq).Body.(*exercise.PlanEntered)
		if !ok || v.public() || !v.sees(seq) {
			continue
		}
		if n := slices.IndexFunc(r.Plan, func(row PlanRow) bool { return row.Key == key }); n >= 0 {
			r.Plan[n].take(b, seq)
		} else if strings.HasPrefix(key, "#") && !b.Gone && b.Title != "" {
			added = append(added, seq)
		}
	}
	r.Plan = slices.DeleteFunc(r.Plan, func(row PlanRow) bool {
		b, ok := d.planEntered(row.Entered)
		return ok && b.Gone
	})
	slices.Sort(added)
	for _, seq := range added {
		b, _ := d.planEntered(seq)
		row := PlanRow{Key: b.Key(seq), Concerns: []Concern{}, Weight: 1, Status: exercise.PlanStatuses()[0]}
		row.take(b, seq)
		r.Plan = append(r.Plan, row)
	}
}

func (d *builder) planEntered(seq uint64) (*exercise.PlanEntered, bool) {
	if seq == 0 {
		return nil, false
	}
	b, ok := d.event(seq).Body.(*exercise.PlanEntered)
	return b, ok
}

// take puts what was entered into a row. What was left empty and has a proposal
// stays as proposed.
func (row *PlanRow) take(b *exercise.PlanEntered, seq uint64) {
	row.Entered = seq
	row.Title, row.Action = cmp.Or(clean(b.Title), row.Title), cmp.Or(clean(b.Action), row.Action)
	row.Capability, row.Reference = cmp.Or(b.Capability, row.Capability), cmp.Or(clean(b.Reference), row.Reference)
	row.Objective, row.Status = cmp.Or(b.Objective, row.Objective), cmp.Or(b.Status, row.Status)
	row.Cause, row.Responsible, row.Contact, row.Remark = clean(b.Cause), clean(b.Responsible), clean(b.Contact), clean(b.Remark)
	row.Start, row.Completion = b.Start, b.Completion
}

// lastPlan tells what became of the plan of an earlier exercise. It is for EXCON.
func (d *builder) lastPlan(r *Report, v *view) {
	if d.carried == 0 || v.public() || !v.sees(d.carried) {
		return
	}
	b, ok := d.event(d.carried).Body.(*exercise.PlanCarried)
	if !ok {
		return
	}
	last := LastPlan{From: b.From, Title: clean(d.pick(b.Title)), Seq: d.carried, Issues: []PlanRow{}}
	if b.Ended != 0 {
		last.Ended = time.UnixMicro(b.Ended).UTC().Format(time.RFC3339)
	}
	for i, issue := range b.Issues {
		row := PlanRow{
			N: i + 1, Key: fmt.Sprintf("%s%d", exercise.IssueCarried, i+1), Concerns: []Concern{},
			Title: clean(d.pick(issue.Title)), Action: clean(d.pick(issue.Action)), Responsible: clean(issue.Responsible),
			Contact: clean(issue.Contact), Completion: issue.Completion, Status: cmp.Or(issue.Status, exercise.PlanStatuses()[0]),
		}
		if now, ok := d.planEntered(d.entered[row.Key]); ok {
			row.Entered = d.entered[row.Key]
			row.Status, row.Remark = cmp.Or(now.Status, row.Status), clean(now.Remark)
		}
		last.Issues = append(last.Issues, row)
	}
	r.LastPlan = last
}

func (d *builder) overviewOf(r *Report, v *view) {
	if d.overview == 0 || v.public() || !v.sees(d.overview) {
		return
	}
	if b, ok := d.event(d.overview).Body.(*exercise.OverviewEntered); ok {
		r.Overview = Overview{clean(b.Sponsor), clean(b.Contacts), clean(b.Scope), clean(b.Summary), d.overview}
	}
}

// feedback counts what the report's notes hold of the hot wash.
func (d *builder) feedback(r *Report) {
	r.Feedback.Useful = map[string]int{}
	for u := range r.Result.Units {
		r.Feedback.Teams += one(r.Result.Units[u].Parent == "")
	}
	teams := map[string]bool{}
	for i := range r.Notes {
		n := &r.Notes[i]
		if n.Kind != noteHotWash {
			continue
		}
		team, _, _ := strings.Cut(n.Unit, "/")
		teams[team] = true
		if n.Re == washUseful {
			r.Feedback.Useful[n.Text]++
		}
	}
	r.Feedback.Answered = len(teams)
}

// washUseful is the question of the hot wash that has answers to choose from.
const washUseful = "useful"

// CarriedPlan is the improvement plan of an exercise as its successor takes it
// over: every issue that is not done or dropped, worded in all languages of the
// printers. It returns false where there is none.
func CarriedPlan(l *Log, printers []*i18n.Printer) (exercise.PlanCarried, bool, error) {
	var b exercise.PlanCarried
	for n, p := range printers {
		r, err := MakeReport(l, Reader{For: ForExcon}, p)
		if err != nil {
			return b, false, err
		}
		if n == 0 {
			b.From, b.Title = r.Result.Exercise.ID, r.Result.Exercise.Title
			if e := r.Result.Exercise.Ended; e != nil {
				if at, err := time.Parse(time.RFC3339, e.Wall); err == nil {
					b.Ended = at.UnixMicro()
				}
			}
		}
		rows := slices.Clone(r.Plan)
		rows = append(rows, r.LastPlan.Issues...) // what is still open of the plan before goes on
		rows = slices.DeleteFunc(rows, func(row PlanRow) bool { return row.Status == "done" || row.Status == "dropped" })
		for i, row := range rows {
			if n == 0 {
				b.Issues = append(b.Issues, exercise.CarriedIssue{
					Title: scenario.Text{}, Action: scenario.Text{}, Responsible: row.Responsible, Contact: row.Contact,
					Completion: row.Completion, Status: row.Status,
				})
			}
			b.Issues[i].Title[p.Lang()], b.Issues[i].Action[p.Lang()] = row.Title, row.Action
		}
	}
	b.Issues = b.Issues[:min(len(b.Issues), exercise.MaxIssues)]
	return b, len(b.Issues) > 0, nil
}
