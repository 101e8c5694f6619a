//go:build unix

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestGuardPages asks for every page of both stored exercises, one over and one
// in play, as everybody and in both languages. Each language and exercise has a
// server of its own: a server counts how often somebody asks.
func TestGuardPages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		for _, state := range []string{"over", "in-play"} {
			t.Run(lang+"/"+state, func(t *testing.T) {
				t.Parallel()
				s := serveStore(t)
				w := &walk{keptStore: s, lang: lang, id: s.kept.Over, began: time.Now().Truncate(time.Minute)}
				if state == "in-play" {
					w.id = s.kept.InPlay
				}
				golden(t, "pages/"+state+"."+lang+".gz", w.all())
			})
		}
	}
}

// walk goes through the pages of one exercise in one language.
type walk struct {
	*keptStore
	lang, id string
	injects  []string
	began    time.Time
}

// walkers are who walks; "" is a stranger.
func walkers() []string {
	return []string{"", "secretary", "director", "controller", "observer", "national", "player", "cell", "evaluator", "other"}
}

// inTurn are the walkers one after the other: those who play come last, since
// EXCON sees that they are there, and the log that they have come.
func inTurn() []string {
	play := func(who string) int {
		if slices.Contains([]string{"national", "player", "cell", "other"}, who) {
			return 1
		}
		return 0
	}
	return slices.SortedStableFunc(slices.Values(walkers()), func(a, b string) int { return play(a) - play(b) })
}

// all is what everybody gets. A page that somebody got before is named in place
// of being there twice.
func (w *walk) all() []byte {
	w.t.Helper()
	w.as("director", "en").ask(w.at+"/x/"+w.kept.InPlay+"/board", nil, http.StatusOK) // which waits until it is open: /readyz tells
	w.injects = w.listInjects()
	texts := map[string][]page{}
	for _, who := range inTurn() {
		texts[who] = w.pages(who)
	}
	var out bytes.Buffer
	first := map[string]string{}
	for _, who := range walkers() {
		pages := texts[who]
		if who == "" {
			who = "stranger"
		}
		for _, p := range pages {
			name := who + " " + p.path
			fmt.Fprintf(&out, "=== %s: %s\n", name, p.head)
			same, seen := first[p.body]
			switch {
			case p.body == "":
			case seen:
				fmt.Fprintf(&out, "(as %s)\n", same)
			default:
				first[p.body] = name
				fmt.Fprintln(&out, p.body)
			}
		}
	}
	return out.Bytes()
}

func (w *walk) listInjects() []string {
	w.t.Helper()
	found := regexp.MustCompile(`/msel/(I\d+)"`).FindAllStringSubmatch(string(w.as("director", "en").fetch(w.at+"/x/"+w.id+"/msel").body), -1)
	keys := map[string]bool{}
	for _, f := range found {
		keys[f[1]] = true
	}
	if len(keys) < 10 {
		w.t.Errorf("only %d injects", len(keys))
	}
	return slices.Sorted(maps.Keys(keys))
}

// page is what came for an address.
type page struct{ path, head, body string }

// patterns are the addresses that can be read, as guard_routes has them.
func patterns(t *testing.T) (paths []string) {
	t.Helper()
	for line := range strings.Lines(string(read(t, filepath.Join(guardDir, "routes.txt")))) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "GET "); ok {
			paths = append(paths, path)
		}
	}
	return paths
}

