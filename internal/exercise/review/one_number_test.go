package review_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"renkei/internal/exercise/review"
	"renkei/internal/i18n"
)

// TestOneNumberForOneThing: what the summary says in a sentence, the report and
// results.json have as a figure, and the first screen and the spreadsheet show
// is one number, whoever counts.
func TestOneNumberForOneThing(t *testing.T) {
	t.Parallel()
	logs := plays(t)
	for _, name := range []string{"small", "bots 1", "bots 3", "random 5", "meddled 1", "torn 2", "story 1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, p := load(t, logs[name]), printer(t, "en")
			r := report(t, log, review.Reader{For: review.ForExcon}, "en")
			res, err := review.Results(log)
			if err != nil {
				t.Fatal(err)
			}
			if own, same := asJSON(t, res), asJSON(t, r.Result); own != same {
				t.Errorf("the report counts otherwise than results.json:\n%s\n%s", own, same)
			}
			summary := string(written(t, func(w io.Writer) error { return review.Summary(w, log, res, p) }))
			for _, want := range sentences(r, p) {
				if !strings.Contains(summary, "- "+want+"\n") {
					t.Errorf("the summary does not say %q:\n%s", want, summary)
				}
			}
			checkCounts(t, r, sheetsOf(t, log, p))
		})
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// sentences are what the summary must say by the figures of the report.
func sentences(r *review.Report, p *i18n.Printer) (out []string) {
	say := func(n int, key string, args i18n.Args) {
		if n > 0 {
			args["N"] = n
			out = append(out, p.T("summary."+key, args))
		}
	}
	flows, made, late, missing, open := 0, 0, 0, 0, 0
	for _, f := range r.Flow.Expected {
		made, late, missing, open = made+f.Total.Made, late+f.Total.Late, missing+f.Total.Missing, open+f.Total.Expected
		flows += f.Total.Broken
	}
	if begun := made + late + missing + open; made < begun {
		say(begun, "flows", i18n.Args{"Made": made, "Late": late, "Missing": missing, "Open": open})
	}
	say(r.Flow.BrokenCount, "flows.broken", i18n.Args{"Flows": flows})
	say(r.Flow.AstrayCount, "flows.misdirected", i18n.Args{})
	say(r.Evaluation.OpenMarks, "marks.differing", i18n.Args{})
	return out
}

// checkCounts compares lists with their counts, and the spreadsheet with both.
func checkCounts(t *testing.T, r *review.Report, sheets map[string][][]string) {
	t.Helper()
	broken, astray := 0, 0
	for i := range r.Findings {
		switch n, _ := r.Findings[i].Args["Count"].(int); r.Findings[i].Key {
		case "label_broken":
			broken += n
		case "misdirected":
			astray += n
		}
	}
	for what, counts := range map[string][]int{
		"labels too loose": {r.Flow.BrokenCount, len(r.Flow.Broken), len(sheets["labels"]) - 1, broken},
		"misdirected":      {r.Flow.AstrayCount, len(r.Flow.Astray), len(sheets["misdirected"]) - 1, astray},
		"unexpected":       {r.Flow.UnexpectedCount, len(r.Flow.Unexpected), len(sheets["unexpected"]) - 1},
		"indicators":       {r.Flow.IndicatorCount, len(r.Flow.Indicators), len(sheets["indicators"]) - 1},
	} {
		for _, n := range counts[1:] {
			if n != counts[0] {
				t.Errorf("%s: %v", what, counts)
				break
			}
		}
	}
	for _, f := range r.Findings {
		total := r.Flow.Expected
		for i := range total {
			could, _ := f.Args["CouldNot"].(int)
			if f.Key == "flow_missing" && f.Subject == total[i].Key && len(f.Units)+could != total[i].Total.Missing {
				t.Errorf("%s: %s, but %d missing", f.Subject, fmt.Sprint(f.Units), total[i].Total.Missing)
			}
		}
	}
}
