package server_test

import (
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/demo"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// handbookTable is the routes of the handbook, where nothing was published and
// nobody belongs to a member.
func handbookTable() map[string]string {
	return map[string]string{
		"GET /handbook":                                               "yyyyyyyyy",
		"GET /handbook/plans":                                         "yyyyyyyyy",
		"GET /handbook/compare":                                       "yyyyyyyyy",
		"GET /handbook/find":                                          "yyyyyyyyy",
		"GET /handbook/edition/{edition}":                             "y........",
		"GET /handbook/edition/{edition}/member/{member}":             "y........",
		"GET /handbook/edition/{edition}/measure/{measure}":           "y........",
		"GET /handbook/edition/{edition}/theme/{theme}":               "y........",
		"GET /handbook/edition/{edition}/item/{item}":                 "y........",
		"GET /handbook/work":                                          "y........",
		"GET /handbook/draft/{member}":                                "y........",
		"GET /handbook/draft/{member}/item/{item}":                    "y........",
		"POST /handbook/draft/{member}/item/{item}":                   ".........",
		"POST /handbook/draft/{member}/act":                           ".........",
		"POST /handbook/draft/{member}/comment":                       ".........",
		"POST /handbook/draft/{member}/undo":                          ".........",
		"POST /handbook/publish":                                      ".........",
		"GET /handbook/offers":                                        "y........",
		"GET /handbook/needs":                                         "y........",
		"GET /handbook/needs/list":                                    "y........",
		"GET /handbook/needs/new":                                     "y........",
		"GET /handbook/needs/{id}":                                    "y........",
		"GET /handbook/needs/{id}/edit":                               "y........",
		"POST /handbook/needs/new":                                    ".........",
		"POST /handbook/needs/{id}/edit":                              ".........",
		"POST /handbook/needs/{id}/undo":                              ".........",
		"POST /handbook/needs/{id}/deal":                              ".........",
		"GET /handbook/links":                                         "y........",
		"GET /handbook/edition/{edition}/file/{form}":                 "y........",
		"GET /handbook/draft/{member}/file/{form}":                    "y........",
		"POST /handbook/draft/{member}/file":                          ".........",
		"POST /handbook/views":                                        ".yyyyyyyy",
		"GET /handbook/edition/{edition}/member/{member}/file/{form}": "y........",
	}
}

// withHandbook is a server with the handbook of the demonstration.
func withHandbook(t *testing.T) *fixture {
	t.Helper()
	return serving(t, demoDatabase(t), nil)
}

// demoDatabase is a database with the demonstration of all areas.
func demoDatabase(t *testing.T) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, a := range server.Areas(server.Deps{DB: db.Database}) {
		if a.Demo == nil {
			continue
		}
		if err := a.Demo(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// of lets somebody in who has a role for a member.
func (h *fixture) of(member string, role auth.Role) *browser {
	h.t.Helper()
	secret, err := h.auth.Invite(h.t.Context(), "test", auth.Grant{Scope: community.In(member), Role: string(role)}, time.Hour)
	if err != nil {
		h.t.Fatal(err)
	}
	b := h.browser()
	if status, text := b.post("/in/"+secret, url.Values{"name": {string(role) + " of " + member}}); status != http.StatusSeeOther {
		h.t.Fatalf("the link of a %s gave %d %s", role, status, text)
	}
	return b
}

// in has the pages in a language.
func (b *browser) in(lang string) *browser {
	b.h.t.Helper()
	b.post("/language", url.Values{"lang": {lang}, "back": {"/"}})
	return b
}

// TestFactsOnPages finds every fact of the demonstration on the page of its
// member, in both languages, with its note and its mark.
func TestFactsOnPages(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	v, err := handbook.DefaultVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	editions, err := demo.Editions(v)
	if err != nil {
		t.Fatal(err)
	}
	reader := h.of("th", community.Owner)
	for _, lang := range []string{"en", "ja"} {
		reader.in(lang)
		found := 0
		for _, p := range editions[0].Profiles {
			page := html.UnescapeString(reader.page("/handbook/edition/2023/member/" + p.Member))
			uncertain := 0
			for _, it := range editions[0].Only(p.Member).Items {
				if strings.Contains(page, it.Text[lang].Text) && strings.Contains(page, it.Note[lang].Text) {
					found++
				} else {
					t.Errorf("%s: %s is not on its page", lang, it.ID)
				}
				if it.Uncertain {
					uncertain++
				}
				for _, d := range it.Dates() {
					if !strings.Contains(page, string(d)[:4]) {
						t.Errorf("%s: %s lacks %s", lang, it.ID, d)
					}
				}
			}
			if n := strings.Count(page, `class="mark uncertain"`); n != uncertain {
				t.Errorf("%s: %s marks %d as uncertain, and %d are", lang, p.Code, n, uncertain)
			}
			if !strings.Contains(page, editions[0].Edition.Notice[lang].Text) || !strings.Contains(page, p.Lead[lang].Text) || !strings.Contains(page, p.Note[lang].Text) {
				t.Errorf("%s: %s does not say what it is", lang, p.Code)
			}
		}
		if found != 338 {
			t.Errorf("%s: %d facts are found of 338", lang, found)
		}
	}
	if page := reader.page("/handbook/edition/2024/member/kh"); !strings.Contains(page, editions[1].Edition.Notice["ja"].Text) {
		t.Error("the invented edition does not say so")
	}
}

// TestHandbookPages reads each kind of page.
func TestHandbookPages(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	reader := h.of("th", community.Approver).in("en")
	for path, wants := range map[string][]string{
		"/handbook":                                      {"<svg", "had become fact by 2024", "Brunei Darussalam", "invented"},
		"/handbook/plans?member=my":                      {"<svg", "ICTSO 2023", "late"},
		"/handbook/plans?measure=legal":                  {"<svg"},
		"/handbook/compare":                              {"Done since", "Slipped", "Dropped", "<del>", "<ins>"},
		"/handbook/compare?member=my&only=slipped":       {"ICTSO 2023", "due 2025"},
		"/handbook/compare?from=2024&to=2023":            {"Set back"},
		"/handbook/find?q=演習&edition=2023":               {"Found: ", "/handbook/edition/2023/item/"},
		"/handbook/find?q=law&member=la&status=in_force": {"Law on preventing and combating cybercrime", "Found: "},
		"/handbook/find?q=nothing+like+this":             {"Nothing was found."},
		"/handbook/edition/2023":                         {"SHA-256", "Cambodia"},
		"/handbook/edition/2024/measure/legal?member=kh": {"Personal data protection law adopted"},
		"/handbook/edition/2023/theme/exercise":          {"Cybersecurity contest"},
		"/handbook/edition/2024/item/bn-legal-2":         {"https://www.example.org/bn/cso", "last seen there", "Cite", "2023"},
	} {
		page := html.UnescapeString(reader.page(path))
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
	}
	if page := reader.page("/handbook/edition/2024/measure/legal?member=kh"); strings.Contains(page, `/member/sg"`) {
		t.Error("a member that was not chosen is shown")
	}
	for _, path := range []string{
		"/handbook/edition/1999", "/handbook/edition/2023/member/xx", "/handbook/edition/2023/measure/none", "/handbook/edition/2023/theme/none",
		"/handbook/edition/2023/item/none", "/handbook/compare?from=1999", "/handbook/compare?member=xx", "/handbook/plans?member=xx",
		"/handbook/find?before=x", "/handbook/draft/kh", "/handbook/draft/xx",
	} {
		if status, _ := reader.get(path); status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, status)
		}
	}
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// version reads from a page which working copy it shows.
func version(t *testing.T, page string) string {
	t.Helper()
	found := versionField.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("there is no form of a working copy in\n%s", page)
	}
	return found[1]
}

// TestDraftToEdition takes a change from the owner over the approver to the
// secretariat, as each of them sees it.
func TestDraftToEdition(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretary := h.secretary().in("en")
	owner, approver, foreigner := h.of("kh", community.Owner).in("en"), h.of("kh", community.Approver).in("en"), h.of("th", community.Owner).in("en")
	const draft, edit, secret = "/handbook/draft/kh", "/handbook/draft/kh/item/kh-legal-4", "Cybercrime law of the kingdom"
	closed := func(stage string, who ...*browser) {
		t.Helper()
		for i, b := range who {
			if status, _ := b.get(draft); status != http.StatusNotFound {
				t.Errorf("%s: number %d sees the working copy: %d", stage, i, status)
			}
		}
	}
	form := url.Values{
		"version": {version(t, owner.page(edit))}, "measure": {"legal"}, "status": {"adopted"}, "since": {"soon"}, "text-en": {secret},
		"text-en-state": {"original"}, "text-ja": {"王国サイバー犯罪法"}, "evidence": {"Gazette | https://www.example.org/kh | 2024-11"}, "reason": {"adopted in November"}, "themes": {"cybercrime"},
	}
	status, page := owner.post(edit, form)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Since: not a date") || !strings.Contains(page, secret) {
		t.Fatalf("a wrong date: %d\n%s", status, page)
	}
	form.Set("since", "2024-11")
	if status, page := owner.post(edit, form); status != http.StatusSeeOther {
		t.Fatalf("save: %d\n%s", status, page)
	}
	if status, page := owner.post(edit, form); status != http.StatusConflict || !strings.Contains(page, "changed it meanwhile") {
		t.Errorf("the same form again: %d", status)
	}
	closed("writing", secretary, foreigner)
	if page := owner.page("/handbook/work"); !strings.Contains(page, `href="/handbook/draft/kh"`) || !strings.Contains(page, "being written") {
		t.Error("the owner's work does not wait for the owner")
	}
	do := func(b *browser, act, comment string) {
		t.Helper()
		if status, page := b.post(draft+"/act", url.Values{"version": {version(t, b.page(draft))}, "do": {act}, "comment": {comment}}); status != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", act, status, page)
		}
	}
	do(owner, "submit", "")
	closed("submitted", secretary, foreigner)
	if status, _ := owner.get(edit); status != http.StatusNotFound {
		t.Errorf("the owner edits what was submitted: %d", status)
	}
	if status, _ := approver.post(draft+"/comment", url.Values{"item": {"kh-legal-4"}, "text": {"Which <b>gazette</b>?"}}); status != http.StatusSeeOther {
		t.Errorf("the approver comments: %d", status)
	}
	status, page = approver.post(draft+"/act", url.Values{"version": {version(t, approver.page(draft))}, "do": {"return"}})
	if status != http.StatusConflict || !strings.Contains(page, "a comment is missing") {
		t.Errorf("returned without a reason: %d", status)
	}
	do(approver, "return", "Name the gazette")
	if page := owner.page(draft); !strings.Contains(page, "Which &lt;b&gt;gazette&lt;/b&gt;?") || !strings.Contains(page, "Name the gazette") || !strings.Contains(page, "approver of kh") {
		t.Error("the owner does not see what the approver said")
	}
	do(owner, "submit", "")
	if page := approver.page("/handbook/work"); !strings.Contains(page, "waits for approval") {
		t.Error("nothing waits for the approver")
	}
	do(approver, "approve", "")
	closed("approved", foreigner)
	if page := secretary.page("/handbook/work"); !strings.Contains(page, "approved, waits for publication") {
		t.Error("nothing waits for the secretariat")
	}
	if page := secretary.page("/handbook/find?q=kingdom&edition=all"); !strings.Contains(page, "Nothing was found.") {
		t.Error("a draft is found")
	}
	publish := func(id string) (int, string) {
		return secretary.post("/handbook/publish", url.Values{"id": {id}, "as_of": {"2024-12"}})
	}
	if status, page := publish("2024"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "There is an edition 2024 already") {
		t.Errorf("an edition of the same name: %d", status)
	}
	if status, page := publish("2025"); status != http.StatusSeeOther {
		t.Fatalf("publish: %d\n%s", status, page)
	}
	page = foreigner.page("/handbook/edition/2025/member/kh")
	if !strings.Contains(page, secret) || !strings.Contains(foreigner.page("/handbook/edition/2025/member/th"), "Taken over unchanged from the edition 2024") {
		t.Error("the edition does not have what was approved, and what was carried over")
	}
	if page := foreigner.page("/handbook/compare?member=kh"); !strings.Contains(page, "Done since") || !strings.Contains(page, "<ins>") {
		t.Error("the comparison does not show it")
	}
	if page := foreigner.page("/handbook/find?q=kingdom"); !strings.Contains(page, "Found: 1") {
		t.Error("what was published is not found")
	}
	for _, page := range []string{foreigner.page("/handbook/edition/2025/member/kh"), foreigner.page("/handbook/edition/2025/item/kh-legal-4")} {
		if strings.Contains(page, "owner of kh") || strings.Contains(page, "adopted in November") {
			t.Error("a published page names who wrote it")
		}
	}
}

