package pages

import (
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// exconPlace is the place of EXCON in counts of news; that of a unit is its key.
const exconPlace = "excon"

// Pages on which news counts, as their tabs are called. News of the clock stands
// on all.
const (
	newsDesk     = "desk"
	newsTalk     = "talk"
	newsContacts = "contacts"
	newsBoard    = "board"
	newsInbox    = "inbox"
	newsLog      = "log"
	newsClock    = "clock"
)

// maxLatest is how many of the latest pieces of news are told in words.
const maxLatest = 3

// newsCounter counts what was new at a place, from the first event on. Numbers
// only grow: what somebody has seen is told by how many there were.
type newsCounter struct {
	mu     sync.Mutex
	upTo   uint64 // seq of the last event that was looked at
	n      int    // of all
	pages  map[string]int
	latest []newsItem
}

// newsItem is a piece of news.
type newsItem struct {
	n     int // it is the n-th
	page  string
	event exercise.Event
}

// news is what a page says of what is new at its place.
type news struct {
	place  string
	counts string // as a query: page=number
	latest []newsLine
}

type newsLine struct {
	n    int
	page string
	text string
}

// newsPlace is the place of which the reader hears on the page: EXCON, or the
// unit whose page it is and for which they act; "" for none.
func (r *Request) newsPlace() string {
	switch {
	case r.Access.Observes(r.Exercise.ID):
		return exconPlace
	case r.Unit != "" && r.Access.Plays(r.Exercise.ID, r.Unit):
		return r.Unit
	}
	return ""
}

// newsPlaces are all places of the reader: those in their navigation.
func (r *Request) newsPlaces() (all []string) {
	if r.Access.Observes(r.Exercise.ID) {
		all = append(all, exconPlace)
	}
	for _, unit := range r.Access.Units(r.Exercise.ID) {
		if r.Access.Plays(r.Exercise.ID, unit) {
			all = append(all, unit)
		}
	}
	return all
}

// counted brings the counter of a place up to the moment. The caller unlocks it.
func (s *Moment) counted(place string) *newsCounter {
	c := s.Request.caches().newsOf(place)
	c.mu.Lock()
	viewer := exercise.ViewerOf(place)
	if place == exconPlace {
		viewer = exercise.Viewer{Control: true}
	}
	if s.State.Seq() <= c.upTo {
		return c
	}
	for _, e := range s.Since(viewer, c.upTo, func(*exercise.Event) bool { return true }) {
		if page := newsPage(place, &e); page != "" {
			c.n++
			c.pages[page]++
			c.latest = append(c.latest[max(0, len(c.latest)-maxLatest+1):], newsItem{c.n, page, e})
		}
	}
	c.upTo = s.State.Seq()
	return c
}

// newsOf finds the counter of a place, or begins it.
func (c *exerciseCaches) newsOf(place string) *newsCounter {
	c.newsMu.Lock()
	defer c.newsMu.Unlock()
	if c.news == nil {
		c.news = map[string]*newsCounter{}
	}
	n := c.news[place]
	if n == nil {
		n = &newsCounter{pages: map[string]int{}}
		c.news[place] = n
	}
	return n
}

// newsPage is the page on which an event is new for a place; "" where it is no
// news there.
func newsPage(place string, e *exercise.Event) string {
	switch e.Body.(type) {
	case *exercise.Started, *exercise.Paused, *exercise.Resumed, *exercise.Stopped, *exercise.EndMoved, *exercise.Ended:
		return newsClock
	}
	if place == exconPlace {
		return exconNews(e)
	}
	return unitNews(place, e)
}

func unitNews(unit string, e *exercise.Event) string {
	is := func(key, page string) string {
		if key == unit {
			return page
		}
		return ""
	}
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		return is(b.Unit, newsDesk)
	case *exercise.InjectRelayed:
		return is(b.Unit, newsDesk)
	case *exercise.InjectRetracted:
		return is(b.Unit, newsDesk)
	case *exercise.Overdue:
		return is(b.Unit, newsDesk)
	case *exercise.HintGiven:
		return is(b.Unit, newsDesk)
	case *exercise.CallNoted:
		if b.Unit != unit {
			return newsContacts
		}
	}
	if m := MessageOf(e); m != nil && m.From != unit && hears(unit, m) {
		return newsTalk
	}
	return ""
}

