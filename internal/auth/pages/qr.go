package authpages

import (
	"fmt"
	"strings"

	goqr "github.com/piglig/go-qr"

	"renkei/internal/web"
)

// qrMargin is the quiet zone of ISO/IEC 18004, in modules.
const qrMargin = 4

// qrPath is a text as dark modules of a QR code, each a square of one, and how
// wide all is.
func qrPath(text string) (path string, size int, err error) {
	code, err := goqr.EncodeText(text, goqr.Medium)
	if err != nil {
		return "", 0, fmt.Errorf("make qr code: %w", err)
	}
	var b strings.Builder
	for y := range code.Size() {
		for x := range code.Size() {
			if code.Module(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+qrMargin, y+qrMargin)
			}
		}
	}
	return b.String(), code.Size() + 2*qrMargin, nil
}

func viewBox(size int) string { return fmt.Sprintf("0 0 %d %d", size, size) }

// codeHint says which codes are taken.
func codeHint(r *web.Request, s *secondStep) string {
	switch {
	case s.TOTP && s.Codes:
		return r.T("second.code_any")
	case s.TOTP:
		return r.T("second.code_app")
	}
	return r.T("second.code_recovery")
}
