//go:build unix

package e2e

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asked is how often each page is asked for.
const asked = 50

// BenchmarkPages asks for the pages of the demonstration as each of its people,
// by one client, one page after another, and gives the slowest: its 99th
// percentile and the median of all. What each page took is in the output.
func BenchmarkPages(b *testing.B) {
	s := start(b, "demo", "--addr", "127.0.0.1:0")
	var readers []*reader
	for line := range s.lines {
		if at := strings.TrimSpace(string(line)); strings.HasPrefix(at, "http://") {
			readers = append(readers, enters(b, at))
		}
		if strings.HasPrefix(string(line), "Ctrl-C") {
			break
		}
	}
	if len(readers) == 0 {
		b.Fatalf("the demonstration prints no links: %s", s.err)
	}
	for _, r := range readers {
		r.find()
	}
	for b.Loop() {
		for range asked { // of all in turn, so that nobody asks more often than may be
			for _, r := range readers {
				for _, path := range r.pages {
					_, _, took := r.get(path)
					r.took[path] = append(r.took[path], took)
				}
			}
		}
	}
	tell(b, readers)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	for range s.lines {
	}
	if err := s.cmd.Wait(); err != nil {
		b.Errorf("%v: %s", err, s.err)
	}
}

// tell gives what the pages took.
func tell(b *testing.B, readers []*reader) {
	b.Helper()
	var all []time.Duration
	worst := time.Duration(0)
	var lines strings.Builder
	for n, r := range readers {
		for _, path := range r.pages {
			took := r.took[path]
			slices.Sort(took)
			p99 := took[(len(took)*99+99)/100-1]
			worst = max(worst, p99)
			all = append(all, took...)
			fmt.Fprintf(&lines, "\nperson %d %-60s p50 %8s p99 %8s", n+1, path, took[len(took)/2].Round(10*time.Microsecond), p99.Round(10*time.Microsecond))
		}
	}
	fmt.Fprintln(os.Stdout, lines.String()) // of a benchmark's log only the first ten lines are shown
	slices.Sort(all)
	b.ReportMetric(float64(worst.Microseconds())/1000, "ms-worst-p99")
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "ms-p99-of-all")
	b.ReportMetric(0, "ns/op")
}

// reader is one of the people, with the pages that they find.
type reader struct {
	b     *testing.B
	base  string
	http  http.Client
	pages []string
	took  map[string][]time.Duration
}

// enters takes a link.
func enters(b *testing.B, link string) *reader {
	b.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	r := &reader{b: b, base: served.FindString(link), http: http.Client{Jar: jar}, took: map[string][]time.Duration{}}
	res, err := r.http.PostForm(link, url.Values{"name": {"Ada"}})
	if err != nil {
		b.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		b.Fatalf("take a link: %d %v", res.StatusCode, err)
	}
	return r
}

// get asks for a page, and says how long that took to its last byte. Whoever
// asks more often than may be waits as long as the server says.
func (r *reader) get(path string) (media, text string, took time.Duration) {
	r.b.Helper()
	for {
		began := time.Now()
		res, err := r.http.Get(r.base + path)
		if err != nil {
			r.b.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		took = time.Since(began)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			r.b.Fatal(err)
		}
		switch seconds, _ := strconv.Atoi(res.Header.Get("Retry-After")); {
		case res.StatusCode == http.StatusTooManyRequests && seconds > 0:
			<-time.After(time.Duration(seconds) * time.Second)
		case res.StatusCode != http.StatusOK:
			r.b.Fatalf("%s: %d", path, res.StatusCode)
		default:
			return res.Header.Get("Content-Type"), string(body), took
		}
	}
}

var inside = regexp.MustCompile(`href="(/x/[^"#]+)"`)

// find follows links from the first page, and keeps two pages of each kind:
// those of the same word after the exercise.
func (r *reader) find() {
	seen, kinds := map[string]bool{}, map[string]int{}
	for next := []string{"/", "/me"}; len(next) > 0; next = next[1:] {
		path := next[0]
		kind := kindOf(path)
		if seen[path] || kinds[kind] >= 2 {
			continue
		}
		seen[path] = true
		media, page, _ := r.get(path)
		if !strings.HasPrefix(media, "text/html") {
			continue
		}
		kinds[kind]++
		r.pages = append(r.pages, path)
		for _, m := range inside.FindAllStringSubmatch(page, -1) {
			next = append(next, strings.ReplaceAll(m[1], "&amp;", "&"))
		}
	}
}

// kindOf is which page an address is of.
func kindOf(path string) string {
	parts := strings.SplitN(path, "/", 5)
	if len(parts) < 4 {
		return path
	}
	kind, query, _ := strings.Cut(parts[3], "?")
	if strings.Contains(query, "at=") {
		return kind + " in the past"
	}
	return kind
}
