//go:build unix

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"renkei/internal/testkit/browser"
	"renkei/internal/testkit/flakylink"
)

// tabletopPages are those of a tabletop, by the patterns of their routes: what
// TestBrowserTabletop looks at, and what leads elsewhere.
func tabletopPages() []string {
	return []string{
		"/x/{exercise}/table", "/x/{exercise}/projector", "/x/{exercise}/phone/{unit...}", "/x/{exercise}/paper/{poll}", "/x/{exercise}/outcome",
		"/x/{exercise}/outcome/{reader}/{form}", "/x/{exercise}/position", "/t/{code}", "/join", "/join/{code}", "/x/{exercise}/material/{module}/{file}",
	}
}

// tabletop is a tabletop in browsers.
type tabletop struct {
	t                   *testing.T
	addr                string // of the server
	axe, path           string
	chief, screen       *browser.Page
	here, far, plain, d *browser.Page   // phones: one whose network goes away, and one without scripts
	road                *flakylink.Line // of the one that is far away
	opened              int
	promises            bool // what is asked is a commitment
}

// stepJS is the step that the facilitator's key takes next.
const stepJS = `document.querySelector(".step [data-key=n]")?.value ?? ""`

// answerJS fills in the answer of delegation number n, as somebody who touches
// the fields.
const answerJS = `(() => {
  const f = document.querySelector("#answer, #paper"), touch = (el) => el.dispatchEvent(new Event("input", { bubbles: true }));
  for (const name of ["chosen", "scale", "sure"]) {
    const all = f.querySelectorAll("[name=" + name + "]");
    if (all.length) { const el = all[%[1]d %% all.length]; el.checked = true; touch(el); }
  }
  for (const el of f.querySelectorAll("textarea")) { el.value = "In words, number %[1]d"; touch(el); }
  const by = f.querySelector("[name=by]"), who = f.querySelector("[name=who]"), unit = f.querySelector("[name=unit]");
  if (by) { by.value = "2027-12-31"; who.value = "CSIRT"; touch(by); touch(who); }
  if (unit) unit.selectedIndex = 7;
  return 1;
})()`

// TestBrowserTabletop plays the short pack: facilitator with one key per step in
// English, projector in Japanese, four delegations on phones in both languages,
// one of them far away on a network that fails and one without scripts, and one
// more on paper.
func TestBrowserTabletop(t *testing.T) {
	t.Parallel()
	links := tabletopLinks(t, start(t, "demo", "payment", "--teams", "7", "--addr", "127.0.0.1:0"), 8)
	base := served.FindString(links[0])
	b := browser.New(t)
	r := &tabletop{t: t, addr: hostOf(base), axe: browser.AxeScript(t), road: flakylink.New(t, hostOf(base))}
	r.chief, r.screen = b.Person(t, base, "en"), b.Person(t, base, "ja")
	r.here, r.far, r.plain, r.d = b.Person(t, base, "en"), b.Person(t, "http://"+r.road.Addr(), "ja"), b.Person(t, base, "ja"), b.Person(t, base, "en")
	r.plain.WithoutScript()
	for i, p := range []*browser.Page{r.chief, r.screen, r.here, r.far, r.plain, r.d} {
		link := links[i]
		if p == r.far {
			link = strings.Replace(link, base, "http://"+r.road.Addr(), 1)
		}
		p.Go(link)
		p.Fill("#name", fmt.Sprintf("Ann %d", i))
		p.Click("form[method=post] button.main")
		p.See("main")
		if i > 1 {
			p.Width(390)
		}
	}
	r.path = strings.TrimSuffix(r.chief.Path(), "/table")
	r.join(b.Person(t, base, "ja"))
	for r.step() {
	}
	r.chief.Click("#clock-finish button")
	r.chief.Until(`!document.querySelector("#clock-finish")`)
	r.screen.Read("2027-12-31")
	r.screen.MustBeOpen(r.axe)
	r.far.Go(r.path + "/outcome")
	r.far.MustBeOpen(r.axe)
	r.chief.Go(r.path + "/outcome/room/html")
	r.chief.Read("Commitments")
	r.chief.MustBeOpen(r.axe)
	for _, p := range []*browser.Page{r.chief, r.screen, r.here, r.plain, r.d} {
		if all := p.Troubles(); len(all) > 0 {
			t.Error(all)
		}
	}
}

// tabletopLinks are the links that the demo of a tabletop prints: facilitator,
// projector, delegations.
func tabletopLinks(t *testing.T, s *started, want int) (links []string) {
	t.Helper()
	for line := range s.lines {
		if at := strings.TrimSpace(string(line)); strings.HasPrefix(at, "http://") {
			links = append(links, at)
		}
		if strings.HasPrefix(string(line), "Ctrl-C") {
			break
		}
	}
	if len(links) != want {
		t.Fatalf("%d links: %s", len(links), s.err)
	}
	return links
}

