package server_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/bounds"
	"renkei/internal/database"
	"renkei/internal/exercise/access"
	"renkei/internal/server"
	"renkei/internal/testkit/exercisetest"
	"renkei/internal/web"
)

// TestStreamsOfAPerson: who opens more streams than a person needs loses the
// oldest of their own, and nobody else loses any.
func TestStreamsOfAPerson(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	greedy, other := h.as(access.Player, "asteria"), h.as(access.Player, "asteria")
	others, first := other.listen(), greedy.listen()
	var rest []<-chan struct{}
	for range 16 {
		rest = append(rest, greedy.listen())
	}
	select {
	case <-first:
	case <-time.After(10 * time.Second):
		t.Fatal("the oldest stream goes on")
	}
	for i, ended := range append(rest, others) {
		select {
		case <-ended:
			t.Errorf("stream %d has ended", i)
		default:
		}
	}
}

// TestPlaceIsKeptForExcon: where the server is full, a player is told when to
// come again, and a director works on.
func TestPlaceIsKeptForExcon(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	player, director := h.as(access.Player, "asteria"), h.as(access.Director, "")
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	areas, limits := server.Areas(server.Deps{Host: oneExercise{h.exercise}}), hurried()
	log := slog.New(slog.DiscardHandler)
	a := web.NewAdmission(web.AdmissionDeps{
		Auth: h.auth, Texts: texts, Log: log, Areas: areas, Limits: limits,
		Places: web.Places{Requests: bounds.Limits{All: 1, Kept: 2}},
	})
	handler, err := web.New(web.Deps{Auth: h.auth, Areas: areas, Texts: texts, Log: log, Limits: limits, Admission: a})
	if err != nil {
		t.Fatal(err)
	}
	began := make(chan struct{}, 1)
	full := httptest.NewServer(a.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			began <- struct{}{}
		}
		handler.ServeHTTP(w, r)
	})))
	defer full.Close()
	slow, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(full.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	_, _ = io.WriteString(slow, "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nl")
	<-began
	h.url = full.URL // which has the same host, so the same cookies
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodGet, full.URL+"/x/x/desk/asteria", nil)
	if err != nil {
		t.Fatal(err)
	}
	ask.Header.Set("Accept-Language", "ja")
	res, err := player.client.Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(string(said), "上限") {
		t.Errorf("a player of a full server: %d %q %s", res.StatusCode, res.Header.Get("Retry-After"), said)
	}
	if status, _ := director.get("/x/x/board"); status != http.StatusOK {
		t.Errorf("a director of a full server: %d", status)
	}
}

