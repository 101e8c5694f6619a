//go:build unix

package e2e

import (
	"strings"
	"testing"

	"renkei/internal/testkit/browser"
)

// partnerPages are those of a partner agency in the demonstration, by the patterns
// of their routes; "" for a file.
func partnerPages() map[string]string {
	return map[string]string{
		"/programme/partner":                                "/programme/partner",
		"/programme/partner/event/{id}":                     "/programme/partner/event/wg2",
		"/programme/partner/paper/{id}":                     "",
		"/programme/partner/agreement/{id}/document/{hash}": "",
		"/handbook/offers":                                  "/handbook/offers",
	}
}

// TestBrowserPartner looks for barriers on the pages of a partner agency, wide in
// English and narrow in Japanese.
func TestBrowserPartner(t *testing.T) {
	t.Parallel()
	links := demonstration(t)
	p := browser.New(t).Person(t, served.FindString(links[0]), "en")
	p.Take(links[len(links)-1], "Pat")
	tourAll(t, p, partnerPages())
}

// tourAll looks for barriers on pages, by the patterns of their routes, wide in
// English and narrow in Japanese; a file, "", is none.
func tourAll(t *testing.T, p *browser.Page, pages map[string]string) {
	t.Helper()
	axe := browser.AxeScript(t)
	for lang, pixels := range map[string]int64{"en": 1280, "ja": 390} {
		p.Go("/")
		if browser.Value[string](p, "document.documentElement.lang") != lang {
			p.Click(".who button[name=lang]")
			p.Until(`document.documentElement?.lang === "` + lang + `"`)
		}
		p.Width(pixels)
		for pattern, path := range pages {
			if path == "" {
				continue
			}
			p.Go(path)
			if title := browser.Value[string](p, `document.querySelector("main h1")?.textContent ?? ""`); title == "" || strings.Contains(title, "did not work") {
				t.Errorf("%s: %s is %q", pattern, path, title)
			}
			p.MustBeOpen(axe)
		}
	}
}
