package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/api"
	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/scenario"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/exercisetest"
)

var update = flag.Bool("update", false, "write the golden file anew")

const id = "x"

// one is a host with one exercise.
type one struct{ hosted *hosting.Exercise }

func (o one) Exercise(_ context.Context, got string) (*hosting.Exercise, error) {
	if got != id {
		return nil, hosting.ErrNotFound
	}
	return o.hosted, nil
}

func (o one) List(_ context.Context, wanted func(string) bool) ([]hosting.Summary, error) {
	if !wanted(id) {
		return nil, nil
	}
	return []hosting.Summary{{ID: id, Title: scenario.Text{"en": "Drill"}}}, nil
}

func (o one) Ready() (ok bool, waiting int) { return true, 0 }

// keys are tokens by their secret: the role, and after a blank the unit.
type keys map[string]*auth.Access

func (k keys) AccessByToken(_ context.Context, secret string) (*auth.Access, error) {
	if a := k[secret]; a != nil {
		return a, nil
	}
	return &auth.Access{}, nil
}

func people() keys {
	all := keys{"elsewhere": {Person: "e", Grants: []auth.Grant{{Scope: access.In("y", ""), Role: "director"}}}}
	for _, who := range []string{"director", "controller", "observer", "player asteria", "player asteria/hospital", "evaluator asteria", "player borealis"} {
		role, unit, _ := strings.Cut(who, " ")
		all[who] = &auth.Access{Person: "p-" + who, Grants: []auth.Grant{{Scope: access.In(id, unit), Role: role}}}
	}
	return all
}

// withOwner are the people, and the owner of a member.
func withOwner() keys {
	all := people()
	all["owner kh"] = &auth.Access{Person: "p-kh", ReadOnly: true, Grants: []auth.Grant{{Scope: community.In("kh"), Role: string(community.Owner)}}}
	return all
}

// stage is an exercise that runs, with what was said in it.
type stage struct {
	handler http.Handler
	live    *follow.Exercise
	do      func(actor exercise.Actor, action exercise.Action)
}

func newStage(t *testing.T, allow func(*http.Request, string) (bool, time.Duration)) *stage {
	t.Helper()
	db := exercisetest.Store(t)
	running := exercisetest.Run(t, db, exercisetest.Pack(t, exercisetest.Hospital), 4)
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	x := hosting.NewExercise(id, running.Live, running.Conductor.Do, db, hosting.NewReports(db), nil)
	s := &stage{live: running.Live}
	if s.handler, err = api.New(api.Deps{Host: one{x}, Keys: withOwner(), Texts: texts, Log: slog.New(slog.DiscardHandler), Allow: allow, Areas: server.Operations(server.Areas(server.Deps{DB: areasDB(t).Database}))}); err != nil {
		t.Fatal(err)
	}
	s.do = func(actor exercise.Actor, action exercise.Action) {
		t.Helper()
		running.Do(actor, action)
	}
	s.do(exercise.Excon(), exercise.Start{Speed: 1})
	s.do(exercise.Excon(), exercise.Jump{To: 150 * exercise.Second, Mode: exercise.JumpRelease})
	return s
}

// areasDB is a database of all areas with their demo data.
func areasDB(t *testing.T) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "areas.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := server.FillDemo(t.Context(), db.Database); err != nil {
		t.Fatal(err)
	}
	return db
}

