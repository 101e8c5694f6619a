//go:build unix

package e2e

import (
	"testing"

	"renkei/internal/testkit/browser"
)

// programmePages are those of the demonstration's programme, by the patterns of
// their routes, for a coordinator; "" for a file.
func programmePages() map[string]string {
	return map[string]string{
		"/programme":                                      "/programme",
		"/programme/events":                               "/programme/events",
		"/programme/figures":                              "/programme/figures",
		"/programme/record/{kind}/{id}":                   "/programme/record/activity/rcx-series",
		"/programme/report":                               "/programme/report",
		"/programme/report/{edition}":                     "/programme/report/2023",
		"/programme/report/{edition}/file/{file}":         "",
		"/programme/new/{kind}":                           "/programme/new/event",
		"/programme/edit/{kind}/{id}":                     "/programme/edit/edition/2023",
		"/programme/meetings":                             "/programme/meetings",
		"/programme/meeting/{id}":                         "/programme/meeting/wg2",
		"/programme/paper/{id}":                           "",
		"/programme/public":                               "/programme/public",
		"/programme/public/{id}":                          "/programme/public/wg1",
		"/programme/calendars":                            "/programme/calendars",
		"/programme/calendar/{secret}/{file}":             "",
		"/programme/year":                                 "/programme/year",
		"/programme/event/{id}/attendance":                "/programme/event/wg2/attendance",
		"/programme/event/{id}/attendance/{print}":        "/programme/event/wg2/attendance/list",
		"/programme/here/{id}":                            "/programme/here/wg2",
		"/programme/event/{id}/course":                    "/programme/event/demo-course/course",
		"/programme/event/{id}/course/certificate/{file}": "",
		"/programme/event/{id}/participants":              "/programme/event/demo-seminar/participants",
		"/programme/settings":                             "/programme/settings",
		"/programme/agreement/{id}/document/{hash}":       "",
		"/programme/photo/{hash}":                         "",
		"/programme/event/{id}/tables/{file}":             "",
		"/programme/people":                               "/programme/people",
		"/programme/certificate":                          "/programme/certificate",
		"/programme/certificate/{code}":                   "",
	}
}

// TestBrowserProgramme looks for barriers on every page of the programme, wide in
// English and narrow in Japanese, and has a coordinator enter an event.
func TestBrowserProgramme(t *testing.T) {
	t.Parallel()
	base, coordinator, _ := demoLinks(t)
	p := browser.New(t).Person(t, base, "en")
	p.Take(coordinator, "Cora")
	tourAll(t, p, programmePages())
	p.Go("/programme/new/event")
	p.Fill("#id", "rcx-2026")
	p.Fill(`[id="title.en"]`, "Remote exercise of 2026")
	p.Fill("#begin", "2026-06-25")
	p.Fill("#reason", "planned")
	browser.Value[int](p, `(document.querySelector("#activity").value = "rcx-series", 1)`)
	p.Click("main form button.main")
	p.Read("Remote exercise of 2026")
	p.Go("/programme")
	p.Read("Remote exercise of 2026")
}

// TestBrowserMeeting takes a meeting from the last one to its record going round:
// a coordinator makes and records it, an owner reads, objects, and finds the
// objection settled.
func TestBrowserMeeting(t *testing.T) {
	t.Parallel()
	base, coordinator, owner := demoLinks(t)
	b := browser.New(t)
	c, o := b.Person(t, base, "en"), b.Person(t, base, "ja")
	c.Take(coordinator, "Cora")
	o.Take(owner, "Dara")
	set := func(selector, value string) {
		c.Until(`document.readyState == "complete"`) // until then a script may still bring a form back
		browser.Value[int](c, `(document.querySelector("`+selector+`").value = "`+value+`", 1)`)
	}
	c.Go("/programme/meetings")
	c.Open("details:has(#next-demo-working-group)")
	c.Fill(`#next-demo-working-group [name="title.en"]`, "Third meeting")
	set("#next-demo-working-group [name=begin]", "2027-03-01")
	c.Click("#next-demo-working-group button.main")
	c.See("#plan")
	c.Read("Adoption of the record of WG2")
	set("#plan [name=status]", "planned")
	c.Click("#plan button")
	c.Gone("main > .notice")
	c.Open("details:has(#action)")
	c.Fill(`#action [name="title.en"]`, "Write it down")
	c.Fill(`#action [name="body"]`, "CamCERT")
	set("#action [name=member]", "kh")
	set("#action [name=due]", "2027-04-01")
	c.Click("#action button")
	c.Read("WG3/A1")
	c.Fill(`#minutes [name="text.en"]`, "They met and agreed.")
	c.Click("#minutes button")
	c.Click("#circulate button.main")
	c.Read("being circulated")

	o.Go("/programme/meetings")
	o.Read("WG3/A1")
	o.Go("/programme/meeting/wg3")
	o.Read("回付中")
	o.Open("details:has(#object)")
	o.Fill("#object-text", "We did not agree.")
	o.Click("#object button")
	o.Read("異議あり")

	c.Reload()
	c.Fill("#settle-0-answer", "It was corrected.")
	c.Click("#settle-0 button")
	c.Read("being circulated")
	o.Reload()
	o.Read("It was corrected.")
}
