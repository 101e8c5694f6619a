package programme_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"renkei/internal/programme"
)

func attendee(id, name, member string, role programme.AttendeeRole) programme.Attendee {
	return programme.Attendee{ID: id, Event: "e", Name: name, Member: member, Role: role, Code: (id + "XXXXXX")[:6]}
}

// TestOnePersonOnce enters people at random: a list never has one person twice, a
// code twice, or two heads of a delegation, and nothing is lost by a refusal.
func TestOnePersonOnce(t *testing.T) {
	t.Parallel()
	names := []string{"Sok Dara", "sok  dara", "ＳＯＫ ＤＡＲＡ", "Tan Wei", "佐藤 花子", "佐藤　花子"}
	person := func(name string) string {
		switch strings.ToLower(name)[:3] {
		case "sok", "ｓ":
			return "sok"
		case "tan":
			return "tan"
		}
		if strings.HasPrefix(name, "Ｓ") {
			return "sok"
		}
		return "sato"
	}
	rapid.Check(t, func(t *rapid.T) {
		var list []programme.Attendee
		people, heads := map[string]string{}, map[string]string{}
		for n := range rapid.IntRange(1, 30).Draw(t, "entries") {
			name, member := rapid.SampledFrom(names).Draw(t, "name"), rapid.SampledFrom([]string{"kh", "jp"}).Draw(t, "member")
			a := attendee(fmt.Sprint("A", n), name, member, rapid.SampledFrom(programme.AttendeeRoles()).Draw(t, "role"))
			who := person(name) + "|" + member
			want := people[who] == "" && (a.Role != programme.HeadOfDelegation || heads[member] == "")
			next, err := programme.Attend(list, a)
			if (err == nil) != want {
				t.Fatalf("%s of %s as %s: %v, want %v", name, member, a.Role, err, want)
			}
			if err != nil {
				continue
			}
			if len(next) != len(list)+1 {
				t.Fatalf("%d after %d", len(next), len(list))
			}
			list, people[who] = next, a.ID
			if a.Role == programme.HeadOfDelegation {
				heads[member] = a.ID
			}
		}
		for i := range list { // who is there stays one entry when they come
			list[i].Came = day0
			next, err := programme.Attend(list, list[i])
			if err != nil || len(next) != len(list) {
				t.Fatalf("%d entries: %v", len(next), err)
			}
		}
		if h := programme.CountAttendees(list, func(*programme.Attendee) bool { return true }); h.Listed != len(people) || h.Came != len(people) {
			t.Fatalf("%+v, want %d persons", h, len(people))
		}
	})
}

// TestReadList reads a list as people write it, and names the line that it cannot
// read.
func TestReadList(t *testing.T) {
	t.Parallel()
	roles := map[string]programme.AttendeeRole{"interpreter": programme.Interpreter, "代表団長": programme.HeadOfDelegation}
	got, err := programme.ReadList("\n佐藤花子；国家サイバー統括室；代表団長\nSok Dara\tCamCERT\n Tan Wei ; CSA; Interpreter \r\nAda\nBob;;代表団長", roles)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, a := range got {
		all = append(all, fmt.Sprintf("%s/%s/%s", a.Name, a.Body, a.Role))
	}
	if want := []string{"佐藤花子/国家サイバー統括室/head", "Sok Dara/CamCERT/delegate", "Tan Wei/CSA/interpreter", "Ada//delegate", "Bob//head"}; !slices.Equal(all, want) {
		t.Errorf("%q, want %q", all, want)
	}
	for text, line := range map[string]any{"Ada\nBob; CSA; king": 2, "Ada; a; interpreter; x": 1} {
		var refused *programme.Refusal
		if _, err := programme.ReadList(text, roles); !errors.As(err, &refused) || refused.Code != "attendee.line" || refused.Args["Line"] != line {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := programme.ReadList(" \n", roles); err == nil {
		t.Error("an empty list is taken")
	}
}

// TestCodes: codes are found as people type them, and are not alike.
func TestCodes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 10_000 {
		code := programme.NewCode()
		if len(code) != 6 || strings.ContainsAny(code, "01IO") || programme.PlainCode(strings.ToLower(code[:3])+" "+code[3:]+"　") != code {
			t.Fatalf("code %q", code)
		}
		seen[code] = true
	}
	if len(seen) < 9_990 {
		t.Errorf("%d codes of 10,000", len(seen))
	}
}

// TestOpens: one registers oneself from the day before an event to the day after.
func TestOpens(t *testing.T) {
	t.Parallel()
	e := &programme.Event{Head: head("e"), Status: programme.Planned, Begin: "2026-05-04", End: "2026-05-06"}
	for at, want := range map[string]bool{"2026-05-02": false, "2026-05-03": true, "2026-05-07": true, "2026-05-08": false} {
		now, err := time.Parse(time.DateOnly, at)
		if err != nil {
			t.Fatal(err)
		}
		if e.Opens(now) != want {
			t.Errorf("on %s: %v", at, !want)
		}
	}
	draft := *e
	if draft.Status = programme.Drafted; draft.Opens(day0.AddDate(0, 2, 2)) {
		t.Error("a draft opens")
	}
}