// hears reports whether a message is meant for a unit, and not only for a cell
// below it.
func hears(unit string, m *exercise.Message) bool {
	return slices.Contains(m.Ends, exercise.ToUnit(unit)) || !strings.Contains(unit, "/") && slices.Contains(m.Ends, exercise.EndLiaison)
}

func exconNews(e *exercise.Event) string {
	switch e.Body.(type) {
	case *exercise.Overdue:
		return newsBoard
	}
	m := MessageOf(e)
	if m == nil || m.From == exercise.EndExcon || strings.HasPrefix(m.From, exercise.EndPersona) {
		return ""
	}
	for _, end := range m.Ends {
		if strings.HasPrefix(end, exercise.EndPersona) {
			return newsInbox
		}
	}
	if slices.Contains(m.Ends, exercise.EndExcon) {
		return newsLog
	}
	return ""
}

// news is what is new at the place of the page, with the latest in words.
func (s *Moment) news() *news {
	place := s.Request.newsPlace()
	if place == "" {
		return nil
	}
	c := s.counted(place)
	defer c.mu.Unlock()
	v := &news{place: place}
	var counts []string
	for _, page := range newsPages() {
		if n := c.pages[page]; n > 0 {
			counts = append(counts, page+"="+web.Number(n))
		}
	}
	v.counts = strings.Join(counts, "&")
	for _, it := range c.latest {
		v.latest = append(v.latest, newsLine{it.n, it.page, s.newsText(&it.event)})
	}
	return v
}

// newsPages are the pages on which news counts.
func newsPages() []string {
	return []string{newsDesk, newsTalk, newsContacts, newsBoard, newsInbox, newsLog}
}

// newsText says what is new, in a line.
func (s *Moment) newsText(e *exercise.Event) string {
	r := s.Request
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		return r.T("news.inject", i18n.Args{"From": s.senderOf(b.Inject)})
	case *exercise.InjectRelayed:
		return r.T("news.inject", i18n.Args{"From": s.UnitName(b.From)})
	case *exercise.InjectRetracted:
		return r.T("news.retracted", i18n.Args{"From": s.senderOf(b.Inject)})
	case *exercise.Overdue:
		if r.newsPlace() == exconPlace {
			return r.T("news.overdue_of", i18n.Args{"Task": b.Task, "Unit": s.LongName(b.Unit)})
		}
		return r.T("news.overdue", i18n.Args{"Task": b.Task})
	case *exercise.HintGiven:
		return r.T("news.hint", i18n.Args{"Task": b.Task})
	case *exercise.CallNoted:
		return r.T("news.call", i18n.Args{"From": s.UnitName(b.Unit)})
	case *exercise.Paused:
		return r.T("news.paused", i18n.Args{"Reason": b.Reason})
	case *exercise.EndMoved:
		return r.T("news.end_moved", i18n.Args{"At": b.To.String()})
	case *exercise.Stopped:
		return r.T("news.stopped", i18n.Args{"Text": Short(b.Text)})
	case *exercise.Started, *exercise.Resumed, *exercise.Ended:
		return r.T("news." + strings.TrimPrefix(string(e.Body.Type()), "clock."))
	}
	if m := MessageOf(e); m != nil {
		return r.T("news.message", i18n.Args{"From": s.EndName(m.From), "To": s.EndNames(m.Ends)})
	}
	return ""
}

// senderOf is who an inject is from.
func (s *Moment) senderOf(inject string) string {
	i, ok := s.State.InjectIndex(inject)
	if !ok {
		return inject
	}
	return s.PersonaName(s.personaOf(i))
}

// newsTotal grows with what is new for EXCON.
func (s *Moment) newsTotal() uint64 {
	c := s.counted(exconPlace)
	defer c.mu.Unlock()
	return uint64(c.n)
}

// attributes tell the script what is new, and how to keep what was seen.
func (v *news) attributes() templ.Attributes {
	if v == nil {
		return nil
	}
	return templ.Attributes{"data-place": v.place, "data-news": v.counts}
}
