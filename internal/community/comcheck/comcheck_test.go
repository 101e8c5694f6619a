package comcheck_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	"renkei/internal/community/demo"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// demoCommunity has a desk and a head of operations for each member.
func demoCommunity(t *testing.T) *community.Registry {
	t.Helper()
	records, err := demo.Records()
	if err != nil {
		t.Fatal(err)
	}
	r := community.NewRegistry()
	for i, rec := range records {
		r = r.With(community.Revision{Number: int64(i + 1), Of: rec.Kind(), ID: rec.Key(), Record: rec})
	}
	return r
}

func begun(t *testing.T, reg *community.Registry, change func(*comcheck.Plan)) (*comcheck.Round, []comcheck.Ask) {
	t.Helper()
	plan := comcheck.DefaultPlan()
	change(&plan)
	r, asks, err := comcheck.Begin(reg, "r", plan, "p", noon)
	if err != nil {
		t.Fatal(err)
	}
	return r, asks
}

// TestBegin asks whom a round asks at its beginning.
func TestBegin(t *testing.T) {
	t.Parallel()
	reg := demoCommunity(t)
	for name, c := range map[string]struct {
		change func(*comcheck.Plan)
		want   int
	}{
		"the first of each": {func(*comcheck.Plan) {}, 12 * 3},
		"all":               {func(p *comcheck.Plan) { p.Scope = comcheck.All }, 12 * 5},
		"the first of two":  {func(p *comcheck.Plan) { p.Members = []string{"kh", "jp"} }, 2 * 3},
	} {
		r, asks := begun(t, reg, c.change)
		if len(asks) != c.want {
			t.Errorf("%s: %d asks, want %d", name, len(asks), c.want)
		}
		tokens := map[string]bool{}
		for _, a := range asks {
			tokens[r.Token(a.Key())] = true
		}
		if len(tokens) != len(asks) {
			t.Errorf("%s: %d links for %d asks", name, len(tokens), len(asks))
		}
	}
	other, asks := begun(t, reg, func(*comcheck.Plan) {})
	r, _ := begun(t, reg, func(*comcheck.Plan) {})
	if r.Token(asks[0].Key()) == other.Token(asks[0].Key()) {
		t.Error("two rounds have the same link")
	}
	for want, change := range map[error]func(*comcheck.Plan){
		comcheck.ErrPlan:   func(p *comcheck.Plan) { p.Escalate = time.Hour },
		comcheck.ErrNobody: func(p *comcheck.Plan) { p.Members = []string{"nobody"} },
	} {
		plan := comcheck.DefaultPlan()
		change(&plan)
		if _, _, err := comcheck.Begin(reg, "r", plan, "p", noon); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

// TestEscalation follows a round to its end: who answers, who is reminded, who is
// asked instead, and what it comes to.
func TestEscalation(t *testing.T) {
	t.Parallel()
	reg := demoCommunity(t)
	r, asks := begun(t, reg, func(p *comcheck.Plan) { p.Members = []string{"kh", "jp"} })
	answer := func(contact string, channel community.ChannelKind, after time.Duration) {
		i := slices.IndexFunc(asks, func(a comcheck.Ask) bool { return a.Contact == contact && a.Channel == channel })
		asks[i].Answered, asks[i].How = noon.Add(after), comcheck.ByLink
	}
	states := func(after time.Duration) map[string]comcheck.State {
		all := map[string]comcheck.State{}
		for _, res := range r.Results(asks, noon.Add(after)) {
			all[res.Contact] = res.State
		}
		return all
	}
	answer("jp-duty", community.Phone, time.Hour)
	if got := states(2 * time.Hour); got["jp-duty"] != comcheck.Answered || got["kh-duty"] != comcheck.Waiting {
		t.Errorf("after 2 h: %v", got)
	}
	if got := states(24 * time.Hour); got["kh-duty"] != comcheck.Remind {
		t.Errorf("after 24 h: %v", got)
	}
	if more := r.Next(reg, asks, noon.Add(48*time.Hour-1)); len(more) != 0 {
		t.Errorf("asked too early: %+v", more)
	}
	more := r.Next(reg, asks, noon.Add(48*time.Hour))
	if len(more) != 2 || more[0].Contact != "kh-head" {
		t.Fatalf("asked after 48 h: %+v", more)
	}
	asks = append(asks, more...)
	if again := r.Next(reg, asks, noon.Add(49*time.Hour)); len(again) != 0 {
		t.Errorf("asked again: %+v", again)
	}
	answer("kh-head", community.Mail, 80*time.Hour)
	results := r.Results(asks, noon.Add(90*time.Hour))
	want := comcheck.Figures{Contacts: 3, Answered: 2, Late: 1, Missed: 1, Channels: 8, Verified: 2, Organisations: 2, Reached: 2}
	if got := comcheck.Count(results); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	i := slices.IndexFunc(results, func(res comcheck.Result) bool { return res.Contact == "kh-head" })
	if !results[i].Escalated || !results[i].Late {
		t.Errorf("%+v", results[i])
	}
	for i := range asks {
		asks[i].Bounced = asks[i].Contact == "kh-duty"
	}
	if got := states(50 * time.Hour); got["kh-duty"] != comcheck.Bounced {
		t.Errorf("after nothing arrived: %v", got)
	}
}

// TestSchedule asks which round is owed when.
func TestSchedule(t *testing.T) {
	t.Parallel()
	s := comcheck.Schedule{On: true, Day: 5, Hour: 3, Plan: comcheck.DefaultPlan()}
	for at, want := range map[string]string{"2026-12-05T02:59:59Z": "", "2026-12-05T03:00:00Z": "2026-12", "2026-12-31T00:00:00Z": "2026-12", "2027-01-01T00:00:00Z": ""} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Owed(now); got != want {
			t.Errorf("at %s %q is owed, want %q", at, got, want)
		}
	}
	if s.On = false; s.Owed(noon.AddDate(0, 0, 20)) != "" {
		t.Error("a schedule that is off owes a round")
	}
	for _, bad := range []comcheck.Schedule{{Day: 0, Plan: comcheck.DefaultPlan()}, {Day: 29, Plan: comcheck.DefaultPlan()}, {Day: 1, Hour: 24, Plan: comcheck.DefaultPlan()}, {Day: 1}} {
		if !errors.Is(bad.Check(), comcheck.ErrPlan) {
			t.Errorf("%+v is taken", bad)
		}
	}
	if comcheck.Stale(noon, noon.Add(comcheck.StaleAfter)) || !comcheck.Stale(noon, noon.Add(comcheck.StaleAfter+1)) || !comcheck.Stale(time.Time{}, noon) {
		t.Error("stale at another time")
	}
	if got := comcheck.Word("  new\r\nnumber\t1 "); got != "new number 1" {
		t.Errorf("%q", got)
	}
}
