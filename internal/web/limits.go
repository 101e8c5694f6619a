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

// count counts a request against its limit. Streams, which break and come back
// with the link, and what is the same for everybody are not counted.
func (r *request) count(rt route) error {
	switch {
	case strings.Contains(rt.pattern, "/static/"), strings.HasSuffix(rt.pattern, "/stream"):
		return nil
	case strings.Contains(rt.pattern, "/in/{link}"):
		return r.allow(limit.LinkAddress, r.RemoteAddr)
	case !r.access.Known():
		return r.allow(limit.Stranger, r.RemoteAddr)
	case rt.upload:
		return r.allow(limit.Upload, r.access.Person)
	}
	return r.allow(limit.Request, r.access.Person)
}

func (r *request) allow(kind limit.Kind, key string) error {
	if ok, retry := r.s.Limits.Allow(kind, key); !ok {
		return &tooOften{retry}
	}
	return nil
}

// wait says how long to wait, and gives the sentence.
func (r *request) wait(e *tooOften) (status int, text string) {
	seconds := int(math.Ceil(e.retry.Seconds()))
	r.w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return http.StatusTooManyRequests, r.t("error.often", args("Seconds", seconds))
}
