package needs

import (
	"cmp"
	"slices"
	"time"
)

// Why is a reason for which an offer fits a need, or does not.
type Why string

// Reasons. Each may speak for an offer or against it; what one side has not said
// speaks for neither.
const (
	SameMeasure  Why = "measure"
	SameTheme    Why = "theme"
	SameForm     Why = "form"
	SameLevel    Why = "level"
	SameTime     Why = "time"
	SameLanguage Why = "language"
	EnoughPlaces Why = "places"
)

// Reason is what speaks for an offer or against it.
type Reason struct {
	Why  Why
	Fits bool
	// Themes and Languages are those that both name.
	Themes, Languages []string
	Left              int // places that are left, for EnoughPlaces
}

// Matching is an offer beside a need.
type Matching struct {
	Need, Offer *Listing
	Reasons     []Reason
	Score       int
}

// Fits reports whether nothing speaks against it.
func (m *Matching) Fits() bool {
	return !slices.ContainsFunc(m.Reasons, func(r Reason) bool { return !r.Fits })
}

// weights are what reasons count.
func (w Why) weight() int {
	switch w {
	case SameTheme:
		return 4
	case SameMeasure, SameForm:
		return 3
	case SameLanguage, SameTime:
		return 2
	}
	return 1
}

// Match sets an offer beside a need. It returns false where they have nothing to
// do with one another: they share no theme, or not measure and form. left is how
// many places the offer has left.
func Match(need, offer *Listing, left int) (Matching, bool) {
	m := Matching{Need: need, Offer: offer}
	if need.Closed || offer.Closed || need.Side != Need || offer.Side != Offer || need.Member == offer.Member {
		return m, false
	}
	themes := common(need.Themes, offer.Themes)
	if len(themes) == 0 && (need.Measure != offer.Measure || need.Form != offer.Form) {
		return m, false
	}
	add := func(r Reason, said bool) {
		if !said {
			return
		}
		m.Reasons = append(m.Reasons, r)
		if r.Fits {
			m.Score += r.Why.weight()
		} else {
			m.Score -= r.Why.weight()
		}
	}
	add(Reason{Why: SameTheme, Fits: true, Themes: themes}, len(themes) > 0)
	add(Reason{Why: SameMeasure, Fits: true}, need.Measure == offer.Measure)
	add(Reason{Why: SameForm, Fits: need.Form == offer.Form}, true)
	add(Reason{Why: SameLevel, Fits: need.Level == offer.Level}, need.Level != "" && offer.Level != "")
	add(Reason{Why: SameTime, Fits: overlap(need, offer)}, timed(need) && timed(offer))
	languages := common(need.Languages, offer.Languages)
	add(Reason{Why: SameLanguage, Fits: len(languages) > 0, Languages: languages}, len(need.Languages) > 0 && len(offer.Languages) > 0)
	add(Reason{Why: EnoughPlaces, Fits: left >= max(need.Places, 1), Left: left}, offer.Places > 0)
	return m, true
}

func common(a, b []string) (both []string) {
	for _, s := range a {
		if slices.Contains(b, s) {
			both = append(both, s)
		}
	}
	return both
}

func timed(l *Listing) bool { return l.From != "" || l.Until != "" }

// overlap reports whether there may be a day in the time of both; an open end
// has no bound.
func overlap(a, b *Listing) bool { return !a.From.After(b.Until) && !b.From.After(a.Until) }

// Left is how many places of an offer nobody was promised.
func (b *Board) Left(offer *Listing) int {
	left := offer.Places
	for _, d := range b.deals {
		if d.Offer == offer.ID && (d.Stage == Accepted || d.Stage == Delivered) {
			left -= max(d.People, 1)
		}
	}
	return max(left, 0)
}

// Offers returns the offers among some that fit a need, the best first.
func (b *Board) Offers(need *Listing, among []*Listing) (all []Matching) {
	for _, o := range among {
		if m, ok := Match(need, o, b.Left(o)); ok {
			all = append(all, m)
		}
	}
	return best(all)
}

// Needs returns the needs among some that an offer fits, the best first.
func (b *Board) Needs(offer *Listing, among []*Listing) (all []Matching) {
	left := b.Left(offer)
	for _, n := range among {
		if m, ok := Match(n, offer, left); ok {
			all = append(all, m)
		}
	}
	return best(all)
}

func best(all []Matching) []Matching {
	slices.SortStableFunc(all, func(x, y Matching) int {
		fit := map[bool]int{true: 0, false: 1}
		return cmp.Or(cmp.Compare(fit[x.Fits()], fit[y.Fits()]), cmp.Compare(y.Score, x.Score))
	})
	return all
}

// State is what has become of a need.
type State string

// States, the best first.
const (
	Met     State = "met"     // something was delivered
	Agreed  State = "agreed"  // an offer was accepted
	Offered State = "offered" // an offer fits
	Partly  State = "partly"  // an offer fits in part
	Nobody  State = "nobody"  // nobody offers it
)

// States lists all of them.
func States() []State { return []State{Met, Agreed, Offered, Partly, Nobody} }

// Covered is a need with what has become of it.
type Covered struct {
	Need  *Listing
	State State
}

// Coverage is the needs by member and measure.
type Coverage struct {
	Needs []Covered
	cells map[[2]string][]int // member and measure: indices of Needs
	total map[State]int
}

// Cover finds what has become of needs. offers and deals are those that the
// reader may know of.
func Cover(b *Board, needs, offers []*Listing, deals []*Deal) *Coverage {
	c := &Coverage{cells: map[[2]string][]int{}, total: map[State]int{}}
	dealt := map[string]State{}
	for _, d := range deals {
		switch {
		case d.Need == "":
		case d.Stage == Delivered:
			dealt[d.Need] = Met
		case d.Stage == Accepted && dealt[d.Need] != Met:
			dealt[d.Need] = Agreed
		}
	}
	left := make(map[string]int, len(offers))
	for _, o := range offers {
		left[o.ID] = b.Left(o)
	}
	for _, n := range needs {
		if n.Closed {
			continue
		}
		state, agreed := dealt[n.ID], true
		if state == "" {
			state, agreed = Nobody, false
		}
		for _, o := range offers {
			if agreed {
				break
			}
			m, ok := Match(n, o, left[o.ID])
			if ok && m.Fits() {
				state = Offered
				break
			}
			if ok {
				state = Partly
			}
		}
		at := [2]string{n.Member, n.Measure}
		c.cells[at] = append(c.cells[at], len(c.Needs))
		c.total[state]++
		c.Needs = append(c.Needs, Covered{n, state})
	}
	return c
}

// Of returns the needs of a member in a measure.
func (c *Coverage) Of(member, measure string) (all []Covered) {
	for _, i := range c.cells[[2]string{member, measure}] {
		all = append(all, c.Needs[i])
	}
	return all
}

// Total is how many needs are in a state.
func (c *Coverage) Total(s State) int { return c.total[s] }

// In returns the needs that are in a state.
func (c *Coverage) In(s State) (all []Covered) {
	for _, n := range c.Needs {
		if n.State == s {
			all = append(all, n)
		}
	}
	return all
}

// Members lists the members that have needs.
func (c *Coverage) Members() (all []string) {
	for _, n := range c.Needs {
		if !slices.Contains(all, n.Need.Member) {
			all = append(all, n.Need.Member)
		}
	}
	slices.Sort(all)
	return all
}

// Over reports whether the time of a listing is over on a day.
func (l *Listing) Over(day time.Time) bool { return l.Until != "" && !day.Before(l.Until.End()) }
