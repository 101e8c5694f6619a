package web

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/bounds"
	"renkei/internal/i18n"
)

// Heartbeat is how often a stream says something at least, so that proxies keep
// it.
const Heartbeat = 15 * time.Second

// Deps are what the pages work with.
type Deps struct {
	Auth  *auth.Service
	Texts *i18n.Catalogue
	Log   *slog.Logger
	// Areas are the wings of the program, in the order of the navigation.
	Areas []Area
	// Limits says who asks too often.
	Limits *limit.Limiter
	// Admission says who may have what in progress.
	Admission *Admission
	// Base is the address of the program as people know it, without a slash at
	// its end: what links begin with. "" takes what the browser calls it.
	Base string
	// Secure says that people come over TLS: cookies go nowhere else.
	Secure bool
	// Erase forgets a person wherever the program knows them.
	Erase func(ctx context.Context, by, person string) error
	// Quiet is after how long without a word a page takes its link for dead,
	// whether it waits for a stream or for the answer to a form; 0 for twice
	// Heartbeat.
	Quiet time.Duration
	// Closing is closed when the server stops: streams end then.
	Closing <-chan struct{}
}

// server answers requests.
type server struct {
	Deps
	files   *files
	packers sync.Pool // of *gzip.Writer
	heavy   *bounds.Budget
}

// New returns the handler of all pages, or an error where limits or admission are
// missing.
func New(deps Deps) (http.Handler, error) {
	files, err := loadFiles()
	if err != nil {
		return nil, err
	}
	if deps.Limits == nil || deps.Admission == nil {
		return nil, errors.New("web: no pages without limits and admission")
	}
	deps.Quiet = cmp.Or(deps.Quiet, 2*Heartbeat)
	s := &server{Deps: deps, files: files, heavy: bounds.NewBudget(heavyBytes)}
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.Pattern, s.guard(r))
	}
	mux.Handle("/", s.guard(Route{Handle: func(*Request) error { return ErrNotFound }}))
	return s.outer(mux), nil
}

// outer is what holds for every answer: headers, and that no other site sends
// forms here.
func (s *server) outer(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.guard(Route{Handle: func(*Request) error { return errCross }}))
	checked := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "+
			"form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		checked.ServeHTTP(w, r)
	})
}
