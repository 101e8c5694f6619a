package community_test

import (
	"errors"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// TestDate asks whether what begins or ends at a date has, for dates that are
// known to the year, the month and the day.
func TestDate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		date  community.Date
		day   string
		begun bool
		over  bool
	}{
		{"", "2025-10-25", true, false},
		{"2025", "2024-12-31", false, false},
		{"2025", "2025-01-01", true, false},
		{"2025", "2025-12-31", true, false},
		{"2025", "2026-01-01", true, true},
		{"2025-10", "2025-09-30", false, false},
		{"2025-10", "2025-10-31", true, false},
		{"2025-10", "2025-11-01", true, true},
		{"2025-10-26", "2025-10-25", false, false},
		{"2025-10-26", "2025-10-26", true, true},
	} {
		if begun, over := c.date.Begun(day(c.day)), c.date.Over(day(c.day)); begun != c.begun || over != c.over {
			t.Errorf("%q on %s: begun is %v, over is %v", c.date, c.day, begun, over)
		}
	}
	for d, want := range map[community.Date]bool{"": true, "2025": true, "2025-02": true, "2025-02-28": true, "2025-02-30": false, "2025-13": false, "25": false, "2025-1": false, "x": false, "2025-01-01-01": false} {
		if d.Valid() != want {
			t.Errorf("%q is valid: %v", d, !want)
		}
	}
}

// TestNames asks what a body is called before and after it changed its name.
func TestNames(t *testing.T) {
	t.Parallel()
	nisc := community.Names{
		{Full: community.Text{"en": "National center of Incident readiness and Strategy for Cybersecurity"}, Short: "NISC", From: "2015-01-09", Until: "2025-07-01"},
		{Full: community.Text{"en": "National Cybersecurity Office"}, Short: "NCO", From: "2025-07-01"},
	}
	for on, want := range map[string]string{"2014-01-01": "NISC", "2025-06-30": "NISC", "2025-07-01": "NCO", "2026-11-30": "NCO"} {
		if got := nisc.At(day(on)).Short; got != want {
			t.Errorf("on %s it is %s, want %s", on, got, want)
		}
	}
	if before := nisc.Before(day("2026-01-01")); len(before) != 1 || before[0].Short != "NISC" {
		t.Errorf("before it was %v", before)
	}
	if before := nisc.Before(day("2025-06-30")); len(before) != 0 {
		t.Errorf("before it was %v", before)
	}
}

// small is a registry of two members, where one has a CSIRT with a person and a
// contact.
func small(t *testing.T) *community.Registry {
	t.Helper()
	r := community.NewRegistry()
	for _, rec := range []community.Record{
		&community.Member{ID: "kh", Code: "KH", Names: community.Names{{Full: community.Text{"en": "Cambodia"}}}},
		&community.Member{ID: "th", Code: "TH", Names: community.Names{{Full: community.Text{"en": "Thailand"}}}},
		&community.Organisation{ID: "camcert", Member: "kh", Type: "csirt", Names: community.Names{{Full: community.Text{"en": "CamCERT"}}}, TLP: community.Clear},
		&community.Person{ID: "dara", Name: community.Text{"en": "Dara"}, TLP: community.Amber, Posts: []community.Post{{Organisation: "camcert"}}},
		contact("duty", func(*community.Contact) {}),
	} {
		c := community.Change{Reason: "new", Of: rec.Kind(), ID: rec.Key(), Record: rec}
		if err := r.Check(c); err != nil {
			t.Fatalf("%s: %v", rec.Key(), err)
		}
		r = r.With(community.Revision{Number: r.Last + 1, Of: rec.Kind(), ID: rec.Key(), Record: rec})
	}
	return r
}

func contact(id string, change func(*community.Contact)) *community.Contact {
	c := &community.Contact{ID: id, Organisation: "camcert", Person: "dara", Role: community.Text{"en": "Duty officer"}, Order: 1, TLP: community.Amber}
	change(c)
	return c
}

func channel(k community.ChannelKind, value string) *community.Contact {
	return contact("new", func(c *community.Contact) { c.Channels = []community.Channel{{Kind: k, Value: value}} })
}

