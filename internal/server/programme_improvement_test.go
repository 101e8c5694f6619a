package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/server"
	"renkei/internal/testkit/exercisetest"
)

// TestImprovementsOfEvent: the page of an event has the improvement plan of the
// exercise that was played at it, with owner, dates and state as the exercise has
// them now, for EXCON of that exercise and for nobody else.
func TestImprovementsOfEvent(t *testing.T) {
	t.Parallel()
	db := exercisetest.Store(t, server.Stored()...)
	h := serving(t, db, conducted(t, db, "hospital-ransomware", 150*exercise.Second))
	secretary, coordinator := h.secretary(), h.granted(community.Coordinator, community.Everywhere())
	director := h.as(access.Director, "")
	secretary.want(http.StatusSeeOther, "/programme/save/event", playedEvent(id))
	const event, heading = "/programme/record/event/rcx-now", "Improvement plan of the exercise"
	holds(t, secretary.page(event), "!"+heading)

	h.give("rest", exercise.Excon(), exercise.Jump{To: 29 * 60 * exercise.Second, Mode: exercise.JumpRelease})
	h.end()
	path := "/x/" + id + "/plan"
	issue := url.Values{
		"title": {"Mail filter lets lures pass"}, "action": {"Buy a better filter"}, "responsible": {"Ministry of filters"},
		"start": {"2026-01-15"}, "completion": {"2026-03-31"}, "status": {"begun"}, "was": {"0"}, "key": {"k1"},
	}
	director.want(http.StatusSeeOther, path, issue)
	holders, err := h.auth.GrantsIn(t.Context(), access.In(id, ""))
	if err != nil || len(holders) != 1 {
		t.Fatalf("%d people direct, %v", len(holders), err)
	}
	err = h.auth.Grant(t.Context(), "test", auth.Grant{Scope: community.Everywhere(), Role: string(community.Coordinator), Person: holders[0].Person})
	if err != nil {
		t.Fatal(err)
	}
	both := director // of the community too
	holds(t, both.page(event), heading, "Mail filter lets lures pass", "Buy a better filter", "Ministry of filters", "15 January", "31 March 2026", "Begun", "overdue", `href="`+path+`"`)
	holds(t, coordinator.page(event), "Remote exercise of the year", "!"+heading, "!Ministry of filters")

	// What is changed in the exercise is what the programme shows.
	page := both.page(path)
	key := regexp.MustCompile(`name="issue" value="(#\d+)"`).FindStringSubmatch(page)
	if key == nil {
		t.Fatal("the added issue has no form")
	}
	issue.Set("issue", key[1])
	issue.Set("was", key[1][1:])
	issue.Set("status", "done")
	issue.Set("key", "k2")
	director.want(http.StatusSeeOther, path, issue)
	holds(t, both.page(event), "Ministry of filters", "Done", "!overdue")
	holds(t, both.in("ja").page(event), "演習の改善計画", "完了")
}
