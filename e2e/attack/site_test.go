//go:build linux

package attack

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// Limits of deploy/renkei.service, which a test holds against the file.
const (
	memoryMax = 1 << 30
	goLimit   = "700MiB"
	noFile    = 16384
)

const id = "attacked"

// site is the program as it is attacked.
type site struct {
	t      *testing.T
	at     string
	binary string
	server *exec.Cmd
	links  map[string]string // by who
	came   map[string]*visitor
}

// people are who comes in: a role, and a unit.
func people() map[string]auth.Grant {
	return map[string]auth.Grant{
		"director": {Scope: access.In(id, ""), Role: string(access.Director)},
		"watcher":  {Scope: access.In(id, ""), Role: string(access.Director)},
		"player":   {Scope: access.In(id, "asteria"), Role: string(access.Player)},
		"late":     {Scope: access.In(id, "borealis"), Role: string(access.Player)},
		"racer":    {Scope: access.In(id, "borealis"), Role: string(access.Player)},
		"cell":     {Scope: access.In(id, "asteria/hospital"), Role: string(access.Player)},
	}
}

// newSite builds the program, furnishes it with an exercise and starts it.
func newSite(t *testing.T) *site {
	t.Helper()
	dir := t.TempDir()
	binary := build(t, dir)
	s := &site{t: t, links: map[string]string{}, came: map[string]*visitor{}, binary: binary}
	s.furnish(filepath.Join(dir, "renkei.db"))
	s.start(binary, dir)
	return s
}

// build builds the program.
func build(t *testing.T, dir string) string {
	t.Helper()
	binary := filepath.Join(dir, "renkei")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../cmd/renkei").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

func (s *site) furnish(path string) {
	t := s.t
	t.Helper()
	db, err := storage.Open(t.Context(), path, storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	pack, ds, err := scenario.Load("../../scenarios/hospital-ransomware")
	if err != nil || scenario.Failed(ds) {
		t.Fatalf("load pack: %v %v", err, ds)
	}
	teams, err := teamfile.Demo(4)
	if err != nil {
		t.Fatal(err)
	}
	deps := conduct.Deps{Store: db, Clock: conduct.SystemClock(), Log: slog.New(slog.DiscardHandler)}
	if err := conduct.Create(t.Context(), deps, conduct.Setup{ID: id, Title: pack.Title, Seed: 1, Pack: pack, Teams: teams}); err != nil {
		t.Fatal(err)
	}
	service := auth.New(db, time.Now, server.Rules()...)
	own := auth.For{Name: "Owner", Account: true}
	if s.links["owner"], err = service.InviteFor(t.Context(), "test", people()["player"], own, time.Hour); err != nil {
		t.Fatal(err)
	}
	for who, grant := range people() {
		if s.links[who], err = service.Invite(t.Context(), "test", grant, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
}

var served = regexp.MustCompile(`http://[0-9.:]+`)

// start starts the program with the limits of the unit.
func (s *site) start(binary, data string) {
	t := s.t
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s.server = exec.CommandContext(ctx, binary, "serve", "--addr", "127.0.0.1:0", "--data", data)
	s.server.Env = append(os.Environ(), "GOMEMLIMIT="+goLimit)
	s.server.Stderr = io.Discard
	out, err := s.server.StdoutPipe()
	if err == nil {
		err = s.server.Start()
	}
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = s.server.Wait() // it was killed
	})
	limit := unix.Rlimit{Cur: noFile, Max: noFile}
	if err := unix.Prlimit(s.server.Process.Pid, unix.RLIMIT_NOFILE, &limit, nil); err != nil {
		t.Logf("the limit of open files is the system's: %v", err)
	}
	lines := bufio.NewScanner(out)
	for s.at == "" && lines.Scan() {
		s.at = served.FindString(lines.Text())
	}
	if s.at == "" {
		t.Fatal("the program did not say where it is")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // until it ends
}

// memory is what the program holds now, and the most it has held.
func (s *site) memory() (now, high int64) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(s.server.Process.Pid) + "/status")
	if err != nil {
		return 0, 0
	}
	field := func(name string) int64 {
		_, rest, _ := strings.Cut(string(raw), name)
		n, _ := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64) // 0 where it is not told
		return n << 10
	}
	return field("VmRSS:"), field("VmHWM:")
}

// visitor is somebody's browser.
type visitor struct {
	at string
	http.Client
}

// stranger has not signed in.
func (s *site) stranger() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &visitor{s.at, http.Client{
		Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// as comes in by a link, once.
func (s *site) as(who string) *visitor {
	s.t.Helper()
	if v := s.came[who]; v != nil {
		return v
	}
	v := s.stranger()
	status, err := v.post(s.t.Context(), "/in/"+s.links[who], url.Values{"name": {who}})
	if err != nil || status != http.StatusSeeOther {
		s.t.Fatalf("come in as %s: %d %v", who, status, err)
	}
	s.came[who] = v
	return v
}

// cookie is what the browser sends of its session.
func (v *visitor) cookie() string {
	at, err := url.Parse(v.at)
	if err != nil {
		return ""
	}
	var all []string
	for _, c := range v.Jar.Cookies(at) {
		all = append(all, c.Name+"="+c.Value)
	}
	return strings.Join(all, "; ")
}

// get reads a page.
func (v *visitor) get(ctx context.Context, path string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.at+path, nil)
	if err != nil {
		return 0, "", err
	}
	res, err := v.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

func (v *visitor) post(ctx context.Context, path string, form url.Values) (int, error) {
	return v.send(ctx, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (v *visitor) send(ctx context.Context, path, media string, body io.Reader) (int, error) {
	method := http.MethodPost
	if body == nil {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, v.at+path, body)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", media)
	res, err := v.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close() // it was read
	if err != nil {
		return 0, fmt.Errorf("read the answer: %w", err)
	}
	return res.StatusCode, nil
}
