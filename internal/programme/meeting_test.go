package programme_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/programme"
)

var day0 = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func series() *programme.Activity {
	return &programme.Activity{
		Head: head("series"), Type: programme.Meeting, Members: []string{"jp", "kh", "sg"},
		Series: &programme.Series{Prefix: "AJ", Fixed: []string{"jp"}, Rotation: []string{"kh", "sg", "th"}},
	}
}

func action(meeting string) *programme.Action {
	return &programme.Action{
		Head: programme.Head{Title: en("Do it")}, Meeting: meeting,
		Duty: programme.Duty{Body: "CamCERT", Member: "kh", Due: "2026-06-01", State: programme.Open, TLP: community.Amber},
	}
}

// apply makes a change as the store does; it returns the code of a refusal.
func apply(r *programme.Records, c programme.Change) (next *programme.Records, code string) {
	c = r.Numbered(c)
	if err := r.Check(c); err != nil {
		var refused *programme.Refusal
		if errors.As(err, &refused) {
			return r, refused.Code
		}
		return r, err.Error()
	}
	return r.With(programme.Revision{Number: r.Last + 1, Of: c.Of, ID: c.ID, Record: c.Record}), ""
}

func change(r *programme.Records, rec programme.Record) programme.Change {
	return programme.Change{Reason: "test", Of: rec.Kind(), ID: rec.Key(), Record: rec, Base: r.LastOf(rec.Kind(), rec.Key())}
}

// TestNumbering makes, changes and removes meetings, decisions and actions in
// any order: a number is given once, in order, without a gap, and stays with its
// record.
func TestNumbering(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := with(t, programme.NewRecords(), series())
		given := map[string]string{} // which record has a code
		last := map[string]int{}
		var meetings []string
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				number := r.NextMeeting("AJ") + rapid.SampledFrom([]int{0, 0, 0, 1, -1}).Draw(t, "skip")
				e := r.Draft(r.Activity("series"), number, en("Meeting"), "2026", "", "Asia/Tokyo")
				made := change(r, e)
				made.Base = 0
				next, code := apply(r, made)
				free := number >= r.NextMeeting("AJ")
				if (code == "") != free {
					t.Fatalf("meeting %d of %d: %q", number, r.NextMeeting("AJ"), code)
				}
				if r = next; free {
					meetings = append(meetings, e.ID)
				}
			case 1, 2:
				if len(meetings) == 0 {
					continue
				}
				meeting := rapid.SampledFrom(meetings).Draw(t, "of")
				var rec programme.Record = action(meeting)
				letter := "A"
				if rapid.Bool().Draw(t, "decision") {
					rec = &programme.Decision{Head: programme.Head{Title: en("So")}, Meeting: meeting, Duty: programme.Duty{Body: "All", State: programme.Open, TLP: community.Amber}}
					letter = "D"
				}
				scope := r.Event(meeting).Session.Code + "/" + letter
				last[scope]++
				want := fmt.Sprint(scope, last[scope])
				next, code := apply(r, change(r, rec))
				id := strings.ToLower(strings.ReplaceAll(want, "/", "-"))
				if r = next; code != "" || next.Record(rec.Kind(), id) == nil {
					t.Fatalf("%s was not given: %q", want, code)
				}
				given[want] = id
			default:
				if len(given) == 0 {
					continue
				}
				code := rapid.SampledFrom(slices.Sorted(mapsKeys(given))).Draw(t, "code")
				tamper(t, r, given[code])
			}
		}
		for code, id := range given {
			if a, d := r.Action(id), r.Decision(id); (a == nil || a.Code != code) && (d == nil || d.Code != code) {
				t.Fatalf("%s is no longer that of %s", code, id)
			}
		}
	})
}

func mapsKeys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// tamper tries what may not be done to a number, or to a meeting with one.
func tamper(t *rapid.T, r *programme.Records, id string) {
	refused := func(what string, c programme.Change) {
		if _, code := apply(r, c); code == "" {
			t.Fatalf("%s of %s is taken", what, id)
		}
	}
	if a := r.Action(id); a != nil {
		moved := *a
		moved.Code = "AJ1/A99"
		refused("another number", change(r, &moved))
		refused("removal", programme.Change{Reason: "test", Of: programme.KindAction, ID: id, Base: r.LastOf(programme.KindAction, id)})
		again := *a
		again.ID = "other"
		refused("the number twice", change(r, &again))
		e := *r.Event(a.Meeting)
		e.Session = nil
		refused("a meeting without its number", change(r, &e))
		refused("removal of the meeting", programme.Change{Reason: "test", Of: programme.KindEvent, ID: e.ID, Base: r.LastOf(programme.KindEvent, e.ID)})
	}
	renamed := series()
	renamed.Series.Prefix = "XX"
	refused("another prefix", change(r, renamed))
}

