package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"renkei/internal/exercise/access"
)

// composed is a form that can be given.
func composed() url.Values {
	return url.Values{
		"key": {"c1"}, "step": {"look"}, "title": {"A second call"}, "from": {"journalist"}, "to": {"units"}, "units": {"asteria", "borealis"},
		"subject_en": {"Question to {{team.name}}"}, "body_en": {"**Please** answer."}, "tlp": {"GREEN"}, "phase": {"inform"}, "when": {"now"},
		"task1_kind": {"answer"}, "task1_prompt_en": {"Who asks {{team.csirt}}?"}, "task1_accept": {"the press\nPriya Nandan"},
		"task1_within": {"6"}, "task1_points": {"5"}, "task2_kind": {""}, "task3_kind": {"report"}, "task3_prompt_en": {"Report"},
		"task3_within": {"7.5"}, "task3_points": {"10"},
	}
}

// TestCompose makes an inject up: first as a unit will see it, then for real.
func TestCompose(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	c := h.as(access.Controller, "")
	holds(t, c.page("/x/x/compose"), `data-draft="compose"`, "Priya Nandan", `name="body_ja"`)
	status, page := c.post("/x/x/compose", with(composed(), "as", "borealis"))
	if status != http.StatusOK {
		t.Fatalf("preview: %d %s", status, page)
	}
	holds(t, page, "As Borealis will see it", "Question to Borealis", "<strong>Please</strong>", "Who asks BorCERT?", `value="A second call"`, "the press")
	if _, again := c.post("/x/x/compose", with(composed(), "step", "give")); !strings.Contains(again, "Question to Asteria") {
		t.Error("what was not looked at is not shown first")
	}
	give := with(composed(), "step", "give", "seen", seen(t, page))
	for range 2 { // sent twice, it works once
		c.must("/x/x/compose", give)
	}
	list := c.page("/x/x/msel")
	if n := strings.Count(list, "A second call"); n != 1 {
		t.Errorf("it stands %d times in the MSEL", n)
	}
	holds(t, list, "made up during play", "was added")
	_, rest, _ := strings.Cut(list, `"/x/x/msel/%23`)
	number, _, _ := strings.Cut(rest, `"`)
	inject := "/x/x/msel/%23" + number
	holds(t, c.page(inject), "A second call", "priya nandan", "7.5", "released", `value="asteria"`)
	holds(t, h.as(access.Player, "borealis").page("/x/x/desk/borealis"), "Question to Borealis")
	holds(t, h.as(access.Player, "coralia").page("/x/x/desk/coralia"), "!Question to")
}

// TestComposeLosesNothing tells what is wrong beside everything that was
// written.
func TestComposeLosesNothing(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	c := h.as(access.Controller, "")
	for name, x := range map[string]struct{ field, value, want string }{
		"template":      {"body_en", "{{no_such_thing}}", "cannot be filled in"},
		"task template": {"task1_prompt_en", "{{no_such_thing}}", "cannot be filled in"},
		"no subject":    {"subject_en", "", "has no subject"},
		"time":          {"when", "at", "no exercise time"},
		"minutes":       {"when", "in", "no number of minutes"},
		"accept":        {"task1_accept", "", "Task 1: give at least one accepted answer"},
		"prompt":        {"task3_prompt_en", "", "Task 3: write what is asked"},
		"points":        {"task1_points", "some", "no number"},
		"nobody":        {"to", "", "Choose at least one unit"},
	} {
		_, page := c.post("/x/x/compose", with(composed(), x.field, x.value))
		if !strings.Contains(page, x.want) || !strings.Contains(page, `value="A second call"`) || seenSum.MatchString(page) {
			t.Errorf("%s: no %q, or something was lost:\n%s", name, x.want, page)
		}
	}
	_, page := c.post("/x/x/compose", with(composed(), "from", "nobody"))
	c.refused("/x/x/compose", with(composed(), "from", "nobody", "step", "give", "seen", seen(t, page)), "nobody")
	if status, _ := c.post("/x/x/compose", with(composed(), "when", "never")); status != http.StatusBadRequest {
		t.Errorf("a time that the form does not offer: %d", status)
	}
	later := with(composed(), "when", "in", "in_minutes", "5")
	_, page = c.post("/x/x/compose", later)
	c.must("/x/x/compose", with(later, "step", "give", "seen", seen(t, page)))
	holds(t, c.page("/x/x/msel?state=waiting"), "A second call", "00:07:3")
}
