package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/community"
)

// programmeTable is the routes of the programme, where nobody belongs to a
// member: a stranger is led to sign in.
func programmeTable() map[string]string {
	all := map[string]string{}
	for _, path := range []string{
		"", "/events", "/figures", "/record/{kind}/{id}", "/report", "/report/{edition}", "/report/{edition}/file/{file}", "/new/{kind}", "/edit/{kind}/{id}",
		"/partner", "/partner/event/{id}", "/partner/paper/{id}", "/partner/agreement/{id}/document/{hash}", "/people", "/meetings", "/meeting/{id}", "/paper/{id}", "/calendars", "/year",
		"/event/{id}/attendance", "/event/{id}/attendance/{print}", "/event/{id}/participants", "/settings", "/agreement/{id}/document/{hash}", "/photo/{hash}", "/event/{id}/tables/{file}", "/event/{id}/course", "/event/{id}/course/certificate/{file}",
	} {
		all["GET /programme"+path] = "y........"
	}
	all["GET /programme/here/{id}"], all["POST /programme/here/{id}"] = "yyyyyyyyy", "yyyyyyyyy"
	all["GET /programme/certificate"], all["GET /programme/certificate/{code}"] = "yyyyyyyyy", "yyyyyyyyy"
	for _, path := range []string{"plan", "nominate", "first", "withdraw", "decline", "erase", "select", "half", "issue", "revoke", "reissue"} {
		all["POST /programme/event/{id}/course/"+path] = "........."
	}
	all["GET /programme/calendar/{secret}/{file}"] = "........."
	all["GET /programme/public"], all["GET /programme/public/{id}"] = "yyyyyyyyy", "........."
	for _, path := range []string{
		"/people/decide", "/settings", "/agreement/{id}/document", "/event/{id}/tables", "/agreement/{id}/document/{hash}/remove", "/event/{id}/photo", "/event/{id}/photo/{hash}/remove", "/save/{kind}", "/save/{kind}/{id}", "/remove/{kind}/{id}", "/report/{edition}/freeze", "/series/{id}/next", "/duty/{kind}/{id}",
		"/calendars", "/calendars/end", "/meeting/{id}/plan",
		"/event/{id}/attendance/add", "/event/{id}/attendance/came", "/event/{id}/attendance/undo", "/event/{id}/attendance/remove", "/meeting/{id}/item", "/meeting/{id}/item/remove", "/meeting/{id}/paper", "/meeting/{id}/decision", "/meeting/{id}/action",
		"/meeting/{id}/minutes", "/meeting/{id}/circulate", "/meeting/{id}/extend", "/meeting/{id}/withdraw", "/meeting/{id}/settle", "/meeting/{id}/object",
	} {
		all["POST /programme"+path] = "........."
	}
	return all
}

// TestProgrammePages shows the demo programme to a member in both languages, and
// the chapters of the handbook in its report.
func TestProgrammePages(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	reader := h.of("kh", community.Owner)
	for lang, pages := range map[string]map[string][]string{
		"en": {
			"/programme":                            {"Remote Cyber Exercise (RCX)", "Tabletop Exercise", "●", "×", "Record of discussions", "The shared metrics are ended"},
			"/programme/events":                     {"forum", "5 to 6 October 2023", "Without a date", "cancelled"},
			"/programme/figures":                    {"at least 1,000", "Stated by MIC", "Policy meetings on record"},
			"/programme/record/activity/jasper":     {"September 2013", "Cambodia|Indonesia", "Myanmar and Laos take part in DAEDALUS only", "demo data"},
			"/programme/record/event/ext-acid-2023": {"18 to 19 October 2023", "hacktivism", "at least 380"},
			"/programme/report":                     {"Outcome report"},
			"/programme/report/2023":                {"Message from the minister", "Brunei Darussalam", "BNCSF", "at least 1,000", "SHA-256", "Not frozen yet"},
		},
		"ja": {
			"/programme/report/2023":             {"大臣からのメッセージ", "ASEAN各国の取組", "ブルネイ", "1,000以上", "防衛省の取組", "次の10年に向けて", "計数規則"},
			"/programme/record/event/forum-2023": {"2023年10月5日から6日まで", "明治記念館"},
		},
	} {
		reader.in(lang)
		for path, want := range pages {
			page := reader.page(path)
			for _, w := range want {
				found := false
				for one := range strings.SplitSeq(w, "|") {
					found = found || strings.Contains(page, one)
				}
				if !found {
					t.Errorf("%s in %s lacks %q", path, lang, w)
				}
			}
		}
	}
	for _, path := range []string{
		"/programme/record/activity/none", "/programme/record/x/jasper", "/programme/report/1999", "/programme/report/2023/file/report.exe",
		"/programme/new/activity", "/programme/edit/activity/jasper",
	} {
		if status, _ := reader.get(path); status != http.StatusNotFound {
			t.Errorf("%s for a member: %d", path, status)
		}
	}
	status, file := reader.get("/programme/report/2023/file/report.json")
	if status != http.StatusOK || !strings.Contains(file, `"hash"`) {
		t.Errorf("the report as JSON: %d", status)
	}
}

