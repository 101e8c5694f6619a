package review_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
)

// whispers is an exercise in which units write to few others, each text with a
// mark of its own, so that a report can be searched for what leaked into it.
func whispers(tb testing.TB) *stage {
	tb.Helper()
	s := newStage(tb, demo(tb, 1, 2, 3, 4), nil)
	excon := exercise.Excon()
	s.do("0s", excon, exercise.Start{Speed: 1})
	n := 0
	say := func(at, from string, ends ...string) {
		n++
		s.do(at, player(from), exercise.Send{From: from, Ends: ends, TLP: scenario.TLP(1 + n%4), Text: fmt.Sprintf("whisper %s %d.", from, n)})
	}
	say("1:10", "asteria", "unit:borealis")
	say("1:20", "coralia", "unit:delmara", "excon")
	s.do("1:25", player("coralia"), exercise.Send{From: "coralia", Ends: []string{"unit:delmara"}, Text: "whisper of 203.0.113.11"})
	s.do("1:26", exercise.Actor{ID: "director-5", Role: exercise.RoleControl}, exercise.Release{Inject: "I02", Units: []string{"asteria", "delmara"}})
	say("1:30", "coralia/hospital", "unit:coralia")
	say("1:40", "asteria/hospital", "excon")
	say("1:50", "borealis", "persona:it-manager")
	for i, unit := range []string{"asteria", "borealis", "coralia", "delmara"} {
		at := fmt.Sprintf("3:%02d", i)
		s.do(at, player(unit), exercise.Acknowledge{Inject: "I01", Unit: unit})
		s.do(at, player(unit), exercise.Submit{Task: "T2", Unit: unit, Items: []string{fmt.Sprintf("203.0.113.%d", 11+i)}})
		s.do(at, player(unit), exercise.Submit{Task: "T1", Unit: unit, Items: []string{"b"}})
		s.do(at, player(unit), exercise.AddNote{Unit: unit, Text: "whisper own " + unit, Own: true})
		s.do(at, evaluator("eval-7"), exercise.AddNote{Unit: unit, Text: "whisper about " + unit})
		s.do(at, player(unit), exercise.Send{
			From: unit, Ends: []string{"unit:" + unit + "/hospital"}, TLP: scenario.TLPRed, Text: "whisper cell " + unit, Re: "I01",
		})
	}
	s.do("7:00", excon, exercise.AddInject{
		Title: scenario.Text{"": "Made up for Coralia"}, From: "it-manager", Units: []string{"coralia"},
		Texts: scenario.Text{"": "# Made up for Coralia"}, Phase: "inform",
		Tasks: []exercise.AddedTask{{Prompt: scenario.Text{"": "?"}, Within: 60 * exercise.Second, Points: 5}},
	})
	s.do("12:00", player("coralia"), exercise.Submit{Task: "T4", Unit: "coralia", Text: "whisper report of coralia"})
	s.do("12:30", evaluator("eval-7"), exercise.Mark{Task: "T4", Unit: "coralia", Points: points(3), Note: "whisper mark of coralia"})
	s.do("12:35", evaluator("eval-7"), exercise.Mark{Task: "T2", Unit: "coralia", Points: points(3), Note: "whisper second mark of coralia"})
	s.do("12:40", evaluator("eval-8"), exercise.Mark{Task: "T4", Unit: "coralia", Points: points(4)})
	s.until(exercise.Never - 1)
	s.do("30:00", player("delmara"), exercise.AnswerHotWash{Unit: "delmara", Question: "well", Text: "whisper hot wash of delmara"})
	return s
}

// eachString calls do with every key and string in a JSON value.
func eachString(v any, key string, do func(key, s string)) {
	switch v := v.(type) {
	case string:
		do(key, v)
	case []any:
		for _, x := range v {
			eachString(x, key, do)
		}
	case map[string]any:
		for k, x := range v {
			do("", k)
			eachString(x, k, do)
		}
	}
}

// secrets are what nobody may read of a unit: its key, its names, its domain,
// and its people.
func secrets(u *scenario.Unit) []string {
	out := []string{u.Key, "p-" + u.Key}
	if u.IsTeam() {
		out = append(out, u.Domain)
		for _, name := range []scenario.Text{u.Name, u.CSIRT} {
			for _, s := range name {
				out = append(out, s)
			}
		}
	}
	return out
}