// queries are what addresses ask beside their path.
func queries() map[string][]string {
	return map[string][]string{
		"/board":                     {"?by=tasks", "?cells=no", "?at=00:05:00"},
		"/jump":                      {"?to=%2B10m", "?to=00:29:00&mode=release"},
		"/msel":                      {"?state=released", "?phase=analyse"},
		"/log":                       {"?unit=asteria", "?kind=message", "?text=the", "?before=60", "?after=20", "?seq=40"},
		"/log.csv":                   {"?unit=asteria"},
		"/units":                     {"?unit=asteria", "?unit=asteria/hospital"},
		"/report":                    {"?for=excon&form=html", "?for=public&form=html", "?for=excon&form=csv", "?for=excon&form=json", "?for=nobody"},
		"/report/{unit...}":          {"?form=html", "?form=csv"},
		"/replay":                    {"?at=00:05:00", "?at=00:12:00"},
		"/replay/{unit...}":          {"?at=00:05:00"},
		"/extract/{unit...}":         {"?form=csv", "?form=json"},
		"/unitlog-file/{unit...}":    {"?form=csv", "?form=text"},
		"/unitlog/{unit...}":         {"?show=own"},
		"/talk/{unit...}":            {"?room=liaison", "?room=excon", "?room=unit:borealis", "?room=persona:vendor"},
		"/cells/{unit...}":           {"?sum=yes"},
		"/desk/{unit...}":            {"?at=00:05:00"},
		"/inject/{inject}/{unit...}": {"?lang=ja"},
	}
}

var fileLink = regexp.MustCompile(`href="(/x/[^"]*/(?:attachment|attachment-text)/[^"]+|/x/[^"]*/file\?[^"]+)"`)

// pages are what somebody gets at every address.
func (w *walk) pages(who string) (all []page) {
	v := w.as(who, w.lang)
	asked := map[string]bool{}
	ask := func(path string) page {
		asked[path] = true
		p := w.page(v, path)
		all = append(all, p)
		for _, link := range fileLink.FindAllStringSubmatch(p.body, -1) {
			if to := strings.ReplaceAll(link[1], "&amp;", "&"); !asked[to] {
				asked[to] = true
				all = append(all, w.page(v, to))
			}
		}
		return p
	}
	for _, pattern := range patterns(w.t) {
		if pattern == "/me" { // asked last, when all use of the session is now
			continue
		}
		more := queries()[strings.TrimPrefix(pattern, "/x/{exercise}")]
		for _, path := range w.addresses(v, pattern) {
			p := ask(path)
			if !strings.HasPrefix(p.head, "200") && !strings.HasPrefix(p.head, "4") || strings.HasPrefix(p.head, "404") {
				continue
			}
			for _, query := range more {
				ask(path + query)
			}
		}
	}
	ask("/me")
	return all
}

// addresses are those of a pattern. Where nothing comes for a unit, one inject
// speaks for all, and so do some of the other team.
func (w *walk) addresses(v *visitor, pattern string) (all []string) {
	paths := []string{strings.NewReplacer("{exercise}", w.id, "{$}", "", "{file}", "1", "{name}", "none").Replace(pattern)}
	paths = each(paths, "{unit...}", []string{"asteria", "asteria/hospital", "borealis", "nobody"})
	paths = each(paths, "{link}", append(slices.Sorted(maps.Values(w.kept.Links)), w.kept.TakenLink, "none"))
	for _, path := range paths {
		all = append(all, each([]string{path}, "{inject}", w.injectsOn(v, path))...)
	}
	return all
}

// injectsOn are those that a path is asked with.
func (w *walk) injectsOn(v *visitor, path string) []string {
	page, unit, _ := strings.Cut(strings.TrimPrefix(path, "/x/"+w.id), "/{inject}")
	switch {
	case page == "/msel" && unit == "" && w.opens(v, "/msel"):
		return w.injects
	case page != "/inject" || !w.opens(v, "/desk"+unit): // pages link to attachments
		return w.injects[:1]
	case unit == "/borealis":
		return w.injects[3:6]
	}
	return w.injects
}

func (w *walk) opens(v *visitor, path string) bool {
	return w.page(v, "/x/"+w.id+path).head == "200"
}

// each puts every word in the place of a name.
func each(all []string, name string, words []string) (out []string) {
	for _, path := range all {
		if !strings.Contains(path, name) {
			out = append(out, path)
			continue
		}
		for _, word := range words {
			out = append(out, strings.Replace(path, name, strings.TrimPrefix(word, "/in/"), 1))
		}
	}
	return out
}

