//go:build linux

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/load"
)

// The room that a tabletop has to hold, and how soon; TestTabletopRoom has a small
// one.
const (
	fullPhones, smallPhones = 200, 22
	fullScreens             = 3
	openP99                 = 300 * time.Millisecond
	answerP99               = 50 * time.Millisecond
	revealWithin            = time.Second
)

// room is a tabletop with phones and projectors before the real program.
type room struct {
	testing.TB
	data, keys, addr, exercise string
	poll                       string // that is asked
	units                      []string
	server                     *exec.Cmd
	said                       bytes.Buffer // what the program said
	chief                      *guest
	phones, screens            []*guest
}

// guest is somebody with a stream, who fetches what is new.
type guest struct {
	r      *room
	client *http.Client
	link   string
	page   string // path within the exercise
	stop   context.CancelFunc
	done   chan struct{}

	mu   sync.Mutex
	last string        // the page; guarded by mu
	at   time.Time     // when it was fetched; guarded by mu
	news chan struct{} // closed at the next one; guarded by mu
}

// TestTabletopRoom: with phones and projectors before the real program, what the
// delegations answered is on no disk before the reveal; the program is killed
// between closing and reveal, and nothing is lost. With RENKEI_SOAK=1 there are
// 200 phones and three projectors, and all have to be served in time.
func TestTabletopRoom(t *testing.T) {
	phones, soak := smallPhones, os.Getenv("RENKEI_SOAK") != ""
	if soak {
		phones = fullPhones
	} else {
		t.Parallel()
	}
	r := newRoom(t, phones)
	r.start()
	r.enter()
	r.follow()
	r.post(r.chief, "/clock", "do", "start", "sure", "yes", "back", "/")
	r.step("announce")
	opened := r.step("open")
	shown := load.SpreadOf(r.wait(opened, `id="answer"`, `class="countdown"`))
	answered := load.SpreadOf(r.answer())
	r.step("close")
	r.scan()
	if err := r.server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = r.server.Wait() // it was killed
	r.scan()
	for _, g := range r.everybody() {
		g.leave()
	}
	r.start()
	r.follow()
	revealed := r.step("reveal")
	result := load.SpreadOf(r.wait(revealed, r.marker(0), r.marker(0)))
	t.Logf("%d phones: open to visible %s; answer %s; reveal to visible %s", phones, shown, answered, result)
	if soak && (shown.P99 > openP99 || answered.P99 > answerP99 || result.Max > revealWithin) {
		t.Errorf("want at most %s, %s and %s", openP99, answerP99, revealWithin)
	}
	for u := range r.units {
		if page := r.get(r.screens[0], "/projector"); !strings.Contains(page, r.marker(u)) {
			t.Errorf("%s is lost", r.marker(u))
		}
	}
	_ = filepath.WalkDir(r.keys, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("a key is left: %s", path)
		}
		return nil
	})
}

// newRoom makes a tabletop of eleven delegations that waits for STARTEX, and links
// for all.
func newRoom(tb testing.TB, phones int) *room {
	tb.Helper()
	return newRooms(tb, 1, 11, phones, "who_decides")[0]
}

// newRooms makes so many of them in one data folder.
func newRooms(tb testing.TB, n, delegations, phones int, poll string) []*room {
	tb.Helper()
	r := &room{TB: tb, data: tb.TempDir(), poll: poll}
	keys, err := os.MkdirTemp("/dev/shm", "renkei-room-") //nolint:usetesting // keys lie in memory
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(keys) })
	r.keys = keys
	db, err := storage.Open(tb.Context(), filepath.Join(r.data, "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		tb.Fatal(err)
	}
	texts, err := server.Texts()
	if err != nil {
		tb.Fatal(err)
	}
	teams, err := teamfile.Demo(delegations)
	if err != nil {
		tb.Fatal(err)
	}
	for _, u := range teams {
		r.units = append(r.units, u.Key)
	}
	host := hosting.Open(tb.Context(), hosting.Options{
		DB: db, Texts: texts, Log: slog.New(slog.DiscardHandler), Teams: teams, Added: filepath.Join(r.data, "packs"), Kinds: server.Kinds(), Keys: ballot.NewKeyring(""),
	})
	people := auth.New(db, time.Now, server.Rules()...)
	transport := &http.Transport{MaxIdleConnsPerHost: 2 * (phones + fullScreens)}
	tb.Cleanup(transport.CloseIdleConnections)
	var all []*room
	for i := range n {
		made := &room{TB: tb, data: r.data, keys: r.keys, poll: poll, units: r.units}
		if made.exercise, err = host.Create(tb.Context(), hosting.CreateOptions{Key: fmt.Sprint(i), Pack: "payment@1.0", Teams: r.units}); err != nil {
			tb.Fatal(err)
		}
		made.invite(people, transport, phones)
		all = append(all, made)
	}
	host.Close(context.Background())
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	free, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	for _, made := range all {
		made.addr = free.Addr().String()
	}
	free.Close()
	return all
}

