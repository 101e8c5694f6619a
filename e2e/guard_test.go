//go:build unix

package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/testkit/postgres"
)

// The guards hold what users see, type and store against files below
// testdata/guard. They drive the program from outside and know next to nothing
// of its packages, so that they need no change when packages do. What was meant
// to change is written anew with
//
//	go test ./e2e -run Guard -update
var updateGuards = flag.Bool("update", false, "write the golden files of the guards anew")

// golden compares with a file below testdata/guard, packed when it ends in
// .gz, and tells the first difference.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join(guardDir, name)
	packed := strings.HasSuffix(name, ".gz")
	if *updateGuards {
		old, err := os.ReadFile(path)
		switch {
		case packed && err == nil && bytes.Equal(unpacked(t, old), got): // another packer may give other bytes
		case packed:
			gzipped(t, path, got)
		default:
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	want := read(t, path)
	if packed {
		want = unpacked(t, want)
	}
	if diff := firstDifference(string(want), string(got)); diff != "" {
		t.Errorf("%s: %s\nWhat was meant to change is written anew with -update.", name, diff)
	}
}

func unpacked(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// around is how many lines before and after a difference are told.
const around = 6

// firstDifference tells where two texts part, with the lines around, and the
// title (a line that begins with ===) under which that is; "" where they do not.
func firstDifference(want, got string) string {
	if want == got {
		return ""
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	n, title := 0, ""
	for n < len(w) && n < len(g) && w[n] == g[n] {
		if strings.HasPrefix(w[n], "===") {
			title = w[n]
		}
		n++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "line %d is different %s\n", n+1, title)
	for _, line := range w[max(0, n-around):n] {
		fmt.Fprintf(&b, "  %s\n", clipped(line))
	}
	for _, line := range w[n:min(len(w), n+around)] {
		fmt.Fprintf(&b, "- %s\n", clipped(line))
	}
	for _, line := range g[n:min(len(g), n+around)] {
		fmt.Fprintf(&b, "+ %s\n", clipped(line))
	}
	return b.String()
}

func clipped(line string) string {
	if len(line) > 400 {
		return line[:400] + "…"
	}
	return line
}

// keptStore is one of the stored servers, served.
type keptStore struct {
	t       *testing.T
	kept    kept
	at      string
	data    string // folder
	db      string // URL, "" for SQLite
	program *started
}

func (k *kept) read(t *testing.T, name string) {
	t.Helper()
	if err := json.Unmarshal(read(t, filepath.Join(guardDir, "stores", name)), k); err != nil {
		t.Fatal(err)
	}
}

// unpackStore puts the stored database of SQLite into a folder.
func unpackStore(t *testing.T, dir string) (path string) {
	t.Helper()
	path = filepath.Join(dir, "renkei.db")
	if err := os.WriteFile(path, unpacked(t, read(t, filepath.Join(guardDir, "stores/renkei.db.gz"))), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// serveStore serves a copy of the stored data folder.
func serveStore(t *testing.T) *keptStore {
	t.Helper()
	s := &keptStore{t: t}
	s.kept.read(t, "sqlite.json")
	s.data = t.TempDir()
	unpackStore(t, s.data)
	s.serve("--data", s.data)
	return s
}

// servePostgres serves what was dumped.
func servePostgres(t *testing.T) *keptStore {
	t.Helper()
	s := &keptStore{t: t}
	s.kept.read(t, "postgres.json")
	server := postgres.Start(t)
	s.data, s.db = t.TempDir(), server.Database(t)
	server.Exec(t, s.db, string(unpacked(t, read(t, filepath.Join(guardDir, "stores/postgres.sql.gz")))))
	s.serve("--data", s.data, "--db", s.db)
	return s
}

func (s *keptStore) serve(args ...string) {
	s.t.Helper()
	program, at := serving(s.t, append(args, "--trusted-networks", "127.0.0.0/8")...)
	s.at, s.program = at, program
	s.t.Cleanup(func() {
		_ = program.cmd.Process.Kill() // its data is a copy
		for range program.lines {
		}
		_ = program.cmd.Wait()
	})
}

// as is the browser of somebody whose session was stored, of a stranger for "",
// in a language.
func (s *keptStore) as(who, lang string) *visitor {
	s.t.Helper()
	v := newVisitor(s.t)
	u, err := url.Parse(s.at)
	if err != nil {
		s.t.Fatal(err)
	}
	cookies := []*http.Cookie{{Name: "lang", Value: lang}}
	if who != "" {
		cookies = append(cookies, &http.Cookie{Name: s.kept.Cookie, Value: s.kept.Sessions[who]})
	}
	v.Jar.SetCookies(u, cookies)
	return v
}

// answer is what came.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// fetch gets an address, with headers in pairs.
func (v *visitor) fetch(at string, headers ...string) answer {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, at, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := v.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, body}
}
