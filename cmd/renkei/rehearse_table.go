package main

import (
	"fmt"
	"strings"

	"renkei/internal/exercise/rehearsal"
	"renkei/internal/exercise/rehearsal/show"
	"renkei/internal/i18n"
)

const sheetWidth = 100

// sheet prints a rehearsal: the findings, then the figures as tables.
func (e *env) sheet(s *show.Sheet) {
	fmt.Fprintf(e.out, "%s\n\n", s.Title())
	for _, line := range s.Head() {
		e.paragraph("", line)
	}
	e.findings(s)
	e.sheetInjects(s)
	e.sheetTasks(s)
	e.sheetFlows(s)
	e.sheetLoad(s)
	e.sheetControl(s)
}

// paragraph prints a text in lines, those after the first indented as the mark
// before it is wide.
func (e *env) paragraph(mark, text string) {
	wide := i18n.Width(mark)
	for _, line := range i18n.Wrap(text, sheetWidth-wide) {
		fmt.Fprintln(e.out, mark+line)
		mark = strings.Repeat(" ", wide)
	}
}

func (e *env) heading(text string) {
	fmt.Fprintf(e.out, "\n%s\n%s\n", text, strings.Repeat("-", i18n.Width(text)))
}

func (e *env) findings(s *show.Sheet) {
	n := 0
	for _, part := range []struct {
		title, weight string
		onlySlow      bool
	}{{"hurts", rehearsal.Hurts, false}, {"look", rehearsal.Look, false}, {"onlyslow", "", true}} {
		list := s.Findings(part.weight, part.onlySlow)
		if len(list) == 0 {
			continue
		}
		e.heading(s.Say(part.title, i18n.Args{"Factor": rehearsal.SlowFactor}))
		for i := range list {
			n++
			e.finding(s, n, &list[i])
		}
	}
	if n == 0 {
		e.paragraph("\n", s.Say("none"))
	}
}

func (e *env) finding(s *show.Sheet, n int, f *rehearsal.Finding) {
	e.paragraph(fmt.Sprintf("%2d. ", n), f.Text)
	if f.OnlySlow { // a list to skim
		return
	}
	if slow := s.Slower(f); slow != "" {
		e.paragraph("    ", slow)
	}
	e.paragraph("    "+s.Say("rests")+": ", s.Rests(f))
	e.paragraph("    "+s.Say("mend")+": ", f.Mend)
}

// heads are the titles of columns.
func sheetHeads(s *show.Sheet, keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = s.Say("col." + k)
	}
	return out
}

func (e *env) sheetInjects(s *show.Sheet) {
	e.heading(s.Say("table.injects"))
	t := table{head: sheetHeads(s, "inject", "who", "at", "came", "open", "open90", "kept", "lapsed")}
	for _, in := range s.F.Injects {
		for _, to := range in.To {
			open, open90 := "", ""
			if to.Tasks > 0 {
				open, open90 = show.Clock(to.Open.Median), show.Clock(to.Open.P90)
			}
			t.add(s.Inject(in.Key), s.Kind(to.Kind), show.Clock(to.At.Median), show.Percent(to.Came, to.Meant), open, open90,
				some(to.Unless, to.Meant), some(to.Lapsed, to.Meant))
		}
	}
	t.print(e.out, []int{30, 16, 8, 8, 9, 7, 9, 9})
}

// some is a share, or nothing where there is none.
func some(n, of int64) string {
	if n == 0 {
		return ""
	}
	return show.Percent(n, of)
}

func (e *env) sheetTasks(s *show.Sheet) {
	e.heading(s.Say("table.tasks"))
	t := table{head: sheetHeads(s, "task", "type", "inject", "due", "first", "open90", "answered", "late", "solved", "weak", "strong", "hints", "wait")}
	for i := range s.F.Tasks {
		k := &s.F.Tasks[i]
		solved, weak, strong := "", "", ""
		if k.Scored > 0 {
			solved, weak, strong = show.Percent(k.Solved, k.Asked), show.Percent(k.BySkill[0].N, k.BySkill[0].Of), show.Percent(k.BySkill[2].N, k.BySkill[2].Of)
		}
		wait := ""
		if k.Wait.P90 != nil && *k.Wait.P90 > 0 {
			wait = show.Clock(k.Wait.P90)
		}
		t.add(k.Key, s.Type(k.Type), k.Inject, show.Clock(&k.Due), show.Clock(k.First.Median), show.Clock(k.First.P90),
			show.Percent(k.Answered, k.Asked), show.Percent(k.Late, k.Answered), solved, weak, strong, some(k.Hints, k.Asked), wait)
	}
	t.print(e.out, []int{8, 10, 8, 8, 6, 7, 8, 8, 8, 6, 6, 8, 9})
}

func (e *env) sheetFlows(s *show.Sheet) {
	if len(s.F.Flows) == 0 {
		return
	}
	e.heading(s.Say("table.flows"))
	t := table{head: sheetHeads(s, "flow", "due", "took", "open90", "made", "late", "missing", "loose", "misdirected")}
	for i := range s.F.Flows {
		w := &s.F.Flows[i]
		t.add(s.Flow(w.Key), show.Clock(&w.Within), show.Clock(w.Took.Median), show.Clock(w.Took.P90),
			show.Percent(w.Made, w.Expected), show.Percent(w.Late, w.Expected), show.Percent(w.Missing, w.Expected), some(w.Loose, w.Expected), some(w.Stray, w.Expected))
	}
	t.print(e.out, []int{27, 8, 9, 7, 8, 8, 8, 9, 9})
}

const sheetRows = 24 // of the tables over time

func (e *env) sheetLoad(s *show.Sheet) {
	e.heading(s.Say("table.load"))
	for i := range s.F.Kinds {
		k := &s.F.Kinds[i]
		if k.Most == 0 {
			continue
		}
		e.paragraph("", s.Say("kind.sum", i18n.Args{
			"Who": s.Kind(k.Kind), "All": show.Percent(k.All, k.Cases), "Cut": show.Percent(k.Cut, k.Cases),
		}))
		t := table{head: sheetHeads(s, "time", "opens", "waits", "busy", "asked")}
		for _, row := range show.Rows(k, s.F.Bin, sheetRows) {
			t.add(show.Clock(&row.At), fmt.Sprintf("%d  %d", row.Open.Median, row.Open.P90), fmt.Sprint(row.Waits.P90),
				fmt.Sprintf("%3.0f%% %s", 100*row.Worked, strings.Repeat("#", int(row.Worked*20+0.5))), fmt.Sprintf("%.1f", row.Asked))
		}
		t.print(e.out, []int{8, 24, 14, 28, 16})
		fmt.Fprintln(e.out)
	}
}

func (e *env) sheetControl(s *show.Sheet) {
	e.heading(s.Say("table.control"))
	c := &s.F.Control
	e.paragraph("", s.ControlSum())
	e.paragraph("", s.Say("control.quiet"))
	t := table{head: sheetHeads(s, "time", "messages", "reports")}
	for i := range c.Talk {
		if a, b := c.Talk[i], c.Reports[i]; a.Count.Most+b.Count.Most > 0 {
			t.add(show.Clock(&a.At), fmt.Sprintf("%.1f  %d", a.Mean, a.Count.P90), fmt.Sprintf("%.1f  %d", b.Mean, b.Count.P90))
		}
	}
	t.print(e.out, []int{8, 26, 26})
}
