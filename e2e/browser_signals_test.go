//go:build unix

package e2e

import (
	"fmt"
	"testing"

	"renkei/internal/testkit/browser"
)

// TestRealReachesEverybody has a player report something REAL. It stands on
// every page of EXCON, whatever they look at, until it is dealt with; the
// player is told that it was seen. A REAL stop stands on everybody's pages.
func TestRealReachesEverybody(t *testing.T) {
	t.Parallel()
	d, first := newDrill(t)
	d.found(first, "Drill in a browser", false)
	d.seat("hospital")
	d.begin()
	d.report("Smoke in the room.")
	d.alarmEverywhere("Smoke in the room.")
	d.seenByEXCON()
	d.dealWith()
	d.stopEverywhere()
	got := d.events()
	for what, n := range map[string]int{"real.raised": 1, "real.seen": 1, "real.stopped": 1} {
		if got[what] != n {
			t.Errorf("%s: %d times in the log, want %d", what, got[what], n)
		}
	}
}

// report has a player report something REAL while EXCON looks elsewhere: at
// pages that change and at such that do not, at the past, and at a unit.
func (d *drill) report(text string) {
	d.t.Helper()
	d.director.Go(d.x("/invite"))
	d.controller.Go(d.x("/msel"))
	p := d.asteria
	p.Go(d.x("/contacts/asteria"))
	p.Open("#real")
	p.Fill("#real-text", text)
	p.Click("#real-form input[name=sure]")
	p.Send("#real-form button.main")
	p.See(".own-report:not(.is-seen)")
	p.Read("EXCON has not seen it yet")
}

const realTitle = `document.title.startsWith("▲ REAL")`

func (d *drill) alarmEverywhere(text string) {
	d.t.Helper()
	for _, p := range []*browser.Page{d.director, d.controller} { // without being loaded anew
		p.See(".real-banner")
		p.Read(text)
		p.Until(realTitle)
	}
	for _, path := range []string{
		"/board", "/msel/I01", "/inbox", "/compose", "/units", "/log", "/marks", "/jump", "/after", "/desk/borealis", "/talk/asteria",
		"/board?at=00:00:01", "/replay?at=00:00:01",
	} {
		d.controller.Go(d.x(path))
		if path != "/jump" { // the director's
			d.controller.See(".real-banner")
			d.controller.Until(realTitle)
		}
		d.director.Go(d.x(path))
		d.director.See(".real-banner")
	}
	for _, p := range []*browser.Page{d.borealis, d.judge} {
		p.Gone(".real-banner")
		p.Until("!" + realTitle)
	}
}

// seenByEXCON: one click on any page, and the player reads it.
func (d *drill) seenByEXCON() {
	d.t.Helper()
	d.controller.Go(d.x("/log"))
	d.controller.Send(".real-banner form[action$='/real-seen'] button")
	d.controller.Gone(".real-banner form[action$='/real-seen']")
	d.asteria.See(".own-report.is-seen")
	d.asteria.Read("EXCON has seen it")
	d.director.Gone(".real-banner form[action$='/real-seen']")
}

// dealWith: the note closes the alarm everywhere.
func (d *drill) dealWith() {
	d.t.Helper()
	d.director.Go(d.x("/invite"))
	d.director.Fill(".real-banner input[name=text]", "On our way.")
	d.director.Send(".real-banner form[action$='/note'] button")
	for _, p := range []*browser.Page{d.director, d.controller} {
		p.Gone(".real-banner")
		p.Until("!" + realTitle)
	}
}

// stopEverywhere: what EXCON wrote stands on all pages until play goes on.
func (d *drill) stopEverywhere() {
	d.t.Helper()
	d.nation.Go(d.x("/cell-people/asteria"))
	d.judge.Go(d.x("/evaluate"))
	d.borealis.Go(d.x("/talk/borealis"))
	d.director.Go(d.x("/board"))
	d.director.Open("#tool-real")
	d.director.Fill("#tool-real textarea", "Leave the building.")
	d.director.Send("#tool-real button.main")
	everybody := []*browser.Page{d.asteria, d.borealis, d.hospital, d.nation, d.judge, d.controller}
	for _, p := range everybody {
		p.See(".real-banner")
		p.Read("Leave the building.")
		p.Until(realTitle)
	}
	d.director.Open("#resume-real")
	d.director.Send("#resume-real button.main")
	for _, p := range everybody {
		p.Gone(".real-banner")
		p.Until("!" + realTitle)
	}
	d.director.Open("#tool-real") // a pause is not that loud
	d.director.Go(d.x("/board"))
	d.director.Send("form[action$='/pause'] button[value=pause]")
	d.asteria.Until(`document.querySelector(".clock.stands") && !document.querySelector(".real-banner")`)
}

