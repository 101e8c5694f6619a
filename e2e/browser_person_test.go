//go:build unix

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"renkei/internal/testkit/browser"
)

// pageOf leads somebody of EXCON to the page of who takes part, and returns its
// address.
func (d *drill) pageOf(p *browser.Page, name string) string {
	d.t.Helper()
	p.Go(d.x("/invite"))
	p.Go(browser.Value[string](p, fmt.Sprintf(`[...document.querySelectorAll("#main tbody a")].find((a) => a.innerText === %q).getAttribute("href")`, name)))
	p.See("#come-in")
	return p.Path()
}

// code is what the page shows for one more device.
func (d *drill) code(p *browser.Page) string {
	d.t.Helper()
	p.See(".code")
	return p.Text(".code")
}

// TestBrowserPersonAndDevices signs a player out in the middle of writing, has
// them come back by their link, and come in on a phone and by a new link: one
// person throughout, of whom nothing is lost or done twice.
func TestBrowserPersonAndDevices(t *testing.T) {
	t.Parallel()
	axe := browser.AxeScript(t)
	d, first := newDrill(t)
	d.found(first, "Drill in a browser", false)
	d.seat("hospital")
	d.begin()
	link := d.links["player asteria"]

	p := d.asteria
	p.Go(d.x("/inject/I01/asteria"))
	p.Fill("#text-T3", "Files are encrypted since seven.")
	c := d.controller
	at := d.pageOf(c, "Ann")
	c.MustBeOpen(axe)
	c.Click("#main .devices form button")
	c.Read("Not signed in anywhere.")
	p.See("#signed-out")
	if found := p.Barriers(axe); len(found) > 0 { // the console tells, again and again, of what is refused
		t.Errorf("signed out: %s", strings.Join(found, "\n"))
	}
	d.standsAlone(p)
	p.Click("#task-T3 button.main")
	p.See("#outbox li")
	p.Fill("#text-T3", "And a second thought")
	d.standsAlone(p)

	again := p.Window()
	again.Go(link)
	again.See("#code")
	again.Troubles()
	again.MustBeOpen(axe)
	again.Fill("#code", "000000")
	again.Click("form[action$='/device'] button.main")
	again.Read("That code is wrong or has expired.")
	c.Click("button[value=code]")
	again.Fill("#code", d.code(c))
	c.MustBeOpen(axe)
	again.Click("form[action$='/device'] button.main")
	again.Read("You are signed in on this device too.")
	p.Until(`document.getElementById("signed-out").hidden`)
	p.Until(`document.querySelectorAll("#outbox li").length === 0`)
	p.Until(`document.querySelectorAll("#versions-T3 > ol > li").length === 1`)
	p.Until(`document.getElementById("text-T3").value === "And a second thought"`)
	p.Troubles()
	again.Troubles()

	d.phone(axe, link)
	d.anew(c, at, axe)
	if n := d.events()["task.submitted T3 asteria"]; n != 1 {
		t.Errorf("the report was handed in %d times", n)
	}
	c.Go(d.x("/invite"))
	if n := browser.Value[int](c, `[...document.querySelectorAll("#main tbody a")].filter((a) => a.innerText === "Ann").length`); n != 1 {
		t.Errorf("Ann is %d people", n)
	}
}

// standsAlone: the page is whole, and none stands inside it.
func (d *drill) standsAlone(p *browser.Page) {
	d.t.Helper()
	if n := browser.Value[int](p, `document.querySelectorAll("header.bar").length * 10 + document.querySelectorAll("#text-T3").length`); n != 11 {
		d.t.Errorf("the page is not what it was: %d", n)
	}
}

// phone has the player come in on a phone, by a code of the first device, and a
// stranger who has the link alone stay out.
func (d *drill) phone(axe, link string) {
	d.t.Helper()
	phone, eve := d.person(d.road, "ja"), d.person(d.road, "en")
	phone.Width(390)
	phone.Go(link)
	phone.See("#code")
	phone.Troubles()
	phone.MustBeOpen(axe)
	p := d.asteria
	p.Go("/me")
	p.Click("form[action='/me/code'] button")
	code := d.code(p)
	p.MustBeOpen(axe)
	phone.Fill("#code", code)
	phone.Click("form[action$='/device'] button.main")
	phone.Until(fmt.Sprintf(`location.pathname === %q`, d.x("/desk/asteria")))
	phone.Troubles()
	eve.Go(link)
	eve.Fill("#code", strings.ReplaceAll(code, " ", ""))
	eve.Click("form[action$='/device'] button.main")
	eve.Read("That code is wrong or has expired.")
	eve.Troubles()
}

// anew has a controller make the link anew, which lets the same person in.
func (d *drill) anew(c *browser.Page, at, axe string) {
	d.t.Helper()
	c.Go(at)
	c.Click("button[value=renew]")
	c.See(".handout")
	c.MustBeOpen(axe)
	_, token, _ := strings.Cut(c.Text(".handout .mono"), "/in/")
	tablet := d.person(d.road, "en")
	tablet.Go("/in/" + token)
	tablet.Read("You come back as Ann.")
	tablet.MustBeOpen(axe)
	tablet.Click("main form button.main")
	tablet.Until(fmt.Sprintf(`location.pathname === %q`, d.x("/desk/asteria")))
	tablet.Go("/me")
	if n := browser.Value[int](tablet, `document.querySelectorAll(".devices li").length`); n != 3 {
		d.t.Errorf("%d devices are listed, want the first, the phone and the tablet", n)
	}
}
