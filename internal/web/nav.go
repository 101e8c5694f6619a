package web

import (
	"strings"

	"renkei/internal/exercise/access"
)

// tab leads to a page of the exercise.
type tab struct {
	name, path string
	here       bool // the reader is on it
	count      int  // what waits there too long
	counts     bool
}

// tabGroup is the pages of EXCON, or of a unit.
type tabGroup struct {
	name string // of the unit; "" where the reader has one place only
	tabs []tab
}

// tabs are the pages that are the reader's.
func (r *request) tabs() []tabGroup {
	var groups []tabGroup
	if r.access.Observes(r.hall.ID) {
		groups = append(groups, tabGroup{tabs: r.exconTabs()})
	}
	for _, unit := range r.navUnits() {
		g := tabGroup{tabs: r.unitTabs(unit)}
		if len(groups) > 0 || len(r.access.Units(r.hall.ID)) > 1 {
			g.name = r.unitName(r.hall, unit)
		}
		groups = append(groups, g)
	}
	return groups
}

// navUnits are the reader's own units, and the one whose page is shown.
func (r *request) navUnits() []string {
	units := r.access.Units(r.hall.ID)
	for _, u := range units {
		if u == r.unit {
			return units
		}
	}
	if r.unit != "" {
		units = append(units, r.unit)
	}
	return units
}

func (r *request) exconTabs() []tab {
	tabs := []tab{r.tab("board", "/board"), r.tab("msel", "/msel"), r.tab("log", "/log"), r.tab("units", "/units")}
	if r.access.Controls(r.hall.ID) {
		inbox := r.tab("inbox", "/inbox")
		inbox.counts, inbox.count = true, r.alarmCount()
		tabs = append(tabs, inbox, r.tab("compose", "/compose"), r.tab("marks", "/marks"))
	}
	if r.access.Directs(r.hall.ID) {
		tabs = append(tabs, r.tab("invite", "/invite"))
	}
	return append(tabs, r.tab("after", "/after"))
}

func (r *request) unitTabs(unit string) []tab {
	desk := r.tab("desk", "/desk/"+unit)
	desk.here = desk.here || unit == r.unit && r.PathValue("inject") != "" // it leads there
	tabs := []tab{
		desk, r.tab("talk", "/talk/"+unit), r.tab("contacts", "/contacts/"+unit), r.tab("unitlog", "/unitlog/"+unit),
	}
	if r.access.Has(access.National, r.hall.ID, unit) {
		tabs = append(tabs, r.tab("cells", "/cells/"+unit))
	}
	if marksUnit(r.access, r.hall.ID, unit) {
		tabs = append(tabs, r.tab("evaluate", "/evaluate/"+unit))
	}
	return append(tabs, r.tab("after", "/after/"+unit))
}

func (r *request) tab(key, path string) tab {
	at := r.path(path)
	return tab{name: r.t("tab." + key), path: at, here: r.URL.Path == at || strings.HasPrefix(r.URL.Path, at+"/") && !strings.Contains(path[1:], "/")}
}

// houseTabs are the pages outside an exercise that are the reader's.
func (r *request) houseTabs() []tab {
	at := func(key, path string) tab {
		return tab{name: r.t("tab." + key), path: path, here: r.URL.Path == path || path != "/" && strings.HasPrefix(r.URL.Path, path+"/")}
	}
	tabs := []tab{at("home", "/")}
	if r.access.Secretary() {
		tabs = append(tabs, at("new", "/new"), at("packs", "/packs"), at("people", "/people"), at("audit", "/audit"))
	}
	return append(tabs, at("me", "/me"))
}

// area is to which of the style sheets a page belongs.
func (r *request) area() string {
	if r.hall == nil {
		return "people"
	}
	rest, _ := strings.CutPrefix(r.URL.Path, r.path("/"))
	page, _, _ := strings.Cut(rest, "/")
	switch page {
	case "board", "msel", "log", "units", "inbox", "compose", "jump":
		return "excon"
	case "invite":
		return "people"
	case "cells", "cell-people", "evaluate", "marks", "settle":
		return "cells"
	case "after", "report":
		return "after"
	case "replay":
		if r.unit == "" {
			return "after excon"
		}
		return "after unit"
	}
	return "unit"
}