// TestRefused makes changes that cannot be, each for one reason.
func TestRefused(t *testing.T) {
	t.Parallel()
	r := small(t)
	member := func(change func(*community.Member)) community.Record {
		m := &community.Member{ID: "la", Code: "LA", Names: community.Names{{Full: community.Text{"en": "Lao PDR"}}}}
		change(m)
		return m
	}
	for want, rec := range map[string]community.Record{
		"id":              member(func(m *community.Member) { m.ID = "L A" }),
		"code":            member(func(m *community.Member) { m.Code = "" }),
		"code_twice":      member(func(m *community.Member) { m.Code = "KH" }),
		"name":            member(func(m *community.Member) { m.Names = nil }),
		"name_order":      member(func(m *community.Member) { m.Names = append(m.Names, m.Names[0]) }),
		"language":        member(func(m *community.Member) { m.Languages = []string{"klingonese-x-"} }),
		"zone":            member(func(m *community.Member) { m.Zone = "Asia/Nowhere" }),
		"date":            member(func(m *community.Member) { m.Joined = "soon" }),
		"period":          member(func(m *community.Member) { m.Joined, m.Left = "2025-10", "2024" }),
		"no_organisation": contact("new", func(c *community.Contact) { c.Organisation = "none" }),
		"no_person":       contact("new", func(c *community.Contact) { c.Person = "none" }),
		"order":           contact("new", func(c *community.Contact) { c.Order = 0 }),
		"role":            contact("new", func(c *community.Contact) { c.Role = nil }),
		"tlp":             contact("new", func(c *community.Contact) { c.TLP = "PINK" }),
		"channel":         channel("pigeon", "x"),
		"address.mail":    channel(community.Mail, "a@b@c"),
		"address.phone":   channel(community.Phone, "023 000"),
		"address.web":     channel("web", "javascript:alert(1)"),
		"line":            channel(community.Mattermost, "a\nb"),
		"type":            &community.Organisation{ID: "o", Type: "club", Names: community.Names{{Full: community.Text{"en": "O"}}}, TLP: community.Clear},
		"no_member":       &community.Organisation{ID: "o", Member: "xx", Type: "csirt", Names: community.Names{{Full: community.Text{"en": "O"}}}, TLP: community.Clear},
		"section":         &community.Organisation{ID: "o", Type: "csirt", Names: community.Names{{Full: community.Text{"en": "O"}}}, TLP: community.Clear, RFC2350: map[string]string{"9": "x"}},
	} {
		checkRefused(t, r, want, community.Change{Reason: "new", Of: rec.Kind(), ID: rec.Key(), Record: rec})
	}
	part := &community.Organisation{ID: "camcert", Member: "kh", Parent: "camcert", Type: "csirt", Names: community.Names{{Full: community.Text{"en": "CamCERT"}}}, TLP: community.Clear}
	checkRefused(t, r, "no_organisation", community.Change{Reason: "x", Of: community.KindOrganisation, ID: "camcert", Record: part, Base: 3})
	checkRefused(t, r, "used.member", community.Change{Reason: "x", Of: community.KindMember, ID: "kh", Base: 1})
	checkRefused(t, r, "used.organisation", community.Change{Reason: "x", Of: community.KindOrganisation, ID: "camcert", Base: 3})
	checkRefused(t, r, "used.person", community.Change{Reason: "x", Of: community.KindPerson, ID: "dara", Base: 4})
	checkRefused(t, r, "changed", community.Change{Reason: "x", Of: community.KindMember, ID: "th", Base: 1})
	checkRefused(t, r, "reason", community.Change{Reason: " ", Of: community.KindMember, ID: "th", Base: 2})
	if err := r.Check(community.Change{Reason: "x", Of: community.KindContact, ID: "duty", Base: 5}); err != nil {
		t.Errorf("a contact cannot be removed: %v", err)
	}
}

func checkRefused(t *testing.T, r *community.Registry, want string, c community.Change) {
	t.Helper()
	var refused *community.Refusal
	if err := r.Check(c); !errors.As(err, &refused) || refused.Code != want {
		t.Errorf("%s: %v", want, err)
	}
}

// TestAccess asks of everybody everything, for a member and for another.
func TestAccess(t *testing.T) {
	t.Parallel()
	as := func(r auth.Role) *auth.Access {
		return &auth.Access{Person: "p", Grants: []auth.Grant{{Person: "p", Scope: community.In("kh"), Role: string(r)}}}
	}
	program := as(community.Owner)
	program.ReadOnly = true
	for name, c := range map[string]struct {
		who  *auth.Access
		want string // edits kh, edits th, edits partners, approves kh, sees GREEN, AMBER, RED of kh, RED of th
	}{
		"a stranger":      {nil, "--------"},
		"somebody":        {&auth.Access{Person: "p"}, "----g---"},
		"the owner":       {as(community.Owner), "k---gar-"},
		"the deputy":      {as(community.Deputy), "k---gar-"},
		"the approver":    {as(community.Approver), "---agar-"},
		"the secretariat": {&auth.Access{Person: "p", Grants: []auth.Grant{{Role: string(auth.Secretary)}}}, "ktp-garr"},
		"a program":       {program, "----gar-"},
		"a coordinator":   {&auth.Access{Person: "p", Grants: []auth.Grant{{Scope: community.Everywhere(), Role: string(community.Coordinator)}}}, "ktp-garr"},
	} {
		a := community.Of(c.who)
		got := ""
		for i, yes := range []bool{
			a.Edits("kh"), a.Edits("th"), a.Edits(""), a.Approves("kh"), a.Sees(community.Green, "kh"),
			a.Sees(community.Amber, "kh"), a.Sees(community.Red, "kh"), a.Sees(community.Red, "th"),
		} {
			letter := "-"
			if yes {
				letter = "ktpagarr"[i : i+1]
			}
			got += letter
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	rules := community.Rules()
	for scope, want := range map[auth.Scope]bool{{}: false, {Area: "community"}: false, community.In("kh"): true, {Area: "community", Object: "kh", Part: "x"}: false} {
		if got := rules.Fits(community.Owner, scope); got != want {
			t.Errorf("an owner fits %v: %v", scope, got)
		}
	}
}
