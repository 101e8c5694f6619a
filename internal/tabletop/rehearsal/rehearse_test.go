package rehearsal_test

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/exercise/scenario/teamfile"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/tabletop"
	"renkei/internal/tabletop/rehearsal"
	"renkei/internal/tabletop/report"
	tabletoptexts "renkei/internal/tabletop/texts"
)

// playOf is a shipped pack, changed, with delegations.
func playOf(t *testing.T, name string, delegations int, change func(*scenario.Pack)) *exercise.Play {
	t.Helper()
	pack, ds, err := library.Load(name, tabletop.Kind().Kind)
	if err != nil || scenario.Failed(ds) {
		t.Fatal(err, ds)
	}
	if change != nil {
		change(pack)
	}
	teams, err := teamfile.Demo(delegations)
	if err != nil {
		t.Fatal(err)
	}
	cast, err := scenario.NewCast(pack, teams)
	if err != nil {
		t.Fatal(err)
	}
	play, err := exercise.NewPlay(pack, cast)
	if err != nil {
		t.Fatal(err)
	}
	return play
}

func rehearse(t *testing.T, play *exercise.Play, runs int) *rehearsal.Figures {
	t.Helper()
	f, err := rehearsal.Run(t.Context(), rehearsal.Setup{Play: play, Runs: runs, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// replace changes the pack's tabletop.yaml.
func replace(t *testing.T, pairs ...string) func(*scenario.Pack) {
	t.Helper()
	return func(p *scenario.Pack) {
		t.Helper()
		text := string(p.Files[tabletop.File])
		for i := 0; i+1 < len(pairs); i += 2 {
			if !strings.Contains(text, pairs[i]) {
				t.Fatalf("%q is not in the pack", pairs[i])
			}
			text = strings.Replace(text, pairs[i], pairs[i+1], 1)
		}
		p.Files[tabletop.File] = []byte(text)
	}
}

// TestShipped: every question of the shipped packs is reached, all questions
// without a condition in every run, and nothing hurts.
func TestShipped(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"payment", "two-sentences"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play := playOf(t, name, 11, nil)
			f := rehearse(t, play, 100)
			if !reflect.DeepEqual(f, rehearse(t, play, 100)) {
				t.Error("the same setup gives other figures")
			}
			table, _ := tabletop.Read(play.Pack)
			if f.Runs != 100 || f.Cut > 0 || len(f.Modules) != len(table.Modules) || len(f.Questions) != table.Count() {
				t.Errorf("%d runs, %d cut, %d modules, %d questions", f.Runs, f.Cut, len(f.Modules), len(f.Questions))
			}
			for i := range f.Questions {
				q := &f.Questions[i]
				def, _ := table.Question(q.Key)
				if q.Came == 0 || def.When == nil && q.Came != f.Runs || q.Answered*10 < q.Asked*9 || q.Takes.Median < q.Needs || q.Speeches == 0 || q.Silent.Median <= 0 {
					t.Errorf("%+v", q)
				}
				if (q.Moved != nil) != def.Again || def.Again && (*q.Moved <= 0 || *q.Moved >= 1) {
					t.Errorf("%s: the room moved %v", q.Key, q.Moved)
				}
			}
			for i := range f.Modules {
				m := &f.Modules[i]
				if m.Came != f.Runs || m.Takes.Median < m.Needs-300 || m.Begins.Median < m.At || m.Silent.Median <= 0 {
					t.Errorf("%+v", m)
				}
			}
		})
	}
}

// TestFindings plants what an author may get wrong, and wants it found where it is.
func TestFindings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*scenario.Pack)
		key    string
		about  string
	}{
		"too long":       {replace(t, "discuss: 5m\n    again: true", "discuss: 30m\n    again: true"), rehearsal.FindsCut, ""},
		"a late module":  {replace(t, "open: 2m\n    discuss: 3m", "open: 10m\n    discuss: 3m"), rehearsal.FindsLate, "M2"},
		"nothing to do":  {replace(t, "at: 36m", "at: 44m"), rehearsal.FindsRest, "M2"},
		"over early":     {func(p *scenario.Pack) { p.Duration *= 2 }, rehearsal.FindsSpare, ""},
		"a long silence": {replace(t, "discuss: 5m\n    again: true", "discuss: 30m"), rehearsal.FindsQuiet, "pay"},
		"nothing to say": {func(p *scenario.Pack) { noWords(p) }, rehearsal.FindsMute, "promise"},
		"never holds":    {replace(t, "question: pay, chosen: silent", "question: first_view, chosen: pay"), rehearsal.FindsNever, "why_other"},
		"as shipped":     {nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := rehearse(t, playOf(t, "payment", 11, c.change), 60)
			has := slices.ContainsFunc(f.Findings, func(f rehearsal.Finding) bool { return f.Key == c.key && f.About == c.about })
			if c.key == "" && len(f.Findings) > 0 || c.key != "" && !has {
				t.Errorf("want %s of %q: %+v", c.key, c.about, f.Findings)
			}
		})
	}
}

// noWords takes away what delegations are expected to promise.
func noWords(p *scenario.Pack) {
	text := string(p.Files[tabletop.File])
	at := strings.LastIndex(text, "    expected:")
	p.Files[tabletop.File] = []byte(text[:at])
}

// TestStopped: what was rehearsed when it is stopped are the first runs.
func TestStopped(t *testing.T) {
	t.Parallel()
	play := playOf(t, "payment", 5, nil)
	ctx, stop := context.WithCancel(t.Context())
	f, err := rehearsal.Run(ctx, rehearsal.Setup{Play: play, Runs: 50, Seed: 7, Progress: func(done int) {
		if done == 3 {
			stop()
		}
	}})
	if err != nil || f.Runs != 3 || f.Asked != 50 {
		t.Fatalf("%+v, %v", f, err)
	}
	f.Asked = 3
	if !reflect.DeepEqual(f, rehearse(t, play, 3)) {
		t.Error("they are not the first runs")
	}
}

// TestReport tells it in both languages, with every finding in words.
func TestReport(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New(exercisetexts.Area(), tabletoptexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	play := playOf(t, "payment", 11, replace(t, "at: 36m", "at: 44m"))
	f := rehearse(t, play, 20)
	for lang, want := range map[string][]string{
		"en": {"Rehearsal", "20 runs", "Saturday morning", "the room has nothing to do", "On which assumptions"},
		"ja": {"事前試行", "20回", "土曜日の朝", "空白が生じます", "前提とした想定"},
	} {
		p := texts.For(lang)
		r := rehearsal.Report(f, play.Pack, p)
		html, _ := report.FormatOf("html")
		var page bytes.Buffer
		if err := html.Write(t.Context(), &page, r, p); err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(page.String(), w) {
				t.Errorf("%s: the page lacks %q", lang, w)
			}
		}
		for _, key := range []string{rehearsal.FindsCut, rehearsal.FindsLate, rehearsal.FindsRest, rehearsal.FindsSpare, rehearsal.FindsQuiet, rehearsal.FindsMute, rehearsal.FindsNever, rehearsal.FindsAlways} {
			f := *f
			f.Findings = []rehearsal.Finding{{Key: key, About: "pay", Value: 0.5, Limit: 0.5}}
			said := rehearsal.Report(&f, play.Pack, p).Sections[0].Blocks[0].Items[0]
			if strings.Contains(said, "{{") || strings.Contains(said, "tabletop.rehearsal") || !strings.Contains(said, "50%") {
				t.Errorf("%s %s: %q", lang, key, said)
			}
		}
	}
}
