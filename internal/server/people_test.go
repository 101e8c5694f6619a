package server_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
)

// peopleTable is the routes of links, accounts, exercises and invitations.
func peopleTable() map[string]string {
	return map[string]string{
		"GET /in/{link}":                     "yyyyyyyyy",
		"POST /in/{link}":                    "yyyyyyyyy",
		"GET /me":                            "yyyyyyyyy",
		"GET /exercises":                     "yyyyyyyyy",
		"POST /me/password":                  ".yyyyyyyy",
		"POST /me/session":                   ".yyyyyyyy",
		"POST /me/token":                     ".yyyyyyyy",
		"POST /me/token/drop":                ".yyyyyyyy",
		"GET /me/second":                     "yyyyyyyyy",
		"GET /me/second/app":                 "yyyyyyyyy",
		"GET /me/second/passkey":             "yyyyyyyyy",
		"POST /me/second/account":            ".yyyyyyyy",
		"POST /me/second/app":                ".yyyyyyyy",
		"POST /me/second/passkey":            ".yyyyyyyy",
		"POST /me/second/name":               ".yyyyyyyy",
		"POST /me/second/drop":               ".yyyyyyyy",
		"POST /me/second/codes":              ".yyyyyyyy",
		"POST /me/second/seen":               ".yyyyyyyy",
		"GET /sign-in/second":                "yyyyyyyyy",
		"POST /sign-in/second":               "yyyyyyyyy",
		"POST /sign-in/passkey":              "yyyyyyyyy",
		"GET /new":                           "y........",
		"POST /new":                          ".........",
		"POST /exercises/archive":            ".y.......",
		"GET /exercises/delete":              ".........",
		"POST /exercises/delete":             ".........", // a POST without a name is about none
		"POST /director":                     ".........",
		"GET /packs":                         "y........",
		"POST /packs":                        ".........",
		"GET /packs/try":                     ".........", // it wants to know for which pack: TestTryPage
		"POST /packs/try":                    ".........",
		"GET /people":                        "y........",
		"POST /people/account":               ".........",
		"POST /people/invite":                ".........",
		"POST /people/import":                ".........",
		"GET /people/example":                "yyyyyyyyy",
		"GET /audit":                         "y........",
		"GET /x/{exercise}/invite":           "yyy......",
		"GET /x/{exercise}/channels":         "yyy......",
		"POST /x/{exercise}/channels":        ".y.......",
		"GET /x/{exercise}/invite/{person}":  "y........",
		"POST /x/{exercise}/invite/{person}": ".........",
		"POST /x/{exercise}/invite/replace":  ".y.......",
		"GET /in/{link}/exercise.ics":        "yyyyyyyyy",
		"POST /x/{exercise}/date":            ".y.......",
		"GET /x/{exercise}/change":           ".y.......",
		"POST /x/{exercise}/title":           ".y.......",
		"POST /x/{exercise}/teams":           ".y.......",
		"GET /x/{exercise}/exercise.ics":     "y........",
		"POST /in/{link}/device":             "yyyyyyyyy",
		"POST /me/code":                      ".yyyyyyyy",
		"POST /x/{exercise}/invite":          ".y.......",
		"POST /x/{exercise}/invite/revoke":   ".y.......",
		"POST /x/{exercise}/invite/grant":    ".y.......",
		"POST /x/{exercise}/invite/import":   ".y.......",
		"POST /x/{exercise}/hand-over":       ".yy......",
		"POST /handout":                      ".y.......",
		"POST /x/{exercise}/invite/mail":     ".y.......",
		"POST /x/{exercise}/channels/mail":   ".y.......",

		"POST /x/{exercise}/channels/mail/address": ".y.......",
	}
}

const password = "four plain words here"

