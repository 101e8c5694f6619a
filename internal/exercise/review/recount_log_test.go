package review_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"renkei/internal/exercise/scenario"
)

// ledger recounts a report from the lines of its log: bare JSON, read again
// for every figure, with the pack but without the engine and without anything
// of the review. It is slow and simple on purpose.
type ledger struct {
	lines []entry
	head  string // of the log's last line; "" where that is missing
	torn  bool
	pack  *scenario.Pack
	cast  *scenario.Cast
	tasks []posed
	wants map[string][]string // forms by flow and unit
	units []*recounted
}

// entry is one event as bare JSON.
type entry struct {
	Seq    uint64
	At     int64
	Wall   int64
	Actor  string
	Type   string
	Body   content
	folded string // what is said in it

	confirmed *entry // of a call: what confirmed it
	told      *entry // of an answer: the call that gave it
	made      int64  // of a flow that a call made: when its line was written
}

// content has the fields of all bodies that are counted.
type content struct {
	ID, Kind, Pack, Version, Hash, Seed     string
	Inject, Unit, Task, Flow, Evaluator     string
	Status, Reason, Text, Re, TLP, Question string
	Phase, Note                             string
	Title                                   map[string]string
	Startex                                 int64
	Ends, Items, Indicators                 []string
	Late, Broken, Correct, Again, Own, Bot  bool
	Ready, Paused                           bool
	Points                                  *float64
	Within                                  *int64
	Cost                                    float64
	Present, Expected                       int
	Submission, Via, Of                     uint64
	N                                       int
	Precision, Recall                       float64
	Decision, Branch, With                  string
	Call                                    uint64
	Incoming, Denied                        bool
	Parts                                   map[string]string
	Tasks                                   []struct {
		Within int64
		Points float64
		Accept []string
	}
	From         any // a string, but of a jump
	Units, Files json.RawMessage
}

// from is who wrote or relayed.
func (e *entry) from() string {
	s, _ := e.Body.From.(string)
	return s
}

func (e *entry) isTalk() bool {
	return e.Type == "message.sent" || e.Type == "share.made" || e.confirmed != nil
}

// talk are the lines in which somebody tells something.
func (l *ledger) talk() (out []*entry) {
	for i := range l.lines {
		if e := &l.lines[i]; e.isTalk() || e.Type == "inject.relayed" {
			out = append(out, e)
		}
	}
	return out
}

// readLedger reads the lines of a log without any help.
func readLedger(tb testing.TB, log []byte) *ledger {
	tb.Helper()
	l := &ledger{wants: map[string][]string{}}
	texts := map[string][]byte{}
	for raw := range bytes.Lines(log) {
		var line struct {
			Content, Text string
			Base64        []byte
			Event         *entry
			Head          *struct{ Chain string }
		}
		if err := json.Unmarshal(raw, &line); err != nil || raw[len(raw)-1] != '\n' {
			l.torn = true
			break
		}
		switch {
		case line.Content != "":
			texts[line.Content] = append(line.Base64, line.Text...)
		case line.Event != nil:
			l.lines = append(l.lines, *line.Event)
		case line.Head != nil:
			l.head = line.Head.Chain
		}
	}
	l.open(tb, texts)
	for _, u := range l.cast.Units {
		l.units = append(l.units, l.recountUnit(u))
	}
	for _, u := range l.units {
		for _, j := range u.jobs {
			j.lacked = l.lacks(j, u.Key)
		}
	}
	return l
}

// open reads the pack and its cast from the first event.
func (l *ledger) open(tb testing.TB, texts map[string][]byte) {
	tb.Helper()
	var paths map[string]string
	var units, teams []scenario.Unit
	for raw, into := range map[*json.RawMessage]any{&l.lines[0].Body.Files: &paths, &l.lines[0].Body.Units: &units} {
		if err := json.Unmarshal(*raw, into); err != nil {
			tb.Fatal(err)
		}
	}
	files := map[string][]byte{}
	for path, hash := range paths {
		files[path] = texts[hash]
	}
	for _, u := range units {
		if u.Parent == "" {
			teams = append(teams, u)
		}
	}
	l.pack, _ = scenario.Parse(files)
	var err error
	if l.cast, err = scenario.NewCast(l.pack, teams); err != nil {
		tb.Fatal(err)
	}
	for i, u := range units {
		for _, f := range l.pack.Flows {
			for _, group := range f.What {
				forms, err := l.cast.Mentions(group, i)
				if err != nil {
					tb.Fatal(err)
				}
				l.wants[f.Key+" "+u.Key] = append(l.wants[f.Key+" "+u.Key], forms...)
			}
		}
	}
	l.layTasks()
	l.layCalls()
	for i := range l.lines {
		b := &l.lines[i].Body
		l.lines[i].folded = scenario.Fold(strings.Join(append(append([]string{b.Text}, b.Items...), append(b.Indicators, slices.Collect(maps.Values(b.Parts))...)...), "\n"))
	}
}

