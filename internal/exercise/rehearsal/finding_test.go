package rehearsal_test

import (
	"cmp"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/rehearsal"
	"renkei/internal/exercise/scenario"
	"renkei/internal/testkit/exercisetest"
)

const packYAML = `
format: renkei/1
key: test
version: 1.0.0
kind: rcx
title: {en: Test, ja: 試験}
languages: [en, ja]
tlp: GREEN
duration: 60m
startex: 2027-06-16T01:00:00Z
objectives:
- key: O1
  title: {en: O, ja: O}
  critical_tasks:
  - {key: CT1, title: {en: C, ja: C}}
personas:
- {key: desk, name: {en: Desk, ja: 窓口}, address: desk@test.example}
units:
  cells:
  - {key: ward, name: {en: Ward, ja: 病棟}}
`

var injectKey = regexp.MustCompile(`(?m)^- key: (I\w+)`)

// crafted is a pack from its MSEL, played by so many teams.
func crafted(t *testing.T, msel string, teams int) *exercise.Play {
	t.Helper()
	files := map[string][]byte{"pack.yaml": []byte(packYAML), "msel.yaml": []byte(msel)}
	for _, m := range injectKey.FindAllStringSubmatch(msel, -1) {
		for _, lang := range []string{"en", "ja"} {
			files["texts/"+lang+"/"+m[1]+".md"] = []byte("# " + m[1] + "\n\ntext\n")
		}
	}
	pack, ds := scenario.Parse(files)
	if scenario.Failed(ds) {
		t.Fatalf("test pack: %v\n%s", ds, msel)
	}
	return playOf(t, pack, teams)
}

// found rehearses a crafted pack and gives the keys of what is found, each with
// its subject.
func found(t *testing.T, msel string, teams int) map[string]rehearsal.Finding {
	t.Helper()
	o := rehearsal.Setup{Play: crafted(t, msel, teams), Phrases: exercisetest.NewPhrases(t), Runs: 60}
	tally, err := rehearsal.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]rehearsal.Finding{}
	for _, f := range rehearsal.Find(tally.Figures(o), nil) {
		out[f.Key+" "+cmp.Or(f.Task, f.Flow, f.Branch, f.Inject)] = f
		out[f.Key] = f
	}
	return out
}

// inject is an inject to the teams at a time, with what else it has.
func inject(key, at, more string) string {
	return "- key: " + key + "\n  title: {en: A, ja: A}\n  phase: inform\n  from: desk\n  to: teams\n  at: " + at + "\n" + more
}

// task is a task of the inject before it, with what else it has.
func task(key, kind, due, effort, more string) string {
	return "  - {key: " + key + ", type: " + kind + ", prompt: {en: P, ja: P}, due: " + due +
		", effort: {min: " + effort + ", likely: " + effort + ", max: " + effort + "}, " + more + "}\n"
}

const (
	word  = `accept: ["w22"], `
	easy  = word + "difficulty: 0"
	eight = `mentions: [["a1"], ["b2"], ["c3"], ["d4"], ["e5"], ["f6"], ["g7"], ["h8"]], `
)

func one(at, tasks string) string { return "injects:\n" + inject("I1", at, "  tasks:\n"+tasks) }

func two(at1, tasks1, at2, tasks2 string) string {
	return one(at1, tasks1) + inject("I2", at2, "  tasks:\n"+tasks2)
}

// cond is an inject I2 after a first one, with a condition.
func cond(when string) string {
	return one("1m", task("T1", "answer", "20m", "2m", word+"difficulty: 0.5")) +
		"- key: I2\n  title: {en: B, ja: B}\n  phase: inform\n  from: desk\n  to: teams\n  " + when + "\n"
}

// decided is a decision after a first inject.
func decided(when string) string {
	return one("1m", task("T1", "answer", "20m", "2m", word+"difficulty: 0.5")) +
		inject("I2", "30m", "  branch: B1\n") + inject("I3", "30m", "  branch: B2\n") +
		"decisions:\n- key: D1\n  title: {en: D, ja: D}\n  at: 25m\n  branches:\n  - {key: B1, title: {en: B, ja: B}, when: '" +
		when + "'}\n  - {key: B2, title: {en: B, ja: B}}\n"
}

