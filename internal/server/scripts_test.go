package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"renkei/internal/exercise/access"
)

// TestEveryScript writes in Arabic, Thai and Khmer: what somebody wrote has its
// own direction wherever it is read, and the log finds it in any width and
// composition.
func TestEveryScript(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team := h.as(access.Player, "asteria")
	texts := map[string]string{
		"ar": "\u062A\u0645 \u062D\u062C\u0628 192.0.2.7 \u0641\u064A \u0645\u0635\u0631",
		"th": "\u0E1B\u0E34\u0E14\u0E01\u0E31\u0E49\u0E19\u0E41\u0E25\u0E49\u0E27 192.0.2.7",
		"km": "\u1794\u17B6\u1793\u1794\u17B7\u1791\u17A0\u17BE\u1799 192.0.2.7",
		"ja": "\u30B3\u30FC\u30C9\u30D6\u30C3\u30AF\u3092\u9001\u308B",
	}
	for lang, text := range texts {
		team.want(http.StatusSeeOther, "/x/x/message/asteria", url.Values{"key": {lang}, "to": {"liaison"}, "tlp": {"GREEN"}, "text": {text}})
	}
	for who, path := range map[*browser]string{team: "/x/x/talk/asteria?room=liaison", h.as(access.Director, ""): "/x/x/log"} {
		_, page := who.get(path)
		for lang, text := range texts {
			own := nodes(t, page, func(n *html.Node) bool {
				return n.Data == "p" && attr(n, "dir") == "auto" && strings.Contains(textOf(n), text)
			})
			if len(own) == 0 {
				t.Errorf("on %s the text in %s has no direction of its own", path, lang)
			}
		}
	}
	director := h.as(access.Director, "")
	for query, want := range map[string]string{
		"\uFF7A\uFF70\uFF84\uFF9E\uFF8C\uFF9E\uFF6F\uFF78": texts["ja"], // half width
		"\u30B3\u30FC\u30C8\u3099\u30D5\u3099\u30C3\u30AF": texts["ja"], // with combining marks
		"\uFF11\uFF19\uFF12.0.2.7":                         texts["th"], // full width
	} {
		if page := director.page("/x/x/log?text=" + url.QueryEscape(query)); !strings.Contains(page, want) {
			t.Errorf("the log does not find %q by %q", want, query)
		}
	}
}
