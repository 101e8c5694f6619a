//go:build unix

package e2e

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"renkei/internal/server"
	"renkei/internal/testkit/browser"
	"renkei/internal/web"
)

// noPages are the addresses that give files, streams, or what leads elsewhere.
func noPages() []string {
	return []string{
		"/in/{link}/exercise.ics", "/x/{exercise}/exercise.ics",
		"/static/{name}", "/manifest.webmanifest", "/healthz", "/readyz", "/people/example", "/x/{exercise}/{$}",
		"/x/{exercise}/stream", "/x/{exercise}/log.csv", "/x/{exercise}/log.jsonl", "/x/{exercise}/hotwash.csv",
		"/x/{exercise}/extract/{unit...}", "/x/{exercise}/unitlog-file/{unit...}", "/x/{exercise}/handed-in/{file}/{unit...}",
		"/x/{exercise}/attachment/{inject}/{unit...}", "/x/{exercise}/msel/{inject}/file",
		"/community/comcheck/{round}/results.csv", "/community/contacts.csv", "/community/contacts.vcf", "/community/players.csv", "/community/rfc2350/{id}",
		"/handbook/edition/{edition}/file/{form}", "/handbook/edition/{edition}/member/{member}/file/{form}", "/handbook/draft/{member}/file/{form}",
	}
}

// visit is a route as somebody sees it, with what its address asks beside.
type visit struct{ pattern, query string }

// visits are who sees which pages.
func (d *drill) visits(_, file string) map[string][]visit {
	x := func(path, query string) visit { return visit{"/x/{exercise}" + path, query} }
	return map[string][]visit{
		"secretary": {{"/{$}", ""}, {"/exercises", ""}, {"/new", ""}, {"/packs", ""}, {"/packs/try", "?pack=who-is-calling"}, {"/people", ""}, {"/audit", ""}, {"/me", ""}},
		"director": {
			x("/board", ""), x("/board", "?by=tasks"), x("/jump", "?to=%2B10m"), x("/endex", "?to=-5m"), x("/log", ""), x("/units", "?unit=asteria"),
			x("/invite", ""), x("/invite/{person}", ""), x("/channels", ""), x("/marks", ""), x("/signals", ""), x("/help", ""), x("/after", ""), x("/plan", ""), x("/report", "?for=excon&form=html"), x("/replay", ""), x("/briefing", ""), x("/handbook", ""),
		},
		"controller": {x("/compose", ""), x("/inbox", ""), x("/msel", ""), x("/msel/{inject}", "")},
		"judge":      {x("/evaluate", ""), x("/evaluate/{unit...}", "")},
		"nation":     {x("/cells/{unit...}", "?sum=yes"), x("/cell-people/{unit...}", "")},
		"asteria": {
			x("/desk/{unit...}", ""), x("/inject/{inject}/{unit...}", ""), x("/attachment-text/{inject}/{unit...}", "?name="+file),
			x("/talk/{unit...}", ""), x("/talk/{unit...}", "?room=liaison"), x("/contacts/{unit...}", ""), x("/unitlog/{unit...}", ""),
			x("/after/{unit...}", ""), x("/report/{unit...}", "?form=html"), x("/replay/{unit...}", ""), x("/briefing/{unit...}", ""),
		},
		"stranger": {{"/{$}", ""}, {"/in/{link}", ""}},
	}
}

// TestPagesAreOpen looks for barriers on every page, wide in English and narrow
// in Japanese, while play is paused in the middle and after it.
func TestPagesAreOpen(t *testing.T) {
	t.Parallel()
	d, first := newDrill(t)
	d.found(first, "Ransomware at a hospital", true)
	d.seat("hospital")
	d.invite("player", "borealis") // a link that nobody takes
	inject, file := d.busy()
	d.ann = path.Base(d.pageOf(d.director, "Ann"))
	visits := d.visits(inject, file)
	d.allListed(visits)
	people := map[string]*browser.Page{
		"secretary": d.signedIn(), "director": d.director, "controller": d.controller, "judge": d.judge,
		"nation": d.nation, "asteria": d.asteria, "stranger": d.person(d.road, "en"),
	}
	axe := browser.AxeScript(t)
	for _, state := range []string{"running", "ended"} {
		if state == "ended" {
			d.director.Go(d.x("/board"))
			d.director.Open("#tool-end")
			d.director.Click("#end-sure")
			d.director.Send("#tool-end button.danger")
		}
		t.Run(state, func(t *testing.T) {
			for who, p := range people {
				t.Run(who, func(t *testing.T) {
					t.Parallel()
					p.For(t)
					for lang, pixels := range map[string]int64{"en": 1280, "ja": 390} {
						d.tour(t, p, lang, pixels, axe, open(visits[who], state), inject)
					}
				})
			}
		})
	}
}

