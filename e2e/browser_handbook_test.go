//go:build unix

package e2e

import (
	"strings"
	"testing"

	"renkei/internal/testkit/browser"
)

// handbookPages are those of the demonstration's handbook, by the patterns of
// their routes, for an owner of Cambodia; "" for those that other pages lead to.
func handbookPages() map[string]string {
	return map[string]string{
		"/handbook":                   "/handbook",
		"/handbook/plans":             "/handbook/plans",
		"/handbook/compare":           "/handbook/compare?from=2023&to=2024",
		"/handbook/find":              "/handbook/find?q=CII",
		"/handbook/work":              "/handbook/work",
		"/handbook/edition/{edition}": "/handbook/edition/2023",
		"/handbook/edition/{edition}/member/{member}":   "/handbook/edition/2023/member/kh",
		"/handbook/edition/{edition}/measure/{measure}": "",
		"/handbook/edition/{edition}/theme/{theme}":     "",
		"/handbook/edition/{edition}/item/{item}":       "",
		"/handbook/draft/{member}":                      "/handbook/draft/kh",
		"/handbook/draft/{member}/item/{item}":          "/handbook/draft/kh/item/new",
		"/handbook/links":                               "/handbook/links",
		"/handbook/needs":                               "/handbook/needs",
		"/handbook/needs/list":                          "/handbook/needs/list?side=need",
		"/handbook/needs/new":                           "/handbook/needs/new?side=offer",
		"/handbook/needs/{id}":                          "/handbook/needs/demo-o-1",
		"/handbook/needs/{id}/edit":                     "/handbook/needs/demo-kh-1/edit",
	}
}

// secondPages are those of second factors, which TestBrowserSecondFactor visits.
func secondPages() []string {
	return []string{"/me/second", "/me/second/app", "/me/second/passkey", "/sign-in/second"}
}

// TestBrowserHandbook looks for barriers on every page of the handbook, wide in
// English and narrow in Japanese, as the owner of a member's page.
func TestBrowserHandbook(t *testing.T) {
	t.Parallel()
	base, _, owner := demoLinks(t)
	p := browser.New(t).Person(t, base, "en")
	p.Take(owner, "Dara")
	pages := handbookPages()
	for pattern, from := range map[string]string{
		"/handbook/edition/{edition}/measure/{measure}": "/handbook/edition/2023/member/kh",
		"/handbook/edition/{edition}/item/{item}":       "/handbook/edition/2023/member/kh",
		"/handbook/edition/{edition}/theme/{theme}":     "/handbook",
	} {
		word := strings.Split(pattern, "/")[4]
		p.Go(from)
		if pages[pattern] = browser.Value[string](p, `document.querySelector("main a[href*='/`+word+`/']")?.getAttribute("href") ?? ""`); pages[pattern] == "" {
			t.Fatalf("%s leads to no %s", from, word)
		}
	}
	tourAll(t, p, pages)
}
