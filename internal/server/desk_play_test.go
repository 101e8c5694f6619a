package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/scenario"
)

// step is something that a unit does without a script, and what its page says
// afterwards, or beside the form where it is refused.
type step struct {
	to     string // the form's address, without exercise and unit
	form   url.Values
	status int
	page   string // looked at afterwards; "": the answer itself
	wants  []string
}

func (b *browser) play(unit string, steps []step) {
	b.h.t.Helper()
	for i, s := range steps {
		s.form.Set("key", fmt.Sprintf("step-%d", i))
		status, page := b.post("/x/x/"+s.to+"/"+unit, s.form)
		if status != s.status {
			b.h.t.Errorf("step %d, %s: %d, want %d:\n%s", i, s.to, status, s.status, page)
		}
		if s.page != "" {
			_, page = b.get(s.page)
		}
		for _, want := range s.wants {
			if !strings.Contains(page, want) {
				b.h.t.Errorf("step %d, %s: no %q in\n%s", i, s.to, want, page)
			}
		}
	}
}

// TestDeskWithoutScript answers every type of task, revises, takes a hint,
// shares, writes into the own log and raises REAL, as a phone without
// JavaScript does it. What is refused comes back as it was typed.
func TestDeskWithoutScript(t *testing.T) {
	t.Parallel()
	h := newFixtureOf(t, "gateway-to-wards", 205*60*exercise.Second)
	const moved, refused = http.StatusSeeOther, http.StatusConflict
	filed := url.Values{
		"task": {"T10"}, "part.summary": {"Way in by the VPN"}, "part.severity": {"high"}, "part.began": {"08:34"}, "part.open": {"who"},
	}
	incomplete := url.Values{"task": {"T10"}, "part.summary": {"Way in <by> the VPN"}, "part.volume": {"many"}}
	h.as(access.Player, "asteria").play("asteria", []step{
		{"acknowledge", url.Values{"inject": {"I02"}}, moved, "/x/x/inject/I02/asteria", []string{"✓ Acknowledged at 03:25:"}},
		{"answer", url.Values{"task": {"T01"}, "items": {"192.0.2.1\n\n192.0.2.2"}}, moved, "/x/x/inject/I02/asteria", []string{"not right yet", "192.0.2.1\n192.0.2.2</textarea>", "Handed in: 1"}},
		{"answer", url.Values{"task": {"T05"}, "text": {"nobody"}}, moved, "/x/x/inject/I07/asteria", []string{"nobody", "2 of 3 attempts left"}},
		{"answer", url.Values{"task": {"T27"}, "option": {"a", "b"}}, moved, "/x/x/inject/I25/asteria", []string{"Handed in: 1"}},
		{"answer", incomplete, refused, "", []string{"Way in &lt;by&gt; the VPN</textarea>", "Nothing was filed for T10. Please fill in: Severity, Earliest trace of the intruder (UTC), Not known yet.", "Data carried out (GB).", `href="#task-T10"`}},
		{"answer", filed, moved, "/x/x/inject/I09/asteria", []string{"Hand in the new version", "Way in by the VPN</textarea>", "Handed in: 1", `<option value="high" selected>`}},
		{"answer", url.Values{"task": {"T26"}, "text": {"First words"}}, moved, "/x/x/inject/I25/asteria", []string{"First words</textarea>"}},
		{"answer", url.Values{"task": {"T26"}, "text": {"Better words"}}, moved, "/x/x/inject/I25/asteria", []string{"Better words</textarea>", "Handed in: 2", "First words"}},
		{"answer", url.Values{"task": {"T26"}, "text": {" "}}, refused, "", []string{"is empty"}},
		{"upload", url.Values{"task": {"T30"}}, http.StatusBadRequest, "", []string{"incomplete"}},
		{"hint", url.Values{"task": {"T15"}}, refused, "", []string{"comes by itself"}},
		{"message", url.Values{"to": {"liaison"}, "tlp": {"GREEN"}, "text": {"Block these"}, "items": {"203.0.113.9"}, "task": {"T06"}}, moved, "/x/x/talk/asteria?room=liaison", []string{"Block these", "<li>203.0.113.9</li>", "For task T06", "TLP:GREEN"}},
		{"message", url.Values{"to": {"persona:vendor"}, "tlp": {"RED"}, "text": {"How so?"}, "re": {"I03"}, "inject": {"I03"}}, moved, "/x/x/inject/I03/asteria", []string{"How so?", "Ada"}},
		{"message", url.Values{"to": {"nobody"}, "tlp": {"RED"}, "text": {"Kept"}, "inject": {"I03"}}, refused, "", []string{"Kept</textarea>", "is nobody to write to", "<option value=\"RED\" selected>"}},
		{"message", url.Values{"to": {"liaison"}, "tlp": {"RED"}, "text": {" "}, "items": {"192.0.2.77"}}, refused, "", []string{"192.0.2.77</textarea>", "The text is empty"}},
		{"entry", url.Values{"text": {"=1+1 decided"}}, moved, "/x/x/unitlog/asteria?show=own", []string{"=1+1 decided", "Ada"}},
		{"real", url.Values{"text": {"Fire"}}, http.StatusUnprocessableEntity, "", []string{"Fire</textarea>", "Tick that this is real"}},
		{"real", url.Values{"text": {"Fire in the hall"}, "sure": {"yes"}}, moved, "/x/x/unitlog/asteria", []string{"REAL: Asteria", "Fire in the hall"}},
	})
	h.as(access.Player, "asteria/hospital").play("asteria/hospital", []step{
		{"answer", url.Values{"task": {"H02"}, "text": {"flag{wrong}"}}, moved, "/x/x/inject/I11/asteria/hospital", []string{"not right yet", "9 of 10 attempts left", "flag{wrong}"}},
	})
	_, table := h.as(access.Player, "asteria").get("/x/x/unitlog-file/asteria?as=csv")
	if !strings.Contains(table, ",'=1+1 decided\r\n") || !strings.HasPrefix(table, "\ufeff") {
		t.Errorf("the log as a table:\n%s", table)
	}
	if _, text := h.as(access.Player, "asteria").get("/x/x/unitlog-file/asteria?as=txt"); !strings.Contains(text, "  2027-09-15 04:25 UTC  Own entry of Asteria (Ada)\n    =1+1 decided\n") {
		t.Errorf("the log as text:\n%s", text)
	}
}