// TestLinkRace: one of many who take a link at once has it; the others are told
// that it is gone.
func TestLinkRace(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	for range 5 {
		secret, err := h.auth.Invite(t.Context(), "test", auth.Grant{Scope: access.In(id, "asteria"), Role: string(access.Player)}, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		const many = 20
		got := make(chan int, many)
		for i := range many {
			b := h.browser()
			go func() {
				status, _ := b.post("/in/"+secret, url.Values{"name": {fmt.Sprint("Ada ", i)}})
				got <- status
			}()
		}
		counts := map[int]int{}
		for range many {
			counts[<-got]++
		}
		if counts[http.StatusSeeOther] != 1 || counts[http.StatusGone] != many-1 {
			t.Errorf("answers %v", counts)
		}
	}
}

// TestNumbersTellNothing: by what a unit's pages and files show it cannot tell
// how much others do.
func TestNumbersTellNothing(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team, busy := h.as(access.Player, "asteria"), h.as(access.Player, "borealis")
	entry := func(b *browser, unit, text string) {
		b.want(http.StatusSeeOther, "/x/x/entry/"+unit, url.Values{"key": {unit + text}, "text": {text}})
	}
	entry(team, "asteria", "first")
	for i := range 5 {
		entry(busy, "borealis", strconv.Itoa(i))
	}
	entry(team, "asteria", "second")
	_, table := team.get("/x/x/unitlog-file/asteria?as=csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := func(text string) int {
		for _, row := range rows {
			if row[len(row)-1] == text {
				n, _ := strconv.Atoi(row[0])
				return n
			}
		}
		t.Fatalf("no line %q in %s", text, table)
		return 0
	}
	if first, second := number("first"), number("second"); second != first+1 {
		t.Errorf("between two entries of the unit %d numbers have passed", second-first)
	}
	if _, page := team.get("/x/x/unitlog/asteria"); !strings.Contains(page, `id="e`+strconv.Itoa(number("second"))+`"`) {
		t.Error("the page has other numbers than the file")
	}
}

var olderLink = regexp.MustCompile(`href="(/x/x/[a-z]+/asteria\?[^"]*before=\d+[^"]*)"`)

// TestOlderPages: the address of older lines has the unit's own number, and
// leads to just the lines before.
func TestOlderPages(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team := h.as(access.Player, "asteria")
	for i := range 40 {
		team.want(http.StatusSeeOther, "/x/x/message/asteria", url.Values{"key": {strconv.Itoa(i)}, "to": {"excon"}, "tlp": {"GREEN"}, "text": {fmt.Sprintf("message-%02d.", i)}})
	}
	seen := map[string]int{}
	path := "/x/x/talk/asteria?room=excon"
	for n := 0; path != "" && n < 5; n++ {
		_, page := team.get(path)
		for i := range 40 {
			if text := fmt.Sprintf("message-%02d.", i); strings.Contains(page, text) {
				seen[text]++
			}
		}
		path = ""
		if m := olderLink.FindStringSubmatch(page); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	for i := range 40 {
		if text := fmt.Sprintf("message-%02d.", i); seen[text] != 1 {
			t.Errorf("%s stands on %d pages", text, seen[text])
		}
	}
}

// TestStreamsOpenedTooOften: who opens and closes streams over and over is told
// to wait.
func TestStreamsOpenedTooOften(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	b := h.as(access.Player, "asteria")
	most := limit.Rates()[limit.Stream].Burst
	status := http.StatusOK
	for n := 0; status == http.StatusOK && n < 2*most; n++ {
		status, _ = b.get("/x/x/stream")
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("after %d streams: %d", 2*most, status)
	}
}

// TestFullDisk: where the database cannot grow, people are told so, and not that
// something is wrong.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	db := exercisetest.Store(t, server.Stored()...)
	h := serving(t, db, conducted(t, db, "hospital-ransomware", 0))
	director := h.as(access.Director, "")
	err := db.Database.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec("PRAGMA max_page_count = 1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	status, page := http.StatusOK, ""
	for n := 0; status == http.StatusOK && n < 100; n++ {
		status, page = director.post("/x/x/invite", url.Values{"role": {"player"}, "unit": {"teams"}, "count": {"20"}, "days": {"7"}})
	}
	if status != http.StatusServiceUnavailable || !strings.Contains(page, "disk is full") {
		t.Errorf("%d %.2000s", status, page)
	}
}

// TestForeignHost: no link is made that leads to where somebody else said, and
// none is left behind.
func TestForeignHost(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director := h.as(access.Director, "")
	address, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"role": {"player"}, "unit": {"asteria"}, "count": {"1"}, "days": {"7"}}.Encode()
	for host, want := range map[string]int{
		"evil.example": http.StatusUnprocessableEntity, "192.0.2.1:80": http.StatusUnprocessableEntity, "127.0.0.1.evil.example": http.StatusUnprocessableEntity,
		"localhost:" + address.Port(): http.StatusOK, "": http.StatusOK,
	} {
		before, err := h.auth.Links(t.Context(), access.In(id, ""))
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/x/x/invite", strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Host = host
		for _, c := range director.client.Jar.Cookies(address) {
			req.AddCookie(c)
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		page, _ := io.ReadAll(res.Body)
		res.Body.Close()
		after, err := h.auth.Links(t.Context(), access.In(id, ""))
		if err != nil {
			t.Fatal(err)
		}
		if made := len(after) > len(before); res.StatusCode != want || made != (want == http.StatusOK) || host != "" && !made && !strings.Contains(string(page), "public_url") {
			t.Errorf("%q: %d, made is %v", host, res.StatusCode, made)
		}
	}
}
