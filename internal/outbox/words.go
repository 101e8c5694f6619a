package outbox

import (
	"strings"

	"renkei/internal/i18n"
)

// ReasonText is why a delivery failed, in the reader's language where the reason
// is the program's own.
func ReasonText(p *i18n.Printer, reason string) string {
	if own, ok := strings.CutPrefix(reason, "!"); ok {
		return p.T("outbox.reason." + own)
	}
	return reason
}
