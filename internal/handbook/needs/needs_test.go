package needs_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/needs"
)

func need() *needs.Listing {
	return &needs.Listing{
		ID: "n", Side: needs.Need, Member: "kh", Form: needs.Training, Measure: "capacity_development", Themes: []string{"csirt", "workforce"},
		Level: needs.Basic, From: "2026-05", Until: "2026-10", Places: 12, Languages: []string{"km", "en"}, TLP: community.Green,
		Text: handbook.Say("en", "Course"),
	}
}

func offer() *needs.Listing {
	o := need()
	o.ID, o.Side, o.Member, o.Partner = "o", needs.Offer, "", "ajccbc"
	o.From, o.Until, o.Places, o.Languages = "2026-06", "2026-06", 20, []string{"en"}
	return o
}

// TestMatch says why an offer fits a need, and why not.
func TestMatch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change        func(n, o *needs.Listing)
		match, fits   bool
		against, said needs.Why
	}{
		"same":          {func(*needs.Listing, *needs.Listing) {}, true, true, "", needs.SameTheme},
		"other form":    {func(_, o *needs.Listing) { o.Form = needs.Document }, true, false, needs.SameForm, needs.SameTheme},
		"other level":   {func(_, o *needs.Listing) { o.Level = needs.Advanced }, true, false, needs.SameLevel, ""},
		"any level":     {func(_, o *needs.Listing) { o.Level = "" }, true, true, "", ""},
		"too late":      {func(_, o *needs.Listing) { o.From, o.Until = "2026-11", "2026-12" }, true, false, needs.SameTime, ""},
		"meet on a day": {func(_, o *needs.Listing) { o.From, o.Until = "2026-10-31", "" }, true, true, "", needs.SameTime},
		"open times":    {func(n, _ *needs.Listing) { n.From, n.Until = "", "" }, true, true, "", ""},
		"language":      {func(_, o *needs.Listing) { o.Languages = []string{"ja"} }, true, false, needs.SameLanguage, ""},
		"few places":    {func(_, o *needs.Listing) { o.Places = 11 }, true, false, needs.EnoughPlaces, ""},
		"measure only":  {func(_, o *needs.Listing) { o.Themes = nil }, true, true, "", needs.SameMeasure},
		"form only":     {func(_, o *needs.Listing) { o.Themes, o.Measure = nil, "legal" }, false, false, "", ""},
		"own":           {func(_, o *needs.Listing) { o.Member, o.Partner = "kh", "" }, false, false, "", ""},
		"closed":        {func(_, o *needs.Listing) { o.Closed = true }, false, false, "", ""},
	} {
		n, o := need(), offer()
		c.change(n, o)
		m, ok := needs.Match(n, o, o.Places)
		if ok != c.match || ok && m.Fits() != c.fits {
			t.Errorf("%s: matches %v, fits %v", name, ok, m.Fits())
		}
		has := func(why needs.Why, fits bool) bool {
			return slices.ContainsFunc(m.Reasons, func(r needs.Reason) bool { return r.Why == why && r.Fits == fits })
		}
		if c.against != "" && !has(c.against, false) || c.said != "" && !has(c.said, true) {
			t.Errorf("%s: the reasons are %+v", name, m.Reasons)
		}
	}
}

// TestCover finds what became of needs, the best offer counting.
func TestCover(t *testing.T) {
	t.Parallel()
	var revisions []needs.Revision
	put := func(l *needs.Listing, d *needs.Deal) {
		revisions = append(revisions, needs.Revision{Number: int64(len(revisions) + 1), Listing: l, Deal: d})
	}
	want := map[string]needs.State{}
	for id, state := range map[string]needs.State{"a": needs.Met, "b": needs.Agreed, "c": needs.Offered, "d": needs.Partly, "e": needs.Nobody} {
		n := need()
		n.ID, want[id] = id, state
		switch state {
		case needs.Partly:
			n.Languages = []string{"my"}
		case needs.Nobody:
			n.Themes, n.Form = []string{"ot"}, needs.Tool
		}
		put(n, nil)
	}
	closed := need()
	closed.ID, closed.Closed = "x", true
	put(closed, nil)
	o := offer()
	o.Places = 0
	put(o, nil)
	put(nil, &needs.Deal{ID: "1", Offer: "o", Member: "kh", Need: "a", Stage: needs.Delivered})
	put(nil, &needs.Deal{ID: "2", Offer: "o", Member: "kh", Need: "b", Stage: needs.Accepted})
	put(nil, &needs.Deal{ID: "3", Offer: "o", Member: "kh", Need: "e", Stage: needs.Declined})
	b := needs.NewBoard().With(revisions...)
	side := func(s needs.Side) []*needs.Listing {
		return b.Listings(func(l *needs.Listing) bool { return l.Side == s })
	}
	c := needs.Cover(b, side(needs.Need), side(needs.Offer), b.Deals(func(*needs.Deal) bool { return true }))
	got := map[string]needs.State{}
	for _, n := range c.Needs {
		got[n.Need.ID] = n.State
	}
	if len(got) != len(want) {
		t.Errorf("covered: %v", got)
	}
	for id, state := range want {
		if got[id] != state || c.Total(state) != 1 || len(c.In(state)) != 1 {
			t.Errorf("%s is %s, want %s; %d of them", id, got[id], state, c.Total(state))
		}
	}
	if cell := c.Of("kh", "capacity_development"); len(cell) != 5 {
		t.Errorf("the cell has %d", len(cell))
	}
}

