package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"renkei/internal/channel/mattermost"
	"renkei/internal/exercise/scenario"
	"renkei/internal/server"
	fake "renkei/internal/testkit/mattermost"
)

// TestButtons acknowledges an inject and answers its task by the buttons under it,
// each once: what is forged, comes again, is of another channel or of somebody else
// is refused, and who may not act for the unit does not.
func TestButtons(t *testing.T) {
	t.Parallel()
	s := fake.Start(t)
	ann, bo := s.Join("ann", "ann@desk.internal"), s.Join("bo", "bo@desk.internal")
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	addr := freeAddr(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- server.Demo(ctx, server.DemoOptions{
			Pack: "hospital-ransomware", Teams: 3, Speed: 60, Dir: t.TempDir(), Addr: addr, Texts: texts, Log: slog.New(slog.DiscardHandler),
			Ready: func([]server.DemoLink) { close(ready) }, Taken: func(scenario.Text) {}, Mattermost: s.URL, Token: s.Admin, Callback: "http://" + addr,
			People: map[string][]string{"asteria": {"ann"}, "borealis": {"bo"}}, SetUp: func(*mattermost.Report) {},
		})
	}()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	until := func(about string, is func(p fake.Posted) bool) (found fake.Posted) {
		t.Helper()
		for limit := time.Now().Add(time.Minute); ; <-time.After(20 * time.Millisecond) {
			_, all := s.Standing("unit-asteria")
			for _, p := range all {
				if is(p) {
					return p
				}
			}
			if time.Now().After(limit) {
				t.Fatalf("%s did not come: %+v", about, all)
			}
		}
	}
	under := func(root, words string) func(fake.Posted) bool {
		return func(p fake.Posted) bool { return p.Root == root && strings.Contains(p.Text, words) }
	}
	inject := until("the inject", func(p fake.Posted) bool { return p.About == "inject/I02" })
	post := func(about, at string, want int, what map[string]any, change func(map[string]any)) string {
		t.Helper()
		sent := maps.Clone(what)
		change(sent)
		return postJSON(t, about, at, want, sent)
	}
	press := func(user, name string) (string, map[string]any) {
		at, what, ok := s.Press(user, inject.ID, name)
		if !ok {
			t.Fatalf("no button %q", name)
		}
		return at, what
	}
	as := func(map[string]any) {}
	with := func(key string, value any) func(map[string]any) { return func(m map[string]any) { m[key] = value } }
	other, _ := s.Standing("unit-borealis")

	at, what := press(ann, "Acknowledge")
	context, _ := what["context"].(map[string]any)
	forged := maps.Clone(context)
	forged["do"] = "answer/T01"
	post("no code", at, http.StatusForbidden, what, with("context", map[string]any{}))
	post("another thing to do", at, http.StatusForbidden, what, with("context", forged))
	post("another channel", at, http.StatusForbidden, what, with("channel_id", other))
	post("another team", at, http.StatusForbidden, what, with("team_id", "x"))
	post("nobody", at, http.StatusForbidden, what, with("user_id", ""))
	post("another exercise", strings.Replace(at, "/press", "x/press", 1), http.StatusForbidden, what, as)
	post("too long", at, http.StatusBadRequest, what, with("user_name", strings.Repeat("x", 70<<10)))
	post("as it comes", at, http.StatusOK, what, as)
	post("again", at, http.StatusConflict, what, as)
	until("that it is acknowledged", under(inject.ID, "Acknowledged: I02"))
	at, what = press(bo, "Acknowledge")
	post("somebody else", at, http.StatusOK, what, as)
	until("that it is not theirs", under(inject.ID, "You do not act for"))

	at, what = press(bo, "Answer T01")
	post("somebody else answers", at, http.StatusOK, what, as)
	if n := len(s.Dialogs()); n != 0 {
		t.Fatalf("%d dialogs", n)
	}
	at, what = press(ann, "Answer T01")
	post("an answer", at, http.StatusOK, what, as)
	if all := s.Dialogs(); len(all) != 1 || all[0]["title"] != "Answer T01" {
		t.Fatalf("dialogs %+v", all)
	}
	at, what = s.HandIn(map[string]any{"p": "192.0.2.1 nowhere"})
	post("without its state", at, http.StatusForbidden, what, with("state", "{}"))
	post("by somebody else", at, http.StatusForbidden, what, with("user_id", bo))
	post("from another channel", at, http.StatusForbidden, what, with("channel_id", other))
	post("handed in", at, http.StatusOK, what, as)
	post("handed in again", at, http.StatusConflict, what, as)
	until("that it is recorded", under(inject.ID, "Recorded: T01"))

	s.Fault(func(r *http.Request) *fake.Fault {
		if strings.HasSuffix(r.URL.Path, "/dialogs/open") {
			return &fake.Fault{Status: http.StatusBadRequest}
		}
		return nil
	})
	at, what = press(ann, "Answer T01")
	if said := post("where no dialog opens", at, http.StatusOK, what, as); !strings.Contains(said, "Reply in this thread with your answer") {
		t.Errorf("said %q", said)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// postJSON posts something and returns what was answered.
func postJSON(t *testing.T, about, at string, want int, what any) string {
	t.Helper()
	raw, err := json.Marshal(what)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(about, err)
	}
	defer func() { _ = res.Body.Close() }()
	var said bytes.Buffer
	if _, err := said.ReadFrom(res.Body); err != nil || res.StatusCode != want {
		t.Errorf("%s: %d, want %d (%v)", about, res.StatusCode, want, err)
	}
	return said.String()
}