// join has a colleague come with the code on the projector, and makes them head of
// their delegation; after that the code is worth nothing.
func (r *tabletop) join(colleague *browser.Page) {
	r.t.Helper()
	colleague.Width(390)
	r.chief.Click("#joining button")
	r.chief.Read("The projector shows the code")
	r.screen.Reload()
	r.screen.See(".join .code")
	code := browser.Value[string](r.screen, `document.querySelector(".join .code").textContent`)
	r.screen.MustBeOpen(r.axe)
	colleague.Go("/join")
	colleague.MustBeOpen(r.axe)
	colleague.Fill("#code", strings.ToLower(code))
	colleague.Click("form button.main")
	colleague.See("#unit-asteria")
	colleague.MustBeOpen(r.axe)
	colleague.Click("#unit-asteria")
	colleague.Click("form button.main")
	colleague.Fill("#name", "Grace")
	colleague.Click("form[method=post] button.main")
	colleague.See("#waits")
	r.chief.Reload()
	r.chief.Until(`document.getElementById("seats").textContent.includes("Grace")`)
	r.chief.Open("#seats")
	r.chief.MustBeOpen(r.axe)
	r.chief.Click("#joining button")
	r.chief.Read("Only who has a link comes in")
}

// step takes the step that the facilitator's key is for, and has the others do
// what they do after it. False means that only ENDEX is left.
func (r *tabletop) step() bool {
	r.t.Helper()
	r.chief.Until(`document.readyState == "complete" && document.getElementById("keys-open")?.hidden === false`)
	step := browser.Value[string](r.chief, stepJS)
	if step == "" {
		return false
	}
	r.chief.Press("n")
	r.chief.Until(`(` + stepJS + `) !== "` + step + `"`)
	switch step {
	case "announce":
		r.far.See("#shown-how") // what will be shown of an answer is said before it opens too
		if r.opened == 0 {
			r.road.Cut() // the phone is away while the question opens
		}
	case "open", "again":
		r.opened++
		if r.opened == 1 {
			r.road.Mend(r.addr)
		}
		r.answers()
	case "reveal":
		r.revealed()
	}
	return true
}

// answers has four phones answer, and enters one paper.
func (r *tabletop) answers() {
	r.t.Helper()
	for n, p := range []*browser.Page{r.here, r.far, r.plain, r.d} {
		if p == r.plain {
			p.Go(r.path + "/") // leads to its place, where it reads what is open
		}
		p.See("#answer")
		p.See("#shown-how")
		if p == r.far && r.opened == 1 {
			_ = p.Troubles() // its network was gone
		}
		if r.opened < 3 && p == r.far {
			p.MustBeOpen(r.axe)
		}
		r.promises = browser.Value[bool](p, `!!document.querySelector("#answer [name=by]")`)
		browser.Value[int](p, fmt.Sprintf(answerJS, n))
		p.Click("#answer button.main")
		p.See(".state")
	}
	r.here.Click("#confirm button")
	r.here.Gone("#answer")
	r.chief.Read("answered and confirmed")
	if browser.Value[bool](r.chief, `!!document.querySelector("form[action$='/tick']")`) { // without names: into the box
		r.chief.Click(`.who li:last-child form[action$="/tick"] button`)
	}
	r.chief.Click(`a[href*="/paper/"]`)
	r.chief.See("#paper")
	if r.opened == 1 {
		r.chief.MustBeOpen(r.axe)
	}
	browser.Value[int](r.chief, fmt.Sprintf(answerJS, 4))
	r.chief.Click("#paper button.main")
	r.chief.See(".step [data-key=n]")
	if r.opened == 2 {
		r.chief.MustBeOpen(r.axe)
	}
}

// revealed has the room look at what came of it.
func (r *tabletop) revealed() {
	r.t.Helper()
	r.screen.See(".picture")
	r.far.See(".picture")
	r.here.See(".picture")
	if r.opened < 4 {
		r.screen.MustBeOpen(r.axe)
	}
	if browser.Value[bool](r.chief, `!!document.querySelector("#quote")`) {
		browser.Value[int](r.chief, `(document.querySelector("#show-0").checked = true, document.querySelector("#show-0").dispatchEvent(new Event("input", { bubbles: true })), 1)`)
		r.chief.Click("#quote button")
		r.screen.Read("In words, number")
	}
	if r.promises {
		r.here.Click("#commit button")
		r.here.See("#commitments")
		return
	}
	if r.opened == 1 {
		r.far.Click("#speak button")
		r.chief.See("[data-key=f]")
		r.chief.Press("f")
		r.far.Until(`!!document.querySelector("[aria-labelledby=floor] .left")`)
		r.chief.Press("e")
		r.chief.Gone("#floor-end")
	}
}
