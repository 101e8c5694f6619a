package server_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"renkei/internal/community"
)

// TestNeedsPages reads needs and offers as who is of the community, and shows
// what is labelled to whom it may be shown only.
func TestNeedsPages(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	reader := h.of("sg", community.Approver).in("en")
	for path, wants := range map[string][]string{
		"/":                               {"Needs: 20, of which nobody offers", "Cybersecurity handbook 2024"},
		"/handbook/needs":                 {"Invented.", "What nobody offers", "Sensors for a national early warning network", "Timor-Leste"},
		"/handbook/needs/list?side=need":  {"Incident handling course for ministries", "accepted", "nobody offers it"},
		"/handbook/needs/list?side=offer": {"AJCCBC", "free"},
		"/handbook/needs/list?side=need&q=機械":                    {"No needs to show."},
		"/handbook/needs/list?side=need&q=省庁":                    {"Incident handling course for ministries"},
		"/handbook/needs/list?side=need&measure=legal&member=ph": {"electronic evidence"},
		"/handbook/needs/demo-vn-1":                              {"Offers that fit", "another level", "same theme: Workforce and training"},
		"/handbook/needs/demo-la-1":                              {"What came of it:", "18 took part"},
		"/handbook/needs/demo-o-3":                               {"Needs that it fits", "Adviser to set up a national CSIRT"},
	} {
		page := html.UnescapeString(reader.page(path))
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
	}
	for _, path := range []string{"/handbook/needs/demo-th-2", "/handbook/needs/none", "/handbook/needs/demo-sg-1/edit", "/handbook/needs/demo-kh-1/edit", "/handbook/needs/new?side=need"} {
		if status, _ := reader.get(path); status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, status)
		}
	}
	for _, path := range []string{"/handbook/needs", "/handbook/needs/list?side=need", "/handbook/needs/list?side=need&q=utility", "/handbook/needs/demo-o-4"} {
		if strings.Contains(reader.page(path), "power utility") {
			t.Errorf("%s shows a need that is AMBER+STRICT to another member", path)
		}
	}
	own := h.of("th", community.Approver).in("en")
	if page := own.page("/handbook/needs/list?side=need&q=utility"); !strings.Contains(page, "power utility") {
		t.Error("a member does not find its own need")
	}
	if page := reader.page("/handbook/needs/demo-o-5"); strings.Contains(page, "For five ministries") {
		t.Error("interest is shown to others")
	}
}

var (
	revisionField = regexp.MustCompile(`name="number" value="(\d+)"`)
	dealField     = regexp.MustCompile(`name="deal" value="([^"]+)"`)
)