// secretary signs the first secretary in, by the link of a first start.
func (h *fixture) secretary() *browser {
	h.t.Helper()
	link, err := h.auth.FirstLink(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	b := h.browser()
	if _, page := b.get("/in/" + link); !strings.Contains(page, `name="password"`) {
		h.t.Fatalf("the first link asks for no password:\n%s", page)
	}
	form := url.Values{"name": {"Sec Retary"}, "login": {"sec@example.org"}, "password": {password}, "organisation": {"Secretariat"}}
	for _, bad := range []url.Values{
		{"name": {""}, "login": {"sec@example.org"}, "password": {password}},
		{"name": {"S"}, "login": {"sec@example.org"}, "password": {"short"}},
		{"name": {"S"}, "login": {""}, "password": {password}},
	} {
		if status, text := b.post("/in/"+link, bad); status != http.StatusUnprocessableEntity || !strings.Contains(text, `role="alert"`) {
			h.t.Errorf("%v: %d", bad, status)
		}
	}
	if status, text := b.post("/in/"+link, form); status != http.StatusSeeOther {
		h.t.Fatalf("make the first account: %d %s", status, text)
	}
	return b
}

var inLink = regexp.MustCompile(`http://[^/<"]+(/in/[A-Za-z0-9_-]{43})`)

// linksOn are the links that a page shows, each once.
func linksOn(page string) (all []string) {
	for _, m := range inLink.FindAllStringSubmatch(page, -1) {
		if !slices.Contains(all, m[1]) {
			all = append(all, m[1])
		}
	}
	return all
}

// TestAccounts makes the first secretary, then another account, resets its
// password, disables it, and reads the audit log.
func TestAccounts(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	sec := h.secretary()
	_, page := sec.post("/people/invite", url.Values{"for": {"Bo"}})
	m := inLink.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no link is shown:\n%s", page)
	}
	if _, page = sec.get("/people"); inLink.MatchString(page) {
		t.Error("a link is shown a second time")
	}
	bo := h.browser()
	form := url.Values{"name": {"Bo"}, "login": {"SEC@example.org"}, "password": {password}}
	if status, text := bo.post(m[1], form); status != http.StatusUnprocessableEntity || !strings.Contains(text, "login already") {
		t.Errorf("a login of somebody else's: %d", status)
	}
	form.Set("login", "bo@example.org")
	if status, _ := bo.post(m[1], form); status != http.StatusSeeOther {
		t.Fatalf("make an account: %d", status)
	}
	if status, _ := bo.get("/people"); status != http.StatusNotFound {
		t.Errorf("an account without a role sees all accounts: %d", status)
	}
	again := h.browser()
	if status, _ := again.post("/sign-in", url.Values{"login": {"Bo@Example.org"}, "password": {password}}); status != http.StatusSeeOther {
		t.Errorf("sign in: %d", status)
	}
	if status, text := again.post("/me/password", url.Values{"old": {"wrong"}, "password": {"another long password"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("change with a wrong password: %d %s", status, text)
	}
	if status, _ := again.post("/me/password", url.Values{"old": {password}, "password": {"another long password"}}); status != http.StatusSeeOther {
		t.Errorf("change the password: %d", status)
	}
	if status, _ := bo.get("/me"); status != http.StatusSeeOther {
		t.Errorf("the other browser is still in: %d", status)
	}
	_, page = again.post("/me/token", url.Values{"name": {"script"}, "days": {"30"}})
	if !strings.Contains(page, "renkei_") {
		t.Errorf("no token is shown:\n%s", page)
	}
	if _, page = again.get("/me"); strings.Contains(page, "renkei_") {
		t.Error("a token is shown a second time")
	}
	person := regexp.MustCompile(`id="do-([^"]+)"`)
	_, page = sec.get("/people")
	for _, id := range person.FindAllStringSubmatch(page, -1) {
		sec.post("/people/account", url.Values{"person": {id[1]}, "do": {"disable"}}) // the last secretary stays
	}
	if status, _ := again.get("/me"); status != http.StatusSeeOther {
		t.Errorf("a disabled account is still in: %d", status)
	}
	if status, page := sec.get("/audit"); status != http.StatusOK || !strings.Contains(page, "disabled an account") || strings.Contains(page, password) {
		t.Errorf("audit log: %d\n%s", status, page)
	}
}

// TestInvite makes links for every team, takes one as somebody who is signed in
// already, and takes back what was given.
func TestInvite(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director, sec := h.as(access.Director, ""), h.secretary()
	_, page := director.post("/x/x/invite", url.Values{"role": {"player"}, "unit": {"teams"}, "count": {"2"}, "days": {"7"}})
	links := linksOn(page)
	if len(links) != 8 {
		t.Fatalf("%d links for four teams", len(links))
	}
	for _, bad := range []url.Values{
		{"role": {"player"}, "unit": {""}, "count": {"1"}, "days": {"7"}},
		{"role": {"director"}, "unit": {"asteria"}, "count": {"1"}, "days": {"7"}},
		{"role": {"player"}, "unit": {"teams"}, "count": {"1000"}, "days": {"7"}},
		{"role": {"secretary"}, "unit": {""}, "count": {"1"}, "days": {"7"}},
		{"role": {"player"}, "unit": {"nowhere"}, "count": {"1"}, "days": {"7"}},
	} {
		if status, _ := director.post("/x/x/invite", bad); status != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", bad, status)
		}
	}
	if _, page = sec.get(links[0]); !strings.Contains(page, "Take part as Sec Retary") {
		t.Errorf("who is signed in is not asked to take part as that:\n%s", page)
	}
	if status, _ := sec.post(links[0], url.Values{"as": {"me"}}); status != http.StatusSeeOther {
		t.Errorf("take a link as oneself: %d", status)
	}
	if status, _ := sec.get("/x/x/desk/asteria"); status != http.StatusOK {
		t.Errorf("the role is not there: %d", status)
	}
	_, page = director.get("/x/x/invite")
	form := regexp.MustCompile(`name="person" value="([^"]+)"/?>\s*<input type="hidden" name="unit" value="asteria"`).FindStringSubmatch(page)
	if form == nil {
		t.Fatalf("nobody holds the role:\n%s", page)
	}
	if status, _ := director.post("/x/x/invite/grant", url.Values{"person": {form[1]}, "unit": {"asteria"}, "role": {"player"}}); status != http.StatusSeeOther {
		t.Errorf("take the role back: %d", status)
	}
	if status, _ := sec.get("/x/x/desk/asteria"); status != http.StatusNotFound {
		t.Errorf("the role is still felt: %d", status)
	}
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page)
	if status, _ := director.post("/x/x/invite/revoke", url.Values{"id": {id[1]}, "do": {"revoke"}}); status != http.StatusSeeOther {
		t.Errorf("take a link back: %d", status)
	}
	gone := 0
	for _, l := range links[1:] {
		if status, _ := h.browser().get(l); status == http.StatusGone {
			gone++
		}
	}
	if gone != 1 {
		t.Errorf("%d links are gone, want the one", gone)
	}
}

