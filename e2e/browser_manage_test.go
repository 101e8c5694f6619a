//go:build unix

package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"renkei/internal/testkit/browser"
)

// managePages are the pages that TestBrowserManage visits.
func managePages() []string { return []string{"/x/{exercise}/change", "/exercises/delete"} }

// TestBrowserManage changes title and teams before STARTEX, has EXCON act for a
// unit during play, and deletes the exercise after it, as the people who do it.
func TestBrowserManage(t *testing.T) {
	t.Parallel()
	d, first := newDrill(t)
	axe := browser.AxeScript(t)
	d.found(first, "Drill in a browser", false)
	d.invite("player", "asteria")
	d.renamed(axe)
	d.recast()
	d.seat("hospital")
	d.begin()
	d.actedFor(axe)
	d.director.Go(d.x("/board"))
	d.director.Open("#tool-end")
	d.director.Click("#end-sure")
	d.director.Send("#tool-end button.danger")
	d.deleted(axe)
}

// inBoth looks at a page for barriers, in English and Japanese.
func (d *drill) inBoth(p *browser.Page, path, axe string) {
	d.t.Helper()
	for _, lang := range []string{"ja", "en"} {
		p.Click(".who button[name=lang]")
		p.Until(fmt.Sprintf(`document.documentElement?.lang === %q`, lang))
		p.Go(path)
		p.MustBeOpen(axe)
	}
}

// renamed: the title that is typed stands on the page of who was invited.
func (d *drill) renamed(axe string) {
	d.t.Helper()
	p := d.director
	p.Click(`main a[href$="/change"]`)
	p.See("#title-en")
	d.inBoth(p, d.x("/change"), axe)
	p.Fill("#title-en", "Autumn drill of the CERTs")
	p.Fill("#title-ja", "CERT秋季演習")
	p.Click("form[action$='/title'] button.main")
	p.Until(`document.body.innerText.includes("Autumn drill of the CERTs") && document.readyState === "complete"`)
}

// recast: one team more plays, and a link that was sent before leads to the new
// exercise.
func (d *drill) recast() {
	d.t.Helper()
	p, was := d.director, d.id
	p.Click("#team-coralia")
	p.Open("#sure-teams")
	p.Click("#sure-teams button.danger")
	p.Until(fmt.Sprintf(`location.pathname.endsWith("/change") && !location.pathname.includes(%q) && document.readyState === "complete"`, was))
	d.id = strings.Split(p.Path(), "/")[2]
	if !browser.Value[bool](p, `document.getElementById("team-coralia").checked && document.querySelectorAll("input[name=team]:checked").length === 3`) {
		d.t.Error("the teams are not those that were chosen")
	}
	d.take(d.road, "ja", "player asteria", "明").Until(`document.body.innerText.includes("CERT秋季演習")`)
}

// actedFor: a controller acknowledges, answers and relays what a unit told by
// telephone. The unit reads that on its page, and the log who said so.
func (d *drill) actedFor(axe string) {
	d.t.Helper()
	c, path := d.controller, d.x("/inject/I01/borealis")
	c.Go(path)
	c.Open("#act-ack-for")
	c.MustBeOpen(axe)
	c.Click("#act-ack button.main")
	c.Until(`document.querySelector("#act-ack-by:invalid") !== null`) // who said so is asked
	c.Fill("#act-ack-by", "Bo of the night shift")
	c.Send("#act-ack button.main")
	c.Until(`!document.getElementById("act-ack-for") && document.body.innerText.includes("Bo of the night shift")`)
	d.borealis.Go(path)
	d.borealis.Until(`document.body.innerText.includes("entered by EXCON") && document.body.innerText.includes("Bo of the night shift")`)
	c.Go(path)
	c.Open("#act-T2")
	c.Fill("#act-T2 textarea, #act-T2 input[type=text], #act-T2 input[name=text]", "198.51.100.7")
	c.Fill("#act-T2 input[name=by]", "Bo")
	c.Choose("#act-T2 select[name=how]", "mail")
	c.Send("#act-T2 button.main")
	c.Go(d.x("/log"))
	c.Until(`document.body.innerText.includes("as Bo wrote by mail") && document.body.innerText.includes("as Bo of the night shift said by telephone")`)
	if n := d.events()["unit.acted_for"]; n != 2 {
		d.t.Errorf("the log has %d acts for a unit, not 2", n)
	}
}

// deleted: an exercise is archived, and then deleted once its id is typed.
func (d *drill) deleted(axe string) {
	d.t.Helper()
	p := d.director
	p.Go("/exercises")
	p.Click(`form[action="/exercises/archive"] button[value=archive]`)
	p.Until(`!document.querySelector("main").innerText.includes("Autumn drill") && document.readyState === "complete"`)
	p.Go("/exercises?archived=yes")
	p.Click(`main a[href^="/exercises/delete"]`)
	p.See("#typed")
	d.inBoth(p, "/exercises/delete?exercise="+url.QueryEscape(d.id), axe)
	p.Fill("#typed", "something else")
	p.Click("main button.danger")
	p.Until(`document.body.innerText.includes("That is not its id") && document.readyState === "complete"`)
	p.Fill("#typed", d.id)
	p.Click("main button.danger")
	p.Until(`location.pathname === "/exercises" && document.body.innerText.includes("Deleted.")`)
	if browser.Value[bool](p, `document.querySelector("main").innerText.includes("Autumn drill")`) {
		d.t.Error("it is still listed")
	}
	d.borealis.Go(d.x("/desk/borealis"))
	d.borealis.Gone("#inject-I01")
}