// invite makes links for a facilitator, projectors and phones.
func (r *room) invite(people *auth.Service, transport *http.Transport, phones int) {
	r.Helper()
	guestOf := func(role auth.Role, unit, page string) *guest {
		secret, err := people.Invite(r.Context(), "test", auth.Grant{Scope: access.In(r.exercise, unit), Role: string(role)}, time.Hour)
		if err != nil {
			r.Fatal(err)
		}
		jar, err := cookiejar.New(nil)
		if err != nil {
			r.Fatal(err)
		}
		stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		return &guest{r: r, link: secret, page: page, client: &http.Client{Jar: jar, Transport: transport, CheckRedirect: stay}}
	}
	r.chief = guestOf(access.Director, "", "/table")
	for range fullScreens {
		r.screens = append(r.screens, guestOf(access.Observer, "", "/projector"))
	}
	for n := range phones {
		unit := r.units[n%len(r.units)]
		r.phones = append(r.phones, guestOf(access.Player, unit, "/phone/"+unit))
	}
}

// start runs the program until it is ready.
func (r *room) start(flags ...string) {
	r.Helper()
	args := append([]string{"serve", "--addr", r.addr, "--data", r.data, "--trusted-networks", "127.0.0.0/8"}, flags...)
	r.server = exec.CommandContext(r.Context(), binary, args...)
	r.server.Env = append(os.Environ(), "RENKEI_LANG=en", "RUNTIME_DIRECTORY="+r.keys)
	r.server.Stderr = &r.said
	if err := r.server.Start(); err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() {
		_ = r.server.Process.Kill() // nothing is lost with it
		_ = r.server.Wait()
	})
	client := http.Client{Timeout: time.Second}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		res, err := client.Get("http://" + r.addr + "/readyz")
		if err != nil {
			continue
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return
		}
	}
	r.Fatalf("the program is not ready: %s", r.said.String())
}

func (r *room) everybody() []*guest {
	return append(append([]*guest{r.chief}, r.screens...), r.phones...)
}

// enter has everybody take their link.
func (r *room) enter() {
	r.Helper()
	for _, g := range r.everybody() {
		res, err := g.client.PostForm("http://"+r.addr+"/in/"+g.link, url.Values{"name": {"Ada"}})
		if err != nil {
			r.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusSeeOther {
			r.Fatalf("a link: %d", res.StatusCode)
		}
	}
}

// follow opens the streams of all, and waits until each has its page.
func (r *room) follow() {
	r.Helper()
	for _, g := range r.everybody() {
		ctx, cancel := context.WithCancel(r.Context())
		g.stop, g.done, g.news, g.last = cancel, make(chan struct{}), make(chan struct{}), ""
		go g.listen(ctx)
	}
	r.wait(time.Now(), "<", "<")
}

// listen fetches the page whenever the stream has news.
func (g *guest) listen(ctx context.Context) {
	defer close(g.done)
	res, err := g.ask(ctx, "/stream", false)
	if err != nil {
		return
	}
	defer res.Body.Close()
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		if lines.Text() != "event: news" {
			continue
		}
		page, err := g.fetch(ctx)
		if err != nil {
			return
		}
		g.mu.Lock()
		g.last, g.at = page, time.Now()
		close(g.news)
		g.news = make(chan struct{})
		g.mu.Unlock()
	}
}

