package web_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"renkei/internal/auth/limit"
	"renkei/internal/bounds"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// letterbox takes forms.
func letterbox(t *testing.T, places web.Places, began func()) http.Handler {
	t.Helper()
	texts, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	limits, log := limit.New(time.Now, limit.Options{}), slog.New(slog.DiscardHandler)
	a := web.NewAdmission(web.AdmissionDeps{Texts: texts, Log: log, Limits: limits, Places: places})
	take := func(r *web.Request) error {
		r.Writer.WriteHeader(http.StatusNoContent)
		return nil
	}
	h, err := web.New(web.Deps{Texts: texts, Limits: limits, Log: log, Admission: a, Areas: []web.Area{{Routes: []web.Route{{Pattern: "POST /letters", Handle: take}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return a.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began()
		h.ServeHTTP(w, r)
	}))
}

const head = "POST /letters HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s"

// TestBodiesGiveWay: of bodies that do not arrive the oldest at an address makes
// room for the next, and is told so.
func TestBodiesGiveWay(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	server := httptest.NewServer(letterbox(t, web.Places{Bodies: bounds.Limits{Address: 2}}, func() { began <- struct{}{} }))
	defer server.Close()
	var lines []net.Conn
	for range 3 {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(server.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, head, 3, "a")
		<-began
		lines = append(lines, c)
	}
	if got, text := answerOf(t, lines[0]); got != http.StatusTooManyRequests || !strings.Contains(text, "from your network address") {
		t.Errorf("the oldest got %d %s", got, text)
	}
	for _, c := range lines[1:] {
		_, _ = io.WriteString(c, "=1")
		if got, _ := answerOf(t, c); got != http.StatusNoContent {
			t.Errorf("a later one got %d", got)
		}
	}
}

func answerOf(t *testing.T, c net.Conn) (int, string) {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// pipes listens on lines that are in memory.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if c, ok := <-p; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// TestSlowBodies: a body that stops is given up after seconds, and one that
// comes over a poor link is not.
func TestSlowBodies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bytes, every int // bytes a second
		status       int
		least, most  time.Duration
	}{
		"a byte and no more":   {0, 0, http.StatusRequestTimeout, 9 * time.Second, 11 * time.Second},
		"a byte a second":      {1, 1, http.StatusRequestTimeout, 9 * time.Second, 12 * time.Second},
		"two KiB a second":     {2048, 1, http.StatusNoContent, 30 * time.Second, 60 * time.Second},
		"in bursts, with gaps": {16384, 7, http.StatusNoContent, 20 * time.Second, 60 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				listener := make(pipes)
				server := &http.Server{Handler: letterbox(t, web.Places{}, func() {}), ReadHeaderTimeout: time.Minute, ReadTimeout: 5 * time.Minute}
				done := make(chan struct{})
				go func() { defer close(done); _ = server.Serve(listener) }()
				near, far := net.Pipe()
				listener <- far
				begun := time.Now()
				sent := make(chan struct{})
				go func() {
					defer close(sent)
					const size = 80 << 10
					if _, err := fmt.Fprintf(near, head, size, "a"); err != nil || c.bytes == 0 {
						return
					}
					for n := 1; n < size; n += c.bytes {
						<-time.After(time.Duration(c.every) * time.Second)
						if _, err := io.WriteString(near, strings.Repeat("x", min(c.bytes, size-n))); err != nil {
							return
						}
					}
				}()
				got, text := answerOf(t, near)
				took := time.Since(begun)
				if got == http.StatusRequestTimeout && !strings.Contains(text, "came too slowly") {
					t.Errorf("it is told %s", text)
				}
				if got != c.status || took < c.least || took > c.most {
					t.Errorf("%d after %v", got, took)
				}
				near.Close()
				close(listener)
				server.Close()
				<-done
				<-sent
			})
		})
	}
}
