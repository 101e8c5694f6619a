package scenario

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sampleFacts answers from a seed, always the same.
type sampleFacts struct{ seed uint64 }

func (s sampleFacts) number(kind, key string) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d/%s/%s", s.seed, kind, key) // a hash never fails
	return h.Sum64() >> 5
}

func (s sampleFacts) Task(key string) TaskFacts {
	n := s.number("task", key)
	return TaskFacts{
		Answered: n&1 > 0, Correct: n&2 > 0, Late: n&4 > 0, Open: n&8 > 0,
		Attempts: int64(n >> 4 & 3), Score: float64(n>>6&7) / 2,
	}
}

func (s sampleFacts) Inject(key string) InjectFacts {
	n := s.number("inject", key)
	return InjectFacts{Released: n&1 > 0, Acknowledged: n&2 > 0}
}

func (s sampleFacts) Flow(key string) FlowFacts {
	n := s.number("flow", key)
	return FlowFacts{Made: n&1 > 0, Late: n&2 > 0, Missed: n&4 > 0}
}

func (s sampleFacts) TeamsAnswered(key string) int { return int(s.number("answered", key) & 3) }
func (s sampleFacts) TeamsSolved(key string) int   { return int(s.number("solved", key) & 3) }
func (s sampleFacts) TeamsMade(key string) int     { return int(s.number("made", key) & 3) }
func (s sampleFacts) TeamsTotal() int              { return int(s.number("total", "") & 3) }
func (s sampleFacts) Branch(key string) bool       { return s.number("branch", key)&1 > 0 }
func (s sampleFacts) Score() float64               { return float64(s.number("score", "")&7) / 2 }

func conditionSamples() []string {
	return []string{
		`task("T1").answered`,
		`branch("B1") && !branch("B2")`,
		`[branch("B1")].size() == 1`,
		`task("T1").correct && !task("T2").late || inject("I01").released`,
		`teams.answered("T1") >= 3 && teams.total > 2`,
		`teams.solved("T1") + teams.made("F1") - 1 == -(teams.total)`,
		`score >= 2.5 ? flow("F1").made : flow("F2").missed`,
		`task("T1").score + score - 1.0 < 3.0`,
		`teams.total * 2 > 3`,
		`[1, 2].size() == teams.total`,
		`9223372036854775807 + teams.total > 0 || true`,
		`!(9223372036854775807 + teams.total > 0)`,
		`task("T1").attempts / (teams.total - teams.total) == 1`,
		`"日本" == "日本" && tsk("T1").answered`,
		`task("T1").answerd`, `task(score)`, `score`, `((`, `teams.answerd("x") > 1`,
		`task("T1").open == inject("I01").acknowledged`,
	}
}

// agree compares the closures with the CEL interpreter.
func agree(t interface {
	Fatalf(format string, args ...any)
}, c *Condition, f Facts,
) {
	env, err := celEnv()
	if err != nil {
		t.Fatalf("environment: %v", err)
	}
	checked, iss := env.Compile(c.Source)
	if iss.Err() != nil {
		t.Fatalf("compile %q: %v", c.Source, iss.Err())
	}
	slow, err := c.interpreted(env, checked)
	if err != nil {
		t.Fatalf("program %q: %v", c.Source, err)
	}
	v, ok := slow(f)
	got, gotOK := c.eval(f)
	if (got && gotOK) != (v && ok) || gotOK != ok {
		t.Fatalf("%q: closures %v %v, interpreter %v %v", c.Source, got, gotOK, v, ok)
	}
	if c.Holds(f) != (v && ok) {
		t.Fatalf("%q: Holds differs", c.Source)
	}
}

// boolExpr draws a condition from the grammar that closures cover.
func boolExpr(t *rapid.T, depth int) string {
	key := rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "key")
	kind := rapid.IntRange(0, 4).Draw(t, "kind")
	if depth > 0 {
		kind = rapid.IntRange(0, 11).Draw(t, "deep kind")
	}
	sub := func() string { return boolExpr(t, depth-1) }
	switch kind {
	case 0:
		return fmt.Sprintf("task(%q).%s", key, rapid.SampledFrom([]string{"answered", "correct", "late", "open"}).Draw(t, "field"))
	case 1:
		return fmt.Sprintf("inject(%q).%s", key, rapid.SampledFrom([]string{"released", "acknowledged"}).Draw(t, "field"))
	case 2:
		return fmt.Sprintf("flow(%q).%s", key, rapid.SampledFrom([]string{"made", "late", "missed"}).Draw(t, "field"))
	case 3, 4:
		return rapid.SampledFrom([]string{"true", "false"}).Draw(t, "literal")
	case 5:
		return "!(" + sub() + ")"
	case 6:
		return "(" + sub() + " && " + sub() + ")"
	case 7:
		return "(" + sub() + " || " + sub() + ")"
	case 8:
		return "(" + sub() + " ? " + sub() + " : " + sub() + ")"
	case 9:
		return "(" + sub() + rapid.SampledFrom([]string{" == ", " != "}).Draw(t, "op") + sub() + ")"
	}
	op := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "op")
	whole := kind == 10
	return "(" + numExpr(t, depth-1, whole) + " " + op + " " + numExpr(t, depth-1, whole) + ")"
}

