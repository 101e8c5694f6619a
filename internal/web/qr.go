package web

import (
	"fmt"
	"strings"

	goqr "github.com/piglig/go-qr"
)

// qrMargin is the quiet zone of ISO/IEC 18004, in modules.
const qrMargin = 4

// qrPath is a text as a QR code: a line one wide through each run of dark
// modules, and how wide all is.
func qrPath(text string) (path string, size int, err error) {
	code, err := goqr.EncodeText(text, goqr.Medium)
	if err != nil {
		return "", 0, fmt.Errorf("make qr code: %w", err)
	}
	var b strings.Builder
	for y := range code.Size() {
		for x := 0; x < code.Size(); x++ {
			from := x
			for x < code.Size() && code.Module(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %d.5h%d", from+qrMargin, y+qrMargin, x-from)
			}
		}
	}
	return b.String(), code.Size() + 2*qrMargin, nil
}

func qrBox(size int) string { return fmt.Sprintf("0 0 %d %d", size, size) }
