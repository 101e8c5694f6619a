//go:build unix

package e2e

import (
	"strings"
	"testing"

	"renkei/internal/testkit/browser"
)

// TestBrowserInvitation sets the date of an exercise, hands a link out on a sheet
// and as a table, and shows its taker when it is, where they are.
func TestBrowserInvitation(t *testing.T) {
	t.Parallel()
	axe := browser.AxeScript(t)
	d, first := newDrill(t)
	d.found(first, "Drill in a browser", false)
	p := d.director
	p.Go(d.x("/invite"))
	browser.Value[int](p, `document.getElementById("begins").value = "2027-06-16T09:00", document.getElementById("ends").value = "2027-06-16T13:00", 1`)
	p.Choose("#zone", "Asia/Singapore")
	p.Click("#date button")
	p.Read("2027-06-16 09:00–13:00 Asia/Singapore (2027-06-16 01:00–05:00 UTC)")
	p.Fill("#for", "Ann")
	p.Choose("#role", "player")
	p.Choose("#unit", "asteria")
	p.Click("form[action$='/invite'] button.main")
	p.See(".handout svg.qr")
	p.Open("#fresh-as-table")
	p.MustBeOpen(axe)
	p.Click("[data-copy]")
	p.Read("The table has been copied.")
	table := browser.Value[string](p, `document.getElementById("fresh-table").value`)
	if lines := strings.Split(strings.TrimSpace(table), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[1], "Ann\tPlayer\tAsteria\thttp://") || !strings.Contains(lines[1], "\t2027-06-16 09:00") {
		t.Errorf("the table is %q", table)
	}
	_, token, _ := strings.Cut(p.Text(".handout .mono"), "/in/")
	for lang, width := range map[string]int64{"en": 1280, "ja": 390} {
		guest := d.person(d.road, lang)
		guest.Width(width)
		guest.Go("/in/" + token)
		guest.See(".own-time")
		guest.MustBeOpen(axe)
		if own := guest.Text(".own-time"); !strings.Contains(own, "2027") || !strings.Contains(own, browser.Value[string](guest, "Intl.DateTimeFormat().resolvedOptions().timeZone")) {
			t.Errorf("in the reader's own zone: %q", own)
		}
		file := browser.Value[string](guest, `fetch(document.querySelector(".when a").href).then((r) => r.text())`)
		if !strings.Contains(file, "DTSTART:20270616T010000Z\r\n") || strings.Contains(file, token) {
			t.Errorf("the calendar file is %q", file)
		}
	}
	plain := d.person(d.road, "en")
	plain.WithoutScript()
	plain.Take("/in/"+token, "Ann")
	plain.Go("/exercises")
	plain.Read("2027-06-16 09:00")
}