// flows adds expected flows to one inject without tasks.
func flows(at string, list ...string) string {
	return "injects:\n" + inject("I1", at, "") + "flows:\n" + strings.Join(list, "")
}

func flow(key, to, within, what string) string {
	return "- {key: " + key + ", title: {en: F, ja: F}, phase: inform, from: team, to: " + to + ", after: I1, within: " + within + what + "}\n"
}

func many(n int, make func(key string) string) []string {
	var out []string
	for i := range n {
		out = append(out, make(string(rune('A'+i))))
	}
	return out
}

// TestFindings: each finding on a pack where it must be found, and on one much
// like it where it must not.
func TestFindings(t *testing.T) {
	t.Parallel()
	hard := word + "difficulty: 1, attempts: 9, hints: [{text: {en: H, ja: H}, cost: 1}, {text: {en: H, ja: H}, cost: 1}]"
	persona := func(key string) string { return flow("F"+key, "persona:desk", "20m", "") }
	reports := func(key string) string { return task("R"+key, "report", "50m", "1m", "critical: CT1") }
	for name, c := range map[string]struct {
		find          string
		must, mustNot string
		teams         int
	}{
		"nobody solves": {
			"none_solve T1", one("1m", task("T1", "report", "20m", "2m", eight+"difficulty: 0.9")),
			one("1m", task("T1", "report", "20m", "2m", `mentions: [["a1"]], difficulty: 0`)), 3,
		},
		"all solve": {
			"all_solve T1", one("1m", task("T1", "indicators", "20m", "2m", "accept: [192.0.2.9], difficulty: 0, solved_at: 0.5, attempts: 9")),
			one("1m", task("T1", "indicators", "20m", "2m", "accept: [192.0.2.9], difficulty: 0.8, solved_at: 0.9, attempts: 1")), 3,
		},
		"late": {"late T1", one("1m", task("T1", "answer", "2m", "3m", easy)), one("1m", task("T1", "answer", "20m", "3m", easy)), 3},
		"never answered": {
			"unanswered T1", one("52m", task("T1", "answer", "8m", "10m", easy)), one("30m", task("T1", "answer", "8m", "10m", easy)), 3,
		},
		"hints":  {"hints T1", one("1m", task("T1", "answer", "50m", "2m", hard)), one("1m", task("T1", "answer", "50m", "2m", easy)), 3},
		"cannot": {"cannot T1", one("1m", task("T1", "answer", "20m", "2m", `match: ["zq[0-9]{9}"]`)), one("1m", task("T1", "answer", "20m", "2m", easy)), 3},
		"jam": {
			"jam T2", two("1m", task("T1", "answer", "40m", "20m", easy), "3m", task("T2", "answer", "15m", "5m", easy)),
			two("1m", task("T1", "answer", "40m", "20m", easy), "40m", task("T2", "answer", "15m", "5m", easy)), 3,
		},
		"pile-up": {
			"pile_up", two("1m", task("T1", "answer", "40m", "20m", easy), "3m", task("T2", "answer", "15m", "5m", easy)),
			two("1m", task("T1", "answer", "40m", "5m", easy), "40m", task("T2", "answer", "15m", "5m", easy)), 3,
		},
		"lull": {
			"lull", two("1m", task("T1", "answer", "10m", "2m", easy), "45m", task("T2", "answer", "15m", "2m", easy)),
			two("1m", task("T1", "answer", "55m", "30m", easy), "31m", task("T2", "answer", "25m", "25m", easy)), 3,
		},
		"flat out": {"flat_out", one("1m", task("T1", "answer", "50m", "40m", easy)), one("1m", task("T1", "answer", "50m", "4m", easy)), 3},
		"cut off":  {"cut I1", one("52m", task("T1", "answer", "8m", "10m", easy)), one("30m", task("T1", "answer", "8m", "10m", easy)), 3},
		"never comes": {
			"never_comes I2", cond(`when: "score > 1000.0"`), cond(`when: task("T1").correct`), 3,
		},
		"always comes": {
			"always_comes I2", cond(`when: inject("I1").released`), cond(`when: task("T1").correct`), 3,
		},
		"always comes to those who answer": {
			"always_comes I2", cond(`when: task("T1").answered`), cond(`when: task("T1").correct`), 3,
		},
		"lapses": {
			"lapses I2", cond("when: task(\"T1\").correct\n  within: 3m"), cond("when: task(\"T1\").correct\n  within: 50m"), 3,
		},
		"branch never taken":  {"branch_never B1", decided("score > 1000.0"), decided(`task("T1").correct`), 3},
		"branch always taken": {"branch_always B1", decided(`inject("I1").released`), decided(`task("T1").correct`), 3},
		"never told":          {"flow_never F1", flows("59m55s", flow("F1", "next", "5m", "")), flows("5m", flow("F1", "next", "5m", "")), 3},
		"always told":         {"flow_always FA", flows("5m", many(8, func(k string) string { return flow("F"+k, "liaison", "20m", "") })...), flows("5m", flow("FA", "liaison", "20m", "")), 3},
		"told late":           {"flow_late F1", flows("5m", flow("F1", "next", "1m", "")), flows("5m", flow("F1", "next", "15m", "")), 3},
		"not told":            {"flow_missing F1", flows("58m", flow("F1", "next", "1m", "")), flows("5m", flow("F1", "next", "15m", "")), 3},
		"personas":            {"control_talk", flows("5m", many(9, persona)...), flows("5m", flow("FA", "liaison", "20m", "")), 9},
		"marks":               {"control_marks", one("1m", strings.Join(many(6, reports), "")), one("1m", strings.Join(many(1, reports), "")), 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, ok := found(t, c.must, c.teams)[c.find]
			if !ok {
				t.Fatalf("%s is not found in\n%s", c.find, c.must)
			}
			if len(f.Rests) == 0 {
				t.Errorf("%s rests on nothing", c.find)
			}
			if _, ok := found(t, c.mustNot, c.teams)[c.find]; ok {
				t.Errorf("%s is found in\n%s", c.find, c.mustNot)
			}
		})
	}
}

