package server_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	"renkei/internal/community/demo"
	"renkei/internal/community/store"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/web"
)

// communityTable is the routes of the community. Nobody who only takes part in an
// exercise sees anything of it.
func communityTable() map[string]string {
	all := map[string]string{}
	for _, path := range []string{
		"GET /community", "GET /community/changes", "GET /community/contacts", "GET /community/contacts.csv", "GET /community/contacts.vcf", "GET /community/players.csv",
		"GET /community/m/{id}", "GET /community/o/{id}", "GET /community/p/{id}", "GET /community/c/{id}", "GET /community/rfc2350/{id}",
		"GET /community/new/{kind}", "GET /community/edit/{kind}/{id}", "GET /community/history/{kind}/{id}",
	} {
		all[path] = "y........" // a stranger is led to sign in
	}
	all["GET /check/{token}"], all["POST /check/{token}"] = "yyyyyyyyy", "yyyyyyyyy" // a link says by itself what it is for
	for _, path := range []string{"", "/{round}", "/{round}/results.csv", "/{round}/links"} {
		all["GET /community/comcheck"+path] = "y........"
	}
	for _, path := range []string{
		"/comcheck", "/comcheck/{round}/note", "/comcheck-schedule",
		"/start", "/new/{kind}", "/edit/{kind}/{id}", "/remove/{kind}/{id}", "/history/{kind}/{id}", "/erase/{id}", "/m/{id}/role", "/o/{id}/role", "/rfc2350/{id}",
	} {
		all["POST /community"+path] = "........."
	}
	return all
}

// communitySite serves the demo community.
func communitySite(t *testing.T, fill bool) (*fixture, *store.Store) {
	t.Helper()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	kept := store.New(db.Database)
	if fill {
		records, err := demo.Records()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := kept.Apply(t.Context(), time.Now(), demo.Changes(records, "", "demo")...); err != nil {
			t.Fatal(err)
		}
	}
	h := &fixture{t: t, auth: auth.New(db, time.Now, server.Rules()...)}
	handler := newPages(t, web.Deps{
		Auth: h.auth, Texts: texts, Log: slog.New(slog.DiscardHandler), Limits: hurried(),
		Areas: server.Areas(server.Deps{Host: oneExercise{}, DB: db.Database}),
	})
	pages := httptest.NewServer(handler)
	t.Cleanup(pages.Close)
	h.url = pages.URL
	return h, kept
}

// granted lets somebody in with a role for a member, or for the whole community.
func (h *fixture) granted(role auth.Role, scope auth.Scope) *browser {
	h.t.Helper()
	secret, err := h.auth.Invite(h.t.Context(), "test", auth.Grant{Scope: scope, Role: string(role)}, time.Hour)
	if err != nil {
		h.t.Fatal(err)
	}
	b := h.browser()
	b.want(http.StatusSeeOther, "/in/"+secret, url.Values{"name": {"Ada"}})
	return b
}

// drawn returns the fields of the form with that id, as the page has filled them
// in.
func (b *browser) drawn(path, id string) url.Values {
	b.h.t.Helper()
	status, page := b.get(path)
	if status != http.StatusOK {
		b.h.t.Fatalf("%s: %d", path, status)
	}
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		b.h.t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Data == "form" && attr(n, "id") == id {
			return fieldsOf(n)
		}
	}
	b.h.t.Fatalf("%s has no form %s", path, id)
	return nil
}

func isSet(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func fieldsOf(form *html.Node) url.Values {
	v := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		switch {
		case n.Type != html.ElementNode || name == "":
		case n.Data == "input" && attr(n, "type") == "checkbox" && !isSet(n, "checked"), n.Data == "input" && attr(n, "type") == "file":
		case n.Data == "input":
			v.Add(name, attr(n, "value"))
		case n.Data == "textarea" && n.FirstChild == nil:
			v.Add(name, "")
		case n.Data == "textarea":
			v.Add(name, strings.ReplaceAll(strings.TrimPrefix(n.FirstChild.Data, "\n"), "\n", "\r\n")) // as browsers send it
		case n.Data == "select":
			for o := range n.Descendants() {
				if o.Data == "option" && (isSet(o, "selected") || v.Get(name) == "" && !v.Has(name)) {
					v.Set(name, attr(o, "value"))
				}
			}
		}
	}
	return v
}