// page gets a page, and takes out of it what another run has otherwise.
func (w *walk) page(v *visitor, path string) page {
	if strings.HasSuffix(path, "/stream") {
		return w.stream(v, path)
	}
	a := v.fetch(w.at + path)
	for a.status == http.StatusTooManyRequests {
		wait, err := strconv.Atoi(a.header.Get("Retry-After"))
		if err != nil {
			w.t.Errorf("%s: 429 without a time", path)
			break
		}
		<-time.After(time.Duration(wait) * time.Second) // as the server asks
		a = v.fetch(w.at + path)
	}
	return page{path, w.head(a), w.steady(a.body)}
}

// stream is the first word of a stream, which does not end.
func (w *walk) stream(v *visitor, path string) page {
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.at+path, nil)
	if err != nil {
		w.t.Error(err)
		return page{}
	}
	res, err := v.Do(req)
	if err != nil {
		w.t.Error(err)
		return page{}
	}
	defer res.Body.Close()
	line, _ := bufio.NewReader(res.Body).ReadString('\n') // what comes of an error has none
	line = presence.ReplaceAllString(strings.TrimSpace(line), "$1 PRESENCE")
	return page{path, w.head(answer{res.StatusCode, res.Header, nil}), w.steady([]byte(line))}
}

// head is the status, and what headers say.
func (w *walk) head(a answer) string {
	text := fmt.Sprint(a.status)
	for _, name := range []string{"Content-Type", "Content-Disposition", "Location", "Cache-Control", "Content-Security-Policy", "Retry-After"} {
		value := a.header.Get(name)
		usual := value == "text/html; charset=utf-8" || value == "no-store" || strings.HasPrefix(value, "default-src 'none'; script-src 'self'")
		if value != "" && !usual {
			text += " " + name + "=" + value
		}
	}
	return w.replace(text)
}

var (
	position   = regexp.MustCompile(`^(\d+) \d+\s*$`)  // as presence
	presence   = regexp.MustCompile(`^(id: \d+) \d+$`) // how often it was told who is there depends on time
	isThere    = regexp.MustCompile(`<small>(?:(?:not )?online|last seen [\d:]+ UTC|オンライン|オフライン|最終確認 [\d:]+ UTC)</small>`)
	formKey    = regexp.MustCompile(`name="key" value="[0-9a-f-]{36}"`)
	assetHash  = regexp.MustCompile(`(/static/\w+)-[0-9a-f]{12}\.`)
	appSecret  = regexp.MustCompile(`(name="secret" value="|class="mono secret">)[A-Z2-7 ]{32,39}`)
	qrModules  = regexp.MustCompile(`<path d="(M\d+ [\d.]+h\d+)+"`)
	wallClock  = regexp.MustCompile(`data-wall="\d+"`)
	stampInUTC = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d UTC`)
)

func (w *walk) replace(text string) string {
	text = strings.ReplaceAll(text, w.at, "http://HOST")
	return strings.ReplaceAll(text, strings.TrimPrefix(w.at, "http://"), "HOST")
}

// steady is a page without what every run has otherwise: keys of forms, hashes
// of style sheet and scripts, secrets of apps, the address of the server, and the
// time of now.
// Tags begin lines, for differences that can be read.
func (w *walk) steady(body []byte) string {
	body = position.ReplaceAll(body, []byte("$1 PRESENCE"))
	if !utf8.Valid(body) {
		return fmt.Sprintf("%d bytes, SHA-256 %x", len(body), sha256.Sum256(body))
	}
	text := w.replace(string(body))
	text = formKey.ReplaceAllString(text, `name="key" value="KEY"`)
	text = assetHash.ReplaceAllString(text, "$1-HASH.")
	text = appSecret.ReplaceAllString(text, "${1}SECRET")
	text = isThere.ReplaceAllString(text, "<small>PRESENCE</small>")
	text = qrModules.ReplaceAllString(text, `<path d="MODULES"`)
	text = wallClock.ReplaceAllString(text, `data-wall="WALL"`)
	text = stampInUTC.ReplaceAllStringFunc(text, func(s string) string {
		if at, err := time.Parse("2006-01-02 15:04 UTC", s); err == nil && !at.Before(w.began) && at.Year() < 2100 {
			return "NOW UTC"
		}
		return s
	})
	return strings.ReplaceAll(text, "><", ">\n<")
}