// TestHint: what a hint costs stands beside it, and it stays once it was given.
func TestHint(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team := h.as(access.Player, "asteria")
	if _, page := team.get("/x/x/inject/I02/asteria"); !strings.Contains(page, "The next hint costs 2 points.") || strings.Contains(page, "Strike out everything") {
		t.Errorf("before the hint:\n%s", page)
	}
	team.play("asteria", []step{
		{"hint", url.Values{"task": {"T01"}}, http.StatusSeeOther, "/x/x/inject/I02/asteria", []string{"<b>Hint:</b> Strike out everything"}},
		{"hint", url.Values{"task": {"T01"}}, http.StatusConflict, "", []string{"no further hint"}},
	})
}

// TestCalls notes a call, which the other side sees at once and confirms.
func TestCalls(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team, other := h.as(access.Player, "asteria"), h.as(access.Player, "borealis")
	team.play("asteria", []step{
		{"call", url.Values{"with": {"unit:borealis"}, "who": {"us"}, "tlp": {"AMBER"}, "text": {"Told them of the server"}}, http.StatusSeeOther, "/x/x/contacts/asteria", []string{"Asteria called Borealis", "waits for the other side", "Noted by Asteria Ada"}},
		{"call", url.Values{"with": {"unit:borealis"}, "who": {"them"}, "tlp": {"RED"}, "text": {""}}, http.StatusConflict, "", []string{"The text is empty", `value="them" checked`}},
	})
	_, page := other.get("/x/x/desk/borealis")
	_, after, ok := strings.Cut(page, `name="call" value="`)
	seq, _, _ := strings.Cut(after, `"`)
	if !ok || strings.Contains(page, "Noted by Asteria Ada") {
		t.Fatalf("the desk of the other side: %s", page)
	}
	other.play("borealis", []step{
		{"confirm", url.Values{"call": {seq}, "say": {"yes"}, "text": {"As said"}, "back": {"desk"}}, http.StatusSeeOther, "/x/x/contacts/borealis", []string{"confirmed", "As said"}},
	})
	if _, page := other.get("/x/x/desk/borealis"); strings.Contains(page, "Told them of the server") {
		t.Error("a call that is settled is still on the desk")
	}
	if _, page := h.as(access.Player, "coralia").get("/x/x/contacts/coralia"); strings.Contains(page, "Told them of the server") {
		t.Error("a third team sees the call")
	}
}

