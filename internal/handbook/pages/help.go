package handbookpages

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"renkei/internal/handbook"
	"renkei/internal/web"
)

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

func chosen(list []string, one string) bool { return slices.Contains(list, one) }

// names are the names of terms by their ids.
func names(r *request, list []handbook.Term, ids []string) (all []string) {
	for i := range list {
		if slices.Contains(ids, list[i].ID) {
			all = append(all, list[i].In(r.Printer.Lang()))
		}
	}
	return all
}

// before and after say how far an item was, and is.
func (r *request) before(d *handbook.Diff) string { return r.stage(d.Before) }

func (r *request) after(d *handbook.Diff) string { return r.stage(d.Item()) }

func (r *request) stage(it *handbook.Item) string {
	var parts []string
	if it.Status != "" {
		parts = append(parts, r.status(it.Status))
	}
	if span := r.span(it); span != "" {
		parts = append(parts, span)
	}
	return r.List(parts)
}

// shownLanguages are those in which words changed: the reader's where it is
// among them, else all.
func shownLanguages(r *request, d *handbook.Diff) []string {
	words := d.Words()
	if _, there := words[r.Printer.Lang()]; there {
		return []string{r.Printer.Lang()}
	}
	return slices.Sorted(maps.Keys(words))
}

// option is a choice in a form.
type option struct{ value, text string }

func (r *request) termOptions(list []handbook.Term) []option {
	all := []option{{"", r.T("handbook.all")}}
	for i := range list {
		all = append(all, option{list[i].ID, list[i].In(r.Printer.Lang())})
	}
	return all
}

func (r *request) statusOptions() []option {
	all := []option{{"", r.T("handbook.all")}}
	for _, s := range handbook.Statuses() {
		all = append(all, option{string(s), r.status(s)})
	}
	return all
}

func (r *request) memberOptions(v *findView) []option {
	all := []option{{"", r.T("handbook.all")}}
	for i := range v.members {
		all = append(all, option{v.members[i].Member, r.say(v.members[i].Name)})
	}
	return all
}

func (r *request) editionOptions(v *findView) []option {
	all := []option{{"", r.T("handbook.find.latest")}, {"all", r.T("handbook.all")}}
	for _, e := range slices.Backward(v.editions) {
		all = append(all, option{e.ID, r.say(e.Title)})
	}
	return all
}

// foundText says how much was found.
func (r *request) foundText(v *findView) string {
	switch {
	case v.found.Total == 0 || len(v.found.Hits) == 0:
		return r.T("handbook.find.nothing")
	case !v.found.Exact:
		return r.T("handbook.find.about", web.Args("N", v.found.Total))
	}
	return r.T("handbook.find.found", web.Args("N", v.found.Total))
}

// nameOf is the name of a member; its id in capital letters where no edition
// has it.
func nameOf(names map[string]string, member string) string {
	return cmp.Or(names[member], strings.ToUpper(member))
}

// texts are those of a field of the form.
func (v *formView) texts(field string) handbook.Texts {
	switch field {
	case "note":
		return v.item.Note
	case "lead":
		return v.item.Lead
	}
	return v.item.Text
}

// revised is the text of the item that a revision changed.
func (r *request) revised(rev *handbook.Revision) string {
	switch {
	case rev.After != nil:
		return r.say(rev.After.Text)
	case rev.Before != nil:
		return r.say(rev.Before.Text)
	}
	return ""
}
