package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

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

// tlpClass is the class of a label, for its colour.
func tlpClass(t scenario.TLP) string {
	return "tlp-" + strings.ToLower(strings.NewReplacer("+", "-").Replace(t.String()))
}

// readTLP reads the label that a form chose.
func (r *request) readTLP() (tlp scenario.TLP, err error) {
	if err := tlp.UnmarshalText([]byte(r.PostFormValue("tlp"))); err != nil {
		return tlp, errors.Join(errForm, err)
	}
	return tlp, nil
}

func escape(s string) string { return url.QueryEscape(s) }

// listed reports whether a text is in a list.
func listed(list []string, s string) bool { return slices.Contains(list, s) }

// joinLines writes texts one a line.
func joinLines(all []string) string { return strings.Join(all, "\n") }
