package show

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"renkei/internal/exercise/rehearsal"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// Sheet is a rehearsal with the words in which it is told.
type Sheet struct {
	F    *rehearsal.Figures
	Slow int64 // runs of the slow batch; 0 for none
	pack *scenario.Pack
	p    *i18n.Printer
}

type args = i18n.Args

// New gives every finding its sentences, in the language of the printer.
func New(f *rehearsal.Figures, slowRuns int64, pack *scenario.Pack, p *i18n.Printer) *Sheet {
	s := &Sheet{F: f, Slow: slowRuns, pack: pack, p: p}
	for i := range f.Findings {
		s.word(&f.Findings[i])
	}
	return s
}

// Say gives a text of the catalogue below "rehearse.".
func (s *Sheet) Say(key string, a ...args) string { return s.p.T("rehearse."+key, a...) }

// Title is what the pack is called.
func (s *Sheet) Title() string { return s.text(s.pack.Title) }

func (s *Sheet) text(t scenario.Text) string { return t.In(s.p.Lang(), s.pack.Languages[0]) }

// Head says what was rehearsed, a sentence each.
func (s *Sheet) Head() []string {
	f := s.F
	out := []string{s.Say("head", args{
		"Runs": Num(f.Runs), "Teams": f.Teams, "Units": f.Units, "Events": Num(f.Events),
		"First": f.Seed, "Last": f.Seed + uint64(max(f.Runs, 1)) - 1, "Duration": s.Length(f.Duration),
	})}
	if s.Slow > 0 {
		out = append(out, s.Say("slowed", args{"Runs": Num(s.Slow), "Factor": rehearsal.SlowFactor}))
	}
	if f.Runs < int64(f.Asked) {
		out = append(out, s.Say("stopped", args{"Asked": Num(int64(f.Asked)), "Runs": Num(f.Runs)}))
	}
	return append(out, s.Say("smooth", args{
		"Share": Percent(f.Smooth, f.Runs), "Seed": f.Worst.Seed, "Tasks": f.Worst.Tasks, "Command": s.command(),
	}))
}

// command plays the hardest run.
func (s *Sheet) command() string {
	return fmt.Sprintf("renkei exercise run PACK --teams %d --bots --speed max --seed %d --out DIR", s.F.Teams, s.F.Worst.Seed)
}

// Findings are those of one part of the list: what hurts, what is worth a look,
// what comes up only when everything takes longer.
func (s *Sheet) Findings(weight string, onlySlow bool) []rehearsal.Finding {
	var out []rehearsal.Finding
	for _, f := range s.F.Findings {
		if f.OnlySlow == onlySlow && (onlySlow || f.Weight == weight) {
			out = append(out, f)
		}
	}
	return out
}

// Rests says on what a finding rests, in one line.
func (s *Sheet) Rests(f *rehearsal.Finding) string {
	texts := make([]string, len(f.Rests))
	for i := range f.Rests {
		texts[i] = f.Rests[i].Text
	}
	return strings.Join(texts, s.Say("stop"))
}

// Slower says what becomes of a finding when everything takes longer; "" where
// that was not rehearsed.
func (s *Sheet) Slower(f *rehearsal.Finding) string {
	if f.Slow == nil || f.OnlySlow {
		return ""
	}
	return s.Say("slow", args{"Factor": rehearsal.SlowFactor, "Value": s.value(f.Unit, *f.Slow)})
}