// TestRemovedNumberStaysGiven: a number is not given again even where its record
// is gone from an older database.
func TestRemovedNumberStaysGiven(t *testing.T) {
	t.Parallel()
	r := with(t, programme.NewRecords(), series())
	r = with(t, r, r.Draft(r.Activity("series"), 17, en("17th"), "2026", "", "Asia/Tokyo"))
	r, _ = apply(r, change(r, action("aj17")))
	r = r.With(programme.Revision{Number: r.Last + 1, Of: programme.KindAction, ID: "aj17-a1"})
	r, code := apply(r, change(r, action("aj17")))
	if code != "" || r.Action("aj17-a2") == nil || r.Action("aj17-a1") != nil {
		t.Errorf("the next is not A2: %q", code)
	}
}

// TestDuties: nothing is done without evidence, nobody's, or of no item.
func TestDuties(t *testing.T) {
	t.Parallel()
	r := with(t, programme.NewRecords(), series())
	r = with(t, r, r.Draft(r.Activity("series"), 17, en("17th"), "2026", "", "Asia/Tokyo"))
	for want, edit := range map[string]func(*programme.Action){
		"":            func(*programme.Action) {},
		"body":        func(a *programme.Action) { a.Body = " " },
		"due":         func(a *programme.Action) { a.Due = "" },
		"evidence":    func(a *programme.Action) { a.State = programme.Done },
		"item.absent": func(a *programme.Action) { a.Item = "none" },
		"tlp":         func(a *programme.Action) { a.TLP = community.Red },
		"duty.state":  func(a *programme.Action) { a.State = "lost" },
	} {
		a := action("aj17")
		edit(a)
		if _, code := apply(r, change(r, a)); code != want {
			t.Errorf("%q, want %q", code, want)
		}
	}
	if _, code := apply(r, change(r, action("none"))); code == "" {
		t.Error("an action of no meeting is taken")
	}
}

// TestNextMeeting: the next is made from the last, with its record, what is open,
// and who chairs by turn.
func TestNextMeeting(t *testing.T) {
	t.Parallel()
	r := with(t, programme.NewRecords(), series())
	var chairs []string
	for n := 1; n <= 4; n++ {
		e := r.Draft(r.Activity("series"), n, en("Meeting"), "2026", "", "Asia/Tokyo")
		chairs = append(chairs, strings.Join(e.Session.Chairs, "+"))
		if n > 1 && (len(e.Session.Agenda) != 2 || e.Session.Agenda[0].Kind != programme.Adoption || e.Session.Agenda[0].Of != fmt.Sprint("aj", n-1) || e.Session.Agenda[1].Kind != programme.Actions) {
			t.Errorf("agenda of %d: %+v", n, e.Session.Agenda)
		}
		r = with(t, r, e)
		r, _ = apply(r, change(r, action(e.ID)))
	}
	if want := []string{"jp+kh", "jp+sg", "jp+th", "jp+kh"}; !slices.Equal(chairs, want) {
		t.Errorf("chairs: %v, want %v", chairs, want)
	}
	done := *r.Action("aj2-a1")
	done.State, done.Evidence = programme.Done, []programme.Evidence{{Text: "sent"}}
	r = with(t, r, &done)
	var open []string
	for _, a := range r.OpenActions(r.Event("aj4")) {
		open = append(open, a.Code)
	}
	if !slices.Equal(open, []string{"AJ1/A1", "AJ3/A1"}) {
		t.Errorf("open before the fourth: %v", open)
	}
}

