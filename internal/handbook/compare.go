package handbook

import (
	"slices"

	"renkei/internal/community"
)

// Change is what became of an item from one edition to another.
type Change string

// Changes, in the order in which a comparison lists them.
const (
	Done     Change = "done"     // a promise became a fact
	Slipped  Change = "slipped"  // a promise is due later than it was, or its time is over
	Dropped  Change = "dropped"  // it is no longer there
	New      Change = "new"      // it was not there
	Advanced Change = "advanced" // a promise came nearer, or a fact was renewed
	Closed   Change = "ended"    // a fact ended
	Back     Change = "back"     // it is less far than it was
	Reworded Change = "reworded" // its words changed
	Amended  Change = "amended"  // something else of it changed
)

// Changes lists all of them.
func Changes() []Change {
	return []Change{Done, Slipped, Dropped, New, Advanced, Closed, Back, Reworded, Amended}
}

// Diff is an item in two editions.
type Diff struct {
	Member        string
	Before, After *Item    // one of them may be nil
	Changes       []Change // none where it is the same
}

// Item is the newer of the two.
func (d *Diff) Item() *Item {
	if d.After != nil {
		return d.After
	}
	return d.Before
}

// Is reports whether a change is among those of the item.
func (d *Diff) Is(c Change) bool { return slices.Contains(d.Changes, c) }

// Comparison is two editions side by side.
type Comparison struct {
	Before, After Edition
	Diffs         []Diff // in the order of the newer edition; what is gone after what is there
	Same          int    // items that did not change, and are not listed
	Count         map[Change]int
}

// Compare sets two editions side by side, item by item.
func Compare(before, after *Content) *Comparison {
	c := &Comparison{Before: before.Edition, After: after.Edition, Count: map[Change]int{}}
	old := make(map[string]*Item, len(before.Items))
	for i := range before.Items {
		old[before.Items[i].ID] = &before.Items[i]
	}
	for i := range after.Items {
		it := &after.Items[i]
		c.add(old[it.ID], it)
		delete(old, it.ID)
	}
	for i := range before.Items {
		if it := &before.Items[i]; old[it.ID] == it {
			c.add(it, nil)
		}
	}
	return c
}

func (c *Comparison) add(before, after *Item) {
	d := Diff{Before: before, After: after}
	d.Member = d.Item().Member
	switch {
	case before == nil:
		d.Changes = []Change{New}
	case after == nil:
		d.Changes = []Change{Dropped}
	default:
		d.compare(c.After.AsOf)
	}
	if len(d.Changes) == 0 {
		c.Same++
		return
	}
	for _, change := range d.Changes {
		c.Count[change]++
	}
	c.Diffs = append(c.Diffs, d)
}

// compare finds what changed between the two, read on the day of the later
// edition.
func (d *Diff) compare(asOf community.Date) {
	note := func(c Change, is bool) {
		if is {
			d.Changes = append(d.Changes, c)
		}
	}
	was, is := d.Before, d.After
	note(Done, was.Status.Promise() && is.Status.Fact())
	note(Slipped, slipped(was, is, asOf))
	note(Advanced, is.Status.rank() > was.Status.rank() && was.Status.Promise() == is.Status.Promise() && is.Status != Ended)
	note(Closed, is.Status == Ended && was.Status != Ended)
	note(Back, is.Status.rank() < was.Status.rank())
	note(Reworded, reworded(was.Text, is.Text))
	note(Amended, len(d.Changes) == 0 && !sameRest(was, is))
}

// slipped reports whether a promise moved further away.
func slipped(was, is *Item, asOf community.Date) bool {
	if !was.Status.Promise() || !is.Status.Promise() {
		return false
	}
	return is.Due.After(was.Due) || was.Due != "" && is.Overdue(asOf.First())
}

// Words sets the texts of both editions side by side, in each language in which
// they differ.
func (d *Diff) Words() map[string][]Piece {
	if !d.Is(Reworded) {
		return nil
	}
	words := map[string][]Piece{}
	for lang, now := range d.After.Text {
		if was, had := d.Before.Text[lang]; had && was.Text != now.Text {
			words[lang] = Differ(was.Text, now.Text)
		}
	}
	return words
}

// reworded reports whether a language that both have has another text.
func reworded(a, b Texts) bool {
	for lang, now := range b {
		if was, had := a[lang]; had && was.Text != now.Text {
			return true
		}
	}
	return false
}

// sameRest reports whether nothing else differs that a reader sees.
func sameRest(a, b *Item) bool {
	return a.Status == b.Status && a.Recurring == b.Recurring && a.Uncertain == b.Uncertain && a.Measure == b.Measure &&
		a.Since == b.Since && a.Due == b.Due && a.Until == b.Until && slices.Equal(a.Also, b.Also) &&
		!reworded(a.Lead, b.Lead) && !reworded(a.Note, b.Note) &&
		slices.Equal(a.Evidence, b.Evidence) && slices.Equal(a.Sectors, b.Sectors) && slices.Equal(a.Themes, b.Themes) && slices.Equal(a.Indices, b.Indices)
}