// TestUntouchedForms sends the form of every record as it was drawn: but for its
// number, nothing has changed.
func TestUntouchedForms(t *testing.T) {
	t.Parallel()
	h, kept := communitySite(t, true)
	b := h.granted(community.Coordinator, community.Everywhere())
	before, err := kept.Registry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for k, ids := range map[community.Kind][]string{
		community.KindMember: {"kh", "jp", "tl"}, community.KindOrganisation: {"jp-policy", "jp-csirt", "th-csirt", "jica"},
		community.KindPerson: {"kh-officer"}, community.KindContact: {"jp-duty", "kh-head"},
	} {
		for _, id := range ids {
			path := "/community/edit/" + string(k) + "/" + id
			form := b.drawn(path, "record")
			form.Set("reason", "untouched")
			b.want(http.StatusSeeOther, path, form)
			after, err := kept.Registry(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if differ, err := community.Differences(before.Record(k, id), after.Record(k, id)); err != nil || len(differ) > 0 {
				t.Errorf("%s %s: %+v, %v", k, id, differ, err)
			}
			n++
		}
	}
	if after, err := kept.Registry(t.Context()); err != nil || after.Last != before.Last+int64(n) {
		t.Errorf("%d revisions, %v", after.Last-before.Last, err)
	}
}

// TestOwnMember has an owner keep what its member says, and nothing else, and
// undo it.
func TestOwnMember(t *testing.T) {
	t.Parallel()
	h, kept := communitySite(t, true)
	owner := h.granted(community.Owner, community.In("kh"))
	const path = "/community/edit/contact/kh-duty"
	form := owner.drawn(path, "record")
	form.Set("channels.1.value", "023 000")
	form.Set("reason", "new number")
	if status, page := owner.post(path, form); status != http.StatusConflict || !strings.Contains(page, `value="023 000"`) || !strings.Contains(page, "no telephone number") {
		t.Fatalf("a bad number: %d %s", status, page)
	}
	form.Set("channels.1.value", "+855 23 000 111")
	owner.want(http.StatusSeeOther, path, form)
	owner.want(http.StatusSeeOther, path, form) // a form that is sent twice does its work once
	form.Set("channels.1.value", "+855 23 000 222")
	if status, page := owner.post(path, form); status != http.StatusConflict || !strings.Contains(page, "Somebody else changed this") {
		t.Errorf("a change of an older revision: %d %s", status, page)
	}
	history := "/community/history/contact/kh-duty"
	_, page := owner.get(history)
	for _, want := range []string{"new number", "Ada", "<del>+999", "<ins>+855 23 000 111</ins>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the history lacks %q", want)
		}
	}
	reg, err := kept.Registry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	undo := owner.drawn(history, "restore-"+web.Number(reg.LastOf(community.KindContact, "kh-duty")))
	undo.Set("do", "undo")
	undo.Set("reason", "wrong number")
	owner.want(http.StatusSeeOther, history, undo)
	if reg, err = kept.Registry(t.Context()); err != nil || reg.Contact("kh-duty").Channels[1].Value != "+999 004 0001" {
		t.Errorf("after undoing: %+v, %v", reg.Contact("kh-duty").Channels, err)
	}
	for _, foreign := range []string{"/community/edit/contact/jp-duty", "/community/edit/member/jp", "/community/new/member", "/community/new/contact?of=jp-csirt", "/community/new/organisation"} {
		if status, _ := owner.get(foreign); status != http.StatusNotFound {
			t.Errorf("%s as the owner of another: %d", foreign, status)
		}
	}
	owner.want(http.StatusNotFound, "/community/erase/kh-officer", nil)
	owner.want(http.StatusNotFound, "/community/m/kh/role", url.Values{"role": {"owner"}})
	stolen := owner.drawn("/community/edit/member/kh", "record")
	stolen.Set("code", "XX")
	stolen.Set("joined", "1999")
	stolen.Set("reason", "mine")
	owner.want(http.StatusSeeOther, "/community/edit/member/kh", stolen)
	if reg, err = kept.Registry(t.Context()); err != nil || reg.Member("kh").Code != "KH" || reg.Member("kh").Joined != "" {
		t.Errorf("an owner changes the code: %+v, %v", reg.Member("kh"), err)
	}
}