func (g *guest) ask(ctx context.Context, path string, part bool) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+g.r.addr+"/x/"+g.r.exercise+path, nil)
	if err != nil {
		return nil, err
	}
	if part {
		req.Header.Set("HX-Request", "true")
	}
	return g.client.Do(req)
}

func (g *guest) fetch(ctx context.Context) (string, error) {
	res, err := g.ask(ctx, g.page, true)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = errors.New(res.Status)
	}
	return string(body), err
}

func (g *guest) leave() {
	g.stop()
	<-g.done
}

// wait returns how long after a moment each phone and projector had words on its
// page.
func (r *room) wait(since time.Time, phone, screen string) []time.Duration {
	r.Helper()
	took := make([]time.Duration, len(r.phones)+len(r.screens))
	var all sync.WaitGroup
	for i, g := range append(append([]*guest{}, r.phones...), r.screens...) {
		words := phone
		if i >= len(r.phones) {
			words = screen
		}
		all.Go(func() { took[i] = g.until(words).Sub(since) })
	}
	all.Wait()
	return took
}

// until waits until words are on the page, and returns when they came.
func (g *guest) until(words string) time.Time {
	over := time.After(30 * time.Second)
	for {
		g.mu.Lock()
		page, at, news := g.last, g.at, g.news
		g.mu.Unlock()
		if strings.Contains(page, words) {
			return at
		}
		select {
		case <-news:
		case <-over:
			g.r.Errorf("%s has no %q", g.page, words)
			return time.Now()
		}
	}
}

// step takes a step of the facilitator, and returns when it began.
func (r *room) step(step string) time.Time {
	r.Helper()
	began := time.Now()
	r.post(r.chief, "/table/step", "step", step, "poll", r.poll)
	return began
}

func (r *room) post(g *guest, path string, pairs ...string) {
	r.Helper()
	if err := r.send(g, path, pairs...); err != nil {
		r.Fatal(err)
	}
}

func (r *room) send(g *guest, path string, pairs ...string) error {
	form := url.Values{"key": {fmt.Sprintf("%p %s %d", g, path, time.Now().UnixNano())}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	res, err := g.client.PostForm("http://"+r.addr+"/x/"+r.exercise+path, form)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("%s %v: %s %.300s", path, pairs, res.Status, body)
	}
	return nil
}

func (r *room) get(g *guest, path string) string {
	r.Helper()
	res, err := g.ask(r.Context(), path, false)
	if err != nil {
		r.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		r.Fatal(err)
	}
	return string(body)
}

func (r *room) marker(unit int) string { return "MARK-" + r.units[unit] }

// answer has every phone answer twice, forty a second, and returns how long each
// answer took to be durable.
func (r *room) answer() []time.Duration {
	r.Helper()
	took := make([]time.Duration, 2*len(r.phones))
	pace := time.NewTicker(25 * time.Millisecond)
	defer pace.Stop()
	var all sync.WaitGroup
	for n := range took {
		<-pace.C
		g, unit := r.phones[n%len(r.phones)], n%len(r.phones)%len(r.units)
		all.Go(func() {
			began := time.Now()
			err := r.send(g, "/reply/"+r.units[unit], "poll", "who_decides", "round", "1", "row-authority", r.marker(unit), "row-deadline", "in a day")
			if err != nil {
				r.Error(err)
			}
			took[n] = time.Since(began)
		})
	}
	all.Wait()
	return took
}

var unsealed = regexp.MustCompile(`MARK-[a-z]+`)

// scan looks for answers in all that the program keeps and says.
func (r *room) scan() {
	r.Helper()
	files := 0
	err := filepath.WalkDir(r.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		content, err := os.ReadFile(path)
		if found := unsealed.Find(content); found != nil {
			r.Errorf("%s has %s before the reveal", path, found)
		}
		return err
	})
	if err != nil || files < 2 {
		r.Errorf("%d files, %v", files, err)
	}
	if found := unsealed.FindString(r.said.String()); found != "" {
		r.Errorf("the program says %s before the reveal", found)
	}
}