// TestNothingForeignInAReport searches the reports of every unit and of the
// public for what they may not hold.
func TestNothingForeignInAReport(t *testing.T) {
	t.Parallel()
	logs := map[string][]byte{"whispers": whispers(t).end(), "played": played(t).end()}
	for seed := range uint64(4) {
		logs[fmt.Sprint("random ", seed)] = random(t, 5, 400, seed+90).end()
	}
	s := botPlay(t, 3, 5, nil)
	s.playTo(exercise.Never - 1)
	logs["bots"] = s.end()
	for name, log := range logs {
		l := load(t, log)
		for _, lang := range []string{"en", "ja"} {
			for i := range l.Play.Cast.Units {
				searchUnit(t, name, l, i, lang)
			}
			searchPublic(t, name, l, lang)
		}
	}
}

func searchUnit(t *testing.T, name string, l *review.Log, i int, lang string) {
	t.Helper()
	own := &l.Play.Cast.Units[i]
	viewer := exercise.ViewerOf(own.Key)
	mine := func(key string) bool { return key == own.Key || own.IsTeam() && strings.HasPrefix(key, own.Key+"/") }
	// Those whom the unit has seen write, be written to, or be told to write to.
	met := map[string]bool{}
	var hidden []string
	for j := range l.Events {
		e := &l.Events[j]
		from, ends, text := spoken(e)
		for _, key := range append(ends, from) {
			if key = strings.TrimPrefix(key, "unit:"); viewer.Sees(e.To) {
				met[key], met[teamOf(key)] = true, true // a cell is named with its team
			}
		}
		if strings.Contains(text, "whisper") && !viewer.Sees(e.To) {
			hidden = append(hidden, text)
		}
	}
	met[l.Play.Cast.Units[l.Play.Cast.Next(i)].Key] = true
	met[l.Play.Cast.Units[l.Play.Cast.Prev(i)].Key] = true
	met[l.Play.Cast.Units[l.Play.Cast.Team(i)].Key] = true
	r := report(t, l, review.Reader{For: own.Key}, lang)
	checkCited(t, name+" "+own.Key, r)
	raw := written(t, r.WriteJSON)
	for _, text := range append(hidden, "eval-", "director-", "\"e1\"", "Made up for Coralia") {
		if strings.Contains(string(raw), text) && (own.Key != "coralia" || text != "Made up for Coralia") {
			t.Errorf("%s: the report of %s holds %q", name, own.Key, text)
		}
	}
	for j := range l.Play.Cast.Units {
		u := &l.Play.Cast.Units[j]
		if mine(u.Key) {
			continue
		}
		checkStrings(t, name+" "+own.Key, raw, u, !met[u.Key])
	}
}

// checkCited: what a report cites one by one is there, and what EXCON made up
// for others is not counted.
func checkCited(t *testing.T, what string, r *review.Report) {
	t.Helper()
	there := map[uint64]bool{}
	for _, e := range r.Events {
		there[e.Seq] = true
	}
	check := func(e review.Evidence) {
		for _, seq := range e.Seqs {
			if !there[seq] {
				t.Errorf("%s: event %d is cited and not there", what, seq)
			}
		}
	}
	for _, f := range r.Findings {
		check(f.Evidence)
		if len(f.Evidence.Seqs) == 0 || f.Text == "" {
			t.Errorf("%s: finding %+v", what, f)
		}
	}
	for _, m := range r.Measures.Units {
		check(m.Evidence)
	}
	for _, e := range r.Flow.Edges {
		check(e.Evidence)
	}
	for _, l := range r.Flow.Expected {
		for _, s := range l.Senders {
			check(s.Evidence)
		}
	}
	for _, i := range r.Result.Totals.Injects {
		if r.Titles["inject:"+i.Key] == "" && strings.HasPrefix(i.Key, "#") {
			t.Errorf("%s: counts %s", what, i.Key)
		}
	}
}

// checkStrings looks for a unit in a report; its people may not be there even
// where its name may be.
func checkStrings(t *testing.T, what string, raw []byte, u *scenario.Unit, nameless bool) {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	look := []string{"p-" + u.Key}
	if nameless {
		look = secrets(u)
	}
	eachString(v, "", func(key, s string) {
		if key == "text" || key == "form" {
			return // the words of messages that the unit got
		}
		for _, secret := range look {
			// A cell's key begins with its team's, which may be known.
			if i := strings.Index(s, secret); i >= 0 && !strings.HasPrefix(s[i+len(secret):], "/") {
				t.Errorf("%s: %q in %q holds %q", what, key, s, secret)
			}
		}
	})
}

