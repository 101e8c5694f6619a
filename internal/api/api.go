package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/hosting"
	"renkei/internal/i18n"
)

// Root is where everything here is.
const Root = "/api/v1"

// Host keeps exercises: a *hosting.Host.
type Host interface {
	// Exercise finds an exercise. It returns hosting.ErrNotFound where there is
	// none.
	Exercise(ctx context.Context, id string) (*hosting.Exercise, error)
	// List lists the exercises whose id is wanted, the latest first.
	List(ctx context.Context, wanted func(id string) bool) ([]hosting.Summary, error)
	// Ready reports whether every exercise can be used, and how many cannot yet.
	Ready() (ok bool, waiting int)
}

// Keys tells who shows a token.
type Keys interface {
	// AccessByToken returns what the owner of a token may do; a stranger's where
	// the token is not good.
	AccessByToken(ctx context.Context, secret string) (*auth.Access, error)
}

// Deps are what the interface works with.
type Deps struct {
	Host  Host
	Keys  Keys
	Texts *i18n.Catalogue
	Log   *slog.Logger
	Areas []Operations // of areas beside exercises
	// Allow says whether a request may be answered, and otherwise how long to
	// wait. It is asked with the owner of the token, or with "" and the request
	// before the token was looked at. Nil allows all.
	Allow func(r *http.Request, person string) (ok bool, wait time.Duration)
}

type server struct{ Deps }

// description is what the interface is said to be for.
const description = "Exercises, the handbook and the community as the owner of the token may read them. Nothing can be changed here."

// New returns the handler of everything under [Root].
func New(deps Deps) (http.Handler, error) {
	s := &server{deps}
	mux := http.NewServeMux()
	described := s.describe(mux)
	doc, err := json.MarshalIndent(described.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("describe the interface: %w", err)
	}
	mux.HandleFunc("GET "+Root+"/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
		_, _ = w.Write(doc) // whoever has gone does not read it
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, http.StatusNotFound, "absent")
	})
	return s.guard(mux), nil
}

// describe lists the operations on a mux.
func (s *server) describe(mux *http.ServeMux) huma.API {
	c := huma.DefaultConfig("Renkei", "1")
	c.Info.Description = description
	c.DocsPath, c.SchemasPath, c.OpenAPIPath = "", "", ""
	c.CreateHooks = nil // no links to schemas in the answers
	c.Transformers = []huma.Transformer{s.translate}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token from the account page."},
	}
	a := humago.New(mux, c)
	s.operations(a)
	for _, add := range s.Areas {
		add(a)
	}
	return a
}

type callerKey struct{}

// caller is who asks, in which language.
type caller struct {
	access access.Access
	p      *i18n.Printer
}

func callerOf(ctx context.Context) *caller {
	c, ok := ctx.Value(callerKey{}).(*caller)
	if !ok {
		return &caller{access: access.Of(nil)}
	}
	return c
}

// guard finds out who asks. Cookies are not looked at.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Vary", "Authorization, Accept-Language")
		if !s.allows(w, r, "") {
			return
		}
		c := &caller{access: access.Of(nil), p: s.Texts.For(r.Header.Get("Accept-Language"))}
		if !isOpen(r.URL.Path) {
			var err error
			if c.access, err = access.From(s.Keys.AccessByToken(r.Context(), bearer(r))); err != nil {
				s.Log.Error("token_not_read", "error", err)
				s.refuse(w, r, http.StatusServiceUnavailable, "away")
				return
			}
			if !c.access.Known() {
				h.Set("WWW-Authenticate", "Bearer")
				s.refuse(w, r, http.StatusUnauthorized, "token")
				return
			}
			if !s.allows(w, r, c.access.Person) {
				return
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
	})
}

// isOpen reports whether anybody may ask.
func isOpen(path string) bool { return path == Root+"/health" || path == Root+"/openapi.json" }

func bearer(r *http.Request) string {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(secret)
}

func (s *server) allows(w http.ResponseWriter, r *http.Request, person string) bool {
	if s.Allow == nil {
		return true
	}
	ok, wait := s.Allow(r, person)
	if !ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		s.refuse(w, r, http.StatusTooManyRequests, "often")
	}
	return ok
}
