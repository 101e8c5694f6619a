package review_test

import (
	"bytes"
	"cmp"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

// drill plays a part of an exercise of three teams.
type drill func(s *stage)

func acks(units ...string) drill {
	return func(s *stage) {
		for _, u := range units {
			s.do("1:10", player(u), exercise.Acknowledge{Inject: "I01", Unit: u})
		}
		for _, u := range units {
			s.do("6:10", player(u), exercise.Acknowledge{Inject: "I02", Unit: u})
		}
	}
}

// solves lets units name a control server, as right for some as for others.
func solves(at string, right bool, units ...string) drill {
	return func(s *stage) {
		for _, u := range units {
			n, _ := s.state.Play().Cast.Index(u)
			c2 := "203.0.113." + itoa(uint64(10+s.state.Play().Cast.Units[n].N))
			if !right {
				c2 = "192.0.2.1"
			}
			s.do(at, player(u), exercise.Submit{Task: "T2", Unit: u, Items: []string{c2}})
		}
	}
}

func chooses(at string, units ...string) drill {
	return func(s *stage) {
		for _, u := range units {
			s.do(at, player(u), exercise.Submit{Task: "T1", Unit: u, Items: []string{"a"}})
		}
	}
}

// tells lets units write about their own control server.
func tells(at, to string, tlp scenario.TLP, units ...string) drill {
	return func(s *stage) {
		for _, u := range units {
			n, _ := s.state.Play().Cast.Index(u)
			text := "block 203.0.113." + itoa(uint64(10+s.state.Play().Cast.Units[n].N))
			s.do(at, player(u), exercise.Send{From: u, Ends: []string{to}, Text: text, TLP: tlp})
		}
	}
}

func says(at, from, to, re string) drill {
	return func(s *stage) {
		s.do(at, player(from), exercise.Send{From: from, Ends: []string{to}, Text: "We can lend you a hand.", TLP: scenario.TLPRed, Re: re})
	}
}

// shares answers the share task, but without what it asks for.
func shares(at, from string) drill {
	return func(s *stage) {
		s.do(at, player(from), exercise.Share{Send: exercise.Send{From: from, Ends: []string{room}, Text: "See our log."}, Task: "T3"})
	}
}

func hints(units ...string) drill {
	return func(s *stage) {
		for _, u := range units {
			s.do("2:00", player(u), exercise.TakeHint{Task: "T2", Unit: u})
		}
	}
}

func relays(at string, units ...string) drill {
	return func(s *stage) {
		for _, u := range units {
			s.do(at, player(u), exercise.RelayTo{Inject: "I03", From: u, Unit: u + "/hospital", Text: "Please."})
		}
	}
}

func reports(at, text string) drill {
	return func(s *stage) { s.do(at, player("asteria"), exercise.Submit{Task: "T4", Unit: "asteria", Text: text}) }
}

func marks(first, second float64) drill {
	return func(s *stage) {
		s.do("13:00", evaluator("e1"), exercise.Mark{Task: "T4", Unit: "asteria", Points: points(first)})
		s.do("13:10", evaluator("e2"), exercise.Mark{Task: "T4", Unit: "asteria", Points: points(second)})
	}
}

func settles(s *stage) {
	s.do("14:00", exercise.Excon(), exercise.Settle{Task: "T4", Unit: "asteria", Points: 4})
}

func adds(tasks int) drill {
	return func(s *stage) {
		b := exercise.AddInject{
			Title: scenario.Text{"": "More"}, From: "it-manager", Units: []string{"asteria"}, Texts: scenario.Text{"": "# More"}, Phase: "inform",
		}
		for range tasks {
			b.Tasks = append(b.Tasks, exercise.AddedTask{Prompt: scenario.Text{"": "?"}, Within: 300 * exercise.Second, Points: 1})
		}
		s.do("20:00", exercise.Excon(), b)
	}
}

const (
	ast, bor, cor = "asteria", "borealis", "coralia"
	room          = exercise.EndLiaison
)

// cases has for every rule a drill in which it fires and one in which it does
// not, for a small difference.
func cases() map[string][2][]drill {
	amber, clear := scenario.TLPAmber, scenario.TLPClear
	return map[string][2][]drill{
		"ack_all":         {{acks(ast, bor, cor)}, {acks(ast, bor)}},
		"flow_all":        {{tells("7:00", room, amber, ast, bor, cor)}, {tells("7:00", room, amber, ast, bor)}},
		"task_all":        {{solves("2:00", true, ast, bor, cor)}, {solves("2:00", false, cor), solves("3:00", true, ast, bor, cor)}},
		"spread_fast":     {{tells("7:00", "unit:"+bor, amber, ast), tells("8:00", room, amber, ast)}, {tells("2:00", "unit:"+bor, amber, ast), tells("9:00", room, amber, ast)}},
		"unexpected_help": {{says("2:00", ast, "unit:"+bor, "")}, {says("2:00", ast, "unit:"+bor, "I01"), says("2:10", ast, "unit:asteria/hospital", ""), shares("6:20", ast)}},
		"revised_better": {
			{solves("2:00", true, ast), reports("7:00", "nothing"), reports("8:00", "isolate 203.0.113.11")},
			{solves("2:00", true, ast), reports("7:00", "isolate them"), reports("8:00", "isolate all")},
		},
		"never_acked":  {{acks(ast, bor)}, {acks(ast, bor, cor)}},
		"silent":       {{chooses("2:00", ast, bor)}, {chooses("2:00", ast, bor, cor), acks(ast, bor, cor)}},
		"flow_missing": {{tells("7:00", room, amber, ast, bor)}, {tells("7:00", room, amber, ast, bor), tells("12:00", room, amber, cor)}},
		"flow_slow":    {{tells("12:00", room, amber, ast)}, {tells("10:59", room, amber, ast)}},
		"relay_slow": {
			{solves("2:00", true, ast, bor, cor), relays("6:10", ast, bor), relays("7:10", cor)},
			{solves("2:00", true, ast, bor, cor), relays("6:10", ast, bor), relays("6:20", cor)},
		},
		"task_few": {{solves("2:00", false, bor, cor), solves("3:00", true, ast)}, {chooses("2:00", ast, bor), solves("2:00", false, cor), solves("3:00", true, ast, bor)}},
		"could_not": {
			{solves("2:00", true, ast), relays("6:10", ast)},
			{solves("2:00", true, ast), relays("6:10", ast), tells("7:00", room, amber, bor)},
		},
		"hint_many": {{hints(ast, bor)}, {hints(ast)}},
		"hint_came": {{solves("2:00", true, ast)}, {solves("2:00", true, ast, bor)}},
		"late_many": {{chooses("2:00", ast), chooses("6:00", bor)}, {chooses("2:00", ast, bor), chooses("6:00", cor)}},
		"label_broken": {
			{says("2:00", ast, room, ""), tells("7:00", room, clear, ast)},
			{says("2:00", ast, room, ""), tells("7:00", room, amber, ast)},
		},
		"misdirected": {{tells("7:00", "persona:it-manager", amber, ast)}, {tells("5:00", "persona:it-manager", amber, ast), tells("7:00", room, amber, ast)}},
		"spread_slow": {{tells("7:00", "unit:"+bor, amber, ast), ends("8:00")}, {tells("7:00", "unit:"+bor, amber, ast), tells("8:00", room, amber, ast)}},
		"load_peak":   {{adds(5)}, {adds(4)}},
		"marks_open": {
			{solves("2:00", true, ast), reports("7:00", "nothing"), marks(3, 5)},
			{solves("2:00", true, ast), reports("7:00", "nothing"), marks(3, 5), settles},
		},
	}
}

// ends is ENDEX before its time.
func ends(at string) drill {
	return func(s *stage) { s.do(at, exercise.Excon(), exercise.End{}) }
}

// needy has T5 rest on what the neighbour tells the room.
func needy(files map[string][]byte) {
	files["msel.yaml"] = bytes.Replace(files["msel.yaml"], []byte("      contains: [\"{{infected}}\"]"), []byte("      needs: [{flow: F1, from: next}]\n      contains: [\"{{infected}}\"]"), 1)
}

// secret keeps what F1 is about from the persona it-manager.
func secret(files map[string][]byte) {
	files["msel.yaml"] = bytes.Replace(files["msel.yaml"], []byte("  within: 5m\n  what:"), []byte("  within: 5m\n  never: [\"persona:it-manager\"]\n  what:"), 1)
}

// helpful has a hint for T2 come by itself, late in the exercise.
func helpful(files map[string][]byte) {
	secret(files)
	needy(files)
	files["msel.yaml"] = bytes.Replace(files["msel.yaml"], []byte("cost: 2}\n"), []byte("cost: 2}\n    - {text: {en: There, ja: そこ}, after: 20m}\n"), 1)
}

func TestFindings(t *testing.T) {
	t.Parallel()
	for key, c := range cases() {
		for i, fires := range []bool{true, false} {
			s := newStage(t, demo(t, 1, 2, 3), helpful)
			s.do("0s", exercise.Excon(), exercise.Start{Speed: 1})
			for _, part := range c[i] {
				part(s)
			}
			s.until(exercise.Never - 1)
			l := s.load()
			for _, lang := range []string{"en", "ja"} {
				checkFindings(t, report(t, l, review.Reader{For: review.ForExcon}, lang), key, fires)
			}
		}
	}
}

func checkFindings(t *testing.T, r *review.Report, key string, fires bool) {
	t.Helper()
	if got := slices.ContainsFunc(r.Findings, func(f review.Finding) bool { return f.Key == key }); got != fires {
		t.Errorf("%s: %v, want %v", key, got, fires)
	}
	for i, f := range r.Findings {
		if len(f.Evidence.Seqs) == 0 || f.Evidence.Count < len(f.Evidence.Seqs) {
			t.Errorf("%s: evidence %+v", f.Key, f.Evidence)
		}
		if strings.Contains(f.Text, "<no value>") || strings.HasPrefix(f.Text, "finding.") || strings.Contains(f.Text, "  ") {
			t.Errorf("%s: %q", f.Key, f.Text)
		}
		if i > 0 && f.Kind == review.FindingStrength && r.Findings[i-1].Kind == review.FindingImprove {
			t.Errorf("%s: a strength stands after an improvement", f.Key)
		}
	}
	checkPlan(t, r)
}

// checkPlan: every improvement stands in the plan once, in the row of its issue.
func checkPlan(t *testing.T, r *review.Report) {
	t.Helper()
	answered := map[int]bool{}
	keys := map[string]bool{}
	for n, row := range r.Plan {
		if row.N != n+1 || keys[row.Key] || row.Title == "" || row.Action == "" || row.Responsible+row.Start+row.Completion+row.Cause != "" {
			t.Errorf("row %+v", row)
		}
		keys[row.Key] = true
		for _, c := range row.Concerns {
			f := &r.Findings[c.Finding]
			if row.Key != cmp.Or(f.Subject, "rule:"+f.Key) || answered[c.Finding] || c.Text == "" && f.Subject+strings.Join(f.Units, "") != "" {
				t.Errorf("row %s concerns %+v", row.Key, c)
			}
			answered[c.Finding] = true
		}
	}
	for i := range r.Findings {
		if improves := r.Findings[i].Kind == review.FindingImprove; improves != answered[i] {
			t.Errorf("finding %d (%s): in the plan %v", i, r.Findings[i].Key, answered[i])
		}
	}
}

// TestEveryRuleIsDocumented: the page, the cases here and the two languages
// know the same rules.
func TestEveryRuleIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/exercise/review.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (?:strength|improve) \\|").FindAllStringSubmatch(string(page), -1) {
		documented[m[1]] = true
	}
	for key := range cases() {
		if !documented[key] {
			t.Errorf("docs/exercise/review.md does not have %s", key)
		}
	}
	if len(documented) != len(cases()) {
		t.Errorf("%d rules documented, %d with cases", len(documented), len(cases()))
	}
	for _, lang := range i18n.Languages() {
		texts, err := i18n.Texts(lang, exercisetexts.Area())
		if err != nil {
			t.Fatal(err)
		}
		for key := range documented {
			if texts["finding."+key] == "" || texts["finding."+key+".action"] == "" {
				t.Errorf("%s: no words for %s", lang, key)
			}
			if improves := strings.Contains(string(page), "| `"+key+"` | improve |"); improves != (texts["finding."+key+".plan"] != "") {
				t.Errorf("%s: words of the plan for %s", lang, key)
			}
		}
		for key := range texts {
			if name, ok := strings.CutPrefix(key, "finding."); ok && !documented[strings.TrimSuffix(strings.TrimSuffix(name, ".action"), ".plan")] {
				t.Errorf("%s: %s is no rule", lang, key)
			}
		}
	}
}
