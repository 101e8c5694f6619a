package pages

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"renkei/internal/exercise"
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// modeNews is the mode of an inject that is a page of news.
const modeNews = "news"

// newsItem is an inject as the screens of a tabletop show it.
type newsItem struct {
	key, from, role string
	at              string
	seq             uint64 // of the last release
	page            bool   // a page of news, with the sender as its masthead
	withdrawn       bool
	to              string // names of the delegations that have it; "" for all
	letter          xpages.RenderedText
	lang            string // of the letter
	files           []xpages.Attachment
	release         *exercise.InjectReleased
}

// coming is an inject that has not come to every delegation for which it is meant.
type coming struct {
	key, title, due string
	at              exercise.Time
	held            bool
}

// newsItemOf is inject number i as it stands with one of those that have it.
func newsItemOf(s *xpages.Moment, i int, v *exercise.InjectView) newsItem {
	n := newsItem{key: v.Key, at: v.Released.String(), seq: v.Seq, withdrawn: v.Status == exercise.InjectWithdrawn}
	if e, ok := s.Event(exercise.Viewer{Control: true}, v.Seq); ok {
		n.release, _ = e.Body.(*exercise.InjectReleased)
	}
	from := ""
	if def := s.State.Play().Pack.InjectByKey(v.Key); def != nil {
		from, n.page = def.From, def.Mode == modeNews
	}
	if added := s.State.Added(i); added != nil {
		from = added.From
	}
	if p := s.State.Play().Pack.PersonaByKey(from); p != nil {
		n.from, n.role = p.Name.In(s.Langs()...), p.Role.In(s.Langs()...)
	}
	return n
}

// read fills in the text and the files of news, for the unit of the request if it
// has one. It asks the database, so it is not for a moment.
func (n *newsItem) read(r *xpages.Request) (err error) {
	if n.letter, n.lang, err = r.Letter(n.key, n.release, r.Printer.Lang()); err != nil || n.release == nil || r.Unit == "" {
		return err
	}
	n.files, err = r.Attachments(n.release, n.lang)
	return err
}

func readNews(r *xpages.Request, all []newsItem) error {
	for i := range all {
		if err := all[i].read(r); err != nil {
			return err
		}
	}
	return nil
}

// newsOfUnit is what the request's delegation was given, the latest first.
func newsOfUnit(s *xpages.Moment) (all []newsItem) {
	for i := range s.State.InjectCount() {
		if v, ok := s.State.Inject(i, s.Request.UnitIndex); ok && v.Seq > 0 {
			all = append(all, newsItemOf(s, i, &v))
		}
	}
	latestFirst(all)
	return all
}

func latestFirst(all []newsItem) {
	slices.SortFunc(all, func(a, b newsItem) int { return cmp.Compare(b.seq, a.seq) })
}

// newsOfRoom is what any delegation was given, the latest first. An inject of
// which to is "" is with every delegation, and so the whole room may see it.
func newsOfRoom(s *xpages.Moment) (all []newsItem) {
	units := delegations(s)
	for i := range s.State.InjectCount() {
		var n *newsItem
		var names []string
		for _, unit := range units {
			u, _ := s.State.Play().Cast.Index(unit.key)
			v, ok := s.State.Inject(i, u)
			if !ok || v.Seq == 0 {
				continue
			}
			names = append(names, unit.name)
			got := newsItemOf(s, i, &v)
			if n == nil || got.seq > n.seq {
				got.withdrawn = got.withdrawn || n != nil && n.withdrawn
				n = &got
			} else {
				n.withdrawn = n.withdrawn || got.withdrawn
			}
		}
		if n == nil {
			continue
		}
		if len(names) < len(units) {
			n.to = s.Request.List(names)
		}
		all = append(all, *n)
	}
	latestFirst(all)
	return all
}

// comingNews is what waits for delegations, in the order in which it is due.
func comingNews(s *xpages.Moment) (all []coming) {
	if s.State.Phase() == exercise.Over {
		return nil
	}
	for i := range s.State.InjectCount() {
		var c *coming
		for u := range s.State.Play().Cast.Units {
			v, ok := s.State.Inject(i, u)
			if !ok || v.Status != exercise.InjectWaiting && v.Status != exercise.InjectWatching {
				continue
			}
			if c == nil || v.Due < c.at {
				c = &coming{key: v.Key, at: v.Due, held: v.Held}
			}
		}
		if c == nil {
			continue
		}
		if c.at != exercise.Never {
			c.due = c.at.String()
		}
		c.title = c.key
		if def := s.State.Play().Pack.InjectByKey(c.key); def != nil {
			c.title = text(s, def.Title)
		} else if added := s.State.Added(i); added != nil {
			c.title = added.Title.In(s.Langs()...)
		}
		all = append(all, *c)
	}
	slices.SortStableFunc(all, func(a, b coming) int { return cmp.Compare(a.at, b.at) })
	return all
}

// lastStep is the seq of the facilitator's last step, and announced that of the
// last announcement of a question; 0 for none.
func lastStep(s *xpages.Moment) (step, announced uint64) {
	room := exercise.Viewer{Control: true}
	of := func(is func(e *exercise.Event) bool) uint64 {
		if found := s.Events(room, 0, 1, is); len(found) > 0 {
			return found[0].Seq
		}
		return 0
	}
	step = of(func(e *exercise.Event) bool {
		return strings.HasPrefix(string(e.Body.Type()), "poll.") && !isTaken(e)
	})
	return step, of(func(e *exercise.Event) bool { _, is := e.Body.(*exercise.PollAnnounced); return is })
}

// isTaken reports whether an event of a question is a delegation's, not a step.
func isTaken(e *exercise.Event) bool {
	switch e.Body.(type) {
	case *exercise.PollTaken, *exercise.PollConfirmed, *exercise.PollBoxed:
		return true
	}
	return false
}

// roomNews is the latest news that every delegation has; nil where there is none
// after an event.
func roomNews(s *xpages.Moment, after uint64) *newsItem {
	for _, n := range newsOfRoom(s) {
		if n.to == "" && !n.withdrawn && n.seq > after {
			return &n
		}
	}
	return nil
}

// releaseNews gives the delegations an inject before its time.
func (p *places) releaseNews(r *xpages.Request) error {
	key := r.PostFormValue("inject")
	err := r.Control(exercise.Release{Inject: key})
	if refused := (*exercise.Refusal)(nil); err != nil && errors.As(err, &refused) {
		return r.Redisplay(err, "news-"+key, tablePath(r), p.showTable)
	}
	if err != nil {
		return err
	}
	return r.RedirectText(tablePath(r), r.T("tabletop.said.news", i18n.Args{"Inject": key}))
}

func injectPath(r *xpages.Request, key string) string { return r.Path("/msel/" + web.EscapePath(key)) }
