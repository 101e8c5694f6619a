package web

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"renkei/internal/auth/limit"
)

// tooOften is somebody who asks more often than a person does.
type tooOften struct{ retry time.Duration }

func (e *tooOften) Error() string { return fmt.Sprintf("web: too often, wait %s", e.retry) }

// count counts a request against its limit. What is the same for everybody is
// not counted.
func (r *Request) count(rt Route) error {
	switch {
	case strings.Contains(rt.Pattern, "/static/"):
		return nil
	case strings.Contains(rt.Pattern, "/in/{link}"):
		return r.Allow(limit.LinkAddress, r.RemoteAddr)
	case strings.Contains(rt.Pattern, " /join/"):
		return r.Allow(limit.JoinAddress, r.RemoteAddr)
	case !r.Access.Known():
		return r.Allow(limit.Stranger, r.RemoteAddr)
	case rt.Stream:
		return r.Allow(limit.Stream, r.Access.Person)
	case rt.Upload:
		return r.Allow(limit.Upload, r.Access.Person)
	}
	return r.Allow(limit.Request, r.Access.Person)
}

// Allow counts something against a limit. It returns an error that says how long to wait where there was too much.
func (r *Request) Allow(kind limit.Kind, key string) error {
	if ok, retry := r.Server.Limits.Allow(kind, key); !ok {
		return &tooOften{retry}
	}
	return nil
}

// wait says how long to wait, and gives the sentence.
func (r *Request) wait(e *tooOften) (status int, text string) {
	seconds := int(math.Ceil(e.retry.Seconds()))
	r.Writer.Header().Set("Retry-After", strconv.Itoa(seconds))
	return http.StatusTooManyRequests, r.T("error.often", Args("Seconds", seconds))
}