// TestLeft counts the places that were promised.
func TestLeft(t *testing.T) {
	t.Parallel()
	o := offer()
	b := needs.NewBoard().With(needs.Revision{Number: 1, Listing: o},
		needs.Revision{Number: 2, Deal: &needs.Deal{ID: "1", Offer: "o", Stage: needs.Accepted, People: 12}},
		needs.Revision{Number: 3, Deal: &needs.Deal{ID: "2", Offer: "o", Stage: needs.Interested, People: 12}},
		needs.Revision{Number: 4, Deal: &needs.Deal{ID: "3", Offer: "o", Stage: needs.Delivered}})
	if left := b.Left(o); left != 7 {
		t.Errorf("%d of 20 are left", left)
	}
}

// TestCheck refuses what cannot be kept.
func TestCheck(t *testing.T) {
	t.Parallel()
	v, err := handbook.DefaultVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*needs.Listing)
		field  string
		want   error
	}{
		"good":     {func(*needs.Listing) {}, "", nil},
		"text":     {func(l *needs.Listing) { l.Text = nil }, "text", handbook.ErrText},
		"long":     {func(l *needs.Listing) { l.Note = handbook.Say("en", strings.Repeat("a", 2001)) }, "note", handbook.ErrLong},
		"measure":  {func(l *needs.Listing) { l.Measure = "" }, "measure", handbook.ErrMeasure},
		"theme":    {func(l *needs.Listing) { l.Themes = []string{"none"} }, "themes", handbook.ErrTag},
		"date":     {func(l *needs.Listing) { l.From = "soon" }, "from", community.ErrDate},
		"order":    {func(l *needs.Listing) { l.Until = "2025" }, "until", handbook.ErrOrder},
		"owner":    {func(l *needs.Listing) { l.Partner = "jica" }, "owner", needs.ErrOwner},
		"partner":  {func(l *needs.Listing) { l.Member, l.Partner = "", "jica" }, "owner", needs.ErrOwner},
		"form":     {func(l *needs.Listing) { l.Form = "" }, "form", needs.ErrForm},
		"level":    {func(l *needs.Listing) { l.Level = "expert" }, "level", needs.ErrLevel},
		"places":   {func(l *needs.Listing) { l.Places = -1 }, "places", needs.ErrPlaces},
		"language": {func(l *needs.Listing) { l.Languages = []string{"English please"} }, "languages", handbook.ErrLanguage},
		"label":    {func(l *needs.Listing) { l.TLP = "" }, "tlp", needs.ErrLabel},
		"where":    {func(l *needs.Listing) { l.Where = strings.Repeat("a", 201) }, "where", needs.ErrLong},
		"side":     {func(l *needs.Listing) { l.Side = "" }, "side", needs.ErrSide},
	} {
		l := need()
		c.change(l)
		err := needs.NewBoard().Check(v, &needs.Change{Listing: l, Reason: "test"})
		var fault *handbook.FaultError
		if !errors.Is(err, c.want) || c.want != nil && (!errors.As(err, &fault) || fault.Field != c.field) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := needs.NewBoard().Check(v, &needs.Change{Listing: need(), Reason: " "}); !errors.Is(err, needs.ErrReason) {
		t.Errorf("without a reason: %v", err)
	}
	if err := needs.NewBoard().Check(v, &needs.Change{Listing: need(), Reason: "test", Base: 3}); !errors.Is(err, handbook.ErrConflict) {
		t.Errorf("on another base: %v", err)
	}
	b := needs.NewBoard().With(needs.Revision{Number: 1, Listing: offer()}, needs.Revision{Number: 2, Listing: need()})
	for name, c := range map[string]struct {
		deal needs.Deal
		want error
	}{
		"good":        {needs.Deal{Offer: "o", Member: "kh", Need: "n", Stage: needs.Interested}, nil},
		"no offer":    {needs.Deal{Offer: "x", Member: "kh", Stage: needs.Interested}, handbook.ErrAbsent},
		"a need":      {needs.Deal{Offer: "n", Member: "th", Stage: needs.Interested}, handbook.ErrAbsent},
		"others need": {needs.Deal{Offer: "o", Member: "th", Need: "n", Stage: needs.Interested}, handbook.ErrAbsent},
		"no outcome":  {needs.Deal{Offer: "o", Member: "kh", Stage: needs.Delivered}, needs.ErrOutcome},
		"stage":       {needs.Deal{Offer: "o", Member: "kh", Stage: "gone"}, handbook.ErrState},
	} {
		c.deal.ID = "d"
		if err := b.Check(v, &needs.Change{Deal: &c.deal, Reason: "test"}); !errors.Is(err, c.want) {
			t.Errorf("deal, %s: %v", name, err)
		}
	}
}

