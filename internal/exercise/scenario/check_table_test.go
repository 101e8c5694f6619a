package scenario

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestOneOfEach makes one mistake after the other in the starter pack, to
// which a decision has been added. A mistake is a file, what stands in it and
// what shall stand there.
func TestOneOfEach(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, file, old, now, want string }{
		{"no msel", "msel.yaml", "*", "", "msel.yaml:0:0 file.missing"},
		{"not UTF-8", "texts/en/I02.md", "\n\n", "\n\nx\xff", "texts/en/I02.md:3:2 file.utf8"},
		{"size", "msel.yaml", `type: report`, "type: file\n    max_size: 30MiB\n    files: [{min: 1KiB}]", "msel.yaml:59:15 value.size_max"},
		{"language", "msel.yaml", "ja: 続報を待つ", "jp: 続報を待つ", "msel.yaml:21:50 text.language"},
		{"no injects", "msel.yaml", "*", "injects: []", "msel.yaml:0:0 pack.no_injects"},
		{"for all after", "msel.yaml", "at: 10m", "after: I01\n  scope: all", "msel.yaml:87:10 decision.all"},
		{"inject", "msel.yaml", "after: I02\n  within", "after: I20\n  within", "msel.yaml:79:10 ref.inject"},
		{"no cells", "msel.yaml", "to: cell:hospital", "to: cells", "msel.yaml:65:9 ref.no_cells"},
		{"branch", "msel.yaml", "after: I01 +5m", "after: I01 +5m\n  branch: b3", "msel.yaml:40:11 ref.branch"},
		{"role", "msel.yaml", "after: I01 +5m", "after: I01 +5m\n  for: analyst", "msel.yaml:40:8 ref.role"},
		{"objective", "msel.yaml", "after: I01 +5m", "after: I01 +5m\n  objectives: [O9]", "msel.yaml:40:16 ref.objective"},
		{"hidden", "msel.yaml", "after: I01 +5m", "after: I01 +5m\n  replies: [{key: r1, text: A}, {key: r2, ask: [x], text: B}]", "msel.yaml:40:33 reply.hidden"},
		{"pattern", "msel.yaml", `contains: ["{{infected}}"]`, `match: ["({{infected}}"]`, "msel.yaml:71:15 value.pattern"},
		{"own facts", "msel.yaml", "at: 10m", "at: 10m\n  scope: all", "msel.yaml:90:36 decision.facts"},
		{"otherwise first", "msel.yaml", `title: A, when: task("T2").correct`, "title: A", "msel.yaml:89:5 decision.otherwise"},
		{"hash", "msel.yaml", `type: report`, "type: file\n    files: [{sha256: abc}]", "msel.yaml:59:22 file_rule.hash"},
		{"media", "msel.yaml", `type: report`, "type: file\n    files: [{media: text}]", "msel.yaml:59:21 file_rule.media"},
		{"order", "msel.yaml", `type: report`, "type: file\n    files: [{min: 2KiB, max: 1KiB}]", "msel.yaml:59:30 file_rule.order"},
		{"idle persona", "pack.yaml", "personas:\n", "personas:\n- {key: idle, name: Idle}\n", "pack.yaml:29:3 persona.unused"},
		{"idle variable", "pack.yaml", "  vars:\n", "  vars:\n    idle: x\n", "pack.yaml:37:5 var.unused"},
		{"long variable", "pack.yaml", "Central Hospital\", ja", strings.Repeat("x", maxVarLength) + "\", ja", "pack.yaml:38:5 var.long"},
		{"nothing right", "msel.yaml", ", correct: true", "", "msel.yaml:19:5 task.no_correct"},
		{"sender", "msel.yaml", "- key: T5\n      type: answer", "- {key: T6, type: share, prompt: x, due: 1m, flow: F1}\n    - key: T5\n      type: answer", "msel.yaml:67:56 task.sender"},
		{"two of a name", "attachments/Proxy.log", "", "x", "attachments/proxy.log:0:0 file.case"},
		{"nowhere shown", "attachments/proxy.log", "*", "x", "msel.yaml:81:9 flow.unknown"},
		{"damaged", "attachments/proxy.log", "*", "\x1f\x8b", "attachments/proxy.log:0:0 live.opaque"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(starterFiles(t))
			files["msel.yaml"] = append(files["msel.yaml"], branching...)
			if tc.name == "no cells" {
				files["pack.yaml"], _, _ = bytes.Cut(files["pack.yaml"], []byte("  cells:"))
			}
			switch {
			case tc.old == "*" && tc.now == "":
				delete(files, tc.file)
			case tc.old == "*" || tc.old == "":
				files[tc.file] = []byte(tc.now)
			default:
				files[tc.file] = []byte(strings.Replace(string(files[tc.file]), tc.old, tc.now, 1))
			}
			if got := places(t, files); !slices.Contains(strings.Split(got, "|"), tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
