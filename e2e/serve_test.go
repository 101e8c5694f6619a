//go:build unix

package e2e

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// furnished makes exercises in the database of a server that does not run, and
// a link for the director of the first.
func furnished(tb testing.TB, data string, n int) (id, link string) {
	tb.Helper()
	return furnishedFor(tb, data, n, teamfile.DemoSize)
}

// furnishedFor is the same with so many teams.
func furnishedFor(tb testing.TB, data string, n, teamCount int) (id, link string) {
	tb.Helper()
	db, err := storage.Open(tb.Context(), filepath.Join(data, "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	texts, err := server.Texts()
	if err != nil {
		tb.Fatal(err)
	}
	teams, err := teamfile.Demo(teamCount)
	if err != nil {
		tb.Fatal(err)
	}
	host := hosting.Open(tb.Context(), hosting.Options{DB: db, Texts: texts, Log: slog.New(slog.DiscardHandler), Teams: teams})
	defer host.Close(context.Background())
	order := hosting.CreateOptions{Bots: teamCount == teamfile.DemoSize}
	for _, p := range host.Packs() {
		if p.Pack.Key == "hospital-ransomware" {
			order.Pack = p.Key
		}
	}
	for _, u := range teams {
		order.Teams = append(order.Teams, u.Key)
	}
	for i := range n {
		order.Key = fmt.Sprint(i)
		made, err := host.Create(tb.Context(), order)
		if err != nil {
			tb.Fatal(err)
		}
		if i == 0 {
			id = made
		}
	}
	grant := auth.Grant{Scope: access.In(id, ""), Role: string(access.Director)}
	if link, err = auth.New(db, time.Now, access.Rules()).Invite(tb.Context(), "test", grant, time.Hour); err != nil {
		tb.Fatal(err)
	}
	return id, link
}

var served = regexp.MustCompile(`http://[0-9.:]+`)

// serving starts a server on a free port, and returns its address.
func serving(tb testing.TB, args ...string) (*started, string) {
	tb.Helper()
	s := start(tb, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	line, ok := <-s.lines
	at := served.FindString(string(line))
	if !ok || at == "" {
		_ = s.cmd.Wait() // its standard error tells more
		tb.Fatalf("%s: %s", line, s.err)
	}
	return s, at
}

// ended waits for the end of a server, and returns its exit code.
func (s *started) ended(tb testing.TB, sig syscall.Signal) int {
	tb.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		tb.Fatal(err)
	}
	for range s.lines {
	}
	_ = s.cmd.Wait() // its code is what is asked for
	return s.cmd.ProcessState.ExitCode()
}

// visitor is somebody's browser, which follows no redirect.
type visitor struct {
	t testing.TB
	http.Client
}

func newVisitor(tb testing.TB) *visitor {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return &visitor{tb, http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// ask gets a page, or posts a form, and wants a status.
func (v *visitor) ask(at string, form url.Values, want int) string {
	v.t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(v.t.Context(), method, at, body)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := v.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if res.StatusCode != want {
		v.t.Fatalf("%s %s: %d, want %d: %s", method, at, res.StatusCode, want, text)
	}
	return string(text)
}

// TestServe kills a server while an exercise runs: what was acknowledged is
// there when it comes back, for the same browser, and it stops when it is asked
// to.
func TestServe(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	id, link := furnished(t, data, 2)
	s, at := serving(t, "--data", data)
	director := newVisitor(t)
	director.ask(at+"/healthz", nil, http.StatusOK)
	director.ask(at+"/in/"+link, url.Values{"name": {"Ada"}}, http.StatusSeeOther)
	director.ask(at+"/in/"+link, nil, http.StatusSeeOther) // once more, by the same person
	newVisitor(t).ask(at+"/in/"+link, nil, http.StatusGone)
	director.ask(at+"/x/"+id+"/clock", url.Values{"key": {"begin"}, "do": {"start"}}, http.StatusSeeOther)
	director.ask(at+"/x/"+id+"/stand-in", url.Values{"key": {"mine"}, "unit": {"asteria"}}, http.StatusSeeOther)
	director.ask(at+"/readyz", nil, http.StatusOK) // both are open by now
	if code := s.ended(t, syscall.SIGKILL); code != -1 {
		t.Fatalf("exit %d: %s", code, s.err)
	}

	s, again := serving(t, "--data", data, "--patience", "10s")
	director.ask(again+"/x/"+id+"/board", nil, http.StatusOK) // cookies know no port
	// What is acknowledged now came after the exercise was recovered.
	director.ask(again+"/x/"+id+"/note", url.Values{"key": {"back"}, "text": {"We are back."}}, http.StatusSeeOther)
	began := time.Now()
	if code := s.ended(t, syscall.SIGTERM); code != 0 || time.Since(began) > 10*time.Second {
		t.Errorf("exit %d after %s: %s", code, time.Since(began), s.err)
	}
	for _, want := range []string{`"clock.started"`, `"cmd":"mine"`, `"clock.recovered"`} {
		if log := exported(t, data, id); !strings.Contains(log, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
}

// exported is the log of an exercise as a file, verified.
func exported(t *testing.T, data, id string) string {
	t.Helper()
	db, err := storage.OpenReader(t.Context(), filepath.Join(data, "renkei.db"), server.Stored()...)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var log strings.Builder
	for entry, err := range db.Entries(t.Context(), id, 1) {
		if err != nil {
			t.Fatal(err)
		}
		log.Write(entry.Event)
	}
	return log.String()
}

// TestServeSaysWhatToDo when it cannot begin.
func TestServeSaysWhatToDo(t *testing.T) {
	t.Parallel()
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	data := t.TempDir()
	for name, tt := range map[string]struct {
		args []string
		code int
		say  string
	}{
		"busy":        {[]string{"serve", "--data", data, "--addr", taken.Addr().String()}, 1, "--addr 127.0.0.1:0"},
		"demo busy":   {[]string{"demo", "--addr", taken.Addr().String(), "--lang", "ja"}, 1, "--addr 127.0.0.1:0 とすると"},
		"every error": {[]string{"serve", "--addr", "8080", "--log", "xml", "--tls-cert", "serve_test.go"}, 2, "--log: “xml”"},
		"no file":     {[]string{"serve", "--config", "/nowhere/renkei.yaml"}, 1, "/nowhere/renkei.yaml"},
		"no members":  {[]string{"serve", "--data", data, "--community", "serve_test.go"}, 1, "serve_test.go"},
		"what holds":  {[]string{"serve", "--data", data, "--print-config"}, 0, "# --data"},
		"help":        {[]string{"serve", "--help"}, 0, "--trusted-networks"},
		"another one": {[]string{"serve", "--data", "serve_test.go", "--addr", "127.0.0.1:0"}, 1, "serve_test.go"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := renkei(t, tt.args...); r.code != tt.code || !strings.Contains(r.out+r.errOut, tt.say) {
				t.Errorf("exit %d, want %d with %q: %s%s", r.code, tt.code, tt.say, r.out, r.errOut)
			}
		})
	}
}

// TestDemo shows a newcomer an exercise that lives, well within ten seconds.
func TestDemo(t *testing.T) {
	t.Parallel()
	began := time.Now()
	s := start(t, "demo", "--addr", "127.0.0.1:0")
	var links []string
	for line := range s.lines {
		if at := strings.TrimSpace(string(line)); strings.HasPrefix(at, "http://") {
			links = append(links, at)
		}
		if strings.HasPrefix(string(line), "Ctrl-C") {
			break
		}
	}
	if len(links) != 11 {
		t.Fatalf("%d links: %s", len(links), s.err)
	}
	base := served.FindString(links[0])
	director, player := newVisitor(t), newVisitor(t)
	director.ask(links[0], url.Values{"name": {"Ada"}}, http.StatusSeeOther)
	place := regexp.MustCompile(`/x/[^/"]+/`).FindString(director.ask(base+"/", nil, http.StatusSeeOther))
	for !strings.Contains(director.ask(base+place+"board", nil, http.StatusOK), "I01") {
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("a living exercise after %s", took)
	}
	player.ask(links[2], url.Values{"name": {"Bo"}}, http.StatusSeeOther)
	desk := player.ask(base+place+"desk/asteria", nil, http.StatusOK)
	if !strings.Contains(desk, "The clock now runs in real time.") {
		t.Errorf("nothing is said of the clock:\n%s", desk)
	}
	if code := s.ended(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit %d: %s", code, s.err)
	}
}

// BenchmarkStart gives the time from the start of the process to the first
// page, with an empty database and with one of five exercises; the median of
// the rounds.
func BenchmarkStart(b *testing.B) {
	for name, n := range map[string]int{"empty": 0, "five": 5} {
		b.Run(name, func(b *testing.B) {
			data := b.TempDir()
			if n > 0 {
				furnished(b, data, n)
			}
			var took []time.Duration
			for range b.N {
				took = append(took, firstPage(b, data))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-first-page")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// firstPage starts a server, and is how long it took to its first page.
func firstPage(b *testing.B, data string) time.Duration {
	b.Helper()
	free, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr := free.Addr().String()
	free.Close()
	cmd := exec.CommandContext(b.Context(), binary, "serve", "--addr", addr, "--data", data)
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://"+addr+"/", nil)
		if err != nil {
			b.Fatal(err)
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			_, err := io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != http.StatusOK {
				b.Fatalf("%d, %v", res.StatusCode, err)
			}
			break
		}
		<-tick.C
	}
	took := time.Since(began)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	return took
}
