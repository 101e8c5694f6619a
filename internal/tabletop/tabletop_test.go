package tabletop_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"

	"renkei/internal/exercise"
	"renkei/internal/exercise/ballot/ballotstore"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/exercise/scenario/teamfile"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/storage"
	"renkei/internal/tabletop"
)

const packYAML = `
format: renkei/1
key: test
version: "1"
kind: ttx
title: {en: Test, ja: 試験}
languages: [en, ja]
tlp: GREEN
duration: 60m
startex: 2027-06-16T01:00:00Z
`

// parsed is a pack with a tabletop.
func parsed(t *testing.T, yaml string, files ...string) *scenario.Pack {
	t.Helper()
	all := map[string][]byte{"pack.yaml": []byte(packYAML), tabletop.File: []byte(yaml)}
	for _, path := range append(files, "texts/en/M1.md", "texts/ja/M1.md") {
		all[path] = []byte("# x\n\ny\n")
	}
	pack, ds := scenario.Parse(all)
	if pack == nil || scenario.Failed(ds) {
		t.Fatalf("%v", ds)
	}
	return pack
}

const good = `modules:
- key: M1
  title: {en: A, ja: A}
  questions:
  - {key: q1, type: choice, title: {en: Q, ja: Q}, options: [{key: a, text: {en: A, ja: A}}, {key: b, text: {en: B, ja: B}}]}
  - {key: q2, type: matrix, title: {en: Q, ja: Q}, when: {question: q1, chosen: a}, options: [{key: a, text: {en: A, ja: A}}]}
`

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, from, to string
		want           string // place and code
	}{
		{"in order", "", "", ""},
		{"no YAML", "modules:", "modules: [", "yaml.syntax"},
		{"no modules", good, "modules: []\n", "1:10 field.empty"},
		{"unknown field", "  title: {en: A, ja: A}", "  tilte: {en: A, ja: A}", "3:3 field.unknown"},
		{"missing field", ", title: {en: Q, ja: Q}, options", ", options", "5:5 field.missing"},
		{"twice", "type: choice", "type: choice, type: choice", "5:29 field.duplicate"},
		{"unknown type", "type: choice", "type: choise", "5:21 value.enum"},
		{"one option", "[{key: a, text: {en: A, ja: A}}, {key: b, text: {en: B, ja: B}}]", "[{key: a, text: {en: A, ja: A}}]", "5:61 field.few"},
		{"options of a scale", "type: choice", "type: scale, low: 0, high: 3", "tabletop.field"},
		{"scale down", "type: choice, title: {en: Q, ja: Q}, options: [{key: a, text: {en: A, ja: A}}, {key: b, text: {en: B, ja: B}}]", "type: scale, title: {en: Q, ja: Q}, low: 5, high: 5", "5:65 tabletop.scale"},
		{"several", "type: choice", "type: several, most: 3", "5:36 tabletop.several"},
		{"no points", "type: choice", "type: points", "5:5 field.missing"},
		{"matrix without names", "type: matrix", "type: matrix, attributed: false", "6:41 tabletop.attributed"},
		{"no time", "type: choice", "type: choice, open: 0m", "5:35 tabletop.time"},
		{"no duration", "type: choice", "type: choice, open: soon", "5:35 value.duration"},
		{"too long", "type: choice", "type: choice, discuss: 1h", "2:3 tabletop.long"},
		{"no such question", "question: q1", "question: q3", "6:58 tabletop.when_question"},
		{"no such option", "chosen: a", "chosen: z", "6:58 tabletop.when_option"},
		{"key twice", "key: q2", "key: q1", "6:11 key.duplicate"},
		{"no language", "{en: A, ja: A}", "{ja: A}", "3:10 text.fallback"},
		{"no translation", "{en: A, ja: A}", "{en: A}", "3:10 text.untranslated"},
		{"no brief", "key: M1", "key: M9", "2:3 tabletop.brief"},
		{"no picture", "  questions:", "  pictures: [map.png]\n  questions:", "2:3 attachment.missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			ds := tabletop.Check(parsed(t, strings.Replace(good, tc.from, tc.to, 1)))
			var got []string
			for _, d := range ds {
				got = append(got, fmt.Sprintf("%d:%d %s", d.Pos.Line, d.Pos.Col, d.Code))
			}
			if tc.want == "" && len(got) > 0 || !strings.Contains(strings.Join(got, "\n"), tc.want) {
				t.Errorf("found %v, want %q", got, tc.want)
			}
			hasSentences(t, ds)
		})
	}
}

