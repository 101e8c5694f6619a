package rehearsal_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/rehearsal"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/runner"
	"renkei/internal/exercise/scenario"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/testkit/exercisetest"
)

type silent struct{}

func (silent) Begin(*exercise.Play, *exercise.State) {}
func (silent) OnCommitted([]exercise.Event)          {}
func (silent) Stop()                                 {}

// conducted runs the pack with a store, and gives its folder.
func conducted(t *testing.T, pack string, teams int, seed uint64) string {
	t.Helper()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	out, err := runner.RunExercise(t.Context(), runner.RunOptions{
		Pack: "../../../scenarios/" + pack, Teams: teams, Bots: true, Seed: seed, Out: filepath.Join(t.TempDir(), "run"),
		Texts: texts, Printer: texts.For("en"), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Progress: silent{},
	})
	if err != nil || !out.Ended {
		t.Fatalf("run: %v, ended %v", err, out.Ended)
	}
	return out.Dir
}

// events reads the log of a folder.
func events(t *testing.T, dir string) []exercise.Event {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, transfer.FileLog))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := journal.NewReader(bufio.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	bodies := exercise.NewBodies()
	var out []exercise.Event
	for {
		line, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if line.Entry == nil {
			continue
		}
		e, err := bodies.Decode(line.Entry.Event)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
}

// bare is an event without what rendering and the wall clock add to it.
func bare(t *testing.T, e exercise.Event) string {
	t.Helper()
	e.Wall = 0
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		plain := *b
		plain.Lang, plain.Vars, plain.Texts, plain.Files = "", nil, nil, nil
		e.Body = &plain
	case *exercise.ReplyReady:
		plain := *b
		plain.Lang, plain.Text = "", ""
		e.Body = &plain
	case *exercise.Message:
		if strings.HasPrefix(b.From, exercise.EndPersona) { // a prepared reply, as it was rendered
			plain := *b
			plain.Text = ""
			e.Body = &plain
		}
	}
	raw, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestSameAsConducted: a rehearsed run is, event by event, the exercise that is
// conducted and stored with the same seed; and what is counted of it is what
// the review finds in that log.
func TestSameAsConducted(t *testing.T) {
	t.Parallel()
	const teams = 4
	words := exercisetest.NewPhrases(t)
	for _, run := range []struct {
		pack string
		seed uint64
	}{{"hospital-ransomware", 3}, {"hospital-ransomware", 357}, {"gateway-to-wards", 3}, {"gateway-to-wards", 531}} {
		t.Run(fmt.Sprint(run.pack, " ", run.seed), func(t *testing.T) {
			t.Parallel()
			play, seed := packPlay(t, run.pack, teams), run.seed
			dir := conducted(t, run.pack, teams, seed)
			log := events(t, dir)
			opening := 1 + 3*len(play.Cast.Units) + 1
			next := opening
			o := rehearsal.Setup{Play: play, Phrases: words, Runs: 1, Seed: seed}
			tally, err := rehearsal.Play(o, func(e *exercise.Event) {
				if next < len(log) {
					if got, want := bare(t, *e), bare(t, log[next]); got != want && !t.Failed() {
						t.Errorf("rehearsed\n%s\nconducted\n%s", got, want)
					}
				}
				next++
			})
			if err != nil {
				t.Fatal(err)
			}
			if next != len(log) {
				t.Errorf("%d events rehearsed, %d conducted", next, len(log))
			}
			f := tally.Figures(o)
			sameResults(t, f, results(t, dir))
			if sent := toControl(log); int(f.Control.Talks+0.5) != sent {
				t.Errorf("%g messages to personas and EXCON rehearsed, %d conducted", f.Control.Talks, sent)
			}
		})
	}
}

func results(t *testing.T, dir string) *review.Result {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, transfer.FileResults))
	if err != nil {
		t.Fatal(err)
	}
	var r review.Result
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

// sameResults compares the figures of one run with its results, count by count.
func sameResults(t *testing.T, f *rehearsal.Figures, r *review.Result) {
	t.Helper()
	same := func(what string, got int64, want int) {
		t.Helper()
		if got != int64(want) {
			t.Errorf("%s: %d rehearsed, %d in the results", what, got, want)
		}
	}
	for i, total := range r.Totals.Tasks {
		k := f.Tasks[i]
		same(k.Key+" asked", k.Asked, total.Asked-total.Void)
		same(k.Key+" answered", k.Answered, total.Answered)
		same(k.Key+" solved", k.Solved, total.Solved)
		same(k.Key+" late", k.Late, total.Late)
		same(k.Key+" hints", k.Hints, total.Hinted)
	}
	for i, total := range r.Totals.Flows {
		w := f.Flows[i]
		same(w.Key+" made", w.Made, total.Made)
		same(w.Key+" late", w.Late, total.Late)
		same(w.Key+" missing", w.Missing, total.Missing+total.Expected)
		same(w.Key+" label", w.Loose, total.Broken)
		astray := 0
		for _, u := range r.Units {
			for _, made := range u.Flows {
				if made.Key == total.Key && made.Astray {
					astray++
				}
			}
		}
		same(w.Key+" misdirected", w.Stray, astray)
	}
	for i, total := range r.Totals.Injects {
		var came, acked, kept int64
		for _, to := range f.Injects[i].To {
			came, acked, kept = came+to.Came, acked+to.Acked, kept+to.Unless+to.Lapsed+to.Branch
		}
		same(total.Key+" came", came, total.Released)
		same(total.Key+" acknowledged", acked, total.Acknowledged)
		same(total.Key+" kept back", kept, total.Skipped)
	}
	reports := 0
	for _, u := range r.Units {
		for _, task := range u.Tasks {
			if task.Type == scenario.TaskReport {
				reports += task.Attempts
			}
		}
	}
	same("reports to mark", int64(f.Control.Marks+0.5), reports)
}

// toControl counts what EXCON has to read, by every end.
func toControl(log []exercise.Event) int {
	n := 0
	for i := range log {
		var ends []string
		switch b := log[i].Body.(type) {
		case *exercise.Message:
			ends = b.Ends
		case *exercise.Shared:
			ends = b.Ends
		}
		for _, end := range ends {
			if end == exercise.EndExcon || strings.HasPrefix(end, exercise.EndPersona) {
				n++
			}
		}
	}
	return n
}
