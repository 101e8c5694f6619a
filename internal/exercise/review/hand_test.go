package review_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
)

// small is a short exercise of three teams, made to be reckoned by hand. Its
// lines, and how every figure of its report follows from them, are in
// testdata/hand.md.
func small(tb testing.TB) *stage {
	tb.Helper()
	s := newStage(tb, demo(tb, 1, 2, 8), func(files map[string][]byte) {
		report := []byte("  - key: T4\n    type: report\n")
		files["msel.yaml"] = bytes.Replace(files["msel.yaml"], report, append(report, "    critical: CT2\n"...), 1)
	})
	ast, cell, hin, excon := player("asteria"), player("asteria/hospital"), player("hinomoto"), exercise.Excon()
	s.do("0:00", ast, exercise.Attend{Unit: "asteria", Present: 4, Expected: 5})
	s.status("0:00", "borealis/hospital", exercise.Absent)
	s.do("0:00", excon, exercise.Start{Speed: 1})

	s.do("1:40", ast, exercise.Acknowledge{Inject: "I01", Unit: "asteria"})
	s.choose("2:00")
	s.do("2:30", hin, exercise.Acknowledge{Inject: "I01", Unit: "hinomoto"})
	s.do("3:00", ast, exercise.Send{From: "asteria", Ends: []string{"unit:hinomoto"}, TLP: scenario.TLPAmber, Text: "Do you see the same?"})
	s.do("3:30", ast, exercise.TakeHint{Task: "T2", Unit: "asteria"})
	s.do("4:00", ast, exercise.Submit{Task: "T2", Unit: "asteria", Items: []string{"192.0.2.1"}})
	s.do("4:30", ast, exercise.Submit{Task: "T2", Unit: "asteria", Items: []string{"203.0.113.11"}})
	s.do("5:30", hin, exercise.Submit{Task: "T1", Unit: "hinomoto", Items: []string{"b"}})
	s.do("7:00", ast, exercise.Share{
		Send:       exercise.Send{From: "asteria", Ends: []string{"liaison"}, TLP: scenario.TLPGreen, Text: "Please check your logs."},
		Indicators: []string{"203.0.113.11"}, Task: "T3",
	})
	s.do("7:30", ast, exercise.RelayTo{Inject: "I03", From: "asteria", Unit: "asteria/hospital", Text: "Please tell us."})
	s.do("8:00", cell, exercise.Acknowledge{Inject: "I03", Unit: "asteria/hospital"})
	s.do("8:30", cell, exercise.Submit{Task: "T5", Unit: "asteria/hospital", Text: "192.0.2.21"})
	s.do("9:00", ast, exercise.Submit{Task: "T4", Unit: "asteria", Text: "It is 203.0.113.11."})
	s.status("9:30", "hinomoto", exercise.UnitPause)
	s.do("10:00", excon, exercise.Pause{Reason: "lunch"})
	s.drift += 3_600_000_000_000
	s.do("10:00", excon, exercise.Resume{})
	s.do("10:30", ast, exercise.Submit{Task: "T4", Unit: "asteria", Text: "It is 203.0.113.11. Isolate the computers."})
	s.status("11:30", "hinomoto", exercise.Present)
	s.do("13:30", hin, exercise.Send{From: "hinomoto", Ends: []string{"liaison"}, TLP: scenario.TLPAmber, Text: "Ours is 203.0.113.18."})
	s.do("14:00", evaluator("e1"), exercise.Mark{Task: "T4", Unit: "asteria", Points: points(8)})
	s.do("14:10", evaluator("e2"), exercise.Mark{Task: "T4", Unit: "asteria", Points: points(6)})
	s.do("14:20", excon, exercise.Settle{Task: "T4", Unit: "asteria", Points: 7})
	s.do("14:30", excon, exercise.AddNote{Unit: "hinomoto", Text: "Shares late, but well."})
	s.do("15:00", excon, exercise.End{})
	s.do("15:00", ast, exercise.AnswerHotWash{Unit: "asteria", Question: "better", Text: "Read the labels."})
	return s
}

