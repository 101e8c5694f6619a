package exercise_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/testkit/exercisetest"
)

func pollOf(kind string, attributed bool) exercise.Poll {
	p := exercise.Poll{
		Key: kind, Kind: kind, Title: scenario.Text{"": kind}, Within: 60 * exercise.Second, Attributed: attributed,
	}
	for _, key := range []string{"a", "b", "c"} {
		p.Options = append(p.Options, exercise.PollOption{Key: key, Text: scenario.Text{"": key}})
	}
	switch kind {
	case exercise.PollScale:
		p.Options, p.High = nil, 10
	case exercise.PollText, exercise.PollCommitment:
		p.Options = nil
	case exercise.PollPoints:
		p.Share = 10
	case exercise.PollSeveral:
		p.Most = 2
	}
	return p
}

// give gives a command that may change nothing but an answer, and returns the
// code of its refusal.
func (d *drill) give(actor exercise.Actor, do exercise.Action) string {
	d.t.Helper()
	cmd := exercise.Command{Key: "k", Actor: actor, At: d.s.Now(d.wall), Wall: d.wall, Do: do}
	events, err := d.s.Decide(&cmd, nil)
	var r *exercise.Refusal
	if err != nil && !errors.As(err, &r) {
		d.t.Fatalf("%T: %v", do, err)
	}
	if r != nil {
		return r.Code
	}
	d.apply(events)
	return ""
}

func (d *drill) openPoll(p exercise.Poll) {
	d.t.Helper()
	d.must(exercise.Excon(), exercise.AnnouncePoll{Poll: p})
	d.must(exercise.Excon(), exercise.OpenPoll{Poll: p.Key})
}

func chosen(keys ...string) exercise.PollAnswer { return exercise.PollAnswer{Chosen: keys} }

// answers are a number of answers as they are revealed without attribution.
func answers(n int, a exercise.PollAnswer) []exercise.PollAnswer {
	return slices.Repeat([]exercise.PollAnswer{a}, n)
}

