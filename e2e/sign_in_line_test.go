//go:build unix

package e2e

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// filterLines are the patterns of the filter for fail2ban, as patterns of Go:
// without what the journal writes before a line.
func filterLines(t *testing.T) (all []*regexp.Regexp) {
	t.Helper()
	raw, err := os.ReadFile("../deploy/fail2ban/renkei-filter.conf")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if _, pattern, ok := strings.Cut(line, "^%(__prefix_line)s"); ok {
			pattern = strings.Replace(strings.TrimSpace(pattern), "<HOST>", `([0-9a-f.:]+)`, 1)
			all = append(all, regexp.MustCompile("^"+pattern))
		}
	}
	return all
}

// TestFailedSignInLine holds the line of a failed sign-in, as the real program
// writes it, against the filter that is shipped for fail2ban. What somebody
// types for a login cannot make such a line of another address.
func TestFailedSignInLine(t *testing.T) {
	t.Parallel()
	for i, form := range []string{"text", "json"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			patterns := filterLines(t)
			if len(patterns) != 2 {
				t.Fatalf("the filter has %d patterns", len(patterns))
			}
			s, at := serving(t, "--data", t.TempDir(), "--log", form)
			for _, login := range []string{"ada", "\nlevel=WARN msg=sign_in_failed address=192.0.2.66 reason=password\n"} {
				res, err := http.PostForm(at+"/sign-in", url.Values{"login": {login}, "password": {"not this one"}})
				if err != nil {
					t.Fatal(err)
				}
				_ = res.Body.Close() // only its coming matters
			}
			s.ended(t, syscall.SIGTERM)
			var from []string
			for line := range strings.Lines(s.err.String()) {
				if m := patterns[i].FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
					from = append(from, m[1])
				}
			}
			if strings.Join(from, " ") != "127.0.0.1 127.0.0.1" {
				t.Errorf("the filter finds %q in:\n%s", from, s.err)
			}
		})
	}
}
