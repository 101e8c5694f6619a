package pages

import (
	"strconv"
	"strings"

	"renkei/internal/exercise/access"
	"renkei/internal/web"
)

// ExerciseSection are the pages of the area outside an exercise.
func ExerciseSection(r *Request) *web.Section {
	s := &web.Section{Name: r.T("nav.exercises"), Path: "/exercises"}
	if !r.Access.Secretary() && !takesPartInAny(r.Access) {
		return nil
	}
	s.Tabs = []web.Tab{r.Tab("exercises", "/exercises")}
	if r.Access.Secretary() {
		s.Tabs = append(s.Tabs, r.Tab("new", "/new"), r.Tab("packs", "/packs"))
	}
	return s
}

func takesPartInAny(a access.Access) bool {
	for _, g := range a.Grants {
		if g.Area == access.Area {
			return true
		}
	}
	return false
}

// frameOf is what stands around the pages of an exercise.
func (r *Request) frameOf() web.Frame {
	f := web.Frame{Marking: r.T("marking"), Title: r.TitleOf(r.Exercise), Groups: r.tabs(), Class: r.area(), Reader: r.seenID(), Path: r.Path("/"), Help: r.helpPath()}
	f.Sign = r.sign()
	if r.viewAs != "" {
		f.Bar = viewAsBar(r)
	}
	numberTabs(f.Groups)
	if f.New = r.markNews(f.Groups); r.URL.Path == r.Path("/inbox") {
		f.New = 0 // its title has a number of its own
	}
	return f
}

// numberTabs lets the first nine pages be opened by a digit.
func numberTabs(groups []web.TabGroup) {
	n := 0
	for _, g := range groups {
		for i := range g.Tabs {
			if n++; n <= 9 {
				g.Tabs[i].Key = strconv.Itoa(n)
			}
		}
	}
}

// tabs are the pages that are the reader's.
func (r *Request) tabs() []web.TabGroup {
	if k := r.kind(); k != nil {
		return k.Tabs(r)
	}
	var groups []web.TabGroup
	if r.Access.Observes(r.Exercise.ID) {
		groups = append(groups, web.TabGroup{Tabs: r.exconTabs()})
	}
	for _, unit := range r.navUnits() {
		g := web.TabGroup{Tabs: r.unitTabs(unit)}
		if len(groups) > 0 || len(r.Access.Units(r.Exercise.ID)) > 1 {
			g.Name = r.UnitName(r.Exercise, unit)
		}
		groups = append(groups, g)
	}
	return groups
}

// navUnits are the reader's own units, and the one whose page is shown.
func (r *Request) navUnits() []string {
	units := r.Access.Units(r.Exercise.ID)
	for _, u := range units {
		if u == r.Unit {
			return units
		}
	}
	if r.Unit != "" {
		units = append(units, r.Unit)
	}
	return units
}

func (r *Request) exconTabs() []web.Tab {
	tabs := []web.Tab{r.newsTab(exconPlace, newsBoard, "/board"), r.tab("msel", "/msel"), r.newsTab(exconPlace, newsLog, "/log"), r.tab("units", "/units")}
	if r.Access.Controls(r.Exercise.ID) {
		inbox := r.newsTab(exconPlace, newsInbox, "/inbox")
		inbox.Counts, inbox.Count = true, r.AlarmCount()
		tabs = append(tabs, inbox, r.tab("compose", "/compose"), r.tab("marks", "/marks"), r.tab("invite", "/invite"))
		if r.Deps.Chat != nil || r.Deps.Mail != nil {
			tabs = append(tabs, r.tab("channels", "/channels"))
		}
	}
	return append(tabs, r.tab("after", "/after"))
}

func (r *Request) unitTabs(unit string) []web.Tab {
	desk := r.newsTab(unit, newsDesk, "/desk/"+unit)
	desk.Here = desk.Here || unit == r.Unit && r.PathValue("inject") != "" // it leads there
	tabs := []web.Tab{
		desk, r.newsTab(unit, newsTalk, "/talk/"+unit), r.newsTab(unit, newsContacts, "/contacts/"+unit), r.tab("unitlog", "/unitlog/"+unit),
	}
	if relays, err := r.RelaysToCells(unit); relays && err == nil { // the page itself tells a failure
		tabs = append(tabs, r.tab("cells", "/cells/"+unit))
	}
	if MarksUnit(r.Access, r.Exercise.ID, unit) {
		tabs = append(tabs, r.tab("evaluate", "/evaluate/"+unit))
	}
	return append(tabs, r.tab("after", "/after/"+unit))
}

// newsTab is the tab of a page on which news of a place counts.
func (r *Request) newsTab(place, page, path string) web.Tab {
	t := r.tab(page, path)
	t.News = newsKey(place, page)
	return t
}

func (r *Request) tab(key, path string) web.Tab {
	at := r.Path(path)
	return web.Tab{Name: r.T("tab." + key), Path: at, Here: r.URL.Path == at || strings.HasPrefix(r.URL.Path, at+"/") && !strings.Contains(path[1:], "/")}
}

// area is to which of the style sheets a page belongs.
func (r *Request) area() string {
	rest, _ := strings.CutPrefix(r.URL.Path, r.Path("/"))
	page, _, _ := strings.Cut(rest, "/")
	if k := r.kind(); k != nil {
		if class := k.Class(page); class != "" {
			return class
		}
	}
	switch page {
	case "board", "msel", "log", "units", "inbox", "compose", "jump":
		return "excon"
	case "invite", "channels":
		return "people"
	case "cells", "cell-people", "evaluate", "marks", "settle":
		return "cells"
	case "after", "report", "plan", "overview":
		return "after"
	case "replay":
		if r.Unit == "" {
			return "after excon"
		}
		return "after unit"
	}
	return "unit"
}