// TestHandReckoned compares every figure of the small log's report with the
// table that was reckoned by hand, and the table with every figure.
func TestHandReckoned(t *testing.T) {
	t.Parallel()
	log := small(t).end()
	r := report(t, load(t, log), review.Reader{For: review.ForExcon}, "en")
	got := map[string]string{}
	rows(got, "", simple("", jsonOf(t, r)))
	text, want := handTable(t)
	for _, e := range readLedger(t, log).lines {
		if line := fmt.Sprintf("\n%d  %02d:%02d  %s  %s", e.Seq, e.At/60_000_000, e.At/1_000_000%60, e.Actor, e.Type); !strings.Contains(text, line) {
			t.Errorf("reckoned from other lines than %s", line)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(got)) {
		if got[path] != want[path] {
			t.Errorf("%s\n  reported %s\n  reckoned %s", path, got[path], want[path])
		}
	}
	for path := range want {
		if _, ok := got[path]; !ok {
			t.Errorf("%s is reckoned, and not reported", path)
		}
	}
}

func jsonOf(tb testing.TB, v any) any {
	tb.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		tb.Fatal(err)
	}
	return out
}

// handTable reads the rows of testdata/hand.md: path, figures, why.
func handTable(tb testing.TB) (text string, figures map[string]string) {
	tb.Helper()
	raw, err := os.ReadFile("testdata/hand.md")
	if err != nil {
		tb.Fatal(err)
	}
	figures = map[string]string{}
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.HasPrefix(line, "| `") {
			continue
		}
		if strings.TrimSpace(cells[3]) == "" {
			tb.Errorf("no reason for %s", cells[1])
		}
		figures[strings.Trim(cells[1], " `")] = strings.Trim(cells[2], " `")
	}
	return string(raw), figures
}

// simple makes a report's JSON short enough to be read: a moment becomes its
// clock, a spread "n: min q1 median q3 max", an evidence its seqs, and what has
// a key stands under it. Words are left out.
func simple(path string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		return simpleObject(path, v)
	case []any:
		return simpleList(path, v)
	}
	return v
}

func simpleObject(path string, o map[string]any) any {
	if clock, ok := o["clock"]; ok && len(o) == 2 {
		return clock
	}
	if n, ok := o["median"]; ok {
		return fmt.Sprint(o["n"], ": ", o["min"], " ", o["q1"], " ", n, " ", o["q3"], " ", o["max"])
	}
	if n, ok := o["count"]; ok && o["seqs"] != nil && len(o) == 2 {
		return fmt.Sprint(n, ": ", o["seqs"])
	}
	out := map[string]any{}
	for key, value := range o {
		at := strings.TrimPrefix(path+"."+key, ".")
		if !isExempt(class(at)) && at != "events" {
			out[key] = simple(at, value)
		}
	}
	return out
}

func simpleList(path string, all []any) any {
	keyed := map[string]any{}
	var plain []string
	for i, v := range all {
		s := simple(fmt.Sprintf("%s.%d", path, i), v)
		o, ok := s.(map[string]any)
		if !ok {
			plain = append(plain, fmt.Sprint(s))
			continue
		}
		if o["kind"] != nil && o["key"] != nil && o["seq"] != nil { // a mark of a timeline
			plain = append(plain, strings.TrimSpace(fmt.Sprint(o["seq"], " ", o["kind"], " ", o["key"])))
			continue
		}
		name := keyOf(o, i)
		if keyed[name] != nil {
			name += " " + fmt.Sprint(i+1)
		}
		keyed[name] = s
	}
	if plain != nil {
		return strings.Join(plain, ", ")
	}
	return keyed
}

// keyOf names an element of a list.
func keyOf(o map[string]any, i int) string {
	if o["messages"] != nil && o["from"] != nil {
		return fmt.Sprint(o["from"], ">", o["to"])
	}
	name := fmt.Sprint(i + 1)
	for _, field := range []string{"seq", "form", "phase", "key", "unit"} {
		if o[field] != nil && o[field] != "" {
			name = fmt.Sprint(o[field])
		}
	}
	if o["evaluator"] != nil {
		name = fmt.Sprint(o["seq"])
	}
	if o["subject"] != nil {
		name += " " + fmt.Sprint(o["subject"])
	}
	return name
}

// rows gives the values of every object in one line, without what is zero,
// empty, false, or in its path.
func rows(out map[string]string, path string, v any) {
	o, ok := v.(map[string]any)
	if !ok {
		return
	}
	var cells []string
	for _, key := range slices.Sorted(maps.Keys(o)) {
		switch value := o[key].(type) {
		case map[string]any:
			rows(out, strings.TrimPrefix(path+"/"+key, "/"), value)
		default:
			if s := fmt.Sprint(value); s != "" && s != "0" && s != "false" && !strings.HasSuffix(path, "/"+s) {
				cells = append(cells, key+"="+s)
			}
		}
	}
	if len(cells) > 0 {
		out[path] = strings.Join(cells, "; ")
	}
}