// TestCommunity gives who is of a member what it may read, by its label.
func TestCommunity(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	for path, c := range map[string]struct {
		has, lacks []string
	}{
		"/community/members":                              {[]string{`"code":"KH"`, `"code":"TL"`}, nil},
		"/community/members/kh":                           {[]string{"CamCERT"}, []string{"VNCERT"}},
		"/handbook/needs":                                 {[]string{"Incident handling course", `"state":"nobody"`, `"side":"offer"`}, []string{"power utility"}},
		"/handbook/needs?side=need&member=vn":             {[]string{"Threat hunting"}, []string{"Incident handling course", `"side":"offer"`}},
		"/handbook/editions/2023?member=kh&measure=legal": {[]string{`"kh-legal-1"`}, []string{`"kh-technical-1"`, `"vn-legal-1"`}},
		"/handbook/compare?from=2023&to=2024&member=kh":   {[]string{`"done"`, `"kh-legal-3"`}, []string{`"vn-legal-3"`}},
	} {
		rec := s.get(t, "owner kh", path)
		if rec.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
		for _, want := range c.has {
			if !strings.Contains(rec.Body.String(), want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
		for _, not := range c.lacks {
			if strings.Contains(rec.Body.String(), not) {
				t.Errorf("%s has %s", path, not)
			}
		}
	}
}

// run lets things go on until the end of the test.
func player(unit string) exercise.Actor {
	return exercise.Actor{ID: "p-" + unit, Role: exercise.RolePlayer, Unit: unit}
}

func (s *stage) get(t *testing.T, token, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, api.Root+path, nil)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	s.handler.ServeHTTP(rec, req)
	return rec
}

// TestDescription holds the description to what is checked in.
func TestDescription(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	got := append(s.get(t, "", "/openapi.json").Body.Bytes(), '\n')
	const golden = "../../docs/openapi.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/openapi.json is not what is served: run go test ./internal/api -update")
	}
	var doc struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(got, &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("version %q, %v", doc.OpenAPI, err)
	}
	for path, ops := range doc.Paths {
		if len(ops) != 1 || ops["get"] == nil {
			t.Errorf("%s does more than to be read: %v", path, ops)
		}
	}
}

// TestWho asks everything as everybody: director, controller, observer, player
// of a team, of a cell of it, evaluator of the team, player of another team,
// somebody of another exercise, and nobody.
func TestWho(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.do(exercise.Excon(), exercise.End{})
	who := []string{
		"director", "controller", "observer", "player asteria", "player asteria/hospital", "evaluator asteria", "player borealis", "elsewhere", "nobody",
	}
	absent := s.get(t, "director", "/no/such/thing").Body.String()
	tests := map[string]string{ // y: answered, .: absent, -: a token is wanted
		"/exercises":                               "yyyyyyyy-",
		"/exercises/x":                             "yyyyyyy.-",
		"/exercises/x/events":                      "yyyyyyy.-",
		"/exercises/x/state?unit=asteria":          "yyyy.y..-",
		"/exercises/x/state?unit=asteria/hospital": "yyyyyy..-",
		"/exercises/x/state?unit=nobody":           ".........",
		"/exercises/x/results":                     "yy......-",
		"/exercises/x/report?for=excon":            "yy......-",
		"/exercises/x/report?for=public":           "yyy.....-",
		"/exercises/x/report?for=asteria":          "yy.y.y..-",
		"/exercises/x/report?for=asteria/hospital": "yy.yyy..-",
		"/exercises/x/log.jsonl":                   "yy......-",
		"/exercises/y":                             ".........",
		"/handbook/editions":                       "yyyyyyyy-",
		"/handbook/editions/2023":                  "yyyyyyyy-",
		"/handbook/editions/2023?member=xx":        ".........",
		"/handbook/editions/1999":                  ".........",
		"/handbook/compare?from=2023&to=2024":      "yyyyyyyy-",
		"/handbook/find?q=CII":                     "yyyyyyyy-",
		"/handbook/needs":                          ".........",
		"/community/members":                       ".........",
		"/community/members/kh":                    ".........",
		"/health":                                  "yyyyyyyyy",
		"/openapi.json":                            "yyyyyyyyy",
	}
	for path, want := range tests {
		for i, name := range who {
			rec := s.get(t, name, path)
			got := byte('y')
			switch {
			case rec.Code == http.StatusUnauthorized:
				got = '-'
			case rec.Code == http.StatusNotFound && rec.Body.String() == absent:
				got = '.'
			case rec.Code != http.StatusOK:
				got = '?'
			}
			if name == "nobody" && want[i] == '.' {
				continue
			}
			if got != want[i] {
				t.Errorf("%s as %s: %c, want %c (%d %s)", path, name, got, want[i], rec.Code, rec.Body)
			}
		}
	}
}

// TestCookiesCountForNothing, nor does a token that is not one.
func TestCookiesCountForNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	for name, headers := range map[string][]string{
		"cookie": {"Cookie", "renkei=director"}, "basic": {"Authorization", "Basic director"}, "wrong": {"Authorization", "Bearer wrong"},
	} {
		rec := s.get(t, "", "/exercises", headers...)
		var p struct{ Status, Detail string }
		_ = json.Unmarshal(rec.Body.Bytes(), &p)
		if rec.Code != http.StatusUnauthorized || rec.Header().Get("Content-Type") != "application/problem+json" || p.Detail == "" {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
		}
	}
}

