//go:build unix

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"renkei/internal/testkit/browser"
	"renkei/internal/web"
)

// noPages are the addresses that give files, streams, or what leads elsewhere.
func noPages() []string {
	return []string{
		"/static/{name}", "/healthz", "/readyz", "/people/example", "/x/{exercise}/{$}",
		"/x/{exercise}/stream", "/x/{exercise}/log.csv", "/x/{exercise}/log.jsonl", "/x/{exercise}/hotwash.csv",
		"/x/{exercise}/extract/{unit...}", "/x/{exercise}/unitlog-file/{unit...}", "/x/{exercise}/handed-in/{seq}/{unit...}",
		"/x/{exercise}/attachment/{inject}/{unit...}", "/x/{exercise}/msel/{inject}/file",
	}
}

// visit is a route as somebody sees it, with what its address asks beside.
type visit struct{ pattern, query string }

// visits are who sees which pages.
func (d *drill) visits(inject, file string) map[string][]visit {
	d.invite("player", "borealis")
	x := func(path, query string) visit { return visit{"/x/{exercise}" + path, query} }
	return map[string][]visit{
		"secretary": {{"/{$}", ""}, {"/new", ""}, {"/packs", ""}, {"/people", ""}, {"/audit", ""}, {"/me", ""}},
		"director": {
			x("/board", ""), x("/board", "?by=tasks"), x("/jump", "?to=%2B10m"), x("/log", ""), x("/units", "?unit=asteria"),
			x("/invite", ""), x("/marks", ""), x("/after", ""), x("/report", "?for=excon&form=html"), x("/replay", ""),
		},
		"controller": {x("/compose", ""), x("/inbox", ""), x("/msel", ""), x("/msel/{inject}", "")},
		"judge":      {x("/evaluate", ""), x("/evaluate/{unit...}", "")},
		"nation":     {x("/cells/{unit...}", "?sum=yes"), x("/cell-people/{unit...}", "")},
		"asteria": {
			x("/desk/{unit...}", ""), x("/inject/{inject}/{unit...}", ""), x("/attachment-text/{inject}/{unit...}", "?name="+file),
			x("/talk/{unit...}", ""), x("/talk/{unit...}", "?room=liaison"), x("/contacts/{unit...}", ""), x("/unitlog/{unit...}", ""),
			x("/after/{unit...}", ""), x("/report/{unit...}", "?form=html"), x("/replay/{unit...}", ""),
		},
		"stranger": {{"/{$}", ""}, {strings.Replace(d.links["player borealis"], "/in/", "/in/{link}", 1), ""}},
	}
}

// TestPagesAreOpen looks for barriers on every page, in both languages, wide
// and narrow, while play is paused in the middle and after it.
func TestPagesAreOpen(t *testing.T) {
	t.Parallel()
	d, first := newDrill(t)
	d.found(first, "wards", true)
	d.seat("agency")
	inject, file := d.busy()
	visits := d.visits(inject, file)
	d.allListed(visits)
	people := map[string]*browser.Page{
		"secretary": d.another("the secretary"), "director": d.director, "controller": d.controller, "judge": d.judge,
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
					for _, lang := range []string{"en", "ja"} {
						d.tour(p, lang, axe, visits[who], inject)
					}
				})
			}
		})
	}
}
