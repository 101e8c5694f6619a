//go:build unix

package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"renkei/internal/testkit/browser"
)

// TestBrowserTabletopPolls: on a network that refuses streams, or lets them open
// and passes nothing on, the facilitator, the projector and a phone follow a
// question from its announcement to the reveal.
func TestBrowserTabletopPolls(t *testing.T) {
	t.Parallel()
	for name, block := range map[string]http.HandlerFunc{
		"refused": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no streams here", http.StatusForbidden) },
		"silent":  func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pollsOnly(t, block)
		})
	}
}

// pollsOnly plays one question through a proxy that has block for streams.
func pollsOnly(t *testing.T, block http.HandlerFunc) {
	t.Helper()
	links := tabletopLinks(t, start(t, "demo", "payment", "--teams", "7", "--addr", "127.0.0.1:0"), 8)
	base := served.FindString(links[0])
	to, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	var blocked atomic.Int64
	proxy := httputil.NewSingleHostReverseProxy(to)
	hotel := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/stream") {
			blocked.Add(1)
			block(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		hotel.CloseClientConnections()
		hotel.Close()
	})
	b := browser.New(t)
	var people []*browser.Page
	for i, lang := range []string{"en", "ja", "ja"} {
		p := b.Person(t, hotel.URL, lang)
		p.Go(strings.Replace(links[i], base, hotel.URL, 1))
		p.Fill("#name", fmt.Sprintf("Ann %d", i))
		p.Click("form[method=post] button.main")
		p.See("main")
		people = append(people, p)
	}
	chief, screen, phone := people[0], people[1], people[2]
	var seen []string
	for step := ""; step != "reveal"; {
		chief.Until(`document.readyState == "complete" && document.getElementById("keys-open")?.hidden === false`)
		step = browser.Value[string](chief, stepJS)
		seen = append(seen, step)
		if step == "" || len(seen) > 9 {
			t.Fatalf("no reveal after %v", seen)
		}
		chief.Press("n")
		chief.Until(`(` + stepJS + `) !== "` + step + `"`)
		switch step {
		case "open":
			phone.See("#answer") // which was not there when the page was fetched
			screen.See(".countdown")
			browser.Value[int](phone, fmt.Sprintf(answerJS, 1))
			phone.Click("#answer button.main")
			phone.See(".state")
			chief.Until(`document.querySelector("main").textContent.includes("answered")`)
			screen.See(".lead") // how many have
		case "reveal":
			screen.Read("非公開") // one answer without a name is too few
			phone.Read("非公開")
		}
	}
	if blocked.Load() < 3 {
		t.Errorf("%d streams were asked for", blocked.Load())
	}
}