// TestReaders: whoever only looks sees what there is, and no form for it.
func TestReaders(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	people := map[string]*browser{"director": h.as(access.Director, ""), "evaluator": h.as(access.Evaluator, "asteria"), "team": h.as(access.Player, "asteria")}
	pages := func(unit, inject, query string) []string {
		var all []string
		for _, page := range []string{"desk", "inject/" + inject, "talk", "contacts", "unitlog"} {
			all = append(all, "/x/x/"+page+"/"+unit+query)
		}
		return append(all, "/x/x/talk/"+unit+"?room=excon")
	}
	looks := map[string][]string{
		"director": append(pages("asteria", "I02", ""), pages("asteria", "I02", "?at=00:02:30")...), "evaluator": pages("asteria", "I02", ""), "team": pages("asteria/hospital", "I01", ""),
	}
	for name, paths := range looks {
		for _, path := range paths {
			status, page := people[name].get(path)
			if status != http.StatusOK {
				t.Errorf("%s: the %s gets %d", path, name, status)
			}
			if name == "director" && !strings.Contains(path, "?at=") {
				page = strings.ReplaceAll(page, `method="post" action="/x/x/act/asteria"`, "") // acts for the unit
			}
			if strings.Contains(page, `method="post" action="/x/x/`) {
				t.Errorf("%s: the %s sees a form:\n%s", path, name, page)
			}
		}
	}
}

// TestRelayedAndWithdrawn: a cell reads the words of its team above the
// original, and nothing before; what EXCON takes back says so.
func TestRelayedAndWithdrawn(t *testing.T) {
	t.Parallel()
	h := newFixtureOf(t, "gateway-to-wards", 20*60*exercise.Second)
	cell := h.as(access.Player, "asteria/agency")
	const path = "/x/x/inject/I03/asteria/agency"
	if status, _ := cell.get(path); status != http.StatusNotFound {
		t.Errorf("what was not relayed yet answers %d", status)
	}
	h.do(exercise.Actor{ID: "n", Role: exercise.RolePlayer, Unit: "asteria"}, exercise.RelayTo{
		Inject: "I03", From: "asteria", Unit: "asteria/agency", Text: "This concerns your gateways.", TLP: scenario.TLPAmber,
	})
	_, page := cell.get(path)
	for _, want := range []string{"Relayed by Asteria", "This concerns your gateways.", "received there at 00:20:00", "CVN-2027-031", `id="at-C01"`, "TLP:AMBER"} {
		if !strings.Contains(page, want) {
			t.Errorf("the relayed inject lacks %q:\n%s", want, page)
		}
	}
	h.do(exercise.Excon(), exercise.Retract{Inject: "I03", Units: []string{"asteria/agency"}, Reason: "sent in error"})
	if _, page := cell.get(path); !strings.Contains(page, "EXCON has withdrawn this inject") || !strings.Contains(page, "sent in error") || strings.Contains(page, `id="task-C01"`) {
		t.Errorf("the withdrawn inject:\n%s", page)
	}
}

// do gives a command and waits until the pages show it.
func (h *fixture) do(actor exercise.Actor, action exercise.Action) {
	h.t.Helper()
	res, err := h.exercise.Do(h.t.Context(), exercise.Command{Key: fmt.Sprintf("%T", action), Actor: actor, Do: action})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.exercise.Live.Wait(h.t.Context(), res.Last); err != nil {
		h.t.Fatal(err)
	}
}

// TestBeforeStartex reports ready and who is there.
func TestBeforeStartex(t *testing.T) {
	t.Parallel()
	h := newFixtureOf(t, "hospital-ransomware", 0)
	h.as(access.Player, "asteria").play("asteria", []step{
		{"attend", url.Values{"present": {"x"}, "expected": {"5"}}, http.StatusUnprocessableEntity, "", []string{"Give both numbers", `name="present" type="number" min="0" max="9999" required value="x"`}},
		{"attend", url.Values{"present": {"6"}, "expected": {"5"}}, http.StatusConflict, "", []string{"no more people can be present than are expected", `value="6"`}},
		{"attend", url.Values{"present": {"4"}, "expected": {"5"}}, http.StatusSeeOther, "/x/x/desk/asteria", []string{`value="4"`}},
		{"ready", url.Values{"ready": {"yes"}}, http.StatusSeeOther, "/x/x/desk/asteria", []string{"Not ready after all"}},
	})
	if _, page := h.as(access.Director, "").get("/x/x/desk/asteria"); !strings.Contains(page, "4 of 5 people are there") || !strings.Contains(page, "Reported ready.") {
		t.Errorf("the director does not see it:\n%s", page)
	}
}
