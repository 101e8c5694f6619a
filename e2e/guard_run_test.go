//go:build unix

package e2e

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestGuardRun plays both packs by a seed. The log has salts and the time of
// the day in it, and with them all its hashes: its story is compared, and of the
// files what does not follow from those.
func TestGuardRun(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"hospital-ransomware", "gateway-to-wards"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, began := t.TempDir(), time.Now().UTC().Truncate(time.Minute)
			r := renkei(t, "exercise", "run", "../scenarios/"+name, "--teams", "3", "--bots", "--seed", "11", "--speed", "max", "--out", dir)
			steady := func(text string) string { return withoutRun(strings.ReplaceAll(text, dir, "DIR"), began) }
			of := func(file string) string { return steady(string(read(t, filepath.Join(dir, file)))) }
			events := strings.Join(story(t, dir), "\n") + "\n"
			out := fmt.Sprintf("exit %d\n%s%s\n%x  story\n", r.code, steady(r.out), steady(r.errOut), sha256.Sum256([]byte(events)))
			for _, file := range []string{"results.json", "summary.md", "report.html"} {
				out += fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(of(file))), file)
			}
			golden(t, "run/"+name+".story.gz", []byte(events)) // before the hashes: it tells more
			golden(t, "run/"+name+".results.json.gz", []byte(of("results.json")))
			golden(t, "run/"+name+".summary.md", []byte(of("summary.md")))
			golden(t, "run/"+name+".report.html.gz", []byte(strings.ReplaceAll(of("report.html"), "><", ">\n<")))
			golden(t, "run/"+name+".txt", []byte(out))
		})
	}
}

var (
	moment = regexp.MustCompile(`(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(\.\d+)?Z?)?( to \d\d:\d\d|–\d\d:\d\d)?`)
	chains = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
)

// withoutRun takes out when it was run, and the hashes that follow from that.
func withoutRun(text string, began time.Time) string {
	text = moment.ReplaceAllStringFunc(text, func(s string) string {
		m := moment.FindStringSubmatch(s)
		if at, err := time.Parse("2006-01-02 15:04", m[1]+" "+m[2]); err != nil || at.Before(began) || at.After(time.Now()) {
			return s
		}
		return "WALL"
	})
	return chains.ReplaceAllString(text, "CHAIN")
}
