// Package certificate prints certificates of courses as PDF, with names in every
// script of ASEAN's languages and of Japanese. It may import its domain and what
// is shared. Start reading at [PDF].
package certificate

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"

	"github.com/a-h/templ"

	"renkei/internal/i18n"
	"renkei/internal/pdf"
	"renkei/internal/programme"
)

//go:embed certificate.css
var style string

// view is what the page needs beside the certificate.
type view struct {
	*programme.Certificate
	p       *i18n.Printer
	address string // where everybody can see whether it holds
	code    templ.Component
}

func (v *view) t(key string, args ...i18n.Args) string {
	return v.p.T("programme.certificate."+key, args...)
}

func (v *view) date() string {
	return programme.When(v.p, programme.DayOf(v.Issued), "")
}

// PDF prints a certificate in the printer's language. Address is where its code is
// verified, and code a picture of it. It returns pdf.ErrNoBrowser where no
// Chromium is installed.
func PDF(ctx context.Context, w io.Writer, c *programme.Certificate, address string, code templ.Component, p *i18n.Printer) error {
	var html bytes.Buffer
	if err := page(&view{Certificate: c, p: p, address: address, code: code}).Render(ctx, &html); err != nil {
		return fmt.Errorf("write certificate: %w", err)
	}
	return pdf.Print(ctx, w, html.Bytes())
}
