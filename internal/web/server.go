package web

import (
	"context"
	"log/slog"
	"net/http"

	"renkei/internal/auth"
	"renkei/internal/conduct"
	"renkei/internal/exercise"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/live"
	"renkei/internal/store"
)

// Hall is one exercise that is served.
type Hall struct {
	ID      string
	Live    *live.Exercise
	Do      func(ctx context.Context, cmd exercise.Command) (conduct.Result, error)
	Content func(ctx context.Context, hash journal.Hash) (journal.Content, error)
}

// Deps are what the pages work with.
type Deps struct {
	Auth  *auth.Service
	Texts *i18n.Catalogue
	Log   *slog.Logger
	// Hall finds an exercise that is served; Halls lists all.
	Hall  func(id string) (*Hall, bool)
	Halls func() []*Hall
	// Joined is called when somebody has taken a link; nil for nothing.
	Joined func(ctx context.Context, g store.Grant) error
	// Secure says that people come over TLS: cookies go nowhere else.
	Secure bool
	// Closing is closed when the server stops: streams end then.
	Closing <-chan struct{}
}

// server answers requests.
type server struct {
	Deps
	files *files
}

// New returns the handler of all pages.
func New(deps Deps) (http.Handler, error) {
	files, err := loadFiles()
	if err != nil {
		return nil, err
	}
	s := &server{Deps: deps, files: files}
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.pattern, s.guard(r))
	}
	mux.Handle("/", s.guard(route{handle: func(*request) error { return errAbsent }}))
	return s.outer(mux), nil
}

// outer is what holds for every answer: headers, and that no other site sends
// forms here.
func (s *server) outer(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	return cross.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "+
			"form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		next.ServeHTTP(w, r)
	}))
}
