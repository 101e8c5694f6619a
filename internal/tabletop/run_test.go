package tabletop_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/runner"
	"renkei/internal/exercise/scenario"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/tabletop"
	"renkei/internal/tabletop/report"
	tabletoptexts "renkei/internal/tabletop/texts"
)

// unwatched watches nothing of a run.
type unwatched struct{}

func (unwatched) Begin(*exercise.Play, *exercise.State) {}
func (unwatched) OnCommitted([]exercise.Event)          {}
func (unwatched) Stop()                                 {}

// TestRun: the command plays a tabletop to its end and writes what it writes of
// every exercise; without the kind it says why it does not.
func TestRun(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New(exercisetexts.Area(), tabletoptexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	o := runner.RunOptions{
		Pack: "payment", Teams: 11, Bots: true, Seed: 7, Out: filepath.Join(t.TempDir(), "run"), Texts: texts, Printer: texts.For("en"),
		Log: slog.New(slog.DiscardHandler), Progress: unwatched{},
	}
	var bad *runner.PackError
	if _, err := runner.RunExercise(t.Context(), o); !errors.As(err, &bad) || bad.Diagnostics[0].Code != "kind.unknown" {
		t.Errorf("without the kind: %v", err)
	}
	o.Kinds = conduct.Kinds{tabletop.Kind()}
	o.Reporters = []runner.Reporter{{
		Kind: scenario.KindTTX, Make: func(log *review.Log, reader string, p *i18n.Printer) (runner.Document, error) {
			return report.FromLog(log, reader, p)
		},
	}}
	out, err := runner.RunExercise(t.Context(), o)
	if err != nil || !out.Ended {
		t.Fatalf("%+v, %v", out, err)
	}
	log, err := runner.ReadLog(filepath.Join(o.Out, "log.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(o.Out, "report.html"))
	if err != nil || !strings.Contains(string(page), `id="positions"`) || !strings.Contains(string(page), "Asteria") {
		t.Errorf("the report is not that of the tabletop: %v", err)
	}
	versions(t, log, string(page), o.Printer)
	figures(t, o.Out)
}

// figures sees that summary and results say what the room answered, and no
// delegation beside an answer.
func figures(t *testing.T, dir string) {
	t.Helper()
	summary, err := os.ReadFile(filepath.Join(dir, "summary.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# Paying the ransom", "\n## Overview\n", "| Question |", "\n## Commitments\n", "every hash holds"} {
		if !strings.Contains(string(summary), want) {
			t.Errorf("the summary lacks %q:\n%s", want, summary)
		}
	}
	if strings.Contains(string(summary), "No inject was out") {
		t.Error("the summary speaks of injects")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got review.Result
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Questions) == 0 || got.Commitments == 0 {
		t.Errorf("%d questions and %d commitments", len(got.Questions), got.Commitments)
	}
	questions, commitments := recount(t, dir)
	if !reflect.DeepEqual(got.Questions, questions) || got.Commitments != commitments {
		t.Errorf("results say\n%+v, %d commitments, the log\n%+v, %d", got.Questions, got.Commitments, questions, commitments)
	}
}

// recount counts the answers from the lines of the log, as bare JSON.
func recount(t *testing.T, dir string) (all []review.QuestionResult, commitments int) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "log.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(raw) {
		var l struct {
			Event struct {
				Type string
				Body struct {
					Key, Module, Kind, Poll string
					Attributed, Simulated   bool
					Round                   int
					Answers                 []struct {
						Chosen []string
						Scale  *int
					}
				}
			}
		}
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		e := &l.Event.Body
		i := slices.IndexFunc(all, func(q review.QuestionResult) bool { return q.Key == e.Poll })
		switch l.Event.Type {
		case "poll.announced":
			all = append(all, review.QuestionResult{Key: e.Key, Module: e.Module, Type: e.Kind, Rounds: []review.RoundResult{}})
		case "poll.opened":
			all[i].Attributed = e.Attributed
		case "poll.revealed":
			r := review.RoundResult{Round: e.Round, Simulated: e.Simulated, Answers: len(e.Answers)}
			for _, a := range e.Answers {
				if all[i].Type == exercise.PollChoice || all[i].Type == exercise.PollSeveral {
					for _, option := range a.Chosen {
						if r.Chosen == nil {
							r.Chosen = map[string]int{}
						}
						r.Chosen[option]++
					}
				}
				if a.Scale != nil {
					if r.Scale == nil {
						r.Scale = map[int]int{}
					}
					r.Scale[*a.Scale]++
				}
			}
			all[i].Rounds = append(all[i].Rounds, r)
		case "poll.ended":
			all[i].Status = "ended"
		case "commitment.made":
			commitments++
		}
	}
	return all, commitments
}

// versions makes every version of the report from the log: that of the room is
// the page of the run, the public one names nobody and is CLEAR, and for somebody
// who does not take part there is none.
func versions(t *testing.T, log *review.Log, page string, p *i18n.Printer) {
	t.Helper()
	texts := map[string]string{}
	for _, reader := range []string{report.ForRoom, report.ForPublic, "asteria"} {
		r, err := report.FromLog(log, reader, p)
		if err != nil {
			t.Fatal(err)
		}
		texts[reader] = said(t, r, p)
		if public := reader == report.ForPublic; public != (r.TLP() == scenario.TLPClear) || public == strings.Contains(texts[reader], "Asteria") {
			t.Errorf("%s: %s, or names delegations: %v", reader, r.TLP(), !public)
		}
	}
	if texts[report.ForRoom] != page {
		t.Error("the same log makes another report")
	}
	if !strings.Contains(texts["asteria"], `id="own"`) {
		t.Error("a delegation has no place of its own")
	}
	quoted := 0
	for _, e := range log.Events {
		if b, ok := e.Body.(*exercise.PollQuoted); ok {
			for _, q := range b.Texts {
				quoted++
				if !strings.Contains(html.UnescapeString(texts[report.ForRoom]), q) {
					t.Errorf("%q is missing", q)
				}
			}
		}
	}
	if quoted == 0 {
		t.Error("nothing was quoted")
	}
	var unknown *review.UnknownUnitError
	if _, err := report.FromLog(log, "nobody", p); !errors.As(err, &unknown) || !slices.Contains(unknown.Known, "asteria") {
		t.Errorf("a version for nobody: %v", err)
	}
}
