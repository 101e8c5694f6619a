package app

import (
	"context"
	"io"

	"renkei/internal/api"
	"renkei/internal/i18n"
	"renkei/internal/review"
	"renkei/internal/web"
)

// APIHall is an exercise that is served, as programs read it.
func APIHall(h *web.Hall) *api.Hall {
	x := &api.Hall{ID: h.ID, Live: h.Live}
	if h.Report != nil {
		x.Report = func(ctx context.Context, w io.Writer, reader string, p *i18n.Printer) error {
			return h.Report(ctx, w, web.ReportOptions{For: reader, Form: FormJSON, Printer: p})
		}
		x.Results = func(ctx context.Context, w io.Writer, p *i18n.Printer) error {
			return h.Report(ctx, w, web.ReportOptions{For: review.ForExcon, Form: FormResults, Printer: p})
		}
	}
	if h.WriteLog != nil {
		x.Log = func(ctx context.Context, w io.Writer) error { return h.WriteLog(ctx, w, 0) }
	}
	return x
}
