//go:build unix

package e2e

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"renkei/internal/testkit/browser"
)

// TestReach reads pages as those do who do not see them, who have no mouse, who
// hold them in print, or who have a small phone.
func TestReach(t *testing.T) {
	t.Parallel()
	d, first := newDrill(t)
	d.found(first, "Ransomware at a hospital", true)
	d.seat("hospital")
	d.busy()
	t.Run("keyboard", d.byKeyboard)
	t.Run("grid", d.gridByEar)
	t.Run("paper", d.onPaper)
	t.Run("phone", d.onSmallPhones)
}

// under lists what has had the focus on a page, from its first to its last stop,
// while something lay over it.
const under = `(() => {
	const at = document.activeElement, clock = document.querySelector(".clock");
	if (!clock || at === document.body || clock.contains(at) || getComputedStyle(clock).position !== "sticky") return "";
	const a = at.getBoundingClientRect(), c = clock.getBoundingClientRect();
	const box = at.closest(".grid-box");
	const head = box && !at.closest("thead") && box !== at ? box.querySelector("thead").getBoundingClientRect() : null;
	const hidden = (r) => a.top < r.bottom - 1 && a.bottom > r.top + 1 && a.left < r.right && a.right > r.left;
	return hidden(c) || head && hidden(head) ? at.outerHTML.slice(0, 160) : "";
})()`

// byKeyboard: nothing that has the focus lies under the clock, backwards, where
// the browser scrolls up to it; in a low window the clock takes no room.
func (d *drill) byKeyboard(t *testing.T) {
	for who, path := range map[string]string{"asteria": "/desk/asteria", "judge": "/evaluate/asteria", "director": "/board"} {
		p := map[string]*browser.Page{"asteria": d.asteria, "judge": d.judge, "director": d.director}[who]
		p.For(t)
		p.Width(1280)
		p.Go(d.x(path))
		browser.Value[int](p, `[...document.querySelectorAll("main a[href], main button, main summary")].filter((e) => e.offsetParent).at(-1).focus(), 1`)
		for range 60 {
			p.PressBack(kb.Tab)
			if hidden := browser.Value[string](p, under); hidden != "" {
				t.Errorf("%s hides what has the focus: %s", path, hidden)
			}
		}
		p.Low()
		if at := browser.Value[string](p, `getComputedStyle(document.querySelector(".clock")).position`); at != "static" {
			t.Errorf("in a low window the clock of %s is %s", path, at)
		}
		p.Width(1280)
	}
}

// TestMarkOneAlone: of one work alone the question has the focus, and its mark
// leads on, here to the list of what is left.
func TestMarkOneAlone(t *testing.T) {
	t.Parallel()
	d, first := newDrill(t)
	d.found(first, "Drill in a browser", false)
	d.seat("hospital")
	d.begin()
	d.answer()
	p := d.judge
	p.Go(d.x("/evaluate/asteria"))
	if open := browser.Value[int](p, `document.querySelectorAll(".marking-form[open]").length`); open > 1 {
		t.Errorf("%d forms stand open", open)
	}
	if !slices.ContainsFunc(p.Tree(), func(n browser.Node) bool { return n.Role == "navigation" && n.Name == "Contents" }) {
		t.Error("the page has no contents")
	}
	p.Go(d.x("/evaluate/asteria?one=T3-asteria"))
	asked := p.Text("main h3[autofocus]")
	p.Until(`document.activeElement.matches("h3[autofocus]")`)
	if f := p.Focus(); f.Role != "heading" || f.Name != asked {
		t.Errorf("not the question %q but %+v has the focus", asked, f)
	}
	p.Open("#work-T3-asteria .marking-form")
	p.Fill("input[name=points]", "1")
	p.Click("button[value=mark]")
	p.Until(`location.search === "?show=left" && location.hash === "#progress" && !!document.getElementById("progress")`)
	p.Until(`!!document.getElementById("said")?.textContent`)
}

// gridByEar: each cell of the board says itself what it means, the empty ones
// too, none repeats the heads of its row and column, and one key leads past it.
func (d *drill) gridByEar(t *testing.T) {
	p := d.director
	p.For(t)
	p.Width(1280)
	p.Go(d.x("/board"))
	cells, silent := 0, 0
	for _, n := range p.Tree() {
		if n.Role != "gridcell" && n.Role != "cell" {
			continue
		}
		if cells++; strings.TrimSpace(n.Name) == "" {
			silent++
		}
		if strings.Contains(n.Name, "Asteria ·") {
			t.Errorf("a cell repeats its row: %s", n.Name)
		}
	}
	if cells == 0 || silent > 0 {
		t.Errorf("%d of %d cells say nothing", silent, cells)
	}
	stops := `document.querySelectorAll("table.grid a:not([tabindex='-1'])").length`
	if n := browser.Value[int](p, stops); n != 1 {
		t.Errorf("the board is %d stops", n)
	}
	browser.Value[int](p, `document.querySelector("table.grid a[tabindex='0']").focus(), 1`)
	was := p.Focus()
	p.Press(kb.ArrowRight)
	p.Press(kb.ArrowDown)
	if now := p.Focus(); now == (browser.Node{}) || browser.Value[bool](p, `!document.activeElement.closest("table.grid")`) {
		t.Errorf("the arrows lead from %+v to %+v", was, now)
	}
	p.Press(kb.Tab)
	if browser.Value[bool](p, `!!document.activeElement.closest("table.grid")`) {
		t.Error("the board cannot be left by one key")
	}
}