func TestPollRefusals(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	excon, ast := exercise.Excon(), player("asteria")
	secret, named := pollOf(exercise.PollChoice, false), pollOf(exercise.PollChoice, true)
	open := func(p exercise.Poll) func(*drill) { return func(d *drill) { d.openPoll(p) } }
	none := func(*drill) {}
	closed := func(d *drill) {
		d.openPoll(secret)
		d.must(excon, exercise.ClosePoll{Poll: "choice"})
	}
	bad := secret
	bad.Options = nil
	answer := func(a exercise.PollAnswer) exercise.AnswerPoll {
		return exercise.AnswerPoll{Poll: "choice", Unit: "asteria", Answer: a}
	}
	of := func(kind string, a exercise.PollAnswer) exercise.AnswerPoll {
		return exercise.AnswerPoll{Poll: kind, Unit: "asteria", Answer: a}
	}
	nine := 11
	for _, tc := range []struct {
		name   string
		before func(*drill)
		actor  exercise.Actor
		do     exercise.Action
		want   string
	}{
		{"a player steers", none, ast, exercise.AnnouncePoll{Poll: secret}, exercise.NotAllowed},
		{"unknown", none, excon, exercise.OpenPoll{Poll: "x"}, exercise.UnknownPoll},
		{"twice", open(secret), excon, exercise.AnnouncePoll{Poll: secret}, exercise.PollThere},
		{"without options", none, excon, exercise.AnnouncePoll{Poll: bad}, exercise.BadPoll},
		{"opened twice", open(secret), excon, exercise.OpenPoll{Poll: "choice"}, exercise.WrongPoll},
		{"revealed while open", open(secret), excon, exercise.RevealPoll{Poll: "choice"}, exercise.WrongPoll},
		{"answered when closed", closed, ast, answer(chosen("a")), exercise.WrongPoll},
		{"for another", open(secret), ast, exercise.AnswerPoll{Poll: "choice", Unit: "borealis", Answer: chosen("a")}, exercise.NotAllowed},
		{"nothing", open(secret), ast, answer(chosen()), exercise.EmptyAnswer},
		{"no option", open(secret), ast, answer(chosen("z")), exercise.UnknownOption},
		{"too many", open(secret), ast, answer(chosen("a", "b")), exercise.BadChoice},
		{"off the scale", open(pollOf(exercise.PollScale, false)), ast, of(exercise.PollScale, exercise.PollAnswer{Scale: &nine, Confidence: 1}), exercise.BadScale},
		{"points left", open(pollOf(exercise.PollPoints, false)), ast, of(exercise.PollPoints, exercise.PollAnswer{Points: map[string]int{"a": 9}}), exercise.BadShare},
		{"half a ranking", open(pollOf(exercise.PollRanking, false)), ast, of(exercise.PollRanking, chosen("a", "b", "b")), exercise.BadChoice},
		{"empty text", open(pollOf(exercise.PollText, false)), ast, of(exercise.PollText, exercise.PollAnswer{Text: " \n"}), exercise.EmptyText},
		{"long text", open(pollOf(exercise.PollText, false)), ast, of(exercise.PollText, exercise.PollAnswer{Text: strings.Repeat("x", 1001)}), exercise.TooLong},
		{"no day", open(pollOf(exercise.PollCommitment, true)), ast, of(exercise.PollCommitment, exercise.PollAnswer{Text: "x", Who: "y", By: "soon"}), exercise.BadDay},
		{"paper with a name for the box", open(named), excon, exercise.TickPaper{Poll: "choice", Unit: "asteria"}, exercise.PollNoBox},
		{"paper without a name for a unit", open(secret), excon, answer(chosen("a")), exercise.PollUseBox},
		{"more papers than ticks", open(secret), excon, exercise.EnterPaper{Poll: "choice", Answer: chosen("a")}, exercise.PollBoxEmpty},
		{"ticked, then by phone", func(d *drill) {
			d.openPoll(secret)
			d.must(excon, exercise.TickPaper{Poll: "choice", Unit: "asteria"})
		}, ast, answer(chosen("a")), exercise.PollOnPaper},
		{"a simulated delegation beside people", func(d *drill) {
			d.openPoll(secret)
			d.must(excon, exercise.SetStandIn{Unit: "borealis", Bot: true})
			d.must(ast, answer(chosen("a")))
		}, exercise.Bot("borealis"), exercise.AnswerPoll{Poll: "choice", Unit: "borealis", Answer: chosen("a")}, exercise.PollAbstain},
		{"changed after it was confirmed", func(d *drill) {
			d.openPoll(secret)
			d.must(ast, answer(chosen("a")))
			d.must(ast, exercise.ConfirmPoll{Poll: "choice", Unit: "asteria"})
		}, ast, answer(chosen("b")), exercise.PollConfirmedIs},
		{"confirmed without an answer", open(secret), ast, exercise.ConfirmPoll{Poll: "choice", Unit: "asteria"}, exercise.PollNotTaken},
		{"not confirmed, and taken back", func(d *drill) {
			d.openPoll(secret)
			d.must(ast, answer(chosen("a")))
		}, ast, exercise.ConfirmPoll{Poll: "choice", Unit: "asteria", Withdraw: true}, exercise.PollConfirmedIs},
		{"confirmed for another", open(secret), ast, exercise.ConfirmPoll{Poll: "choice", Unit: "borealis"}, exercise.NotAllowed},
		{"contents out of order", closed, excon, exercise.RevealPoll{Poll: "choice", Answers: []exercise.PollAnswer{chosen("b"), chosen("a")}}, exercise.BadReveal},
		{"contents with a name", closed, excon, exercise.RevealPoll{Poll: "choice", Answers: []exercise.PollAnswer{{Unit: "asteria", Chosen: []string{"a"}}}}, exercise.BadReveal},
		{"no longer asks", none, ast, exercise.AskFloor{Unit: "asteria", Withdraw: true}, exercise.FloorAsIs},
		{"nobody speaks", none, excon, exercise.EndFloor{}, exercise.NobodySpeaks},
		{"withdrawn", func(d *drill) {
			d.openPoll(secret)
			d.must(excon, exercise.SetStatus{Unit: "asteria", Status: exercise.Withdrawn})
		}, ast, answer(chosen("a")), exercise.UnitOut},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := started(t, everyMSEL, 7)
			tc.before(d)
			before := d.s.AppendTo(nil)
			cmd := exercise.Command{Key: "k", Actor: tc.actor, Wall: d.wall, Do: tc.do}
			_, err := d.s.Decide(&cmd, nil)
			var r *exercise.Refusal
			if !errors.As(err, &r) || r.Code != tc.want {
				t.Fatalf("%v, want the refusal %q", err, tc.want)
			}
			if !bytes.Equal(before, d.s.AppendTo(nil)) {
				t.Error("the refused command changed the state")
			}
			for _, lang := range i18n.Languages() {
				said := texts.For(lang).T("refusal."+r.Code, r.ArgsIn(lang))
				if strings.Contains(said, "<no value>") || strings.HasPrefix(said, "refusal.") {
					t.Errorf("%s: %q", lang, said)
				}
			}
		})
	}
}

