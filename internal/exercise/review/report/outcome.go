package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"renkei/internal/exercise/review"
)

// outcomes tell what came of it in words: for each decision of the pack of
// whose branches it gives the outcome, how many teams each of them came to, the
// most first.
func (pg *page) outcomes() []string {
	var out []string
	for i := range pg.r.Result.Decisions {
		out = append(out, pg.outcomesOf(&pg.r.Result.Decisions[i])...)
	}
	return out
}

func (pg *page) outcomesOf(d *review.DecisionResult) (out []string) {
	units, order := map[string][]string{}, []string{}
	for _, w := range d.Ways {
		if pg.r.Titles["outcome:"+w.Branch] == "" {
			continue
		}
		if _, known := units[w.Branch]; !known {
			order = append(order, w.Branch)
		}
		units[w.Branch] = append(units[w.Branch], w.Unit)
	}
	for _, branch := range order {
		text := clean(pg.r.Titles["outcome:"+branch])
		if d.All {
			out = append(out, pg.t("outcome.all", args{"Text": sentence(text)}))
			continue
		}
		names := ""
		if n := len(units[branch]); pg.r.Reader.For != review.ForPublic && n <= 4 {
			names = pg.unitNames(units[branch])
		}
		out = append(out, pg.t("outcome.some", args{"N": len(units[branch]), "Of": len(d.Ways), "Names": names, "Text": text}))
	}
	return out
}

// sentence begins with a capital.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// consequence is what follows of what is missing, "" where the pack or the
// reader's clearance says nothing.
func (pg *page) consequence(f *review.Finding) string {
	switch f.Key {
	case "flow_missing", "task_few", "could_not", "flow_slow":
		return clean(pg.r.Titles["prevents:"+f.Subject])
	}
	return ""
}

// flowKey is how people find a flow: one that stands in a task has the task's
// key.
func flowKey(key string) string { return strings.TrimSuffix(clean(key), "-flow") }
