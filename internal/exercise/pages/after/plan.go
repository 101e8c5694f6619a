package after

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/scenario"
	"renkei/internal/web"
)

// PlanRoutes are the addresses of the improvement plan.
func PlanRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/plan", Need: pages.Controls, Handle: showPlan},
		{Pattern: "POST /x/{exercise}/plan", Need: pages.Controls, Handle: enterIssue},
		{Pattern: "POST /x/{exercise}/overview", Need: pages.Controls, Handle: enterOverview},
	}
}

// planView is the improvement plan as it stands, and the overview beside it.
type planView struct {
	Plan       []review.PlanRow `json:"improvement_plan"`
	LastPlan   review.LastPlan  `json:"last_plan"`
	Overview   review.Overview  `json:"overview"`
	Findings   []review.Finding `json:"findings"`
	Evaluation struct {
		Objectives []struct {
			Key   string        `json:"key"`
			Title scenario.Text `json:"title"`
		} `json:"objectives"`
	} `json:"evaluation"`

	over bool
}

// showPlan shows every issue with what was entered about it.
func showPlan(r *pages.Request) error {
	v := &planView{over: r.IsOver()}
	if v.over {
		var b bytes.Buffer
		err := r.Exercise.Report(r.Context(), &b, hosting.ReportOptions{For: review.ForExcon, Format: report.JSONFormat, Printer: r.Printer})
		if err != nil {
			return err
		}
		if err := json.Unmarshal(b.Bytes(), v); err != nil {
			return err
		}
	}
	return r.Show(r.Status(), planPage(r, v))
}

// enterIssue keeps what was entered about one issue.
func enterIssue(r *pages.Request) error {
	was, err := strconv.ParseUint("0"+r.PostFormValue("was"), 10, 64)
	if err != nil {
		return web.ErrForm
	}
	text := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n"))
	}
	proposed := func(name string) string { // what is as proposed stays in every reader's language
		if said := text(name); said != text("proposed-"+name) {
			return said
		}
		return ""
	}
	err = r.Control(exercise.EnterPlan{Was: was, PlanEntered: exercise.PlanEntered{
		Issue: text("issue"), Title: proposed("title"), Objective: text("objective"), Cause: text("cause"), Reference: proposed("reference"),
		Capability: text("capability"), Action: proposed("action"), Responsible: text("responsible"), Contact: text("contact"),
		Start: text("start"), Completion: text("completion"), Status: text("status"), Remark: text("remark"), Gone: text("gone") == "yes",
	}})
	if err != nil {
		return err
	}
	return r.RedirectWith(r.Path("/plan"), "said.planned")
}

// enterOverview keeps what the report says of the exercise as a whole.
func enterOverview(r *pages.Request) error {
	text := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n"))
	}
	err := r.Control(exercise.EnterOverview{OverviewEntered: exercise.OverviewEntered{
		Sponsor: text("sponsor"), Contacts: text("contacts"), Scope: text("scope"), Summary: text("summary"),
	}})
	if err != nil {
		return err
	}
	return r.RedirectWith(r.Path("/plan"), "said.planned")
}

// observed are the findings that an issue rests on.
func (v *planView) observed(row *review.PlanRow) (texts []string) {
	for _, c := range row.Concerns {
		if c.Finding < len(v.Findings) {
			texts = append(texts, v.Findings[c.Finding].Text)
		}
	}
	return texts
}
