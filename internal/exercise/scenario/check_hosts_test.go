package scenario

import (
	"maps"
	"strings"
	"testing"
)

// TestRealHosts writes something into the starter pack that may point at a
// real host and expects what is said about it.
func TestRealHosts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, file, old, now, want string }{
		{"text", "texts/en/I01.md", "\n\n", "\n\nLook at\nhttps://evil.com/x ", "texts/en/I01.md:4:9 host.name"},
		{"twice in a file", "texts/en/I01.md", "\n\n", "\n\nevil.com, evil.com ", "texts/en/I01.md:3:1 host.name"},
		{"log", "attachments/proxy.log", "{{c2}}", "8.8.8.8 {{c2}}", "attachments/proxy.log:2:43 host.address"},
		{"prompt", "msel.yaml", "en: What do you do first?", "en: What of evil.com?", "msel.yaml:16:26 host.name"},
		{"key", "msel.yaml", `accept: ["{{c2}}"]`, `accept: ["{{c2}}", "evil[.]com"]`, "msel.yaml:28:25 host.name"},
		{"variable", "pack.yaml", "203.0.113.0/24", "8.8.8.0/24", "pack.yaml:39:12 host.address"},
		{"only some teams", "attachments/proxy.log", "{{c2}}", "192.0.{{team.n}}.1 {{c2}}", "attachments/proxy.log:2:43 host.address"},
		{"put together", "attachments/proxy.log", "{{c2}}", "www.{{team.key}}.com {{c2}}", "attachments/proxy.log:2:43 host.name"},
		{"persona", "pack.yaml", "it@{{hospital_domain}}", "it@{{team.key}}.go.jp", "pack.yaml:32:18 host.name"},
		{"delivery", "msel.yaml", "  expected:", "  delivery: Say evil.com.\n  expected:", "msel.yaml:10:17 host.name"},
		{"of a team", "attachments/proxy.log", "{{c2}}", "www.{{team.domain}} {{c2}}", ""},
		{"meant", "pack.yaml", "tlp: GREEN", "real_hosts: [{name: www.first.org, reason: The TLP standard}]\ntlp: GREEN", "pack.yaml:14:14 host.unused"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(starterFiles(t))
			files[tc.file] = []byte(strings.Replace(string(files[tc.file]), tc.old, tc.now, 1))
			if got := places(t, files); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// TestMeantHost lets a host pass that the pack names on purpose.
func TestMeantHost(t *testing.T) {
	t.Parallel()
	files := maps.Clone(starterFiles(t))
	files["pack.yaml"] = append(files["pack.yaml"], "\nreal_hosts:\n- {name: www.first.org, reason: The TLP standard}\n"...)
	files["texts/en/I01.md"] = append(files["texts/en/I01.md"], "\nSee https://www.first.org/tlp/.\n"...)
	if got := places(t, files); got != "" {
		t.Errorf("findings %q", got)
	}
}

// places gives place and code of all findings of a pack.
func places(t *testing.T, files map[string][]byte) string {
	t.Helper()
	p, ds := Parse(files)
	if p != nil {
		ds = append(ds, Check(p)...)
	}
	filled(t, ds)
	var all []string
	for _, d := range ds {
		place, _, _ := strings.Cut(d.String(), " map[")
		all = append(all, place)
	}
	return strings.Join(all, "|")
}