// TestAnswersHaveOneSpelling: what differs only in how it was entered is the
// same bytes, and what does not belong to the kind is left out.
func TestAnswersHaveOneSpelling(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		kind string
		a, b exercise.PollAnswer
	}{
		{exercise.PollSeveral, chosen("a", "c"), exercise.PollAnswer{Chosen: []string{"c", "a", "a"}, Text: "x"}},
		{exercise.PollText, exercise.PollAnswer{Text: "é"}, exercise.PollAnswer{Text: " e\u0301 \r\n", Unit: "asteria"}},
		{exercise.PollPoints, exercise.PollAnswer{Points: map[string]int{"a": 10}}, exercise.PollAnswer{Points: map[string]int{"b": 0, "a": 10}}},
	} {
		p := pollOf(tc.kind, false)
		a, errA := p.Fit(tc.a)
		b, errB := p.Fit(tc.b)
		if errA != nil || errB != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: %s %v and %s %v", tc.kind, a.Bytes(), errA, b.Bytes(), errB)
		}
	}
}

// TestFewAnswersAreWithheld: below five people nothing is shown; with five it is.
func TestFewAnswersAreWithheld(t *testing.T) {
	t.Parallel()
	for people := range 7 {
		d := started(t, everyMSEL, 7)
		d.openPoll(pollOf(exercise.PollChoice, false))
		for u := range people {
			unit := d.play.Cast.Units[2*u].Key // a team, and its cell
			d.must(player(unit), exercise.AnswerPoll{Poll: "choice", Unit: unit, Answer: chosen("a")})
		}
		d.must(exercise.Excon(), exercise.ClosePoll{Poll: "choice"})
		events := d.must(exercise.Excon(), exercise.RevealPoll{Poll: "choice", Answers: answers(people, chosen("a"))})
		w, withheld := events[0].Body.(*exercise.PollWithheld)
		if withheld != (people > 0 && people < exercise.LeastAnswers) || withheld && w.Reason != exercise.TooFew {
			t.Errorf("%d people: %+v", people, events[0].Body)
		}
	}
}

