package publication

import (
	"fmt"
	"slices"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/i18n"
)

// Wording says in one language what an edition holds. The pages of the program
// and what is handed out word it alike.
type Wording struct {
	Printer *i18n.Printer
	Words   *handbook.Vocabulary
}

// T is a text of the pages.
func (w Wording) T(key string, args ...i18n.Args) string {
	return w.Printer.T("web."+key, args...)
}

// Lang is the language.
func (w Wording) Lang() string { return w.Printer.Lang() }

// Say is a text in the language, or in one that there is.
func (w Wording) Say(t handbook.Texts) string {
	text, _ := t.In(w.Lang(), "en")
	return text
}

// Foreign is the language of a text where it is another; "" where it is not.
func (w Wording) Foreign(t handbook.Texts) string {
	if _, lang := t.In(w.Lang(), "en"); lang != w.Lang() {
		return lang
	}
	return ""
}

// Unchecked reports whether the text is a translation that nobody has checked.
func (w Wording) Unchecked(t handbook.Texts) bool {
	_, lang := t.In(w.Lang(), "en")
	return t[lang].State == handbook.Machine
}

// When writes a date as exactly as it is known.
func (w Wording) When(d community.Date) string {
	first := d.First()
	key := map[int]string{len("2006"): "year", len("2006-01"): "month", len("2006-01-02"): "day"}[len(d)]
	if key == "" {
		return ""
	}
	return w.T("handbook.date."+key, i18n.Args{"Y": fmt.Sprint(first.Year()), "M": w.T(fmt.Sprintf("handbook.month.%d", first.Month())), "D": fmt.Sprint(first.Day())})
}

// Span writes when something is or was: since, until, due, and what else
// belongs to it.
func (w Wording) Span(it *handbook.Item) string {
	var parts []string
	add := func(key string, d community.Date) {
		if d != "" {
			parts = append(parts, w.T("handbook.span."+key, i18n.Args{"Date": w.When(d)}))
		}
	}
	since := "plain"
	if it.Status == handbook.InForce || it.Status == handbook.Renewed {
		since = "since"
	}
	add(since, it.Since)
	for _, d := range it.Also {
		add("plain", d)
	}
	add("until", it.Until)
	add("due", it.Due)
	return w.List(parts)
}

// List joins names.
func (w Wording) List(names []string) string {
	text := ""
	for i, name := range names {
		if i > 0 {
			text += w.T("list.comma")
		}
		text += name
	}
	return text
}

// Status is the word for how far something has come.
func (w Wording) Status(s handbook.Status) string { return w.T("handbook.status." + string(s)) }

// Outcome is the word for what became of a plan.
func (w Wording) Outcome(o handbook.Outcome) string { return w.T("handbook.outcome." + string(o)) }

// Lane is the word for where a plan stands.
func (w Wording) Lane(l handbook.Lane) string {
	return w.T("handbook.lane." + map[handbook.Lane]string{
		handbook.Absent: "absent", handbook.Gone: "gone", handbook.LaneIdea: "idea", handbook.LanePlanned: "planned", handbook.LaneDrafted: "drafted", handbook.LaneFact: "fact",
	}[l])
}

// Measure names a measure.
func (w Wording) Measure(id string) string {
	if t := w.Words.Measure(id); t != nil {
		return t.In(w.Lang())
	}
	return id
}

// Theme names a theme.
func (w Wording) Theme(id string) string {
	if t := w.Words.Theme(id); t != nil {
		return t.In(w.Lang())
	}
	return id
}

// Year names an edition by its year, and says where it is invented.
func (w Wording) Year(e handbook.Edition) string {
	if e.Invented {
		return w.T("handbook.invented.year", i18n.Args{"Edition": e.ID})
	}
	return e.ID
}

// Plain reports whether a reader of a table of what is done and planned knows
// the status of an item by the column in which it stands.
func Plain(it *handbook.Item) bool {
	return it.Status == handbook.Planned || it.Status == handbook.Adopted
}

// Cell returns what stands in a cell of such a table: what is done or planned in
// a measure by a member.
func Cell(c *handbook.Content, member, measure string, planned bool) []*handbook.Item {
	return c.Of(func(it *handbook.Item) bool {
		return it.Member == member && it.Kind == handbook.Measured && it.Measure == measure && it.Status.Ahead() == planned
	})
}

// CellCount is how much of a measure a member has done and plans.
type CellCount struct{ Done, Planned int }

// CellCounts counts all cells of the table of members and measures in one pass.
func CellCounts(c *handbook.Content) map[[2]string]CellCount {
	all := map[[2]string]CellCount{}
	for i := range c.Items {
		it := &c.Items[i]
		if it.Kind != handbook.Measured {
			continue
		}
		at := [2]string{it.Member, it.Measure}
		n := all[at]
		if it.Status.Ahead() {
			n.Planned++
		} else {
			n.Done++
		}
		all[at] = n
	}
	return all
}

// Problems are the kinds of entries above that table.
func Problems() []handbook.Kind {
	return []handbook.Kind{handbook.Challenge, handbook.Need, handbook.Risk}
}

// Headline says in a sentence what became of the plans of editions.
func (w Wording) Headline(editions []handbook.Edition, plans []handbook.Plan) string {
	if len(editions) < 2 {
		return w.T("handbook.plans.first", i18n.Args{"N": len(plans)})
	}
	old := slices.DeleteFunc(slices.Clone(plans), func(p handbook.Plan) bool { return p.Promised == len(editions)-1 })
	return w.T("handbook.plans.headline", i18n.Args{"N": len(old), "Kept": handbook.Tally(plans)[handbook.Kept], "From": editions[0].ID, "To": editions[len(editions)-1].ID})
}
