package review

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// maxLine is how many characters of a text stand in one line.
const maxLine = 160

// firstLine gives the first line of a text that has one, cut after limit
// characters.
func firstLine(text string, limit int) string {
	for line := range strings.Lines(clean(text)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if rs := []rune(line); len(rs) > limit {
			return strings.TrimSpace(string(rs[:limit])) + "…"
		}
		return line
	}
	return ""
}

// word puts a narrowed report into words.
func (d *builder) word(r *Report, v *view) {
	r.Names = d.unitNames(r, v)
	d.names = r.Names
	for i := range r.Findings {
		d.wordFinding(&r.Findings[i], v)
	}
	d.plan(r, v)
	r.Titles = d.titles(v)
	r.Events = d.citedEvents(r, v)
	r.Label = r.label(d.play.Pack)
}

// unitNames names the units: all to EXCON, none to the public, and to a unit
// those that its report speaks of.
func (d *builder) unitNames(r *Report, v *view) map[string]string {
	if v.public() {
		out := map[string]string{}
		for i := range r.Result.Units {
			out[r.Result.Units[i].Key] = r.Result.Units[i].Name[d.Lang()]
		}
		return out
	}
	out := map[string]string{}
	for u, unit := range d.play.Cast.Units {
		out[unit.Key] = d.unit(u)
		if !unit.IsTeam() && !v.knowsPack() {
			out[unit.Key] = d.T("review.cell", i18n.Args{"Team": d.unit(d.play.Cast.Team(u)), "Cell": d.numberedCell(unit.Cell)})
		}
	}
	if v.own != nil {
		spoken := r.spokenOf()
		maps.DeleteFunc(out, func(key, _ string) bool { return !v.own[key] && !spoken[key] })
	}
	return out
}

// spokenOf are the units to which a report speaks of messages and flows.
func (r *Report) spokenOf() map[string]bool {
	out := map[string]bool{}
	add := func(ends ...string) {
		for _, end := range ends {
			out[strings.TrimPrefix(end, exercise.EndUnit)] = true
		}
	}
	for i := range r.Flow.Edges {
		add(r.Flow.Edges[i].From, r.Flow.Edges[i].To)
	}
	for i := range r.Flow.Unexpected {
		add(r.Flow.Unexpected[i].From)
		add(r.Flow.Unexpected[i].To...)
	}
	for i := range r.Flow.Broken {
		add(r.Flow.Broken[i].To...)
	}
	for i := range r.Flow.Astray {
		add(r.Flow.Astray[i].To...)
	}
	for u := range r.Result.Units {
		for i := range r.Result.Units[u].Tasks {
			for _, l := range r.Result.Units[u].Tasks[i].CouldNot {
				add(l.From)
			}
		}
		for i := range r.Result.Units[u].Flows {
			add(r.Result.Units[u].Flows[i].To)
		}
	}
	return out
}

// wordFinding fills in the arguments of a finding's sentence and says it.
func (d *builder) wordFinding(f *Finding, v *view) {
	args := maps.Clone(f.draft.args)
	names := make([]string, len(f.Units))
	for i, key := range f.Units {
		names[i] = d.unitKey(key)
	}
	count, longest := 0, Span(0)
	var to []string
	for i := range f.draft.hits {
		h := &f.draft.hits[i]
		count, longest = count+h.n, max(longest, h.took)
		for _, end := range h.to {
			if !slices.Contains(to, end) {
				to = append(to, end)
			}
		}
	}
	args["Units"], args["UnitCount"] = d.list(names), len(names)
	set(args, "Count", count)
	set(args, "Longest", longest.minutes())
	args["To"] = d.ends(to)
	args["Subject"] = ""
	if f.Subject != "" {
		args["Subject"] = d.subject(f.Subject, v)
	}
	args["Whole"] = v.own == nil
	f.Args = args
	f.Text = d.T("finding."+f.Key, args)
	f.draft = findingDraft{}
}

// set gives an argument its value where the rule has given it none.
func set(args i18n.Args, key string, value any) {
	if _, has := args[key]; !has {
		args[key] = value
	}
}

// subject names an inject, task or flow by its key and, where the reader may
// know it, its title.
func (d *builder) subject(key string, v *view) string {
	kind, title := "", ""
	if f, ok := d.play.FlowIndex(key); ok {
		if kind = "flow"; v.knowsFlow(f) {
			title = d.pick(d.play.Pack.Flows[f].Title)
		}
		key = shownKey(d.play.Pack.Flows[f])
	} else if t, ok := d.taskIx[key]; ok {
		if kind = "task"; v.knowsInject(d.taskInject[t]) {
			title = d.inject(d.state, d.state.InjectKey(d.taskInject[t]))
		}
	} else if i, ok := d.injectIx[key]; ok {
		if kind = "inject"; v.knowsInject(i) {
			title = d.inject(d.state, key)
		}
	}
	return d.T("review.subject", i18n.Args{"Kind": kind, "Key": key, "Title": title})
}

// shownKey is how people find a flow: by its own key, or by that of the task in
// which it stands.
func shownKey(f *scenario.Flow) string { return cmp.Or(f.In, f.Key) }

// flowName is how people find a flow by the key that stands in the log.
func (d *builder) flowName(key string) string {
	if f := d.play.Pack.FlowByKey(key); f != nil {
		return shownKey(f)
	}
	return key
}
