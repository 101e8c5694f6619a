package scenario

import (
	"maps"
	"strings"
	"testing"
)

// TestKeys gives the task of the hospital in the starter pack another key.
func TestKeys(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, kind, key, want string }{
		{"fits", "answer", "accept: [\"{{infected}}\"]\n      examples: {right: [\"{{infected}}\", \"192[.]0[.]2[.]2{{team.n}}\"], wrong: [\"{{c2}}\"]}", "72:42 solution.refuses"},
		{"wrong taken", "answer", `accept: ["{{infected}}", "{{c2}}"]` + "\n      examples: {wrong: [\"{{c2}}\"]}", "72:26 solution.takes"},
		{"no example", "answer", `match: ["{{infected}}"]`, "71:14 solution.example"},
		{"pattern fits", "answer", `match: ["{{infected}}(:443)?"]` + "\n      examples: {right: {en: [\"{{infected}}:443\"], ja: [\"{{infected}}\"]}, wrong: [\"{{infected}}:80\"]}", ""},
		{"anything", "answer", `match: [".*"]` + "\n      examples: {right: [x]}", "71:14 solution.anything"},
		{"number", "answer", `number: "{{infected}}"`, "71:15 solution.number"},
		{"number near", "answer", "number: 4{{team.n}}\n      tolerance: 1\n      examples: {right: [\"about 4{{team.n}} GB\"], wrong: [4]}", ""},
		{"blank", "answer", `accept: ["{{infected}}", "` + "\u200b" + `"]`, "71:32 solution.empty"},
		{"flag", "flag", `flag: "A{{infected}}\nB"`, "71:13 solution.flag"},
		{"size", "file", `files: [{min: 2MiB, sha256: "{{infected}}"}]` + "\n      max_size: 1MiB", "71:21 solution.size"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(starterFiles(t))
			files["msel.yaml"] = []byte(strings.NewReplacer(
				"type: answer", "type: "+tc.kind, `accept: ["{{infected}}"]`, tc.key,
			).Replace(string(files["msel.yaml"])))
			if got := strings.ReplaceAll(places(t, files), "msel.yaml:", ""); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