// hasSentences sees that every finding has its sentence and its mend, filled in,
// in every language.
func hasSentences(t *testing.T, ds []scenario.Diagnostic) {
	t.Helper()
	for _, lang := range i18n.Languages() {
		texts, err := i18n.Texts(lang, exercisetexts.Area())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range ds {
			for _, key := range []string{"check." + d.Code, "check." + d.Code + ".hint"} {
				tmpl, err := template.New(key).Option("missingkey=error").Parse(texts[key])
				if err != nil || texts[key] == "" {
					t.Fatalf("%s %s: %q, %v", lang, key, texts[key], err)
				}
				if err := tmpl.Execute(&strings.Builder{}, d.Args); err != nil {
					t.Errorf("%s %s: %v", lang, key, err)
				}
			}
		}
	}
}

// TestShippedPacks: tabletops that come with the program have no finding.
func TestShippedPacks(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"payment", "two-sentences"} {
		pack, ds, err := library.Load(name, tabletop.Kind().Kind)
		if err != nil || pack == nil || len(ds) > 0 {
			t.Errorf("%s: %v %v", name, ds, err)
		}
	}
	if _, ds, err := library.Load("payment"); err != nil || !scenario.Failed(ds) {
		t.Error("a pack of an unknown kind passes")
	}
}

// played is a play of a shipped tabletop between simulated delegations.
type played struct {
	t    *testing.T
	db   *storage.DB
	deps conduct.Deps
	over chan struct{}
}

func play(t *testing.T, name string, teams int, seed uint64) *played {
	t.Helper()
	pack, ds, err := library.Load(name, tabletop.Kind().Kind)
	if err != nil || scenario.Failed(ds) {
		t.Fatalf("%v %v", ds, err)
	}
	members, err := teamfile.Demo(teams)
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "exercise.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := &played{t: t, db: db}
	p.deps = conduct.Deps{
		Store: db, Clock: conduct.SystemClock(), Log: slog.New(slog.DiscardHandler), Ballots: ballotstore.New(db.Database.Reader),
		Bots:        func(play *exercise.Play, seed uint64) conduct.Bots { return tabletop.NewBots(play, seed, true) },
		OnCommitted: func(events []exercise.Event) { p.saw(events) },
	}
	setup := conduct.Setup{ID: "x", Title: pack.Title, Seed: seed, Pack: pack, Teams: members}
	if err := conduct.Create(t.Context(), p.deps, setup); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *played) saw(events []exercise.Event) {
	for i := range events {
		if _, ended := events[i].Body.(*exercise.Ended); ended {
			close(p.over)
		}
	}
}