// TestUndoDraft brings back what was dropped.
func TestUndoDraft(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	owner := h.of("kh", community.Deputy).in("en")
	const draft = "/handbook/draft/kh"
	page := owner.page(draft + "/item/kh-legal-2")
	if status, _ := owner.post(draft+"/item/kh-legal-2", url.Values{"version": {version(t, page)}, "do": {"drop"}}); status != http.StatusSeeOther {
		t.Fatalf("drop: %d", status)
	}
	page = owner.page(draft)
	revision := regexp.MustCompile(`name="revision" value="(\d+)"`).FindStringSubmatch(page)
	if strings.Contains(page, `id="item-kh-legal-2"`) || revision == nil {
		t.Fatalf("it was not dropped, or cannot be brought back")
	}
	if status, _ := owner.post(draft+"/undo", url.Values{"version": {version(t, page)}, "revision": {revision[1]}}); status != http.StatusSeeOther {
		t.Fatalf("undo: %d", status)
	}
	if !strings.Contains(owner.page(draft), `id="item-kh-legal-2"`) {
		t.Error("it was not brought back")
	}
	if status, _ := owner.post(draft+"/undo", url.Values{"version": {version(t, owner.page(draft))}, "revision": {"999999"}}); status != http.StatusNotFound {
		t.Errorf("undo of what never was: %d", status)
	}
	if status, _ := owner.post(draft+"/item/new", url.Values{"version": {version(t, owner.page(draft+"/item/new?kind=need"))}, "kind": {"need"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("an item without a text: %d", status)
	}
}
