package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/community"
)

// TestCourse takes a course from its quotas to a certificate that anybody
// verifies: members nominate and see their own, the selection says why, half days
// count, and what is revoked or replaced says so.
func TestCourse(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretary, member, other := h.granted(community.Coordinator, community.Everywhere()), h.of("kh", community.Owner), h.of("vn", community.Owner)
	const at = "/programme/event/training/course"
	secretary.want(http.StatusSeeOther, "/programme/save/event", url.Values{
		"id": {"training"}, "title.en": {"Training"}, "title.ja": {"研修"}, "type": {"training"}, "status": {"planned"}, "begin": {"2030-06-03"}, "end": {"2030-06-04"}, "base": {"0"}, "reason": {"new"},
	})
	if status, _ := member.get(at); status != http.StatusNotFound {
		t.Errorf("an event that is no course: %d", status)
	}
	plan := with(secretary.drawn(at, "course"), "seats", "2", "closes", "2030-05-01", "zone", "UTC", "quota.kh", "1", "needed", "3")
	if status, page := secretary.post(at+"/plan", with(plan, "quota.vn", "9")); status != http.StatusConflict || !strings.Contains(page, "The quotas come to 10 seats") || !strings.Contains(page, `value="9"`) {
		t.Errorf("too many quotas: %d", status)
	}
	secretary.want(http.StatusSeeOther, at+"/plan", plan)
	if status, _ := member.post(at+"/plan", plan); status != http.StatusNotFound {
		t.Errorf("a member sets seats: %d", status)
	}

	if status, _ := other.post(at+"/nominate", url.Values{"member": {"kh"}, "people": {"Mallory"}}); status != http.StatusNotFound {
		t.Errorf("a member nominates for another: %d", status)
	}
	member.want(http.StatusSeeOther, at+"/nominate", url.Values{"member": {"kh"}, "people": {"Sok Dara; សុខ ដារ៉ា; CamCERT\nChan Sophea"}})
	other.want(http.StatusSeeOther, at+"/nominate", url.Values{"member": {"vn"}, "people": {"Nguyễn Thị Hoà\nTran Van An"}})
	if status, page := member.post(at+"/nominate", url.Values{"member": {"kh"}, "people": {"sok dara"}}); status != http.StatusConflict || !strings.Contains(page, "is nominated already") {
		t.Errorf("nominated twice: %d", status)
	}
	holds(t, member.page(at), "Sok Dara", "!Nguyễn", "!Confirm the selection")
	holds(t, secretary.page(at), "Nguyễn", "seat 1 of 1 that are kept", "Confirm the selection")
	if status, _ := member.post(at+"/select", url.Values{}); status != http.StatusNotFound {
		t.Errorf("a member selects: %d", status)
	}
	secretary.want(http.StatusSeeOther, at+"/select", url.Values{})
	holds(t, member.page(at), "seat 1 of 1 that are kept", "place 1 on the waiting list")
	holds(t, other.page(at), "free seat", "place 2 on the waiting list", "!Sok Dara")
	holds(t, secretary.page("/programme/event/training/attendance"), "Sok Dara", "Nguyễn", "2 on the list", "!Tran Van An")

	entry := func(b *browser, name string) string {
		id := regexp.MustCompile(`id="n-([0-9a-f-]+)">\s*<strong>` + name).FindStringSubmatch(b.page(at))
		if id == nil {
			t.Fatalf("%s is not on the page", name)
		}
		return id[1]
	}
	hoa := entry(other, "Nguyễn")
	if status, _ := member.post(at+"/withdraw", url.Values{"entry": {hoa}}); status != http.StatusNotFound {
		t.Errorf("a member withdraws another's nominee: %d", status)
	}
	other.want(http.StatusSeeOther, at+"/withdraw", url.Values{"entry": {hoa}})
	secretary.want(http.StatusSeeOther, at+"/select", url.Values{})
	holds(t, secretary.page("/programme/event/training/attendance"), "Tran Van An", "!Nguyễn", "2 on the list")

	dara, an := entry(secretary, "Sok Dara"), entry(secretary, "Tran Van An")
	for i, half := range []string{"2030-06-03/am", "2030-06-03/pm", "2030-06-04/am"} {
		form := url.Values{"half": {half}, "there": {dara, an}}
		if i == 2 {
			form["there"] = []string{dara}
		}
		secretary.want(http.StatusSeeOther, at+"/half", form)
	}
	holds(t, secretary.page(at+"?half=2030-06-04/am"), `checked`, "1 present", "Issue 1 certificate")
	secretary.want(http.StatusSeeOther, at+"/issue", url.Values{})
	secretary.want(http.StatusSeeOther, at+"/issue", url.Values{}) // sent twice
	codes := regexp.MustCompile(`<code>([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})</code>`)
	all := codes.FindAllStringSubmatch(member.page(at), -1)
	if len(all) != 1 {
		t.Fatalf("%d certificates", len(all))
	}
	holds(t, other.page(at), "!"+all[0][1])
	anyone, code := h.browser(), all[0][1]
	holds(t, anyone.page("/programme/certificate/"+strings.ToLower(code)), "This certificate is valid", "Sok Dara", "សុខ ដារ៉ា", "3 of 4 half days")
	holds(t, anyone.in("ja").page("/programme/certificate?code="+code), "この修了証は有効です", "研修")
	holds(t, anyone.page("/programme/certificate/AAAA-BBBB-CCCC"), "このコードの修了証はありません")
	plain := strings.ReplaceAll(code, "-", "")
	if status, _ := other.get(at + "/certificate/" + plain + ".pdf"); status != http.StatusNotFound {
		t.Errorf("a member fetches another's certificate: %d", status)
	}
	if status, page := secretary.post(at+"/revoke", url.Values{"entry": {plain}}); status != http.StatusConflict || !strings.Contains(page, "Say in a few words why") {
		t.Errorf("revoked without a reason: %d", status)
	}
	secretary.want(http.StatusSeeOther, at+"/reissue", url.Values{"entry": {plain}, "name": {"Sok Daraa"}, "local": {"សុខ ដារ៉ា"}, "reason": {"misspelled"}})
	holds(t, anyone.in("en").page("/programme/certificate/"+code), "Revoked", "Another certificate", "!Sok Dara", "!misspelled")
	all = codes.FindAllStringSubmatch(member.page(at), -1)
	if len(all) != 2 {
		t.Fatalf("%d certificates after one was reissued", len(all))
	}
	holds(t, anyone.page("/programme/certificate/"+all[1][1]), "Sok Daraa", "valid")
	member.want(http.StatusSeeOther, at+"/erase", url.Values{"entry": {dara}})
	holds(t, anyone.page("/programme/certificate/"+all[1][1]), "There is no certificate", "!Sok Dara")
}
