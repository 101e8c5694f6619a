package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// newKey is the idempotency key of a form.
func newKey() string { return uuid.Must(uuid.NewV7()).String() }

// end is somebody or something that can be chosen, by its key and its name.
type end struct{ key, name string }

// args are the arguments of a text: name, value, name, value.
func args(pairs ...any) i18n.Args {
	a := make(i18n.Args, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			a[name] = pairs[i+1]
		}
	}
	return a
}

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

// oneOf reads a number that must be one of a list's.
func (r *request) oneOf(name string, list []int) (int, error) {
	n, err := strconv.Atoi(r.PostFormValue(name))
	if err != nil || !slices.Contains(list, n) {
		return 0, errForm
	}
	return n, nil
}

// position reads a position in a list from the address; 0 for none.
func (r *request) position(name string) (uint64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 62)
	if err != nil {
		return 0, errAbsent
	}
	return n, nil
}

// stamp writes a moment of the world's clock, in UTC.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04") + " UTC"
}

// joinLines writes texts one a line.
func joinLines(all []string) string { return strings.Join(all, "\n") }

// days says for how many days something is good.
func (r *request) days(n int) string {
	if n == 1 {
		return r.t("field.day")
	}
	return r.t("field.days", args("N", n))
}
