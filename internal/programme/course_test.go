package programme_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"renkei/internal/community"
	"renkei/internal/programme"
)

var opens = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// drawn is a course with nominations at random.
func drawn(t *rapid.T) (*programme.Course, []programme.Nominee) {
	members := []string{"bn", "jp", "kh", "vn"}
	c := &programme.Course{Zone: "Asia/Tokyo", Seats: rapid.IntRange(1, 12).Draw(t, "seats"), Quotas: map[string]int{}}
	left := c.Seats
	for _, m := range members {
		n := rapid.IntRange(0, min(left, 4)).Draw(t, "quota")
		c.Quotas[m], left = n, left-n
	}
	var all []programme.Nominee
	for i := range rapid.IntRange(0, 20).Draw(t, "nominees") {
		all = append(all, programme.Nominee{
			ID: fmt.Sprintf("n%02d", i), Event: "e", Member: rapid.SampledFrom(members).Draw(t, "member"), Name: fmt.Sprint("Person ", i),
			Rank: rapid.IntRange(1, 5).Draw(t, "rank"), At: opens.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "at")) * time.Hour), State: programme.Nominated,
		})
	}
	return c, all
}

func seats(all []programme.Nominee, member string) (n int) {
	for i := range all {
		if all[i].State == programme.Seated && (member == "" || all[i].Member == member) {
			n++
		}
	}
	return n
}

func nominated(all []programme.Nominee, member string) (n int) {
	for i := range all {
		if all[i].Member == member && all[i].State != programme.Withdrawn {
			n++
		}
	}
	return n
}

func selected(t *rapid.T, c *programme.Course, all []programme.Nominee, released bool) []programme.Nominee {
	next, err := programme.Nominate(all, c.Select(all, released)...)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// TestSelection gives seats at random: never more than there are; every member
// has its quota as far as it has people, whatever others nominate; within a
// member its own order holds; no seat stays empty while somebody waits; of two
// members with people who wait above their quotas none is two seats ahead; and
// the same nominations in another order end the same.
func TestSelection(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, all := drawn(t)
		done := selected(t, c, all, true)
		if seats(done, "") != min(c.Seats, len(all)) {
			t.Fatalf("%d of %d seats for %d", seats(done, ""), c.Seats, len(all))
		}
		waits := map[string]bool{}
		for _, n := range done {
			if n.Why.Rule == "" || n.State == programme.Nominated {
				t.Fatalf("%s is told nothing: %+v", n.ID, n.Why)
			}
			waits[n.Member] = waits[n.Member] || n.State == programme.Waiting
		}
		for _, a := range done {
			if got := seats(done, a.Member); got < min(c.Quotas[a.Member], nominated(done, a.Member)) {
				t.Fatalf("%s has %d seats of %d", a.Member, got, c.Quotas[a.Member])
			}
			for _, b := range done {
				if a.Member == b.Member && a.Rank < b.Rank && a.State == programme.Waiting && b.State == programme.Seated {
					t.Fatalf("%s goes before %s", b.ID, a.ID)
				}
				if waits[a.Member] && seats(done, b.Member) > c.Quotas[b.Member] && seats(done, b.Member) > seats(done, a.Member)+1 {
					t.Fatalf("%s has %d seats, %s has %d and waits", b.Member, seats(done, b.Member), a.Member, seats(done, a.Member))
				}
			}
		}
		mixed := rapid.Permutation(all).Draw(t, "order")
		again := selected(t, c, mixed, true)
		byID := func(a, b programme.Nominee) int { return cmp.Compare(a.ID, b.ID) }
		slices.SortFunc(again, byID)
		slices.SortFunc(done, byID)
		if !slices.Equal(again, done) {
			t.Fatal("another order ends otherwise")
		}
		if more := c.Select(done, true); len(more) > 0 {
			t.Fatalf("selected once more it changes: %+v", more)
		}
	})
}

// TestSelectionGoesOn withdraws people at random after a selection while members
// still nominate: who has a seat keeps it, seats that are kept stay kept until
// they are released, and whose seat is free goes to who waits.
func TestSelectionGoesOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, all := drawn(t)
		now := selected(t, c, all, false)
		kept := 0
		for m, quota := range c.Quotas {
			kept += max(0, quota-nominated(now, m))
		}
		if seats(now, "")+kept > c.Seats {
			t.Fatalf("%d seats are given away and %d kept, of %d", seats(now, ""), kept, c.Seats)
		}
		seated := map[string]bool{}
		for i := range now {
			if rapid.Bool().Draw(t, "withdraws") {
				now[i].State = programme.Withdrawn
			}
			seated[now[i].ID] = now[i].State == programme.Seated
		}
		then := selected(t, c, now, true)
		left := 0
		for _, n := range then {
			if seated[n.ID] && n.State != programme.Seated {
				t.Fatalf("%s has lost the seat", n.ID)
			}
			if n.State != programme.Withdrawn {
				left++
			}
		}
		if seats(then, "") != min(c.Seats, left) {
			t.Fatalf("%d of %d seats for %d", seats(then, ""), c.Seats, left)
		}
	})
}