// TestSlow: what comes up only when everything takes longer says so, and what is
// found says what becomes of it.
func TestSlow(t *testing.T) {
	t.Parallel()
	msel := two("1m", task("T1", "answer", "8m", "5m", easy), "20m", task("T2", "answer", "3m", "5m", easy))
	o := rehearsal.Setup{Play: crafted(t, msel, 3), Phrases: exercisetest.NewPhrases(t), Runs: 60}
	figures := func(slow float64) *rehearsal.Figures {
		o.Slow = slow
		tally, err := rehearsal.Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return tally.Figures(o)
	}
	states := map[string]bool{}
	for _, f := range rehearsal.Find(figures(0), figures(rehearsal.SlowFactor)) {
		if f.Key != "late" {
			continue
		}
		states[f.Task] = f.OnlySlow
		if f.Slow == nil || *f.Slow < f.Value || f.OnlySlow != (f.Value < f.Limit) {
			t.Errorf("%s: value %g, limit %g, slow %v, only then %v", f.Task, f.Value, f.Limit, f.Slow, f.OnlySlow)
		}
	}
	if only, ok := states["T1"]; !ok || !only {
		t.Errorf("T1 is late only when everything takes longer: %v", states)
	}
	if only, ok := states["T2"]; !ok || only {
		t.Errorf("T2 is late anyway: %v", states)
	}
}

// TestAssumptions: a finding tells what the author stated from what is a
// default.
func TestAssumptions(t *testing.T) {
	t.Parallel()
	stated := found(t, one("1m", task("T1", "answer", "2m", "3m", easy)), 2)["late"]
	if a := stated.Rests[0]; a.Key != rehearsal.AssumeEffort || !a.Stated || a.Likely != 180 {
		t.Errorf("stated: %+v", a)
	}
	msel := "injects:\n" + inject("I1", "1m", "  tasks:\n  - {key: T1, type: report, prompt: {en: P, ja: P}, due: 1m, "+eight+"points: 5}\n")
	def := found(t, msel, 2)
	if a := def["late"].Rests[0]; a.Stated || a.Likely != 120 {
		t.Errorf("default effort: %+v", a)
	}
	if a := def["none_solve"].Rests[0]; a.Key != rehearsal.AssumeDifficulty || a.Stated || a.Likely != 0.5 {
		t.Errorf("default difficulty: %+v", a)
	}
}
