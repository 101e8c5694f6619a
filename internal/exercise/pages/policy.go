package pages

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
)

// OwnStylePolicy is the policy of a page that stands by itself, such as a
// report or a paper: it holds its own style and nothing else, and the hash says
// which. beginning is the page up to the end of its style at least.
func OwnStylePolicy(beginning []byte) string {
	style := "'none'"
	if _, rest, ok := bytes.Cut(beginning, []byte("<style>")); ok {
		css, _, _ := bytes.Cut(rest, []byte("</style>"))
		sum := sha256.Sum256(css)
		style = "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + style + "; img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
}