// TestWhoIsThere: units, people and board say who is online and to which units
// nobody has come, and before STARTEX what is missing, with a way to mend it.
func TestWhoIsThere(t *testing.T) {
	t.Parallel()
	d, first := newDrill(t)
	d.found(first, "Drill in a browser", false)
	p := d.director
	p.Go(d.x("/units"))
	p.Until(unitSays("asteria", "not arrived"))
	p.Until(unitSays("asteria/hospital", "not arrived"))
	watch := p.Window()
	watch.Go(d.x("/board"))
	watch.Until(`document.querySelectorAll("#missing-units li").length === 4`)

	d.seatPlayers()
	watch.Until(`document.querySelectorAll("#missing-units li").length === 1`) // without being loaded anew
	p.Go(d.x("/units"))
	p.Until(unitSays("asteria", "2 online"))
	p.Until(unitSays("asteria/hospital", "1 online"))
	p.Until(unitSays("borealis/hospital", "not arrived"))
	p.Go(d.x("/invite"))
	p.Until(`[...document.querySelectorAll("th[scope=row]")].find((th) => th.innerText.includes("Ann")).innerText.includes("online")`)

	d.mendFromTheList()
	p.Go(d.x("/units"))
	p.Until(unitSays("borealis/hospital", "simulated team"))
	if n := d.events()["unit.joined"]; n != 3 {
		t.Errorf("%d units were joined for the first time, want 3", n)
	}
}

// unitSays is that a unit's row on the page of units holds a text.
func unitSays(unit, text string) string {
	return fmt.Sprintf(`document.getElementById("unit-%s").innerText.includes(%q)`, unit, text)
}

// seatPlayers has two people come to one unit, and one to each of two others.
func (d *drill) seatPlayers() {
	d.t.Helper()
	for _, who := range [][2]string{{"asteria", "Ann"}, {"asteria", "Anders"}, {"borealis", "Bo"}, {"asteria/hospital", "Hana"}} {
		d.invite("player", who[0])
		d.take(d.road, "en", "player "+who[0], who[1])
	}
}

// mendFromTheList follows each entry to where it is mended.
func (d *drill) mendFromTheList() {
	d.t.Helper()
	p := d.director
	p.Go(d.x("/board"))
	p.Open("#missing-national")
	p.Until(`document.querySelectorAll("#missing-national li").length === 2`)
	p.Click("#missing-national li a")
	p.Until(`document.getElementById("role")?.value === "national" && document.getElementById("unit").value === "asteria"`)
	d.invite("national", "asteria")
	d.nation = d.take(d.road, "ja", "national asteria", "奈津")
	p.Go(d.x("/board"))
	p.Until(`document.querySelectorAll("#missing-national li").length === 1`)
	p.Open("#missing-personas")
	before := browser.Value[int](p, `document.querySelectorAll("#missing-personas li").length`)
	p.Send("#missing-personas li button")
	p.Until(fmt.Sprintf(`document.querySelectorAll("#missing-personas li").length === %d`, before-1))
	p.Open("#missing-units")
	p.Send("#missing-units li button")
	p.Gone("#missing-units")
}

// TestNewsIsToldEverywhere: whatever comes counts in the title and beside the tab
// of its page until it was looked at there, and is read out, also after a line
// was cut and a page was loaded anew.
func TestNewsIsToldEverywhere(t *testing.T) {
	t.Parallel()
	d, first := newDrill(t)
	d.found(first, "Drill in a browser", false)
	d.seat("hospital")
	d.begin()
	d.newsOfInjects()
	d.newsAfterACut()
	d.newsForEXCON()
	d.newsOfTheClock()
	d.newsWithoutScript()
}

// fresh is that so much is new on a page of a place, and in the title.
func fresh(key string, n int) string {
	if n == 0 {
		return fmt.Sprintf(`document.querySelector("[data-news='%s'].news").hidden && !document.title.startsWith("(")`, key)
	}
	return fmt.Sprintf(`(() => { const b = document.querySelector("[data-news='%s'].news");
		return !b.hidden && b.querySelector(".n").textContent === "%d" && document.title.startsWith("(%d) "); })()`, key, n, n)
}