// upload sends a file with a form.
func (b *browser) upload(path, field, name string, data []byte, more url.Values) (int, string) {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k := range more {
		if err := w.WriteField(k, more.Get(k)); err != nil {
			b.h.t.Fatal(err)
		}
	}
	f, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = f.Write(data)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		b.h.t.Fatal(err)
	}
	return b.sendAs(http.MethodPost, path, w.FormDataContentType(), &body)
}

// TestImport tries a list with mistakes, which invites nobody, and then a good
// one, twice.
func TestImport(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director := h.as(access.Director, "")
	bad := "Name,Role,Unit\nAda,Player,asteria\n,Player,asteria\nBo,Plyer,asteria\nCy,Player,nowhere\n"
	status, page := director.upload("/x/x/invite/import", "people", "p.csv", []byte(bad), nil)
	if status != http.StatusUnprocessableEntity || strings.Count(page, `class="mono">`) != 3 {
		t.Fatalf("a bad list: %d\n%s", status, page)
	}
	for _, place := range []string{"A3", "B4", "C5"} {
		if !strings.Contains(page, ">"+place+"<") {
			t.Errorf("nothing is said of %s", place)
		}
	}
	if l, err := h.auth.Links(t.Context(), access.In(id, "")); err != nil || len(l) != 1 { // the director's own
		t.Fatalf("links %v %v", l, err)
	}
	good := "氏名,役割,ユニット\n山田,参加者,asteria\n鈴木,評価者,borealis\n"
	status, page = director.upload("/x/x/invite/import", "people", "p.csv", []byte(good), nil)
	if status != http.StatusOK || inLink.MatchString(page) {
		t.Fatalf("a good list: %d\n%s", status, page)
	}
	file := url.Values{"do": {"invite"}, "file": {base64.StdEncoding.EncodeToString([]byte(good))}}
	for i, want := range []int{2, 0} { // the second time they are there
		_, page = director.upload("/x/x/invite/import", "people", "none", nil, file)
		if links := linksOn(page); len(links) != want {
			t.Errorf("time %d: %d links\n%s", i, len(links), page)
		}
	}
}