// TestProgrammeIsEdited: the secretariat enters an activity and a figure, is told
// what is wrong with what was typed still there, changes, removes, and freezes
// the report, which then stays as it was.
func TestProgrammeIsEdited(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	b := h.granted(community.Coordinator, community.Everywhere())
	activity := url.Values{"id": {"phishing-week"}, "title.en": {"Phishing week"}, "title.ja": {"フィッシング週間"}, "type": {"awareness"}, "begun": {"2024-02"}, "hosts": {"NCO\nNCSA"}, "reason": {"agreed at the meeting"}}
	bad := with(activity, "begun", "next spring")
	if status, page := b.post("/programme/save/activity", bad); status != http.StatusConflict || !strings.Contains(page, "Not a date: next spring") || !strings.Contains(page, `value="Phishing week"`) {
		t.Errorf("a bad date: %d", status)
	}
	b.want(http.StatusSeeOther, "/programme/save/activity", activity)
	if page := b.page("/programme/record/activity/phishing-week"); !strings.Contains(page, "NCO, NCSA") || !strings.Contains(page, "agreed at the meeting") || !strings.Contains(page, "February 2024") {
		t.Error("the activity is not on its page")
	}
	figure := url.Values{"id": {"phishing-clicks"}, "title.en": {"Clicks"}, "rule": {"stated"}, "of": {"phishing-week"}, "value": {"12"}, "bound": {"about"}, "as_of": {"2024"}, "reason": {"r"}}
	if status, page := b.post("/programme/save/figure", figure); status != http.StatusConflict || !strings.Contains(page, "who stated it") {
		t.Errorf("a number without a source: %d", status)
	}
	if status, page := b.post("/programme/save/figure", with(figure, "value", "twelve")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "twelve") {
		t.Errorf("no number: %d", status)
	}
	b.want(http.StatusSeeOther, "/programme/save/figure", with(with(figure, "stated_by", "NCSA"), "stated_in.en", "a letter"))

	form := b.drawn("/programme/edit/activity/phishing-week", "record")
	b.want(http.StatusSeeOther, "/programme/save/activity/phishing-week", with(with(form, "ended", "2025"), "reason", "over"))
	if status, page := b.post("/programme/save/activity/phishing-week", with(with(form, "ended", "2026"), "reason", "late")); status != http.StatusConflict || !strings.Contains(page, "changed this meanwhile") {
		t.Errorf("a change of an older state: %d", status)
	}
	form = b.drawn("/programme/edit/activity/phishing-week", "remove")
	if status, page := b.post("/programme/remove/activity/phishing-week", with(form, "reason", "wrong")); status != http.StatusConflict || !strings.Contains(page, "named by another record") {
		t.Errorf("an activity with a figure goes: %d", status)
	}

	edition := b.drawn("/programme/edit/edition/2023", "record")
	typed := with(with(edition, "sections", strings.Replace(edition.Get("sections"), "The meeting has been held", "In 2009 the meeting began; it has been held", 1)), "reason", "more")
	if status, page := b.post("/programme/save/edition/2023", typed); status != http.StatusConflict || !strings.Contains(page, "A number may not be typed") {
		t.Errorf("a typed number: %d", status)
	}
	if status, page := b.post("/programme/save/edition/2023", with(with(edition, "sections", "[{"), "reason", "more")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "cannot be read") {
		t.Errorf("broken sections: %d", status)
	}
	b.want(http.StatusSeeOther, "/programme/report/2023/freeze", url.Values{})
	before := b.page("/programme/report/2023")
	jasper := b.drawn("/programme/edit/activity/jasper", "record")
	b.want(http.StatusSeeOther, "/programme/save/activity/jasper", with(with(jasper, "title.en", "Renamed"), "reason", "r"))
	if after := b.page("/programme/report/2023"); strings.Contains(after, "Renamed") || !strings.Contains(before, "It stays as it is") {
		t.Error("a frozen report follows the records")
	}
	b.want(http.StatusSeeOther, "/programme/report/2023/freeze", url.Values{})
	erratum := url.Values{"id": {"erratum-1"}, "title.en": {"Place of the forum"}, "edition": {"2023"}, "on": {"2024-02-01"}, "wrong.en": {"Osaka"}, "right.en": {"Tokyo"}, "reason": {"a reader wrote"}}
	if status, page := b.post("/programme/save/erratum", with(erratum, "right.en", "")); status != http.StatusConflict || !strings.Contains(page, "what is right") {
		t.Errorf("an erratum without what is right: %d", status)
	}
	b.want(http.StatusSeeOther, "/programme/save/erratum", erratum)
	holds(t, b.page("/programme/report/2023"), "Errata", "For “Osaka” read “Tokyo”.", "It stays as it is")
	hash := regexp.MustCompile(`"hash": *"([0-9a-f]{64})"`)
	if a := hash.FindStringSubmatch(b.page("/programme/report/2023/file/report.json")); a == nil || !strings.Contains(before, a[1]) {
		t.Error("the checksum has changed with the erratum")
	}
	holds(t, b.page("/programme/report/2023/file/report.html"), "For “Osaka” read “Tokyo”.")
}