func who(grants ...auth.Grant) community.Access {
	a := &auth.Access{}
	a.Person = "p"
	a.Grants = grants
	return community.Of(a)
}

func of(member string, role auth.Role) auth.Grant {
	return auth.Grant{Scope: community.In(member), Role: string(role)}
}

// TestAccess says who sees and does what, by role and label.
func TestAccess(t *testing.T) {
	t.Parallel()
	people := map[string]community.Access{
		"stranger": community.Of(nil), "player": who(auth.Grant{Scope: auth.Scope{Area: "exercise", Object: "x"}, Role: "player"}),
		"own": who(of("kh", community.Owner)), "approver": who(of("kh", community.Approver)), "other": who(of("th", community.Owner)),
		"secretariat": who(auth.Grant{Scope: community.Everywhere(), Role: string(community.Coordinator)}),
	}
	all := []string{"own", "approver", "other", "secretariat"}
	for label, seen := range map[community.TLP][]string{
		community.Clear: all, community.Green: all, community.Amber: all,
		community.AmberStrict: {"own", "approver", "secretariat"}, community.Red: {"own", "approver", "secretariat"},
	} {
		l := need()
		l.TLP = label
		for name, a := range people {
			if got, want := needs.Sees(a, l), slices.Contains(seen, name); got != want {
				t.Errorf("%s sees %s: %v", name, label, got)
			}
		}
	}
	theirs := offer()
	theirs.Member, theirs.Partner = "th", ""
	b := needs.NewBoard().With(needs.Revision{Number: 1, Listing: theirs}, needs.Revision{Number: 2, Listing: need()})
	for name, c := range map[string]struct {
		stage needs.Stage
		step  needs.Step
		may   []string
	}{
		"ask":        {"", needs.Ask, []string{"own", "secretariat"}},
		"accept":     {needs.Interested, needs.Accept, []string{"other", "secretariat"}},
		"decline":    {needs.Accepted, needs.Decline, []string{"other", "secretariat"}},
		"withdraw":   {needs.Accepted, needs.Withdraw, []string{"own", "secretariat"}},
		"deliver":    {needs.Accepted, needs.Deliver, []string{"own", "other", "secretariat"}},
		"early":      {needs.Interested, needs.Deliver, nil},
		"once":       {needs.Accepted, needs.Accept, nil},
		"after all":  {needs.Delivered, needs.Withdraw, nil},
		"no step":    {needs.Interested, "steal", nil},
		"asks again": {needs.Interested, needs.Ask, nil},
	} {
		d := &needs.Deal{ID: "d", Offer: "o", Member: "kh", Stage: c.stage}
		for who, a := range people {
			if got, want := needs.May(a, b, d, c.step) == nil, slices.Contains(c.may, who); got != want {
				t.Errorf("%s: the %s may: %v", name, who, got)
			}
		}
	}
	for stage, seen := range map[needs.Stage][]string{needs.Interested: all, needs.Delivered: append([]string{"third"}, all...)} {
		people["third"] = who(of("sg", community.Owner))
		for name, a := range people {
			if got, want := needs.SeesDeal(a, b, &needs.Deal{Offer: "o", Member: "kh", Stage: stage}), slices.Contains(seen, name); got != want {
				t.Errorf("%s sees a deal that is %s: %v", name, stage, got)
			}
		}
	}
	secret := need()
	secret.TLP = community.Red
	b = b.With(needs.Revision{Number: 3, Listing: secret})
	if needs.SeesDeal(people["third"], b, &needs.Deal{Offer: "o", Member: "kh", Need: "n", Stage: needs.Delivered}) {
		t.Error("a deal for a need that is RED is shown to others")
	}
}

// TestOver ends the time of an offer with the last day that it may mean.
func TestOver(t *testing.T) {
	t.Parallel()
	l := offer()
	for day, want := range map[string]bool{"2026-06-30": false, "2026-07-01": true} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if l.Over(at) != want {
			t.Errorf("on %s it is over: %v", day, !want)
		}
	}
}