// TestSecondRoundOfOthers: where one to four units are in one round and not in
// the other, the second shows nothing.
func TestSecondRoundOfOthers(t *testing.T) {
	t.Parallel()
	round := func(d *drill, units ...int) exercise.Body {
		d.must(exercise.Excon(), exercise.OpenPoll{Poll: "choice"})
		for _, u := range units {
			unit := d.play.Cast.Units[2*u].Key
			d.must(player(unit), exercise.AnswerPoll{Poll: "choice", Unit: unit, Answer: chosen("a")})
		}
		d.must(exercise.Excon(), exercise.ClosePoll{Poll: "choice"})
		return d.must(exercise.Excon(), exercise.RevealPoll{Poll: "choice", Answers: answers(len(units), chosen("a"))})[0].Body
	}
	for _, tc := range []struct {
		second []int
		shown  bool
	}{
		{[]int{0, 1, 2, 3, 4, 5}, true},
		{[]int{0, 1, 2, 3, 4}, false},
		{[]int{0, 1, 2, 3, 4, 6}, false},
		{[]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, true},
		{[]int{4, 5, 6, 7, 8, 9}, true},
		{[]int{2, 3, 4, 5, 6, 7}, false},
	} {
		d := started(t, everyMSEL, 11)
		d.must(exercise.Excon(), exercise.AnnouncePoll{Poll: pollOf(exercise.PollChoice, false)})
		if b, ok := round(d, 0, 1, 2, 3, 4, 5).(*exercise.PollRevealed); !ok || b.Simulated {
			t.Fatal("the first round is not shown")
		}
		got := round(d, tc.second...)
		_, shown := got.(*exercise.PollRevealed)
		w, _ := got.(*exercise.PollWithheld)
		if shown != tc.shown || !shown && w.Reason != exercise.FewDiffer {
			t.Errorf("second round of %v: %+v", tc.second, got)
		}
	}
}

// TestEndVoids: what is not revealed at ENDEX is void, and the log says so.
func TestEndVoids(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*drill) []exercise.Event{
		"early":   func(d *drill) []exercise.Event { return d.must(exercise.Excon(), exercise.End{}) },
		"planned": func(d *drill) []exercise.Event { return d.pass(2 * time.Hour) },
	} {
		d := started(t, everyMSEL, 7)
		d.openPoll(pollOf(exercise.PollChoice, false))
		d.must(player("asteria"), exercise.AnswerPoll{Poll: "choice", Unit: "asteria", Answer: chosen("a")})
		voided := slices.ContainsFunc(end(d), func(e exercise.Event) bool {
			b, ok := e.Body.(*exercise.PollVoided)
			return ok && b.Reason == exercise.VoidAtEnd
		})
		if v, _ := d.s.PollByKey("choice"); !voided || len(v.Took) > 0 {
			t.Errorf("%s: the answers are not void, or somebody counts as having answered: %v", name, v.Took)
		}
	}
}

// TestConfirm: what was confirmed can be changed once that is taken back, and a
// new round begins without it.
func TestConfirm(t *testing.T) {
	t.Parallel()
	d := started(t, everyMSEL, 2)
	excon, ast := exercise.Excon(), player("asteria")
	d.openPoll(pollOf(exercise.PollChoice, false))
	say := func(key string) exercise.Action {
		return exercise.AnswerPoll{Poll: "choice", Unit: "asteria", Answer: chosen(key)}
	}
	d.must(ast, say("a"))
	d.must(ast, exercise.ConfirmPoll{Poll: "choice", Unit: "asteria"})
	if v, _ := d.s.PollByKey("choice"); !slices.Equal(v.Confirmed, []string{"asteria"}) {
		t.Errorf("confirmed: %v", v.Confirmed)
	}
	d.must(ast, exercise.ConfirmPoll{Poll: "choice", Unit: "asteria", Withdraw: true})
	if code := d.give(ast, say("b")); code != "" {
		t.Errorf("changed after the confirmation was taken back: %s", code)
	}
	d.must(ast, exercise.ConfirmPoll{Poll: "choice", Unit: "asteria"})
	d.must(excon, exercise.VoidPoll{Poll: "choice"})
	d.must(excon, exercise.OpenPoll{Poll: "choice"})
	if v, _ := d.s.PollByKey("choice"); len(v.Confirmed) != 0 {
		t.Errorf("confirmed in a new round: %v", v.Confirmed)
	}
}