func searchPublic(t *testing.T, name string, l *review.Log, lang string) {
	t.Helper()
	raw := string(written(t, report(t, l, review.Reader{For: review.ForPublic}, lang).WriteJSON))
	look := []string{"whisper", "eval-", "director-", "\"e1\"", "\"actor\"", "Made up for", "bot/", "203.0.113"}
	for i := range l.Play.Cast.Units {
		look = append(look, secrets(&l.Play.Cast.Units[i])...)
	}
	for i := range l.Events {
		if _, _, text := spoken(&l.Events[i]); len(text) > 12 {
			first, _, _ := strings.Cut(text, "\n")
			look = append(look, first)
		}
	}
	for _, s := range look {
		if strings.Contains(raw, s) {
			t.Errorf("%s: the public report holds %q", name, s)
		}
	}
	want := map[string]string{"en": "Team 1", "ja": "チーム1"}[lang]
	if !strings.Contains(raw, want) {
		t.Errorf("%s: the public report does not say %q", name, want)
	}
}

// spoken gives what somebody said in an event: from whom, to whom, and what.
func spoken(e *exercise.Event) (from string, ends []string, text string) {
	switch b := e.Body.(type) {
	case *exercise.Message:
		return b.From, b.Ends, b.Text
	case *exercise.Shared:
		return b.From, b.Ends, b.Text
	case *exercise.InjectRelayed:
		return b.From, []string{b.Unit}, b.Text
	case *exercise.CallNoted:
		return b.Unit, []string{b.With}, b.Text
	case *exercise.CallConfirmed:
		return "", nil, b.Text
	case *exercise.Note:
		return "", nil, b.Text
	case *exercise.HotWash:
		return "", nil, b.Text
	case *exercise.Submitted:
		return "", nil, b.Text
	case *exercise.Marked:
		return "", nil, b.Note
	}
	return "", nil, ""
}

// TestAUnitSeesItsOwn: a narrowed report still holds what the unit did.
func TestAUnitSeesItsOwn(t *testing.T) {
	t.Parallel()
	l := whispers(t).load()
	r := report(t, l, review.Reader{For: "coralia"}, "en")
	raw := string(written(t, r.WriteJSON))
	for _, want := range []string{"whisper coralia 2.", "whisper coralia/hospital 3.", "whisper own coralia", "Made up for Coralia", "p-coralia"} {
		if !strings.Contains(raw, want) {
			t.Errorf("the report of coralia lacks %q", want)
		}
	}
	if len(r.Result.Units) != 2 || len(r.Timelines) != 2 || len(r.Measures.Units) != 2 {
		t.Errorf("%d units, %d timelines, %d measures; want 2 of each", len(r.Result.Units), len(r.Timelines), len(r.Measures.Units))
	}
	if r.Measures.Ack.N != 4 || r.Evaluation.OpenMarks != 1 {
		t.Errorf("ack over %d units, %d open marks; want 4, 1", r.Measures.Ack.N, r.Evaluation.OpenMarks)
	}
	if cell := report(t, l, review.Reader{For: "coralia/hospital"}, "en"); len(cell.Result.Units) != 1 || len(cell.Notes) != 0 {
		t.Errorf("a cell has %d units and %d notes", len(cell.Result.Units), len(cell.Notes))
	}
}

