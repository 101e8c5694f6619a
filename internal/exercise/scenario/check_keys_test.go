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
		{"fits", "answer", "accept: [\"{{infected}}\"]\n      examples: {right: [\"{{infected}}\", \"192[.]0[.]2[.]2{{team.n}}\"], wrong: [\"{{c2}}\"]}", "71:15 solution.exact|72:42 solution.refuses"},
		{"wrong taken", "answer", `accept: ["{{infected}}", "{{c2}}"]` + "\n      examples: {wrong: [\"{{c2}}\"]}", "71:15 solution.exact|72:26 solution.takes"},
		{"no example", "answer", `match: ["{{infected}}"]`, "71:14 solution.example"},
		{"pattern fits", "answer", `match: ["{{infected}}(:443)?"]` + "\n      examples: {right: {en: [\"{{infected}}:443\"], ja: [\"{{infected}}\"]}, wrong: [\"{{infected}}:80\"]}", ""},
		{"anything", "answer", `match: [".*"]` + "\n      examples: {right: [x]}", "71:14 solution.anything"},
		{"number", "answer", `number: "{{infected}}"`, "71:15 solution.number"},
		{"number near", "answer", "number: 4{{team.n}}\n      tolerance: 1\n      examples: {right: [\"about 4{{team.n}} GB\"], wrong: [4]}", ""},
		{"blank", "answer", `accept: ["{{infected}}", "` + "\u200b" + `"]`, "71:15 solution.exact|71:32 solution.empty"},
		{"contained", "answer", "contains: [\"{{infected}}\"]\n      refuse: [\"#.#.#.#\"]\n      examples: {right: [\"Take {{infected}} off\"], wrong: [\"{{infected}} or {{c2}}\"]}", ""},
		{"contained blank", "answer", `contains: ["` + "\u200b" + `"]`, "71:18 solution.empty"},
		{"time", "answer", "time: startex-11h5m31s\n      tolerance: 1m\n      examples: {right: [\"13:54 UTC\"], wrong: [\"13:40\"]}", ""},
		{"no time", "answer", "time: yesterday", "71:13 value.instant"},
		{"tolerance of a time", "answer", "time: startex\n      tolerance: 5%", "72:18 solution.tolerance"},
		{"refuse alone", "answer", "number: 4\n      refuse: [x]", "72:15 task.needs"},
		{"empty part", "answer", "parts: [{unit: GB}, {contains: [x]}]", "71:15 task.needs|71:22 task.needs"},
		{"stem", "report", "mentions: [[encrypt]]", "71:19 solution.stem"},
		{"stem with a star", "report", "mentions: [[\"encrypt*\"]]", ""},
		{"flag", "flag", `flag: "A{{infected}}\nB"`, "71:13 solution.flag"},
		{"size", "file", `files: [{min: 2MiB, sha256: "{{infected}}"}]` + "\n      max_size: 1MiB", "71:21 solution.size"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(starterFiles(t))
			files["msel.yaml"] = []byte(strings.NewReplacer(
				"type: answer", "type: "+tc.kind, `contains: ["{{infected}}"]`, tc.key,
			).Replace(string(files["msel.yaml"])))
			if got := strings.ReplaceAll(places(t, files), "msel.yaml:", ""); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