// TestPollLife gives commands at random. The model knows which steps a status
// allows; whatever happens, a fold, a snapshot and a copy give the same state.
func TestPollLife(t *testing.T) {
	t.Parallel()
	play := testPlay(t, everyMSEL, exercisetest.Teams(t, 7))
	next := map[string]map[exercise.PollStatus]exercise.PollStatus{
		"open": {
			exercise.PollIsAnnounced: exercise.PollIsOpen, exercise.PollIsRevealed: exercise.PollIsOpen, exercise.PollIsWithheld: exercise.PollIsOpen,
			exercise.PollIsDiscussed: exercise.PollIsOpen, exercise.PollIsVoided: exercise.PollIsOpen,
		},
		"close":   {exercise.PollIsOpen: exercise.PollIsClosed},
		"reopen":  {exercise.PollIsClosed: exercise.PollIsOpen},
		"void":    {exercise.PollIsOpen: exercise.PollIsVoided, exercise.PollIsClosed: exercise.PollIsVoided},
		"discuss": {exercise.PollIsRevealed: exercise.PollIsDiscussed, exercise.PollIsWithheld: exercise.PollIsDiscussed},
		"end": {
			exercise.PollIsAnnounced: exercise.PollIsEnded, exercise.PollIsRevealed: exercise.PollIsEnded, exercise.PollIsWithheld: exercise.PollIsEnded,
			exercise.PollIsDiscussed: exercise.PollIsEnded, exercise.PollIsVoided: exercise.PollIsEnded,
		},
	}
	do := map[string]exercise.Action{
		"open": exercise.OpenPoll{Poll: "choice"}, "close": exercise.ClosePoll{Poll: "choice"}, "reopen": exercise.ReopenPoll{Poll: "choice"},
		"void": exercise.VoidPoll{Poll: "choice"}, "discuss": exercise.DiscussPoll{Poll: "choice"}, "end": exercise.EndPoll{Poll: "choice"},
	}
	steps := append(slices.Sorted(func(yield func(string) bool) {
		for k := range do {
			if !yield(k) {
				return
			}
		}
	}), "answer", "answer", "answer", "answer", "reveal", "floor")
	rapid.Check(t, func(t *rapid.T) {
		d := newDrill(t, play)
		d.must(exercise.Excon(), exercise.Start{Speed: 1})
		d.must(exercise.Excon(), exercise.AnnouncePoll{Poll: pollOf(exercise.PollChoice, rapid.Bool().Draw(t, "attributed"))})
		told := map[string]bool{} // what the log says of who took part in this round
		d.seen = func(e *exercise.Event) {
			switch b := e.Body.(type) {
			case *exercise.PollOpened, *exercise.PollVoided:
				clear(told)
			case *exercise.PollTaken:
				if told[b.Unit] {
					t.Fatalf("%s took part twice", b.Unit)
				}
				told[b.Unit] = true
			}
		}
		given := map[string]string{} // by unit, what counts
		for range rapid.IntRange(5, 40).Draw(t, "steps") {
			v, _ := d.s.PollByKey("choice")
			step := rapid.SampledFrom(steps).Draw(t, "step")
			switch step {
			case "answer":
				unit := play.Cast.Units[2*rapid.IntRange(0, 6).Draw(t, "unit")].Key
				key := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "option")
				code := d.give(player(unit), exercise.AnswerPoll{Poll: "choice", Unit: unit, Answer: chosen(key)})
				if (code == "") != (v.Status == exercise.PollIsOpen) {
					t.Fatalf("answer while %s: %q", v.Status, code)
				}
				if code == "" {
					given[unit] = key
				}
			case "reveal":
				reveal(t, d, &v, given)
			case "floor":
				code := d.give(exercise.Excon(), exercise.GiveFloor{Unit: "asteria", For: 30 * exercise.Second})
				if code != "" || d.s.Floor().Speaker != "asteria" {
					t.Fatalf("no floor: %q", code)
				}
			default:
				want, allowed := next[step][v.Status]
				code := d.give(exercise.Excon(), do[step])
				after, _ := d.s.PollByKey("choice")
				if allowed != (code == "") || allowed && after.Status != want {
					t.Fatalf("%s while %s: %q, then %s", step, v.Status, code, after.Status)
				}
				if allowed && (step == "open" || step == "void") {
					clear(given)
				}
			}
			if after, _ := d.s.PollByKey("choice"); after.Sealed() && fmt.Sprint(sortedSet(given)) != fmt.Sprint(sorted(after.Took)) {
				t.Fatalf("%v took part, the state says %v", sortedSet(given), after.Took)
			}
			d.wall += 1_500_000
		}
		recall(t, d.s)
		if diff := exercise.Differ(d.s, refold(t, play, d.log)); diff != "" && !strings.HasPrefix(diff, "created") {
			t.Fatalf("folded again it differs in %s", diff)
		}
		if diff := exercise.Differ(d.s, d.s.Clone()); diff != "" {
			t.Fatalf("a copy differs in %s", diff)
		}
	})
}