func TestClearance(t *testing.T) {
	t.Parallel()
	s := whispers(t)
	l := s.load()
	whole := written(t, report(t, l, review.Reader{For: review.ForExcon, TLP: scenario.TLPRed}, "en").WriteJSON)
	if none := written(t, report(t, l, review.Reader{For: review.ForExcon}, "en").WriteJSON); string(none) != string(whole) {
		t.Error("no clearance differs from RED")
	}
	for _, tlp := range []scenario.TLP{scenario.TLPClear, scenario.TLPGreen, scenario.TLPAmber, scenario.TLPAmberStrict} {
		r := report(t, l, review.Reader{For: review.ForExcon, TLP: tlp}, "en")
		raw := string(written(t, r.WriteJSON))
		above := 0
		for i := range l.Events {
			m, ok := l.Events[i].Body.(*exercise.Message)
			if !ok {
				continue
			}
			if m.TLP > tlp {
				above++
			}
			if strings.Contains(raw, m.Text) && m.TLP > tlp {
				t.Errorf("%s: %q [%s] is there", tlp, m.Text, m.TLP)
			}
			if !strings.Contains(raw, m.Text) && m.TLP <= tlp && !strings.Contains(m.Text, "whisper") {
				t.Errorf("%s: %q [%s] is missing", tlp, m.Text, m.TLP)
			}
		}
		if r.LeftOut.ByTLP < above || r.Label != tlp {
			t.Errorf("%s: %d left out, want at least %d; label %s", tlp, r.LeftOut.ByTLP, above, r.Label)
		}
		if got := report(t, l, review.Reader{For: review.ForExcon}, "en"); r.Flow.Edges[0].Messages != got.Flow.Edges[0].Messages {
			t.Errorf("%s: figures that are only counts change", tlp)
		}
	}
}

// TestThePublicAtClear: where the scenario is labelled, the public gets every
// figure and finding, and nothing of the scenario's words.
func TestThePublicAtClear(t *testing.T) {
	t.Parallel()
	s := botPlay(t, 3, 5, nil)
	s.playTo(exercise.Never - 1)
	l := load(t, s.end())
	pack := l.Play.Pack
	if pack.TLP != scenario.TLPGreen {
		t.Fatalf("the shipped pack is %s", pack.TLP)
	}
	for _, lang := range []string{"en", "ja"} {
		whole := report(t, l, review.Reader{For: review.ForExcon}, lang)
		clear := report(t, l, review.Reader{For: review.ForPublic, TLP: scenario.TLPClear}, lang)
		green := report(t, l, review.Reader{For: review.ForPublic, TLP: scenario.TLPGreen}, lang)
		if len(clear.Findings) != len(whole.Findings) || len(clear.Plan) != len(whole.Plan) || clear.LeftOut.Findings != 0 {
			t.Errorf("%s: %d findings and %d rows, EXCON has %d and %d", lang, len(clear.Findings), len(clear.Plan), len(whole.Findings), len(whole.Plan))
		}
		if clear.LeftOut.Pack != scenario.TLPGreen || green.LeftOut.Pack != scenario.TLPNone {
			t.Errorf("%s: left out %+v at CLEAR, %+v at GREEN", lang, clear.LeftOut, green.LeftOut)
		}
		if raw := string(written(t, green.WriteJSON)); !strings.Contains(raw, pack.Objectives[0].Title[lang]) {
			t.Errorf("%s: no title at GREEN", lang)
		}
		checkNoWords(t, string(written(t, clear.WriteJSON)), pack)
	}
}

// checkNoWords looks for the texts and the telling keys of a pack.
func checkNoWords(t *testing.T, raw string, pack *scenario.Pack) {
	t.Helper()
	look := []scenario.Text{pack.Title, pack.Summary, {"": pack.Key}}
	for _, in := range pack.Injects {
		look = append(look, in.Title)
	}
	for _, f := range pack.Flows {
		look = append(look, f.Title)
	}
	for _, p := range pack.Personas {
		look = append(look, p.Name, scenario.Text{"": p.Key})
	}
	for _, c := range pack.Units.Cells {
		look = append(look, scenario.Text{"": "/" + c.Key}, scenario.Text{"": "cell:" + c.Key})
	}
	for _, o := range pack.Objectives {
		look = append(look, o.Title)
		for _, ct := range o.CriticalTasks {
			look = append(look, ct.Title)
		}
	}
	for _, text := range look {
		for _, s := range text {
			if s != "" && strings.Contains(raw, s) {
				t.Errorf("the public report at CLEAR holds %q", s)
			}
		}
	}
}

func TestReaderMustExist(t *testing.T) {
	t.Parallel()
	l := whispers(t).load()
	for _, who := range []string{"", "nowhere", "asteria/nowhere"} {
		_, err := review.MakeReport(l, review.Reader{For: who}, printer(t, "en"))
		var unknown *review.UnknownUnitError
		if !errors.As(err, &unknown) || !slices.Contains(unknown.Known, "asteria/hospital") {
			t.Errorf("%q: error %v", who, err)
		}
	}
}
