package programmepages

import (
	"bytes"
	"errors"
	"net/http"
	"strings"

	"renkei/internal/pdf"
	"renkei/internal/programme"
	"renkei/internal/programme/certificate"
	"renkei/internal/programme/store"
	"renkei/internal/web"
)

const certificateHome = home + "/certificate"

// issueCertificates gives everybody a certificate who has completed the course
// and has none.
func issueCertificates(r *request, v *courseView) error {
	if !v.conducts {
		return web.ErrNotFound
	}
	return v.change(r, func(now *programme.Roster) (c store.RosterChange, err error) {
		c.Certificates = now.Issue(v.Event, r.now, programme.NewCertificateCode)
		return c, nil
	})
}

// held is the certificate that a form names, as the roster is now.
func (r *request) held(now *programme.Roster) (*programme.Certificate, error) {
	c := now.Certificate(r.field("entry"))
	if c == nil {
		return nil, web.ErrNotFound
	}
	return c, nil
}

func revokeCertificate(r *request, v *courseView) error {
	if !v.conducts {
		return web.ErrNotFound
	}
	return v.change(r, func(now *programme.Roster) (c store.RosterChange, err error) {
		was, err := r.held(now)
		if err != nil {
			return c, err
		}
		is, err := was.Revoke(r.now, r.field("reason"))
		c.Certificates = []programme.Certificate{is}
		return c, err
	})
}

// reissueCertificate has another take the place of a certificate, and corrects the
// names on the list, so that they are right from now on.
func reissueCertificate(r *request, v *courseView) error {
	if !v.conducts {
		return web.ErrNotFound
	}
	return v.change(r, func(now *programme.Roster) (c store.RosterChange, err error) {
		held, err := r.held(now)
		if err != nil {
			return c, err
		}
		was, is, err := held.Reissue(r.now, r.field("name"), r.field("local"), r.field("reason"), programme.NewCertificateCode())
		if err != nil {
			return c, err
		}
		c.Certificates = []programme.Certificate{was, is}
		if a := now.Attendee(is.Attendee); a != nil && (a.Name != is.Name || a.Local != is.Local) {
			next := *a
			next.Name, next.Local = is.Name, is.Local
			c.Attendees = []programme.Attendee{next}
		}
		return c, nil
	})
}

// certificates are those that the reader sees, in the order in which they were
// issued.
func (v *courseView) certificates() (all []programme.Certificate) {
	for _, c := range v.roster.Certificates {
		if v.sees(c.Member) {
			all = append(all, c)
		}
	}
	return all
}

// toIssue is how many would be issued now.
func (v *courseView) toIssue(r *request) int {
	if !v.conducts {
		return 0
	}
	return len(v.roster.Issue(v.Event, r.now, func() string { return "" }))
}

// heavyCertificate is the memory that printing a certificate may take, in bytes.
const heavyCertificate = 16 << 20

// sendCertificate sends a certificate as a PDF to the organisers and the member
// whose it is.
func sendCertificate(r *request) error {
	v, err := r.course()
	if err != nil {
		return err
	}
	code, ok := strings.CutSuffix(r.PathValue("file"), ".pdf")
	c := v.roster.Certificate(code)
	if !ok || c == nil || !v.sees(c.Member) || !c.Valid() {
		return web.ErrNotFound
	}
	base, err := r.Base()
	if err != nil {
		return err
	}
	if err := r.Heavy(heavyCertificate); err != nil {
		return err
	}
	address := base + certificateHome + "/" + c.Code
	var file bytes.Buffer
	err = certificate.PDF(r.Context(), &file, c, address, web.QRCode(address, programme.CertificateCode(c.Code)), r.Printer)
	var failed *pdf.BrowserError
	switch {
	case errors.Is(err, pdf.ErrNoBrowser):
		return &web.UserError{Text: r.Printer.T("web.report.no_pdf")}
	case errors.As(err, &failed):
		r.Server.Log.Error("report_not_printed", "certificate", c.Code, "error", err)
		return &web.UserError{Text: r.Printer.T("web.report.pdf_failed")}
	case err != nil:
		return err
	}
	return r.Download("certificate-"+c.Code+".pdf", "application/pdf", file.Bytes())
}

// certificateView is what a code says, to whoever has it.
type certificateView struct {
	code string
	c    *programme.Certificate // nil where there is none
}

// showCertificate says to everybody whether a certificate holds. A code that
// nobody has and one of somebody who was erased answer alike.
func showCertificate(r *request) error {
	v := &certificateView{code: r.PathValue("code")}
	if v.code == "" {
		v.code = r.URL.Query().Get("code")
	}
	if len(v.code) > 100 {
		return web.ErrNotFound
	}
	if v.code != "" {
		c, ok, err := r.pages.store.Certificate(r.Context(), v.code)
		if err != nil {
			return err
		}
		if ok {
			v.c = &c
		}
	}
	return r.Show(http.StatusOK, certificatePage(r, v))
}
