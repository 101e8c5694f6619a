package scenario

import (
	"maps"
	"strings"
	"testing"
)

// branching is a decision for the starter pack.
const branching = `
decisions:
- key: D1
  title: One
  at: 10m
  branches:
  - {key: b1, title: A, when: task("T2").correct}
  - {key: b2, title: B}
`

// TestReach changes the storyline of the starter pack, to which a decision has
// been added, and expects what can no longer happen. Places are those in the
// changed file.
func TestReach(t *testing.T) {
	t.Parallel()
	const when = `when: task("T2").correct || flow("F1").made`
	for _, tc := range []struct{ name, old, now, want string }{
		{"as it is", "", "", ""},
		{"never true", when, `when: task("T2").correct && !task("T2").correct`, "53:9 condition.never"},
		{"false", when, "when: false", "53:9 condition.never"},
		{"too many points", when, "when: score > 1000.0", "53:9 condition.never"},
		{"points enough", when, "when: score > 29.0", ""},
		{"too many attempts", when, `when: task("T2").attempts > 3`, "53:9 condition.never"},
		{"attempts enough", when, `when: task("T2").attempts >= 3`, ""},
		{"right but unanswered", when, `when: task("T2").correct && !task("T2").answered`, "53:9 condition.never"},
		{"more teams than teams", when, `when: teams.answered("T2") > teams.total`, "53:9 condition.never"},
		{"half of the teams", when, `when: teams.answered("T2") >= 3 && teams.total > 4`, ""},
		{"its own task", when, `when: task("T4").answered`, "53:9 condition.early"},
		{"two branches", when, `when: branch("b1") && branch("b2")`, "53:9 condition.never"},
		{"a branch", when, `when: branch("b1") || branch("b2")`, ""},
		{"unless always", "after: I01 +5m", "after: I01 +5m\n  unless: \"true\"", "40:11 condition.always|55:10 trigger.follows"},
		{"unless it may", "after: I01 +5m", `after: I01 +5m` + "\n  unless: task(\"T1\").correct", ""},
		{"branch too late", "at: 10m", "at: 30m", "87:7 decision.endex"},
		{"after what never comes", "at: 10m", "after: I03", ""},
		{"early", `when: task("T2").correct}`, `when: flow("F1").missed}`, "89:31 condition.early"},
		{"early in part", `when: task("T2").correct}`, `when: flow("F1").missed || task("T1").correct}`, ""},
		{"constant", `when: task("T2").correct}`, `when: score >= 0.0}`, "90:5 branch.taken"},
		{"covered", `- {key: b2, title: B}`, `- {key: b2, title: B, when: task("T2").correct && task("T1").correct}`, "90:31 branch.taken"},
		{"the rest", `- {key: b2, title: B}`, `- {key: b2, title: B, when: task("T2").answered}`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(starterFiles(t))
			files["msel.yaml"] = []byte(strings.Replace(string(files["msel.yaml"])+branching, tc.old, tc.now, 1))
			if got := strings.ReplaceAll(places(t, files), "msel.yaml:", ""); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// TestBranchOf gives injects and tasks to branches that those who get them
// cannot have taken.
func TestBranchOf(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, want string
		change     []string
	}{
		{"in time", "", []string{"after: I01 +5m", "after: I01 +5m\n  branch: b1"}},
		{
			"never taken", "40:11 trigger.branch|55:10 trigger.follows|90:31 condition.early",
			[]string{"after: I01 +5m", "after: I01 +5m\n  branch: b1", `"T2").correct}`, `"T5").correct && task("T4").late}`},
		},
		{"other branch", "43:13 task.nobody", []string{"after: I01 +5m\n  tasks:\n  - key: T3", "after: I01 +5m\n  branch: b1\n  tasks:\n  - key: T3\n    branch: b2"}},
		{"too early", "15:13 task.before", []string{"- key: T1\n", "- key: T1\n    branch: b1\n"}},
		{
			"task of a branch never taken", "42:13 task.branch|90:31 condition.never",
			[]string{"- key: T3\n", "- key: T3\n    branch: b1\n", `when: task("T2").correct}`, `when: "false"}`},
		},
		{
			"decision after a lapsed inject", "40:11 condition.always|55:10 trigger.follows|88:10 decision.follows",
			[]string{"after: I01 +5m", "after: I01 +5m\n  unless: \"true\"", "at: 10m", "after: I02 +1m"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(starterFiles(t))
			msel := string(files["msel.yaml"]) + branching
			msel = strings.NewReplacer(tc.change...).Replace(msel)
			files["msel.yaml"] = []byte(msel)
			if got := strings.ReplaceAll(places(t, files), "msel.yaml:", ""); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
