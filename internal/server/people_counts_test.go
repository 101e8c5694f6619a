package server_test

import (
	"net/http"
	"net/url"
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
