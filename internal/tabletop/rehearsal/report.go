package rehearsal

import (
	"fmt"
	"math"
	"strconv"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/tabletop"
	"renkei/internal/tabletop/report"
)

// Report tells figures in words: what the author should look at, how long each
// module takes, how each question goes, and on which assumptions that rests.
func Report(f *Figures, pack *scenario.Pack, p *i18n.Printer) *report.Report {
	table, _ := tabletop.Read(pack)
	t := &teller{f: f, pack: pack, table: table, p: p}
	out := &report.Report{
		Title: t.text(pack.Title), For: t.say("title"), Lang: p.Lang(), About: p.T("tabletop.report.about"), Label: pack.TLP,
		Meta: []string{t.say("head", i18n.Args{"Runs": f.Runs, "Teams": f.Teams, "First": f.Seed, "Last": f.Seed + uint64(max(f.Runs, 1)) - 1, "Duration": minutes(f.Duration)})},
	}
	if f.Runs < f.Asked {
		out.Meta = append(out.Meta, t.say("stopped", i18n.Args{"Asked": f.Asked}))
	}
	out.Meta = append(out.Meta, t.say("over", i18n.Args{"At": minutes(f.Over.Median), "Late": minutes(f.Over.P90)}))
	out.Sections = []report.Section{
		{ID: "findings", Title: t.say("findings"), Level: 1, Blocks: t.findings()},
		{ID: "modules", Title: t.say("modules"), Level: 1, Blocks: []report.Block{{Table: t.modules()}}},
		{ID: "questions", Title: t.say("questions"), Level: 1, Blocks: []report.Block{{Table: t.questions()}, {Text: t.say("silent_is")}}},
		{ID: "assumptions", Title: t.say("assumptions"), Level: 1, Blocks: []report.Block{{Items: []string{t.say("assume.answers"), t.say("assume.floor"), t.say("assume.steps"), t.say("assume.people")}}}},
	}
	return out
}

// teller tells figures.
type teller struct {
	f     *Figures
	pack  *scenario.Pack
	table *tabletop.Tabletop
	p     *i18n.Printer
}

func (t *teller) say(key string, args ...i18n.Args) string {
	return t.p.T("tabletop.rehearsal."+key, args...)
}

func (t *teller) text(s scenario.Text) string { return s.In(t.p.Lang(), t.pack.Languages[0]) }

// minutes writes a length of time as minutes and seconds.
func minutes(s Seconds) string {
	n := int(math.Round(float64(s)))
	return fmt.Sprintf("%d:%02d", n/60, n%60)
}

func percent(n float64) string { return strconv.Itoa(int(math.Round(100*n))) + "%" }

func share(n, of int) string {
	if of == 0 {
		return ""
	}
	return percent(float64(n) / float64(of))
}

// named is the title of a module or a question.
func (t *teller) named(key string) string {
	if q, ok := t.table.Question(key); ok {
		return t.text(q.Poll.Title)
	}
	for _, m := range t.table.Modules {
		if m.Key == key {
			return t.text(m.Title)
		}
	}
	return key
}

func (t *teller) findings() []report.Block {
	if len(t.f.Findings) == 0 {
		return []report.Block{{Text: t.say("none")}}
	}
	var all []string
	for _, f := range t.f.Findings {
		value := minutes(Seconds(f.Value))
		if f.Limit <= 1 {
			value = percent(f.Value)
		}
		all = append(all, t.say("find."+f.Key, i18n.Args{"About": t.named(f.About), "Value": value}))
	}
	return []report.Block{{Items: all}}
}

func (t *teller) modules() *report.Table {
	v := &report.Table{Name: t.say("modules"), Bars: 4, Of: int(math.Ceil(float64(t.f.Duration) / 60)), Head: []string{
		t.say("module"), t.say("planned"), t.say("begins"), t.say("needs"), t.say("takes"), t.say("takes90"), t.say("silent"), t.say("rest"),
	}}
	for i := range t.f.Modules {
		m := &t.f.Modules[i]
		row := []string{t.named(m.Key), minutes(m.At), "", minutes(m.Needs), "", "", "", ""}
		if m.Came > 0 {
			row[2], row[4], row[5] = minutes(m.Begins.Median), strconv.Itoa(int(math.Round(float64(m.Takes.Median)/60))), minutes(m.Takes.P90)
			row[6], row[7] = minutes(m.Silent.Median), minutes(m.Rest.Median)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func (t *teller) questions() *report.Table {
	v := &report.Table{Name: t.say("questions"), Bars: 7, Of: 100, Head: []string{
		t.say("question"), t.say("came"), t.say("answered"), t.say("idle"), t.say("takes"), t.say("speeches"), t.say("silence"), t.say("silent_share"), t.say("moved"),
	}}
	for i := range t.f.Questions {
		q := &t.f.Questions[i]
		row := []string{t.named(q.Key), share(q.Came, t.f.Runs), "", "", "", "", "", "", ""}
		if q.Came > 0 {
			row[2], row[3], row[4] = share(q.Answered, q.Asked), minutes(q.Idle.Median), minutes(q.Takes.Median)
			row[5], row[6] = strconv.FormatFloat(math.Round(10*q.Speeches)/10, 'f', -1, 64), minutes(q.Silence.P90)
			if q.Talk.Median > 0 {
				row[7] = strconv.Itoa(int(math.Round(100 * float64(q.Silent.Median/q.Talk.Median))))
			}
		}
		if q.Moved != nil {
			row[8] = percent(*q.Moved)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}