func sorted(all []string) []string { return slices.Sorted(slices.Values(all)) }

func sortedSet(m map[string]string) (all []string) {
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// reveal shows what was given, and sees that no name comes with it where there
// should be none.
func reveal(t *rapid.T, d *drill, v *exercise.PollView, given map[string]string) {
	var all []exercise.PollAnswer
	for unit, key := range given {
		a := chosen(key)
		if v.Attributed {
			a.Unit = unit
		}
		all = append(all, a)
	}
	exercise.SortAnswers(all, v.Attributed)
	code := d.give(exercise.Excon(), exercise.RevealPoll{Poll: "choice", Answers: all})
	if (code == "") != (v.Status == exercise.PollIsClosed) {
		t.Fatalf("reveal while %s: %q", v.Status, code)
	}
	if code != "" {
		return
	}
	last := d.log[len(d.log)-1]
	raw, err := last.Encode()
	if err != nil {
		t.Fatalf("%v", err)
	}
	if _, shown := last.Body.(*exercise.PollRevealed); !v.Attributed && len(given) > 0 && len(given) < exercise.LeastAnswers && shown {
		t.Fatalf("%d answers are shown", len(given))
	}
	for unit := range given {
		if !v.Attributed && strings.Contains(string(raw), unit) {
			t.Fatalf("the reveal names %s: %s", unit, raw)
		}
	}
}

// ofTabletop reports whether only tabletops have events of a type.
func ofTabletop(kind exercise.Type) bool {
	return strings.HasPrefix(string(kind), "poll.") || strings.HasPrefix(string(kind), "floor.") || strings.HasPrefix(string(kind), "commitment.")
}

// TestTabletopAudience: each event of a tabletop reaches those for whom it is
// meant; who took part is the unit's and the facilitator's affair.
func TestTabletopAudience(t *testing.T) {
	t.Parallel()
	d := started(t, everyMSEL, 7)
	excon, words := exercise.Excon(), exercise.PollAnswer{Text: "words"}
	text := func(do ...exercise.Action) {
		t.Helper()
		for _, a := range do {
			d.must(excon, a)
		}
	}
	d.openPoll(pollOf(exercise.PollText, false))
	for u := range 6 {
		unit := d.play.Cast.Units[2*u].Key
		d.must(player(unit), exercise.AnswerPoll{Poll: "text", Unit: unit, Answer: words})
	}
	d.must(player("asteria"), exercise.ConfirmPoll{Poll: "text", Unit: "asteria"})
	text(exercise.TickPaper{Poll: "text", Unit: d.play.Cast.Units[12].Key}, exercise.EnterPaper{Poll: "text", Answer: words},
		exercise.ClosePoll{Poll: "text"}, exercise.ReopenPoll{Poll: "text"}, exercise.ClosePoll{Poll: "text"},
		exercise.RevealPoll{Poll: "text", Answers: answers(7, words)}, exercise.QuotePoll{Poll: "text", Texts: []string{"words"}},
		exercise.DiscussPoll{Poll: "text"}, exercise.GiveFloor{Unit: "asteria", For: exercise.Second}, exercise.EndFloor{})
	d.must(player("borealis"), exercise.AskFloor{Unit: "borealis"})
	text(exercise.EndPoll{Poll: "text"})
	d.openPoll(pollOf(exercise.PollChoice, true))
	text(exercise.VoidPoll{Poll: "choice"}, exercise.OpenPoll{Poll: "choice"}, exercise.ClosePoll{Poll: "choice"},
		exercise.RevealPoll{Poll: "choice"})
	d.openPoll(pollOf(exercise.PollScale, false))
	number := 3
	scale := exercise.PollAnswer{Scale: &number, Confidence: 2}
	d.must(player("asteria"), exercise.AnswerPoll{Poll: "scale", Unit: "asteria", Answer: scale})
	text(exercise.ClosePoll{Poll: "scale"}, exercise.RevealPoll{Poll: "scale", Answers: answers(1, scale)})
	d.must(player("asteria"), exercise.MakeCommitment{Unit: "asteria", What: "x", By: "2027-06-30", Who: "y"})
	text(exercise.RecallCommitments{Items: []exercise.RecalledCommitment{{Unit: "asteria", Name: "Asteria", What: "x", By: "2026-06-30", Who: "y", Status: exercise.CommitmentDone}}})
	kinds := map[exercise.Type]bool{}
	for i := range d.log {
		e := &d.log[i]
		kinds[e.Body.Type()] = true
		for _, u := range d.play.Cast.Units {
			if got, want := exercise.ViewerOf(u.Key).Sees(e.To), isFor(d.s, e, u.Key); got != want {
				t.Errorf("%s sees event %d %s to %v: %v, want %v", u.Key, e.Seq, e.Body.Type(), e.To, got, want)
			}
		}
	}
	for kind := range exercise.NewBodies() {
		if ofTabletop(kind) && !kinds[kind] {
			t.Errorf("the tabletop has no %s", kind)
		}
	}
}

// TestRecalledCommitments: what became of earlier commitments is on the screen
// until it is taken away or a question is announced, and stays known after that.
func TestRecalledCommitments(t *testing.T) {
	t.Parallel()
	d := newDrill(t, testPlay(t, everyMSEL, exercisetest.Teams(t, 3)))
	good := exercise.RecalledCommitment{Unit: "asteria", Name: " Asteria ", What: "Write it down.", By: "2026-06-30", Who: "Treasury", Status: exercise.CommitmentOpen}
	bad := map[string]func(*exercise.RecalledCommitment){
		exercise.UnknownUnit: func(c *exercise.RecalledCommitment) { c.Unit = "nowhere" },
		exercise.BadDay:      func(c *exercise.RecalledCommitment) { c.By = "soon" },
		exercise.EmptyText:   func(c *exercise.RecalledCommitment) { c.Status = "forgotten" },
	}
	for code, spoil := range bad {
		c := good
		spoil(&c)
		if got := d.code(exercise.Excon(), exercise.RecallCommitments{Items: []exercise.RecalledCommitment{c}}); got != code {
			t.Errorf("%+v: %q, want %q", c, got, code)
		}
	}
	if got := d.code(player("asteria"), exercise.RecallCommitments{Items: []exercise.RecalledCommitment{good}}); got == "" {
		t.Error("a delegation steers the projector")
	}
	shown := func(want int, on bool) {
		t.Helper()
		recall(t, d.s) // a snapshot has it
		if items, is := d.s.Recalled(); len(items) != want || is != on || want > 0 && items[0].Name != "Asteria" {
			t.Fatalf("%+v, on the screen %v", items, is)
		}
	}
	d.must(exercise.Excon(), exercise.RecallCommitments{Items: []exercise.RecalledCommitment{good}})
	shown(1, true)
	d.must(exercise.Excon(), exercise.RecallCommitments{})
	shown(1, false)
	d.must(exercise.Excon(), exercise.RecallCommitments{Items: []exercise.RecalledCommitment{good}})
	d.must(exercise.Excon(), exercise.Start{Speed: 1})
	d.openPoll(pollOf(exercise.PollChoice, true))
	shown(1, false)
	if diff := exercise.Differ(d.s, refold(t, d.play, d.log)); diff != "" && !strings.HasPrefix(diff, "created") {
		t.Errorf("folded again it differs in %s", diff)
	}
}
