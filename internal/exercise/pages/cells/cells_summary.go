package cells

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// summaryForm is a summary of the cells for the region, before its writer has
// edited it.
type summaryForm struct {
	text string
	tlp  scenario.TLP
	rows int
}

// summaryFormOf drafts a summary of what the cells of a team have answered and
// have not, in the reader's language. Its label is the tightest of what they
// were given.
func summaryFormOf(s *pages.Moment, team int) *summaryForm {
	v, r := cells(s, team), s.Request
	f := &summaryForm{tlp: scenario.TLPGreen}
	at := s.ScenarioTime(s.Now()).Format("2006-01-02 15:04")
	out := []string{r.T("cells.sum.head", i18n.Args{"Team": s.UnitName(s.State.Play().Cast.Units[team].Key), "At": at})}
	for i := range v.cells {
		out = append(out, "", summaryOf(r, &v.cells[i]))
		for _, t := range v.cells[i].tasks {
			out = append(out, "- "+taskLine(r, &t))
		}
	}
	for _, u := range s.State.Play().Family(team)[1:] {
		for in := range s.State.Injects(u) {
			if in.Status == exercise.InjectOut {
				f.tlp = max(f.tlp, in.TLP)
			}
		}
	}
	out = append(out, "", r.T("cells.sum.next"))
	f.text, f.rows = strings.Join(out, "\n"), min(len(out)+4, 30)
	return f
}

// summaryOf is the line about a cell.
func summaryOf(r *pages.Request, c *cellView) string {
	life := c.life
	if life == "" {
		life = r.T("cells.silent")
	}
	return r.T("cells.sum.cell", i18n.Args{
		"Cell": c.name, "Done": len(c.tasks) - c.open, "Asked": len(c.tasks), "Overdue": c.overdue, "Life": life,
	})
}

// taskLine is what a cell has answered to a task, or that it has not.
func taskLine(r *pages.Request, t *cellTask) string {
	args := i18n.Args{"Prompt": pages.Short(t.prompt), "At": t.due}
	if len(t.versions) == 0 {
		if t.overdue {
			return r.T("cells.sum.overdue", args)
		}
		return r.T("cells.sum.open", args)
	}
	args["At"], args["Answer"] = t.versions[0].At, pages.Short(t.versions[0].Plain())
	return r.T("cells.sum.answered", args)
}
