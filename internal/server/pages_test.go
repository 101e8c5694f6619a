package server_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/exercisetest"
	"renkei/internal/web"
)

// fixture is a server with one exercise that runs, between four teams.
type fixture struct {
	t        testing.TB
	auth     *auth.Service
	url      string
	exercise *hosting.Exercise
}

const id = exercisetest.ID

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return newFixtureOf(t, "hospital-ransomware", 150*exercise.Second)
}

// newFixtureOf is a server with a shipped exercise, begun, in which everything up
// to a time is out; 0 for one that waits for STARTEX.
func newFixtureOf(t *testing.T, pack string, upTo exercise.Time) *fixture {
	t.Helper()
	db := exercisetest.Store(t, server.Stored()...)
	return serving(t, db, conducted(t, db, pack, upTo))
}

// serving is a server with an exercise.
func serving(tb testing.TB, db *storage.DB, x *hosting.Exercise) *fixture {
	tb.Helper()
	return servingFrom(tb, db, db, x)
}

// servingFrom is serving where people are kept in another store.
func servingFrom(tb testing.TB, people auth.Store, db *storage.DB, x *hosting.Exercise) *fixture {
	tb.Helper()
	h := &fixture{t: tb, auth: auth.New(people, time.Now, server.Rules()...), exercise: x}
	texts, err := server.Texts()
	if err != nil {
		tb.Fatal(err)
	}
	closing := make(chan struct{})
	handler := newPages(tb, web.Deps{
		Auth: h.auth, Areas: server.Areas(server.Deps{Host: oneExercise{h.exercise}, DB: db.Database}), Texts: texts, Log: slog.New(slog.DiscardHandler), Closing: closing, Limits: hurried(),
	})
	server := httptest.NewServer(web.BehindProxies([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, handler))
	tb.Cleanup(func() {
		close(closing)
		server.Close()
	})
	h.url = server.URL
	return h
}

// newPages returns the handler of all pages, with the admission that goes with
// deps.
func newPages(tb testing.TB, deps web.Deps) http.Handler {
	tb.Helper()
	deps.Admission = web.NewAdmission(web.AdmissionDeps{
		Auth: deps.Auth, Texts: deps.Texts, Log: deps.Log, Areas: deps.Areas, Limits: deps.Limits, Secure: deps.Secure,
	})
	h, err := web.New(deps)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

// hurried lets tests ask faster than people do, but for passwords and links.
func hurried() *limit.Limiter {
	rates := limit.Rates()
	delete(rates, limit.Request)
	delete(rates, limit.Stranger)
	return limit.New(time.Now, limit.Options{Rates: rates})
}

// oneExercise is a fixture with one exercise.
type oneExercise struct{ hosted *hosting.Exercise }

var _ pages.Host = oneExercise{}

func (o oneExercise) Exercise(_ context.Context, got string) (*hosting.Exercise, error) {
	if got != id {
		return nil, hosting.ErrNotFound
	}
	return o.hosted, nil
}

func (o oneExercise) List(_ context.Context, wanted func(string) bool) ([]hosting.Summary, error) {
	if !wanted(id) {
		return nil, nil
	}
	return []hosting.Summary{{ID: id, Title: scenario.Text{"en": "The exercise"}}}, nil
}

func (o oneExercise) Ready() (ok bool, waiting int) { return true, 0 }
func (o oneExercise) Packs() []library.Entry        { return nil }
func (o oneExercise) Teams() []scenario.Unit        { return nil }
func (o oneExercise) AddPack(context.Context, []byte) (library.Entry, []scenario.Diagnostic, error) {
	return library.Entry{}, nil, errors.ErrUnsupported
}

func (o oneExercise) Create(context.Context, hosting.CreateOptions) (string, error) {
	return "", errors.ErrUnsupported
}

func (o oneExercise) Recast(context.Context, hosting.RecastOptions) (string, error) {
	return "", errors.ErrUnsupported
}

func (o oneExercise) Delete(context.Context, string, string) error { return errors.ErrUnsupported }

// conducted is a shipped exercise, begun, with its first injects out.
func conducted(t *testing.T, db *storage.DB, name string, upTo exercise.Time) *hosting.Exercise {
	t.Helper()
	x := exercisetest.Run(t, db, exercisetest.Pack(t, name), 4)
	if upTo > 0 {
		x.Do(exercise.Excon(), exercise.Start{Speed: 1})
		x.Do(exercise.Excon(), exercise.Jump{To: upTo, Mode: exercise.JumpRelease})
	}
	return hosting.NewExercise(id, x.Live, x.Conductor.Do, db, hosting.NewReports(db), nil)
}

// browser is somebody with cookies of their own, who follows no redirect.
type browser struct {
	h      *fixture
	client *http.Client
	from   string // address; "" for this machine's
	last   string // to where the last answer led; "" for nowhere
}

func (h *fixture) browser() *browser {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{h: h, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as lets somebody in with a role.
func (h *fixture) as(role auth.Role, unit string) *browser {
	h.t.Helper()
	secret, err := h.auth.Invite(h.t.Context(), "test", auth.Grant{Scope: access.In(id, unit), Role: string(role)}, time.Hour)
	if err != nil {
		h.t.Fatal(err)
	}
	b := h.browser()
	if status, _ := b.post("/in/"+secret, url.Values{"name": {"Ada"}}); status != http.StatusSeeOther {
		h.t.Fatalf("the link of a %s gave %d", role, status)
	}
	return b
}

func (b *browser) send(method, path string, body io.Reader) (int, string) {
	b.h.t.Helper()
	return b.sendAs(method, path, "application/x-www-form-urlencoded", body)
}

func (b *browser) sendAs(method, path, media string, body io.Reader) (int, string) {
	b.h.t.Helper()
	req, err := http.NewRequestWithContext(b.h.t.Context(), method, b.h.url+path, body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", media)
	}
	if b.from != "" {
		req.Header.Set("X-Forwarded-For", b.from)
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	b.last = res.Header.Get("Location")
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		line, err := bufio.NewReader(res.Body).ReadString('\n')
		if err != nil {
			b.h.t.Fatal(err)
		}
		return res.StatusCode, line
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func (b *browser) get(path string) (int, string) {
	b.h.t.Helper()
	return b.send(http.MethodGet, path, nil)
}

func (b *browser) post(path string, form url.Values) (int, string) {
	b.h.t.Helper()
	return b.send(http.MethodPost, path, strings.NewReader(form.Encode()))
}
