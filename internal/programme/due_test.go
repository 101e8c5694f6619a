package programme_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/programme"
)

// TestRenewals: the parties that are bodies of members are told 180, 90 and 30
// days before an agreement ends, each time once.
func TestRenewals(t *testing.T) {
	t.Parallel()
	r := with(t, programme.NewRecords(), &programme.Agreement{Head: head("mou"), Parties: []string{"CamCERT", "JICA"}, Until: "2026-12-31"})
	members := []programme.Member{{ID: "kh", Mail: []programme.MailBox{{ID: "desk", Body: en("CamCERT"), Address: "desk@example.org"}}}, {ID: "jp"}}
	ends := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	var told []int
	seen := map[string]bool{}
	for days := 400; days >= -10; days-- {
		for _, n := range r.Renewals(ends.AddDate(0, 0, -days).Add(time.Minute), members) {
			if n.Member != "kh" || n.Body != "CamCERT" || n.Until != "2026-12-31" {
				t.Errorf("%+v", n)
			}
			if !seen[n.Key] {
				seen[n.Key] = true
				told = append(told, days)
			}
		}
	}
	if want := []int{180, 90, 30}; !slices.Equal(told, want) {
		t.Errorf("told %v days before, want %v", told, want)
	}
}

// TestYear: everything that is due in a year is in its month, and what is over
// and still open says so.
func TestYear(t *testing.T) {
	t.Parallel()
	r := with(t, programme.NewRecords(), series(), &programme.Agreement{Head: head("mou"), Parties: []string{"A", "B"}, Until: "2026-12"},
		&programme.Event{Head: head("forum"), Type: "event", Status: programme.Held, Begin: "2026-05-07"},
		&programme.Event{Head: head("off"), Type: "event", Status: programme.Cancelled, Begin: "2026-05-08"},
		&programme.Event{Head: head("vague"), Type: "event", Status: programme.Planned, Begin: "2026"},
		&programme.Event{Head: head("other"), Type: "event", Status: programme.Planned, Begin: "2027-05-08"})
	e := r.Draft(r.Activity("series"), 17, en("17th"), "2026-06-20", "", "Asia/Tokyo")
	e.Status, e.Session.PapersDue = programme.Planned, "2026-05-01"
	e.Session.Agenda = []programme.Item{{ID: "a", Title: en("A"), Papers: []string{"sg"}}}
	r = with(t, r, e)
	r, _ = apply(r, change(r, action("aj17"))) // due 2026-06-01
	var got []string
	for month, all := range r.Year(2026, time.Date(2026, 6, 3, 0, 0, 0, 0, time.UTC)) {
		for _, d := range all {
			got = append(got, fmt.Sprintf("%d %s %s %s %v", month+1, d.Kind, d.On, d.Of.Key(), d.Passed))
		}
	}
	want := []string{
		"5 papers 2026-05-01 aj17 true", "5 event 2026-05-07 forum false", "6 action 2026-06-01 aj17-a1 true", "6 event 2026-06-20 aj17 false",
		"7 remind 2026-07-04 mou false", "10 remind 2026-10-02 mou false", "12 remind 2026-12-01 mou false", "12 renewal 2026-12-31 mou false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("due:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestAwardsNeedConsent: who was honoured is named to others with their consent
// only.
func TestAwardsNeedConsent(t *testing.T) {
	t.Parallel()
	award := func(id string, consent bool) *programme.Award {
		return &programme.Award{Head: head(id), To: en("Somebody"), On: "2026-05", Consent: consent}
	}
	r := with(t, programme.NewRecords(), award("named", true), award("silent", false))
	count := func(r *programme.Records) int { return len(r.Awards()) }
	secretary := programme.Access{Access: community.Of(&auth.Access{Grants: []auth.Grant{{Scope: community.Everywhere(), Role: string(community.Coordinator)}}})}
	if a, b, c, d := count(r.For(secretary)), count(r.For(programme.MemberAccess("kh"))), count(r.Settled()), count(r.Public()); a != 2 || b != 1 || c != 1 || d != 0 {
		t.Errorf("secretary %d, member %d, report %d, public %d; want 2, 1, 1, 0", a, b, c, d)
	}
}
