package server_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/channel/mattermost"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/scenario"
	"renkei/internal/server"
	fake "renkei/internal/testkit/mattermost"
)

// TestPlayOnMattermost plays a demonstration there: an inject comes in the name of
// its contact, a reply in its thread is an answer, a stranger is shown to EXCON,
// assigned on the page, and then counts.
func TestPlayOnMattermost(t *testing.T) {
	t.Parallel()
	chat := fake.Start(t)
	ann, eve := chat.Join("ann", "ann@desk.internal"), chat.Join("eve", "eve@desk.internal")
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ready, ended := make(chan []server.DemoLink, 1), make(chan error, 1)
	go func() {
		ended <- server.Demo(ctx, server.DemoOptions{
			Pack: "hospital-ransomware", Teams: 3, Speed: 60, Dir: t.TempDir(), Addr: "127.0.0.1:0", Texts: texts, Log: slog.New(slog.DiscardHandler),
			Ready: func(links []server.DemoLink) { ready <- links }, Taken: func(scenario.Text) {},
			Mattermost: chat.URL, Token: chat.Admin, People: map[string][]string{"asteria": {"ann"}}, SetUp: func(*mattermost.Report) {},
		})
	}()
	var links []server.DemoLink
	select {
	case links = <-ready:
	case err := <-ended:
		t.Fatal(err)
	case <-time.After(time.Minute):
		t.Fatal("it is not served")
	}
	until := func(about, channel string, is func(p fake.Posted) bool) (room string, found fake.Posted) {
		t.Helper()
		var all []fake.Posted
		for limit := time.After(time.Minute); ; {
			room, all = chat.Standing(channel)
			if i := slices.IndexFunc(all, is); i >= 0 {
				return room, all[i]
			}
			select {
			case <-limit:
				t.Fatalf("%s did not come; there are %+v", about, all)
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	has := func(words string) func(fake.Posted) bool {
		return func(p fake.Posted) bool { return strings.Contains(p.Text, words) }
	}
	room, inject := until("the inject", "unit-asteria", func(p fake.Posted) bool { return p.About == "inject/I02" })
	if !strings.HasSuffix(inject.User, "-vendor") || !strings.HasPrefix(inject.Text, "**TLP:AMBER ") || !strings.Contains(inject.Text, "EXERCISE") {
		t.Errorf("inject %+v", inject)
	}
	chat.Reply(ann, room, inject.ID, "renkei answer T01 nowhere at all")
	_, answered := until("what became of the answer", "unit-asteria", func(p fake.Posted) bool { return p.Root == inject.ID && p.User == "renkei" })
	if !strings.Contains(answered.Text, "T01") {
		t.Errorf("answered %q", answered.Text)
	}
	if _, posts := chat.Standing("liaison"); !slices.ContainsFunc(posts, has("STARTEX")) {
		t.Errorf("liaison %+v", posts)
	}
	chat.Say(eve, room, "renkei status")
	until("that nobody knows her", "unit-asteria", has("not known in this exercise"))

	i := slices.IndexFunc(links, func(l server.DemoLink) bool { return l.Role == access.Director })
	director := signIn(t, links[i])
	page := director.get("channels")
	if !strings.Contains(page, "Connected:") || !strings.Contains(page, "Unknown accounts: 1") || !strings.Contains(page, "ann: ann") {
		t.Fatalf("page\n%s", page)
	}
	director.post("channels", url.Values{"account": {eve}, "to": {"unit/asteria"}, "key": {"k1"}})
	if page = director.get("channels"); !strings.Contains(page, "Unknown accounts: 0") || !strings.Contains(page, "eve: eve") {
		t.Errorf("once assigned\n%s", page)
	}
	chat.Say(eve, room, "renkei status")
	until("her status", "unit-asteria", has("Open tasks"))
	if page = director.get("log"); !strings.Contains(page, "Mattermost") {
		t.Error("the log does not say where it was said")
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// visitor is somebody in a browser.
type visitor struct {
	t    *testing.T
	c    *http.Client
	base string // address of the exercise, with a slash
}

// signIn takes a link.
func signIn(t *testing.T, l server.DemoLink) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, c: &http.Client{Jar: jar}}
	res := v.do(http.MethodPost, l.URL, url.Values{"name": {"Dan"}})
	at := res.Request.URL
	parts := strings.Split(at.Path, "/")
	if len(parts) < 3 || parts[1] != "x" {
		t.Fatalf("signed in at %s", at)
	}
	v.base = at.Scheme + "://" + at.Host + "/x/" + parts[2] + "/"
	return v
}

func (v *visitor) do(method, at string, form url.Values) *http.Response {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, at, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := v.c.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	v.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

func (v *visitor) get(path string) string {
	v.t.Helper()
	res := v.do(http.MethodGet, v.base+path, nil)
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		v.t.Fatalf("%s: %d, %v", path, res.StatusCode, err)
	}
	return string(raw)
}

func (v *visitor) post(path string, form url.Values) {
	v.t.Helper()
	if res := v.do(http.MethodPost, v.base+path, form); res.StatusCode != http.StatusOK {
		raw, _ := io.ReadAll(res.Body)
		v.t.Fatalf("%s: %d\n%s", path, res.StatusCode, raw)
	}
}
