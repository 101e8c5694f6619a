package exercise

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/binenc"
	"renkei/internal/exercise/scenario"
)

// Names of issues of an improvement plan that are not the key of a task, flow or
// inject. Issues that people add are named "#" and the seq of their first event.
const (
	IssueOfRule  = "rule:"    // a finding that is about no single one of them, such as "rule:never_acked"
	IssueCarried = "carried:" // the nth of the last exercise, from 1
)

// PlanStatuses are those of an issue of an improvement plan, the first at first.
func PlanStatuses() []string { return []string{"open", "begun", "done", "dropped"} }

// Capabilities are the elements of a capability (POETE) of which an issue may be one.
func Capabilities() []string {
	return []string{"planning", "organisation", "equipment", "training", "exercises"}
}

// PlanEntered is what is to be done about an issue, as somebody entered it after
// ENDEX. A later one about the same issue takes its place.
type PlanEntered struct {
	Issue     string `json:"issue,omitempty"` // "" for one that this event adds
	Title     string `json:"title,omitempty"` // "": as the report words it
	Objective string `json:"objective,omitempty"`

	Cause       string `json:"cause,omitempty"`      // root cause
	Reference   string `json:"reference,omitempty"`  // procedure or plan
	Capability  string `json:"capability,omitempty"` // one of Capabilities
	Action      string `json:"action,omitempty"`
	Responsible string `json:"responsible,omitempty"` // organisation
	Contact     string `json:"contact,omitempty"`
	Start       string `json:"start,omitempty"`      // 2006-01-02
	Completion  string `json:"completion,omitempty"` // 2006-01-02
	Status      string `json:"status,omitempty"`     // one of PlanStatuses
	Remark      string `json:"remark,omitempty"`     // what became of it
	Gone        bool   `json:"gone,omitempty"`       // not in the plan
}

// PlanCarried brings the improvement plan of an earlier exercise.
type PlanCarried struct {
	From   string         `json:"from"` // id of that exercise
	Title  scenario.Text  `json:"title"`
	Ended  int64          `json:"ended,omitempty"` // ENDEX in wall time, unix microseconds
	Issues []CarriedIssue `json:"issues"`
}

// CarriedIssue is an issue as it stood in the plan of the earlier exercise.
type CarriedIssue struct {
	Title       scenario.Text `json:"title"`
	Action      scenario.Text `json:"action"`
	Responsible string        `json:"responsible,omitempty"`
	Contact     string        `json:"contact,omitempty"`
	Completion  string        `json:"completion,omitempty"` // 2006-01-02
	Status      string        `json:"status,omitempty"`     // one of PlanStatuses
}

// OverviewEntered is what the report says of the exercise that its log does not
// know. A later one takes its place.
type OverviewEntered struct {
	Sponsor  string `json:"sponsor,omitempty"`
	Contacts string `json:"contacts,omitempty"` // a line each
	Scope    string `json:"scope,omitempty"`
	Summary  string `json:"summary,omitempty"` // the director's words in the executive summary
}

// Type names the event.
func (*PlanEntered) Type() Type { return "plan.entered" }

// Type names the event.
func (*PlanCarried) Type() Type { return "plan.carried" }

// Type names the event.
func (*OverviewEntered) Type() Type { return "overview.entered" }

func planBodies() []Body { return []Body{&PlanEntered{}, &PlanCarried{}, &OverviewEntered{}} }

// EnterPlan enters what is to be done about an issue. Was is the seq of the entry
// that its author has seen, 0 for none: where there is a later one, it is refused.
type EnterPlan struct {
	PlanEntered

	Was uint64
}

// CarryPlan brings the improvement plan of an earlier exercise, before ENDEX and
// once.
type CarryPlan struct{ PlanCarried }

// EnterOverview enters what the report says of the exercise.
type EnterOverview struct{ OverviewEntered }

// MaxIssues is how many issues a plan has at most that were entered or carried.
const MaxIssues = 500

func (a EnterPlan) decide(d *decision) error {
	b := a.PlanEntered
	if err := first(d.control(), d.phase(Over), d.s.checkIssue(b.Issue, a.Was), b.check()); err != nil {
		return err
	}
	d.emit(toControl, &b)
	return nil
}

