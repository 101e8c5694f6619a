package web

import (
	"strings"

	"renkei/internal/exercise"
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

// summaryForm drafts a summary of what the cells of a team have answered and
// have not, in the reader's language. Its label is the tightest of what they
// were given.
func (s *scene) summaryForm(team int) *summaryForm {
	v, r := s.cells(team), s.r
	f := &summaryForm{tlp: scenario.TLPGreen}
	at := s.scenarioTime(s.now()).Format("2006-01-02 15:04")
	out := []string{r.t("cells.sum.head", i18n.Args{"Team": s.unitName(s.st.Play().Cast.Units[team].Key), "At": at})}
	for i := range v.cells {
		out = append(out, "", r.summaryOf(&v.cells[i]))
		for _, t := range v.cells[i].tasks {
			out = append(out, "- "+r.taskLine(&t))
		}
	}
	for _, u := range s.st.Play().Family(team)[1:] {
		for in := range s.st.Injects(u) {
			if in.Status == exercise.InjectOut {
				f.tlp = max(f.tlp, in.TLP)
			}
		}
	}
	out = append(out, "", r.t("cells.sum.next"))
	f.text, f.rows = strings.Join(out, "\n"), min(len(out)+4, 30)
	return f
}

// summaryOf is the line about a cell.
func (r *request) summaryOf(c *cellView) string {
	life := c.life
	if life == "" {
		life = r.t("cells.silent")
	}
	return r.t("cells.sum.cell", i18n.Args{
		"Cell": c.name, "Done": len(c.tasks) - c.open, "Asked": len(c.tasks), "Overdue": c.overdue, "Life": life,
	})
}

// taskLine is what a cell has answered to a task, or that it has not.
func (r *request) taskLine(t *cellTask) string {
	args := i18n.Args{"Prompt": short(t.prompt), "At": t.due}
	if len(t.versions) == 0 {
		if t.overdue {
			return r.t("cells.sum.overdue", args)
		}
		return r.t("cells.sum.open", args)
	}
	args["At"], args["Answer"] = t.versions[0].at, short(t.versions[0].plain())
	return r.t("cells.sum.answered", args)
}
