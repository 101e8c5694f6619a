package scenarios_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"renkei/scenarios"
)

var update = flag.Bool("update", false, "write the 60-minute edition anew")

const halfHour, hour = "hospital-ransomware", "hospital-ransomware-60"

var (
	spans   = regexp.MustCompile(`(?m)^( *(?:- )?(?:at|due|within|delay|duration): )([0-9hms]+)$`)
	follows = regexp.MustCompile(`(?m)^( *after: \S+ \+)([0-9hms]+)$`)
	efforts = regexp.MustCompile(`(min|likely|max): ([0-9hms]+)`)
	ahead   = regexp.MustCompile(`(\{\{time now\+)([0-9hms]+)`)
	named   = regexp.MustCompile(`\bI[0-9]{2}\b`)
	minutes = regexp.MustCompile(`\b([0-9]+)m\b`)
)

// reworded is what a longer edition says otherwise than by its times. What the
// logs show, such as a call every five minutes, stays.
var reworded = strings.NewReplacer(
	"key: "+halfHour, "key: "+hour,
	"en: Ransomware at a hospital\n", "en: Ransomware at a hospital (60 minutes)\n",
	"ja: 病院を襲ったランサムウェア\n", "ja: 病院を襲ったランサムウェア（60分版）\n",
	"Thirty minutes, remote, two teams or more.", "Sixty minutes, for teams that\n    read in a second language, remote, two teams or more.",
	"遠隔実施、30分、2チーム以上。", "第二言語で読むチーム向けの60分版。\n    遠隔実施、2チーム以上。",
	"Within five minutes of the first sign", "Within ten minutes of the first sign",
	"within five minutes of the first sign", "within ten minutes of the first sign",
	"最初の兆候から5分以内", "最初の兆候から10分以内",
	"within minutes, by the right channel", "in good time, by the right channel",
	"適切な経路により、数分以内に", "適切な経路により、速やかに",
	"within four minutes", "within eight minutes", "、4分以内に自国", "、8分以内に自国",
	"within five minutes, with a line", "within ten minutes, with a line", "en: The CSIRT relays the bulletin to the hospital within five minutes", "en: The CSIRT relays the bulletin to the hospital within ten minutes",
	"ja: 5分以内に、なぜ", "ja: 10分以内に、なぜ",
	"7分のI05", "14分のI05", "12分までに", "24分までに", "（17分）", "（34分）", "遅くとも17分", "遅くとも34分", "要請の2分後", "要請の4分後", "I10の2分後", "I10の4分後",
	"Comes two minutes after the request, else two minutes after I10", "Comes four minutes after the request, else four minutes after I10",
	"next half hour", "next hour", "この後の30分間", "この後の1時間", "a long half hour", "a long hour", "長い30分", "長い1時間",
	"sees the press at {{time startex+1h hm}}", "sees the press at {{time startex+2h hm}}",
	"{{time startex+1h hm}}から大臣", "{{time startex+2h hm}}から大臣",
)

// slower gives a file of the half-hour pack as the 60-minute edition has it:
// everything takes twice as long.
func slower(t *testing.T, name, text string) string {
	t.Helper()
	twice := func(all *regexp.Regexp, text string) string {
		return all.ReplaceAllStringFunc(text, func(s string) string {
			m := all.FindStringSubmatch(s)
			d, err := time.ParseDuration(m[2])
			if err != nil {
				t.Fatalf("%s: %q: %v", name, s, err)
			}
			long := (2 * d).String()
			if strings.HasSuffix(long, "m0s") {
				long = strings.TrimSuffix(long, "0s")
			}
			return strings.TrimSuffix(s, m[2]) + strings.TrimSuffix(strings.Replace(long, "h0m", "h", 1), "h0s")
		})
	}
	switch {
	case name == "msel.yaml":
		text = efforts.ReplaceAllStringFunc(text, func(s string) string { return twice(regexp.MustCompile(`(min: |likely: |max: )([0-9hms]+)`), s) })
		lines := strings.Split(text, "\n")
		for i, l := range lines {
			if strings.HasPrefix(strings.TrimSpace(l), "en: ") && named.MatchString(l) {
				lines[i] = minutes.ReplaceAllStringFunc(l, func(s string) string {
					var n int
					_, _ = fmt.Sscanf(s, "%dm", &n)
					return fmt.Sprintf("%dm", 2*n)
				})
			}
		}
		text = twice(follows, twice(spans, strings.Join(lines, "\n")))
	case name == "pack.yaml":
		text = strings.Replace(text, "duration: 30m", "duration: 1h", 1)
	case strings.HasSuffix(name, ".md"):
		text = twice(ahead, text)
	}
	return reworded.Replace(text)
}

// TestSixtyMinuteEdition: the edition for readers of a second language is the
// half-hour pack with twice the time, in every file but its README.
func TestSixtyMinuteEdition(t *testing.T) {
	t.Parallel()
	want := map[string]string{}
	root, err := fs.Sub(scenarios.Packs, halfHour)
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "README.md" {
			return err
		}
		raw, err := fs.ReadFile(root, name)
		want[name] = slower(t, name, string(raw))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		for name, text := range want {
			file := filepath.Join(hour, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	err = fs.WalkDir(scenarios.Packs, hour, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Base(name) == "README.md" {
			return err
		}
		raw, err := fs.ReadFile(scenarios.Packs, name)
		short := strings.TrimPrefix(name, hour+"/")
		if want[short] != string(raw) {
			t.Errorf("%s is not what the half-hour pack makes of it: go test ./scenarios -run SixtyMinute -update", name)
		}
		delete(want, short)
		return err
	})
	if err != nil || len(want) > 0 {
		t.Errorf("the edition lacks %d files, %v", len(want), err)
	}
}