// TestOften holds up who tries passwords, and tells when to come back.
func TestOften(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	if _, err := h.auth.AddAccount(t.Context(), "Ada", "", "ada@example.org", password); err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	status, text := 0, ""
	for range 12 {
		status, text = b.post("/sign-in", url.Values{"login": {"ada@example.org"}, "password": {"wrong"}})
	}
	if status != http.StatusTooManyRequests || !strings.Contains(text, "seconds") {
		t.Errorf("the twelfth password: %d", status)
	}
}

// TestDirector lets a secretary make a link for a director of an exercise that
// is not theirs to look into.
func TestDirector(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	sec := h.secretary()
	if status, _ := sec.get("/x/x/board"); status != http.StatusNotFound {
		t.Errorf("a secretary looks into an exercise: %d", status)
	}
	if status, _ := sec.post("/director", url.Values{"exercise": {"none"}}); status != http.StatusNotFound {
		t.Errorf("a director of nothing: %d", status)
	}
	_, page := sec.post("/director", url.Values{"exercise": {id}})
	m := inLink.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no link:\n%s", page)
	}
	b := h.browser()
	b.post(m[1], url.Values{"name": {"Di"}})
	if status, _ := b.get("/x/x/invite"); status != http.StatusOK {
		t.Errorf("the link makes no director: %d", status)
	}
}

// TestForeignLink leads nobody on by a link that somebody else has taken.
func TestForeignLink(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	secret, err := h.auth.Invite(t.Context(), "test", auth.Grant{Scope: access.In(id, "asteria"), Role: string(access.Player)}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	ada, eve := h.browser(), h.as(access.Player, "borealis")
	ada.post("/in/"+secret, url.Values{"name": {"Ada"}})
	if status, _ := ada.get("/in/" + secret); status != http.StatusSeeOther {
		t.Errorf("one's own link: %d", status)
	}
	if status, _ := eve.get("/in/" + secret); status != http.StatusGone {
		t.Errorf("somebody else's link: %d", status)
	}
}

// TestHandoutBound: the table of links comes back only to those who import
// people, and no larger than it was made.
func TestHandoutBound(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	large := url.Values{"file": {strings.Repeat("QUJD", 1<<20)}}
	small := url.Values{"file": {"QUJD"}}
	if status, _ := h.as(access.Player, "asteria").post("/handout", small); status != http.StatusNotFound {
		t.Errorf("a player gets a table of links: %d", status)
	}
	director := h.as(access.Director, "")
	if status, text := director.post("/handout", small); status != http.StatusOK || !strings.Contains(text, "ABC") {
		t.Errorf("the director does not: %d", status)
	}
	if status, _ := director.post("/handout", large); status != http.StatusRequestEntityTooLarge {
		t.Errorf("4 MB of links are taken: %d", status)
	}
}