// busy plays until the first team has something on every page, and pauses. It
// returns an inject with a text file, and the file.
func (d *drill) busy() (inject, file string) {
	d.t.Helper()
	p := d.director
	p.Go(d.x("/board"))
	browser.Value[int](p, `document.getElementById("start-sure")?.click(), 1`)
	p.Send("#tool-start button.main")
	p.Choose("#speed", "60")
	p.Send("form[action$='/speed'] button")
	d.asteria.Until(`document.querySelectorAll("[id^='inject-']").length > 3`)
	p.Send("form[action$='/pause'] button[value=pause]")
	found := browser.Value[[]string](d.asteria, `(async () => {
		for (const a of document.querySelectorAll("[id^='inject-'] a[href]")) {
			const m = (await (await fetch(a.href)).text()).match(/attachment-text\/([^\/]+)\/asteria\?name=([^"]+)"/);
			if (m) return [m[1], m[2]];
		}
		return [];
	})()`)
	if len(found) != 2 {
		d.t.Fatal("no inject has a text file")
	}
	return found[0], found[1]
}

// signedIn is the secretary in another browser, by name and password.
func (d *drill) signedIn() *browser.Page {
	d.t.Helper()
	p := d.person(d.road, "en")
	p.Go("/")
	p.Fill("#login", secretaryLogin)
	p.Fill("#password", secretaryPassword)
	p.Click("main form button.main")
	p.See("nav.tabs")
	return p
}

// allListed fails the test for a route that nobody visits.
func (d *drill) allListed(visits map[string][]visit) {
	d.t.Helper()
	seen := slices.Concat(noPages(), secondPages(), slices.Collect(maps.Keys(communityPages())), slices.Collect(maps.Keys(handbookPages())), slices.Collect(maps.Keys(programmePages())), outboxPages(), tabletopPages(), managePages(), slices.Collect(maps.Keys(partnerPages())))
	for _, all := range visits {
		for _, v := range all {
			seen = append(seen, v.pattern)
		}
	}
	for _, pattern := range web.Patterns(server.Areas(server.Deps{})) {
		if path, ok := strings.CutPrefix(pattern, "GET "); ok && !slices.Contains(seen, path) {
			d.t.Errorf("nobody visits %s", path)
		}
	}
}

// open leaves out the report of a unit while play goes on: there is none yet.
func open(all []visit, state string) []visit {
	return slices.DeleteFunc(slices.Clone(all), func(v visit) bool {
		return state == "running" && strings.HasSuffix(v.pattern, "/report/{unit...}")
	})
}

// tour visits pages in a language, in a window so wide.
func (d *drill) tour(t *testing.T, p *browser.Page, lang string, pixels int64, axe string, all []visit, inject string) {
	t.Helper()
	p.Width(pixels)
	p.Go("/")
	p.Until(`!!document.querySelector(".who button[name=lang]")`)
	if browser.Value[string](p, "document.documentElement.lang") != lang {
		p.Click(".who button[name=lang]")
		p.Until(fmt.Sprintf(`document.documentElement?.lang === %q`, lang))
	}
	in := strings.NewReplacer("{exercise}", d.id, "{unit...}", "asteria", "{inject}", inject, "{person}", d.ann, "{$}", "",
		"/in/{link}", d.links["player borealis"])
	for _, v := range all {
		p.Go(in.Replace(v.pattern) + v.query)
		p.MustBeOpen(axe)
	}
}
