package communitypages

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/community"
)

// shortOr is the short form of a name, or else otherwise.
func shortOr(n community.Name, otherwise string) string {
	if n.Short != "" {
		return n.Short
	}
	return otherwise
}

// period writes from when to when; "" where neither is known.
func period(from, until community.Date) string {
	if from == "" && until == "" {
		return ""
	}
	return string(from) + " – " + string(until)
}

// elsewhere is a text in the languages that the reader does not read it in.
func (r *request) elsewhere(t community.Text) string {
	shown := r.in(t)
	var all []string
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		if t[lang] != shown {
			all = append(all, t[lang]+" ("+lang+")")
		}
	}
	return strings.Join(all, " / ")
}

// organisationName is what an organisation is called; "" for one that the reader
// may not see.
func (r *request) organisationName(id string) string {
	if o := r.reg.Organisation(id); o != nil && r.sees(o) {
		return r.short(o.Names)
	}
	return ""
}

// contactsOf are the contacts of an organisation that the reader may see.
func (r *request) contactsOf(o *community.Organisation) []contactView {
	var all []contactView
	for _, c := range r.contacts(o.ID) {
		all = append(all, r.contact(c))
	}
	return all
}

// byOrganisation cuts a list where the organisation changes.
func byOrganisation(all []contactView) [][]contactView {
	var parts [][]contactView
	for _, c := range all {
		if n := len(parts); n > 0 && parts[n-1][0].organisation == c.organisation {
			parts[n-1] = append(parts[n-1], c)
			continue
		}
		parts = append(parts, []contactView{c})
	}
	return parts
}

// of writes a part of a whole.
func of(n, all int) string { return strconv.Itoa(n) + " / " + strconv.Itoa(all) }

// suffix is the query of the page, for the same list in another form.
func (r *request) suffix() string {
	if r.URL.RawQuery == "" {
		return ""
	}
	return "?" + r.URL.RawQuery
}

// described leads from a field to its hint.
func (f *field) described() templ.Attributes {
	a := templ.Attributes{}
	if f.hint != "" {
		a["aria-describedby"] = f.name + "-hint"
	}
	if f.lang != "" {
		a["lang"] = f.lang
	}
	return a
}
