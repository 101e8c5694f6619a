//go:build unix

package e2e

import (
	"strings"
	"testing"

	"renkei/internal/testkit/browser"
)

// communityPages are those of a demo community, by the patterns of their routes;
// "" for those of a round that is yet to begin.
func communityPages() map[string]string {
	return map[string]string{
		"/community":                  "/community",
		"/community/changes":          "/community/changes",
		"/community/contacts":         "/community/contacts",
		"/community/comcheck":         "/community/comcheck",
		"/community/comcheck/{round}": "", "/community/comcheck/{round}/links": "", "/check/{token}": "",
		"/community/m/{id}":              "/community/m/jp",
		"/community/o/{id}":              "/community/o/jp-csirt",
		"/community/p/{id}":              "/community/p/jp-officer",
		"/community/c/{id}":              "/community/c/jp-duty",
		"/community/new/{kind}":          "/community/new/member",
		"/community/edit/{kind}/{id}":    "/community/edit/contact/jp-duty",
		"/community/history/{kind}/{id}": "/community/history/contact/jp-duty",
	}
}

// demoLinks starts a demonstration and returns the links after those of the
// exercise: of a coordinator of the community, and of an owner of a member.
func demoLinks(t *testing.T) (base, coordinator, owner string) {
	t.Helper()
	links := demonstration(t)
	return served.FindString(links[0]), links[8], links[9]
}

// demonstration starts one and returns its links. The last is of a partner.
func demonstration(t *testing.T) []string {
	t.Helper()
	s := start(t, "demo", "--addr", "127.0.0.1:0")
	var links []string
	for line := range s.lines {
		if at := strings.TrimSpace(string(line)); strings.HasPrefix(at, "http://") {
			links = append(links, at)
		}
		if strings.HasPrefix(string(line), "Ctrl-C") {
			break
		}
	}
	if len(links) != 11 {
		t.Fatalf("%d links: %s", len(links), s.err)
	}
	return links
}

// TestCommunityWithoutScript has an owner change a contact and undo it in a
// browser that runs no scripts.
func TestCommunityWithoutScript(t *testing.T) {
	t.Parallel()
	base, coordinator, owner := demoLinks(t)
	b := browser.New(t)
	p := b.Person(t, base, "en")
	p.WithoutScript()
	p.Take(owner, "Dara")
	p.Go("/community/m/kh")
	p.Read("CamCERT")
	p.Go("/community/edit/contact/kh-duty")
	p.Fill(`[name="channels.1.value"]`, "+855 23 000 111")
	p.Fill("#reason", "new number")
	p.Click("#record button.main")
	p.Read("+855 23 000 111")
	p.Go("/community/history/contact/kh-duty")
	p.Read("new number")
	p.Click("ol.list > li:first-child summary")
	p.Fill("ol.list > li:first-child input[name=reason]", "wrong number")
	p.Click("ol.list > li:first-child button.danger")
	p.Read("wrong number")
	p.Go("/community/c/kh-duty")
	p.Read("+999 004 0001")

	coordinated := b.Person(t, base, "en")
	coordinated.Take(coordinator, "Ai")
	pages := communityPages()
	coordinated.Go("/community/comcheck")
	coordinated.Click("#begin button.main")
	coordinated.See(".secret")
	pages["/community/comcheck/{round}/links"] = coordinated.Path()
	pages["/community/comcheck/{round}"] = strings.TrimSuffix(coordinated.Path(), "/links")
	link := strings.TrimPrefix(browser.Value[string](coordinated, `document.querySelector(".secret").textContent`), base)
	pages["/check/{token}"] = link
	p.Go(link)
	p.Click("main form button.main")
	p.Read("Your answer has arrived")
	axe := browser.AxeScript(t)
	for lang, pixels := range map[string]int64{"en": 1280, "ja": 390} {
		coordinated.Go("/")
		if browser.Value[string](coordinated, "document.documentElement.lang") != lang {
			coordinated.Click(".who button[name=lang]")
			coordinated.Until(`document.documentElement?.lang === "` + lang + `"`)
		}
		coordinated.Width(pixels)
		for _, path := range pages {
			coordinated.Go(path)
			coordinated.MustBeOpen(axe)
		}
	}
}
