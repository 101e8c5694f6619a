package server_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/server"
	"renkei/internal/testkit/exercisetest"
)

// TestProposalsStayInEveryLanguage: an entry that leaves title, action and
// reference as they were proposed puts none of them into one language.
func TestProposalsStayInEveryLanguage(t *testing.T) {
	t.Parallel()
	db := exercisetest.Store(t, server.Stored()...)
	h := serving(t, db, conducted(t, db, "hospital-ransomware", 150*exercise.Second))
	director := h.as(access.Director, "")
	h.give("rest", exercise.Excon(), exercise.Jump{To: 29 * 60 * exercise.Second, Mode: exercise.JumpRelease})
	h.end()
	path := "/x/" + id + "/plan"
	row := regexp.MustCompile(`(?s)name="issue" value="F[^"]*".*?</form>`).FindString(director.in("en").page(path))
	form := url.Values{"responsible": {"Ministry of filters"}, "completion": {"2028-01-31"}, "key": {"k1"}}
	for _, name := range []string{"issue", "was", "objective", "proposed-title", "proposed-action", "proposed-reference"} {
		got := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(row)
		if got == nil || got[1] == "" && name != "objective" {
			t.Fatalf("the form of a flow has no %s", name)
		}
		form.Set(name, html.UnescapeString(got[1]))
		if own, ok := strings.CutPrefix(name, "proposed-"); ok {
			form.Set(own, form.Get(name))
		}
	}
	director.want(http.StatusSeeOther, path, form)
	page := director.in("ja").page(path)
	holds(t, page, "Ministry of filters")
	for _, name := range []string{"title", "action", "reference"} {
		if strings.Contains(page, `value="`+html.EscapeString(form.Get(name))+`"`) || strings.Contains(page, ">"+html.EscapeString(form.Get(name))+"<") {
			t.Errorf("the Japanese page has the %s in English: %s", name, form.Get(name))
		}
	}
}