// TestNeedToDelivery takes a need from its member over an offer to what came of
// it.
func TestNeedToDelivery(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	owner, giver, other := h.of("kh", community.Owner).in("en"), h.of("sg", community.Owner).in("en"), h.of("th", community.Owner).in("en")
	const add = "/handbook/needs/new?side=need&member=kh"
	form := owner.drawn(add, "listing")
	form.Set("text-en", "Course in electronic evidence for the police")
	form.Set("measure", "legal")
	form["themes"] = []string{"cybercrime", "law"}
	form.Set("from", "someday")
	form.Set("languages", "en, km")
	form.Set("tlp", string(community.Amber))
	form.Set("reason", "asked for by the police")
	if status, page := owner.post(add, form); status != http.StatusUnprocessableEntity || !strings.Contains(page, "From: not a date") || !strings.Contains(page, "for the police") {
		t.Fatalf("a wrong date: %d\n%s", status, page)
	}
	form.Set("from", fmt.Sprint(time.Now().Year()+1)+"-07")
	owner.want(http.StatusSeeOther, add, form)
	owner.want(http.StatusSeeOther, add, form) // sent twice, it is there once
	need := "/handbook/needs/" + form.Get("key")
	if page := html.UnescapeString(owner.page(need)); !strings.Contains(page, "Seminar on cybercrime law") || !strings.Contains(page, "same theme: Legislation, Cybercrime") {
		t.Errorf("the offer that fits is not shown:\n%s", page)
	}
	if n := strings.Count(owner.page("/handbook/needs/list?side=need&q=police"), form.Get("key")); n != 1 {
		t.Errorf("it is on the list %d times", n)
	}
	form.Set("owner", "th")
	form.Set("key", "0192f0c1-0000-7000-8000-000000000001")
	if status, _ := owner.post(add, form); status != http.StatusNotFound {
		t.Errorf("a need of another member: %d", status)
	}

	const offer = "/handbook/needs/demo-o-7"
	ask := owner.drawn(offer, "ask")
	ask.Set("member", "kh")
	ask.Set("need", strings.TrimPrefix(need, "/handbook/needs/"))
	ask.Set("people", "some")
	ask.Set("do", "ask")
	if status, page := owner.post(offer+"/deal", ask); status != http.StatusUnprocessableEntity || !strings.Contains(page, "whole number") {
		t.Errorf("no number of people: %d", status)
	}
	ask.Set("people", "6")
	owner.want(http.StatusSeeOther, offer+"/deal", ask)
	if page := giver.page("/handbook/needs"); !strings.Contains(page, "Waiting for you") {
		t.Error("the interest does not wait for the side that offers")
	}
	if strings.Contains(other.page(offer), "interest") && strings.Contains(other.page(offer), "Cambodia</strong>") {
		t.Error("others see the interest")
	}
	step := func(b *browser, do string, more url.Values) int {
		t.Helper()
		page := b.page(offer)
		card := page[strings.LastIndex(page, `<li class="card"`):]
		deal, base := dealField.FindStringSubmatch(card), regexp.MustCompile(`name="base" value="(\d+)"`).FindStringSubmatch(card)
		if deal == nil || base == nil {
			return http.StatusNotFound
		}
		f := url.Values{"deal": {deal[1]}, "base": {base[1]}, "do": {do}}
		for k, v := range more {
			f[k] = v
		}
		status, _ := b.post(offer+"/deal", f)
		return status
	}
	if status := step(owner, "accept", nil); status != http.StatusNotFound {
		t.Errorf("the member accepts what others offer: %d", status)
	}
	if status := step(giver, "accept", url.Values{"word": {"Welcome"}}); status != http.StatusSeeOther {
		t.Fatalf("accept: %d", status)
	}
	if page := owner.page(offer); !strings.Contains(page, "20, of which 14 are free") || !strings.Contains(page, "Welcome") {
		t.Error("the places are not counted, or the word is lost")
	}
	if status := step(owner, "deliver", url.Values{"outcome": {" "}}); status != http.StatusUnprocessableEntity {
		t.Errorf("delivered without a result: %d", status)
	}
	if status := step(owner, "deliver", url.Values{"outcome": {"Five of six passed"}, "when": {"2026-08"}, "people": {"6"}}); status != http.StatusSeeOther {
		t.Fatalf("deliver: %d", status)
	}
	if page := other.page(offer); !strings.Contains(page, "Five of six passed") {
		t.Error("others do not read what came of it")
	}
	if page := owner.page("/handbook/needs/list?side=need&state=met"); !strings.Contains(page, "for the police") {
		t.Error("the need is not met")
	}
	undoDelivery(t, owner, other, offer)
	changeAndUndo(t, owner, need)
}

// undoDelivery takes the last step back, by whose side took it.
func undoDelivery(t *testing.T, owner, other *browser, offer string) {
	t.Helper()
	page := owner.page(offer)
	card := page[strings.LastIndex(page, `<li class="card"`):]
	number, deal := revisionField.FindStringSubmatch(card), dealField.FindStringSubmatch(card)
	if number == nil || deal == nil {
		t.Fatalf("the step cannot be undone:\n%s", card)
	}
	form := url.Values{"number": {number[1]}, "deal": {deal[1]}}
	if status, _ := other.post(offer+"/undo", form); status != http.StatusNotFound {
		t.Errorf("somebody else undoes the delivery: %d", status)
	}
	owner.want(http.StatusSeeOther, offer+"/undo", form)
	if page := owner.page(offer); strings.Contains(page, "<strong>What came of it:</strong> Five of six passed") {
		t.Error("it is still delivered")
	}
	if status, _ := owner.post(offer+"/undo", form); status != http.StatusNotFound {
		t.Errorf("the same again: %d", status)
	}
}

// changeAndUndo changes a need and brings back what it was.
func changeAndUndo(t *testing.T, owner *browser, need string) {
	t.Helper()
	form := owner.drawn(need+"/edit", "listing")
	form.Set("text-en", "Something else")
	form.Set("reason", "")
	if status, page := owner.post(need+"/edit", form); status != http.StatusConflict || !strings.Contains(page, "a reason is missing") {
		t.Errorf("changed without a reason: %d", status)
	}
	form.Set("reason", "a slip")
	owner.want(http.StatusSeeOther, need+"/edit", form)
	form.Set("text-en", "Too late")
	if status, page := owner.post(need+"/edit", form); status != http.StatusConflict || !strings.Contains(page, "changed it meanwhile") {
		t.Errorf("on an old base: %d", status)
	}
	page := owner.page(need)
	number := revisionField.FindStringSubmatch(page)
	if !strings.Contains(page, "Something else") || !strings.Contains(page, "a slip") || number == nil {
		t.Fatal("the change is not in the history, or cannot be undone")
	}
	owner.want(http.StatusSeeOther, need+"/undo", url.Values{"number": {number[1]}})
	if page := owner.page(need); !strings.Contains(page, "for the police") {
		t.Error("it was not brought back")
	}
}
