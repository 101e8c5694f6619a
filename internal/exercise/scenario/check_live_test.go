package scenario

import (
	"maps"
	"os"
	"strings"
	"testing"
)

// TestLiveAttachments gives the starter pack an attachment that is live.
func TestLiveAttachments(t *testing.T) {
	t.Parallel()
	climbing, err := os.ReadFile(writeZip(t, []entry{{name: "../x", data: "y"}}))
	if err != nil {
		t.Fatal(err)
	}
	bomb, err := os.ReadFile(writeZip(t, []entry{{name: "x", data: strings.Repeat("\x00", 65<<20)}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, data, want string }{
		{"program", "MZ\x90\x00\x03", "0:0 live.program"},
		{"script", "#!/bin/sh", "0:0 live.script"},
		{"macro", `{\rtf1 \objdata}`, "1:8 live.macro"},
		{"action", "<html>\n<script>", "2:2 live.action"},
		{"link", "\x4c\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46", "0:0 live.link"},
		{"opaque", "7z\xbc\xaf\x27\x1c", "0:0 live.opaque"},
		{"EICAR", "X\n" + `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "2:1 live.eicar"},
		{"climbs", string(climbing), "0:0 live.climbs"},
		{"bomb", string(bomb), "0:0 live.bomb"},
		{"harmless", "\x89PNG\r\n\x1a\n", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(starterFiles(t))
			files["msel.yaml"] = []byte(strings.Replace(string(files["msel.yaml"]), "[proxy.log]", "[proxy.log, sample]", 1))
			files["attachments/sample"] = []byte(tc.data)
			got := strings.ReplaceAll(places(t, files), "attachments/sample:", "")
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
