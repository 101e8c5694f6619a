package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"renkei/internal/auth"
	"renkei/internal/i18n"
)

// Operations add what an area answers to programs.
type Operations = func(huma.API)

// Caller is who asks, and in which language, for the operations of an area.
type Caller struct {
	Access  *auth.Access
	Printer *i18n.Printer
}

// CallerOf returns who asks.
func CallerOf(ctx context.Context) Caller {
	c := callerOf(ctx)
	return Caller{c.access.Access, c.p}
}

// Absent answers for what is not there, and alike for what is not the caller's.
func Absent(ctx context.Context) error { return absent(callerOf(ctx)) }

// Named sets what the description says of an operation.
func Named(id, summary string) func(*huma.Operation) { return named(id, summary) }