// posed is a task as it was set, by the pack or by EXCON.
type posed struct {
	key, kind, inject, phase, critical, flow string
	within                                   int64
	points                                   float64
	relay                                    bool // asked of those to whom the inject is relayed
	branch                                   string
	unkeyed                                  bool // a report that people alone can judge
}

func (l *ledger) layTasks() {
	add := func(in *scenario.Inject, tasks []*scenario.Task, relay bool) {
		for _, t := range tasks {
			phase := t.Phase
			if phase == "" {
				phase = in.Phase
			}
			l.tasks = append(l.tasks, posed{
				key: t.Key, kind: t.Type, inject: in.Key, phase: phase, critical: t.Critical, flow: t.Flow,
				within: t.Due.Microseconds(), points: t.Points, relay: relay, unkeyed: t.Type == "report" && len(t.Mentions) == 0,
				branch: t.Branch,
			})
		}
	}
	for _, in := range l.pack.Injects {
		add(in, in.Tasks, false)
		if in.Relay != nil {
			add(in, in.Relay.Tasks, true)
		}
	}
	for _, e := range l.of("inject.added") {
		for n, t := range e.Body.Tasks {
			made := posed{
				key: fmt.Sprintf("#%d.%d", e.Seq, n+1), kind: "report", inject: fmt.Sprintf("#%d", e.Seq), phase: e.Body.Phase,
				within: t.Within, points: t.Points, unkeyed: true,
			}
			if len(t.Accept) > 0 {
				made.kind, made.unkeyed = "answer", false
			}
			l.tasks = append(l.tasks, made)
		}
	}
}

// of are the lines of some types.
func (l *ledger) of(types ...string) []*entry {
	var out []*entry
	for i := range l.lines {
		if slices.Contains(types, l.lines[i].Type) {
			out = append(out, &l.lines[i])
		}
	}
	return out
}

// find gives the first line for which something holds; nil for none.
func (l *ledger) find(holds func(e *entry) bool) *entry {
	for i := range l.lines {
		if holds(&l.lines[i]) {
			return &l.lines[i]
		}
	}
	return nil
}

func (l *ledger) seq(n uint64) *entry {
	return l.find(func(e *entry) bool { return e.Seq == n })
}

func (l *ledger) last() *entry { return &l.lines[len(l.lines)-1] }

// teamOf is the team of a unit.
func teamOf(unit string) string {
	team, _, _ := strings.Cut(unit, "/")
	return team
}

// statuses are the lines that tell how a unit takes part: its own and those of
// its team, until it was withdrawn.
func (l *ledger) statuses(unit string) []*entry {
	var out []*entry
	own := false // a cell keeps what it was set to by itself
	for _, e := range l.of("unit.status") {
		gone := e.Body.Status == "withdrawn"
		switch {
		case e.Body.Unit == unit:
			own = unit != teamOf(unit) && e.Body.Status != "present"
		case e.Body.Unit != teamOf(unit), own && !gone:
			continue
		}
		out = append(out, e)
		if gone {
			break
		}
	}
	return out
}

func stands(status string) bool { return status == "paused" || status == "late" }

func away(status string) bool { return status == "absent" || status == "withdrawn" }

// took measures on the own clock of a unit, in microseconds.
func (l *ledger) took(unit string, from, to int64) int64 {
	stood, since := int64(0), int64(-1)
	mark := func(at int64, still bool) {
		switch {
		case still && since < 0:
			since = at
		case !still && since >= 0:
			stood += max(0, min(at, to)-max(since, from))
			since = -1
		}
	}
	for _, e := range l.statuses(unit) {
		mark(e.At, stands(e.Body.Status))
	}
	mark(max(to, from), false)
	return max(0, to-from-stood)
}

// about is the inject that a message names: by its key, by that of a task of
// it, or by the number of a release.
func (l *ledger) about(re string) string {
	for _, key := range l.injects() {
		if key == re {
			return key
		}
	}
	for _, t := range l.tasks {
		if t.key == re {
			return t.inject
		}
	}
	number, isSeq := strings.CutPrefix(re, "#")
	if seq, err := strconv.ParseUint(number, 10, 64); isSeq && err == nil {
		if e := l.seq(seq); e != nil && (e.Type == "inject.released" || e.Type == "inject.relayed") {
			return e.Body.Inject
		}
	}
	return ""
}

// injects are the keys of all injects, those made up during play last.
func (l *ledger) injects() []string {
	var out []string
	for _, in := range l.pack.Injects {
		out = append(out, in.Key)
	}
	for _, e := range l.of("inject.added") {
		out = append(out, fmt.Sprintf("#%d", e.Seq))
	}
	return out
}