// TestProblemsAreTranslated says what is wrong with a request in its language.
func TestProblemsAreTranslated(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	for path, status := range map[string]int{
		"/exercises/x/events?limit=0": http.StatusUnprocessableEntity, "/exercises/x/state": http.StatusUnprocessableEntity,
		"/exercises/x/report?for=asteria": http.StatusConflict, "/exercises/y": http.StatusNotFound,
	} {
		en, ja := s.get(t, "player asteria", path, "Accept-Language", "en"), s.get(t, "player asteria", path, "Accept-Language", "ja")
		if en.Code != status || en.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", path, en.Code, en.Body)
		}
		if !strings.Contains(ja.Body.String(), "。") || strings.Contains(en.Body.String(), "。") {
			t.Errorf("%s: %s / %s", path, en.Body, ja.Body)
		}
	}
}

// TestLimit refuses who asks too often, before and after the token is known.
func TestLimit(t *testing.T) {
	t.Parallel()
	for _, refused := range []string{"", "p-director"} {
		s := newStage(t, func(_ *http.Request, person string) (bool, time.Duration) { return person != refused, 3 * time.Second })
		rec := s.get(t, "director", "/exercises")
		if rec.Code != http.StatusTooManyRequests || rec.Header().Get("Retry-After") != "4" {
			t.Errorf("refused %q: %d %q", refused, rec.Code, rec.Header())
		}
	}
}

// TestEvents walks with the cursor through what each may see: it is what
// Viewer.Sees lets through, numbered without gaps, and without a seq.
func TestEvents(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.do(player("asteria"), exercise.Send{From: "asteria", Ends: []string{"liaison"}, Text: "said to the room"})
	s.do(player("asteria"), exercise.Send{From: "asteria", Ends: []string{"unit:borealis"}, Text: "said to borealis"})
	s.do(player("borealis"), exercise.Send{From: "borealis", Ends: []string{"excon"}, Text: "said to excon"})
	s.do(exercise.Excon(), exercise.AddNote{Unit: "asteria", Text: "a note of excon"})
	for who, a := range people() {
		if who == "elsewhere" {
			continue
		}
		viewer := access.Of(a).Viewer(id)
		var want []string
		s.live.Now(func(m *follow.Moment) {
			for _, e := range m.Events(exercise.Viewer{Control: true}, 0, 100_000, func(*exercise.Event) bool { return true }) {
				note, isNote := e.Body.(*exercise.Note)
				hidden := who == "observer" && isNote && !note.Own
				if viewer.Sees(e.To) && !hidden {
					want = append(want, string(e.Body.Type()))
				}
			}
		})
		slices.Reverse(want)
		got, texts := s.walk(t, who)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d events, want %d", who, len(got), len(want))
		}
		for text, may := range map[string]string{
			"said to the room": "director controller observer player asteria evaluator asteria player borealis",
			"said to borealis": "director controller observer player asteria evaluator asteria player borealis",
			"said to excon":    "director controller observer player borealis",
			"a note of excon":  "director controller",
		} {
			if slices.Contains(texts, text) != strings.Contains(" "+may+" ", " "+who+" ") {
				t.Errorf("%s and %q: %v", who, text, slices.Contains(texts, text))
			}
		}
	}
}

func (s *stage) walk(t *testing.T, who string) (types, texts []string) {
	t.Helper()
	after := uint64(0)
	for {
		rec := s.get(t, who, fmt.Sprintf("/exercises/x/events?after=%d&limit=7", after))
		var page struct {
			Events []struct {
				N          uint64
				Type, Text string
				Seq        *uint64
			}
			Next, Count uint64
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &page); err != nil || rec.Code != http.StatusOK {
			t.Fatalf("%s: %d %s %v", who, rec.Code, rec.Body, err)
		}
		for _, e := range page.Events {
			if after++; e.N != after || e.Seq != nil {
				t.Errorf("%s: event %d is numbered %d", who, after, e.N)
			}
			types, texts = append(types, e.Type), append(texts, e.Text)
		}
		if page.Next != after {
			t.Fatalf("%s: next is %d after %d", who, page.Next, after)
		}
		if after >= page.Count {
			return types, texts
		}
	}
}
