package rehearsal_test

import (
	"regexp"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/rehearsal"
	"renkei/internal/testkit/exercisetest"
)

var unlessCorrect = regexp.MustCompile(`!task\("(\w+)"\)\.correct`)

// TestNoRightAnswerIsPunished: in every shipped pack, what is meant for wrong
// answers comes only to units that gave one.
func TestNoRightAnswerIsPunished(t *testing.T) {
	t.Parallel()
	runs := 1000
	if testing.Short() {
		runs = 50
	}
	for _, pack := range []string{"hospital-ransomware", "hospital-ransomware-60", "gateway-to-wards", "who-is-calling"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			o := rehearsal.Setup{Play: packPlay(t, pack, 3), Phrases: exercisetest.NewPhrases(t), Runs: runs}
			asks := map[string]string{} // inject to the task whose wrong answer brings it
			for _, inj := range o.Play.Pack.Injects {
				if c := inj.Trigger.When; c != nil && unlessCorrect.MatchString(c.Source) {
					asks[inj.Key] = unlessCorrect.FindStringSubmatch(c.Source)[1]
				}
			}
			if len(asks) > 0 { // the hospital pack has none so far
				notPunished(t, o, asks)
			}
		})
	}
}

// notPunished plays and tells of each contingency that follows no wrong answer.
func notPunished(t *testing.T, o rehearsal.Setup, asks map[string]string) {
	t.Helper()
	type work struct{ task, unit string }
	wrong, came, run := map[work]bool{}, 0, 0
	_, err := rehearsal.Play(o, func(e *exercise.Event) {
		switch b := e.Body.(type) {
		case *exercise.Ended:
			clear(wrong)
			run++
		case *exercise.Scored:
			wrong[work{b.Task, b.Unit}] = wrong[work{b.Task, b.Unit}] || !b.Correct
		case *exercise.InjectReleased:
			if task := asks[b.Inject]; task != "" {
				if came++; !wrong[work{task, b.Unit}] {
					t.Errorf("run %d: %s comes to %s, which answered %s right", run, b.Inject, b.Unit, task)
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if came == 0 || run != o.Runs {
		t.Errorf("%d contingencies came in %d runs", came, run)
	}
}
