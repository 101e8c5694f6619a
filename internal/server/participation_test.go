package server_test

import (
	"net/http"
	"net/url"
	"testing"

	"renkei/internal/community"
)

// TestParticipationSetting: who takes part is as closed as the secretariat has set
// it, with a reason that stays; a member never reads codes.
func TestParticipationSetting(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretariat, member := h.granted(community.Coordinator, community.Everywhere()), h.of("kh", community.Owner)
	const path = "/programme/event/demo-seminar/participants"
	closed := func() {
		t.Helper()
		if status, _ := member.get(path); status != http.StatusNotFound {
			t.Errorf("who takes part is open: %d", status)
		}
		holds(t, member.page("/programme/record/event/demo-seminar"), "!"+path)
	}
	set := func(to string) {
		t.Helper()
		form := secretariat.drawn("/programme/settings", "settings")
		form.Set("participation", to)
		form.Set("reason", "the meeting has agreed to "+to)
		secretariat.want(http.StatusSeeOther, "/programme/settings", form)
	}
	set("closed")
	closed()
	secretariat.want(http.StatusSeeOther, "/programme/event/demo-seminar/attendance/add", url.Values{"member": {"vn"}, "people": {"Tran Van An; VNCERT; delegate"}, "consent": {"yes"}})
	if status, _ := member.get("/programme/settings"); status != http.StatusNotFound {
		t.Errorf("a member opens the settings: %d", status)
	}
	if status, _ := member.post("/programme/settings", url.Values{"participation": {"community"}, "base": {"0"}, "reason": {"curious"}}); status != http.StatusNotFound {
		t.Errorf("a member changes the settings: %d", status)
	}
	bad := secretariat.drawn("/programme/settings", "settings")
	bad.Set("participation", "everything")
	bad.Set("reason", "x")
	if status, page := secretariat.post("/programme/settings", bad); status != http.StatusConflict {
		t.Errorf("a setting that is none: %d", status)
	} else {
		holds(t, page, "Not one of the settings: everything")
	}
	closed()
	set("numbers")
	holds(t, member.page(path), "1 on the list", "!Tran Van An", "!Tan Mei Ling")
	set("event")
	holds(t, member.page(path), "Tran Van An", "!Somchai Jaide") // who has not agreed
	holds(t, h.of("id", community.Owner).page(path), "1 on the list", "!Tran Van An")
	holds(t, member.page("/programme/record/event/demo-seminar"), path)
	set("community")
	holds(t, h.of("id", community.Owner).page(path), "Tran Van An")
	holds(t, secretariat.page("/programme/settings"), "the meeting has agreed to numbers", "the meeting has agreed to community")
	set("closed")
	closed()
}