// run conducts until ENDEX, or until an event of a type where one is named, at a
// speed; 0 is as fast as it goes.
func (p *played) run(until exercise.Type, speed float64) *exercise.State {
	p.t.Helper()
	p.over = make(chan struct{})
	reached := make(chan struct{})
	saw, told := p.deps.OnCommitted, false
	deps := p.deps
	deps.OnCommitted = func(events []exercise.Event) {
		saw(events)
		if !told && slices.ContainsFunc(events, func(e exercise.Event) bool { return e.Body.Type() == until }) {
			told = true
			close(reached)
		}
	}
	c, err := conduct.Open(p.t.Context(), deps, "x")
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(p.t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	if c.State().Phase() == exercise.Preparing {
		for _, u := range c.State().Play().Cast.Units {
			p.do(c, "bot/"+u.Key, exercise.SetStandIn{Unit: u.Key, Bot: true})
		}
		p.do(c, "startex", exercise.Start{Speed: speed})
	} else {
		p.do(c, "speed", exercise.SetSpeed{Speed: speed})
	}
	select {
	case <-p.over:
	case <-reached:
	case err := <-done:
		p.t.Fatalf("run: %v", err)
	}
	cancel()
	if err := <-done; err != nil {
		p.t.Fatalf("run: %v", err)
	}
	return c.State()
}

func (p *played) do(c *conduct.Conductor, key string, do exercise.Action) {
	p.t.Helper()
	if _, err := c.Do(p.t.Context(), exercise.Command{Key: key, Actor: exercise.Excon(), Do: do}); err != nil {
		p.t.Fatalf("%s: %v", key, err)
	}
}

// story is the log without wall times.
func (p *played) story() (all []string) {
	for entry, err := range p.db.Entries(p.t.Context(), "x", 1) {
		if err != nil {
			p.t.Fatal(err)
		}
		e, err := exercise.NewBodies().Decode(entry.Event)
		if err != nil {
			p.t.Fatal(err)
		}
		e.Wall = 0
		raw, err := e.Encode()
		if err != nil {
			p.t.Fatal(err)
		}
		all = append(all, string(raw))
	}
	return all
}

// TestSimulatedTabletop: every question of a shipped pack that is asked is
// answered, revealed and closed for good before ENDEX, the same for one seed.
func TestSimulatedTabletop(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"payment", "two-sentences"} {
		for _, seed := range []uint64{1, 7, 8} {
			t.Run(fmt.Sprint(name, seed), func(t *testing.T) {
				t.Parallel()
				p, again := play(t, name, 11, seed), play(t, name, 11, seed)
				s := p.run("", 0)
				n := 0
				for v := range s.Polls() {
					n++
					if v.Status != exercise.PollIsEnded || len(v.Shown) == 0 {
						t.Errorf("%s is %s", v.Key, v.Status)
					}
					for _, r := range v.Shown {
						if !r.Simulated || len(r.Answers) < 8 {
							t.Errorf("%s: %d answers, simulated %v", v.Key, len(r.Answers), r.Simulated)
						}
					}
				}
				if n < 5 || len(s.Commitments()) < 8 {
					t.Errorf("%d questions, %d commitments", n, len(s.Commitments()))
				}
				again.run("", 0)
				if !slices.Equal(p.story(), again.story()) {
					t.Error("the same seed plays another tabletop")
				}
			})
		}
	}
}

// TestInterrupted: a tabletop that stops in the midst of a question voids it,
// asks again and comes to its end.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	p := play(t, "payment", 6, 3)
	p.run("poll.taken", 120)
	s := p.run("", 0)
	if v, _ := s.PollByKey("first_view"); v.Round != 2 {
		t.Errorf("the first question was asked %d times", v.Round)
	}
	if s.Phase() != exercise.Over {
		t.Fatalf("it is %s", s.Phase())
	}
	for v := range s.Polls() {
		if v.Status != exercise.PollIsEnded {
			t.Errorf("%s is %s", v.Key, v.Status)
		}
	}
}

// TestPicturesAndTopics: a picture is one by its content, and rows of a matrix
// alone have a place in the handbook.
func TestPicturesAndTopics(t *testing.T) {
	t.Parallel()
	row := "options: [{key: a, text: {en: A, ja: A}}]"
	for name, tc := range map[string]struct{ from, to, want string }{
		"no picture by its content":   {"  questions:", "  pictures: [map.png]\n  questions:", "tabletop.picture"},
		"the same as material":        {"  questions:", "  material: [map.png]\n  questions:", ""},
		"a topic":                     {row, "options: [{key: a, text: {en: A, ja: A}, handbook: {key: deadline, measure: legal, themes: [csirt]}}]", ""},
		"a topic without a measure":   {row, "options: [{key: a, text: {en: A, ja: A}, handbook: {key: deadline}}]", "field.missing"},
		"a topic of what is chosen":   {"{key: a, text: {en: A, ja: A}}, {key: b", "{key: a, text: {en: A, ja: A}, handbook: {key: x, measure: legal}}, {key: b", "tabletop.field"},
		"a topic that is not a topic": {row, "options: [{key: a, text: {en: A, ja: A}, handbook: legal}]", "type.map"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ds := tabletop.Check(parsed(t, strings.Replace(good, tc.from, tc.to, 1), "attachments/map.png"))
			var codes []string
			for _, d := range ds {
				if d.Code != "file.unused" {
					codes = append(codes, d.Code)
				}
			}
			if got := strings.Join(codes, " "); got != tc.want {
				t.Errorf("found %q, want %q", got, tc.want)
			}
			hasSentences(t, ds)
		})
	}
}
