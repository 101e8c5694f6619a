//go:build unix

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"renkei/internal/testkit/browser"
)

// TestPlayInBrowser plays a whole exercise in real browsers, from the first
// account to the replay. In the middle a line is cut and the server is killed.
func TestPlayInBrowser(t *testing.T) {
	t.Parallel()
	d, first := newDrill(t)
	d.found(first, "Drill in a browser", false)
	d.seat("hospital")
	d.begin()
	d.answer()
	d.talk()
	d.relay()
	d.call()
	d.steer()
	d.stop()
	d.loseTheLine()
	d.loseTheServer()
	d.mark()
	d.end()
	d.look()
	d.checkLog()
}

// begin: units are ready, play starts, and the first injects come to pages that
// stand open.
func (d *drill) begin() {
	d.t.Helper()
	for _, p := range []*browser.Page{d.asteria, d.borealis, d.hospital} {
		p.Fill("#present", "3")
		p.Fill("#expected", "4")
		p.Send("#attend button")
		p.Send("#ready button.main")
		browser.Value[int](p, "window.stays = 1")
	}
	d.director.Go(d.x("/board"))
	d.director.Click("#start-sure") // for the cell that nobody plays
	d.director.Send("#tool-start button.main")
	for _, p := range []*browser.Page{d.asteria, d.borealis} {
		p.See("#new-I01")
		p.See("#new-I03")
		if browser.Value[int](p, "window.stays") != 1 {
			d.t.Error("the page was loaded anew")
		}
	}
}

// answer: an inject is acknowledged and its tasks are answered, one twice.
func (d *drill) answer() {
	d.t.Helper()
	p := d.asteria
	p.Send("#new-I01 form button")
	p.Gone("#new-I01")
	p.Click("#inject-I01 a[href]")
	p.Click("#task-T1 input[value=a]")
	p.Send("#task-T1 button.main")
	p.Fill("#text-T2", "about 42")
	p.Send("#task-T2 button.main")
	for _, text := range []string{"Files are locked.", "Files are encrypted."} {
		p.Fill("#text-T3", text)
		p.Send("#task-T3 button.main")
	}
	p.Until(`document.querySelectorAll("#versions-T3 > ol > li").length === 2`)
	path := filepath.Join(d.t.TempDir(), "vpn.log")
	if err := os.WriteFile(path, []byte("01:02:03 login from 192.0.2.7\n"), 0o600); err != nil {
		d.t.Fatal(err)
	}
	p.Upload("#file-T4", path)
	p.Send("#task-T4 button.main")
	p.See("#versions-T4")
}

// talk: to the other team, to all teams, and to a persona, whom a controller
// plays.
func (d *drill) talk() {
	d.t.Helper()
	for room, text := range map[string]string{"unit:borealis": "Do you see it too?", "liaison": "Watch for 192.0.2.7."} {
		there := room
		if room == "unit:borealis" {
			there = "unit:asteria"
		}
		d.borealis.Go(d.x("/talk/borealis?room=" + there))
		d.asteria.Go(d.x("/talk/asteria?room=" + room))
		d.asteria.Fill("#write-text", text)
		d.asteria.Send("#write button.main")
		d.borealis.Read(text)
	}
	d.controller.Go(d.x("/inbox"))
	d.asteria.Go(d.x("/inject/I01/asteria"))
	d.asteria.Fill("#reply-text", "Since when?")
	d.asteria.Send("#reply button")
	d.controller.Read("Since when?")
	d.controller.Send(".question form[action$='/inbox/claim'] button")
	d.controller.Fill(".question form[id^=answer-] textarea", "Since half past seven.")
	d.controller.Send(".question form[id^=answer-] button.main")
	d.asteria.Read("Since half past seven.")
}

// relay: the national controller passes a warning on to the team's cell, which
// answers.
func (d *drill) relay() {
	d.t.Helper()
	d.nation.Go(d.x("/cells/asteria"))
	d.nation.Fill("#relay-text-I03", "至急ご確認ください。")
	d.nation.Send("#relay-I03 form button.main")
	d.hospital.See("#new-I03")
	d.hospital.Send("#new-I03 form button")
	d.hospital.Click("#inject-I03 a[href]")
	d.hospital.Read("至急ご確認ください。")
	d.hospital.Fill("#text-T5", "はい")
	d.hospital.Send("#task-T5 button.main")
	d.nation.Until(`document.querySelector("[id^='cell-task-'][id$='-T5']").innerText.includes("はい")`)
}

// call: what one side notes the other confirms.
func (d *drill) call() {
	d.t.Helper()
	d.borealis.Go(d.x("/desk/borealis"))
	d.asteria.Go(d.x("/contacts/asteria"))
	d.asteria.Choose("#call-with", "unit:borealis")
	d.asteria.Fill("#call-text", "They block 192.0.2.7.")
	d.asteria.Send("#call button.main")
	d.borealis.Read("They block 192.0.2.7.")
	d.borealis.Send(".call.asks button.main")
	d.asteria.Read("confirmed")
}

// steer: an inject is held, let go, and released before its time.
func (d *drill) steer() {
	d.t.Helper()
	c := d.controller
	c.Go(d.x("/msel/I02"))
	c.Open("#hold")
	c.Fill("#hold_reason", "Later.")
	c.Send("#hold button[value=hold]")
	c.Send("button[value=let_go]")
	d.asteria.Go(d.x("/desk/asteria"))
	c.Open("#sure-release")
	c.Send("#sure-release button[value=release]")
	d.asteria.See("#new-I02")
}

