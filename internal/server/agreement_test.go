package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"renkei/internal/community"
)

// TestAgreementDocuments: the secretariat attaches documents to an agreement; each
// is read by its label, and what came of the agreement stands on its page and in
// the report.
func TestAgreementDocuments(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretariat, member := h.granted(community.Coordinator, community.Everywhere()), h.of("kh", community.Owner)
	const page = "/programme/record/agreement/jica-cambodia-rd"
	const path = "/programme/agreement/jica-cambodia-rd/document"
	attach := func(b *browser, text, tlp string) int {
		t.Helper()
		status, _ := b.upload(path, "file", "record.pdf", []byte(text), url.Values{"tlp": {tlp}, "title.en": {"Text of " + tlp}})
		return status
	}
	if status := attach(member, "x", "AMBER"); status != http.StatusNotFound {
		t.Errorf("a member attaches a document: %d", status)
	}
	if status := attach(secretariat, "x", "PINK"); status != http.StatusConflict && status != http.StatusUnprocessableEntity {
		t.Errorf("a label that is none: %d", status)
	}
	for _, tlp := range []string{"AMBER", "RED"} {
		if status := attach(secretariat, "text of "+tlp, tlp); status != http.StatusSeeOther {
			t.Fatalf("attach %s: %d", tlp, status)
		}
	}
	holds(t, member.page(page), "Text of AMBER", "record.pdf", "!Text of RED")
	holds(t, secretariat.page(page), "Text of AMBER", "Text of RED")
	links := map[string]string{}
	for _, part := range strings.Split(secretariat.page(page), `href="`+path+"/")[1:] {
		hash, rest, _ := strings.Cut(part, `"`)
		name, _, _ := strings.Cut(rest, "</a>")
		for _, tlp := range []string{"AMBER", "RED"} {
			if links[tlp] == "" && strings.Contains(name, "Text of "+tlp) {
				links[tlp] = path + "/" + hash
			}
		}
	}
	if len(links) != 2 {
		t.Fatalf("links: %v", links)
	}
	for tlp, c := range map[string]struct{ member, secretariat int }{"AMBER": {http.StatusOK, http.StatusOK}, "RED": {http.StatusNotFound, http.StatusOK}} {
		if status, _ := member.get(links[tlp]); status != c.member {
			t.Errorf("%s to a member: %d", tlp, status)
		}
		if status, text := secretariat.get(links[tlp]); status != c.secretariat || text != "text of "+tlp {
			t.Errorf("%s to the secretariat: %d %q", tlp, status, text)
		}
	}
	form := secretariat.drawn("/programme/edit/agreement/jica-cambodia-rd", "record")
	form.Set("outcome.en", "CamCERT has trained its first analysts.")
	form.Set("reason", "report of the project")
	secretariat.want(http.StatusSeeOther, "/programme/save/agreement/jica-cambodia-rd", form)
	holds(t, member.page(page), "CamCERT has trained its first analysts.", "Text of AMBER", "!Text of RED")
	secretariat.want(http.StatusSeeOther, links["AMBER"]+"/remove", url.Values{})
	if status, _ := member.get(links["AMBER"]); status != http.StatusNotFound {
		t.Errorf("a document that was taken off: %d", status)
	}
	holds(t, secretariat.page(page), "!Text of AMBER", "Document taken off")
}
