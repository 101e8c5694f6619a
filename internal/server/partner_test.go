package server_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/programme/store"
	"renkei/internal/server"
	"renkei/internal/web"
)

// partnerPages are the addresses of community, handbook and programme that answer
// somebody of a partner; all others are not there for them.
func partnerPages() map[string]bool {
	all := map[string]bool{"GET /people/example": true, "POST /handbook/views": true}
	for _, path := range []string{
		"/check/{token}", "/handbook", "/handbook/plans", "/handbook/compare", "/handbook/find", "/handbook/offers", "/handbook/links",
		"/handbook/edition/{edition}", "/handbook/edition/{edition}/member/{member}", "/handbook/edition/{edition}/measure/{measure}",
		"/handbook/edition/{edition}/theme/{theme}", "/handbook/edition/{edition}/item/{item}",
		"/handbook/edition/{edition}/file/{form}", "/handbook/edition/{edition}/member/{member}/file/{form}",
		"/programme/partner", "/programme/partner/event/{id}", "/programme/public", "/programme/public/{id}",
		"/programme/here/{id}", "/programme/certificate", "/programme/certificate/{code}",
	} {
		all["GET "+path] = true
	}
	all["POST /check/{token}"], all["POST /programme/here/{id}"] = true, true
	return all
}

// ofDemo names in an address what the demonstration has.
func ofDemo(path, id string) string {
	return strings.NewReplacer(
		"{edition}", "2023", "{member}", "kh", "{measure}", "legal", "{theme}", "csirt", "{item}", "kh-legal-1", "{form}", "json", "{round}", "none", "{file}", "report.json",
		"{kind}", "event", "{id}", id, "{token}", "none", "{code}", "none", "{half}", "1", "{print}", "badges", "{hash}", "none", "{secret}", "none",
	).Replace(path)
}

// TestPartnerRoutes asks every address of community, handbook and programme as
// somebody of a partner, each with the ids of several records.
func TestPartnerRoutes(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	partner := h.granted(community.Partner, community.In("ajccbc"))
	_, absent := partner.get("/no/such/page")
	open := partnerPages()
	for _, pattern := range web.Patterns(server.Areas(server.Deps{})) {
		method, path, _ := strings.Cut(pattern, " ")
		area, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		if area != "community" && area != "handbook" && area != "programme" && area != "people" && area != "check" && area != "audit" {
			continue
		}
		ids := []string{"wg1", "wg2", "jica-cambodia-rd", "demo-course", "kh", "jica", "kh-1", "o-1"}
		if method == http.MethodPost {
			ids = ids[1:2] // the Need comes before anything is looked for
		}
		answers := false
		for _, id := range ids {
			var body io.Reader
			if method == http.MethodPost {
				body = strings.NewReader("key=")
			}
			status, text := partner.send(method, ofDemo(path, id), body)
			if method == http.MethodPost {
				partner.get("/no/such/page") // which confirms what was done, once
			}
			if status >= http.StatusInternalServerError {
				t.Errorf("%s with %s fails with %d", pattern, id, status)
			}
			if status != http.StatusNotFound || text != absent {
				answers = true
			}
			if !open[pattern] && text != absent {
				t.Errorf("%s with %s is open to a partner: %d", pattern, id, status)
			}
		}
		if open[pattern] && !answers {
			t.Errorf("%s is closed to a partner", pattern)
		}
	}
}