// heard is that a text was read out.
func heard(text string) string {
	return fmt.Sprintf(`document.getElementById("told").textContent.includes(%q)`, text)
}

func (d *drill) newsOfInjects() {
	d.t.Helper()
	p, c := d.asteria, d.controller
	p.Go(d.x("/talk/asteria")) // where STARTEX was told
	d.hospital.Go(d.x("/talk/asteria/hospital"))
	d.hospital.Go(d.x("/contacts/asteria/hospital"))
	p.Go(d.x("/contacts/asteria"))
	p.Until(fresh("asteria desk", 0))
	p.Click("#sounds")
	c.Go(d.x("/msel/I02"))
	c.Open("#sure-release")
	c.Send("#sure-release button[value=release]")
	p.Until(fresh("asteria desk", 1))
	p.Until(heard("New inject from IT manager"))
	p.Reload()
	p.Until(fresh("asteria desk", 1))
	p.Until(`document.getElementById("sounds").getAttribute("aria-pressed") === "true"`)
	p.Go(d.x("/desk/asteria"))
	p.Until(fresh("asteria desk", 0))
	p.Go(d.x("/contacts/asteria"))
	p.Until(fresh("asteria desk", 0))
	c.Open("#sure-retract")
	c.Fill("#retract_reason", "It names a real body.")
	c.Send("#sure-retract button[value=retract]")
	p.Until(fresh("asteria desk", 1))
	p.Until(heard("withdrawn"))
	p.Go(d.x("/desk/asteria"))
}

// newsAfterACut: what came while the line was cut counts when it is back.
func (d *drill) newsAfterACut() {
	d.t.Helper()
	p := d.asteria
	p.Until(fresh("asteria talk", 0))
	d.wire.Cut()
	p.See("#offline")
	d.borealis.Go(d.x("/talk/borealis?room=unit:asteria"))
	for _, text := range []string{"One", "Two"} {
		d.borealis.Fill("#write-text", text)
		d.borealis.Send("#write button.main")
	}
	d.wire.Mend(d.addr)
	p.Until(fresh("asteria talk", 2))
	p.Until(heard("Message from Borealis"))
	p.Go(d.x("/talk/asteria"))
	p.Until(fresh("asteria talk", 0))
	p.Troubles()                                        // the console has told of the line
	d.hospital.Until(fresh("asteria/hospital talk", 0)) // it is none of theirs
}

// newsForEXCON: a question to a simulated contact, and a message to EXCON.
func (d *drill) newsForEXCON() {
	d.t.Helper()
	d.controller.Go(d.x("/units"))
	d.director.Go(d.x("/invite"))
	d.asteria.Go(d.x("/inject/I01/asteria"))
	d.asteria.Fill("#reply-text", "Since when?")
	d.asteria.Send("#reply button")
	for _, p := range []*browser.Page{d.controller, d.director} {
		p.Until(fresh("excon inbox", 1))
		p.Until(heard("Message from Asteria"))
	}
	d.controller.Go(d.x("/inbox"))
	d.controller.Go(d.x("/units"))
	d.controller.Until(fresh("excon inbox", 0))
	d.director.Until(fresh("excon inbox", 1)) // each for themselves
}

func (d *drill) newsOfTheClock() {
	d.t.Helper()
	d.director.Go(d.x("/board"))
	d.director.Fill("#reason", "Lunch until noon")
	d.director.Send("form[action$='/pause'] button[value=pause]")
	d.asteria.Until(heard("Lunch until noon"))
}

// newsWithoutScript: the server counts for who has no script.
func (d *drill) newsWithoutScript() {
	d.t.Helper()
	p := d.borealis
	p.WithoutScript()
	p.Go(d.x("/contacts/borealis"))
	d.asteria.Go(d.x("/talk/asteria?room=unit:borealis"))
	d.asteria.Fill("#write-text", "Three")
	d.asteria.Send("#write button.main")
	p.Go(d.x("/desk/borealis"))
	p.See("[data-news='borealis talk']:not([hidden]) .n")
	p.Go(d.x("/talk/borealis"))
	p.Go(d.x("/contacts/borealis"))
	if n := browser.Value[int](p, `document.querySelectorAll("[data-news='borealis talk'][hidden]").length`); n != 1 {
		d.t.Error("what was seen without a script counts on")
	}
}
