package teamfile_test

import (
	"strings"
	"testing"

	"renkei/internal/exercise/scenario/teamfile"
)

func TestDemo(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, teamfile.DemoSize, 500} {
		teams, err := teamfile.Demo(n)
		if err != nil || len(teams) != n {
			t.Fatalf("Demo(%d): %d teams, %v", n, len(teams), err)
		}
		keys := map[string]bool{}
		for i, u := range teams {
			if keys[u.Key] || u.N != i+1 || !u.IsTeam() || !strings.HasSuffix(u.Domain, ".example") {
				t.Errorf("team %d: %+v", i+1, u)
			}
			keys[u.Key] = true
		}
	}
}

func TestReadNamesTheMistake(t *testing.T) {
	t.Parallel()
	good := `{key: aa, code: AA, name: {en: A}, domain: a.example, locale: en, zone: Asia/Bangkok}`
	for name, c := range map[string]struct{ file, want string }{
		"good":       {"members: [" + good + "]", ""},
		"empty":      {"", "no members"},
		"no list":    {"members: 3", "line 1"},
		"unknown":    {"members: [{kee: aa}]", "kee"},
		"twice":      {"members: [" + good + "," + good + "]", "twice"},
		"zone":       {"members: [" + strings.Replace(good, "Asia/Bangkok", "Mars/Base", 1) + "]", "Mars/Base"},
		"languages":  {"members: [" + strings.Replace(good, "locale: en", "locale: en, also: [ja, ms]", 1) + "]", ""},
		"language":   {"members: [" + strings.Replace(good, "locale: en", "locale: en, also: [ja, en]", 1) + "]", `also "en"`},
		"key":        {"members: [" + strings.Replace(good, "key: aa", "key: A/A", 1) + "]", "A/A"},
		"no name":    {"members: [" + strings.Replace(good, "name: {en: A}, ", "", 1) + "]", "name"},
		"no code":    {"members: [" + strings.Replace(good, "code: AA, ", "", 1) + "]", "code"},
		"not a YAML": {"members: [", "community"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			teams, err := teamfile.Read([]byte(c.file))
			switch {
			case c.want == "" && (err != nil || len(teams) != 1):
				t.Errorf("%d teams, %v", len(teams), err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("error %v does not name %q", err, c.want)
			}
		})
	}
}

// FuzzRead: whatever a community file holds, it gives teams that can be told
// apart, or an error.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"", "members: []", "members:\n- key: asteria\n", "members: [{key: a, code: A, name: {en: A}, csirt: {en: B}, domain: a.example, locale: en, zone: UTC}]",
		"members: &a [*a]", "a: &a [x,x]\nb: &b [*a,*a]\nmembers: [*b,*b]", strings.Repeat("[", 10_000), "members:\n- {key: \"\\u0000\"}\n", "\xff\xfe",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		teams, err := teamfile.Read(raw)
		if (err == nil) != (len(teams) > 0) {
			t.Fatalf("%d teams, %v", len(teams), err)
		}
		seen := map[string]bool{}
		for i := range teams {
			if teams[i].Key == "" || seen[teams[i].Key] {
				t.Errorf("key %q", teams[i].Key)
			}
			seen[teams[i].Key] = true
		}
	})
}
