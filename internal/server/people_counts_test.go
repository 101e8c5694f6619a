package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"renkei/internal/community"
)

// TestHeadCounts shows the secretariat how many were at events, with the range of
// what is undecided, and what a decision does to it, and undoes it. Nobody else
// sees who is who.
func TestHeadCounts(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretary, member := h.granted(community.Coordinator, community.Everywhere()), h.of("kh", community.Owner)
	const path, one, other = "/programme/people", "demo-course/demo-1", "demo-seminar/demo-seminar-1"
	at := path + "?y=" + time.Now().AddDate(0, 0, -12).Format("2006")
	if status, _ := member.get(at); status != http.StatusNotFound {
		t.Errorf("a member sees who is who: %d", status)
	}
	holds(t, secretary.page(at), "9 persons (8 to 11), 12 seats", "Dara Sok", "same words in another order", "same name in another script", "names differ by one letter", "Persons trained", "Course on handling incidents")
	if status, _ := member.post(path+"/decide", url.Values{"a": {one}, "b": {other}, "says": {"same"}}); status != http.StatusNotFound {
		t.Errorf("a member decides: %d", status)
	}
	secretary.want(http.StatusSeeOther, path+"/decide", url.Values{"a": {one}, "b": {other}, "says": {"different"}})
	holds(t, secretary.page(at), "10 persons (9 to 11), 12 seats", "different persons", "Take back")
	if status, _ := secretary.post(path+"/decide", url.Values{"a": {one}, "b": {other}, "says": {"same"}}); status != http.StatusConflict {
		t.Errorf("one person and two at once: %d", status)
	}
	secretary.want(http.StatusSeeOther, path+"/decide", url.Values{"a": {one}, "b": {other}, "says": {""}})
	secretary.want(http.StatusSeeOther, path+"/decide", url.Values{"a": {one}, "b": {other}, "says": {"same"}})
	holds(t, secretary.page(at), "9 persons (8 to 10), 12 seats")
	secretary.want(http.StatusSeeOther, path+"/decide", url.Values{"a": {one}, "b": {other}, "says": {""}})
	holds(t, secretary.in("ja").page(at), "9人（8～11人）、延べ12人", "別の文字で書かれた同じ氏名")

	secretary.want(http.StatusSeeOther, "/programme/save/figure", url.Values{
		"id": {"trained"}, "title.en": {"Trained in the course"}, "rule": {"persons"}, "of": {"demo-course"}, "base": {"0"}, "reason": {"new"},
	})
	holds(t, member.page("/programme/record/figure/trained"), "Trained in the course", ">7 <", "Persons who were present")
}

// TestNamesakesOnPage: the secretariat finds a name, parts one of its entries from
// the others, and takes that back; a member finds nothing.
func TestNamesakesOnPage(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	b, member := h.granted(community.Coordinator, community.Everywhere()), h.of("jp", community.Owner)
	holds(t, b.page("/programme/figures"), `href="/programme/people"`)
	if status, _ := member.get("/programme/people?name=sato"); status != http.StatusNotFound {
		t.Errorf("a member looks for names: %d", status)
	}
	b.want(http.StatusSeeOther, "/programme/event/demo-course/attendance/add", url.Values{"member": {"jp"}, "people": {"佐藤 花子; NCO; delegate"}})
	page := b.page("/programme/people?name=%E8%8A%B1%E5%AD%90")
	holds(t, page, "1 more entries of this name and member", "Somebody else")
	_, rest, _ := strings.Cut(page, `<input type="hidden" name="says" value="another"`)
	before, _, _ := strings.Cut(page, rest)
	at := strings.LastIndex(before, `name="a" value="`) + len(`name="a" value="`)
	entry, _, _ := strings.Cut(before[at:], `"`)
	b.want(http.StatusSeeOther, "/programme/people/decide", url.Values{"a": {entry}, "b": {entry}, "says": {"another"}})
	holds(t, b.page("/programme/people?name=%E8%8A%B1%E5%AD%90"), "somebody else of the same name", "Take back")
	b.want(http.StatusSeeOther, "/programme/people/decide", url.Values{"a": {entry}, "b": {entry}, "says": {""}})
	holds(t, b.page("/programme/people?name=%E8%8A%B1%E5%AD%90"), "1 more entries of this name and member", "!somebody else of the same name")
}