// stop: something is REAL, play is stopped, and goes on.
func (d *drill) stop() {
	d.t.Helper()
	d.asteria.Open("#real")
	d.asteria.Fill("#real-text", "Smoke in the room.")
	d.asteria.Click("#real-form input[name=sure]")
	d.asteria.Send("#real-form button.main")
	d.director.See("section.alarm")
	d.director.Read("Smoke in the room.")
	d.director.Fill("section.alarm input[name=text]", "On our way.")
	d.director.Send("section.alarm form[action$='/note'] button")
	d.director.Open("#tool-real")
	d.director.Fill("#tool-real textarea", "Leave the room.")
	d.director.Send("#tool-real button.main")
	d.asteria.See(".phase.real")
	d.director.Open("#resume-real")
	d.director.Send("#resume-real button.main")
	d.asteria.Gone(".phase.real")
}

// loseTheLine: a player's line is cut while a report is being written. The
// draft is there after a reload, and what was sent without a line is sent once
// there is one.
func (d *drill) loseTheLine() {
	d.t.Helper()
	p := d.asteria
	p.Go(d.x("/inject/I01/asteria"))
	p.Fill("#text-T3", "Files are encrypted since seven.")
	d.wire.Cut()
	p.See("#offline")
	p.Reload()
	p.Until(`location.protocol === "chrome-error:"`)
	d.wire.Mend(d.addr)
	p.Go(d.x("/inject/I01/asteria"))
	p.Until(`document.getElementById("text-T3").value === "Files are encrypted since seven."`)
	p.See("#task-T3 .draft-note")
	d.wire.Cut()
	p.Click("#task-T3 button.main")
	p.See("#task-T3 .waits")
	d.wire.Mend(d.addr)
	p.Gone("#task-T3 .waits")
	p.Until(`document.querySelectorAll("#versions-T3 > ol > li").length === 3`)
	p.Troubles() // the console has told of the line
}

// loseTheServer: the server is killed and comes back. What was acknowledged is
// there, and pages that stand open show what comes then.
func (d *drill) loseTheServer() {
	d.t.Helper()
	before := d.log()
	d.borealis.Go(d.x("/talk/borealis?room=liaison"))
	d.asteria.Go(d.x("/talk/asteria?room=liaison"))
	d.crash()
	d.asteria.Fill("#write-text", "Are you back?")
	d.asteria.Click("#write button.main")
	d.borealis.Read("Are you back?")
	before = before[:strings.LastIndex(before, `{"head":`)]
	if after := d.log(); !strings.HasPrefix(after, before) {
		d.t.Errorf("the log does not go on:\n%s\n%s", before, after)
	}
}

// log is the log as the director downloads it.
func (d *drill) log() string {
	d.t.Helper()
	return browser.Value[string](d.director, fmt.Sprintf(`fetch(%q).then((r) => r.text())`, d.x("/log.jsonl")))
}

// mark: an evaluator marks the report, with evidence.
func (d *drill) mark() {
	d.t.Helper()
	p := d.judge
	p.Go(d.x("/evaluate/asteria"))
	p.Open("#work-T3-asteria .marking-form")
	form := "#work-T3-asteria .marking-form "
	p.Fill(form+"input[name=points]", "8")
	p.Fill(form+"textarea", "Clear, and in time.")
	p.Click(form + "input[name=evidence]")
	p.Send(form + "button.main")
	p.Read("Clear, and in time.")
}

// end: ENDEX, and what the team has to say of it.
func (d *drill) end() {
	d.t.Helper()
	d.asteria.Go(d.x("/after/asteria"))
	d.director.Open("#tool-end")
	d.director.Click("#end-sure")
	d.director.Send("#tool-end button.danger")
	d.asteria.Fill("form[action$='/after/asteria'] textarea", "We asked early.")
	d.asteria.Send("form[action$='/after/asteria'] button.main")
	d.director.Go(d.x("/after"))
	d.director.Read("We asked early.")
}

// look: reports and replay open for EXCON and for the team.
func (d *drill) look() {
	d.t.Helper()
	d.asteria.Go(d.x("/report/asteria?form=html"))
	d.asteria.Read("Asteria")
	d.director.Go(d.x("/report?for=excon&form=html"))
	d.director.Read("Drill in a browser")
	for p, path := range map[*browser.Page]string{d.asteria: "/replay/asteria", d.director: "/replay"} {
		p.Go(d.x(path))
		browser.Value[int](p, `document.getElementById("at").focus(), 1`)
		for key, at := range map[string]string{kb.Home: "=== '00:00:00'", kb.End: "> '00:00:10'"} {
			p.Press(key)
			p.Until(`location.search.includes("at=") && document.querySelector(".clock .at").textContent ` + at)
		}
	}
}

// checkLog: the real binary verifies the log, in which every answer stands once.
func (d *drill) checkLog() {
	d.t.Helper()
	got := d.events()
	for what, n := range map[string]int{
		"task.submitted T1 asteria": 1, "task.submitted T2 asteria": 1, "task.submitted T3 asteria": 3,
		"task.submitted T4 asteria": 1, "task.submitted T5 asteria/hospital": 1,
		`"Do you see it too?"`: 1, `"Watch for 192.0.2.7."`: 1, `"Since when?"`: 1, `"Since half past seven."`: 1, `"Are you back?"`: 1,
		"inject.acknowledged": 2, "inject.relayed": 1, "call.noted": 1, "call.confirmed": 1, "task.marked": 1,
		"real.raised": 1, "real.stopped": 1, "clock.started": 1, "clock.ended": 1, "clock.recovered": 1, "hotwash.answered": 1,
	} {
		if got[what] != n {
			d.t.Errorf("%s: %d times in the log, want %d", what, got[what], n)
		}
	}
}
