package programme_test

import (
	"slices"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/programme"
)

// TestParticipation: each setting shows what it says and no more, and never a code,
// an address or the name of somebody who has not agreed.
func TestParticipation(t *testing.T) {
	t.Parallel()
	e := &programme.Event{Head: programme.Head{ID: "e"}, Status: programme.Held, Members: []string{"kh"}}
	all := []programme.Attendee{
		{ID: "1", Event: "e", Member: "kh", Name: "Sok", Role: programme.Delegate, Code: "AAAAAA", Consent: true, Came: time.Unix(1, 0), Mail: "sok@example.org"},
		{ID: "2", Event: "e", Member: "kh", Name: "Chan", Role: programme.Delegate, Code: "BBBBBB"},
		{ID: "3", Event: "e", Member: "th", Name: "Malee", Role: programme.Delegate, Code: "CCCCCC", Consent: true},
	}
	of := func(member string) programme.Access {
		a := &auth.Access{}
		if member != "" {
			a.Grants = []auth.Grant{{Scope: community.In(member), Role: string(community.Owner)}}
		}
		return programme.Access{Access: community.Of(a)}
	}
	for _, c := range []struct {
		is     programme.Disclosure
		member string
		ok     bool
		names  []string
	}{
		{"", "kh", false, nil},
		{programme.Closed, "kh", false, nil},
		{programme.InNumbers, "kh", true, nil},
		{programme.ToThose, "kh", true, []string{"Sok", "Malee"}},
		{programme.ToThose, "th", true, []string{"Sok", "Malee"}}, // it has people on the list
		{programme.ToThose, "sg", true, nil},
		{programme.ToEverybody, "sg", true, []string{"Sok", "Malee"}},
		{programme.ToEverybody, "", false, nil}, // who is not of the community
	} {
		records := programme.NewRecords()
		if c.is != "" {
			records = records.With(programme.Revision{Number: 1, Of: programme.KindSettings, ID: programme.SettingsID, Record: &programme.Settings{Participation: c.is}})
		}
		got, ok := of(c.member).Participants(records, e, all)
		var names []string
		listed, came := 0, 0
		for _, d := range got {
			listed, came = listed+d.Listed, came+d.Came
			for _, p := range d.Named {
				names = append(names, p.Name)
				if p.Code != "" || p.Mail != "" || !p.Came.IsZero() || p.ID != "" {
					t.Errorf("%q to %q tells more of %+v", c.is, c.member, p)
				}
			}
		}
		if ok != c.ok || !slices.Equal(names, c.names) || ok && (listed != 3 || came != 1) {
			t.Errorf("%q to %q: %v, %v, %d listed, %d came", c.is, c.member, ok, names, listed, came)
		}
	}
	draft := *e
	draft.Status = programme.Drafted
	open := programme.NewRecords().With(programme.Revision{Number: 1, Of: programme.KindSettings, ID: programme.SettingsID, Record: &programme.Settings{Participation: programme.ToEverybody}})
	if _, ok := of("kh").Participants(open, &draft, all); ok {
		t.Error("a draft is told")
	}
}
