package review

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// Titles of a report stand under the kind and the key of what they name:
// "phase:recognise", "inject:I01", "task:T05", "flow:F01", "decision:D1", "branch:warned", what
// its outcome is under "outcome:warned", what follows where a flow or task is
// missing under "prevents:F01", and the ends of
// flows and edges that are no unit as these spell them: "liaison", "excon",
// "team", "cell:hospital", "persona:it-manager". What the reader may not see
// has none.
const (
	titlePhase  = "phase:"
	titleInject = "inject:"
	titleTask   = "task:"
	titleFlow   = "flow:"

	titleDecision = "decision:"
	titleBranch   = "branch:"
	titleOutcome  = "outcome:"
	titlePrevents = "prevents:"

	titleScenario = "scenario"
	titleSummary  = "scenario.summary"
)

// titles names what is no unit, in the reader's language.
func (d *builder) titles(v *view) map[string]string {
	out := map[string]string{}
	for i, p := range d.play.Pack.Phases {
		out[titlePhase+p.Key] = d.pick(p.Title)
		if !v.knowsPack() {
			out[titlePhase+p.Key] = d.plainPhase(i, p.Key)
		}
	}
	for i := range d.state.InjectCount() {
		if v.knowsInject(i) {
			out[titleInject+d.state.InjectKey(i)] = d.inject(d.state, d.state.InjectKey(i))
		}
	}
	for i := range d.result.Totals.Tasks {
		t := &d.result.Totals.Tasks[i]
		if in := d.injectIx[t.Inject]; v.knowsInject(in) {
			out[titleTask+t.Key] = d.task(t)
			if def, _, _ := d.play.Pack.TaskByKey(t.Key); def != nil && v.knowsPack() {
				d.title(out, titlePrevents+t.Key, def.Prevents)
			}
		}
	}
	for i, f := range d.play.Pack.Flows {
		if v.knowsFlow(i) {
			out[titleFlow+f.Key] = d.pick(f.Title)
			if v.knowsPack() {
				d.title(out, titlePrevents+f.Key, f.Prevents)
			}
		}
	}
	if v.own == nil && v.knowsPack() {
		d.titleStoryline(out)
	}
	if v.knowsPack() {
		d.title(out, titleScenario, d.play.Pack.Title)
		d.title(out, titleSummary, d.play.Pack.Summary)
	}
	d.titleEnds(out)
	if !v.knowsPack() {
		d.numberEnds(out, v)
	}
	return out
}

// plainPhase names a phase without the pack's words: those that every pack has
// by default by their own name, others by number.
func (d *builder) plainPhase(i int, key string) string {
	switch key {
	case "recognise", "inform", "analyse", "respond":
		return d.T("review.plain.phase." + key)
	}
	return d.T("review.numbered.phase", i18n.Args{"N": i + 1})
}

// numberEnds names cells and personas by number. Only the public does not learn
// their keys either.
func (d *builder) numberEnds(out map[string]string, v *view) {
	for key, numbered := range v.numbered() {
		kind, n, _ := strings.Cut(numbered, ":")
		name := d.T("review.numbered."+kind, i18n.Args{"N": n})
		if out[key] = name; v.public() {
			delete(out, key)
			out[numbered] = name
		}
	}
}

func (d *builder) titleEnds(out map[string]string) {
	ends := []string{
		exercise.EndLiaison, exercise.EndExcon, scenario.EndTeam, scenario.EndNext, scenario.EndPrev,
	}
	for _, c := range d.play.Pack.Units.Cells {
		ends = append(ends, scenario.CellPrefix+c.Key)
	}
	for _, p := range d.play.Pack.Personas {
		ends = append(ends, scenario.PersonaPrefix+p.Key)
	}
	for _, end := range ends {
		out[end] = d.end(end)
	}
}

func (d *builder) titleStoryline(out map[string]string) {
	for _, decision := range d.play.Pack.Decisions {
		out[titleDecision+decision.Key] = d.pick(decision.Title)
		for _, b := range decision.Branches {
			out[titleBranch+b.Key] = d.pick(b.Title)
			d.title(out, titleOutcome+b.Key, b.Outcome)
		}
	}
}

// task names a task by its kind and the title of its inject.
func (d *builder) task(t *TaskTotal) string {
	return d.T("review.task", i18n.Args{"Type": d.T("review.type." + t.Type), "Inject": d.inject(d.state, t.Inject)})
}

// label says how a report must be handled: by the clearance for which it was
// made, else by the strictest label of the pack, its injects and what was sent.
func (r *Report) label(pack *scenario.Pack) scenario.TLP {
	if r.Reader.TLP < scenario.TLPRed {
		return r.Reader.TLP
	}
	label := pack.TLP
	for _, in := range pack.Injects {
		label = max(label, in.TLP)
	}
	for i := range r.Flow.Edges {
		for name := range r.Flow.Edges[i].Labels {
			if tlp, err := scenario.ParseTLP(name); err == nil {
				label = max(label, tlp)
			}
		}
	}
	return label
}

// title names what has a text.
func (d *builder) title(out map[string]string, key string, text scenario.Text) {
	if words := d.pick(text); words != "" {
		out[key] = words
	}
}
