package web

import (
	"fmt"
	"strings"
)

// Tab leads to a page.
type Tab struct {
	Name, Path string
	Here       bool   // the reader is on it
	Key        string // opens it from the keyboard; "" for none
	Count      int    // what waits there too long
	Counts     bool
	News       string // names what counts as new there, for the script; "" for nothing
	New        int    // how much of it the reader has not seen
}

// TabGroup is pages that belong together, such as those of a unit.
type TabGroup struct {
	Name string // "" where the reader has one group only
	Tabs []Tab
}

// Section is an area in the navigation: a link on the first level and, while
// somebody is in the area, the pages inside.
type Section struct {
	Name, Path string
	Tabs       []Tab
}

// here reports whether the reader is on one of the section's pages.
func (s *Section) here() bool {
	for _, t := range s.Tabs {
		if t.Here {
			return true
		}
	}
	return false
}

// Tab returns a link to a page of the first words' key, below "web.tab.".
func (r *Request) Tab(key, path string) Tab {
	here := r.URL.Path == path || path != "/" && strings.HasPrefix(r.URL.Path, path+"/")
	return Tab{Name: r.T("tab." + key), Path: path, Here: here}
}

// newsSign is the number of what is new, for the title.
func (r *Request) newsSign() string {
	if r.frame.New == 0 {
		return ""
	}
	return fmt.Sprintf("(%d) ", r.frame.New)
}

// sections are the areas in which there is something for the reader.
func (r *Request) sections() []*Section {
	var all []*Section
	for i := range r.Server.Areas {
		if nav := r.Server.Areas[i].Nav; nav != nil {
			if s := nav(r); s != nil {
				if r.failed { // what is foreign looks like what is not there
					for i := range s.Tabs {
						s.Tabs[i].Here = false
					}
				}
				all = append(all, s)
			}
		}
	}
	return all
}