// TestPartnerSees: somebody of a partner reads what names the partner, by its
// label, and nothing of anybody else.
func TestPartnerSees(t *testing.T) {
	t.Parallel()
	db := demoDatabase(t)
	kept := store.New(db.Database)
	now := time.Now()
	links := map[community.TLP]string{}
	var changes []programme.Change
	for member, tlp := range map[string]community.TLP{"kh": community.Green, "sg": community.Amber} {
		hash, err := kept.PutFile(t.Context(), now, []byte("paper of "+member))
		if err != nil {
			t.Fatal(err)
		}
		p := &programme.Paper{
			Head: programme.Head{ID: "paper-" + member, Title: community.Text{"en": "Incidents of " + member}}, Meeting: "wg2", Item: "exchange", Member: member, TLP: tlp, At: now.UTC(),
			File: programme.File{Name: "paper.txt", Media: "text/plain", Hash: hash, Size: int64(len("paper of " + member))},
		}
		links[tlp] = "/programme/partner/paper/" + p.ID
		changes = append(changes, programme.Change{Reason: "test", Of: p.Kind(), ID: p.ID, Record: p})
	}
	draft := &programme.Event{
		Head: programme.Head{ID: "secret-plan", Title: community.Text{"en": "Nobody knows"}}, Type: "workshop", Status: programme.Drafted, Begin: "2030", Partners: []string{"ajccbc"},
	}
	changes = append(changes, programme.Change{Reason: "test", Of: draft.Kind(), ID: draft.ID, Record: draft})
	if _, err := kept.Apply(t.Context(), now, changes...); err != nil {
		t.Fatal(err)
	}
	h := serving(t, db, nil)
	partner, other := h.granted(community.Partner, community.In("ajccbc")), h.granted(community.Partner, community.In("jica"))
	member := h.of("kh", community.Owner)

	holds(t, partner.page("/programme/partner"), "Second meeting of the working group", "Course on handling incidents", "Capacity Building Centre", "!First meeting of the working group", "!Record of discussions", "!Nobody knows", "!Seminar on reporting")
	holds(t, other.page("/programme/partner"), "Record of discussions", "digital trust services", "!Second meeting of the working group", "!Course on handling incidents")
	holds(t, partner.in("ja").page("/programme/partner"), "第2回作業部会", "貴機関が参加するプログラム")
	partner.in("en")
	meeting := partner.page("/programme/partner/event/wg2")
	holds(t, meeting, "Exchange on recent incidents", "CamCERT", "Incidents of kh", "!Incidents of sg", "!Nobody knows", "!/programme/record/", "!/programme/meeting/")
	if status, text := partner.get(links[community.Green]); status != http.StatusOK || text != "paper of kh" {
		t.Errorf("a paper labelled GREEN: %d %q", status, text)
	}
	for path, who := range map[string]*browser{
		links[community.Amber]: partner, links[community.Green]: other, "/programme/partner/event/wg1": partner, "/programme/partner/event/secret-plan": partner,
		"/programme/partner/event/demo-seminar": partner, "/programme/partner/event/wg2": other, "/programme/partner": member, "/handbook/offers": member,
		"/community/o/ajccbc": partner, "/handbook/needs/o-1": partner,
	} {
		if status, _ := who.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	offers := partner.page("/handbook/offers")
	holds(t, offers, "Incident response course, one week", "Incident handling course for ministries", "Twelve places are kept", "!Long-term adviser", "!Eighteen people")
	holds(t, other.page("/handbook/offers"), "Long-term adviser to a new national CSIRT", "From April, in Portuguese if possible", "!Sensors for a national early warning network", "!Expert review of the security of a power utility", "!Digital forensics")
	front := partner.page("/")
	holds(t, front, "/programme/partner", "/handbook/offers", "!href=\"/community", "!href=\"/programme\"", "!href=\"/handbook/needs")
}

// TestPartnerRole: the secretariat gives the role on the page of a partner, by a
// link or to an account, and takes it back, and what it opened is closed.
func TestPartnerRole(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretariat, member := h.granted(community.Coordinator, community.Everywhere()), h.of("kh", community.Owner)
	const path = "/community/o/ajccbc"
	holds(t, secretariat.page(path), "Who reads for this partner", "Nobody reads for this partner yet")
	holds(t, member.page(path), "!Who reads for this partner")
	give := url.Values{"role": {string(community.Partner)}, "for": {"Mai"}}
	if status, _ := member.post(path+"/role", give); status != http.StatusNotFound {
		t.Errorf("a member gives the role: %d", status)
	}
	for form, at := range map[string]string{"owner": path, string(community.Partner): "/community/m/kh"} {
		if status, _ := secretariat.post(at+"/role", url.Values{"role": {form}}); status == http.StatusOK || status == http.StatusSeeOther {
			t.Errorf("the role of %s at %s: %d", form, at, status)
		}
	}
	if status, _ := secretariat.post("/community/o/jpcert/role", give); status != http.StatusNotFound {
		t.Errorf("an organisation of a member is no partner: %d", status)
	}
	status, page := secretariat.post(path+"/role", give)
	_, rest, found := strings.Cut(page, "/in/")
	if status != http.StatusOK || !found {
		t.Fatalf("the link: %d", status)
	}
	secret := rest[:strings.IndexAny(rest, "\"<\n ")]
	mai := h.browser()
	holds(t, mai.page("/in/"+secret), "Partner of the community: ASEAN-Japan Cybersecurity Capacity Building Centre")
	mai.want(http.StatusSeeOther, "/in/"+secret, url.Values{"name": {"Mai"}})
	holds(t, mai.page("/programme/partner"), "Second meeting of the working group")
	_, rest, _ = strings.Cut(secretariat.page(path), `name="person" value="`)
	person, _, _ := strings.Cut(rest, `"`)
	secretariat.want(http.StatusSeeOther, path+"/role", url.Values{"do": {"revoke"}, "role": {string(community.Partner)}, "person": {person}})
	if status, _ := mai.get("/programme/partner"); status != http.StatusNotFound {
		t.Errorf("after the role was taken back: %d", status)
	}
}

// TestPartnersOfRecords: the form of an event offers the partners of the
// community, and no others.
func TestPartnersOfRecords(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretariat := h.granted(community.Coordinator, community.Everywhere())
	const edit = "/programme/edit/event/demo-seminar"
	form := secretariat.drawn(edit, "record")
	form["partners"], form["reason"] = []string{"jica"}, []string{"they are invited"}
	secretariat.want(http.StatusSeeOther, "/programme/save/event/demo-seminar", form)
	holds(t, h.granted(community.Partner, community.In("jica")).page("/programme/partner"), "Seminar on reporting")
	again := secretariat.drawn(edit, "record")
	if got := again["partners"]; len(got) != 1 || got[0] != "jica" {
		t.Errorf("the form has partners %v", got)
	}
	again["partners"], again["reason"] = []string{"nobody"}, []string{"x"}
	if status, page := secretariat.post("/programme/save/event/demo-seminar", again); status != http.StatusConflict && status != http.StatusUnprocessableEntity {
		t.Errorf("a partner that is none: %d", status)
	} else {
		holds(t, page, "There is no partner nobody")
	}
}
