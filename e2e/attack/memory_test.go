//go:build linux

package attack

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync"
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
