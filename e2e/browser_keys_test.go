//go:build unix

package e2e

import (
	"strings"
	"testing"

	"renkei/internal/testkit/browser"
)

// TestKeys goes through an exercise by keys, types one into a field, and switches
// them off.
func TestKeys(t *testing.T) {
	t.Parallel()
	d, first := newDrill(t)
	d.found(first, "Drill in a browser", false)
	p := d.director
	const ready = `document.readyState === "complete" && document.getElementById("keys-open")?.hidden === false && `
	p.Until(ready + `!document.getElementById("keys").open`)
	p.Press("2")
	p.Until(ready + `location.pathname.endsWith("/msel")`)
	p.Go(d.x("/msel/I01"))
	p.Until(ready + `!!document.querySelector("a[rel=next]")`)
	next := browser.Value[string](p, `document.querySelector("a[rel=next]").pathname`)
	p.Press("?")
	p.Until(`document.getElementById("keys").open`)
	list := p.Text("#keys dl")
	for _, want := range []string{"MSEL", "Help", "Next: I", "All injects"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list of keys lacks %q: %s", want, list)
		}
	}
	p.MustBeOpen(browser.AxeScript(t))
	p.Click("#keys-close")
	p.Press("j")
	p.Until(ready + `location.pathname === "` + next + `"`)
	p.Press("k")
	p.Until(ready + `location.pathname.endsWith("/I01")`)

	p.Go(d.x("/compose"))
	p.Until(ready + `!!document.querySelector("#title, input[type=text]")`)
	browser.Value[int](p, `document.querySelector("#title, input[type=text]").focus(), 1`)
	p.Press("2?")
	p.Until(`document.activeElement.value.endsWith("2?") && !document.getElementById("keys").open`)

	p.Go(d.x("/board"))
	p.Until(ready + "true")
	p.Click("#keys-open")
	p.Click("#keys-on")
	p.Click("#keys-close")
	p.Press("2?")
	p.Go(d.x("/msel"))
	p.Until(ready + `!document.getElementById("keys-on").checked`) // it stays so
}
