package app

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"renkei/internal/api"
	"renkei/internal/auth/limit"
	"renkei/internal/exercise/review"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// programs is the house as programs read it.
type programs struct{ *House }

var _ api.House = programs{}

// Hall finds an exercise.
func (p programs) Hall(ctx context.Context, id string) (*api.Hall, error) {
	h, err := p.House.Hall(ctx, id)
	if errors.Is(err, web.ErrNoHall) {
		return nil, api.ErrNoHall
	}
	if err != nil {
		return nil, err
	}
	return apiHall(h), nil
}

// List lists exercises.
func (p programs) List(ctx context.Context, wanted func(id string) bool) ([]api.Listed, error) {
	all, err := p.House.List(ctx, wanted)
	list := make([]api.Listed, len(all))
	for i, l := range all {
		list[i] = api.Listed{ID: l.ID, Title: l.Title}
	}
	return list, err
}

// apiHall is an exercise that is served, as programs read it.
func apiHall(h *web.Hall) *api.Hall {
	return &api.Hall{
		ID: h.ID, Live: h.Live,
		Report: func(ctx context.Context, w io.Writer, reader string, p *i18n.Printer) error {
			return h.Report(ctx, w, web.ReportOptions{For: reader, Form: FormJSON, Printer: p})
		},
		Results: func(ctx context.Context, w io.Writer, p *i18n.Printer) error {
			return h.Report(ctx, w, web.ReportOptions{For: review.ForExcon, Form: FormResults, Printer: p})
		},
		Log: func(ctx context.Context, w io.Writer) error { return h.WriteLog(ctx, w, 0) },
	}
}

// allow counts a program's requests as those of its owner.
func allow(l *limit.Limiter) func(r *http.Request, person string) (bool, time.Duration) {
	return func(r *http.Request, person string) (bool, time.Duration) {
		if person == "" {
			return l.Allow(limit.Stranger, r.RemoteAddr)
		}
		return l.Allow(limit.Request, person)
	}
}
