package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
)

var questionID = regexp.MustCompile(`id="question-(\d+)-([a-z-]+)"`)

// ask lets asteria write to a persona and gives the number of the message.
func ask(t *testing.T, team, controller *browser, key, persona, text string) string {
	t.Helper()
	team.must("/x/x/message/asteria", url.Values{"key": {key}, "to": {"persona:" + persona}, "tlp": {"AMBER"}, "text": {text}})
	seq := ""
	for _, m := range questionID.FindAllStringSubmatch(controller.page("/x/x/inbox"), -1) {
		if m[2] == persona {
			seq = m[1] // the last is the latest
		}
	}
	if seq == "" {
		t.Fatalf("%q is not in the inbox", text)
	}
	return seq
}

// later moves the exercise forward.
func (h *fixture) later(t *testing.T, to exercise.Time) {
	t.Helper()
	res, err := h.exercise.Do(t.Context(), exercise.Command{
		Key: "later" + to.String(), Actor: exercise.Excon(), Do: exercise.Jump{To: to, Mode: exercise.JumpSkip},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.exercise.Live.Wait(t.Context(), res.Last); err != nil {
		t.Fatal(err)
	}
}

// TestInbox claims, answers with a prepared answer and with words of one's own,
// and dismisses.
func TestInbox(t *testing.T) {
	t.Parallel()
	h := newFixtureOf(t, "gateway-to-wards", 150*exercise.Second)
	team, ada, other := h.as(access.Player, "asteria"), h.as(access.Controller, ""), h.as(access.Director, "")
	seq := ask(t, team, ada, "m1", "vendor", "Which 6.4 versions are affected? <b>")
	page := ada.page("/x/x/inbox")
	holds(t, page, "6.4 versions are affected? &lt;b&gt;", "v-version", "goes out by itself at", "Stop it: I answer", "Send it now", "!Answer as")

	claim := url.Values{"key": {"c1"}, "do": {"claim"}, "persona": {"vendor"}, "unit": {"asteria"}}
	ada.must("/x/x/inbox/claim", claim)
	holds(t, ada.page("/x/x/inbox"), "Answer as Corvane PSIRT", "6.4 does not contain the session service", "You play this simulated contact", "!goes out by itself at")
	holds(t, other.page("/x/x/inbox"), "Ada plays this simulated contact", "!Answer as")
	other.refused("/x/x/inbox/claim", with(claim, "key", "c2"), "Ada already plays Corvane PSIRT")
	answer := url.Values{"key": {"a1"}, "do": {"answer"}, "message": {seq}, "persona": {"vendor"}, "tlp": {"AMBER"}, "text": {"Mine"}}
	other.refused("/x/x/inbox/answer", answer, "Ada plays Corvane PSIRT")
	other.refused("/x/x/inbox/dismiss", answer, "Ada plays Corvane PSIRT")

	holds(t, ada.page("/x/x/inbox?q="+seq+"-vendor&use=v-poc"), `>We do not hand out exploit code.`, `data-draft="answer-`+seq+`-vendor-v-poc"`)
	ada.refused("/x/x/inbox/answer", with(answer, "text", " "), "empty")
	ready := with(answer, "key", "a2", "text", "As prepared, and more", "reply", "v-version")
	for range 2 { // sent twice, it works once
		ada.must("/x/x/inbox/answer", ready)
	}
	page = ada.page("/x/x/inbox")
	holds(t, page, "Nobody waits for an answer", "As prepared, and more", "Corvane PSIRT to Asteria (Ada)", "You play Corvane PSIRT towards")
	if desk := team.page("/x/x/desk/asteria"); strings.Count(desk, "As prepared, and more") != 1 {
		t.Errorf("the team does not see the answer once:\n%s", desk)
	}
	ada.refused("/x/x/inbox/answer", with(answer, "key", "a3"), "no longer waits")

	second := ask(t, team, ada, "m2", "soc", "Anything new?")
	holds(t, ada.page("/x/x/inbox"), "!lies ready")
	ada.must("/x/x/inbox/dismiss", url.Values{"key": {"d1"}, "message": {second}, "persona": {"soc"}, "reason": {"Only thanks"}})
	holds(t, ada.page("/x/x/inbox"), "Nobody waits for an answer", "No answer was needed.", "Only thanks")

	ada.must("/x/x/inbox/claim", with(claim, "key", "c3", "do", "give_back"))
	ada.refused("/x/x/inbox/claim", with(claim, "key", "c4", "do", "give_back"), "Nobody plays Corvane PSIRT")
	third := ask(t, team, ada, "m3", "vendor", "And 7.0?")
	holds(t, ada.page("/x/x/inbox"), "Earlier messages (2)")
	other.must("/x/x/inbox/answer", url.Values{"key": {"s1"}, "do": {"as_is"}, "message": {third}, "persona": {"vendor"}})
	holds(t, team.page("/x/x/desk/asteria"), "7.0 is affected and will get no fix")
	if status, _ := ada.post("/x/x/inbox/claim", with(claim, "key", "c9", "do", "steal")); status != http.StatusBadRequest {
		t.Errorf("an unknown action: %d", status)
	}
}

// TestInboxAlarm tells of what has waited for five minutes, on every page.
func TestInboxAlarm(t *testing.T) {
	t.Parallel()
	h := newFixtureOf(t, "gateway-to-wards", 150*exercise.Second)
	team, c := h.as(access.Player, "asteria"), h.as(access.Controller, "")
	ask(t, team, c, "m1", "soc", "Are you there?")
	holds(t, c.page("/x/x/inbox"), `data-alarms="0"`, "<title>Simulated contacts", "!waits too long")
	h.later(t, 460*exercise.Second)
	holds(t, c.page("/x/x/inbox"), `data-alarms="1"`, "<title>(1) Simulated contacts", "waits too long", "One question has waited")
	holds(t, c.page("/x/x/msel"), "▲ 1</span>")
	holds(t, c.page("/x/x/inbox?at=00:02:40"), `data-alarms="0"`, `!name="do"`)
}

// TestInboxRace lets two controllers claim at once: one has it, and the other
// is told who.
func TestInboxRace(t *testing.T) {
	t.Parallel()
	h := newFixtureOf(t, "gateway-to-wards", 150*exercise.Second)
	team, one, two := h.as(access.Player, "asteria"), h.as(access.Controller, ""), h.as(access.Controller, "")
	seq := ask(t, team, one, "m1", "soc", "Are you there?")
	for name, c := range map[string]struct {
		path string
		form url.Values
	}{
		"claim":  {"/x/x/inbox/claim", url.Values{"do": {"claim"}, "persona": {"census"}, "unit": {"asteria"}}},
		"answer": {"/x/x/inbox/answer", url.Values{"do": {"answer"}, "message": {seq}, "persona": {"soc"}, "tlp": {"AMBER"}, "text": {"Here I am"}}},
	} {
		statuses, texts := [2]int{}, [2]string{}
		var both sync.WaitGroup
		for i, b := range []*browser{one, two} {
			both.Go(func() { statuses[i], texts[i] = b.post(c.path, with(c.form, "key", name)) })
		}
		both.Wait()
		if (statuses[0] == http.StatusSeeOther) == (statuses[1] == http.StatusSeeOther) {
			t.Errorf("%s: both got %v", name, statuses)
		}
		told := false
		for _, text := range texts {
			told = told || strings.Contains(text, "Ada already plays") || strings.Contains(text, "Ada plays") || strings.Contains(text, "no longer waits")
		}
		if !told {
			t.Errorf("%s: nobody is told who has it:\n%s", name, texts)
		}
	}
	if n := strings.Count(team.page("/x/x/desk/asteria"), "Here I am"); n != 1 {
		t.Errorf("the team got %d answers", n)
	}
}

// TestPersonaWrites sends what nobody asked for.
func TestPersonaWrites(t *testing.T) {
	t.Parallel()
	h := newFixtureOf(t, "gateway-to-wards", 150*exercise.Second)
	c := h.as(access.Controller, "")
	form := url.Values{"key": {"w1"}, "persona": {"soc"}, "units": {"asteria", "borealis"}, "text": {"Look at your mail"}, "tlp": {"GREEN"}}
	c.refused("/x/x/inbox/write", url.Values{"key": {"w0"}, "persona": {"soc"}, "text": {"x"}, "tlp": {"GREEN"}}, "Choose at least one unit")
	c.refused("/x/x/inbox/write", with(form, "text", ""), "empty")
	c.refused("/x/x/inbox/write", with(form, "persona", "nobody"), "nobody")
	c.must("/x/x/inbox/write", form)
	holds(t, c.page("/x/x/inbox"), "Sent to 2 units", "Look at your mail")
	for unit, want := range map[string]string{"asteria": "Look at your mail", "borealis": "Look at your mail", "coralia": "!Look at your mail"} {
		holds(t, h.as(access.Player, unit).page("/x/x/desk/"+unit), want)
	}
}
