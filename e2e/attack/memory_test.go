//go:build linux

package attack

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// form is a form with an idempotency key of its own.
func form(pairs ...string) url.Values {
	f := url.Values{"key": {fmt.Sprint("k", keys.next())}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return f
}

// counter makes keys.
type counter struct {
	mu sync.Mutex
	n  int
}

var keys counter

func (c *counter) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n
}

// atOnce does something so many times at once.
func atOnce(n int, do func(i int) (int, error), judge func(status int, err error)) {
	type answer struct {
		status int
		err    error
	}
	answers := make(chan answer, n)
	for i := range n {
		go func() {
			status, err := do(i)
			answers <- answer{status, err}
		}()
	}
	for range n {
		a := <-answers
		judge(a.status, a.err)
	}
}

// memoryAttacks are on memory.
func memoryAttacks() []attack {
	return []attack{
		{"table of links held open", handoutHeld},
		{"list of people that unfolds", heavyRoster},
		{"large forms", largeForms},
		{"files that nobody takes", downloadsHeld},
		{"patterns that unfold", heavyPatterns},
	}
}

// handoutHeld sends 15 MB to the table of links, 60 at once, as a player.
func handoutHeld(ctx context.Context, s *site) (o outcome) {
	player := s.as("player")
	body := "file=" + strings.Repeat("QUJD", 15<<18)
	atOnce(60, func(int) (int, error) {
		return player.send(ctx, "/handout", "application/x-www-form-urlencoded", strings.NewReader(body))
	}, func(status int, err error) {
		if err != nil { // it hung up before it had read all
			status, err = http.StatusNotFound, nil
		}
		o.expect(status, err, "handout", http.StatusNotFound, http.StatusTooManyRequests)
	})
	return o
}

// nested is a workbook of 9 KB with 2.6 million nested elements.
func nested() ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"_rels/.rels", `<R><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></R>`},
		{"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<R><Relationship Id="a" Type="x/worksheet" Target="s.xml"/></R>`},
		{"xl/s.xml", strings.Repeat("<a>", 2_600_000) + strings.Repeat("</a>", 2_600_000)},
	} {
		w, err := z.Create(part[0])
		if err == nil {
			_, err = io.WriteString(w, part[1])
		}
		if err != nil {
			return nil, err
		}
	}
	return b.Bytes(), z.Close()
}

// heavyRoster hands in a workbook that unfolds, eight at once, as a director.
func heavyRoster(ctx context.Context, s *site) (o outcome) {
	director := s.as("director")
	raw, err := nested()
	if err != nil {
		o.expect(0, err, "build")
		return o
	}
	atOnce(8, func(int) (int, error) {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		f, err := w.CreateFormFile("people", "a.xlsx")
		if err == nil {
			_, err = f.Write(raw)
		}
		if err != nil {
			return 0, err
		}
		_ = w.Close() // it is in memory
		return director.send(ctx, "/x/"+id+"/invite/import", w.FormDataContentType(), &body)
	}, func(status int, err error) {
		o.expect(status, err, "list", http.StatusUnprocessableEntity, http.StatusTooManyRequests)
	})
	return o
}

// largeForms sends 4 MB to what takes a text, as a stranger and as a player.
func largeForms(ctx context.Context, s *site) (o outcome) {
	text := base64.StdEncoding.EncodeToString(make([]byte, 3<<20))
	player, stranger := s.as("player"), s.stranger()
	for _, path := range []string{"/x/" + id + "/message/asteria", "/x/" + id + "/answer/asteria", "/me/password"} {
		status, err := player.post(ctx, path, form("to", "excon", "text", text, "tlp", "GREEN"))
		if err != nil {
			status, err = http.StatusRequestEntityTooLarge, nil
		}
		o.expect(status, err, path, http.StatusRequestEntityTooLarge, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusNotFound)
	}
	status, err := stranger.post(ctx, "/sign-in", url.Values{"login": {text}, "password": {text}})
	if err != nil {
		status, err = http.StatusRequestEntityTooLarge, nil
	}
	o.expect(status, err, "/sign-in", http.StatusRequestEntityTooLarge, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusUnauthorized)
	return o
}

// downloadsHeld asks for what the unit has written as a file, 60 times at once,
// and takes none of it.
func downloadsHeld(ctx context.Context, s *site) (o outcome) {
	player := s.as("player")
	for range 25 { // what the quota takes at once
		_, err := player.post(ctx, "/x/"+id+"/entry/asteria", form("text", strings.Repeat("x", 16_000)))
		if err != nil {
			o.expect(0, err, "an entry", http.StatusSeeOther)
		}
	}
	var held lines
	defer held.close()
	say := "GET /x/" + id + "/unitlog-file/asteria?as=txt HTTP/1.1\r\nHost: x\r\nCookie: " + player.cookie() + "\r\n\r\n"
	held.open(ctx, s, 60, func(int) string { return "127.0.0.2" }, say)
	for _, c := range held.all {
		status, err := c.status(ctx)
		o.expect(status, err, "a file", http.StatusOK, http.StatusTooManyRequests)
	}
	return o
}

// heavyPatterns has the check look at a pack whose patterns would unfold to
// gigabytes.
func heavyPatterns(ctx context.Context, s *site) (o outcome) {
	var msel strings.Builder
	msel.WriteString("injects:\n- key: I1\n  title: {en: A}\n  phase: inform\n  from: it\n  to: teams\n  at: 1m\n  tasks:\n" +
		"  - key: T1\n    type: answer\n    prompt: {en: A}\n    due: 5m\n    accept: [a]\n    match:\n")
	for i := range 3000 {
		fmt.Fprintf(&msel, "    - '(a{1,30}){1,30}%d'\n", i)
	}
	return s.check(ctx, "\x1b]0;taken\x07", msel.String(), "pattern")
}

// check has the program look at a pack: it must end within 20 s and half of the
// memory, say why it refuses it, and not pass on what steers a terminal.
func (s *site) check(ctx context.Context, title, msel, says string) (o outcome) {
	dir := s.t.TempDir()
	manifest := fmt.Sprintf("format: renkei/1\nkey: heavy\nversion: 1.0.0\nkind: rcx\ntitle: {en: %q}\nlanguages: [en]\nduration: 30m\n"+
		"startex: 2027-06-16T01:00:00Z\npersonas:\n- {key: it, name: {en: IT}}\n", title)
	err := errors.Join(os.WriteFile(filepath.Join(dir, "pack.yaml"), []byte(manifest), 0o600), os.WriteFile(filepath.Join(dir, "msel.yaml"), []byte(msel), 0o600))
	if err != nil {
		o.expect(0, err, "a pack")
		return o
	}
	limited, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(limited, s.binary, "scenario", "check", dir)
	cmd.Env = append(os.Environ(), "GOMEMLIMIT="+goLimit)
	out, _ := cmd.CombinedOutput() // its code is looked at below
	usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	o.expect(cmd.ProcessState.ExitCode(), limited.Err(), "the check's exit", 1)
	o.holds(usage != nil && usage.Maxrss<<10 < memoryMax/2, "its memory")
	o.holds(!bytes.ContainsAny(out, "\x1b\x07"), "escapes on the terminal")
	o.holds(strings.Contains(string(out), says), fmt.Sprintf("why it is refused: %.500s", out))
	return o
}