func numExpr(t *rapid.T, depth int, whole bool) string {
	kind := rapid.IntRange(0, 1).Draw(t, "number")
	if depth > 0 {
		kind = rapid.IntRange(0, 4).Draw(t, "deep number")
	}
	sub := func() string { return numExpr(t, depth-1, whole) }
	switch kind {
	case 2:
		return "-(" + sub() + ")"
	case 3:
		return "(" + sub() + rapid.SampledFrom([]string{" + ", " - "}).Draw(t, "op") + sub() + ")"
	case 4:
		return "(" + boolExpr(t, depth-1) + " ? " + sub() + " : " + sub() + ")"
	}
	facts := []string{`task("A").score`, "score", "0.5", "2.0", "-1.5"}
	if whole {
		facts = []string{
			`task("A").attempts`, `teams.answered("A")`, `teams.solved("B")`, `teams.made("C")`, "teams.total", "0", "2",
			"9223372036854775807", "-9223372036854775808",
		}
	}
	return rapid.SampledFrom(facts).Draw(t, "fact")
}

func TestConditionAgreesWithCEL(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		src := boolExpr(t, 4)
		if len(src) > maxCondition {
			t.Skip()
		}
		c, ds := CompileCondition(src, Pos{})
		if len(ds) > 0 {
			t.Skip() // nested too deep
		}
		env, _ := celEnv()
		checked, _ := env.Compile(src)
		if (translator{checked.NativeRep()}).boolean(checked.NativeRep().Expr()) == nil {
			t.Fatalf("closures do not cover %q", src)
		}
		for range 4 {
			agree(t, c, sampleFacts{rapid.Uint64().Draw(t, "seed")})
		}
	})
}

func TestConditionNames(t *testing.T) {
	t.Parallel()
	c, ds := CompileCondition(`task("T2").answered && task("T1").late && task("T1").open || inject("I1").released
		|| flow("F1").made || teams.solved("T3") > 1 || teams.answered("T3") > 1 || teams.made("F2") == teams.total || score > 1.0`, Pos{})
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	got := fmt.Sprint(c.Tasks, c.Injects, c.Flows, c.TeamTasks, c.TeamFlows, c.UsesScore, c.UsesTotal)
	if want := "[T1 T2] [I1] [F1] [T3] [F2] true true"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestConditionErrors(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, src, want string }{
		{"not bool", `score`, "1:1 condition.type"},
		{"unknown field", `task("T1").answerd`, "1:12 condition.field"},
		{"unknown function", `true && tsk("T1").late`, "1:9 condition.name"},
		{"unknown name", `true || scor > 1.0`, "1:9 condition.name"},
		{"key not literal", `task(string(score)).late`, "1:12 condition.key"},
		{"unknown team fact", `teams.answerd("T1") > 1`, "1:7 condition.name"},
		{"syntax", `true &&`, "1:8 condition.syntax"},
		{"types", `teams.total > 1.5 && 1 + "a" == 2`, "1:24 condition.check"},
		{"several at once", "task(1).late ||\n flow(2).made", "1:6 condition.key"},
		{"second line", "true &&\n task(\"日本\").x", "2:13 condition.field"},
		{"too long", strings.Repeat(" ", maxCondition) + "true", "1:1 condition.long"},
		{"too deep", strings.Repeat("(", 500) + "true" + strings.Repeat(")", 500), "condition.syntax"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c, ds := CompileCondition(tc.src, Pos{"m", 1, 1})
			if c != nil || !slices.ContainsFunc(ds, func(d Diagnostic) bool { return strings.Contains(d.String(), tc.want) }) {
				t.Errorf("got %v, want %s", ds, tc.want)
			}
		})
	}
}

func TestHoldsOfNothing(t *testing.T) {
	t.Parallel()
	var c *Condition
	if c.Holds(sampleFacts{}) || (&Condition{}).Holds(sampleFacts{}) {
		t.Error("a condition that is not compiled holds")
	}
}

// noFacts answers nothing, at no cost.
type noFacts struct{}

func (noFacts) Task(string) TaskFacts     { return TaskFacts{} }
func (noFacts) Inject(string) InjectFacts { return InjectFacts{} }
func (noFacts) Flow(string) FlowFacts     { return FlowFacts{} }
func (noFacts) TeamsAnswered(string) int  { return 0 }
func (noFacts) TeamsSolved(string) int    { return 0 }
func (noFacts) TeamsMade(string) int      { return 0 }
func (noFacts) TeamsTotal() int           { return 3 }
func (noFacts) Branch(string) bool        { return false }
func (noFacts) Score() float64            { return 0 }

func BenchmarkHolds(b *testing.B) {
	c, _ := CompileCondition(`task("T1").correct && teams.answered("T3") >= 1 || score > 2.0`, Pos{})
	f := Facts(noFacts{})
	for b.Loop() {
		c.Holds(f)
	}
}