// checkIssue refuses an issue that nobody can mean, and one that was entered
// since its author looked.
func (s *State) checkIssue(issue string, was uint64) error {
	n, isCarried := strings.CutPrefix(issue, IssueCarried)
	carried, err := strconv.Atoi(n)
	last, known := s.planned[issue]
	switch {
	case len(issue) > MaxName,
		isCarried && (err != nil || carried < 1 || carried > s.carried || n != strconv.Itoa(carried)),
		strings.HasPrefix(issue, "#") && !known && !s.isAddedKey(issue):
		return refuse(UnknownIssue, "Issue", issue)
	case last != was:
		return refuse(PlanChanged)
	case !known && len(s.planned) >= MaxIssues:
		return refuse(ManyIssues, "Limit", MaxIssues)
	}
	return nil
}

// isAddedKey reports whether a key is that of an inject made up during play or of
// one of its tasks.
func (s *State) isAddedKey(key string) bool {
	inject, _, _ := strings.Cut(key, ".")
	return slices.ContainsFunc(s.injects, func(in *injectDef) bool { return in.key == inject })
}

func (b *PlanEntered) check() error {
	if b.Issue == "" && !b.Gone && (strings.TrimSpace(b.Title) == "" || strings.TrimSpace(b.Action) == "") {
		return refuse(IssueUntitled)
	}
	for _, text := range []string{b.Title, b.Objective, b.Cause, b.Reference, b.Action, b.Responsible, b.Contact, b.Remark} {
		if err := tooLong(text); err != nil {
			return err
		}
	}
	if b.Capability != "" && !slices.Contains(Capabilities(), b.Capability) || b.Status != "" && !slices.Contains(PlanStatuses(), b.Status) {
		return refuse(BadPlan)
	}
	start, errStart := planDate(b.Start)
	end, errEnd := planDate(b.Completion)
	switch {
	case errStart != nil:
		return refuse(BadDate, "Date", b.Start)
	case errEnd != nil:
		return refuse(BadDate, "Date", b.Completion)
	case b.Start != "" && b.Completion != "" && end.Before(start):
		return refuse(DatesTurned, "Start", b.Start, "Completion", b.Completion)
	}
	return nil
}

func planDate(date string) (time.Time, error) {
	if date == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, date)
}

func (a CarryPlan) decide(d *decision) error {
	b := a.PlanCarried
	if err := first(d.control(), d.phase(Preparing, Running, OnHold)); err != nil {
		return err
	}
	switch {
	case d.s.carried > 0:
		return refuse(PlanIsCarried)
	case b.From == "" || len(b.From) > MaxName || len(b.Issues) == 0:
		return refuse(BadPlan)
	case len(b.Issues) > MaxIssues:
		return refuse(ManyIssues, "Limit", MaxIssues)
	}
	d.emit(toControl, &b)
	return nil
}

func (a EnterOverview) decide(d *decision) error {
	b := a.OverviewEntered
	err := first(d.control(), d.phase(Over), tooLong(b.Sponsor), tooLong(b.Contacts), tooLong(b.Scope), tooLong(b.Summary))
	if err != nil {
		return err
	}
	d.emit(toControl, &b)
	return nil
}

// foldPlan keeps what a later entry is checked against; what was entered stands
// in the log.
func (s *State) foldPlan(e *Event) {
	switch b := e.Body.(type) {
	case *PlanEntered:
		if s.planned == nil {
			s.planned = map[string]uint64{}
		}
		s.planned[b.Key(e.Seq)] = e.Seq
	case *PlanCarried:
		s.carried = len(b.Issues)
	}
}

// Key is the name of the issue that an entry with that seq is about.
func (b *PlanEntered) Key(seq uint64) string {
	if b.Issue == "" {
		return "#" + strconv.FormatUint(seq, 10)
	}
	return b.Issue
}

// codePlan codes what is known of the plan.
func (s *State) codePlan(c *binenc.Coder) {
	binenc.Map(c, &s.planned, c.String, func(seq *uint64) { binenc.Uint(c, seq) })
	binenc.Int(c, &s.carried)
}

func (b *PlanCarried) texts() []string {
	var out []string
	for _, i := range b.Issues {
		for _, t := range []scenario.Text{i.Title, i.Action} {
			for _, text := range t {
				out = append(out, text)
			}
		}
		out = append(out, i.Responsible, i.Contact)
	}
	return out
}
