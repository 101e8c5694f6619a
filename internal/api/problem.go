package api

import (
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// problem is an error as RFC 9457 has it. Its code is translated under
// "api.error.<code>".
type problem struct {
	Status int                 `json:"status"`
	Title  string              `json:"title"`
	Code   string              `json:"code"`
	Detail string              `json:"detail"`
	Errors []*huma.ErrorDetail `json:"errors,omitempty"`
}

// Error gives the code.
func (p *problem) Error() string { return p.Code }

// GetStatus gives the HTTP status.
func (p *problem) GetStatus() int { return p.Status }

// ContentType is that of problems.
func (p *problem) ContentType(string) string { return "application/problem+json" }

var (
	_ huma.StatusError       = (*problem)(nil)
	_ huma.ContentTypeFilter = (*problem)(nil)
)

func problemOf(c *caller, status int, code string) *problem {
	return &problem{Status: status, Title: http.StatusText(status), Code: code, Detail: c.p.T("api.error." + code)}
}

func absent(c *caller) error { return problemOf(c, http.StatusNotFound, "absent") }

// refuse answers with a problem before an operation was reached.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, status int, code string) {
	c := &caller{p: s.Texts.For(r.Header.Get("Accept-Language"))}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(problemOf(c, status, code)) // whoever has gone does not read it
}

// translate puts words of ours into what the frame says about a request that
// does not fit.
func (s *server) translate(ctx huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	code := "invalid"
	if e.Status >= http.StatusInternalServerError {
		code = "broken"
		s.Log.Error("api_failed", "path", ctx.URL().Path, "error", e.Detail)
		e.Errors = nil
	}
	p := problemOf(callerOf(ctx.Context()), e.Status, code)
	p.Errors = e.Errors
	return p, nil
}
