package review_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
)

// unrecounted are the fields of the report that no recount can tell, each with
// its reason. Every other field must be recounted: a new one fails
// TestEveryFigureIsRecounted until it is.
var unrecounted = map[string]string{
	`format|result\.format`:               "a constant",
	`reader\..*|left_out\..*`:             "what was asked for; EXCON's report leaves nothing out",
	`label`:                               "how to handle the report: TestReportLabel",
	`result\.log\.verified`:               "a log that does not verify gives no report",
	`result\.(questions\..*|commitments)`: "of tabletops, which have a recount of their own: TestRun in package tabletop",
	`measures\.injects\..*\.(report|task|late)_seconds.*`:               "an inject is no task",
	`measures\.injects\..*\.attempts_spread.*`:                          "an inject is no task",
	`measures\.tasks\..*\.(ack|first_reply)_seconds.*`:                  "a task is no inject",
	`measures\.units\..*\.injects\..*\.ranges\.\*\.\*`:                  "an inject at a unit has three events at most, all of them cited",
	`(names|titles)\..*`:                                                "words",
	`result\.units\.\*\.name\..*`:                                       "words",
	`result\.exercise\.title\..*`:                                       "words",
	`information_flow\.expected\.\*\.title\..*`:                         "words",
	`evaluation\.objectives\.\*\.title\..*`:                             "words",
	`evaluation\..*\.critical_tasks\.\*\.title\..*`:                     "words",
	`findings\.\*\.(text|args\.(Units|To|Subject))`:                     "words",
	`improvement_plan\.\*\.((proposed_)?(action|title)|concerns.*text)`: "words",
	`improvement_plan\.\*\.(root_cause|(proposed_)?reference|capability_element|responsible|contact|start|completion|status|remark|entered_by_event)`: "proposed or entered: TestPlanIsEntered",
	`(findings|improvement_plan)\.\*\.objective`:          "TestFindingsBelongToObjectives",
	`overview\..*|last_plan\..*|feedback\..*`:             "what people entered and said: TestPlanIsEntered",
	`information_flow\.expected\..*\.ranges\.\*\.\*`:      "a flow has five events at most, all of them cited",
	`events\.\*\.text|information_flow\.unexpected.*text`: "words",
}

// tree is the whole report as the ledger comes to it.
func (l *ledger) tree() obj {
	findings, plan := l.findings()
	t := obj{
		"result": l.result(), "measures": l.measures(), "information_flow": l.informationFlow(), "evaluation": l.evaluation(),
		"findings": findings, "improvement_plan": plan, "notes": l.notes(), "timelines": l.timelines(),
	}
	t["events"] = l.cited(flatten(t))
	return t
}

var citing = regexp.MustCompile(`evidence\.seqs\.\d+$|(unexpected|broken|misdirected|reached|marks|notes|ways)\.\d+\.seq$|flows\.\d+\.via$`)

// cited are the events that stand in the evidence of a figure, or in a list.
func (l *ledger) cited(flat map[string]string) list {
	seqs := map[string]bool{}
	for path, value := range flat {
		if citing.MatchString(path) {
			seqs[value] = true
		}
	}
	out := list{}
	for _, e := range l.lines {
		if seqs[fmt.Sprint(e.Seq)] {
			at := e.At
			if e.made > 0 {
				at = e.made
			}
			f := fields{"seq": e.Seq, "at": moment(at), "type": e.Type}
			f.set("actor", e.Actor)
			out = append(out, f)
		}
	}
	return out
}

// flatten gives every value of a JSON tree by its path. Whether a condition is
// looked at yet is not in the lines, so "watching" is read as "waiting".
func flatten(v any) map[string]string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		panic(err)
	}
	out := map[string]string{}
	flattenInto(out, "", tree)
	return out
}

func flattenInto(out map[string]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			flattenInto(out, path+"."+key, value)
		}
	case []any:
		out[path+".#"] = fmt.Sprint(len(v))
		for i, value := range v {
			flattenInto(out, fmt.Sprintf("%s.%d", path, i), value)
		}
	default:
		if v == "watching" {
			v = "waiting"
		}
		out[path] = fmt.Sprint(v)
	}
}

var numbers = regexp.MustCompile(`\.\d+`)

// class is the path of a value with its places in lists left out.
func class(path string) string { return strings.TrimPrefix(numbers.ReplaceAllString(path, ".*"), ".") }

var exempt = regexp.MustCompile(`^(` + strings.Join(slices.Collect(maps.Keys(unrecounted)), "|") + `)(\.#)?$`)

func isExempt(class string) bool { return exempt.MatchString(class) }

// differences tells where a report and the ledger disagree.
func differences(got, want map[string]string) []string {
	var out []string
	for path := range got {
		if got[path] != want[path] && !isExempt(class(path)) {
			out = append(out, fmt.Sprintf("%s: %q, by the log %q", path, got[path], want[path]))
		}
	}
	for path := range want {
		if _, ok := got[path]; !ok {
			out = append(out, fmt.Sprintf("%s: not there, by the log %q", path, want[path]))
		}
	}
	slices.Sort(out)
	return out
}

// plays are the logs whose reports are recounted.
func plays(tb testing.TB) map[string][]byte {
	tb.Helper()
	logs := map[string][]byte{"small": small(tb).end(), "short": played(tb).end(), "on paper": onPaper(tb).end()}
	for seed := range uint64(12) {
		logs[fmt.Sprintf("random %d", seed)] = random(tb, 2+int(seed)%6, 500+40*int(seed), seed).end()
	}
	for seed := range uint64(4) {
		s := botPlay(tb, 3+int(seed), seed, nil)
		s.playTo(exercise.Never - 1)
		logs[fmt.Sprintf("bots %d", seed)] = s.end()
	}
	for seed := range uint64(6) {
		logs[fmt.Sprintf("story %d", seed)] = story(tb, 2+2*int(seed), seed).end()
	}
	for seed := range uint64(12) {
		log := meddled(tb, 2+int(seed)%4, seed).end()
		logs[fmt.Sprintf("meddled %d", seed)] = log
		if at := bytes.Index(log, []byte(`"type":"inject.released"`)); seed < 4 {
			logs[fmt.Sprintf("torn %d", seed)] = log[:at+(len(log)-at)/5*(int(seed)+1)]
		}
	}
	return logs
}

func TestEveryFigureAgreesWithANaiveRecount(t *testing.T) {
	t.Parallel()
	for name, log := range plays(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := flatten(report(t, load(t, log), review.Reader{For: review.ForExcon}, "en"))
			diff := differences(got, flatten(readLedger(t, log).tree()))
			if len(diff) > 0 {
				t.Errorf("%d of %d values differ:\n%s", len(diff), len(got), strings.Join(diff[:min(40, len(diff))], "\n"))
			}
		})
	}
}