// TestLabels shows what is labelled strictly to the member's own people and to
// the secretariat, on no page and in no file to others.
func TestLabels(t *testing.T) {
	t.Parallel()
	h, kept := communitySite(t, true)
	reg, err := kept.Registry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	secret := *reg.Contact("kh-duty")
	secret.TLP = community.AmberStrict
	secret.Channels = []community.Channel{{Kind: community.Mail, Value: "hidden@kh.example"}}
	change := community.Change{Reason: "stricter", Of: community.KindContact, ID: secret.ID, Record: &secret, Base: reg.LastOf(community.KindContact, secret.ID)}
	if _, err := kept.Apply(t.Context(), time.Now(), change); err != nil {
		t.Fatal(err)
	}
	pages := []string{
		"/community/contacts", "/community/contacts.csv", "/community/contacts.vcf", "/community/m/kh", "/community/o/kh-csirt",
		"/community/c/kh-duty", "/community/history/contact/kh-duty",
	}
	for who, sees := range map[*browser]bool{
		h.granted(community.Owner, community.In("kh")):           true,
		h.granted(community.Coordinator, community.Everywhere()): true,
		h.granted(community.Owner, community.In("jp")):           false,
		h.granted(community.Approver, community.In("th")):        false,
	} {
		for _, path := range pages {
			if _, page := who.get(path); strings.Contains(page, "hidden@kh.example") != sees {
				t.Errorf("%s: shown is %v", path, !sees)
			}
		}
	}
}

// TestFirstSteps begins an empty installation: members, then an owner of one.
func TestFirstSteps(t *testing.T) {
	t.Parallel()
	h, kept := communitySite(t, false)
	b := h.secretary()
	if _, page := b.get("/community"); !strings.Contains(page, "First steps") {
		t.Fatal("an empty installation says nothing of first steps")
	}
	b.want(http.StatusSeeOther, "/community/start", nil)
	b.want(http.StatusSeeOther, "/community/start", nil)
	reg, err := kept.Registry(t.Context())
	if err != nil || len(reg.Members()) != 12 || len(reg.AllContacts()) != 0 {
		t.Fatalf("%d members, %d contacts, %v", len(reg.Members()), len(reg.AllContacts()), err)
	}
	_, page := b.post("/community/m/kh/role", url.Values{"role": {"owner"}, "for": {"Dara"}})
	_, link, ok := strings.Cut(page, "/in/")
	if !ok {
		t.Fatalf("there is no link: %s", page)
	}
	link, _, _ = strings.Cut(link, "<")
	owner := h.browser()
	if _, page := owner.get("/in/" + link); !strings.Contains(page, "Owner of Cambodia") {
		t.Errorf("the link says: %s", page)
	}
	owner.want(http.StatusSeeOther, "/in/"+link, url.Values{"name": {"Dara"}})
	if status, page := owner.get("/community/m/kh"); status != http.StatusOK || !strings.Contains(page, "Dara") {
		t.Errorf("the owner gets %d", status)
	}
	fresh := owner.drawn("/community/new/contact?of=kh-csirt", "record")
	fresh.Set("role.en", "Duty officer")
	fresh.Set("reason", "first contact")
	owner.want(http.StatusSeeOther, "/community/new/contact?of=kh-csirt", fresh)
	owner.want(http.StatusSeeOther, "/community/new/contact?of=kh-csirt", fresh)
	if reg, err = kept.Registry(t.Context()); err != nil || len(reg.Contacts("kh-csirt")) != 1 {
		t.Errorf("%d contacts, %v", len(reg.Contacts("kh-csirt")), err)
	}
}

// TestErase takes somebody out of everything.
func TestErase(t *testing.T) {
	t.Parallel()
	h, _ := communitySite(t, true)
	b := h.granted(community.Coordinator, community.Everywhere())
	b.want(http.StatusSeeOther, "/community/erase/kh-officer", nil)
	b.want(http.StatusNotFound, "/community/erase/kh-officer", nil)
	for _, path := range []string{
		"/community/p/kh-officer", "/community/history/person/kh-officer", "/community/history/contact/kh-head", "/community/c/kh-head",
		"/community/contacts", "/community/contacts.csv", "/community/changes",
	} {
		status, page := b.get(path)
		if status != http.StatusOK || strings.Contains(page, "Officer (KH)") || strings.Contains(page, "head@kh-csirt") {
			t.Errorf("%s: %d %s", path, status, page)
		}
	}
}

// TestDescription hands in a description by RFC 2350 and gets it back.
func TestDescription(t *testing.T) {
	t.Parallel()
	h, _ := communitySite(t, true)
	b := h.granted(community.Coordinator, community.Everywhere())
	const path = "/community/rfc2350/kh-csirt"
	form := b.drawn("/community/o/kh-csirt", "describe")
	form.Set("reason", "first")
	if status, page := b.upload(path, "file", "x.txt", []byte("no headings"), form); status != http.StatusConflict || !strings.Contains(page, "No heading") {
		t.Errorf("a text without headings: %d", status)
	}
	text := "2.1. Name of the Team\n   CamCERT\n\n3.2. Constituency\n   Cambodia\n\n   and its people\n"
	if status, page := b.upload(path, "file", "x.txt", []byte(text), form); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	want := "2. Contact Information\n\n2.1. Name of the Team\n   CamCERT\n\n3. Charter\n\n3.2. Constituency\n   Cambodia\n\n   and its people\n"
	if _, got := b.get(path); got != want {
		t.Errorf("it comes back as %q", got)
	}
	again := b.drawn("/community/o/kh-csirt", "describe")
	again.Set("reason", "as it was")
	if status, page := b.upload(path, "file", "", nil, again); status != http.StatusSeeOther { // as browsers send no file
		t.Errorf("without a file: %d %s", status, page)
	}
	if _, got := b.get(path); got != want {
		t.Errorf("the untouched form makes it %q", got)
	}
}