// pale lists texts that a printer without colours would leave unreadable: their
// contrast with white paper is too low.
const pale = `(() => {
	const light = (c) => { const [r, g, b] = c.map((v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
	const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
	const rgb = (c) => { canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3); };
	const found = new Set(), texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) {
		const el = texts.currentNode.parentElement;
		if (!texts.currentNode.data.trim() || !el.getClientRects().length || el.closest(".sr, script")) continue;
		if (1.05 / (light(rgb(getComputedStyle(el).color)) + .05) < 4.5) found.add(el.outerHTML.slice(0, 120));
	}
	return [...found];
})()`

// onPaper: sheets have marking and number, a board is whole, what was folded away
// is open, labels are readable without colour, and nothing stands there to press.
func (d *drill) onPaper(t *testing.T) {
	for path, p := range map[string]*browser.Page{"/board": d.director, "/desk/asteria": d.asteria, "/evaluate/asteria": d.judge, "/msel": d.controller} {
		p.For(t)
		p.Width(1280)
		p.Go(d.x(path))
		folded := browser.Value[int](p, `document.querySelectorAll("details:not([open])").length`)
		sheets := strings.Split(strings.TrimSuffix(pdfText(t, p.Print()), "\f"), "\f")
		for i, sheet := range sheets {
			if !strings.Contains(sheet, "EXERCISE EXERCISE EXERCISE") || !strings.Contains(strings.ReplaceAll(sheet, " ", ""), fmt.Sprintf("%d/%d", i+1, len(sheets))) {
				t.Errorf("sheet %d of %s lacks its marking or number:\n%s", i+1, path, sheet)
			}
		}
		if now := browser.Value[int](p, `document.querySelectorAll("details:not([open])").length`); now != folded {
			t.Errorf("after printing %s %d parts are folded, not %d", path, now, folded)
		}
		whole := strings.Join(sheets, "")
		for _, text := range append(onSheets()[path], browser.Value[[]string](p, `[...document.querySelectorAll("table.grid thead abbr")].map((e) => e.textContent)`)...) {
			if !strings.Contains(whole, text) {
				t.Errorf("%s in print lacks %q", path, text)
			}
		}
		p.Media("print")
		for _, text := range browser.Value[[]string](p, pale) {
			t.Errorf("%s in print is too pale: %s", path, text)
		}
		if n := browser.Value[int](p, `[...document.querySelectorAll("button, input, select, textarea, nav, a.button")].filter((e) => e.getClientRects().length).length`); n > 0 {
			t.Errorf("%s in print has %d controls", path, n)
		}
		p.Media("")
	}
	if heads := browser.Value[int](d.director, `document.querySelectorAll("table.grid").length`); heads != 1 {
		t.Errorf("after printing there are %d boards", heads)
	}
}

// onSheets are texts that a page has in print beside every column of a board.
func onSheets() map[string][]string {
	return map[string][]string{
		"/board":            {"Hospital crisis desk"},
		"/evaluate/asteria": {"Answer key"}, // folded away on the page
	}
}

// pdfText is the text of a PDF as it lies on its sheets, which form feeds part.
func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext is to read it; make deps installs it: %v", err)
	}
	return string(out)
}

// stacked lists cells of tables and texts beside others that are so narrow that
// their letters stand one upon the other.
const stacked = `[...document.querySelectorAll("main :is(td, th, dd, li, p, h1, h2, h3, h4, h5, label)")].filter((el) => {
	const size = parseFloat(getComputedStyle(el).fontSize), box = el.getBoundingClientRect(), text = el.innerText.trim();
	return text.length > 6 && !el.closest(".sr, .grid, thead") && box.width > 1 && box.width < 4 * size && box.height > 3 * size;
}).map((el) => Math.round(el.getBoundingClientRect().width) + " px: " + el.innerText.slice(0, 40))`

// onSmallPhones: no text is narrower than a few letters and no page is wider than
// its window; what a table says is there without scrolling to the side.
func (d *drill) onSmallPhones(t *testing.T) {
	for path, p := range map[string]*browser.Page{"/cells/asteria": d.nation, "/msel": d.controller, "/units?unit=asteria": d.director, "/evaluate/asteria": d.judge} {
		p.For(t)
		for _, lang := range []string{"en", "ja"} {
			p.Width(320)
			p.Go(d.x(path))
			if browser.Value[string](p, "document.documentElement.lang") != lang {
				p.Click(".who button[name=lang]")
				p.Until(fmt.Sprintf(`document.documentElement?.lang === %q && !!document.getElementById("part")`, lang))
			}
			for _, pixels := range []int64{320, 390} {
				p.Width(pixels)
				p.Go(d.x(path))
				for _, text := range browser.Value[[]string](p, stacked) {
					t.Errorf("%s at %d px in %s stacks letters at %s", path, pixels, lang, text)
				}
				for _, text := range browser.Value[[]string](p, aside) {
					t.Errorf("%s at %d px in %s hides what matters at the side: %s", path, pixels, lang, text)
				}
				if browser.Value[bool](p, "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1") {
					t.Errorf("%s at %d px in %s is wider than its window", path, pixels, lang)
				}
			}
		}
		if browser.Value[string](p, "document.documentElement.lang") != "en" {
			p.Click(".who button[name=lang]")
			p.Until(`document.documentElement?.lang === "en" && !!document.getElementById("part")`)
		}
	}
}

// aside lists cells of tables that lie outside the window.
const aside = `[...document.querySelectorAll("main .wide table:not(.grid) :is(td, tbody th)")].filter((el) => {
	const box = el.getBoundingClientRect();
	return box.width > 1 && box.right > innerWidth + 1;
}).map((el) => el.innerText.slice(0, 40)).slice(0, 3)`