// TestPapers: who is late is known, to the end of the day where the meeting is.
func TestPapers(t *testing.T) {
	t.Parallel()
	r := with(t, programme.NewRecords(), series())
	e := r.Draft(r.Activity("series"), 17, en("17th"), "2026-03-20", "", "Asia/Tokyo")
	e.Session.PapersDue = "2026-03-10"
	e.Session.Agenda = []programme.Item{{ID: "exchange", Title: en("Exchange"), Papers: []string{"kh", "sg", "th"}}}
	due := time.Date(2026, 3, 10, 15, 0, 0, 0, time.UTC) // midnight in Tokyo
	paper := func(member string, at time.Time) *programme.Paper {
		return &programme.Paper{
			Head: head("aj17-" + member), Meeting: "aj17", Item: "exchange", Member: member, TLP: community.Green, At: at,
			File: programme.File{Name: "p.pdf", Media: "application/pdf", Hash: strings.Repeat("a", 64), Size: 1},
		}
	}
	r = with(t, r, e, paper("kh", due.Add(-time.Second)), paper("sg", due))
	for _, c := range []struct {
		now  time.Time
		want string
	}{
		{due.Add(-time.Second), "kh:true:false sg:true:true th:false:false"},
		{due, "kh:true:false sg:true:true th:false:true"},
	} {
		var got []string
		for _, x := range r.Expected(e, c.now) {
			got = append(got, fmt.Sprintf("%s:%v:%v", x.Member, x.Paper != nil, x.Late))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("at %s: %v, want %s", c.now, got, c.want)
		}
	}
	gone := *e
	session := *e.Session
	gone.Session, session.Agenda = &session, nil
	if _, code := apply(r, change(r, &gone)); code != "item.used" {
		t.Errorf("an item with papers goes: %q", code)
	}
}

// TestSilence walks the silence procedure at random against a plain model: a
// record is adopted where its deadline has passed and every objection that came
// before it is settled, at the later of both, as it went round, and stays so.
func TestSilence(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := day0
		m := &programme.Minutes{Head: head(programme.MinutesID("aj17")), Meeting: "aj17", TLP: community.Amber, Text: en("They met.")}
		var model struct {
			going    bool
			deadline time.Time
			open     int
			settled  time.Time
			hash     string
			adopted  time.Time
		}
		accept := func(what string, next *programme.Minutes, err error, want bool) {
			if (err == nil) != want {
				t.Fatalf("%s at %s: %v, want %v", what, now, err, want)
			}
			if err == nil {
				m = next
			}
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "hours")) * time.Hour)
			active := model.going && model.adopted.IsZero()
			running := active && (now.Before(model.deadline) || model.open > 0)
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				doc := programme.Document{Meeting: "AJ17", TLP: community.Amber, Text: en(fmt.Sprint("Text of ", now))}
				wait := time.Duration(rapid.IntRange(1, 200).Draw(t, "wait")) * time.Hour
				next, err := m.Circulate(now, "p", doc, now.Add(wait))
				ok := !model.going && wait >= programme.ShortestSilence && len(m.Rounds) < 20
				accept("circulate", next, err, ok)
				if ok {
					model.going, model.deadline, model.open, model.settled = true, now.Add(wait), 0, time.Time{}
					model.hash, _ = doc.Hash()
				}
			case 1:
				next, err := m.Object(now, "p", "kh", "No.")
				ok := active && now.Before(model.deadline)
				accept("object", next, err, ok)
				if ok {
					model.open++
				}
			case 2:
				n := -1
				if round := m.Round(); round != nil {
					n = slices.IndexFunc(round.Objections, func(o programme.Objection) bool { return o.Settled.IsZero() })
				}
				next, err := m.Settle(now, n, "It was corrected.")
				accept("settle", next, err, active && model.open > 0)
				if active && model.open > 0 {
					model.open--
					model.settled = now
				}
			case 3:
				until := now.Add(time.Duration(rapid.IntRange(-50, 200).Draw(t, "until")) * time.Hour)
				next, err := m.Extend(now, "p", until, "more time")
				ok := running && until.After(model.deadline) && until.After(now) && len(m.Round().Extensions) < 20
				accept("extend", next, err, ok)
				if ok {
					model.deadline = until
				}
			case 4:
				next, err := m.Withdraw(now)
				accept("withdraw", next, err, running)
				if running {
					model.going = false
				}
			case 5:
				next, done := m.Adopt(now)
				want := active && !running
				if done != want {
					t.Fatalf("adopted %v at %s, want %v: deadline %s, %d open", done, now, want, model.deadline, model.open)
				}
				if m = next; done {
					model.adopted = model.deadline
					if model.settled.After(model.adopted) {
						model.adopted = model.settled
					}
				}
			}
			if model.adopted.IsZero() != (m.Adopted == nil) {
				t.Fatal("adopted without being asked")
			}
			if m.Adopted != nil {
				round := m.Round()
				hash, _ := round.Document.Hash()
				if !m.Adopted.At.Equal(model.adopted) || m.Adopted.Hash != model.hash || hash != model.hash {
					t.Fatalf("%+v, want %s %s", m.Adopted, model.adopted, model.hash)
				}
			}
		}
	})
}