// TestComcheck has the secretariat ask two members, one of whom answers by a link
// without an account, and the other by telephone.
func TestComcheck(t *testing.T) {
	t.Parallel()
	h, kept := communitySite(t, true)
	b, owner := h.granted(community.Coordinator, community.Everywhere()), h.granted(community.Owner, community.In("kh"))
	form := b.drawn("/community/comcheck", "begin")
	form.Set("escalate", "1")
	form["member"] = []string{"kh", "jp"}
	if status, page := b.post("/community/comcheck", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, "do not follow one another") {
		t.Errorf("a plan out of order: %d", status)
	}
	owner.want(http.StatusNotFound, "/community/comcheck", form)
	form.Set("escalate", "48")
	b.want(http.StatusSeeOther, "/community/comcheck", form)
	b.want(http.StatusSeeOther, "/community/comcheck", form)
	rounds, err := kept.Rounds(t.Context())
	if err != nil || len(rounds) < 1 || len(rounds) > 2 { // two where the minute has changed in between
		t.Fatalf("%d rounds, %v", len(rounds), err)
	}
	path := "/community/comcheck/" + rounds[0].ID
	if status, _ := owner.get(path + "/links"); status != http.StatusNotFound {
		t.Errorf("an owner sees the links of others: %d", status)
	}
	_, page := b.get(path + "/links")
	links := strings.Split(page, h.url+"/check/")
	if len(links) != 1+6 {
		t.Fatalf("%d links: %s", len(links)-1, page)
	}
	link := "/check/" + links[1][:22]
	stranger := h.browser()
	if _, page := stranger.get(link); !strings.Contains(page, "Yes, I have received this") {
		t.Fatalf("the link shows %s", page)
	}
	_, asks, err := kept.Round(t.Context(), rounds[0].ID)
	if err != nil || slices.ContainsFunc(asks, func(a comcheck.Ask) bool { return !a.Answered.IsZero() }) {
		t.Fatalf("who only looks answers: %+v, %v", asks, err)
	}
	stranger.want(http.StatusSeeOther, link, url.Values{"word": {"our number has changed"}})
	stranger.want(http.StatusSeeOther, link, url.Values{"word": {"not this"}})
	if _, page := stranger.get(link); !strings.Contains(page, "Thank you") {
		t.Errorf("after the answer: %s", page)
	}
	if status, _ := stranger.get("/check/AAAAAAAAAAAAAAAAAAAAAA"); status != http.StatusGone {
		t.Errorf("a guessed link: %d", status)
	}
	_, page = b.get(path)
	if !strings.Contains(page, "our number has changed") || strings.Contains(page, "not this") || !strings.Contains(page, "1 / 2") {
		t.Errorf("the round says: %s", page)
	}
	if asks, err = kept.AsksOf(t.Context(), "kh-duty", time.Time{}); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(asks, func(a comcheck.Ask) bool { return a.Round == rounds[0].ID && a.Channel == community.Phone })
	note := url.Values{"contact": {"kh-duty"}, "channel": {"phone"}, "address": {asks[i].Address}, "word": {"spoke to the desk"}, "do": {"answered"}}
	owner.want(http.StatusNotFound, path+"/note", note)
	b.want(http.StatusSeeOther, path+"/note", note)
	if _, page = b.get(path); !strings.Contains(page, "2 / 2") || !strings.Contains(page, "spoke to the desk") {
		t.Errorf("the round says: %s", page)
	}
	if _, page = b.get(path + "/results.csv"); !strings.Contains(page, "our number has changed") {
		t.Errorf("the table is: %s", page)
	}
	if _, page = b.get("/community/c/kh-duty"); !strings.Contains(page, "spoke to the desk") {
		t.Error("the contact's own history has no answer")
	}
	if _, page = b.get(path + "/links"); strings.Contains(page, "/check/") {
		t.Error("who has answered is asked again")
	}
}
