package demo_test

import (
	"encoding/json"
	"strings"

	"renkei/internal/programme"
)

// encoded is a report as JSON in which signs stand as themselves.
func encoded(r *programme.Report) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(r)
	return b.String(), err
}