// TestAdoptedStays: what is adopted is not changed, nor what it says its
// decisions and actions are; what becomes of them is.
func TestAdoptedStays(t *testing.T) {
	t.Parallel()
	r := with(t, programme.NewRecords(), series())
	e := r.Draft(r.Activity("series"), 17, en("17th"), "2026", "", "Asia/Tokyo")
	r = with(t, r, e)
	r, _ = apply(r, change(r, action("aj17")))
	m := &programme.Minutes{Head: head(programme.MinutesID("aj17")), Meeting: "aj17", TLP: community.Amber, Text: en("They met.")}
	m, err := m.Circulate(day0, "p", r.Document(e, m), day0.Add(48*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	m, done := m.Adopt(day0.Add(48 * time.Hour))
	if !done {
		t.Fatal("it is not adopted at its deadline")
	}
	forged := *m
	forged.Adopted = &programme.Adopted{At: m.Adopted.At, Hash: strings.Repeat("0", 64)}
	if _, code := apply(r, change(r, &forged)); code != "hash" {
		t.Errorf("another hash is taken: %q", code)
	}
	r = with(t, r, m)
	other := *m
	other.Text = en("They did not meet.")
	if _, code := apply(r, change(r, &other)); code != "adopted" {
		t.Errorf("it is changed: %q", code)
	}
	if _, code := apply(r, programme.Change{Reason: "test", Of: m.Kind(), ID: m.ID, Base: r.LastOf(m.Kind(), m.ID)}); code != "adopted" {
		t.Errorf("it is removed: %q", code)
	}
	if _, code := apply(r, change(r, action("aj17"))); code != "adopted" {
		t.Errorf("an action is added: %q", code)
	}
	a := *r.Action("aj17-a1")
	a.Title = en("Do something else")
	if _, code := apply(r, change(r, &a)); code != "adopted" {
		t.Errorf("an action says something else: %q", code)
	}
	a = *r.Action("aj17-a1")
	a.State, a.Evidence = programme.Done, []programme.Evidence{{Text: "sent", URL: "https://example.org/"}}
	if _, code := apply(r, change(r, &a)); code != "" {
		t.Errorf("an action cannot be done: %q", code)
	}
}

// TestWhoSees: drafts, papers and records are for whom they are.
func TestWhoSees(t *testing.T) {
	t.Parallel()
	access := func(role auth.Role, scope auth.Scope) programme.Access {
		return programme.Access{Access: community.Of(&auth.Access{Person: "p", Grants: []auth.Grant{{Scope: scope, Role: string(role)}}})}
	}
	secretary, chair := access(community.Coordinator, community.Everywhere()), access(community.Owner, community.In("kh"))
	member, own := access(community.Owner, community.In("sg")), access(community.Approver, community.In("th"))
	r := with(t, programme.NewRecords(), series())
	held := r.Draft(r.Activity("series"), 17, en("17th"), "2026", "", "Asia/Tokyo")
	held.Status, held.Session.Public = programme.Held, true
	held.Session.Agenda = []programme.Item{{ID: "a", Title: en("A")}}
	r = with(t, r, held)
	draft := r.Draft(r.Activity("series"), 18, en("18th"), "2027", "", "Asia/Tokyo")
	draft.Session.Chairs = []string{"kh"}
	paper := &programme.Paper{
		Head: head("red"), Meeting: "aj17", Item: "a", Member: "th", TLP: community.Red, At: day0,
		File: programme.File{Name: "p", Hash: strings.Repeat("a", 64), Size: 1},
	}
	m := &programme.Minutes{Head: head(programme.MinutesID("aj17")), Meeting: "aj17", TLP: community.Clear, Text: en("They met.")}
	r = with(t, r, draft, paper, m)
	see := func(name string, seen *programme.Records, want string) {
		var got []string
		for what, rec := range map[string]bool{
			"held": seen.Event("aj17") != nil, "draft": seen.Event("aj18") != nil, "paper": seen.Paper("red") != nil, "record": seen.MinutesOf("aj17") != nil, "series": seen.Activity("series") != nil,
		} {
			if rec {
				got = append(got, what)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s sees %v, want %s", name, got, want)
		}
	}
	see("secretary", r.For(secretary), "draft held paper record series")
	see("chair", r.For(chair), "draft held record series")
	see("member", r.For(member), "held series")
	see("owner of the paper", r.For(own), "held paper series")
	see("public", r.Public(), "held")
	see("report", r.Settled(), "held series")
	round, err := m.Circulate(day0, "p", r.Document(held, m), day0.Add(48*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	r = with(t, r, round)
	see("member while it goes round", r.For(member), "held record series")
	see("public while it goes round", r.Public(), "held")
	adopted, _ := round.Adopt(day0.Add(72 * time.Hour))
	r = with(t, r, adopted)
	see("public once it is adopted", r.Public(), "held record")
}
