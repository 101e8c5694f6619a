package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"renkei/internal/scenario"
)

// newKey is the idempotency key of a form.
func newKey() string { return uuid.Must(uuid.NewV7()).String() }

func number[T ~int | ~int64 | ~uint64](n T) string { return fmt.Sprint(n) }

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// labels are those that a message may bear.
func labels() []scenario.TLP {
	return []scenario.TLP{scenario.TLPClear, scenario.TLPGreen, scenario.TLPAmber, scenario.TLPAmberStrict, scenario.TLPRed}
}

// label writes a TLP label as people write it; "" for none.
func label(t scenario.TLP) string {
	if t == scenario.TLPNone {
		return ""
	}
	return "TLP:" + t.String()
}

// here is where the reader is, to come back to.
func (r *request) here() string {
	if r.failed || r.Method != http.MethodGet {
		return "/"
	}
	return r.URL.RequestURI()
}