func (s *Sheet) value(unit string, v float64) string {
	switch unit {
	case rehearsal.UnitShare:
		return percent(v)
	case rehearsal.UnitSeconds:
		return s.Length(rehearsal.Seconds(v))
	}
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

// word gives a finding its sentences.
func (s *Sheet) word(f *rehearsal.Finding) {
	value := f.Value
	if f.OnlySlow {
		value = *f.Slow
	}
	others := slices.DeleteFunc(slices.Clone(f.Ahead), func(k string) bool { return k == f.Inject })
	a := args{
		"Value": s.value(f.Unit, value), "Who": s.Kind(f.Who), "Inject": s.Inject(f.Inject), "Flow": s.Flow(f.Flow),
		"Branch": s.Branch(f.Branch), "Decision": s.decision(f.Decision), "Task": s.Task(f.Task), "From": "", "To": "", "Ahead": s.injects(others), "Own": len(others) < len(f.Ahead),
		"Strong": "", "Kind": "", "Due": "", "Median": "", "Most": "", "Wait": "", "People": math.Ceil(value / 20),
	}
	if f.From != nil {
		a["From"] = Clock(f.From)
	}
	if f.To != nil {
		a["To"] = Clock(f.To)
		if *f.To >= s.F.Duration {
			a["To"] = s.Say("tail")
		}
	}
	for i := range s.F.Tasks {
		if t := &s.F.Tasks[i]; t.Key == f.Task {
			s.ofTask(a, t)
		}
	}
	for i := range s.F.Flows {
		if w := &s.F.Flows[i]; w.Key == f.Flow {
			a["Due"] = s.Length(w.Within)
		}
	}
	f.Text, f.Mend = s.Say("finding."+f.Key, a), s.Say("finding."+f.Key+".mend", a)
	for i := range f.Rests {
		f.Rests[i].Text = s.assumed(&f.Rests[i])
	}
}

func (s *Sheet) ofTask(a args, t *rehearsal.TaskFigures) {
	a["Kind"], a["Due"] = t.Type, s.Length(t.Due)
	if strong := t.BySkill[2]; strong.Of > 0 {
		a["Strong"] = Percent(strong.N, strong.Of)
	}
	for name, at := range map[string]*rehearsal.Seconds{"Median": t.First.Median, "Most": t.First.P90, "Wait": t.Wait.P90} {
		if at != nil {
			a[name] = s.Length(*at)
		}
	}
}

// assumed says what is assumed.
func (s *Sheet) assumed(a *rehearsal.Assumption) string {
	show := func(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
	switch a.Key {
	case rehearsal.AssumeEffort:
		show = func(v float64) string { return strconv.FormatFloat(math.Round(v/6)/10, 'f', -1, 64) }
	case rehearsal.AssumeSkill, rehearsal.AssumeShares, rehearsal.AssumeHelps, rehearsal.AssumeHints,
		rehearsal.AssumeRevises, rehearsal.AssumeIgnores:
		show = percent
	}
	return s.Say("assume."+a.Key, args{
		"Task": a.Task, "Stated": a.Stated, "Low": show(a.Low), "Likely": show(a.Likely), "High": show(a.High),
	})
}

// Kind names a kind of unit.
func (s *Sheet) Kind(kind string) string {
	key, isCell := strings.CutPrefix(kind, scenario.CellPrefix)
	if !isCell {
		return s.Say("teams")
	}
	for _, c := range s.pack.Units.Cells {
		if c.Key == key {
			return s.Say("cells", args{"Cell": s.text(c.Name)})
		}
	}
	return key
}

// Inject names an inject.
func (s *Sheet) Inject(key string) string {
	inj := s.pack.InjectByKey(key)
	if inj == nil {
		return key
	}
	return s.Say("inject", args{"Key": key, "Title": s.text(inj.Title)})
}

func (s *Sheet) injects(keys []string) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = s.Inject(k)
	}
	return s.list(names)
}

// list joins names, with "and" before the last.
func (s *Sheet) list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], s.Say("sep")) + s.Say("and") + names[last]
}

// Task names a task by its key, type and inject.
func (s *Sheet) Task(key string) string {
	t, inj, _ := s.pack.TaskByKey(key)
	if t == nil {
		return key
	}
	return s.Say("task", args{"Key": key, "Type": s.Type(t.Type), "Inject": s.Inject(inj.Key)})
}

// Type names a type of task.
func (s *Sheet) Type(t string) string { return s.p.T("review.type." + t) }

// Flow names an expected flow.
func (s *Sheet) Flow(key string) string {
	for _, f := range s.pack.Flows {
		if f.Key == key {
			return s.Say("flow", args{"Key": key, "Title": s.text(f.Title)})
		}
	}
	return key
}

// Branch names a branch; "" is none of them.
func (s *Sheet) Branch(key string) string {
	if key == "" {
		return s.Say("nobranch")
	}
	if d := s.pack.DecisionOf(key); d != nil {
		for _, b := range d.Branches {
			if b.Key == key {
				return s.Say("inject", args{"Key": key, "Title": s.text(b.Title)})
			}
		}
	}
	return key
}

func (s *Sheet) decision(key string) string {
	for _, d := range s.pack.Decisions {
		if d.Key == key {
			return s.Say("inject", args{"Key": key, "Title": s.text(d.Title)})
		}
	}
	return key
}

// Persona names a persona, or EXCON for "".
func (s *Sheet) Persona(key string) string {
	if p := s.pack.PersonaByKey(key); p != nil {
		return s.text(p.Name)
	}
	return s.Say("excon")
}

// Length says how long something takes: "3 min 5 s".
func (s *Sheet) Length(d rehearsal.Seconds) string {
	a := args{"H": d / 3600, "M": d / 60 % 60, "S": d % 60}
	switch {
	case d >= 3600:
		return s.p.T("review.span.h", a)
	case d >= 60:
		return s.p.T("review.span.m", a)
	}
	return s.p.T("review.span.s", a)
}

// Clock writes a time as "h:mm:ss" or "m:ss"; a dash for none.
func Clock(at *rehearsal.Seconds) string {
	if at == nil {
		return "–"
	}
	d := *at
	if d >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", d/3600, d/60%60, d%60)
	}
	return fmt.Sprintf("%d:%02d", d/60, d%60)
}

// cut shortens a text to so many columns.
func cut(text string, columns int) string {
	if i18n.Width(text) <= columns {
		return text
	}
	return strings.TrimRight(i18n.Fit(text, columns), " ")
}

// Percent writes a share; a dash where there is no case.
func Percent(n, of int64) string {
	if of == 0 {
		return "–"
	}
	return percent(float64(n) / float64(of))
}

// percent keeps small shares apart from none, and large ones from all.
func percent(v float64) string {
	switch p := math.Round(v * 100); {
	case p == 0 && v > 0:
		return "<1%"
	case p == 100 && v < 1:
		return ">99%"
	default:
		return strconv.Itoa(int(p)) + "%"
	}
}

// Num writes a count with a comma between thousands.
func Num(n int64) string {
	out := strconv.FormatInt(n, 10)
	for i := len(out) - 3; i > 0; i -= 3 {
		out = out[:i] + "," + out[i:]
	}
	return out
}
