package pages

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"renkei/internal/exercise/follow"
	"renkei/internal/web"
)

// What somebody has seen of the news is kept in their browser, in a cookie of the
// exercise, so that it outlives a reload and a restart, costs the server nothing,
// and can be counted with a script and without. Its value is a query: who it is
// of, and for each place and page how many pieces of news there were.
const (
	seenCookie = "seen"
	seenWho    = "who"
	seenAge    = 30 * 24 * time.Hour
	maxSeen    = 40 // numbers in it
)

// newsKey names a page of a place in the cookie, and in the navigation.
func newsKey(place, page string) string { return place + " " + page }

// seenID tells the people of one browser apart.
func (r *Request) seenID() string {
	who := r.own.Person
	return who[max(0, len(who)-8):]
}

// readSeen reads what the asker has seen.
func (r *Request) readSeen() url.Values {
	if c, err := r.Cookie(seenCookie); err == nil {
		if v, err := url.ParseQuery(c.Value); err == nil && v.Get(seenWho) == r.seenID() && len(v) <= maxSeen {
			return v
		}
	}
	return url.Values{seenWho: {r.seenID()}}
}

// writeSeen keeps it. The script reads and writes it too.
func (r *Request) writeSeen(v url.Values) {
	http.SetCookie(r.Writer, &http.Cookie{ //nolint:gosec // as web.Request.SetCookie; scripts read it, and it holds numbers only
		Name: seenCookie, Value: v.Encode(), Path: r.Path("/"), MaxAge: int(seenAge.Seconds()), Secure: r.Server.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// markNews puts beside each tab how much is new there, and returns how much that
// is. The page that is shown has been seen.
func (r *Request) markNews(groups []web.TabGroup) (all int) {
	seen, changed := r.readSeen(), false
	totals := r.newsTotals()
	for g := range groups {
		for i := range groups[g].Tabs {
			t := &groups[g].Tabs[i]
			total, counts := totals[t.News]
			if !counts {
				continue
			}
			was, err := strconv.Atoi(seen.Get(t.News))
			if err != nil || was > total {
				was = 0
			}
			if r.URL.Path == t.Path && r.Method == http.MethodGet {
				if was != total {
					seen.Set(t.News, strconv.Itoa(total))
					changed = true
				}
				continue
			}
			t.New = total - was
			all += t.New
		}
	}
	if changed {
		r.writeSeen(seen)
	}
	return all
}

// newsTotals are how many pieces of news there were, by place and page.
func (r *Request) newsTotals() map[string]int {
	totals := map[string]int{}
	r.Exercise.Live.Now(func(m *follow.Moment) {
		s := &Moment{Moment: m, State: m.State, Request: r}
		for _, place := range r.newsPlaces() {
			c := s.counted(place)
			for _, page := range newsPages() {
				totals[newsKey(place, page)] = c.pages[page]
			}
			c.mu.Unlock()
		}
	})
	return totals
}
