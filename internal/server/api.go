package server

import (
	"net/http"
	"time"

	"renkei/internal/auth/limit"
)

// allow counts a program's requests as those of its owner.
func allow(l *limit.Limiter) func(r *http.Request, person string) (bool, time.Duration) {
	return func(r *http.Request, person string) (bool, time.Duration) {
		if person == "" {
			return l.Allow(limit.Stranger, r.RemoteAddr)
		}
		return l.Allow(limit.Request, person)
	}
}
