package report

import (
	"fmt"
	"maps"
	"strings"

	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

type args = i18n.Args

func count(n int) string { return fmt.Sprint(n) }

// anchor is the id of a finding, behind a prefix.
func (f indexed) anchor(prefix string) string { return prefix + "f" + count(f.n+1) }

// sheetStyle puts marking, label and number on every printed sheet. Neither of
// the two texts comes from a log or a pack.
func (pg *page) sheetStyle() string {
	box := `;font:700 9pt "Noto Sans","Noto Sans CJK JP",sans-serif}`
	return `@page{@top-left{content:"` + pg.t("marking") + `"` + box +
		`@top-right{content:"` + pg.label() + `"` + box +
		`@bottom-right{content:counter(page) " / " counter(pages);font:9pt "Noto Sans",sans-serif}}`
}

// short is a finding's sentence for the first screen: where it would name more
// than three units it counts them instead.
func (pg *page) short(f indexed) string {
	const most = 3
	if len(f.Units) <= most {
		return clean(f.Text)
	}
	shortened := maps.Clone(f.Args)
	shortened["To"], shortened["Whole"] = "", false
	of := args{"N": len(f.Units), "Of": f.Args["Of"]}
	switch f.Key {
	case "flow_missing", "flow_slow":
		shortened["Units"] = pg.t("short.senders", of)
	case "silent":
		shortened["Units"] = pg.t("short.asked", of)
	case "never_acked", "label_broken", "misdirected", "could_not", "load_peak", "unexpected_help", "relay_slow", "revised_better", "marks_open":
		shortened["Units"] = pg.t("short.units", of)
	case "spread_slow":
		shortened["Units"], shortened["Whole"] = "", true
	case "hint_many", "hint_came", "late_many", "task_few":
		return clean(pg.t("short."+f.Key, f.Args))
	default: // sentences that name no unit
		return clean(f.Text)
	}
	return clean(pg.p.T("finding."+f.Key, shortened))
}

// keys are the findings of a kind that stand on the first screen.
func (pg *page) keys(kind string) []indexed {
	well, improve := pg.keyFindings()
	if kind == review.FindingStrength {
		return well
	}
	return improve
}

// more is how many findings of a kind stand below the first screen only.
func (pg *page) more(kind string) int { return len(pg.findings(kind, 0)) - len(pg.keys(kind)) }

// ratingKey is the end of a rating's key in the catalogue.
func ratingKey(r review.Rating) string {
	if r == review.NotRated {
		return "none"
	}
	return string(r)
}

// leftOut says what the reader may not see, "" when that is nothing.
func (pg *page) leftOut() string {
	l := &pg.r.LeftOut
	var out []string
	if l.Names {
		out = append(out, pg.t("leftout.names"))
	}
	if pg.r.Reader.TLP < scenario.TLPRed && l.ByTLP+l.Findings > 0 && !l.Names {
		out = append(out, pg.t("leftout.tlp", args{"N": l.ByTLP, "Findings": l.Findings, "Label": pg.r.Reader.TLP.String()}))
	}
	if pg.forUnit() != "" {
		out = append(out, pg.t("leftout.unit"))
	}
	if l.Pack != scenario.TLPNone {
		out = append(out, pg.t("leftout.pack", args{"Label": l.Pack.String()}))
	}
	return strings.Join(out, pg.t("leftout.sep"))
}

// moreWith says how to get the titles that were left out, "" where none were.
func (pg *page) moreWith() string {
	if pg.r.LeftOut.Pack == scenario.TLPNone {
		return ""
	}
	return pg.t("leftout.more", args{"Label": pg.r.LeftOut.Pack.String()})
}

// sameKind is how many further findings of the same rule there are.
func (pg *page) sameKind(f *review.Finding) int {
	n := -1
	for i := range pg.r.Findings {
		n += one(pg.r.Findings[i].Key == f.Key)
	}
	return n
}

// whomToAsk names for the director the teams of a finding whose short sentence
// only counts them.
func (pg *page) whomToAsk(f indexed) string {
	if pg.r.Reader.For != review.ForExcon || f.Kind != review.FindingImprove || pg.short(f) == clean(f.Text) {
		return ""
	}
	var names []string
	for _, u := range f.Units {
		if unit := pg.units[u]; unit != nil && unit.Parent != "" {
			u = unit.Parent
		}
		if name := pg.unit(u); len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	if len(names) >= len(pg.teams) {
		return ""
	}
	return pg.t("key.ask", args{"Names": pg.list(names)})
}

// noneOf says why there is no finding of a kind.
func (pg *page) noneOf(name string) string {
	if pg.r.LeftOut.Findings > 0 {
		return pg.t("key.hidden")
	}
	return pg.t("key." + name + ".none")
}

// contents are the sections that the page has.
func (pg *page) contents() []string {
	out := []string{"overview", "summary", "findings", "plan"}
	if len(pg.r.LastPlan.Issues) > 0 {
		out = append(out, "last")
	}
	if pg.hasFeedback() {
		out = append(out, "feedback")
	}
	out = append(out, "phases", "matrix", "flow")
	if len(pg.objectives()) > 0 {
		out = append(out, "guide")
	}
	out = append(out, "measures", "units")
	if len(pg.r.Notes) > 0 {
		out = append(out, "notes")
	}
	if len(pg.shown) > 0 {
		out = append(out, "events")
	}
	return append(out, "how")
}

// unnamed lists the units of a finding where its sentence names none of them
// and they are not simply all.
func (pg *page) unnamed(f *review.Finding) string {
	if len(f.Units) >= len(pg.teams) {
		return ""
	}
	for _, u := range f.Units {
		if strings.Contains(f.Text, pg.r.Name(u)) {
			return ""
		}
	}
	return pg.unitNames(f.Units)
}

// unitNames lists units by name, at most twelve.
func (pg *page) unitNames(keys []string) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = pg.unit(k)
	}
	return pg.list(names)
}

func (pg *page) unitOrNone(key string) string {
	if key == "" {
		return nought
	}
	return pg.unit(key)
}

// firstOf gives at most maxRows of a list.
func firstOf[T any](list []T) []T { return list[:min(len(list), maxRows)] }

// unitAnchor is the id of a unit's section. Keys are not used: they may hold
// what an id may not.
func (w *words) unitAnchor(key string) string {
	n, ok := w.unitNo[key]
	if !ok {
		return ""
	}
	return "u" + count(n)
}

// status says how a unit took part.
func (w *words) status(u *review.UnitResult) string {
	s := w.p.T("review.status." + u.Status)
	if u.Bot {
		s += w.p.T("review.status.bot")
	}
	return s
}

// taskName names a task by key, type and inject.
func (w *words) taskName(key, kind, inject string) string {
	out := clean(key) + " " + w.p.T("review.type."+kind)
	if title := w.inject(inject); title != "" {
		out += w.t("in", args{"Title": title})
	}
	return out
}

// tlp writes a label with its prefix; a dash where none was given.
func tlp(s string) string {
	if s == "" {
		return nought
	}
	return "TLP:" + s
}

// labelsOf lists how often each label was used on an edge.
func labelsOf(labels map[string]int) string {
	var out []string
	for _, name := range []string{"RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR", ""} {
		if n := labels[name]; n > 0 {
			show := name
			if show == "" {
				show = nought
			}
			out = append(out, show+" "+num(n))
		}
	}
	return strings.Join(out, ", ")
}
