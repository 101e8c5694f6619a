package web

import (
	"log/slog"
	"net/http"
	"time"
)

// Logged notes every request at the debug level: its route and never its
// address, which may hold a secret, nor how long the answer was, which may tell
// what stands on the page.
func Logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !log.Enabled(r.Context(), slog.LevelDebug) {
			next.ServeHTTP(w, r)
			return
		}
		began, seen := time.Now(), &Counted{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		log.Debug("request", "from", r.RemoteAddr, "scheme", r.URL.Scheme, "route", r.Pattern, "exercise", r.PathValue("exercise"),
			"status", seen.status, "took", time.Since(began))
	})
}

// Unwrap lets streams find what they need.
func (c *Counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// WriteHeader notes the status.
func (c *Counted) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

// Write notes how much was written.
func (c *Counted) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.Bytes += int64(n)
	return n, err
}