// TestNominate: a member nominates somebody once, and again after taking them
// back.
func TestNominate(t *testing.T) {
	t.Parallel()
	all, err := programme.ReadNominees("Sok Dara; សុខ ដារ៉ា; CamCERT; dara@example.org\n\n Tan Wei\t\tCSA")
	if err != nil || len(all) != 2 || all[0].Local != "សុខ ដារ៉ា" || all[0].Mail != "dara@example.org" || all[1].Body != "CSA" {
		t.Fatalf("%+v, %v", all, err)
	}
	for i := range all {
		all[i].ID, all[i].Event, all[i].Member = fmt.Sprint(i), "e", "kh"
	}
	now, err := programme.Nominate(nil, all...)
	if err != nil {
		t.Fatal(err)
	}
	again := all[0]
	again.ID, again.Name = "9", "SOK  DARA"
	var refused *programme.Refusal
	if _, err := programme.Nominate(now, again); !errors.As(err, &refused) || refused.Code != "nominee.twice" {
		t.Errorf("twice: %v", err)
	}
	now[0].State = programme.Withdrawn
	if _, err := programme.Nominate(now, again); err != nil {
		t.Errorf("after taking them back: %v", err)
	}
	for _, bad := range []string{"", "Sok; x; y; not an address", "a;b;c;d@e.org;f"} {
		if _, err := programme.ReadNominees(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

func courseOf() *programme.Event {
	e := &programme.Event{
		Head: programme.Head{ID: "e", Title: community.Text{"en": "Course"}}, Type: "training", Status: programme.Held, Begin: "2026-06-01", End: "2026-06-02",
	}
	e.Course = &programme.Course{Seats: 5, Zone: "Asia/Tokyo", Halves: programme.HalvesOf(e), Needed: 3}
	return e
}

// TestCertificates are issued once, to who was there often enough; one that is
// revoked comes back only by hand, and one that is replaced names the other.
func TestCertificates(t *testing.T) {
	t.Parallel()
	e := courseOf()
	if len(e.Course.Halves) != 4 || !e.Course.Halves[1].Afternoon() || e.Course.Halves[3].Day() != "2026-06-02" {
		t.Fatalf("%v", e.Course.Halves)
	}
	there, short, speaker := attendee("a", "Sok Dara", "kh", programme.Delegate), attendee("b", "Tan Wei", "sg", programme.Delegate), attendee("c", "Abe", "jp", programme.Speaker)
	there.Halves, short.Halves, speaker.Halves = e.Course.Halves[:3], e.Course.Halves[:2], e.Course.Halves
	r := &programme.Roster{Attendees: []programme.Attendee{there, short, speaker}}
	n := 0
	code := func() string { n++; return fmt.Sprint("CODE", n) }
	all := r.Issue(e, opens, code)
	if len(all) != 1 || all[0].Attendee != "a" || all[0].Attended != 3 || all[0].Of != 4 {
		t.Fatalf("%+v", all)
	}
	r.Certificates = all
	if more := r.Issue(e, opens, code); len(more) > 0 {
		t.Errorf("issued twice: %+v", more)
	}
	if _, err := all[0].Revoke(opens, " "); err == nil {
		t.Error("revoked without a reason")
	}
	revoked, err := all[0].Revoke(opens, "issued in error")
	if err != nil || revoked.Valid() {
		t.Fatalf("%+v, %v", revoked, err)
	}
	r.Certificates = []programme.Certificate{revoked}
	if more := r.Issue(e, opens, code); len(more) > 0 {
		t.Errorf("a revoked one comes back: %+v", more)
	}
	was, is, err := all[0].Reissue(opens, "Sok Dara", "សុខ ដារ៉ា", "name misspelled", code())
	if err != nil || was.Valid() || was.Next != is.Code || !is.Valid() || is.Local == "" || is.Of != 4 || is.Code == all[0].Code {
		t.Fatalf("%+v, %+v, %v", was, is, err)
	}
	if _, _, err := was.Reissue(opens, "Sok Dara", "", "again", code()); err == nil {
		t.Error("replaced twice")
	}
	if got := programme.CertificateCode("ABCDEFGHJKLM"); got != "ABCD-EFGH-JKLM" {
		t.Error(got)
	}
	if a, b := programme.NewCertificateCode(), programme.NewCertificateCode(); a == b || programme.PlainCode(programme.CertificateCode(a)) != a {
		t.Errorf("%s, %s", a, b)
	}
}

// TestCourseCheck: a course whose particulars cannot be is refused.
func TestCourseCheck(t *testing.T) {
	t.Parallel()
	for code, spoil := range map[string]func(*programme.Course){
		"course.seats":  func(c *programme.Course) { c.Seats = 0 },
		"course.quotas": func(c *programme.Course) { c.Quotas = map[string]int{"kh": 3, "jp": 3} },
		"course.quota":  func(c *programme.Course) { c.Quotas = map[string]int{"kh": -1} },
		"course.half":   func(c *programme.Course) { c.Halves = []programme.Half{"2026-06-01/pm", "2026-06-01/am"} },
		"course.needed": func(c *programme.Course) { c.Needed = 5 },
		"zone":          func(c *programme.Course) { c.Zone = "Tokyo" },
		"date":          func(c *programme.Course) { c.Closes = "soon" },
	} {
		e := courseOf()
		spoil(e.Course)
		var refused *programme.Refusal
		err := programme.NewRecords().Check(programme.Change{Reason: "r", Of: e.Kind(), ID: e.ID, Record: e})
		if !errors.As(err, &refused) || refused.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}
